/* The map's lines and polygons, by GEOS's reentrant interface. */
#include "map_shapes.h"

#include <geos_c.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "xmem.h"

/* Borders are for orientation: 1e-4 degrees are 11 m, and a tenth of the vertices stays.
 */
#define BORDER_TOLERANCE_DEG 1e-4
#define SAME_POINT_DEG 5e-7

static GEOSGeometry *read_wkb(GEOSContextHandle_t geos, const struct wkb *shape)
{
    if (shape->data == NULL || shape->size == 0)
        return NULL;
    GEOSWKBReader *reader = GEOSWKBReader_create_r(geos);
    GEOSGeometry *g = GEOSWKBReader_read_r(geos, reader, shape->data, shape->size);
    GEOSWKBReader_destroy_r(geos, reader);
    return g;
}

/* Coordinates of a ring or line string; points that round to the one before, and those
 * that are nowhere, are left out. The caller frees. */
static struct latlon *read_points(GEOSContextHandle_t geos, const GEOSGeometry *line,
                                  size_t *count)
{
    const GEOSCoordSequence *points = GEOSGeom_getCoordSeq_r(geos, line);
    unsigned size = 0;
    *count = 0;
    if (points == NULL || !GEOSCoordSeq_getSize_r(geos, points, &size))
        return NULL;
    struct latlon *list = xcalloc(size + 1, sizeof *list);
    struct latlon last = geo_none();
    for (unsigned i = 0; i < size; i++) {
        struct latlon at;
        if (!GEOSCoordSeq_getXY_r(geos, points, i, &at.lon_deg, &at.lat_deg) ||
            !geo_valid(at))
            continue;
        if (fabs(at.lat_deg - last.lat_deg) < SAME_POINT_DEG &&
            fabs(at.lon_deg - last.lon_deg) < SAME_POINT_DEG)
            continue; /* never true of the first: it is compared with NAN */
        list[(*count)++] = last = at;
    }
    return list;
}

static void write_line(struct map_pack *p, GEOSContextHandle_t geos,
                       const GEOSGeometry *line)
{
    size_t count;
    struct latlon *points = read_points(geos, line, &count);
    struct map_point last = {0, 0};
    map_pack_uint(p, count);
    for (size_t i = 0; i < count; i++)
        map_pack_point(p, points[i], &last);
    free(points);
}

static int ring_count(GEOSContextHandle_t geos, const GEOSGeometry *polygon)
{
    if (GEOSGeomTypeId_r(geos, polygon) != GEOS_POLYGON ||
        GEOSisEmpty_r(geos, polygon) != 0)
        return 0;
    return 1 + GEOSGetNumInteriorRings_r(geos, polygon);
}

static void write_polygon(struct map_pack *p, GEOSContextHandle_t geos,
                          const GEOSGeometry *polygon)
{
    const int rings = ring_count(geos, polygon);
    if (rings > 0)
        write_line(p, geos, GEOSGetExteriorRing_r(geos, polygon));
    for (int i = 0; i + 1 < rings; i++)
        write_line(p, geos, GEOSGetInteriorRingN_r(geos, polygon, i));
}

void map_shapes_polygon(struct map_pack *p, const struct wkb *shape)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *g = read_wkb(geos, shape);
    const int parts = g == NULL ? 0 : GEOSGetNumGeometries_r(geos, g);
    int rings = 0;
    for (int i = 0; i < parts; i++)
        rings += ring_count(geos, GEOSGetGeometryN_r(geos, g, i));
    map_pack_uint(p, (uint64_t)rings);
    for (int i = 0; i < parts; i++)
        write_polygon(p, geos, GEOSGetGeometryN_r(geos, g, i));
    GEOSGeom_destroy_r(geos, g);
    GEOS_finish_r(geos);
}

/* All outlines as one collection; NULL where there is none. */
static GEOSGeometry *collect_outlines(GEOSContextHandle_t geos, const struct unit *units,
                                      size_t count)
{
    GEOSGeometry **outlines = xcalloc(count + 1, sizeof *outlines);
    unsigned found = 0;
    for (size_t i = 0; i < count; i++) {
        GEOSGeometry *polygon = read_wkb(geos, &units[i].shape);
        GEOSGeometry *outline = polygon == NULL ? NULL : GEOSBoundary_r(geos, polygon);
        if (outline != NULL)
            outlines[found++] = outline;
        GEOSGeom_destroy_r(geos, polygon);
    }
    GEOSGeometry *all = NULL;
    if (found > 0) /* takes over the outlines, not the array */
        all = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, outlines, found);
    free(outlines);
    return all;
}

/* The union of outlines holds a shared border once and is cut where three meet; merged
 * between such nodes, each piece is simplified with its ends kept. Takes `outlines`. */
static GEOSGeometry *simplify_outlines(GEOSContextHandle_t geos, GEOSGeometry *outlines)
{
    GEOSGeometry *noded = GEOSUnaryUnion_r(geos, outlines);
    GEOSGeometry *merged = noded == NULL ? NULL : GEOSLineMerge_r(geos, noded);
    GEOSGeometry *simple =
        merged == NULL ? NULL : GEOSSimplify_r(geos, merged, BORDER_TOLERANCE_DEG);
    if (simple != NULL && GEOSNormalize_r(geos, simple) != 0) {
        GEOSGeom_destroy_r(geos, simple); /* an unknown order would not repeat */
        simple = NULL;
    }
    GEOSGeom_destroy_r(geos, merged);
    GEOSGeom_destroy_r(geos, noded);
    GEOSGeom_destroy_r(geos, outlines);
    return simple;
}

void map_shapes_borders(struct map_pack *p, const struct unit *units, size_t count)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *outlines = collect_outlines(geos, units, count);
    GEOSGeometry *lines = outlines == NULL ? NULL : simplify_outlines(geos, outlines);
    const int parts = lines == NULL ? 0 : GEOSGetNumGeometries_r(geos, lines);
    map_pack_uint(p, (uint64_t)parts);
    for (int i = 0; i < parts; i++)
        write_line(p, geos, GEOSGetGeometryN_r(geos, lines, i));
    GEOSGeom_destroy_r(geos, lines);
    GEOS_finish_r(geos);
}

struct latlon map_shapes_inside(const struct wkb *shape)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *g = read_wkb(geos, shape);
    GEOSGeometry *point = g == NULL ? NULL : GEOSPointOnSurface_r(geos, g);
    struct latlon p = geo_none();
    double lon_deg, lat_deg;
    if (point != NULL && GEOSGeomGetX_r(geos, point, &lon_deg) == 1 &&
        GEOSGeomGetY_r(geos, point, &lat_deg) == 1)
        p = (struct latlon){lat_deg, lon_deg};
    GEOSGeom_destroy_r(geos, point);
    GEOSGeom_destroy_r(geos, g);
    GEOS_finish_r(geos);
    return p;
}
