/* Places: hamlets, clusters and communes from any OGR source or CSV, checked and
 * repaired. */
#ifndef LOMSONG_PLACES_H
#define LOMSONG_PLACES_H

#include "arena.h"
#include "crosswalk.h"
#include "model.h"

struct place {
    const char *code;
    const char *name;
    const char *parent_code; /* hamlet: commune; cluster: hamlet; commune: province; ""
                              * for none */
    const char *parent_name; /* its name: of a hamlet's commune, a cluster's hamlet, a
                              * commune's province; "" where the source has none */
    const char *district;    /* of a hamlet, to tell communes of one name apart; ""
                              * likewise */
    const char *province;    /* likewise */
    int64_t households;
    enum yes_no electricity;
    enum yes_no difficult;
    struct latlon point; /* the point, or the polygon's point on surface */
    struct wkb polygon;  /* empty for points */
    bool repaired;       /* the polygon was not valid in its source */
};

struct place_list {
    const char *source; /* what it was read from, for messages; not owned */
    struct place *items;
    size_t count;
    size_t capacity;
    struct arena memory; /* owns the texts and polygons */
};

void place_list_free(struct place_list *list);

/* What decided a hamlet's commune. */
enum place_how {
    PLACE_BY_GIVEN,    /* the list's own code, which is one of today */
    PLACE_BY_CODE,     /* the crosswalk's row of the old code */
    PLACE_BY_NAME,     /* the commune's name */
    PLACE_BY_POSITION, /* the polygon around the hamlet */
    PLACE_BY_NOTHING,  /* the list's code was left as it is */
    PLACE_HOW_COUNT
};
/* What a person should look at. */
enum place_doubt {
    PLACE_SURE,
    PLACE_NOT_LISTED, /* neither code nor name was found */
    PLACE_AMBIGUOUS,  /* several communes, and the position is in none of them */
    PLACE_ELSEWHERE,  /* the polygon around the hamlet is another commune's */
    PLACE_DOUBT_COUNT
};
const char *place_how_name(enum place_how how);       /* "code" */
const char *place_doubt_name(enum place_doubt doubt); /* "", "ambiguous" */

/* How a hamlet came into its commune. */
struct place_move {
    const char *old_code; /* as the list has it */
    const char *old_name;
    enum place_how how;
    enum place_doubt doubt;
};

struct places {
    struct place_list hamlets;
    struct place_list clusters;
    struct place_list communes;
    struct latlon middle; /* of the hamlets' bounding box */
    struct crosswalk crosswalk;
    const char *named_by;     /* the crosswalk's file or the hamlets', for messages */
    struct place_move *moves; /* one for each hamlet; NULL where none was sought */
};

struct places_sources {
    const char *hamlets;   /* a path, or path:layer */
    const char *clusters;  /* NULL: none */
    const char *communes;  /* NULL: none */
    const char *crosswalk; /* NULL: none */
    int threads;           /* 0: one per processor */
    size_t piece_size;     /* bytes that a thread takes at a time; 0: chosen */
};

/* Loads and checks all of them: codes unique over the survey, clusters of known hamlets,
 * polygons valid (repaired, with a warning). Sorted by code as bytes. Every fault is
 * reported with file, feature and value: ERR_INPUT. */
MUST_CHECK enum err places_load(const struct places_sources *sources,
                                struct places *places);
void places_free(struct places *places);

/* What needs the survey's CRS and region: points on surface of polygons, the check that
 * everything lies inside the region, and the hamlets' communes (places_find_communes).
 * ERR_INPUT, reported, where a place is outside the region. */
struct places_settling {
    const struct region *region;
    const struct crs *crs;
    int threads; /* 0: one per processor */
};
MUST_CHECK enum err places_settle(struct places *places,
                                  const struct places_settling *settling);

/* Reads one source into a list; `role` is "hamlet", "cluster" or "commune". */
MUST_CHECK enum err places_read(const char *source, const char *role,
                                struct place_list *list);

/* The communes of hamlets that give no code, or whose code the crosswalk translates: by
 * the code, the commune's name, or the polygon around the hamlet. What is in doubt is
 * reported and never guessed. Fills moves. */
void places_find_communes(struct places *places);

/* The polygons around points, by an STR-tree (GEOS). found[i] is the index of the polygon
 * that holds point i (the lowest of several), or -1. */
void places_find(const struct place_list *polygons, const struct latlon *points,
                 size_t count, long *found);

#endif
