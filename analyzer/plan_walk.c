/* A short walk through bins. */
#include "plan_make.h"
#include "tour.h"
#include "xmem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    const struct judge_bin *bins;
    double bin_size_m;
    struct xy start;
};

static struct xy point_of(const struct walk *w, size_t i)
{
    if (i == 0)
        return w->start;
    const struct judge_bin *b = &w->bins[i - 1];
    return (struct xy){(b->bin_x + 0.5) * w->bin_size_m,
                       (b->bin_y + 0.5) * w->bin_size_m};
}

static double way(const void *ctx, size_t a, size_t b)
{
    const struct walk *w = ctx;
    const struct xy p = point_of(w, a), q = point_of(w, b);
    return hypot(p.x_m - q.x_m, p.y_m - q.y_m);
}

double plan_walk(const struct model *m, struct latlon from, struct judge_bin *bins,
                 size_t count)
{
    struct judge_bin *old = xcalloc(count + 1, sizeof *old);
    size_t *order = xcalloc(count + 1, sizeof *order);
    if (count > 0)
        memcpy(old, bins, count * sizeof *old);
    for (size_t i = 0; i < count; i++)
        order[i] = i + 1;
    const struct walk w = {
        .bins = old, .bin_size_m = m->bin_size_m, .start = crs_forward(m->crs, from)};
    const struct tour_metric metric = {.way = way, .ctx = &w};
    tour_nearest(&metric, order, count);
    tour_improve(&metric, order, count);
    const double length_m = tour_length(&metric, order, count);
    for (size_t i = 0; i < count; i++)
        bins[i] = old[order[i] - 1];
    free(order);
    free(old);
    return length_m;
}
