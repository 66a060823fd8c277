/* Tours being made, and the two moves by which they are: neighbouring parts of some are
 * taken out, and put in again where they cost least (slack induction by string removals,
 * Christiaens and Vanden Berghe 2020). */
#ifndef LOMSONG_ROUTE_SEARCH_H
#define LOMSONG_ROUTE_SEARCH_H

#include <stdint.h>

#include "route.h"

#define ROUTE_NOWHERE SIZE_MAX

/* What lies between these degrees. */
struct route_box {
    double west_deg, east_deg, south_deg, north_deg;
};

struct route_tour {
    size_t *places;
    size_t count;
    double time_s;
    struct route_box box; /* holds its places and the start, while crossings count */
};

struct route_search {
    const struct route_problem *p;
    float *matrix; /* of (count + 1)² travel times; NULL: too many points */
    struct route_tour *tours;
    size_t *tour_of;   /* by place; ROUTE_NOWHERE: not visited */
    double *penalty;   /* of a place that is not visited, in seconds */
    double cost;       /* travel time, penalties and crossings */
    double crossing_s; /* what a crossing of two legs costs; 0: nothing, they may */
    int64_t crossings; /* while that is above 0 */
    uint64_t random;
    uint64_t trials; /* insertions looked at */
    size_t *waiting; /* places taken out or to be tried */
    size_t waiting_count;
    double *key;  /* by place, for sorting */
    bool *ruined; /* by tour */
};

/* Of a problem with a place and a tour at least; all places wait. */
struct route_search *route_search_open(const struct route_problem *p);
void route_search_close(struct route_search *s);

/* Takes parts of tours out, near this place and each other; they wait, and some places
 * that are not visited with them. */
void route_search_ruin(struct route_search *s, size_t place);
/* Puts in what waits, as far as there is room. */
void route_search_recreate(struct route_search *s);

/* From now on a place that is not visited costs so many times as much. */
void route_search_weigh(struct route_search *s, double factor);

double route_search_travel_s(const struct route_search *s, size_t a, size_t b);

/* Evenly between 0 and 1, both excluded; below `count`. */
double route_search_unit(struct route_search *s);
size_t route_search_below(struct route_search *s, size_t count);

#endif
