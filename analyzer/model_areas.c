/* The test areas: what each operator showed in their bins, judged. Many areas at once. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "parallel.h"
#include "varint.h"
#include "xmem.h"

/* Levels that one operator showed in one area: some 5 KB, for who was there. */
struct gathered_levels {
    struct tally_histogram by_tech[TECH_COUNT];
    uint64_t no_level[TECH_COUNT];
};

/* What one operator showed in one area, while it is gathered. Its memory serves one area
 * after the other. */
struct gathering {
    struct area_operator row;
    struct judge_bin *seen; /* bins with a share */
    double *share;
    size_t seen_count;
    size_t seen_capacity, share_capacity;
    double service_sum; /* over bins with any evidence */
    int64_t service_bins;
    bool has_levels;
    struct gathered_levels *levels;
};

/* Everything about one area. */
struct site {
    const struct model *m;
    struct area *area;
    struct gathering *operators;
    size_t count;
    size_t made, capacity; /* operators that have memory; room for them */
    bool has_evidence, seen_3g4g, seen_5g;
    bool keep_evidence;
    const struct judge_rho *rho;
    const struct gathering *rho_of; /* whose bins seen_rho is of; NULL: of nobody's yet */
    struct judge_seen_rho seen_rho;
    struct model_probes probes; /* made here */
    enum result *results;       /* of the rule's operators */
    struct bin_list bins;       /* the area's, where its correlation is asked for */
    const struct area *unseen;  /* the first area that nobody measured; NULL: none yet */
};

static struct gathering *find_operator(struct site *s, mccmnc_t op)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->operators[i].row.mccmnc == op)
            return &s->operators[i];
    }
    if (s->count == s->made) {
        s->operators = xgrow(s->operators, s->made, &s->capacity, sizeof *s->operators);
        s->operators[s->made++] = (struct gathering){.seen_count = 0};
    }
    struct gathering *g = &s->operators[s->count++];
    g->row = (struct area_operator){
        .mccmnc = op, .first_utc_ms = TIME_UNKNOWN, .last_utc_ms = TIME_UNKNOWN};
    g->seen_count = 0;
    g->service_sum = 0.0;
    g->service_bins = 0;
    g->has_levels = false;
    return g;
}

static void begin_area(struct site *s, struct area *area)
{
    s->area = area;
    s->count = 0;
    s->has_evidence = s->seen_3g4g = s->seen_5g = false;
    s->rho_of = NULL;
    s->probes.count = 0;
    if (!s->results)
        s->results = xcalloc(s->m->rule->operator_count, sizeof *s->results);
    for (size_t i = 0; i < s->m->rule->operator_count; i++)
        find_operator(s, s->m->rule->operators[i]);
}

static void free_site(struct site *s)
{
    for (size_t i = 0; i < s->made; i++) {
        free(s->operators[i].seen);
        free(s->operators[i].share);
        free(s->operators[i].levels);
    }
    free(s->operators);
    free(s->results);
    free(s->bins.items);
    model_probes_free(&s->probes);
}

static void add_share(struct gathering *g, struct judge_bin bin, double share)
{
    g->seen = xgrow(g->seen, g->seen_count, &g->seen_capacity, sizeof *g->seen);
    g->share = xgrow(g->share, g->seen_count, &g->share_capacity, sizeof *g->share);
    g->seen[g->seen_count] = bin;
    g->share[g->seen_count++] = share;
}

static void begin_levels(struct gathering *g)
{
    if (!g->levels)
        g->levels = xmalloc(sizeof *g->levels);
    for (int t = 0; t < TECH_COUNT; t++) {
        tally_histogram_clear(&g->levels->by_tech[t]);
        g->levels->no_level[t] = 0;
    }
    g->has_levels = true;
}

static void add_levels(struct gathering *g, const uint8_t *at, size_t size)
{
    const uint8_t *const end = at + size;
    if (!g->has_levels)
        begin_levels(g);
    while (at < end) {
        const uint8_t tech = *at++;
        uint64_t no_level = 0;
        (void)varint_get(&at, end, &no_level);
        g->levels->no_level[tech] += no_level;
        at = tally_histogram_take(&g->levels->by_tech[tech], at, end);
    }
}

static void add_evidence(struct site *s, const struct bin_evidence *e,
                         const uint8_t *levels)
{
    struct gathering *g = find_operator(s, e->mccmnc);
    s->has_evidence = true;
    s->seen_3g4g |= e->seen_3g4g;
    s->seen_5g |= e->seen_5g;
    g->row.samples += e->samples;
    g->row.no_service_samples += e->no_service_samples;
    if (e->first_utc_ms != TIME_UNKNOWN &&
        (g->row.first_utc_ms == TIME_UNKNOWN || e->first_utc_ms < g->row.first_utc_ms))
        g->row.first_utc_ms = e->first_utc_ms;
    if (e->last_utc_ms != TIME_UNKNOWN &&
        (g->row.last_utc_ms == TIME_UNKNOWN || e->last_utc_ms > g->row.last_utc_ms))
        g->row.last_utc_ms = e->last_utc_ms;
    if (!isnan(e->service_share)) {
        g->service_sum += e->service_share;
        g->service_bins++;
    }
    if (e->visits > 0) {
        add_share(g, (struct judge_bin){.bin_x = e->bin_x, .bin_y = e->bin_y}, e->share);
        g->row.visits += e->visits;
    }
    if (e->level_size > 0)
        add_levels(g, levels + e->level_at, e->level_size);
}

static int compare_gatherings(const void *a, const void *b)
{
    const struct gathering *x = a;
    const struct gathering *y = b;
    if (x->row.in_rule != y->row.in_rule)
        return x->row.in_rule ? -1 : 1;
    return x->row.mccmnc < y->row.mccmnc ? -1 : x->row.mccmnc > y->row.mccmnc;
}

/* Over the technologies that count. */
static void find_quantiles(struct gathering *g, const struct rule *rule)
{
    struct tally_histogram counted;
    g->row.median_dbm = g->row.p10_dbm = LEVEL_NONE;
    if (!g->has_levels)
        return;
    tally_histogram_clear(&counted);
    for (int t = 0; t < TECH_COUNT; t++) {
        if (t != TECH_NR_NSA && rule->technologies[t].counts)
            tally_histogram_merge(&counted, &g->levels->by_tech[t]);
    }
    g->row.median_dbm = tally_histogram_median(&counted);
    g->row.p10_dbm = tally_histogram_p10(&counted);
}

/* Operators whose modems travel together have mostly seen the same bins. */
static const struct judge_seen_rho *
find_seen_rho(struct site *s, const struct gathering *g, const struct judge_evidence *e)
{
    if (g->seen_count == 0 || g->seen_count == e->area_count)
        return NULL; /* not looked at */
    if (!s->rho_of || s->rho_of->seen_count != g->seen_count ||
        memcmp(s->rho_of->seen, g->seen, g->seen_count * sizeof *g->seen) != 0) {
        s->seen_rho = judge_seen_rho(e, s->m->rule->correlation_m);
        s->rho_of = g;
    }
    return &s->seen_rho;
}

static void judge_gathering(struct site *s, struct gathering *g, struct judge_evidence e)
{
    e.seen = g->seen;
    e.share = g->share;
    e.seen_count = g->seen_count;
    e.samples = g->row.samples;
    e.seen_rho = find_seen_rho(s, g, &e);
    g->row.judgement = judge_operator(&e, s->m->rule);
    g->row.bins = (int64_t)g->seen_count;
    g->row.service_share =
        g->service_bins ? g->service_sum / (double)g->service_bins : (double)NAN;
    find_quantiles(g, s->m->rule);
}

static void keep_techs(struct model *m, struct gathering *g)
{
    struct area_tech techs[TECH_COUNT];
    size_t count = 0;
    for (int t = 0; g->has_levels && t < TECH_COUNT; t++) {
        const struct tally_histogram *levels = &g->levels->by_tech[t];
        const uint64_t no_level = g->levels->no_level[t];
        if (levels->sum + no_level == 0)
            continue;
        techs[count++] = (struct area_tech){.tech = (enum tech)t,
                                            .samples = levels->sum,
                                            .no_level = no_level,
                                            .median_dbm = tally_histogram_median(levels)};
    }
    if (count == 0)
        return;
    g->row.techs =
        memcpy(model_alloc(m, count, sizeof *techs), techs, count * sizeof *techs);
    g->row.tech_count = count;
}

/* Result over the rule's operators, best operator, presence of broadband. */
static void sum_up(struct site *s)
{
    struct area *a = s->area;
    const struct rule *rule = s->m->rule;
    const int64_t needed =
        a->bins_total < rule->min_bins ? a->bins_total : rule->min_bins;
    bool tested = true;
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        const struct area_operator *o = &a->operators[i];
        s->results[i] = o->judgement.result;
        tested = tested && o->bins >= needed;
        if (isfinite(o->judgement.availability) &&
            (!a->best || o->judgement.availability > a->best->judgement.availability))
            a->best = o;
    }
    a->result = judge_combine(s->results, a->rule_operator_count, rule->combine);
    const enum presence otherwise = tested ? PRESENCE_ABSENT : PRESENCE_UNKNOWN;
    a->broadband_3g4g = s->seen_3g4g ? PRESENCE_PRESENT : otherwise;
    a->broadband_5g = s->seen_5g ? PRESENCE_PRESENT : otherwise;
}

static void keep_evidence(struct model *m, struct gathering *g)
{
    struct judge_bin *seen = model_alloc(m, g->seen_count, sizeof(*seen));
    double *share = model_alloc(m, g->seen_count, sizeof(*share));
    if (g->seen_count > 0) {
        memcpy(seen, g->seen, g->seen_count * sizeof(*seen));
        memcpy(share, g->share, g->seen_count * sizeof(*share));
    }
    g->row.seen = seen;
    g->row.share = share;
}

/* An area that no operator's evidence is from, or all of it that of each, has no need of
 * its correlation. */
static bool needs_rho(const struct site *s, const struct area_bins *bins)
{
    bool needs = false;
    for (size_t i = 0; i < s->count; i++) {
        const size_t seen = s->operators[i].seen_count;
        needs = needs || (seen > 0 && seen < bins->count);
    }
    return needs;
}

/* The operators that were seen, and the rule's, judged. */
static void judge_operators(struct model *m, struct site *s, const struct area_bins *bins)
{
    struct area *a = s->area;
    struct judge_evidence e = {
        .area_count = bins->count, .bin_size_m = m->bin_size_m, .rho = s->rho};
    if (needs_rho(s, bins)) {
        bin_list_fill(&s->bins, bins->runs, bins->run_count);
        e.area = s->bins.items;
        e.area_rho = judge_area_rho(&e, m->rule->correlation_m);
    }
    for (size_t i = 0; i < s->probes.count; i++)
        find_operator(s, s->probes.items[i].mccmnc);
    a->operator_count = s->count;
    a->operators = model_alloc(m, s->count, sizeof *a->operators);
    for (size_t i = 0; i < s->count; i++)
        s->operators[i].row.in_rule =
            rule_lists_operator(m->rule, s->operators[i].row.mccmnc);
    if (s->count > 1)
        qsort(s->operators, s->count, sizeof *s->operators, compare_gatherings);
    for (size_t i = 0; i < s->count; i++) {
        judge_gathering(s, &s->operators[i], e);
        s->operators[i].row.broadband =
            model_probes_sum(&s->probes, s->operators[i].row.mccmnc);
        keep_techs(m, &s->operators[i]);
        if (s->keep_evidence)
            keep_evidence(m, &s->operators[i]);
        a->operators[i] = s->operators[i].row;
        a->rule_operator_count += s->operators[i].row.in_rule;
    }
}

/* Where nobody measured there is the same to say of every area, and most areas of a
 * country may be such: they share it. */
static void finish_area(struct model *m, struct site *s, const struct area_bins *bins)
{
    struct area *a = s->area;
    const bool is_unseen = !s->has_evidence && s->probes.count == 0;
    a->bins_total = (int64_t)bins->count;
    if (is_unseen && s->unseen) {
        a->operators = s->unseen->operators;
        a->operator_count = s->unseen->operator_count;
        a->rule_operator_count = s->unseen->rule_operator_count;
    } else {
        judge_operators(m, s, bins);
        if (is_unseen)
            s->unseen = a;
    }
    sum_up(s);
}

/* One thread's part: a model of its own, with its memory. */
struct area_worker {
    struct model m;
    const struct model_areas *areas;
    atomic_size_t *next;
    const struct model_tiles *tiles;
    struct site site; /* of one area after the other */
};

/* The evidence of a run of bins, tile by tile. */
static void add_run(struct site *s, struct model_tiles_cursor *cursor, struct bin_run run)
{
    const int32_t last_y = run.last_y;
    while (run.first_y <= last_y) {
        size_t count = 0;
        const int32_t tile_end = (tally_tile(run.first_y) + 1) * TALLY_TILE_BINS - 1;
        run.last_y = last_y < tile_end ? last_y : tile_end;
        const struct bin_evidence *e = model_tiles_find(cursor, &run, &count);
        for (size_t i = 0; i < count; i++)
            add_evidence(s, &e[i], cursor->tile->levels);
        run.first_y = run.last_y + 1;
    }
}

static void add_probes(struct site *s, const struct model_probes *probes,
                       const struct bin_run *run)
{
    for (int32_t y = run->first_y; probes->count > 0 && y <= run->last_y; y++) {
        const struct judge_bin bin = {.bin_x = run->bin_x, .bin_y = y};
        model_probes_find(probes, bin, &s->probes);
    }
}

static void judge_area(struct area_worker *w, struct area *area,
                       const struct area_bins *bins)
{
    struct site *s = &w->site;
    struct model_tiles_cursor cursor = {.tiles = w->tiles};
    begin_area(s, area);
    for (size_t i = 0; i < bins->run_count; i++) {
        add_run(s, &cursor, bins->runs[i]);
        add_probes(s, &w->areas->probes, &bins->runs[i]);
    }
    finish_area(&w->m, s, bins);
}

static void work(void *worker)
{
    struct area_worker *w = worker;
    const size_t count = w->m.area_count;
    struct parallel_share share;
    while (parallel_take(w->next, count, &share)) {
        for (size_t i = share.from; i < share.end; i++)
            judge_area(w, &w->m.areas[i], &w->areas->bins[i]);
    }
}

void model_areas_judge(struct model *m, const struct model_areas *a,
                       const struct model_tiles *tiles)
{
    struct area_worker workers[PARALLEL_MAX];
    atomic_size_t next = 0;
    const size_t count = parallel_count(a->threads, m->area_count / PARALLEL_AT_ONCE);
    struct judge_rho rho;
    judge_rho_fill(&rho, m->bin_size_m, m->rule->correlation_m);
    for (size_t i = 0; i < count; i++) {
        workers[i] =
            (struct area_worker){.m = *m, .areas = a, .next = &next, .tiles = tiles};
        workers[i].m.arena = (struct arena){0};
        workers[i].site = (struct site){
            .m = &workers[i].m, .keep_evidence = a->keep_evidence, .rho = &rho};
    }
    parallel_run(work, workers, count, sizeof *workers);
    for (size_t i = 0; i < count; i++) {
        arena_join(&m->arena, &workers[i].m.arena);
        free_site(&workers[i].site);
    }
}

void model_areas_free(struct model_areas *a)
{
    free(a->bins);
    arena_free(&a->bins_memory);
    bin_set_free(&a->all);
    model_probes_free(&a->probes);
    *a = (struct model_areas){0};
}
