/* The field: counting and judging. */
#include "field.h"

#include <math.h>
#include <stdlib.h>

#include "lang.h"
#include "xmem.h"

/* Visits of a day that a team can add to all bins it has, before the count ends. */
enum { SPARE_DAYS = 4, SPARE_MIN = 4096, SPARE_MAX = 1000000 };

/* A tenth of a millisecond a search on a desk, a few on a small board. */
enum { NEED_STEPS = 2000 };

/* A bin of one or more areas. */
struct field_bin {
    struct judge_bin at;
    size_t areas_at; /* its areas, in the space's list */
    size_t area_count;
};

/* What is only for counting. */
struct field_space {
    struct field_bin *bins; /* sorted */
    size_t bin_count;
    uint32_t *areas;                 /* of the bins, one bin after the other */
    struct field_visits *visits;     /* cell: bin * operators + operator */
    struct judge_evidence *evidence; /* by operator, of the area at hand */
    struct judge_bin *seen;          /* room for the largest area, by operator */
    double *share;
    size_t room;
    struct judge_rho rho; /* what all judging shares */
    struct judge_bin *wanted;
    enum result *results; /* room for operators and for a hamlet's clusters */
    struct need_space *need;
    /* owned here, pointed into by hamlets and areas */
    struct field_operator *operators;
    uint8_t *marks;
    uint32_t *area_bins;
};

static int compare_bins(const void *a, const void *b)
{
    const struct judge_bin *x = a, *y = b;
    if (x->bin_x != y->bin_x)
        return x->bin_x < y->bin_x ? -1 : 1;
    return x->bin_y < y->bin_y ? -1 : x->bin_y > y->bin_y;
}

/* struct field_bin begins with its judge_bin. */
static struct field_bin *find_bin(const struct field_space *s, struct judge_bin at)
{
    return s->bin_count == 0
               ? NULL
               : bsearch(&at, s->bins, s->bin_count, sizeof *s->bins, compare_bins);
}

/* The index of one of the rule's operators; their number for any other. */
static size_t operator_index(const struct field *f, mccmnc_t op)
{
    size_t i = 0;
    while (i < f->operator_count && f->plan->rule.operators[i] != op)
        i++;
    return i;
}

static size_t cell_of(const struct field *f, size_t bin, size_t operator)
{
    return bin * f->operator_count + operator;
}

/* ---- making it ---- */

static size_t count_bins(const struct field *f)
{
    size_t count = 0;
    for (size_t i = 0; i < f->area_count; i++)
        count += f->areas[i].plan->bin_count;
    return count;
}

/* The bins of all areas, each once, and which areas each belongs to. */
static void map_bins(struct field *f, size_t pairs)
{
    struct field_space *s = f->space;
    s->bins = xcalloc(pairs + 1, sizeof *s->bins);
    s->areas = xcalloc(pairs + 1, sizeof *s->areas);
    for (size_t i = 0; i < f->area_count; i++) {
        const struct plan_area *a = f->areas[i].plan;
        for (size_t k = 0; k < a->bin_count; k++)
            s->bins[s->bin_count++].at = a->bins[k];
    }
    qsort(s->bins, s->bin_count, sizeof *s->bins, compare_bins);
    size_t kept = 0;
    for (size_t i = 0; i < s->bin_count; i++) {
        if (kept == 0 || compare_bins(&s->bins[kept - 1].at, &s->bins[i].at) != 0)
            s->bins[kept++] = (struct field_bin){.at = s->bins[i].at, .areas_at = i};
        s->bins[kept - 1].area_count++;
    }
    s->bin_count = kept;
    for (size_t i = 0; i < kept; i++)
        s->bins[i].area_count = 0;
    for (size_t i = 0; i < f->area_count; i++) {
        const struct plan_area *a = f->areas[i].plan;
        for (size_t k = 0; k < a->bin_count; k++) {
            struct field_bin *b = find_bin(s, a->bins[k]);
            if (!b)
                continue; /* cannot be: all are there */
            s->areas[b->areas_at + b->area_count++] = (uint32_t)i;
            f->areas[i].bins[k] = (uint32_t)(b - s->bins);
        }
    }
}

/* Hamlets and areas as the plan has them. */
static void lay_out(struct field *f)
{
    const struct plan *p = f->plan;
    for (size_t i = 0; i < p->hamlet_count; i++)
        f->area_count += p->hamlets[i].area_count;
    f->hamlets = xcalloc(p->hamlet_count + 1, sizeof *f->hamlets);
    f->hamlet_count = p->hamlet_count;
    f->areas = xcalloc(f->area_count + 1, sizeof *f->areas);
    struct field_area *a = f->areas;
    for (size_t i = 0; i < p->hamlet_count; i++) {
        f->hamlets[i] = (struct field_hamlet){.plan = &p->hamlets[i],
                                              .areas = a,
                                              .area_count = p->hamlets[i].area_count,
                                              .ours = f->team == 0};
        for (size_t k = 0; k < p->hamlets[i].area_count; k++)
            (a++)->plan = &p->hamlets[i].areas[k];
    }
    for (size_t i = 0; i < p->stop_count; i++) {
        if (p->stops[i].team == f->team)
            f->hamlets[p->stops[i].hamlet].ours = true;
    }
}

/* Of an area, before anything was seen. */
static struct judge_evidence blank_evidence(const struct field *f,
                                            const struct field_area *a)
{
    return (struct judge_evidence){.area = a->plan->bins,
                                   .area_count = a->plan->bin_count,
                                   .bin_size_m = f->plan->bin_size_m,
                                   .area_rho = a->rho,
                                   .rho = &f->space->rho};
}

static void give_memory(struct field *f, size_t pairs)
{
    struct field_space *s = f->space;
    const struct plan *p = f->plan;
    judge_rho_fill(&s->rho, p->bin_size_m, p->rule.correlation_m);
    s->operators = xcalloc(f->area_count * f->operator_count + 1, sizeof *s->operators);
    s->marks = xcalloc(pairs + 1, sizeof *s->marks);
    s->area_bins = xcalloc(pairs + 1, sizeof *s->area_bins);
    size_t at = 0;
    for (size_t i = 0; i < f->area_count; i++) {
        struct field_area *a = &f->areas[i];
        a->operators = s->operators + i * f->operator_count;
        for (size_t o = 0; o < f->operator_count; o++)
            a->operators[o].mccmnc = p->rule.operators[o];
        a->marks = s->marks + at;
        a->bins = s->area_bins + at;
        const struct judge_evidence e = blank_evidence(f, a);
        a->rho = judge_area_rho(&e, p->rule.correlation_m);
        at += a->plan->bin_count;
        if (a->plan->bin_count > s->room)
            s->room = a->plan->bin_count;
    }
    s->evidence = xcalloc(f->operator_count + 1, sizeof *s->evidence);
    s->seen = xcalloc(f->operator_count * s->room + 1, sizeof *s->seen);
    s->share = xcalloc(f->operator_count * s->room + 1, sizeof *s->share);
    s->wanted = xcalloc(s->room + 1, sizeof *s->wanted);
    s->need = need_open(s->room, NEED_STEPS);
    size_t results = f->operator_count;
    for (size_t i = 0; i < f->hamlet_count; i++) {
        if (f->hamlets[i].area_count > results)
            results = f->hamlets[i].area_count;
    }
    s->results = xcalloc(results + 1, sizeof *s->results);
}

/* The plan's own visits are at most as many as its cells. */
static size_t count_cells(const struct plan *p)
{
    struct tally_level levels[LEVEL_SPAN];
    size_t count = 0;
    for (size_t i = 0; i < p->pack_count; i++) {
        struct tally_unpacker u;
        struct tally_cell cell;
        if (!tally_unpack_begin(&u, &p->packs[i]))
            continue;
        while (tally_unpack_next(&u, &cell, levels) == 1)
            count++;
    }
    return count;
}

static size_t spare_visits(size_t cells)
{
    const size_t spare = cells * SPARE_DAYS;
    if (spare < SPARE_MIN)
        return SPARE_MIN;
    return spare < SPARE_MAX ? spare : SPARE_MAX;
}

static enum err check_team(const struct plan *p, int64_t team)
{
    int64_t last = 0;
    for (size_t i = 0; i < p->stop_count; i++) {
        if (p->stops[i].team == team)
            return ERR_OK;
        if (p->stops[i].team > last)
            last = p->stops[i].team;
    }
    if (team == 0)
        return ERR_OK;
    err_report(_("team %lld: the plan has stops for teams up to %lld"), (long long)team,
               (long long)last);
    return ERR_INPUT;
}

enum err field_open(const struct plan *plan, int64_t team, struct field **field)
{
    const enum err err = check_team(plan, team);
    if (err)
        return err;
    struct field *f = xcalloc(1, sizeof *f);
    f->plan = plan;
    f->team = team;
    f->operator_count = plan->rule.operator_count;
    f->space = xcalloc(1, sizeof *f->space);
    lay_out(f);
    const size_t pairs = count_bins(f);
    give_memory(f, pairs);
    map_bins(f, pairs);
    const size_t cells = f->space->bin_count * f->operator_count;
    f->space->visits = field_visits_open(cells, count_cells(plan) + spare_visits(cells));
    field_reset(f);
    *field = f;
    return ERR_OK;
}

void field_close(struct field *f)
{
    if (!f)
        return;
    struct field_space *s = f->space;
    need_close(s->need);
    field_visits_close(s->visits);
    free(s->bins);
    free(s->areas);
    free(s->evidence);
    free(s->seen);
    free(s->share);
    free(s->wanted);
    free(s->results);
    free(s->operators);
    free(s->marks);
    free(s->area_bins);
    free(s);
    free(f->hamlets);
    free(f->areas);
    free(f);
}

/* ---- counting ---- */

static int32_t oldest_day(const struct field *f)
{
    return visit_oldest_day(&f->plan->rule, f->newest_day);
}

static void make_all_stale(struct field *f)
{
    for (size_t i = 0; i < f->area_count; i++)
        f->areas[i].stale = true;
}

/* The visit of a key, in a bin and of an operator that the plan asks for; else NULL. */
static struct visit *visit_of(struct field *f, const struct tally_key *key)
{
    const struct field_space *s = f->space;
    const size_t op = operator_index(f, key->mccmnc);
    const struct field_bin *b =
        op < f->operator_count ? find_bin(s, (struct judge_bin){key->bin_x, key->bin_y})
                               : NULL;
    if (!b)
        return NULL;
    for (size_t i = 0; i < b->area_count; i++)
        f->areas[s->areas[b->areas_at + i]].stale = true;
    struct visit *v =
        field_visits_at(s->visits, cell_of(f, (size_t)(b - s->bins), op), key->day);
    f->full = f->full || !v;
    return v;
}

static void add_pack(struct field *f, const struct tally_pack *pack)
{
    struct tally_level levels[LEVEL_SPAN];
    struct tally_unpacker u;
    struct tally_cell cell;
    if (!tally_unpack_begin(&u, pack))
        return; /* plan_open() has read it to its end */
    while (tally_unpack_next(&u, &cell, levels) == 1) {
        struct visit *v = visit_of(f, &cell.key);
        if (v)
            visit_add(v, &f->plan->rule, &cell);
    }
}

void field_reset(struct field *f)
{
    f->newest_day = f->plan->as_of_day;
    f->full = false;
    field_visits_clear(f->space->visits);
    for (size_t i = 0; i < f->plan->pack_count; i++)
        add_pack(f, &f->plan->packs[i]);
    make_all_stale(f);
    (void)field_judge(f);
}

void field_add(struct field *f, const struct tally_key *key,
               const struct tally_part *parts, int part_count)
{
    if (key->day > f->newest_day && !f->plan->as_of_fixed) {
        f->newest_day = key->day;
        make_all_stale(f);
    }
    struct visit *v = visit_of(f, key);
    for (int i = 0; v && i < part_count; i++) {
        struct tally_level level = {.dbm = (int16_t)parts[i].dbm, .count = 1};
        const bool has_level = parts[i].in_service && parts[i].dbm != LEVEL_NONE;
        const struct tally_cell one = {.key = {.tech = parts[i].tech},
                                       .level_count = has_level,
                                       .levels = &level,
                                       .no_level = parts[i].in_service && !has_level,
                                       .no_service = !parts[i].in_service};
        visit_add(v, &f->plan->rule, &one);
    }
}

/* ---- judging ---- */

/* What all operators showed in an area, as judge.h wants it, until the next call. */
static struct judge_evidence *gather(struct field *f, struct field_area *a)
{
    const struct field_space *s = f->space;
    const int32_t oldest = oldest_day(f);
    for (size_t o = 0; o < f->operator_count; o++) {
        struct judge_bin *seen = s->seen + o * s->room;
        double *share = s->share + o * s->room;
        struct judge_evidence *e = &s->evidence[o];
        *e = blank_evidence(f, a);
        e->seen = seen;
        e->share = share;
        a->operators[o].visits = 0;
        for (size_t k = 0; k < a->plan->bin_count; k++) {
            const struct visit_sum sum =
                field_visits_sum(s->visits, cell_of(f, a->bins[k], o), oldest);
            e->samples += sum.samples;
            a->operators[o].visits += sum.visits;
            if (sum.visits == 0)
                continue;
            seen[e->seen_count] = a->plan->bins[k];
            share[e->seen_count++] = visit_sum_share(&sum);
        }
    }
    return s->evidence;
}

static void judge_area(struct field *f, struct field_area *a)
{
    enum result *results = f->space->results;
    const struct judge_evidence *e = gather(f, a);
    a->best = NULL;
    for (size_t o = 0; o < f->operator_count; o++) {
        struct field_operator *op = &a->operators[o];
        op->judgement = judge_operator(&e[o], &f->plan->rule);
        op->bins = e[o].seen_count;
        op->samples = e[o].samples;
        results[o] = op->judgement.result;
        if (isfinite(op->judgement.availability) &&
            (!a->best || op->judgement.availability > a->best->judgement.availability))
            a->best = op;
    }
    a->result = judge_combine(results, f->operator_count, f->plan->rule.combine);
    a->stale = false;
    a->need_stale = true;
}

static void judge_verdict(struct field *f, struct field_hamlet *h)
{
    enum result *clusters = f->space->results;
    const struct field_area *centre = &h->areas[0];
    for (size_t i = 1; i < h->area_count; i++)
        clusters[i - 1] = h->areas[i].result;
    h->verdict = judge_hamlet(
        centre->result, centre->best ? centre->best->judgement.availability : (double)NAN,
        clusters, h->area_count - 1, f->plan->rule.no_signal_max);
}

bool field_judge(struct field *f)
{
    bool any = false;
    for (size_t i = 0; i < f->hamlet_count; i++) {
        struct field_hamlet *h = &f->hamlets[i];
        bool changed = false;
        for (size_t k = 0; k < h->area_count; k++) {
            if (!h->areas[k].stale)
                continue;
            judge_area(f, &h->areas[k]);
            changed = true;
        }
        if (changed)
            judge_verdict(f, h);
        any = any || changed;
    }
    return any;
}

/* ---- what is missing ---- */

static void mark_bins(const struct field *f, struct field_area *a)
{
    const struct field_space *s = f->space;
    size_t at = 0;
    for (size_t k = 0; k < a->plan->bin_count; k++) {
        const struct judge_bin *bin = &a->plan->bins[k];
        const bool wanted = at < a->need.count && compare_bins(&s->wanted[at], bin) == 0;
        at += wanted;
        a->marks[k] = wanted ? FIELD_WANTED : 0;
        for (size_t o = 0; o < f->operator_count; o++) {
            const size_t cell = cell_of(f, a->bins[k], o);
            if (field_visits_sum(s->visits, cell, oldest_day(f)).visits > 0)
                a->marks[k] |= FIELD_SEEN;
        }
    }
}

void field_need(struct field *f, struct field_area *a)
{
    const struct field_space *s = f->space;
    const struct rule *rule = &f->plan->rule;
    if (!a->need_stale)
        return;
    const struct judge_evidence *e = gather(f, a);
    for (size_t o = 0; o < f->operator_count; o++)
        a->operators[o].need = need_area(&e[o], 1, rule, s->need, s->wanted);
    a->need = need_area(e, f->operator_count, rule, s->need, s->wanted);
    mark_bins(f, a);
    a->need_stale = false;
}

bool field_hamlet_done(const struct field_hamlet *h)
{
    return h->verdict != VERDICT_NOT_ENOUGH_DATA;
}

bool field_area_done(const struct field_hamlet *h, const struct field_area *a)
{
    return a->result != RESULT_UNKNOWN || field_hamlet_done(h);
}

struct field_progress field_progress(const struct field *f)
{
    struct field_progress p = {0};
    for (size_t i = 0; i < f->hamlet_count; i++) {
        const struct field_hamlet *h = &f->hamlets[i];
        if (!h->ours)
            continue;
        p.hamlets++;
        p.hamlets_done += field_hamlet_done(h);
        p.areas += h->area_count;
        for (size_t k = 0; k < h->area_count; k++)
            p.areas_done += field_area_done(h, &h->areas[k]);
    }
    return p;
}
