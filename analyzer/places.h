/* Places: hamlets, clusters and communes from any OGR source or CSV, checked and
 * repaired. */
#ifndef LOMSONG_PLACES_H
#define LOMSONG_PLACES_H

#include "model.h"

struct place {
    char *code;
    char *name;
    char *parent_code; /* hamlet: commune; cluster: hamlet; commune: province; "" for none
                        */
    char *parent_name; /* commune: province's name; "" otherwise */
    int64_t households;
    enum yes_no electricity;
    enum yes_no difficult;
    struct latlon point; /* the point, or the polygon's point on surface */
    struct wkb polygon;  /* empty for points */
};

struct place_list {
    struct place *items;
    size_t count;
    size_t capacity;
};

struct places {
    struct place_list hamlets;
    struct place_list clusters;
    struct place_list communes;
    struct latlon middle; /* of the hamlets' bounding box */
};

struct places_sources {
    const char *hamlets;  /* a path, or path:layer */
    const char *clusters; /* NULL: none */
    const char *communes; /* NULL: none */
};

/* Loads and checks all of them: codes unique over the survey, clusters of known hamlets,
 * polygons valid (repaired, with a warning). Sorted by code as bytes. Every fault is
 * reported with file, feature and value: ERR_INPUT. */
MUST_CHECK enum err places_load(const struct places_sources *sources,
                                struct places *places);
void places_free(struct places *places);

/* What needs the survey's CRS and region: points on surface of polygons, the check that
 * everything lies inside the region, and the commune of hamlets that name none, from the
 * polygon around their point. ERR_INPUT, reported, where a place is outside the region.
 */
MUST_CHECK enum err places_settle(struct places *places, const struct region *region,
                                  const struct crs *crs);

/* Reads one source into a list; `role` is "hamlet", "cluster" or "commune". */
MUST_CHECK enum err places_read(const char *source, const char *role,
                                struct place_list *list);

/* The polygons around points, by an STR-tree (GEOS). found[i] is the index of the polygon
 * that holds point i (the lowest of several), or -1. */
void places_find(const struct place_list *polygons, const struct latlon *points,
                 size_t count, long *found);

#endif
