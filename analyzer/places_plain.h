/* Features of plain GeoJSON, without GDAL, which parses such a file twice and makes an
 * object of every number. */
#ifndef LOMSONG_PLACES_PLAIN_H
#define LOMSONG_PLACES_PLAIN_H

#include "json_scan.h"
#include "places_source.h"

enum { PLACES_KEYS = 2 * PLACES_FIELDS + 1 };

/* The attributes that may be read, as the first feature has them. */
struct places_keys {
    char *names[PLACES_KEYS];
    enum json_kind kinds[PLACES_KEYS]; /* JSON_NULL: no feature has a value */
    size_t count;
    int fields[PLACES_FIELDS]; /* indices of keys; -1: none */
    int id;                    /* by which GDAL gives features out; -1: none */
    int64_t first_id, last_id;
};

/* Some features of a file in turn. */
struct places_plain {
    struct places_part part;
    struct places_keys keys;
};

/* Where the features begin, behind the bracket, in the text of a plain file in WGS 84: a
 * collection with a name at most. NULL for anything else. */
const char *places_plain_begin(const char *text);

/* Reads features with commas between them, a NUL behind. False for whatever GDAL might
 * read in another way, and for every fault: GDAL is to read the file then. */
bool places_plain_read(const char *text, const struct places_source *source,
                       struct places_plain *plain);
/* Whether the features of `next` are read as those before, and come behind them: then
 * `keys` are those of both. */
bool places_plain_join(struct places_keys *keys, const struct places_keys *next);
void places_plain_free(struct places_plain *plain);

/* The geometry of a feature being read. */
struct places_outline {
    double *points; /* longitude and latitude of each in turn */
    size_t count, capacity;
    size_t ring_ends[64]; /* index behind the last point of each ring */
    size_t ring_count;
    size_t polygon_ends[64]; /* likewise of rings; none: it is a point */
    size_t polygon_count;
    bool is_multi;
    struct wkb wkb; /* scratch */
    size_t wkb_capacity;
};

/* Reads a geometry's object: points, and polygons of closed rings, of degrees. */
bool places_outline_scan(struct json_scan *s, struct places_outline *o);
/* Gives it to a place. ERR_INPUT as of places_read_geometry(). */
MUST_CHECK enum err places_outline_take(struct places_outline *o,
                                        const struct places_source *source,
                                        struct place *p);
void places_outline_free(struct places_outline *o);

#endif
