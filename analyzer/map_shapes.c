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
#define MICRO_PER_DEG 1e6

static GEOSGeometry *read_wkb(GEOSContextHandle_t geos, const struct wkb *shape)
{
    if (shape->data == NULL || shape->size == 0)
        return NULL;
    GEOSWKBReader *reader = GEOSWKBReader_create_r(geos);
    GEOSGeometry *g = GEOSWKBReader_read_r(geos, reader, shape->data, shape->size);
    GEOSWKBReader_destroy_r(geos, reader);
    return g;
}

/* A ring or line string. Points that round to the one before are left out. */
static void write_line(struct jsonw *j, GEOSContextHandle_t geos,
                       const GEOSGeometry *line)
{
    const GEOSCoordSequence *points = GEOSGeom_getCoordSeq_r(geos, line);
    unsigned count = 0;
    if (points == NULL || !GEOSCoordSeq_getSize_r(geos, points, &count))
        return;
    int64_t last_lat = 0, last_lon = 0;
    jsonw_open(j, '[');
    for (unsigned i = 0; i < count; i++) {
        double lon_deg, lat_deg;
        if (!GEOSCoordSeq_getXY_r(geos, points, i, &lon_deg, &lat_deg) ||
            !geo_valid((struct latlon){lat_deg, lon_deg}))
            continue;
        const int64_t lat = llround(lat_deg * MICRO_PER_DEG);
        const int64_t lon = llround(lon_deg * MICRO_PER_DEG);
        if (i > 0 && lat == last_lat && lon == last_lon)
            continue;
        jsonw_int(j, lat - last_lat);
        jsonw_int(j, lon - last_lon);
        last_lat = lat;
        last_lon = lon;
    }
    jsonw_close(j, ']');
}

static void write_polygon(struct jsonw *j, GEOSContextHandle_t geos,
                          const GEOSGeometry *polygon)
{
    if (GEOSGeomTypeId_r(geos, polygon) != GEOS_POLYGON ||
        GEOSisEmpty_r(geos, polygon) != 0)
        return;
    write_line(j, geos, GEOSGetExteriorRing_r(geos, polygon));
    const int holes = GEOSGetNumInteriorRings_r(geos, polygon);
    for (int i = 0; i < holes; i++)
        write_line(j, geos, GEOSGetInteriorRingN_r(geos, polygon, i));
}

void map_shapes_polygon(struct jsonw *j, const struct wkb *shape)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *g = read_wkb(geos, shape);
    const int parts = g == NULL ? 0 : GEOSGetNumGeometries_r(geos, g);
    jsonw_open(j, '[');
    for (int i = 0; i < parts; i++)
        write_polygon(j, geos, GEOSGetGeometryN_r(geos, g, i));
    jsonw_close(j, ']');
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

void map_shapes_borders(struct jsonw *j, const struct unit *units, size_t count)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry *outlines = collect_outlines(geos, units, count);
    GEOSGeometry *lines = outlines == NULL ? NULL : simplify_outlines(geos, outlines);
    const int parts = lines == NULL ? 0 : GEOSGetNumGeometries_r(geos, lines);
    jsonw_open(j, '[');
    for (int i = 0; i < parts; i++)
        write_line(j, geos, GEOSGetGeometryN_r(geos, lines, i));
    jsonw_close(j, ']');
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
