/* The evidence of one operator in one bin, visit by visit. */
#include <math.h>

#include "model_columns.h"
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
    const bool in_service = tally_level_sum(c) + c->no_level > 0;
    visit_add(v, rule, c);
    e->seen_3g4g |=
        (tech == TECH_WCDMA || tech == TECH_LTE || tech == TECH_NR_NSA) && in_service;
    e->seen_5g |= (tech == TECH_NR_SA || tech == TECH_NR_NSA) && in_service;
    if (tech == TECH_NR_NSA)
        return; /* the same samples stand under LTE, by their anchor */
    e->no_service_samples += (int64_t)c->no_service;
    add_times(e, c);
}

/* More than 32 bits hold: as several entries of one level. */
static void keep_level(struct model_column *column, struct bin_level level,
                       uint64_t samples)
{
    while (samples > 0) {
        level.count = samples < UINT32_MAX ? (uint32_t)samples : UINT32_MAX;
        samples -= level.count;
        column->levels = xgrow(column->levels, column->level_count,
                               &column->level_capacity, sizeof *column->levels);
        column->levels[column->level_count++] = level;
    }
}

/* The levels of one technology in the evidence that counts, as a list. */
static void keep_tech(struct model_column *column, uint8_t tech,
                      const struct tally_cell **cells, size_t count, int32_t oldest_day)
{
    struct tally_histogram h;
    uint64_t no_level = 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const struct tally_key *k = &cells[i]->key;
        if (k->tech != tech || k->day < oldest_day)
            continue;
        if (!any)
            tally_histogram_clear(&h);
        any = true;
        tally_histogram_add(&h, cells[i]);
        no_level += cells[i]->no_level;
    }
    if (!any)
        return;
    keep_level(column, (struct bin_level){.tech = tech, .dbm = LEVEL_NONE}, no_level);
    for (int i = h.from; i < h.to; i++) {
        const struct bin_level level = {.tech = tech,
                                        .dbm = (int16_t)(i + LEVEL_MIN_DBM)};
        keep_level(column, level, h.count[i]);
    }
}

static void keep_levels(struct model_column *column, struct bin_evidence *e,
                        const struct tally_cell **cells, size_t count, int32_t oldest_day)
{
    e->level_at = column->level_count;
    for (uint8_t t = 0; t < TECH_COUNT; t++)
        keep_tech(column, t, cells, count, oldest_day);
    e->level_count = column->level_count - e->level_at;
}

static bool is_wanted(const struct bin_set *wanted, const struct bin_evidence *e)
{
    return bin_set_has(wanted, e->bin_x, e->bin_y);
}

double model_add_evidence(struct model_column *column, const struct tally_cell **cells,
                          size_t count, const struct model_columns_options *o)
{
    struct visit_sum sum = {0};
    size_t i = 0;
    struct bin_evidence e = {.bin_x = cells[0]->key.bin_x,
                             .bin_y = cells[0]->key.bin_y,
                             .mccmnc = cells[0]->key.mccmnc,
                             .first_utc_ms = TIME_UNKNOWN,
                             .last_utc_ms = TIME_UNKNOWN};
    while (i < count && cells[i]->key.day < o->oldest_day)
        i++;
    if (i == count)
        return NAN;
    while (i < count) {
        const int32_t day = cells[i]->key.day;
        struct visit v = {0};
        for (; i < count && cells[i]->key.day == day; i++)
            add_cell(&e, cells[i], o->rule, &v);
        visit_sum_add(&sum, &v);
    }
    e.visits = sum.visits;
    e.samples = sum.samples;
    e.share = visit_sum_share(&sum);
    e.service_share = visit_sum_service_share(&sum);
    if (!is_wanted(o->wanted, &e))
        return e.share;
    keep_levels(column, &e, cells, count, o->oldest_day);
    column->evidence = xgrow(column->evidence, column->evidence_count,
                             &column->evidence_capacity, sizeof *column->evidence);
    column->evidence[column->evidence_count++] = e;
    return e.share;
}
