/* What is still missing, against trying every set of bins with the judge itself. */
#include "need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_BINS = 40, OPERATORS = 3, SAMPLES = 30, MAX_STEPS = 4000000 };

/* Always the same "random" numbers. */
static unsigned next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

struct scene {
    struct rule rule;
    struct need_space *space;
    struct judge_bin area[MAX_BINS];
    size_t area_count;
    struct judge_bin seen[OPERATORS][MAX_BINS];
    double share[OPERATORS][MAX_BINS];
    struct judge_evidence e[OPERATORS];
};

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_int_equal(rule_load_default(&s->rule), ERR_OK);
    s->space = need_open(MAX_BINS, MAX_STEPS);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    need_close(s->space);
    rule_free(&s->rule);
    free(s);
    return 0;
}

/* `count` bins of a square of `side` bins, sorted. */
static void make_area(struct scene *s, unsigned *seed, size_t count, int side)
{
    size_t left = count;
    s->area_count = 0;
    for (int i = 0; i < side * side && left > 0; i++) {
        if (next(seed, (unsigned)(side * side - i)) >= left)
            continue;
        s->area[s->area_count++] =
            (struct judge_bin){.bin_x = 7 + i / side, .bin_y = -3 + i % side};
        left--;
    }
}

static void make_evidence(struct scene *s, size_t op)
{
    s->e[op] = (struct judge_evidence){
        .area = s->area,
        .area_count = s->area_count,
        .seen = s->seen[op],
        .share = s->share[op],
        .bin_size_m = 50,
    };
    s->e[op].area_rho = judge_area_rho(&s->e[op], s->rule.correlation_m);
}

static void see(struct scene *s, size_t op, size_t bin, double share, int64_t samples)
{
    struct judge_evidence *e = &s->e[op];
    s->seen[op][e->seen_count] = s->area[bin];
    s->share[op][e->seen_count++] = share;
    e->samples += samples;
}

/* The judge's word with the further bins of a set, all of one share. */
static enum result judge_with(const struct scene *s, size_t op,
                              const struct judge_bin *more, size_t count, double share,
                              int64_t samples)
{
    struct judge_bin seen[MAX_BINS];
    double shares[MAX_BINS];
    struct judge_evidence e = s->e[op];
    size_t n = 0, at_seen = 0;
    for (size_t i = 0; i < s->area_count; i++) {
        const struct judge_bin *bin = &s->area[i];
        bool further = false;
        for (size_t k = 0; k < count; k++)
            further |= memcmp(bin, &more[k], sizeof *bin) == 0;
        const bool was = at_seen < e.seen_count &&
                         memcmp(&s->e[op].seen[at_seen], bin, sizeof *bin) == 0;
        if (was || further) {
            seen[n] = *bin;
            shares[n++] = was ? s->e[op].share[at_seen] : share;
            e.samples += further ? samples : 0;
        }
        at_seen += was;
    }
    e.seen = seen;
    e.share = shares;
    e.seen_count = n;
    return judge_operator(&e, &s->rule).result;
}

/* The fewest further bins by which the judge says `goal`; area_count + 1: none. */
static size_t brute_force(const struct scene *s, size_t op, enum result goal)
{
    const double share = goal == RESULT_PASS ? 1.0 : 0.0;
    size_t fewest = s->area_count + 1;
    for (unsigned set = 0; set < 1u << s->area_count; set++) {
        struct judge_bin more[MAX_BINS];
        size_t count = 0, at_seen = 0;
        bool fresh = true;
        for (size_t i = 0; i < s->area_count; i++) {
            const bool was =
                at_seen < s->e[op].seen_count &&
                memcmp(&s->seen[op][at_seen], &s->area[i], sizeof s->area[i]) == 0;
            at_seen += was;
            if (set >> i & 1) {
                fresh &= !was;
                more[count++] = s->area[i];
            }
        }
        if (fresh && count < fewest &&
            judge_with(s, op, more, count, share, 1000) == goal)
            fewest = count;
    }
    return fewest;
}

/* 8 to 11 bins near or far apart, some seen. Found to be fewest, and proved to be. */
static void test_fewest(void **state)
{
    struct scene *s = *state;
    unsigned seed = 1;
    size_t passes = 0, fails = 0, impossible = 0;
    for (int round = 0; round < 60; round++) {
        make_area(s, &seed, 8 + next(&seed, 4), 4 + (int)next(&seed, 9));
        make_evidence(s, 0);
        s->rule.min_bins = 1 + (int)next(&seed, 5);
        for (size_t i = 0; i < s->area_count; i++) {
            static const double shares[] = {1, 1, 1, 1, 0.95, 0.8, 0};
            if (next(&seed, 3) == 0)
                see(s, 0, i, shares[next(&seed, 7)], SAMPLES);
        }
        if (judge_operator(&s->e[0], &s->rule).result != RESULT_UNKNOWN)
            continue;
        for (enum result goal = RESULT_FAIL; goal <= RESULT_PASS; goal++) {
            const size_t fewest = brute_force(s, 0, goal);
            const struct need_goal g = need_goal(&s->e[0], &s->rule, goal, s->space);
            assert_int_equal(g.possible, fewest <= s->area_count);
            impossible += !g.possible;
            if (!g.possible)
                continue;
            assert_true(g.exact);
            assert_int_equal(g.count, fewest);
            assert_true(g.samples >= (int64_t)g.count);
            passes += goal == RESULT_PASS;
            fails += goal == RESULT_FAIL;
        }
    }
    assert_true(passes > 10 && fails > 10 && impossible > 3);
}

/* With fewer samples than it says, the votes do not count. */
static void test_samples(void **state)
{
    struct scene *s = *state;
    unsigned seed = 9;
    make_area(s, &seed, 10, 8);
    make_evidence(s, 0);
    s->rule.min_bins = 5;
    struct judge_bin bins[MAX_BINS];
    const struct need_goal g = need_goal(&s->e[0], &s->rule, RESULT_PASS, s->space);
    const struct need n = need_area(s->e, 1, &s->rule, s->space, bins);
    assert_int_equal(n.state, NEED_BINS);
    assert_true(g.possible && n.count == g.count && n.exact);
    assert_int_equal(g.samples, 25); /* 9 z² = 24.35 votes */
    assert_int_equal(n.samples_each, (25 + (int64_t)n.count - 1) / (int64_t)n.count);
    assert_int_equal(judge_with(s, 0, bins, n.count, 1, n.samples_each), RESULT_PASS);
    assert_int_equal(judge_with(s, 0, bins, n.count, 1, n.samples_each - 1),
                     RESULT_UNKNOWN);
}

/* Every even truth of every operator settles the area. */
static void check_promise(const struct scene *s, const struct need *n,
                          const struct judge_bin *bins)
{
    for (unsigned truth = 0; truth < 1u << OPERATORS; truth++) {
        enum result results[OPERATORS];
        bool can = true;
        for (size_t op = 0; op < OPERATORS; op++) {
            const double share = truth >> op & 1 ? 1.0 : 0.0;
            const enum result goal = share > 0 ? RESULT_PASS : RESULT_FAIL;
            results[op] = judge_with(s, op, bins, n->count, share, n->samples_each);
            const enum result now = judge_operator(&s->e[op], &s->rule).result;
            can &=
                now == goal || (now == RESULT_UNKNOWN &&
                                need_goal(&s->e[op], &s->rule, goal, s->space).possible);
        }
        if (can)
            assert_int_not_equal(judge_combine(results, OPERATORS, s->rule.combine),
                                 RESULT_UNKNOWN);
    }
}

static void test_areas_of_several_operators(void **state)
{
    struct scene *s = *state;
    unsigned seed = 5;
    int asked = 0, settled = 0, impossible = 0;
    for (int round = 0; round < 150; round++) {
        struct judge_bin bins[MAX_BINS];
        make_area(s, &seed, 10 + next(&seed, 25), 7 + (int)next(&seed, 3));
        s->rule.min_bins = 5;
        s->rule.combine = next(&seed, 2) ? RULE_ANY : RULE_ALL;
        const unsigned together = next(&seed, 2);
        for (size_t op = 0; op < OPERATORS; op++) {
            unsigned own = seed + (together ? 0 : (unsigned)op);
            make_evidence(s, op);
            for (size_t i = 0; i < s->area_count; i++) {
                if (next(&own, 4) == 0)
                    see(s, op, i, next(&own, 6) ? 1 : 0.5, 1 + next(&own, 5));
            }
        }
        next(&seed, 2);
        const struct need n = need_area(s->e, OPERATORS, &s->rule, s->space, bins);
        settled += n.state == NEED_SETTLED;
        impossible += n.state == NEED_IMPOSSIBLE;
        if (n.state != NEED_BINS)
            continue;
        asked++;
        assert_true(n.count <= s->area_count);
        check_promise(s, &n, bins);
    }
    assert_true(asked > 50 && settled + impossible > 5);
}

/* A hamlet's centre as the shipped rule has it, in the grid's worst place: 28 bins. */
static void test_whole_circle(void **state)
{
    struct scene *s = *state;
    struct judge_bin bins[MAX_BINS];
    s->rule.min_bins = 5;
    s->rule.combine = RULE_ANY;
    s->area_count = 0;
    for (int x = -3; x <= 3; x++) {
        for (int y = -3; y <= 3; y++) {
            if (x * x + y * y <= 9)
                s->area[s->area_count++] = (struct judge_bin){.bin_x = x, .bin_y = y};
        }
    }
    make_evidence(s, 0);
    assert_int_equal(s->area_count, 29);
    const struct need_goal pass = need_goal(&s->e[0], &s->rule, RESULT_PASS, s->space);
    const struct need_goal fail = need_goal(&s->e[0], &s->rule, RESULT_FAIL, s->space);
    const struct need n = need_area(s->e, 1, &s->rule, s->space, bins);
    print_message("29 bins: %zu to pass, %zu to fail\n", pass.count, fail.count);
    assert_int_equal(fail.count, 5);
    assert_int_equal(pass.count, 9); /* all sets of 8 tried by another program */
    assert_true(pass.exact);
    assert_int_equal(n.count, pass.count);
    assert_int_equal(judge_with(s, 0, bins, n.count, 1, n.samples_each), RESULT_PASS);
    assert_int_equal(judge_with(s, 0, bins, n.count, 0, n.samples_each), RESULT_FAIL);
}

/* Nothing to ask for: settled, no operator, all bins seen and still in doubt. */
static void test_no_need(void **state)
{
    struct scene *s = *state;
    struct judge_bin bins[MAX_BINS];
    unsigned seed = 3;
    s->rule.min_bins = 5;
    s->rule.combine = RULE_ANY;
    make_area(s, &seed, 20, 5);
    make_evidence(s, 0);
    for (size_t i = 0; i < 20; i++)
        see(s, 0, i, 1, SAMPLES);
    assert_int_equal(need_area(s->e, 1, &s->rule, s->space, bins).state, NEED_SETTLED);
    assert_int_equal(need_area(s->e, 0, &s->rule, s->space, bins).state, NEED_IMPOSSIBLE);
    for (size_t i = 0; i < 2; i++)
        s->share[0][i] = 0.4; /* 0.94: not 0.95, and not surely below it */
    const struct need n = need_area(s->e, 1, &s->rule, s->space, bins);
    assert_int_equal(n.state, NEED_IMPOSSIBLE);
    assert_int_equal(n.count, 0);
}

/* Thousands of bins: found in time, and it holds. */
static void test_large_area(void **state)
{
    struct scene *s = *state;
    enum { SIDE = 80 };
    struct judge_bin *area = calloc(SIDE * SIDE, sizeof *area);
    struct judge_bin *bins = calloc(SIDE * SIDE, sizeof *bins);
    struct need_space *space = need_open(SIDE * SIDE, MAX_STEPS);
    double shares[100];
    s->rule.min_bins = 5;
    s->rule.combine = RULE_ANY;
    for (int i = 0; i < SIDE * SIDE; i++)
        area[i] = (struct judge_bin){.bin_x = i / SIDE, .bin_y = i % SIDE};
    struct judge_evidence e = {
        .area = area,
        .area_count = SIDE * SIDE,
        .bin_size_m = 50,
    };
    e.area_rho = judge_area_rho(&e, s->rule.correlation_m);
    const struct need n = need_area(&e, 1, &s->rule, space, bins);
    assert_int_equal(n.state, NEED_BINS);
    assert_false(n.exact);
    assert_in_range(n.count, 10, 30);
    for (size_t i = 0; i < n.count; i++)
        shares[i] = 1;
    e.seen = bins;
    e.share = shares;
    e.seen_count = n.count;
    e.samples = (int64_t)n.count * n.samples_each;
    assert_int_equal(judge_operator(&e, &s->rule).result, RESULT_PASS);
    need_close(space);
    free(area);
    free(bins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fewest),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_areas_of_several_operators),
        cmocka_unit_test(test_whole_circle),
        cmocka_unit_test(test_no_need),
        cmocka_unit_test(test_large_area),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
