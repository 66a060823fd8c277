/* Shapes in the survey's CRS. */
#include "shape.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#include "ring_simple.h"
#include "wkb_rings.h"
#include "xmem.h"

static bool add_ring(struct shape *s, const struct wkb_ring *ring, const struct crs *crs)
{
    size_t count = s->ring_count ? s->ring_ends[s->ring_count - 1] : 0;
    s->points = xreallocarray(s->points, count + ring->count, sizeof *s->points);
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct xy projected = crs_forward(crs, wkb_ring_point(ring, i));
        if (!isfinite(projected.x_m) || !isfinite(projected.y_m))
            return false;
        s->points[count++] = projected;
    }
    s->ring_ends = xreallocarray(s->ring_ends, s->ring_count + 1, sizeof *s->ring_ends);
    s->ring_ends[s->ring_count++] = count;
    return true;
}

enum err shape_project(const struct wkb *wkb, const struct crs *crs, struct shape *shape)
{
    struct wkb_rings rings;
    struct wkb_ring ring;
    *shape = (struct shape){0};
    bool ok = wkb_rings_open(wkb, &rings);
    while (ok && wkb_rings_next(&rings, &ring))
        ok = add_ring(shape, &ring, crs);
    if (!ok || !rings.at || shape->ring_count == 0 ||
        shape->ring_ends[shape->ring_count - 1] == 0) {
        shape_free(shape);
        return ERR_INPUT;
    }
    return ERR_OK;
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

static void push(struct bin_list *bins, int32_t bin_x, int32_t bin_y)
{
    bins->items = xgrow(bins->items, bins->count, &bins->capacity, sizeof *bins->items);
    bins->items[bins->count++] = (struct judge_bin){.bin_x = bin_x, .bin_y = bin_y};
}

static void push_point(struct bin_list *bins, struct xy point, double size_m)
{
    if (bins->count == 0 && isfinite(point.x_m) && isfinite(point.y_m))
        push(bins, (int32_t)floor(point.x_m / size_m),
             (int32_t)floor(point.y_m / size_m));
}

void shape_circle_bins(struct xy point, double radius_m, double size_m,
                       struct bin_list *bins)
{
    bins->count = 0;
    const int32_t x0 = (int32_t)floor((point.x_m - radius_m) / size_m);
    const int32_t x1 = (int32_t)floor((point.x_m + radius_m) / size_m);
    const int32_t y0 = (int32_t)floor((point.y_m - radius_m) / size_m);
    const int32_t y1 = (int32_t)floor((point.y_m + radius_m) / size_m);
    for (int32_t x = x0; x <= x1; x++) {
        for (int32_t y = y0; y <= y1; y++) {
            const double dx = (x + 0.5) * size_m - point.x_m;
            const double dy = (y + 0.5) * size_m - point.y_m;
            if (dx * dx + dy * dy <= radius_m * radius_m)
                push(bins, x, y);
        }
    }
    push_point(bins, point, size_m);
}

/* Northings at which the outline crosses the easting x. */
struct crossings {
    double *y_m;
    size_t count;
    size_t capacity;
};

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void find_crossings(const struct shape *s, double x, struct crossings *c)
{
    size_t from = 0;
    c->count = 0;
    for (size_t r = 0; r < s->ring_count; r++) {
        const size_t end = s->ring_ends[r];
        for (size_t i = from; i < end; i++) {
            const struct xy a = s->points[i];
            const struct xy b = s->points[i + 1 < end ? i + 1 : from];
            if ((a.x_m > x) == (b.x_m > x))
                continue; /* half open: a vertex on the line counts once */
            c->y_m = xgrow(c->y_m, c->count, &c->capacity, sizeof *c->y_m);
            c->y_m[c->count++] = a.y_m + (x - a.x_m) / (b.x_m - a.x_m) * (b.y_m - a.y_m);
        }
        from = end;
    }
    if (c->count > 1)
        qsort(c->y_m, c->count, sizeof *c->y_m, compare_doubles);
}

/* West, south, east and north of all rings. */
static void find_box(const struct shape *shape, double box_m[4])
{
    const size_t points = shape->ring_count ? shape->ring_ends[shape->ring_count - 1] : 0;
    box_m[0] = box_m[1] = INFINITY;
    box_m[2] = box_m[3] = -INFINITY;
    for (size_t i = 0; i < points; i++) {
        box_m[0] = fmin(box_m[0], shape->points[i].x_m);
        box_m[1] = fmin(box_m[1], shape->points[i].y_m);
        box_m[2] = fmax(box_m[2], shape->points[i].x_m);
        box_m[3] = fmax(box_m[3], shape->points[i].y_m);
    }
}

void shape_span(const struct shape *shape, double span_m[2])
{
    double box_m[4];
    find_box(shape, box_m);
    span_m[0] = box_m[2] - box_m[0];
    span_m[1] = box_m[3] - box_m[1];
}

void shape_polygon_bins(const struct shape *shape, struct xy point, double size_m,
                        struct bin_list *bins)
{
    double box_m[4];
    find_box(shape, box_m);
    const double west = box_m[0], east = box_m[2];
    bins->count = 0;
    struct crossings c = {0};
    for (double x = floor(west / size_m); x <= floor(east / size_m); x++) {
        find_crossings(shape, (x + 0.5) * size_m, &c);
        for (size_t i = 0; i + 1 < c.count; i += 2) {
            /* centres (y + 0.5) * size between the two crossings */
            const double first = ceil(c.y_m[i] / size_m - 0.5);
            for (double y = first; (y + 0.5) * size_m < c.y_m[i + 1]; y++)
                push(bins, (int32_t)x, (int32_t)y);
        }
    }
    free(c.y_m);
    push_point(bins, point, size_m);
}
