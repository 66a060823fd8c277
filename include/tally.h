/* The tally: per bin, operator, local day and technology a 1-dB histogram of the level
 * and counts of samples without one, per bin, operator and day the samples without
 * service. Merges by adding, so any split of the logs gives the same. */
#ifndef LOMSONG_TALLY_H
#define LOMSONG_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample.h"
#include "units.h"

struct tally_level {
    int16_t dbm;
    uint32_t count;
};

/* Ordered by (bin_x, bin_y, mccmnc, day, tech). tech TECH_NONE holds the samples without
 * service (no_service) and those in service on an unknown technology (no_level). */
struct tally_key {
    int32_t bin_x;
    int32_t bin_y;
    mccmnc_t mccmnc;
    int32_t day; /* days since 1970-01-01, local */
    uint8_t tech;
};

enum {
    TALLY_FEW_LEVELS = 16,
    TALLY_FRESH = TALLY_FEW_LEVELS * sizeof(struct tally_level),
};
struct tally_cell {
    struct tally_key key;
    uint8_t level_count;
    uint8_t fresh_count;
    uint16_t level_capacity;
    uint64_t no_level;
    uint64_t no_service;
    int64_t first_utc_ms;
    int64_t last_utc_ms;
    struct tally_level *levels; /* sorted by dbm */
    union {
        /* most visits see no more: then `levels` points here, and the cell must stay */
        struct tally_level few[TALLY_FEW_LEVELS];
        /* samples that came before there are levels, each its dbm - LEVEL_MIN_DBM: see
         * tally_count_level() */
        uint8_t fresh[TALLY_FRESH];
    };
};

struct tally;

struct tally *tally_new(void);
void tally_free(struct tally *t);
/* Empties it, and keeps its memory for the next cells. */
void tally_clear(struct tally *t);

/* The cell of a key, made empty if new. Valid until the next call. */
struct tally_cell *tally_cell(struct tally *t, struct tally_key key);

/* Adds `count` samples of one level; LEVEL_NONE counts as no_level. */
void tally_add_level(struct tally_cell *c, int dbm, uint32_t count);

/* As that of one sample, which is only noted: it stands among the levels when
 * tally_each() or tally_sorted() hand the cell out. To find its place at once would cost
 * each sample more than all of a visit cost together. */
static inline void tally_count_level(struct tally_cell *c, int dbm)
{
    if (dbm == LEVEL_NONE)
        c->no_level++;
    else if (!c->levels && c->fresh_count < TALLY_FRESH)
        c->fresh[c->fresh_count++] = (uint8_t)(dbm - LEVEL_MIN_DBM);
    else
        tally_add_level(c, dbm, 1);
}

static inline void tally_add_time(struct tally_cell *c, int64_t t_utc_ms)
{
    if (t_utc_ms == TIME_UNKNOWN)
        return;
    if (c->first_utc_ms == TIME_UNKNOWN || t_utc_ms < c->first_utc_ms)
        c->first_utc_ms = t_utc_ms;
    if (t_utc_ms > c->last_utc_ms) /* TIME_UNKNOWN is before all */
        c->last_utc_ms = t_utc_ms;
}

/* Frees the levels of a cell that is in no tally. */
void tally_cell_free_levels(struct tally_cell *c);
/* Adds all of `from` (any key) to `into`. */
void tally_merge_cell(struct tally_cell *into, const struct tally_cell *from);

size_t tally_count(const struct tally *t);
/* Calls `take` with every cell, in no certain order. */
void tally_each(const struct tally *t,
                void (*take)(void *ctx, const struct tally_cell *cell), void *ctx);

/* All cells, sorted by key; they stay owned by the tally. The caller frees the array. */
const struct tally_cell **tally_sorted(const struct tally *t);

int tally_key_compare(const struct tally_key *a, const struct tally_key *b);

/* Samples with a level in a cell, the noted ones, too. */
uint64_t tally_level_sum(const struct tally_cell *c);

/* Histogram over the full span, for merging many cells: count[dbm - LEVEL_MIN_DBM], of
 * which only from..to hold anything: what is outside need not even be zero, so that one
 * for a few levels costs no more than these. Begins
 * cleared, or zeroed. */
struct tally_histogram {
    uint64_t sum;
    int from, to;
    uint64_t count[LEVEL_SPAN];
};
void tally_histogram_clear(struct tally_histogram *h);
void tally_histogram_add(struct tally_histogram *h, const struct tally_cell *c);
/* The levels are sorted. */
void tally_histogram_add_levels(struct tally_histogram *h,
                                const struct tally_level *levels, size_t count);
void tally_histogram_merge(struct tally_histogram *into,
                           const struct tally_histogram *from);
/* A histogram as bytes, of which most levels take one: returns behind the last one. */
enum { TALLY_HISTOGRAM_BYTES = 2 + 10 * LEVEL_SPAN };
uint8_t *tally_histogram_put(const struct tally_histogram *h, uint8_t *at);
/* Adds what such bytes hold; returns behind them. */
const uint8_t *tally_histogram_take(struct tally_histogram *h, const uint8_t *at,
                                    const uint8_t *end);
/* The k-th smallest level, k = 1..sum; LEVEL_NONE where sum is 0. */
int tally_histogram_rank(const struct tally_histogram *h, uint64_t k);
int tally_histogram_median(const struct tally_histogram *h);
int tally_histogram_p10(const struct tally_histogram *h);

#endif
