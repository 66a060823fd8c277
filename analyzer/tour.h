/* A tour: from a start to some places and back. Nearest neighbour, then 2-opt and Or-opt
 * until neither shortens it. Pure. */
#ifndef LOMSONG_TOUR_H
#define LOMSONG_TOUR_H

#include <stddef.h>

/* The way between two points; symmetric. 0 is the start, 1… are the places. */
struct tour_metric {
    double (*way)(const void *ctx, size_t a, size_t b);
    const void *ctx;
};

double tour_length(const struct tour_metric *m, const size_t *places, size_t count);

/* Orders places so that the next is always the nearest left. */
void tour_nearest(const struct tour_metric *m, size_t *places, size_t count);

/* Reverses and moves parts while that shortens the tour. No two legs of it cross then,
 * where the metric is that of a plane. */
void tour_improve(const struct tour_metric *m, size_t *places, size_t count);

#endif
