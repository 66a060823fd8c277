/* Judging: from observed shares of bins to an operator's result, an area's, and the
 * verdict of a hamlet. */
#include "judge.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "stats.h"

/* exp(-45) is 3e-20: pairs further apart than this many correlation lengths add nothing
 * that a double could keep. */
#define NEGLIGIBLE_LENGTHS 45.0

enum { TABLE_SIZE = 4096, RUNS_AT_ONCE = 512 };

/* Correlation of two bins `dx` columns apart, by their distance in rows.
 *
 * f(d) = rho(dx, d) is even, so with
 *     G(n) = n f(0) / 2 + sum over 0 < i < n of (n - i) f(i),  G(-n) = G(n),
 * f is G's second difference, and the sum of f over all pairs of two runs of rows is the
 * difference of four values of G: each pair of runs costs the same, however long they
 * are. */
struct rho_table {
    double per_bin; /* bin size in correlation lengths */
    int64_t dx;
    int64_t reach;              /* rows further apart add nothing */
    int64_t size;               /* entries of sum in use; over reach where it has all */
    double sum[TABLE_SIZE + 1]; /* G(0) to G(size) */
    double slope;               /* G(size + 1) - G(size) */
};

struct bin_list {
    const struct judge_bin *bins;
    size_t count;
};

static double rho_of(int64_t dx, int64_t dy, double per_bin)
{
    return exp(-hypot((double)dx, (double)dy) * per_bin);
}

static void table_fill(struct rho_table *t, int64_t dx, int64_t height)
{
    const double lengths = NEGLIGIBLE_LENGTHS / t->per_bin;
    const double reach = sqrt(fmax(lengths * lengths - (double)dx * (double)dx, 0.0));
    t->dx = dx;
    t->reach = reach < (double)height ? (int64_t)reach : height;
    t->size = t->reach + 1 < TABLE_SIZE ? t->reach + 1 : TABLE_SIZE;
    t->sum[0] = 0.0;
    t->slope = rho_of(dx, 0, t->per_bin) / 2;
    for (int64_t n = 1; n <= t->size; n++) {
        t->sum[n] = t->sum[n - 1] + t->slope;
        t->slope += n <= t->reach ? rho_of(dx, n, t->per_bin) : 0.0;
    }
}

/* G(n); behind the table, which holds all of f, it is a line. */
static double table_sum(const struct rho_table *t, int64_t n)
{
    const int64_t at = n < 0 ? -n : n;
    if (at <= t->size)
        return t->sum[at];
    return t->sum[t->size] + t->slope * (double)(at - t->size);
}

void judge_rho_fill(struct judge_rho *known, double bin_size_m, double correlation_m)
{
    struct rho_table t = {.per_bin = bin_size_m / correlation_m};
    known->per_bin = t.per_bin;
    for (int dx = 0; dx < JUDGE_RHO_BINS; dx++) {
        table_fill(&t, dx, JUDGE_RHO_BINS - 1);
        for (int n = -JUDGE_RHO_BINS; n <= JUDGE_RHO_BINS; n++)
            known->sum[dx][JUDGE_RHO_BINS + n] = table_sum(&t, n);
    }
}

/* As table_runs(), distance by distance: for areas over TABLE_SIZE bins high that a rule
 * correlates from end to end, whose table has no room for f. */
static double count_runs(const struct rho_table *t, const int64_t a[2],
                         const int64_t b[2])
{
    const int64_t first = b[0] - a[1], last = b[1] - a[0];
    const int64_t shorter = a[1] - a[0] < b[1] - b[0] ? a[1] - a[0] + 1 : b[1] - b[0] + 1;
    double sum = 0.0;
    for (int64_t d = first; d <= last; d++) {
        const int64_t apart = d < 0 ? -d : d;
        const int64_t from_ends = d - first < last - d ? d - first + 1 : last - d + 1;
        if (apart <= t->reach)
            sum += (double)(from_ends < shorter ? from_ends : shorter) *
                   rho_of(t->dx, apart, t->per_bin);
    }
    return sum;
}

/* Sum of rho over the pairs of the rows a0…a1 of one column and b0…b1 of the other. */
static double table_runs(const struct rho_table *t, const int64_t a[2],
                         const int64_t b[2])
{
    if (t->size <= t->reach)
        return count_runs(t, a, b);
    return table_sum(t, b[1] - a[0] + 1) - table_sum(t, b[0] - a[0]) -
           table_sum(t, b[1] - a[1]) + table_sum(t, b[0] - a[1] - 1);
}

/* Bins of one column, one above the other. An area of N bins has about its width of runs.
 */
struct run {
    int64_t x;
    int64_t rows[2]; /* first and last */
};

/* Runs are taken from a list some at a time, so that no area is too large. */
struct runs {
    struct run items[RUNS_AT_ONCE];
    size_t count;
};

/* Fills `runs` from bin `from` on; returns the bin behind the last one taken. */
static size_t take_runs(const struct bin_list *l, size_t from, struct runs *runs)
{
    runs->count = 0;
    while (from < l->count && runs->count < RUNS_AT_ONCE) {
        const struct judge_bin *first = &l->bins[from];
        size_t end = from + 1;
        while (end < l->count && l->bins[end].bin_x == first->bin_x &&
               l->bins[end].bin_y == l->bins[end - 1].bin_y + 1)
            end++;
        runs->items[runs->count++] = (struct run){
            .x = first->bin_x, .rows = {first->bin_y, l->bins[end - 1].bin_y}};
        from = end;
    }
    return from;
}

/* Sum over the pairs of runs that are `shift` columns apart, b to the east of a. Both are
 * sorted by column, so that one walk meets them all. */
static double runs_apart(const struct rho_table *t, const struct runs *a,
                         const struct runs *b, int64_t shift)
{
    double sum = 0.0;
    size_t start = 0;
    for (size_t i = 0; i < a->count; i++) {
        const int64_t x = a->items[i].x + shift;
        while (start < b->count && b->items[start].x < x)
            start++;
        for (size_t k = start; k < b->count && b->items[k].x == x; k++)
            sum += table_runs(t, a->items[i].rows, b->items[k].rows);
    }
    return sum;
}

/* First bin in column `x` or behind it. */
static size_t column_start(const struct bin_list *l, int64_t x)
{
    size_t low = 0;
    size_t high = l->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (l->bins[middle].bin_x < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Sum over the pairs of some runs of a and all of b that are `shift` columns apart. Only
 * the columns that can meet are looked at. */
static double runs_with_list(const struct rho_table *t, const struct runs *a,
                             const struct bin_list *b, int64_t shift)
{
    struct runs some; /* not cleared: filled as far as they are used */
    double sum = 0.0;
    const int64_t last = a->items[a->count - 1].x + shift;
    size_t k = column_start(b, a->items[0].x + shift);
    while (k < b->count && b->bins[k].bin_x <= last) {
        k = take_runs(b, k, &some);
        sum += runs_apart(t, a, &some, shift);
    }
    return sum;
}

/* A list, and its runs where one taking has them all: nearly every area. */
struct run_list {
    struct bin_list bins;
    bool whole;
    struct runs runs;
};

static void list_runs(struct run_list *l, struct bin_list bins)
{
    l->bins = bins;
    l->whole = take_runs(&bins, 0, &l->runs) == bins.count;
}

static double pairs_of_lists(const struct rho_table *t, const struct bin_list *a,
                             const struct bin_list *b)
{
    struct runs some;
    double sum = 0.0;
    for (size_t i = 0; i < a->count;) {
        i = take_runs(a, i, &some);
        sum += runs_with_list(t, &some, b, t->dx);
        if (t->dx > 0)
            sum += runs_with_list(t, &some, b, -t->dx);
    }
    return sum;
}

/* Sum over all pairs of a and b that are t->dx columns apart. */
static double pairs_at(const struct rho_table *t, const struct run_list *a,
                       const struct run_list *b)
{
    if (!a->whole || !b->whole)
        return pairs_of_lists(t, &a->bins, &b->bins);
    const double sum = runs_apart(t, &a->runs, &b->runs, t->dx);
    return t->dx > 0 ? sum + runs_apart(t, &a->runs, &b->runs, -t->dx) : sum;
}

static int64_t height_of(const struct bin_list *a, const struct bin_list *b)
{
    int64_t low = a->bins[0].bin_y;
    int64_t high = low;
    for (size_t i = 0; i < a->count + b->count; i++) {
        const int64_t y = i < a->count ? a->bins[i].bin_y : b->bins[i - a->count].bin_y;
        low = y < low ? y : low;
        high = y > high ? y : high;
    }
    return high - low;
}

static int64_t width_of(const struct bin_list *a, const struct bin_list *b)
{
    const int64_t ab = (int64_t)a->bins[a->count - 1].bin_x - b->bins[0].bin_x;
    const int64_t ba = (int64_t)b->bins[b->count - 1].bin_x - a->bins[0].bin_x;
    return ab > ba ? ab : ba;
}

/* How far two lists of bins reach, and what they are measured with. */
struct reach {
    double per_bin;
    int64_t width, height;
};

static bool is_in_reach(const struct reach *r, int64_t dx)
{
    return dx <= r->width && (double)dx * r->per_bin <= NEGLIGIBLE_LENGTHS;
}

static double sum_by_tables(const struct run_list *a, const struct run_list *b,
                            const struct reach *r)
{
    struct rho_table t; /* not cleared: large, and filled as far as it is used */
    double sum = 0.0;
    t.per_bin = r->per_bin;
    for (int64_t dx = 0; is_in_reach(r, dx); dx++) {
        table_fill(&t, dx, r->height);
        sum += pairs_at(&t, a, b);
    }
    return sum;
}

/* As table_runs(), by known sums: G of distances up to JUDGE_RHO_BINS either way. */
static double known_runs(const double *sum, const int64_t a[2], const int64_t b[2])
{
    return sum[b[1] - a[0] + 1] - sum[b[0] - a[0]] - sum[b[1] - a[1]] +
           sum[b[0] - a[1] - 1];
}

/* As sum_by_tables(), to the last bit: the same terms, added up in the same order. */
static double sum_by_known(const struct runs *a, const struct runs *b,
                           const struct judge_rho *known, const struct reach *r)
{
    double apart[2 * JUDGE_RHO_BINS] = {0}; /* by the columns that b is east of a */
    double *const together = apart + JUDGE_RHO_BINS;
    double sum = 0.0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            const int64_t dx = b->items[k].x - a->items[i].x;
            together[dx] += known_runs(known->sum[dx < 0 ? -dx : dx] + JUDGE_RHO_BINS,
                                       a->items[i].rows, b->items[k].rows);
        }
    }
    for (int64_t dx = 0; is_in_reach(r, dx); dx++)
        sum += dx > 0 ? together[dx] + together[-dx] : together[0];
    return sum;
}

/* Mean correlation over all ordered pairs of a bin of a and a bin of b. `known` may be
 * NULL. */
static double mean_rho(const struct run_list *a, const struct run_list *b, double per_bin,
                       const struct judge_rho *known)
{
    const struct reach r = {.per_bin = per_bin,
                            .width = width_of(&a->bins, &b->bins),
                            .height = height_of(&a->bins, &b->bins)};
    const bool is_known = known && known->per_bin == per_bin && a->whole && b->whole &&
                          r.width < JUDGE_RHO_BINS && r.height < JUDGE_RHO_BINS;
    const double sum =
        is_known ? sum_by_known(&a->runs, &b->runs, known, &r) : sum_by_tables(a, b, &r);
    return sum / ((double)a->bins.count * (double)b->bins.count);
}

double judge_area_rho(const struct judge_evidence *e, double correlation_m)
{
    struct run_list area; /* not cleared, as below */
    assert(e->area_count > 0);
    list_runs(&area, (struct bin_list){e->area, e->area_count});
    return mean_rho(&area, &area, e->bin_size_m / correlation_m, e->rho);
}

struct judge_seen_rho judge_seen_rho(const struct judge_evidence *e, double correlation_m)
{
    struct run_list area, seen;
    const double per_bin = e->bin_size_m / correlation_m;
    assert(e->seen_count > 0);
    list_runs(&area, (struct bin_list){e->area, e->area_count});
    list_runs(&seen, (struct bin_list){e->seen, e->seen_count});
    return (struct judge_seen_rho){
        .seen = mean_rho(&seen, &seen, per_bin, e->rho),
        .cross = mean_rho(&seen, &area, per_bin, e->rho),
    };
}

struct judge_steps judge_explain(const struct judge_evidence *e, const struct rule *rule)
{
    struct judge_steps s = {NAN, NAN, NAN,
                            stats_normal_quantile(0.5 + 0.5 * rule->confidence)};
    if (e->seen_count == 0)
        return s;
    const struct judge_seen_rho rho =
        e->seen_rho ? *e->seen_rho : judge_seen_rho(e, rule->correlation_m);
    s.rho_seen = rho.seen;
    s.rho_cross = rho.cross;
    s.variance = s.rho_seen - 2.0 * s.rho_cross + e->area_rho;
    return s;
}

/* How many independent looks at the area the evidence is worth: neighbouring bins tell
 * the same story, and unseen bins remain. */
static double effective_votes(const struct judge_evidence *e, const struct rule *rule)
{
    /* seen from end to end its three means are one number */
    const bool all_seen = e->seen_count == e->area_count;
    const double variance = all_seen ? 0.0 : judge_explain(e, rule).variance;
    const double n = 1.0 / fmax(variance, 1.0 / rule->n_max);
    return fmin(n, (double)e->samples);
}

static double mean_share(const struct judge_evidence *e)
{
    double sum = 0.0;
    for (size_t i = 0; i < e->seen_count; i++)
        sum += e->share[i];
    return sum / (double)e->seen_count;
}

struct judge_tests judge_test(const struct judgement *j, const struct judge_evidence *e,
                              const struct rule *rule)
{
    const size_t min_bins = (size_t)rule->min_bins;
    const size_t needed = min_bins < e->area_count ? min_bins : e->area_count;
    return (struct judge_tests){
        .enough_bins = e->seen_count >= needed,
        .enough_availability =
            j->availability >= rule->availability_min - JUDGE_TOLERANCE,
        .enough_evidence = j->low >= rule->evidence_min - JUDGE_TOLERANCE,
        .surely_below = j->high < rule->availability_min - JUDGE_TOLERANCE,
    };
}

static enum result decide(const struct judge_tests *t)
{
    if (!t->enough_bins)
        return RESULT_UNKNOWN;
    if (t->enough_availability && t->enough_evidence)
        return RESULT_PASS;
    return t->surely_below ? RESULT_FAIL : RESULT_UNKNOWN;
}

struct judgement judge_operator(const struct judge_evidence *e, const struct rule *rule)
{
    struct judgement j = {RESULT_UNKNOWN, NAN, 0.0, 1.0, 0.0};
    assert(e->area_count > 0 && e->seen_count <= e->area_count);
    if (e->seen_count == 0 || e->samples <= 0)
        return j;
    j.availability = mean_share(e);
    j.effective_n = effective_votes(e, rule);
    const struct stats_interval wilson =
        stats_wilson(j.availability, j.effective_n, rule->confidence);
    j.low = wilson.low;
    j.high = wilson.high;
    const struct judge_tests tests = judge_test(&j, e, rule);
    j.result = decide(&tests);
    return j;
}

static size_t count_result(const enum result *results, size_t count, enum result wanted)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += results[i] == wanted;
    return n;
}

enum result judge_combine(const enum result *results, size_t count,
                          enum rule_combine combine)
{
    /* One such result settles it; the other one needs all operators. */
    const enum result settles = combine == RULE_ANY ? RESULT_PASS : RESULT_FAIL;
    const enum result needs_all = combine == RULE_ANY ? RESULT_FAIL : RESULT_PASS;
    if (count == 0)
        return RESULT_UNKNOWN;
    if (count_result(results, count, settles) > 0)
        return settles;
    return count_result(results, count, needs_all) == count ? needs_all : RESULT_UNKNOWN;
}

enum verdict judge_hamlet(enum result centre, double availability,
                          const enum result *clusters, size_t cluster_count,
                          double no_signal_max)
{
    if (centre == RESULT_FAIL)
        return availability <= no_signal_max + JUDGE_TOLERANCE ? VERDICT_NO_SIGNAL
                                                               : VERDICT_DEPRESSION;
    if (centre != RESULT_PASS)
        return VERDICT_NOT_ENOUGH_DATA;
    if (count_result(clusters, cluster_count, RESULT_FAIL) > 0)
        return VERDICT_DEPRESSION;
    if (count_result(clusters, cluster_count, RESULT_PASS) < cluster_count)
        return VERDICT_NOT_ENOUGH_DATA;
    return VERDICT_COVERED;
}

const char *judge_result_name(enum result result)
{
    static const char *const names[] = {"unknown", "fail", "pass"};
    assert((unsigned)result < RESULT_COUNT);
    return names[result];
}

const char *judge_verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"covered", "depression", "no_signal",
                                        "not_enough_data"};
    assert((unsigned)verdict < VERDICT_COUNT);
    return names[verdict];
}

enum verdict judge_verdict_parse(const char *name)
{
    int v = 0;
    while (v < VERDICT_COUNT && strcmp(name, judge_verdict_name((enum verdict)v)) != 0)
        v++;
    return (enum verdict)v;
}
