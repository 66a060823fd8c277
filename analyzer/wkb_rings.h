/* The rings of a polygon's or multipolygon's WKB, one after the other, where they stand.
 */
#ifndef LOMSONG_WKB_RINGS_H
#define LOMSONG_WKB_RINGS_H

#include <stdbool.h>

#include "model.h"

/* What is left of it. */
struct wkb_rings {
    const uint8_t *at, *end;
    uint32_t polygons, rings; /* to come; rings of the polygon begun */
};

/* Points of two numbers, the first one the longitude. */
struct wkb_ring {
    const uint8_t *at;
    uint32_t count;
};

/* False for another geometry, or one of three dimensions or with the highest byte first.
 */
bool wkb_rings_open(const struct wkb *wkb, struct wkb_rings *rings);
/* False behind the last ring, and where one is broken off: then rings->at is NULL. */
bool wkb_rings_next(struct wkb_rings *rings, struct wkb_ring *ring);
struct latlon wkb_ring_point(const struct wkb_ring *ring, uint32_t i);

#endif
