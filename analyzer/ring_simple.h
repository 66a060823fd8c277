/* Rings that are simple beyond doubt, found in a fraction of GEOS' time. */
#ifndef LOMSONG_RING_SIMPLE_H
#define LOMSONG_RING_SIMPLE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a closed ring touches or crosses itself nowhere: x and y of each point in turn,
 * the last point the same as the first, all of them wrong by at most `error`. False where
 * it does, where rounding or the error could hide it, and where the ring is too long to
 * look at all pairs of its sides. */
bool ring_is_simple(const double *points, size_t count, double error);

#endif
