/* Which polygon holds a point: GEOS' STR-tree over prepared polygons. */
#include <geos_c.h>
#include <stdlib.h>

#include "places.h"
#include "xmem.h"

struct indexed {
    GEOSGeometry *geometry;
    const GEOSPreparedGeometry *prepared;
    long index;
};

struct search {
    GEOSContextHandle_t geos;
    GEOSGeometry *point;
    long found; /* the lowest index so far, or -1 */
};

static void look(void *item, void *userdata)
{
    const struct indexed *polygon = item;
    struct search *s = userdata;
    if (s->found >= 0 && polygon->index > s->found)
        return;
    if (GEOSPreparedIntersects_r(s->geos, polygon->prepared, s->point) == 1)
        s->found = polygon->index;
}

void places_find(const struct place_list *polygons, const struct latlon *points,
                 size_t count, long *found)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSSTRtree *tree = GEOSSTRtree_create_r(geos, 10);
    GEOSWKBReader *reader = GEOSWKBReader_create_r(geos);
    struct indexed *items = xcalloc(polygons->count + 1, sizeof(*items));
    for (size_t i = 0; i < polygons->count; i++) {
        const struct wkb *wkb = &polygons->items[i].polygon;
        items[i].index = (long)i;
        items[i].geometry = GEOSWKBReader_read_r(geos, reader, wkb->data, wkb->size);
        if (!items[i].geometry)
            continue;
        items[i].prepared = GEOSPrepare_r(geos, items[i].geometry);
        GEOSSTRtree_insert_r(geos, tree, items[i].geometry, &items[i]);
    }
    for (size_t i = 0; i < count; i++) {
        GEOSGeometry *point =
            GEOSGeom_createPointFromXY_r(geos, points[i].lon_deg, points[i].lat_deg);
        struct search s = {.geos = geos, .point = point, .found = -1};
        GEOSSTRtree_query_r(geos, tree, point, look, &s);
        GEOSGeom_destroy_r(geos, point);
        found[i] = s.found;
    }
    GEOSSTRtree_destroy_r(geos, tree);
    for (size_t i = 0; i < polygons->count; i++) {
        GEOSPreparedGeom_destroy_r(geos, items[i].prepared);
        GEOSGeom_destroy_r(geos, items[i].geometry);
    }
    free(items);
    GEOSWKBReader_destroy_r(geos, reader);
    GEOS_finish_r(geos);
}
