/* Evidence of each operator in each test area, gathered bin by bin, visit by visit, and
 * judged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "model_build.h"
#include "shape.h"
#include "xmem.h"

/* What one operator showed in one area, while it is gathered. */
struct gathering {
    struct area_operator row;
    struct judge_bin *seen; /* bins with a share */
    double *share;
    size_t seen_count;
    size_t seen_capacity, share_capacity;
    double service_sum; /* over bins with any evidence */
    int64_t service_bins;
    struct tally_histogram levels; /* of counted technologies */
};

/* One visit: counts of one bin, operator and day. */
struct visit {
    uint64_t passing;
    uint64_t judged; /* denominator of the share */
    uint64_t in_service;
    uint64_t all;
};

/* Everything about one area. */
struct site {
    const struct model *m;
    struct area *area;
    struct gathering *operators;
    size_t count;
    size_t capacity;
    bool seen_3g4g, seen_5g;
    int32_t oldest_day; /* evidence before it does not count */
    bool keep_evidence;
};

static struct gathering *find_operator(struct site *s, mccmnc_t op)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->operators[i].row.mccmnc == op)
            return &s->operators[i];
    }
    s->operators = xgrow(s->operators, s->count, &s->capacity, sizeof *s->operators);
    struct gathering *g = &s->operators[s->count++];
    *g = (struct gathering){
        .row = {.mccmnc = op, .first_utc_ms = TIME_UNKNOWN, .last_utc_ms = TIME_UNKNOWN}};
    return g;
}

static void add_levels(const struct rule_technology *t, const struct tally_cell *c,
                       struct visit *v)
{
    for (size_t i = 0; i < c->level_count; i++) {
        v->judged += c->levels[i].count;
        if (c->levels[i].dbm >= t->level_dbm)
            v->passing += c->levels[i].count;
    }
}

static void add_cell(struct site *s, struct gathering *g, const struct tally_cell *c,
                     struct visit *v)
{
    const uint8_t tech = c->key.tech;
    const uint64_t in_service = tally_level_sum(c) + c->no_level;
    s->seen_3g4g |=
        (tech == TECH_WCDMA || tech == TECH_LTE || tech == TECH_NR_NSA) && in_service > 0;
    s->seen_5g |= (tech == TECH_NR_SA || tech == TECH_NR_NSA) && in_service > 0;
    if (tech == TECH_NR_NSA)
        return; /* the same samples stand under LTE, by their anchor */
    v->all += in_service + c->no_service;
    v->in_service += in_service;
    v->judged += c->no_service;
    g->row.no_service_samples += (int64_t)c->no_service;
    if (c->first_utc_ms != TIME_UNKNOWN &&
        (g->row.first_utc_ms == TIME_UNKNOWN || c->first_utc_ms < g->row.first_utc_ms))
        g->row.first_utc_ms = c->first_utc_ms;
    if (c->last_utc_ms != TIME_UNKNOWN &&
        (g->row.last_utc_ms == TIME_UNKNOWN || c->last_utc_ms > g->row.last_utc_ms))
        g->row.last_utc_ms = c->last_utc_ms;
    if (tech == TECH_NONE)
        return; /* in service on an unknown technology: cannot be said to pass or fail */
    if (s->m->rule->technologies[tech].counts) {
        add_levels(&s->m->rule->technologies[tech], c, v);
        tally_histogram_add(&g->levels, c);
    } else {
        v->judged += in_service; /* evidence that does not pass */
    }
}

static void add_share(struct gathering *g, struct judge_bin bin, double share)
{
    g->seen = xgrow(g->seen, g->seen_count, &g->seen_capacity, sizeof *g->seen);
    g->share = xgrow(g->share, g->seen_count, &g->share_capacity, sizeof *g->share);
    g->seen[g->seen_count] = bin;
    g->share[g->seen_count++] = share;
}

/* The cells of one bin and one operator, by day. */
static void add_bin(struct site *s, struct judge_bin bin, const struct tally_cell **cells,
                    size_t count)
{
    double share_sum = 0, service_sum = 0;
    int64_t visits = 0, service_visits = 0;
    struct gathering *g = NULL;
    for (size_t i = 0; i < count;) {
        const int32_t day = cells[i]->key.day;
        struct visit v = {0};
        if (day < s->oldest_day) {
            i++;
            continue;
        }
        if (!g)
            g = find_operator(s, cells[i]->key.mccmnc);
        for (; i < count && cells[i]->key.day == day; i++)
            add_cell(s, g, cells[i], &v);
        if (v.all > 0) {
            service_sum += (double)v.in_service / (double)v.all;
            service_visits++;
            g->row.samples += (int64_t)v.all;
        }
        if (v.judged > 0) {
            share_sum += (double)v.passing / (double)v.judged;
            visits++;
        }
    }
    if (service_visits > 0) {
        g->service_sum += service_sum / (double)service_visits;
        g->service_bins++;
    }
    if (visits > 0) {
        add_share(g, bin, share_sum / (double)visits);
        g->row.visits += visits;
    }
}

static size_t lower_bound(const struct model_cells *cells, struct judge_bin bin)
{
    const struct tally_key key = {
        .bin_x = bin.bin_x, .bin_y = bin.bin_y, .day = INT32_MIN};
    size_t low = 0, high = cells->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (tally_key_compare(&cells->sorted[middle]->key, &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* All cells of one bin, operator by operator. */
static void add_cells_of_bin(struct site *s, const struct model_cells *cells,
                             struct judge_bin bin)
{
    size_t i = lower_bound(cells, bin);
    while (i < cells->count && cells->sorted[i]->key.bin_x == bin.bin_x &&
           cells->sorted[i]->key.bin_y == bin.bin_y) {
        size_t to = i + 1;
        while (to < cells->count && cells->sorted[to]->key.bin_x == bin.bin_x &&
               cells->sorted[to]->key.bin_y == bin.bin_y &&
               cells->sorted[to]->key.mccmnc == cells->sorted[i]->key.mccmnc)
            to++;
        add_bin(s, bin, cells->sorted + i, to - i);
        i = to;
    }
}

/* An area that spans more bins than this is no hamlet, but a province or a wrong CRS. */
static enum err check_span(const struct model *m, const struct area *a, double width_m,
                           double height_m)
{
    const double max_bins = 16e6;
    if (width_m / m->bin_size_m * (height_m / m->bin_size_m) <= max_bins)
        return ERR_OK;
    err_report(
        _("area \"%s\" spans %.0f by %.0f km, too much for bins of %g m; is it a hamlet, "
          "and in the right CRS?"),
        a->area_code, width_m / 1000, height_m / 1000, m->bin_size_m);
    return ERR_INPUT;
}

static enum err polygon_bins(const struct model *m, struct area *area,
                             struct bin_list *bins)
{
    struct shape shape;
    double span_m[2];
    enum err err = shape_project(&area->shape, m->crs, &shape);
    if (err) {
        err_report(_("area \"%s\" cannot be projected to EPSG:%d"), area->area_code,
                   crs_epsg(m->crs));
        return err;
    }
    shape_span(&shape, span_m);
    err = check_span(m, area, span_m[0], span_m[1]);
    if (!err) {
        const struct xy point = shape_point_on_surface(&shape);
        area->point = crs_inverse(m->crs, point);
        shape_polygon_bins(&shape, point, m->bin_size_m, bins);
    }
    shape_free(&shape);
    return err;
}

enum err model_area_bins(const struct model *m, struct area *area, struct bin_list *bins)
{
    if (area->shape.size > 0)
        return polygon_bins(m, area, bins);
    const double span_m = 2 * area->radius_m;
    const enum err err = check_span(m, area, span_m, span_m);
    if (!err)
        shape_circle_bins(crs_forward(m->crs, area->point), area->radius_m, m->bin_size_m,
                          bins);
    return err;
}

static int compare_gatherings(const void *a, const void *b)
{
    const struct gathering *x = a;
    const struct gathering *y = b;
    if (x->row.in_rule != y->row.in_rule)
        return x->row.in_rule ? -1 : 1;
    return x->row.mccmnc < y->row.mccmnc ? -1 : x->row.mccmnc > y->row.mccmnc;
}

static void judge_gathering(const struct site *s, struct gathering *g,
                            const struct bin_list *bins, double area_rho)
{
    const struct judge_evidence e = {
        .area = bins->items,
        .area_count = bins->count,
        .seen = g->seen,
        .share = g->share,
        .seen_count = g->seen_count,
        .samples = g->row.samples,
        .bin_size_m = s->m->bin_size_m,
        .area_rho = area_rho,
    };
    g->row.judgement = judge_operator(&e, s->m->rule);
    g->row.bins = (int64_t)g->seen_count;
    g->row.service_share =
        g->service_bins ? g->service_sum / (double)g->service_bins : (double)NAN;
    g->row.median_dbm = tally_histogram_median(&g->levels);
    g->row.p10_dbm = tally_histogram_p10(&g->levels);
}

/* Result over the rule's operators, best operator, presence of broadband. */
static void sum_up(struct site *s)
{
    struct area *a = s->area;
    const struct rule *rule = s->m->rule;
    enum result *results = xcalloc(a->rule_operator_count + 1, sizeof(*results));
    const int64_t needed =
        a->bins_total < rule->min_bins ? a->bins_total : rule->min_bins;
    bool tested = true;
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        const struct area_operator *o = &a->operators[i];
        results[i] = o->judgement.result;
        tested = tested && o->bins >= needed;
        if (isfinite(o->judgement.availability) &&
            (!a->best || o->judgement.availability > a->best->judgement.availability))
            a->best = o;
    }
    a->result = judge_combine(results, a->rule_operator_count, rule->combine);
    free(results);
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

static void finish_area(struct model *m, struct site *s, const struct bin_list *bins)
{
    struct area *a = s->area;
    const double area_rho =
        judge_area_rho(bins->items, bins->count, m->bin_size_m, m->rule->correlation_m);
    a->bins_total = (int64_t)bins->count;
    a->operator_count = s->count;
    a->operators = model_alloc(m, s->count, sizeof *a->operators);
    for (size_t i = 0; i < s->count; i++)
        s->operators[i].row.in_rule =
            rule_lists_operator(m->rule, s->operators[i].row.mccmnc);
    if (s->count > 1)
        qsort(s->operators, s->count, sizeof *s->operators, compare_gatherings);
    for (size_t i = 0; i < s->count; i++) {
        judge_gathering(s, &s->operators[i], bins, area_rho);
        if (s->keep_evidence)
            keep_evidence(m, &s->operators[i]);
        a->operators[i] = s->operators[i].row;
        a->rule_operator_count += s->operators[i].row.in_rule;
    }
    sum_up(s);
}

static enum err judge_area(struct model *m, const struct model_cells *cells,
                           struct area *area, struct bin_list *bins, bool keep)
{
    struct site s = {.m = m, .area = area, .keep_evidence = keep};
    const int64_t oldest = (int64_t)m->as_of_day - m->rule->max_age_days;
    s.oldest_day = oldest < INT32_MIN ? INT32_MIN : (int32_t)oldest;
    const enum err err = model_area_bins(m, area, bins);
    if (err)
        return err;
    for (size_t i = 0; i < m->rule->operator_count; i++)
        find_operator(&s, m->rule->operators[i]);
    for (size_t i = 0; i < bins->count; i++)
        add_cells_of_bin(&s, cells, bins->items[i]);
    finish_area(m, &s, bins);
    for (size_t i = 0; i < s.count; i++) {
        free(s.operators[i].seen);
        free(s.operators[i].share);
    }
    free(s.operators);
    return ERR_OK;
}

enum err model_judge_areas(struct model *m, const struct model_cells *cells,
                           bool keep_evidence_too)
{
    struct bin_list bins = {0};
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < m->area_count; i++)
        err = judge_area(m, cells, &m->areas[i], &bins, keep_evidence_too);
    free(bins.items);
    return err;
}
