/* The levels of a tally: histograms over many cells with exact quantiles, and their
 * storage form in the workspace. */
#include <stdlib.h>

#include "stats.h"
#include "tally.h"

void tally_histogram_add(struct tally_histogram *h, const struct tally_cell *c)
{
    for (size_t i = 0; i < c->level_count; i++) {
        h->count[c->levels[i].dbm - LEVEL_MIN_DBM] += c->levels[i].count;
        h->sum += c->levels[i].count;
    }
}

int tally_histogram_rank(const struct tally_histogram *h, uint64_t k)
{
    uint64_t seen = 0;
    for (int i = 0; i < LEVEL_SPAN; i++) {
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

enum { LEVEL_BYTES = 6 };

size_t tally_levels_encode(const struct tally_cell *c, uint8_t *buf, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < c->level_count && n + LEVEL_BYTES <= size; i++) {
        const uint16_t dbm = (uint16_t)c->levels[i].dbm;
        const uint32_t count = c->levels[i].count;
        buf[n++] = (uint8_t)(dbm & 0xff);
        buf[n++] = (uint8_t)(dbm >> 8);
        for (int shift = 0; shift < 32; shift += 8)
            buf[n++] = (uint8_t)(count >> shift);
    }
    return n;
}

bool tally_levels_decode(struct tally_cell *c, const void *buf, size_t size)
{
    const uint8_t *b = buf;
    int previous_dbm = LEVEL_MIN_DBM - 1;
    if (size % LEVEL_BYTES != 0)
        return false;
    for (size_t n = 0; n < size; n += LEVEL_BYTES) {
        const int dbm = (int16_t)(uint16_t)(b[n] | b[n + 1] << 8);
        uint32_t count = 0;
        for (int i = 0; i < 4; i++)
            count |= (uint32_t)b[n + 2 + (size_t)i] << (8 * i);
        if (dbm <= previous_dbm || dbm > LEVEL_MAX_DBM || count == 0)
            return false; /* not sorted, or not one that tally_levels_encode writes */
        previous_dbm = dbm;
        tally_add_level(c, dbm, count);
    }
    return true;
}
