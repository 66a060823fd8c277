/* The evidence of one operator in one bin, visit by visit. */
#include <math.h>

#include "model_tiles.h"
#include "varint.h"
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

static void add_cell(struct bin_evidence *e, const struct tally_cell *c)
{
    const uint8_t tech = c->key.tech;
    const bool in_service = c->level_count > 0 || c->no_level > 0;
    e->seen_3g4g |=
        (tech == TECH_WCDMA || tech == TECH_LTE || tech == TECH_NR_NSA) && in_service;
    e->seen_5g |= (tech == TECH_NR_SA || tech == TECH_NR_NSA) && in_service;
    if (tech == TECH_NR_NSA)
        return; /* the same samples stand under LTE, by their anchor */
    e->no_service_samples += (int64_t)c->no_service;
    add_times(e, c);
}

/* The levels of the evidence that counts, as bytes. */
static void keep_levels(struct model_tile *tile, struct bin_evidence *e,
                        const struct bin_sum *sum)
{
    enum { MOST = TECH_COUNT * (1 + VARINT_SIZE + TALLY_HISTOGRAM_BYTES) };
    if (tile->level_capacity - tile->level_size < MOST) {
        tile->level_capacity = 2 * tile->level_capacity + MOST;
        tile->levels = xreallocarray(tile->levels, tile->level_capacity, 1);
    }
    uint8_t *const start = tile->levels + tile->level_size;
    uint8_t *at = start;
    for (uint8_t t = 0; t < TECH_COUNT; t++) {
        if (!sum->seen[t])
            continue;
        *at++ = t;
        at = varint_put(at, sum->no_level[t]);
        at = tally_histogram_put(&sum->levels[t], at);
    }
    e->level_at = tile->level_size;
    e->level_size = (uint32_t)(at - start);
    tile->level_size += e->level_size;
}

void model_bin_begin(struct model_bin *b, const struct tally_key *key)
{
    b->evidence = (struct bin_evidence){.bin_x = key->bin_x,
                                        .bin_y = key->bin_y,
                                        .mccmnc = key->mccmnc,
                                        .first_utc_ms = TIME_UNKNOWN,
                                        .last_utc_ms = TIME_UNKNOWN};
    b->visits = (struct visit_sum){0};
    b->visit = (struct visit){0};
    b->any_old = b->any_new = false;
    bin_sum_clear(&b->sum);
}

void model_bin_add(struct model_bin *b, const struct tally_cell *cell,
                   const struct model_tiles_options *o)
{
    const int32_t day = cell->key.day;
    bin_sum_add(&b->sum, cell);
    if (day < o->oldest_day) {
        b->any_old = true;
        return;
    }
    if (!b->any_new)
        bin_sum_clear(&b->newer);
    if (b->any_old) /* else both are one */
        bin_sum_add(&b->newer, cell);
    if (b->any_new && day != b->day) {
        visit_sum_add(&b->visits, &b->visit);
        b->visit = (struct visit){0};
    }
    b->any_new = true;
    b->day = day;
    visit_add(&b->visit, o->rule, cell);
    add_cell(&b->evidence, cell);
}

double model_bin_end(struct model_bin *b, struct model_tile *tile,
                     const struct model_tiles_options *o)
{
    struct bin_evidence *e = &b->evidence;
    if (!b->any_new)
        return NAN;
    visit_sum_add(&b->visits, &b->visit);
    e->visits = (uint32_t)b->visits.visits;
    e->samples = b->visits.samples;
    e->share = visit_sum_share(&b->visits);
    e->service_share = visit_sum_service_share(&b->visits);
    if (!bin_set_has(o->wanted, e->bin_x, e->bin_y))
        return e->share;
    keep_levels(tile, e, b->any_old ? &b->newer : &b->sum);
    tile->evidence = xgrow(tile->evidence, tile->evidence_count, &tile->evidence_capacity,
                           sizeof *tile->evidence);
    tile->evidence[tile->evidence_count++] = *e;
    return e->share;
}
