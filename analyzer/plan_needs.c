/* What the test areas of undecided hamlets lack, and how long it takes to get it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "need.h"
#include "plan_make.h"
#include "tour.h"
#include "xmem.h"

enum {
    MAX_STEPS = 5000000,  /* of the proof for one operator: a third of a second */
    SETTLE_S = 300,       /* to find the place, to stop, to talk */
    SAMPLES_PER_BIN = 30, /* of one modem, walked through at one a second */
};
static const double walk_mps = 1.1;       /* 4 km/h, looking at a screen */
static const double walk_leg_max_m = 500; /* from bin to bin; further is ridden */
static const double walk_detour = 1.3;    /* around houses and fields */

/* What the first area of a shape lacked where nothing was seen: what all others lack. */
struct pattern {
    struct judge_bin *bins; /* beginning at 0,0 */
    size_t bin_count;
    struct judge_bin *wanted;
    struct need need;
    struct need_goal pass, fail;
};

struct plan_needs {
    struct model *m;
    struct need_space *space;
    size_t space_count; /* bins that it has room for */
    struct pattern *patterns;
    size_t pattern_count, capacity;
    size_t areas, proved;
};

struct plan_needs *plan_needs_open(struct model *m)
{
    struct plan_needs *n = xcalloc(1, sizeof *n);
    n->m = m;
    return n;
}

void plan_needs_close(struct plan_needs *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->pattern_count; i++) {
        free(n->patterns[i].bins);
        free(n->patterns[i].wanted);
    }
    free(n->patterns);
    need_close(n->space);
    free(n);
}

void plan_needs_count(const struct plan_needs *n, struct plan_counts *counts)
{
    counts->areas = n->areas;
    counts->proved = n->proved;
}

/* An area while its need is found. */
struct site {
    const struct area *area;
    const struct bin_list *bins;
    struct judge_evidence *evidence; /* of the rule's operators */
    struct judge_bin *wanted;        /* room for all bins */
    struct need need;
    struct need_goal *pass, *fail; /* by operator */
    double walk_m;                 /* as the crow flies */
};

static bool nothing_seen(const struct site *s)
{
    for (size_t i = 0; i < s->area->rule_operator_count; i++) {
        if (s->evidence[i].seen_count > 0 || s->evidence[i].samples > 0)
            return false;
    }
    return true;
}

static void shift(struct judge_bin *bins, size_t count, struct judge_bin by)
{
    for (size_t i = 0; i < count; i++) {
        bins[i].bin_x += by.bin_x;
        bins[i].bin_y += by.bin_y;
    }
}

static struct judge_bin *copy_bins(const struct judge_bin *bins, size_t count)
{
    struct judge_bin *copy = xcalloc(count + 1, sizeof(*copy));
    if (count > 0)
        memcpy(copy, bins, count * sizeof *copy);
    return copy;
}

/* The first bin is where the pattern begins. */
static const struct pattern *find_pattern(const struct plan_needs *n,
                                          const struct bin_list *bins)
{
    const struct judge_bin first = bins->items[0];
    for (size_t i = 0; i < n->pattern_count; i++) {
        const struct pattern *p = &n->patterns[i];
        size_t k = 0;
        while (p->bin_count == bins->count && k < bins->count &&
               bins->items[k].bin_x - first.bin_x == p->bins[k].bin_x &&
               bins->items[k].bin_y - first.bin_y == p->bins[k].bin_y)
            k++;
        if (k == bins->count)
            return p;
    }
    return NULL;
}

static void keep_pattern(struct plan_needs *n, const struct site *s)
{
    const struct judge_bin back = {-s->bins->items[0].bin_x, -s->bins->items[0].bin_y};
    struct pattern p = {.bins = copy_bins(s->bins->items, s->bins->count),
                        .bin_count = s->bins->count,
                        .wanted = copy_bins(s->wanted, s->need.count),
                        .need = s->need,
                        .pass = s->pass[0],
                        .fail = s->fail[0]};
    shift(p.bins, p.bin_count, back);
    shift(p.wanted, p.need.count, back);
    n->patterns = xgrow(n->patterns, n->pattern_count, &n->capacity, sizeof *n->patterns);
    n->patterns[n->pattern_count++] = p;
}

static void use_pattern(const struct pattern *p, struct site *s)
{
    s->need = p->need;
    memcpy(s->wanted, p->wanted, p->need.count * sizeof *s->wanted);
    shift(s->wanted, p->need.count, s->bins->items[0]);
    for (size_t i = 0; i < s->area->rule_operator_count; i++) {
        s->pass[i] = p->pass;
        s->fail[i] = p->fail;
    }
}

static void find_need(struct plan_needs *n, struct site *s)
{
    const struct rule *rule = n->m->rule;
    const size_t count = s->area->rule_operator_count;
    if (s->bins->count > n->space_count) {
        need_close(n->space);
        n->space_count = 2 * s->bins->count;
        n->space = need_open(n->space_count, MAX_STEPS);
    }
    s->need = need_area(s->evidence, count, rule, n->space, s->wanted);
    for (size_t i = 0; i < count; i++) {
        s->pass[i] = need_goal(&s->evidence[i], rule, RESULT_PASS, n->space);
        s->fail[i] = need_goal(&s->evidence[i], rule, RESULT_FAIL, n->space);
        const bool even = i == 0 && nothing_seen(s);
        for (size_t k = 1; even && k < count; k++) {
            s->pass[k] = s->pass[0];
            s->fail[k] = s->fail[0];
        }
        if (even)
            break;
    }
}

/* Where only samples are lacking, they may be taken in any bin that was seen. */
static void want_a_seen_bin(struct site *s)
{
    for (size_t i = 0; i < s->area->rule_operator_count && s->need.count == 0; i++) {
        if (s->area->operators[i].judgement.result == RESULT_UNKNOWN &&
            s->evidence[i].seen_count > 0)
            s->wanted[s->need.count++] = s->evidence[i].seen[0];
    }
}

static void find_or_recall(struct plan_needs *n, struct site *s)
{
    const bool plain = s->area->rule_operator_count > 0 && nothing_seen(s);
    const struct pattern *p = plain ? find_pattern(n, s->bins) : NULL;
    if (p) {
        use_pattern(p, s);
        return;
    }
    find_need(n, s);
    if (s->need.state == NEED_BINS)
        want_a_seen_bin(s);
    if (plain)
        keep_pattern(n, s);
}

static struct plan_need need_row(const struct site *s, size_t i)
{
    const struct area_operator *o = &s->area->operators[i];
    const enum result now = o->judgement.result;
    struct plan_need row = {.mccmnc = o->mccmnc,
                            .result = now,
                            .bins_seen = o->bins,
                            .bins_to_pass = ID_UNKNOWN,
                            .bins_to_fail = ID_UNKNOWN};
    if (s->pass[i].possible)
        row.bins_to_pass = (int64_t)s->pass[i].count;
    if (s->fail[i].possible)
        row.bins_to_fail = (int64_t)s->fail[i].count;
    return row;
}

static void fill_area(struct plan_needs *n, struct site *s, struct plan_area *to)
{
    struct model *m = n->m;
    const struct area *from = s->area;
    const size_t count = from->rule_operator_count;
    struct judge_bin *bins = model_alloc(m, s->bins->count, sizeof *bins);
    struct judge_bin *wanted = model_alloc(m, s->need.count, sizeof *wanted);
    struct plan_need *needs = model_alloc(m, count, sizeof *needs);
    memcpy(bins, s->bins->items, s->bins->count * sizeof *bins);
    s->walk_m = plan_walk(m, from->point, s->wanted, s->need.count);
    if (s->need.count > 0)
        memcpy(wanted, s->wanted, s->need.count * sizeof *wanted);
    for (size_t i = 0; i < count; i++)
        needs[i] = need_row(s, i);
    *to = (struct plan_area){.area_code = from->area_code,
                             .name = from->name,
                             .kind = model_area_kind_name(from->kind),
                             .households = from->households,
                             .point = from->point,
                             .result = from->result,
                             .bins = bins,
                             .bin_count = s->bins->count,
                             .wanted = wanted,
                             .wanted_count = s->need.count,
                             .samples_each = s->need.samples_each,
                             .needs = needs,
                             .need_count = count};
    n->areas += s->need.state == NEED_BINS;
    n->proved += s->need.state == NEED_BINS && s->need.exact;
}

/* Walking through the wanted bins, standing there where more is to be measured than that
 * gives, and riding there and back. */
static double service_s(const struct site *s, const struct plan_request *request,
                        struct latlon hamlet)
{
    if (s->need.count == 0)
        return 0.0;
    const double ride_m = 2 * geo_distance_m(hamlet, s->area->point) * request->detour;
    const double standing_s = fmax((double)s->need.samples_each - SAMPLES_PER_BIN, 0.0);
    const double ride_mps = request->speed_kmh / 3.6;
    const bool on_foot = s->walk_m <= walk_leg_max_m * (double)(s->need.count + 1);
    return s->walk_m * walk_detour / (on_foot ? walk_mps : ride_mps) +
           standing_s * (double)s->need.count + ride_m / ride_mps;
}

static enum err find_area(struct plan_needs *n, struct site *s, struct area *from,
                          struct plan_area *to)
{
    struct bin_list bins = {0};
    const size_t count = from->rule_operator_count;
    const enum err err = model_area_bins(n->m, from, &bins);
    if (err)
        return err;
    *s = (struct site){.area = from,
                       .bins = &bins,
                       .evidence = xcalloc(count + 1, sizeof *s->evidence),
                       .wanted = xcalloc(bins.count + 1, sizeof *s->wanted),
                       .pass = xcalloc(count + 1, sizeof *s->pass),
                       .fail = xcalloc(count + 1, sizeof *s->fail)};
    for (size_t i = 0; i < count; i++)
        s->evidence[i] = evidence_judged(n->m, &bins, &from->operators[i]);
    find_or_recall(n, s);
    fill_area(n, s, to);
    free(s->evidence);
    free(s->wanted);
    free(s->pass);
    free(s->fail);
    free(bins.items);
    return ERR_OK;
}

enum err plan_needs_find(struct plan_needs *n, struct hamlet *from,
                         const struct plan_request *request, struct plan_hamlet *to)
{
    struct plan_area *areas = model_alloc(n->m, from->area_count, sizeof *areas);
    double time_s = SETTLE_S;
    bool any = false, centre_stuck = false;
    for (size_t i = 0; i < from->area_count; i++) {
        struct site s;
        const enum err err = find_area(n, &s, &from->areas[i], &areas[i]);
        if (err)
            return err;
        any |= s.need.state == NEED_BINS;
        centre_stuck |= i == 0 && s.need.state == NEED_IMPOSSIBLE;
        time_s += service_s(&s, request, to->point);
    }
    to->areas = areas;
    to->area_count = from->area_count;
    to->possible = any && !centre_stuck;
    to->service_s = (int64_t)ceil(time_s);
    return ERR_OK;
}
