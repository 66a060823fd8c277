/* What is still missing to settle an operator's result, and an area's. */
#include "need.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "need_search.h"
#include "stats.h"
#include "xmem.h"

struct need_space {
    struct need_search *search;
    size_t max_area_count;
    size_t max_steps;
    struct judge_bin *seen; /* what would be seen */
    double *share;
    struct judge_bin *answer; /* of one search, sorted */
    size_t answer_count;
};

struct need_space *need_open(size_t max_area_count, size_t max_steps)
{
    struct need_space *s = xcalloc(1, sizeof *s);
    s->max_area_count = max_area_count;
    s->max_steps = max_steps;
    s->search = need_search_new(max_area_count);
    s->seen = xcalloc(max_area_count + 1, sizeof *s->seen);
    s->share = xcalloc(max_area_count + 1, sizeof *s->share);
    s->answer = xcalloc(max_area_count + 1, sizeof *s->answer);
    return s;
}

void need_close(struct need_space *s)
{
    if (!s)
        return;
    need_search_free(s->search);
    free(s->seen);
    free(s->share);
    free(s->answer);
    free(s);
}

/* What an operator is to be settled as: either, by whichever way the truth goes. */
struct wish {
    const struct judge_evidence *e;
    const struct rule *rule;
    bool pass, fail;
    double share_sum;
    double z;
};

static struct wish wish_of(const struct judge_evidence *e, const struct rule *rule)
{
    struct wish w = {.e = e, .rule = rule};
    for (size_t i = 0; i < e->seen_count; i++)
        w.share_sum += e->share[i];
    w.z = stats_normal_quantile(0.5 + 0.5 * rule->confidence);
    return w;
}

/* The bound b of Wilson's interval of p with n votes solves (p - b)² = z² b (1 - b) / n:
 * this gives the votes at which the interval ends at b. */
static double votes_for_bound(double p, double b, double z)
{
    return z * z * b * (1.0 - b) / ((p - b) * (p - b));
}

/* Votes that `further` bins must be worth, all of them passing. */
static double votes_to_pass(const struct wish *w, double further)
{
    const double p = (w->share_sum + further) / ((double)w->e->seen_count + further);
    const double low = w->rule->evidence_min - JUDGE_TOLERANCE;
    if (!(p >= w->rule->availability_min - JUDGE_TOLERANCE))
        return HUGE_VAL;
    if (low <= 0.0)
        return 0.0;
    return p > low ? votes_for_bound(p, low, w->z) : HUGE_VAL;
}

/* … none of them passing. */
static double votes_to_fail(const struct wish *w, double further)
{
    const double p = w->share_sum / ((double)w->e->seen_count + further);
    const double high = w->rule->availability_min - JUDGE_TOLERANCE;
    return p < high ? votes_for_bound(p, high, w->z) : HUGE_VAL;
}

static double votes_needed(const struct wish *w, size_t further)
{
    const size_t min_bins = (size_t)w->rule->min_bins;
    const size_t enough = min_bins < w->e->area_count ? min_bins : w->e->area_count;
    const size_t m = w->e->seen_count + further;
    double votes = 0.0;
    if (m < enough || m == 0)
        return HUGE_VAL;
    if (w->pass)
        votes = fmax(votes, votes_to_pass(w, (double)further));
    if (w->fail)
        votes = fmax(votes, votes_to_fail(w, (double)further));
    return votes;
}

/* All bins of the area observed leave no variance: n_max votes is what they are worth. */
static bool is_possible(const struct wish *w)
{
    const size_t unseen = w->e->area_count - w->e->seen_count;
    return votes_needed(w, unseen) <= w->rule->n_max;
}

/* The largest variance that `further` bins may leave; below 0: none will do. */
static double variance_allowed(const struct wish *w, size_t further)
{
    const double votes = votes_needed(w, further);
    if (votes > w->rule->n_max)
        return -1.0;
    return votes > 0.0 ? 1.0 / votes : HUGE_VAL;
}

/* Further samples without which the votes do not count; where no number of votes would
 * do, one for each bin. */
static int64_t samples_needed(const struct wish *w, size_t further)
{
    const double lacking = ceil(votes_needed(w, further)) - (double)w->e->samples;
    const int64_t least = (int64_t)further;
    return isfinite(lacking) && lacking > (double)least ? (int64_t)lacking : least;
}

static int compare_bins(const void *a, const void *b)
{
    const struct judge_bin *x = a;
    const struct judge_bin *y = b;
    if (x->bin_x != y->bin_x)
        return x->bin_x < y->bin_x ? -1 : 1;
    return x->bin_y < y->bin_y ? -1 : x->bin_y > y->bin_y;
}

static void sort_bins(struct judge_bin *bins, size_t count)
{
    if (count > 1)
        qsort(bins, count, sizeof *bins, compare_bins);
}

static void keep_answer(struct need_space *s)
{
    s->answer_count = need_search_count(s->search);
    for (size_t i = 0; i < s->answer_count; i++)
        s->answer[i] = need_search_chosen(s->search, i);
    sort_bins(s->answer, s->answer_count);
}

/* The judge's own word on the evidence with these further bins, all of one share. Bins
 * that were seen before are passed over. */
static enum result judge_with(struct need_space *s, const struct wish *w,
                              const struct judge_bin *bins, size_t count, double share)
{
    size_t n = 0, at = 0, new_bins = 0;
    struct judge_evidence then = *w->e;
    for (size_t i = 0; i < w->e->seen_count || at < count;) {
        const bool both = i < w->e->seen_count && at < count;
        const int order = both                   ? compare_bins(&bins[at], &w->e->seen[i])
                          : i < w->e->seen_count ? 1
                                                 : -1;
        const bool is_new = order < 0;
        s->seen[n] = is_new ? bins[at] : w->e->seen[i];
        s->share[n++] = is_new ? share : w->e->share[i];
        new_bins += is_new;
        at += order <= 0;
        i += order >= 0;
    }
    then.seen = s->seen;
    then.share = s->share;
    then.seen_count = n;
    then.samples += samples_needed(w, new_bins);
    return judge_operator(&then, w->rule).result;
}

static bool settles(struct need_space *s, const struct wish *w,
                    const struct judge_bin *bins, size_t count)
{
    return (!w->pass || judge_with(s, w, bins, count, 1.0) == RESULT_PASS) &&
           (!w->fail || judge_with(s, w, bins, count, 0.0) == RESULT_FAIL);
}

/* True, and kept as the answer, where what is chosen now settles it. */
static bool chosen_settles(struct need_space *s, const struct wish *w)
{
    const size_t count = need_search_count(s->search);
    if (need_search_variance(s->search) > variance_allowed(w, count) * (1.0 + 1e-9))
        return false;
    keep_answer(s);
    return settles(s, w, s->answer, s->answer_count);
}

/* Improves the chosen set by exchange, then others of its size, each begun with another
 * bin. Only worth its time where growing alone comes near. */
static bool better_settles(struct need_space *s, const struct wish *w)
{
    enum { STARTS = 8 };
    const size_t count = need_search_count(s->search);
    const double allowed = variance_allowed(w, count);
    const double v = need_search_variance(s->search);
    if (!(allowed > 0.0 && v > allowed && v < 2.0 * allowed))
        return false;
    need_search_improve(s->search);
    for (size_t i = 0; i < STARTS && !chosen_settles(s, w); i++)
        need_search_begin_with(s->search, i * need_search_candidates(s->search) / STARTS,
                               count);
    return chosen_settles(s, w);
}

/* Grows the chosen set until it settles; all candidates at last, whatever that gives. */
static void grow_until_settled(struct need_space *s, const struct wish *w)
{
    while (!chosen_settles(s, w) && !better_settles(s, w)) {
        if (need_search_count(s->search) == need_search_candidates(s->search)) {
            keep_answer(s);
            return;
        }
        need_search_grow(s->search);
    }
}

/* Looks for a smaller answer among all sets; true where there is surely none left. */
static bool prove(struct need_space *s, const struct wish *w, size_t pinned)
{
    size_t steps = s->max_steps;
    for (size_t count = pinned; count < s->answer_count; count++) {
        const double allowed = variance_allowed(w, count);
        if (allowed < 0.0)
            continue;
        const int found = need_search_all(s->search, count, allowed, &steps);
        if (found < 0)
            return false;
        if (found > 0 && chosen_settles(s, w))
            return true;
    }
    return need_search_candidates(s->search) == w->e->area_count - w->e->seen_count;
}

/* The fewest further bins that settle the wish, among them those of `pins`; the answer
 * stays in the space. Returns whether they are proved to be. */
static bool find_fewest(struct need_space *s, const struct wish *w,
                        const struct judge_bin *pins, size_t pin_count)
{
    assert(w->e->area_count <= s->max_area_count);
    const struct judge_steps steps = judge_explain(w->e, w->rule);
    need_search_begin(s->search, w->e, &steps, w->rule->correlation_m);
    for (size_t i = 0; i < pin_count; i++)
        need_search_pin(s->search, pins[i]);
    const size_t pinned = need_search_count(s->search);
    grow_until_settled(s, w);
    return prove(s, w, pinned);
}

struct need_goal need_goal(const struct judge_evidence *e, const struct rule *rule,
                           enum result goal, struct need_space *space)
{
    struct wish w = wish_of(e, rule);
    w.pass = goal == RESULT_PASS;
    w.fail = goal == RESULT_FAIL;
    if (!is_possible(&w))
        return (struct need_goal){.possible = false};
    const bool exact = find_fewest(space, &w, NULL, 0);
    return (struct need_goal){.possible = true,
                              .count = space->answer_count,
                              .samples = samples_needed(&w, space->answer_count),
                              .exact = exact};
}

/* What of an operator can still be settled by bins that it has not seen. One that is
 * settled is to stay so, if its truth goes on as it was found. */
static struct wish open_wish(const struct judge_evidence *e, const struct rule *rule)
{
    const enum result result = judge_operator(e, rule).result;
    struct wish pass = wish_of(e, rule);
    struct wish fail = pass;
    pass.pass = fail.fail = true;
    struct wish w = pass;
    w.pass = result != RESULT_FAIL && is_possible(&pass);
    w.fail = result != RESULT_PASS && is_possible(&fail);
    return w;
}

/* An area's operators, all judged by one rule. */
struct site {
    const struct judge_evidence *e;
    size_t count;
    const struct rule *rule;
};

/* Whether even truths settle the area: by one operator that settles it alone, or by all
 * others. */
static enum need_state state_of(const struct site *site)
{
    const bool any = site->rule->combine == RULE_ANY;
    const enum result alone = any ? RESULT_PASS : RESULT_FAIL;
    size_t are_alone = 0, are_other = 0, can_alone = 0, can_other = 0;
    for (size_t i = 0; i < site->count; i++) {
        const enum result result = judge_operator(&site->e[i], site->rule).result;
        const struct wish w = open_wish(&site->e[i], site->rule);
        are_alone += result == alone;
        are_other += result != alone && result != RESULT_UNKNOWN;
        can_alone += result == RESULT_UNKNOWN && (any ? w.pass : w.fail);
        can_other += result == RESULT_UNKNOWN && (any ? w.fail : w.pass);
    }
    if (site->count > 0 && (are_alone > 0 || are_other == site->count))
        return NEED_SETTLED;
    return site->count > 0 && (can_alone > 0 || are_other + can_other == site->count)
               ? NEED_BINS
               : NEED_IMPOSSIBLE;
}

static bool same_evidence(const struct judge_evidence *a, const struct judge_evidence *b)
{
    return a->seen_count == b->seen_count && a->samples == b->samples &&
           (a->seen_count == 0 ||
            (memcmp(a->seen, b->seen, a->seen_count * sizeof *a->seen) == 0 &&
             memcmp(a->share, b->share, a->seen_count * sizeof *a->share) == 0));
}

/* Whether operator `at` asks nothing that one before it does not ask. */
static bool asks_nothing(const struct site *site, size_t at, const struct wish *w)
{
    if (!w->pass && !w->fail)
        return true;
    for (size_t i = 0; i < at; i++) {
        if (same_evidence(&site->e[i], &site->e[at]))
            return true;
    }
    return false;
}

/* A set of bins in the making. */
struct bins {
    struct judge_bin *items; /* sorted */
    size_t count;
};

static void merge_answer(const struct need_space *s, struct bins *b)
{
    const size_t old = b->count;
    for (size_t i = 0; i < s->answer_count; i++) {
        const struct judge_bin *bin = &s->answer[i];
        if (old == 0 || !bsearch(bin, b->items, old, sizeof *bin, compare_bins))
            b->items[b->count++] = *bin;
    }
    sort_bins(b->items, b->count);
}

/* The operator that asks for most gives the bins to begin with. */
static bool begin_with_most(const struct site *site, struct need_space *s, struct bins *b)
{
    size_t most = site->count;
    bool exact = false;
    for (size_t i = 0; i < site->count; i++) {
        const struct wish w = open_wish(&site->e[i], site->rule);
        if (asks_nothing(site, i, &w))
            continue;
        const bool proved = find_fewest(s, &w, NULL, 0);
        if (most == site->count || s->answer_count > b->count) {
            b->count = 0;
            merge_answer(s, b);
            most = i;
            exact = proved;
        }
    }
    return exact;
}

static bool all_settled(const struct site *site, struct need_space *s,
                        const struct bins *b)
{
    for (size_t i = 0; i < site->count; i++) {
        const struct wish w = open_wish(&site->e[i], site->rule);
        if (!asks_nothing(site, i, &w) && !settles(s, &w, b->items, b->count))
            return false;
    }
    return true;
}

/* Adds what the operators lack with these bins. A bin more for one can leave another in
 * doubt again, so it goes on until nothing is left to add. */
static void complete(const struct site *site, struct need_space *s, struct bins *b)
{
    size_t before = site->e->area_count + 1;
    while (before != b->count && !all_settled(site, s, b)) {
        before = b->count;
        for (size_t i = 0; i < site->count; i++) {
            const struct wish w = open_wish(&site->e[i], site->rule);
            if (asks_nothing(site, i, &w) || settles(s, &w, b->items, b->count))
                continue;
            (void)find_fewest(s, &w, b->items, b->count);
            merge_answer(s, b);
        }
    }
}

/* Leaves out what nobody lacks. */
static void thin_out(const struct site *site, struct need_space *s, struct bins *b)
{
    for (size_t i = b->count; i-- > 0;) {
        const struct judge_bin left_out = b->items[i];
        const size_t behind = b->count - i - 1;
        memmove(&b->items[i], &b->items[i + 1], behind * sizeof *b->items);
        b->count--;
        if (all_settled(site, s, b))
            continue;
        memmove(&b->items[i + 1], &b->items[i], behind * sizeof *b->items);
        b->items[i] = left_out;
        b->count++;
    }
}

static size_t count_unseen(const struct judge_evidence *e, const struct bins *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += e->seen_count == 0 || !bsearch(&b->items[i], e->seen, e->seen_count,
                                            sizeof *e->seen, compare_bins);
    return n;
}

static int64_t samples_each(const struct site *site, const struct bins *b)
{
    int64_t each = 1;
    for (size_t i = 0; i < site->count; i++) {
        const struct wish w = open_wish(&site->e[i], site->rule);
        const size_t unseen = count_unseen(&site->e[i], b);
        if ((!w.pass && !w.fail) || isinf(votes_needed(&w, unseen)))
            continue;
        const int64_t places = b->count > 0 ? (int64_t)b->count : 1;
        const int64_t share = (samples_needed(&w, unseen) + places - 1) / places;
        each = share > each ? share : each;
    }
    return each;
}

struct need need_area(const struct judge_evidence *e, size_t operator_count,
                      const struct rule *rule, struct need_space *space,
                      struct judge_bin *bins)
{
    const struct site site = {.e = e, .count = operator_count, .rule = rule};
    struct need need = {.state = state_of(&site)};
    if (need.state != NEED_BINS)
        return need;
    struct bins b = {.items = bins};
    need.exact = begin_with_most(&site, space, &b);
    const size_t fewest = b.count;
    complete(&site, space, &b);
    if (b.count > fewest)
        thin_out(&site, space, &b);
    need.exact &= b.count == fewest;
    need.count = b.count;
    need.samples_each = samples_each(&site, &b);
    return need;
}
