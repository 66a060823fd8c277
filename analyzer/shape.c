/* Shapes in the survey's CRS. */
#include "shape.h"

#include <math.h>
#include <stdlib.h>

#include "wkb_rings.h"
#include "xmem.h"

/* Where points come from: PROJ, or the grid where there is one. */
struct projector {
    const struct crs *crs;
    struct crs_grid *grid;
};

static struct crs_grid_point forward(const struct projector *by, struct latlon p)
{
    return by->grid ? crs_grid_forward(by->grid, &p)
                    : (struct crs_grid_point){.at = crs_forward(by->crs, p)};
}

static bool add_ring(struct shape *s, const struct wkb_ring *ring,
                     const struct projector *by)
{
    size_t count = s->ring_count ? s->ring_ends[s->ring_count - 1] : 0;
    s->points = xreallocarray(s->points, count + ring->count, sizeof *s->points);
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct crs_grid_point p = forward(by, wkb_ring_point(ring, i));
        if (!isfinite(p.at.x_m) || !isfinite(p.at.y_m))
            return false;
        s->points[count++] = p.at;
        if (p.error_m > s->error_m)
            s->error_m = p.error_m;
    }
    s->ring_ends = xreallocarray(s->ring_ends, s->ring_count + 1, sizeof *s->ring_ends);
    s->ring_ends[s->ring_count++] = count;
    return true;
}

static enum err project(const struct wkb *wkb, const struct projector *by,
                        struct shape *shape)
{
    struct wkb_rings rings;
    struct wkb_ring ring;
    *shape = (struct shape){0};
    bool ok = wkb_rings_open(wkb, &rings);
    while (ok && wkb_rings_next(&rings, &ring))
        ok = add_ring(shape, &ring, by);
    if (!ok || !rings.at || shape->ring_count == 0 ||
        shape->ring_ends[shape->ring_count - 1] == 0) {
        shape_free(shape);
        return ERR_INPUT;
    }
    return ERR_OK;
}

enum err shape_project(const struct wkb *wkb, const struct crs *crs, struct shape *shape)
{
    return project(wkb, &(struct projector){.crs = crs}, shape);
}

enum err shape_project_fast(const struct wkb *wkb, struct crs_grid *grid,
                            struct shape *shape)
{
    return project(wkb, &(struct projector){.grid = grid}, shape);
}

void shape_free(struct shape *shape)
{
    free(shape->points);
    free(shape->ring_ends);
    *shape = (struct shape){0};
}

/* West, south, east and north of all rings. */
static void find_box(const struct shape *shape, double box_m[4])
{
    const size_t points = shape->ring_count ? shape->ring_ends[shape->ring_count - 1] : 0;
    box_m[0] = box_m[1] = INFINITY;
    box_m[2] = box_m[3] = -INFINITY;
    for (size_t i = 0; i < points; i++) {
        const struct xy p = shape->points[i];
        box_m[0] = p.x_m < box_m[0] ? p.x_m : box_m[0];
        box_m[1] = p.y_m < box_m[1] ? p.y_m : box_m[1];
        box_m[2] = p.x_m > box_m[2] ? p.x_m : box_m[2];
        box_m[3] = p.y_m > box_m[3] ? p.y_m : box_m[3];
    }
}

void shape_span(const struct shape *shape, double span_m[2])
{
    double box_m[4];
    find_box(shape, box_m);
    span_m[0] = box_m[2] - box_m[0];
    span_m[1] = box_m[3] - box_m[1];
}
