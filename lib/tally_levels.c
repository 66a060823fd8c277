/* The levels of a tally: histograms over many cells with exact quantiles. */
#include <stdlib.h>

#include "stats.h"
#include "tally.h"
#include "varint.h"

_Static_assert(LEVEL_SPAN <= UINT8_MAX, "levels are numbered in a byte");

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

void tally_histogram_merge(struct tally_histogram *into,
                           const struct tally_histogram *from)
{
    if (from->sum == 0)
        return;
    widen(into, from->from, from->to);
    for (int i = from->from; i < from->to; i++)
        into->count[i] += from->count[i];
    into->sum += from->sum;
}

/* The first level and how many follow, in bytes, and the count of each (LEB128). */
uint8_t *tally_histogram_put(const struct tally_histogram *h, uint8_t *at)
{
    *at++ = (uint8_t)h->from;
    *at++ = (uint8_t)(h->to - h->from);
    for (int i = h->from; i < h->to; i++)
        at = varint_put(at, h->count[i]);
    return at;
}

const uint8_t *tally_histogram_take(struct tally_histogram *h, const uint8_t *at,
                                    const uint8_t *end)
{
    const int from = *at++;
    const int to = from + *at++;
    if (from == to)
        return at;
    widen(h, from, to);
    for (int i = from; i < to; i++) {
        uint64_t count = 0;
        (void)varint_get(&at, end, &count);
        h->count[i] += count;
        h->sum += count;
    }
    return at;
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
