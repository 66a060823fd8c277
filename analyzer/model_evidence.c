/* The evidence of one operator in one bin, visit by visit. */
#include <math.h>

#include "model_columns.h"
#include "varint.h"
#include "visit.h"
#include "xmem.h"

static void add_times(struct bin_evidence *e, const struct tally_cell *c)
{
    if (c->first_utc_ms == TIME_UNKNOWN)
        return;
    if (e->first_utc_ms == TIME_UNKNOWN || c->first_utc_ms < e->first_utc_ms)
        e->first_utc_ms = c->first_utc_ms;
    if (e->last_utc_ms == TIME_UNKNOWN || c->last_utc_ms > e->last_utc_ms)
        e->last_utc_ms = c->last_utc_ms;
}

static void add_cell(struct bin_evidence *e, const struct tally_cell *c,
                     const struct rule *rule, struct visit *v)
{
    const uint8_t tech = c->key.tech;
    const bool in_service = c->level_count > 0 || c->no_level > 0;
    visit_add(v, rule, c);
    e->seen_3g4g |=
        (tech == TECH_WCDMA || tech == TECH_LTE || tech == TECH_NR_NSA) && in_service;
    e->seen_5g |= (tech == TECH_NR_SA || tech == TECH_NR_NSA) && in_service;
    if (tech == TECH_NR_NSA)
        return; /* the same samples stand under LTE, by their anchor */
    e->no_service_samples += (int64_t)c->no_service;
    add_times(e, c);
}

/* The levels of the evidence that counts, as bytes. */
static void keep_levels(struct model_column *column, struct bin_evidence *e,
                        const struct bin_sum *sum)
{
    enum { MOST = TECH_COUNT * (1 + VARINT_SIZE + TALLY_HISTOGRAM_BYTES) };
    if (column->level_capacity - column->level_size < MOST) {
        column->level_capacity = 2 * column->level_capacity + MOST;
        column->levels = xreallocarray(column->levels, column->level_capacity, 1);
    }
    uint8_t *const start = column->levels + column->level_size;
    uint8_t *at = start;
    for (uint8_t t = 0; t < TECH_COUNT; t++) {
        if (!sum->seen[t])
            continue;
        *at++ = t;
        at = varint_put(at, sum->no_level[t]);
        at = tally_histogram_put(&sum->levels[t], at);
    }
    e->level_at = column->level_size;
    e->level_size = (uint32_t)(at - start);
    column->level_size += e->level_size;
}

static bool is_wanted(const struct bin_set *wanted, const struct bin_evidence *e)
{
    return bin_set_has(wanted, e->bin_x, e->bin_y);
}

double model_add_evidence(struct model_column *column, const struct bin_cells *cells,
                          const struct model_columns_options *o)
{
    const struct tally_cell **items = cells->items;
    const struct tally_key *key = &items[0]->key;
    struct visit_sum visits = {0};
    struct bin_evidence e = {.bin_x = key->bin_x,
                             .bin_y = key->bin_y,
                             .mccmnc = key->mccmnc,
                             .first_utc_ms = TIME_UNKNOWN,
                             .last_utc_ms = TIME_UNKNOWN};
    size_t old = 0;
    while (old < cells->count && items[old]->key.day < o->oldest_day)
        old++;
    if (old == cells->count)
        return NAN;
    for (size_t i = old; i < cells->count;) {
        const int32_t day = items[i]->key.day;
        struct visit v = {0};
        for (; i < cells->count && items[i]->key.day == day; i++)
            add_cell(&e, items[i], o->rule, &v);
        visit_sum_add(&visits, &v);
    }
    e.visits = (uint32_t)visits.visits;
    e.samples = visits.samples;
    e.share = visit_sum_share(&visits);
    e.service_share = visit_sum_service_share(&visits);
    if (!is_wanted(o->wanted, &e))
        return e.share;
    struct bin_sum newer; /* the days are in order: what is too old comes first */
    if (old > 0)
        model_sum_cells(&newer, items + old, cells->count - old);
    keep_levels(column, &e, old > 0 ? &newer : cells->sum);
    column->evidence = xgrow(column->evidence, column->evidence_count,
                             &column->evidence_capacity, sizeof *column->evidence);
    column->evidence[column->evidence_count++] = e;
    return e.share;
}
