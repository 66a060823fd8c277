/* Which legs of tours cross on the map. */
#ifndef LOMSONG_ROUTE_CROSS_H
#define LOMSONG_ROUTE_CROSS_H

#include "route_search.h"

/* Counts the crossings; from now on each costs so much. The problem has points. */
void route_cross_begin(struct route_search *s, double crossing_s);

/* Crossings cost nothing any more. */
void route_cross_end(struct route_search *s);
/* Whether there are any. */
bool route_cross_any(struct route_search *s);

/* How many legs of tours cross the straight line between two points. */
size_t route_cross_leg(const struct route_search *s, size_t a, size_t b);

/* A tour was made anew. */
void route_cross_box(const struct route_search *s, struct route_tour *t);
/* A tour has got this place. */
void route_cross_widen(const struct route_search *s, struct route_tour *t, size_t place);

/* A place at a leg that crosses others, at another one each time; ROUTE_NOWHERE: there is
 * none. */
size_t route_cross_place(struct route_search *s);

#endif
