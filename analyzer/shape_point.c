/* Points on surface. GEOS draws a line from west to east, halfway between those vertices
 * that lie next to the middle of the box, one south and one north of it, and takes the
 * middle of the widest piece of the line inside. So six vertices or so decide: where the
 * grid says which, PROJ need not project the others. */
#include "shape.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#include "ring_simple.h"
#include "wkb_rings.h"
#include "xmem.h"

enum { SHARP_POINTS_MAX = 257 }; /* more points are for GEOS to look at */

/* A shape of one ring, whose points become exact one by one. */
struct sharpening {
    struct xy *points;
    size_t count;
    double error_m;
    struct wkb_ring ring;
    const struct crs *crs;
    bool is_exact[SHARP_POINTS_MAX];
};

/* Northings. */
struct band {
    double south_m, north_m;
};

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

static bool is_surely_valid(const struct shape *shape)
{
    return shape->ring_count == 1 &&
           ring_is_simple(&shape->points->x_m, shape->ring_ends[0], shape->error_m);
}

static struct xy point_on_surface(const struct shape *shape, bool is_valid)
{
    struct xy p = {.x_m = NAN, .y_m = NAN};
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *polygon = to_polygon(geos, shape);
    /* rings of several parts in one polygon are invalid until GEOS sorts them out */
    GEOSGeometry *valid = polygon && !is_valid && GEOSisValid_r(geos, polygon) != 1
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

struct xy shape_point_on_surface(const struct shape *shape)
{
    return point_on_surface(shape, is_surely_valid(shape));
}

static void make_exact(struct sharpening *s, size_t i)
{
    if (!s->is_exact[i])
        s->points[i] = crs_forward(s->crs, wkb_ring_point(&s->ring, (uint32_t)i));
    s->is_exact[i] = true;
}

static void make_band_exact(struct sharpening *s, struct band b)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->points[i].y_m >= b.south_m && s->points[i].y_m <= b.north_m)
            make_exact(s, i);
    }
}

static struct band find_extent(const struct sharpening *s)
{
    struct band b = {INFINITY, -INFINITY};
    for (size_t i = 0; i < s->count; i++) {
        const double y = s->points[i].y_m;
        b.south_m = y < b.south_m ? y : b.south_m;
        b.north_m = y > b.north_m ? y : b.north_m;
    }
    return b;
}

/* The vertices next to a northing, but for those that are nearer than `apart_m`. */
static struct band find_next_to(const struct sharpening *s, double y_m, double apart_m)
{
    struct band b = {-INFINITY, INFINITY};
    for (size_t i = 0; i < s->count; i++) {
        const double y = s->points[i].y_m;
        if (y <= y_m - apart_m)
            b.south_m = y > b.south_m ? y : b.south_m;
        else if (y > y_m + apart_m)
            b.north_m = y < b.north_m ? y : b.north_m;
    }
    return b;
}

/* Where the vertices are exact that the line depends on. */
static double sharpen_line(struct sharpening *s)
{
    const double margin_m = 2 * s->error_m; /* two points may be wrong, each its way */
    struct band b = find_extent(s);
    make_band_exact(s, (struct band){-INFINITY, b.south_m + margin_m});
    make_band_exact(s, (struct band){b.north_m - margin_m, INFINITY});
    b = find_extent(s);
    const double middle_m = (b.south_m + b.north_m) / 2;
    b = find_next_to(s, middle_m, margin_m);
    make_band_exact(s, (struct band){b.south_m - margin_m, b.north_m + margin_m});
    b = find_next_to(s, middle_m, 0);
    return (b.south_m + b.north_m) / 2;
}

/* Makes the ends of all sides exact that may cross a northing. */
static void sharpen_crossing(struct sharpening *s, double y_m)
{
    for (size_t i = 0; i + 1 < s->count; i++) {
        const double y0 = s->points[i].y_m, y1 = s->points[i + 1].y_m;
        if (fmin(y0, y1) <= y_m + s->error_m && fmax(y0, y1) >= y_m - s->error_m) {
            make_exact(s, i);
            make_exact(s, i + 1);
        }
    }
}

/* Makes those points of a valid shape exact on which its point on surface depends. False
 * where it is not sure to be valid. */
static bool sharpen(struct shape *shape, const struct wkb *wkb, const struct crs *crs)
{
    struct sharpening s = {
        .points = shape->points, .error_m = shape->error_m, .crs = crs};
    struct wkb_rings rings;
    if (!is_surely_valid(shape) || !wkb_rings_open(wkb, &rings) ||
        !wkb_rings_next(&rings, &s.ring) || s.ring.count > SHARP_POINTS_MAX)
        return false;
    s.count = s.ring.count;
    sharpen_crossing(&s, sharpen_line(&s));
    const size_t last = s.count - 1; /* as the first one, which closes the ring */
    if (s.is_exact[0] || s.is_exact[last]) {
        make_exact(&s, 0);
        make_exact(&s, last);
    }
    return true;
}

struct xy shape_find_point(const struct wkb *wkb, struct crs_grid *grid)
{
    const struct crs *crs = crs_grid_crs(grid);
    struct xy p = {.x_m = NAN, .y_m = NAN};
    struct shape shape;
    bool is_sharp = shape_project_fast(wkb, grid, &shape) == ERR_OK;
    if (is_sharp && !sharpen(&shape, wkb, crs)) {
        shape_free(&shape);
        is_sharp = false;
    }
    if (is_sharp || shape_project(wkb, crs, &shape) == ERR_OK) {
        p = is_sharp ? point_on_surface(&shape, true) : shape_point_on_surface(&shape);
        shape_free(&shape);
    }
    return p;
}
