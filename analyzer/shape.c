/* Shapes in the survey's CRS. */
#include "shape.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#include "ring_simple.h"
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

static GEOSGeometry *to_ring(GEOSContextHandle_t geos, const struct xy *points,
                             size_t count)
{
    _Static_assert(sizeof *points == 2 * sizeof(double), "pairs of doubles");
    GEOSCoordSequence *sequence = GEOSCoordSeq_copyFromBuffer_r(
        geos, &points->x_m, (unsigned)count, /* hasZ */ 0, /* hasM */ 0);
    return sequence ? GEOSGeom_createLinearRing_r(geos, sequence) : NULL;
}

/* Even-odd rings as one polygon; NULL where a ring is none. */
static GEOSGeometry *to_polygon(GEOSContextHandle_t geos, const struct shape *shape)
{
    GEOSGeometry **rings = xcalloc(shape->ring_count, sizeof(*rings));
    GEOSGeometry *polygon = NULL;
    size_t made = 0, from = 0;
    for (; made < shape->ring_count; made++) {
        const size_t end = shape->ring_ends[made];
        rings[made] = to_ring(geos, shape->points + from, end - from);
        if (!rings[made])
            break;
        from = end;
    }
    if (made == shape->ring_count)
        polygon = GEOSGeom_createPolygon_r(geos, rings[0], rings + 1, (unsigned)made - 1);
    for (size_t i = 0; !polygon && i < made; i++)
        GEOSGeom_destroy_r(geos, rings[i]);
    free(rings);
    return polygon;
}

/* GEOS looks at what is not valid beyond doubt. */
static bool is_valid(GEOSContextHandle_t geos, const struct shape *shape,
                     const GEOSGeometry *polygon)
{
    return (shape->ring_count == 1 &&
            ring_is_simple(&shape->points->x_m, shape->ring_ends[0])) ||
           GEOSisValid_r(geos, polygon) == 1;
}

struct xy shape_point_on_surface(const struct shape *shape)
{
    struct xy p = {.x_m = NAN, .y_m = NAN};
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *polygon = to_polygon(geos, shape);
    /* rings of several parts in one polygon are invalid until GEOS sorts them out */
    GEOSGeometry *valid = polygon && !is_valid(geos, shape, polygon)
                              ? GEOSMakeValid_r(geos, polygon)
                              : NULL;
    GEOSGeometry *point =
        polygon ? GEOSPointOnSurface_r(geos, valid ? valid : polygon) : NULL;
    if (point && GEOSisEmpty_r(geos, point) == 0 &&
        (!GEOSGeomGetX_r(geos, point, &p.x_m) || !GEOSGeomGetY_r(geos, point, &p.y_m)))
        p = (struct xy){NAN, NAN};
    GEOSGeom_destroy_r(geos, point);
    GEOSGeom_destroy_r(geos, valid);
    GEOSGeom_destroy_r(geos, polygon);
    GEOS_finish_r(geos);
    return p;
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
