/* Sets of bins: greedy growth, exchange, and trying all of them. */
#include "need_search.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

/* exp(-45) adds nothing that a double could keep. */
#define NEGLIGIBLE_LENGTHS 45.0

enum {
    TABLE_BINS = 64,
    MAX_TRIED = 64, /* candidates of which all sets are tried */
    MAX_DEPTH = 24, /* bins of such a set */
};

struct need_search {
    double table[TABLE_BINS][TABLE_BINS]; /* rho by columns and rows apart */
    double per_bin;                       /* bin size in correlation lengths */
    size_t capacity;
    struct judge_bin *bins; /* the candidates */
    double *cross;          /* mean rho of each with the area */
    double *near;           /* sum of rho of each with all that is observed or chosen */
    bool *taken;
    size_t count;
    size_t *chosen;
    size_t *best; /* of those, in need_search_all */
    size_t chosen_count, pinned;
    double p, q, c;
    size_t seen_count;
};

struct need_search *need_search_new(size_t max_area_count)
{
    const size_t room =
        max_area_count < NEED_MAX_CANDIDATES ? max_area_count : NEED_MAX_CANDIDATES;
    struct need_search *s = xcalloc(1, sizeof *s);
    s->capacity = room;
    s->bins = xcalloc(room + 1, sizeof *s->bins);
    s->cross = xcalloc(room + 1, sizeof *s->cross);
    s->near = xcalloc(room + 1, sizeof *s->near);
    s->taken = xcalloc(room + 1, sizeof *s->taken);
    s->chosen = xcalloc(room + 1, sizeof *s->chosen);
    s->best = xcalloc(room + 1, sizeof *s->best);
    return s;
}

void need_search_free(struct need_search *s)
{
    if (!s)
        return;
    free(s->bins);
    free(s->cross);
    free(s->near);
    free(s->taken);
    free(s->chosen);
    free(s->best);
    free(s);
}

static void fill_table(struct need_search *s, double per_bin)
{
    s->per_bin = per_bin;
    for (int x = 0; x < TABLE_BINS; x++) {
        for (int y = 0; y < TABLE_BINS; y++)
            s->table[x][y] = exp(-hypot(x, y) * per_bin);
    }
}

static double rho(const struct need_search *s, struct judge_bin a, struct judge_bin b)
{
    const int64_t dx = llabs((int64_t)a.bin_x - b.bin_x);
    const int64_t dy = llabs((int64_t)a.bin_y - b.bin_y);
    if (dx < TABLE_BINS && dy < TABLE_BINS)
        return s->table[dx][dy];
    return exp(-hypot((double)dx, (double)dy) * s->per_bin);
}

static bool before(struct judge_bin a, int64_t x, int64_t y)
{
    return a.bin_x < x || (a.bin_x == x && a.bin_y < y);
}

/* The first of sorted bins that is not before (x, y). */
static size_t lower_bound(const struct judge_bin *bins, size_t count, int64_t x,
                          int64_t y)
{
    size_t low = 0;
    while (low < count) {
        const size_t middle = low + (count - low) / 2;
        if (before(bins[middle], x, y))
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* Sum of rho of a bin with those of a sorted list, of which only the near ones count. */
static double sum_near(const struct need_search *s, struct judge_bin bin,
                       const struct judge_bin *bins, size_t count)
{
    double sum = 0.0;
    if (count == 0)
        return 0.0;
    const double lengths = fmin(NEGLIGIBLE_LENGTHS / s->per_bin, 1e9);
    const int64_t reach = (int64_t)lengths + 1;
    size_t at = lower_bound(bins, count, bin.bin_x - reach, INT64_MIN);
    while (at < count && bins[at].bin_x <= bin.bin_x + reach) {
        const int64_t x = bins[at].bin_x;
        at = lower_bound(bins, count, x, bin.bin_y - reach);
        for (; at < count && bins[at].bin_x == x && bins[at].bin_y <= bin.bin_y + reach;
             at++)
            sum += rho(s, bin, bins[at]);
        if (at < count && bins[at].bin_x == x)
            at = lower_bound(bins, count, x + 1, INT64_MIN);
    }
    return sum;
}

static void add_candidate(struct need_search *s, const struct judge_evidence *e,
                          struct judge_bin bin)
{
    const size_t i = s->count++;
    s->bins[i] = bin;
    s->cross[i] = sum_near(s, bin, e->area, e->area_count) / (double)e->area_count;
    s->near[i] = sum_near(s, bin, e->seen, e->seen_count);
    s->taken[i] = false;
}

void need_search_begin(struct need_search *s, const struct judge_evidence *e,
                       const struct judge_steps *steps, double correlation_m)
{
    const double per_bin = e->bin_size_m / correlation_m;
    if (per_bin != s->per_bin)
        fill_table(s, per_bin);
    const double seen = (double)e->seen_count;
    s->seen_count = e->seen_count;
    s->p = e->seen_count ? steps->rho_seen * seen * seen : 0.0;
    s->q = e->seen_count ? steps->rho_cross * seen : 0.0;
    s->c = e->area_rho;
    s->count = s->chosen_count = s->pinned = 0;
    const size_t unseen = e->area_count - e->seen_count;
    const size_t step = s->capacity > 0 ? (unseen + s->capacity - 1) / s->capacity : 1;
    size_t at_seen = 0, number = 0;
    for (size_t i = 0; i < e->area_count; i++) {
        while (at_seen < e->seen_count &&
               before(e->seen[at_seen], e->area[i].bin_x, e->area[i].bin_y))
            at_seen++;
        const bool seen_here = at_seen < e->seen_count &&
                               e->seen[at_seen].bin_x == e->area[i].bin_x &&
                               e->seen[at_seen].bin_y == e->area[i].bin_y;
        if (!seen_here && number++ % step == 0)
            add_candidate(s, e, e->area[i]);
    }
}

/* P and Q with candidate i; `near` of the others follows in choose(). */
static void choose(struct need_search *s, size_t i)
{
    s->p += 1.0 + 2.0 * s->near[i];
    s->q += s->cross[i];
    s->taken[i] = true;
    s->chosen[s->chosen_count++] = i;
    for (size_t k = 0; k < s->count; k++)
        s->near[k] += rho(s, s->bins[k], s->bins[i]);
}

/* Takes back the one at `at`; the last chosen comes into its place. */
static void give_back(struct need_search *s, size_t at)
{
    const size_t i = s->chosen[at];
    for (size_t k = 0; k < s->count; k++)
        s->near[k] -= rho(s, s->bins[k], s->bins[i]);
    s->p -= 1.0 + 2.0 * s->near[i];
    s->q -= s->cross[i];
    s->taken[i] = false;
    s->chosen[at] = s->chosen[--s->chosen_count];
}

void need_search_pin(struct need_search *s, struct judge_bin bin)
{
    const size_t i = lower_bound(s->bins, s->count, bin.bin_x, bin.bin_y);
    if (i == s->count || s->bins[i].bin_x != bin.bin_x || s->bins[i].bin_y != bin.bin_y ||
        s->taken[i])
        return;
    assert(s->chosen_count == s->pinned);
    choose(s, i);
    s->pinned++;
}

size_t need_search_candidates(const struct need_search *s)
{
    return s->count;
}

size_t need_search_count(const struct need_search *s)
{
    return s->chosen_count;
}

struct judge_bin need_search_chosen(const struct need_search *s, size_t at)
{
    return s->bins[s->chosen[at]];
}

static double variance_of(double p, double q, double c, size_t count)
{
    const double m = (double)count;
    return p / (m * m) - 2.0 * q / m + c;
}

double need_search_variance(const struct need_search *s)
{
    return variance_of(s->p, s->q, s->c, s->seen_count + s->chosen_count);
}

void need_search_grow(struct need_search *s)
{
    size_t best = s->count;
    double best_v = INFINITY;
    for (size_t i = 0; i < s->count; i++) {
        if (s->taken[i])
            continue;
        const double v = variance_of(s->p + 1.0 + 2.0 * s->near[i], s->q + s->cross[i],
                                     s->c, s->seen_count + s->chosen_count + 1);
        if (v < best_v - 1e-12) {
            best_v = v;
            best = i;
        }
    }
    if (best < s->count)
        choose(s, best);
}

/* The best bin to come in place of the chosen one at `at`; s->count: none is better. */
static size_t best_swap(const struct need_search *s, size_t at, double *v)
{
    const size_t out = s->chosen[at];
    const size_t m = s->seen_count + s->chosen_count;
    const double p = s->p - 2.0 * s->near[out] + 1.0;
    const double q = s->q - s->cross[out];
    size_t best = s->count;
    for (size_t i = 0; i < s->count; i++) {
        if (s->taken[i])
            continue;
        const double near = s->near[i] - rho(s, s->bins[i], s->bins[out]);
        const double then = variance_of(p + 1.0 + 2.0 * near, q + s->cross[i], s->c, m);
        if (then < *v - 1e-12) {
            *v = then;
            best = i;
        }
    }
    return best;
}

/* Every swap lowers V, so that it comes to an end; the limit is for rounding. */
void need_search_improve(struct need_search *s)
{
    enum { MAX_SWAPS = 1000 };
    bool better = true;
    for (int swaps = 0; better && swaps < MAX_SWAPS; swaps++) {
        double v = need_search_variance(s);
        size_t best_at = 0, best = s->count;
        for (size_t at = s->pinned; at < s->chosen_count; at++) {
            const size_t in = best_swap(s, at, &v);
            if (in < s->count) {
                best = in;
                best_at = at;
            }
        }
        better = best < s->count;
        if (better) {
            give_back(s, best_at);
            choose(s, best);
        }
    }
}

void need_search_begin_with(struct need_search *s, size_t first, size_t count)
{
    while (s->chosen_count > s->pinned)
        give_back(s, s->chosen_count - 1);
    if (s->chosen_count < count && !s->taken[first])
        choose(s, first);
    while (s->chosen_count < count)
        need_search_grow(s);
    need_search_improve(s);
}

/* All sets are tried by depth: at each, what every later candidate would add to V if it
 * came alone is at hand, so that the last depth is a mere comparison. */
struct trying {
    struct need_search *s;
    size_t count; /* wanted */
    double v_max;
    double square; /* m², of all that would be observed then */
    size_t *best;
    size_t steps;                          /* left */
    double cost[MAX_DEPTH + 1][MAX_TRIED]; /* by depth and candidate */
};

/* What the candidates behind `i` cost once `i` is in; returns the least. */
static double go_deeper(struct trying *t, size_t depth, size_t i)
{
    const struct need_search *s = t->s;
    const double *now = t->cost[depth];
    double *then = t->cost[depth + 1];
    double least = HUGE_VAL;
    for (size_t k = i + 1; k < s->count; k++) {
        then[k] = now[k] + 2.0 * rho(s, s->bins[k], s->bins[i]) / t->square;
        least = then[k] < least && !s->taken[k] ? then[k] : least;
    }
    return least;
}

/* Tries all ways to fill best[depth…] with free candidates from `from` on; `v` is what V
 * is so far. Correlations are positive: with `left` more, V grows by `left` times the
 * least cost or more, which leaves out most sets. */
static bool try_from(struct trying *t, size_t depth, size_t from, double v)
{
    const struct need_search *s = t->s;
    const size_t left = t->count - depth;
    for (size_t i = from; i + left <= s->count && t->steps > 0; i++) {
        if (s->taken[i])
            continue;
        t->steps--;
        const double with = v + t->cost[depth][i];
        t->best[depth] = i;
        if (left == 1 ? with <= t->v_max
                      : with + (double)(left - 1) * go_deeper(t, depth, i) <= t->v_max &&
                            try_from(t, depth + 1, i + 1, with))
            return true;
    }
    return false;
}

/* V of what is observed and pinned, as if all of the m bins were there already. */
static bool try_all(struct trying *t)
{
    const struct need_search *s = t->s;
    const double m = (double)(s->seen_count + t->count);
    t->square = m * m;
    for (size_t i = 0; i < s->count; i++)
        t->cost[s->pinned][i] =
            (1.0 + 2.0 * s->near[i]) / t->square - 2.0 * s->cross[i] / m;
    const double v = variance_of(s->p, s->q, s->c, s->seen_count + t->count);
    return s->pinned == t->count ? v <= t->v_max : try_from(t, s->pinned, 0, v);
}

int need_search_all(struct need_search *s, size_t count, double v_max, size_t *steps)
{
    struct trying t; /* not cleared: filled as far as it is used */
    if (count < s->pinned || count > s->count)
        return 0;
    if (s->count > MAX_TRIED || count > MAX_DEPTH || *steps == 0)
        return -1;
    while (s->chosen_count > s->pinned)
        give_back(s, s->chosen_count - 1);
    t.s = s;
    t.count = count;
    t.v_max = v_max;
    t.best = s->best;
    t.steps = *steps;
    const bool found = try_all(&t);
    *steps = t.steps;
    if (!found)
        return t.steps > 0 ? 0 : -1;
    for (size_t k = s->pinned; k < count; k++)
        choose(s, s->best[k]);
    return 1;
}
