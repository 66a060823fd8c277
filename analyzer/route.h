/* Routes: which places to visit by which of so many tours of limited time, so that what
 * is visited is worth most, and the way is short. Pure and deterministic: cheapest
 * insertion, then over and over some neighbouring parts of tours are taken out and put in
 * again, as by simulated annealing (slack induction by string removals, Christiaens and
 * Vanden Berghe 2020), 2-opt and Or-opt; at last, where legs cross, the same again so
 * that they do not. */
#ifndef LOMSONG_ROUTE_H
#define LOMSONG_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "geo.h"

struct route_place {
    double service_s; /* time spent there */
    double value;     /* of visiting it; above 0 */
};

struct route_problem {
    const struct route_place *places;
    size_t count;
    size_t tours;   /* at most so many */
    double limit_s; /* of each */
    /* Travel time between two points, symmetric: 0 is the start, i + 1 place i. INFINITY
     * where there is no way. */
    double (*travel_s)(const void *ctx, size_t a, size_t b);
    const void *ctx;
    /* Where they lie, the start first, if the ways are straight lines on a map: legs
     * should not cross there. NULL: they may. */
    const struct latlon *points;
};

/* One after the other, each in its order. */
struct routes {
    size_t *places; /* indices */
    size_t count;   /* visited in all */
    size_t *ends;   /* index behind the last place of each tour */
    size_t tours;   /* those with a place, the most valuable first */
    double travel_s;
    double value;
};

void routes_find(const struct route_problem *problem, struct routes *routes);
void routes_free(struct routes *routes);

/* Travel and service time of a tour of these places. */
double routes_time_s(const struct route_problem *problem, const size_t *places,
                     size_t count);

#endif
