/* The levels of a tally: histograms over many cells with exact quantiles. */
#include <stdlib.h>

#include "stats.h"
#include "tally.h"

void tally_histogram_clear(struct tally_histogram *h)
{
    h->sum = 0;
    h->from = h->to = 0;
}

static void widen(struct tally_histogram *h, int from, int to)
{
    if (h->from == h->to)
        h->from = h->to = from;
    while (h->from > from)
        h->count[--h->from] = 0;
    while (h->to < to)
        h->count[h->to++] = 0;
}

void tally_histogram_add_levels(struct tally_histogram *h,
                                const struct tally_level *levels, size_t count)
{
    if (count == 0)
        return;
    widen(h, levels[0].dbm - LEVEL_MIN_DBM, levels[count - 1].dbm - LEVEL_MIN_DBM + 1);
    for (size_t i = 0; i < count; i++) {
        h->count[levels[i].dbm - LEVEL_MIN_DBM] += levels[i].count;
        h->sum += levels[i].count;
    }
}

void tally_histogram_add(struct tally_histogram *h, const struct tally_cell *c)
{
    tally_histogram_add_levels(h, c->levels, c->level_count);
}

int tally_histogram_rank(const struct tally_histogram *h, uint64_t k)
{
    uint64_t seen = 0;
    for (int i = h->from; i < h->to; i++) {
        seen += h->count[i];
        if (seen >= k && seen > 0)
            return i + LEVEL_MIN_DBM;
    }
    return LEVEL_NONE;
}

int tally_histogram_median(const struct tally_histogram *h)
{
    return h->sum ? tally_histogram_rank(h, stats_median_rank(h->sum)) : LEVEL_NONE;
}

int tally_histogram_p10(const struct tally_histogram *h)
{
    return h->sum ? tally_histogram_rank(h, stats_p10_rank(h->sum)) : LEVEL_NONE;
}
