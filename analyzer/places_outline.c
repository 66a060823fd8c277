/* A feature's geometry in plain GeoJSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "places_plain.h"
#include "ring_simple.h"
#include "wkb_put.h"
#include "xmem.h"

enum {
    OUTLINE_MAX = sizeof((struct places_outline *)0)->ring_ends /
                  sizeof *((struct places_outline *)0)->ring_ends,
    RING_POINTS_MIN = 4,
    WKB_POLYGON = 3,
    WKB_MULTIPOLYGON = 6,
    WKB_HEAD = 1 + 4 + 4, /* byte order, type, count */
};

static void push_point(struct places_outline *o, double lon, double lat)
{
    if (o->count == o->capacity) {
        o->capacity = o->capacity ? 2 * o->capacity : 256;
        o->points = xreallocarray(o->points, o->capacity, 2 * sizeof *o->points);
    }
    o->points[2 * o->count] = lon;
    o->points[2 * o->count + 1] = lat;
    o->count++;
}

/* A third number is a height. */
static bool scan_position(struct json_scan *s, struct places_outline *o)
{
    double lon, lat, height;
    if (!json_take(s, '[') || !json_take_number(s, &lon) || !json_take(s, ',') ||
        !json_take_number(s, &lat))
        return false;
    if (json_take(s, ',') && !json_take_number(s, &height))
        return false;
    push_point(o, lon, lat);
    return json_take(s, ']') && fabs(lon) <= 180 && fabs(lat) <= 90;
}

static bool scan_ring(struct json_scan *s, struct places_outline *o)
{
    const size_t from = o->count;
    if (!json_take(s, '[') || o->ring_count == OUTLINE_MAX)
        return false;
    do {
        if (!scan_position(s, o))
            return false;
    } while (json_take(s, ','));
    const double *first = o->points + 2 * from;
    const double *last = o->points + 2 * (o->count - 1);
    o->ring_ends[o->ring_count++] = o->count;
    return json_take(s, ']') && o->count - from >= RING_POINTS_MIN &&
           first[0] == last[0] && first[1] == last[1];
}

static bool scan_polygon(struct json_scan *s, struct places_outline *o)
{
    if (!json_take(s, '[') || o->polygon_count == OUTLINE_MAX)
        return false;
    do {
        if (!scan_ring(s, o))
            return false;
    } while (json_take(s, ','));
    o->polygon_ends[o->polygon_count++] = o->ring_count;
    return json_take(s, ']');
}

static bool scan_polygons(struct json_scan *s, struct places_outline *o)
{
    o->is_multi = true;
    if (!json_take(s, '['))
        return false;
    do {
        if (!scan_polygon(s, o))
            return false;
    } while (json_take(s, ','));
    return json_take(s, ']');
}

static bool scan_coordinates(struct json_scan *s, const struct json_value *type,
                             struct places_outline *o)
{
    if (json_is(type, "Polygon"))
        return scan_polygon(s, o);
    if (json_is(type, "MultiPolygon"))
        return scan_polygons(s, o);
    if (json_is(type, "Point"))
        return scan_position(s, o);
    return json_is(type, "MultiPoint") && json_take(s, '[') && scan_position(s, o) &&
           json_take(s, ']'); /* of one point */
}

bool places_outline_scan(struct json_scan *s, struct places_outline *o)
{
    struct json_value key, type;
    o->count = o->ring_count = o->polygon_count = 0;
    o->is_multi = false;
    return json_take(s, '{') && json_take_key(s, &key) && json_is(&key, "type") &&
           json_take_value(s, &type) && json_take(s, ',') && json_take_key(s, &key) &&
           json_is(&key, "coordinates") && scan_coordinates(s, &type, o) &&
           json_take(s, '}');
}

static uint8_t *put_head(uint8_t *to, uint32_t type, size_t count)
{
    *to++ = 1; /* the lowest byte first */
    return wkb_put_uint32(wkb_put_uint32(to, type), (uint32_t)count);
}

/* Always a multipolygon's, as places have them. */
static void make_wkb(struct places_outline *o)
{
    const size_t size = WKB_HEAD * (1 + o->polygon_count) + 4 * o->ring_count +
                        2 * sizeof *o->points * o->count;
    if (size > o->wkb_capacity) {
        o->wkb.data = xreallocarray(o->wkb.data, size, 2);
        o->wkb_capacity = 2 * size;
    }
    uint8_t *to = put_head(o->wkb.data, WKB_MULTIPOLYGON, o->polygon_count);
    size_t point = 0, ring = 0;
    for (size_t i = 0; i < o->polygon_count; i++) {
        to = put_head(to, WKB_POLYGON, o->polygon_ends[i] - ring);
        for (; ring < o->polygon_ends[i]; ring++) {
            const size_t count = o->ring_ends[ring] - point;
            to = wkb_put_uint32(to, (uint32_t)count);
            to = wkb_put_doubles(to, o->points + 2 * point, 2 * count);
            point = o->ring_ends[ring];
        }
    }
    o->wkb.size = size;
}

/* So much of an area that GDAL's sum, which takes products of degrees together, cannot
 * have lost it: each of 2 * count terms is wrong by less than 180 * height * 2^-52. */
static bool has_area(const struct places_outline *o)
{
    const double *first = o->points;
    double twice = 0, south = INFINITY, north = -INFINITY;
    for (size_t i = 0; i + 1 < o->count; i++) {
        const double *p = o->points + 2 * i;
        twice +=
            (p[0] - first[0]) * (p[3] - first[1]) - (p[2] - first[0]) * (p[1] - first[1]);
        south = fmin(south, p[1]);
        north = fmax(north, p[1]);
    }
    const double count = (double)o->count;
    return fabs(twice) > 1e-12 * count * count * (north - south);
}

/* One ring without a fault beyond doubt: what nearly all hamlets are. */
static bool is_surely_valid(const struct places_outline *o)
{
    return o->ring_count == 1 && ring_is_simple(o->points, o->count, 0) && has_area(o);
}

/* GDAL is given what the file has: a polygon stands behind the multipolygon's head. */
static enum err take_doubtful(const struct places_outline *o,
                              const struct places_source *source, struct place *p)
{
    const size_t skipped = o->is_multi ? 0 : WKB_HEAD;
    OGRGeometryH g = NULL;
    enum err err = ERR_INPUT;
    if (OGR_G_CreateFromWkb(o->wkb.data + skipped, NULL, &g,
                            (int)(o->wkb.size - skipped)) == OGRERR_NONE)
        err = places_take_polygon(source, g, p);
    OGR_G_DestroyGeometry(g);
    return err;
}

enum err places_outline_take(struct places_outline *o, const struct places_source *source,
                             struct place *p)
{
    if (o->polygon_count == 0) {
        if (source->role->polygons_only)
            return ERR_INPUT;
        p->point = (struct latlon){.lat_deg = o->points[1], .lon_deg = o->points[0]};
        return ERR_OK;
    }
    make_wkb(o);
    if (!is_surely_valid(o))
        return take_doubtful(o, source, p);
    p->polygon = (struct wkb){arena_alloc(source->memory, o->wkb.size, 1), o->wkb.size};
    memcpy(p->polygon.data, o->wkb.data, o->wkb.size);
    return ERR_OK;
}

void places_outline_free(struct places_outline *o)
{
    free(o->points);
    free(o->wkb.data);
}
