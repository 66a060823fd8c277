/* Judging against tests/golden/judge_cases.txt, which explains its own form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge.h"
#include "xmem.h"

#define CASES "tests/golden/judge_cases.txt"

enum { MAX_BINS = 32768, MAX_WORDS = 16, MAX_LINE = 512 };

struct table {
    struct judge_bin area[MAX_BINS];
    struct judge_bin seen[MAX_BINS];
    double share[MAX_BINS];
    size_t area_count;
    size_t seen_count;
    int64_t samples;
    double bin_size_m;
    struct rule rule;
    struct judge_rho rho;
    char name[64];
    int line;
    int judged, combined, hamlets;
};

static enum result result_of(const char *name)
{
    for (int r = 0; r < RESULT_COUNT; r++) {
        if (strcmp(judge_result_name((enum result)r), name) == 0)
            return (enum result)r;
    }
    fail_msg("no result: %s", name);
    return RESULT_UNKNOWN;
}

static double number_of(const char *text)
{
    return strcmp(text, "-") == 0 ? (double)NAN : strtod(text, NULL);
}

static void take_case(struct table *t, char **words)
{
    t->area_count = t->seen_count = 0;
    snprintf(t->name, sizeof t->name, "%s", words[1]);
}

static void take_rule(struct table *t, char **words)
{
    t->bin_size_m = number_of(words[1]);
    t->rule = (struct rule){
        .correlation_m = number_of(words[2]),
        .confidence = number_of(words[3]),
        .availability_min = number_of(words[4]),
        .evidence_min = number_of(words[5]),
        .min_bins = (int)strtol(words[6], NULL, 10),
        .n_max = number_of(words[7]),
    };
}

static size_t put_run(struct judge_bin *bins, size_t count, char **words)
{
    const int32_t x = (int32_t)strtol(words[1], NULL, 10);
    const int32_t last = (int32_t)strtol(words[3], NULL, 10);
    for (int32_t y = (int32_t)strtol(words[2], NULL, 10); y <= last; y++) {
        assert_true(count < MAX_BINS);
        bins[count++] = (struct judge_bin){x, y};
    }
    return count;
}

static void take_area(struct table *t, char **words)
{
    t->area_count = put_run(t->area, t->area_count, words);
}

static void take_seen(struct table *t, char **words)
{
    const size_t end = put_run(t->seen, t->seen_count, words);
    while (t->seen_count < end)
        t->share[t->seen_count++] = number_of(words[4]);
}

static void take_samples(struct table *t, char **words)
{
    t->samples = strtoll(words[1], NULL, 10);
}

static void expect_near(const struct table *t, const char *what, double value,
                        double expected)
{
    if (isnan(expected) ? isnan(value) : fabs(value - expected) <= 1e-9)
        return;
    fail_msg("%s:%d: %s: %s is %.12g, expected %.12g", CASES, t->line, t->name, what,
             value, expected);
}

static void take_expect(struct table *t, char **words)
{
    struct judge_evidence e = {
        .area = t->area,
        .area_count = t->area_count,
        .seen = t->seen,
        .share = t->share,
        .seen_count = t->seen_count,
        .samples = t->samples,
        .bin_size_m = t->bin_size_m,
        .rho = &t->rho,
    };
    judge_rho_fill(&t->rho, t->bin_size_m, t->rule.correlation_m);
    e.area_rho = judge_area_rho(&e, t->rule.correlation_m);
    /* the reason why judging leaves it out there */
    if (e.seen_count == e.area_count && judge_explain(&e, &t->rule).variance != 0.0)
        fail_msg("%s:%d: %s: all bins seen, and a variance", CASES, t->line, t->name);
    const struct judgement j = judge_operator(&e, &t->rule);
    if (strcmp(judge_result_name(j.result), words[1]) != 0)
        fail_msg("%s:%d: %s: %s, expected %s", CASES, t->line, t->name,
                 judge_result_name(j.result), words[1]);
    expect_near(t, "availability", j.availability, number_of(words[2]));
    expect_near(t, "low", j.low, number_of(words[3]));
    expect_near(t, "high", j.high, number_of(words[4]));
    expect_near(t, "n / 100", j.effective_n / 100.0, number_of(words[5]) / 100.0);
    t->judged++;
}

static void take_combine(struct table *t, char **words)
{
    enum result results[MAX_WORDS];
    size_t count = 0;
    while (words[3 + count] != NULL) {
        results[count] = result_of(words[3 + count]);
        count++;
    }
    const enum rule_combine combine = strcmp(words[1], "any") == 0 ? RULE_ANY : RULE_ALL;
    const enum result r = judge_combine(results, count, combine);
    if (r != result_of(words[2]))
        fail_msg("%s:%d: %s, expected %s", CASES, t->line, judge_result_name(r),
                 words[2]);
    t->combined++;
}

static void take_hamlet(struct table *t, char **words)
{
    enum result clusters[MAX_WORDS];
    size_t count = 0;
    while (words[5 + count] != NULL) {
        clusters[count] = result_of(words[5 + count]);
        count++;
    }
    const enum verdict v = judge_hamlet(result_of(words[4]), number_of(words[3]),
                                        clusters, count, number_of(words[2]));
    if (strcmp(judge_verdict_name(v), words[1]) != 0)
        fail_msg("%s:%d: %s, expected %s", CASES, t->line, judge_verdict_name(v),
                 words[1]);
    t->hamlets++;
}

static const struct keyword {
    const char *word;
    size_t words; /* at least, the keyword included */
    void (*take)(struct table *t, char **words);
} keywords[] = {
    {"case", 2, take_case},       {"rule", 8, take_rule},
    {"area", 4, take_area},       {"seen", 5, take_seen},
    {"samples", 2, take_samples}, {"expect", 6, take_expect},
    {"combine", 3, take_combine}, {"hamlet", 5, take_hamlet},
};

static void take_line(struct table *t, char *line)
{
    char *words[MAX_WORDS + 1] = {NULL};
    size_t count = 0;
    char *rest = line;
    for (char *w = strsep(&rest, " \n"); w != NULL; w = strsep(&rest, " \n")) {
        assert_true(count < MAX_WORDS);
        if (*w != '\0')
            words[count++] = w;
    }
    if (count == 0)
        return;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (strcmp(keywords[i].word, words[0]) != 0)
            continue;
        assert_true(count >= keywords[i].words);
        keywords[i].take(t, words);
        return;
    }
    fail_msg("%s:%d: unknown word %s", CASES, t->line, words[0]);
}

static void test_cases(void **state)
{
    (void)state;
    char line[MAX_LINE];
    FILE *f = fopen(CASES, "r");
    struct table *t = xcalloc(1, sizeof *t);
    if (f == NULL)
        fail_msg("%s: not found; run from the repository's root", CASES);
    while (fgets(line, sizeof line, f) != NULL) {
        t->line++;
        if (line[0] != '#')
            take_line(t, line);
    }
    assert_true(t->judged >= 40 && t->combined >= 30 && t->hamlets >= 15);
    free(t);
    fclose(f);
}

/* Pair by pair, as the definition says. */
static double plain_rho(const struct judge_bin *a, size_t count, double per_bin)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++)
            sum += exp(-per_bin * hypot((double)a[i].bin_x - a[k].bin_x,
                                        (double)a[i].bin_y - a[k].bin_y));
    }
    return sum / ((double)count * (double)count);
}

/* The same with a table of correlations as without, to the bit. */
static double area_rho(const struct judge_bin *bins, size_t count, double correlation_m)
{
    struct judge_rho known;
    struct judge_evidence e = {.area = bins, .area_count = count, .bin_size_m = 50.0};
    const double rho = judge_area_rho(&e, correlation_m);
    judge_rho_fill(&known, 50.0, correlation_m);
    e.rho = &known;
    assert_true(judge_area_rho(&e, correlation_m) == rho);
    judge_rho_fill(&known, 50.0, 2 * correlation_m); /* of another rule: not used */
    assert_true(judge_area_rho(&e, correlation_m) == rho);
    return rho;
}

/* An area higher than the table of correlations, and one with gaps everywhere. */
static void test_rho_of_odd_areas(void **state)
{
    (void)state;
    static struct judge_bin bins[1500];
    for (size_t i = 0; i < 1500; i++)
        bins[i] = (struct judge_bin){(int32_t)(i / 750), (int32_t)(i % 750) * 10};
    for (double correlation_m = 10.0; correlation_m < 1e6; correlation_m *= 10.0) {
        const double expected = plain_rho(bins, 1500, 50.0 / correlation_m);
        const double rho = area_rho(bins, 1500, correlation_m);
        assert_true(fabs(rho - expected) <= 1e-12);
    }
    for (size_t i = 0; i < 1500; i++)
        bins[i] = (struct judge_bin){(int32_t)i, (int32_t)(i * i * 7919 % 104729)};
    assert_true(fabs(area_rho(bins, 1500, 5000.0) - plain_rho(bins, 1500, 0.01)) <=
                1e-12);
}

/* Ways through areas of many shapes: sums that are known beforehand, and the table they
 * are known from, judge alike to the last bit. */
static void test_known_rho(void **state)
{
    enum { SIDE = JUDGE_RHO_BINS + 2 };
    static struct judge_bin area[SIDE * SIDE], seen[SIDE * SIDE];
    static double share[SIDE * SIDE];
    (void)state;
    srand(7);
    for (int round = 0; round < 300; round++) {
        const struct rule rule = {.correlation_m = 5 + (rand() % 200) * (rand() % 300),
                                  .confidence = 0.9,
                                  .availability_min = 0.95,
                                  .evidence_min = 0.9,
                                  .min_bins = 5,
                                  .n_max = 1e6};
        struct judge_evidence e = {.area = area,
                                   .seen = seen,
                                   .share = share,
                                   .samples = 1000000,
                                   .bin_size_m = 50};
        struct judge_rho known;
        const int width = 1 + rand() % SIDE, height = 1 + rand() % SIDE;
        for (int i = 0; i < width * height; i++) {
            const struct judge_bin bin = {i / height - 7, i % height - 9};
            if (i > 0 && rand() % 4 == 0)
                continue;
            area[e.area_count++] = bin;
            if (rand() % 3 == 0)
                seen[e.seen_count++] = bin;
        }
        e.area_rho = judge_area_rho(&e, rule.correlation_m);
        const struct judgement by_table = judge_operator(&e, &rule);
        judge_rho_fill(&known, e.bin_size_m, rule.correlation_m);
        e.rho = &known;
        assert_true(judge_area_rho(&e, rule.correlation_m) == e.area_rho);
        const struct judge_seen_rho seen_rho =
            e.seen_count > 0 ? judge_seen_rho(&e, rule.correlation_m)
                             : (struct judge_seen_rho){0};
        e.seen_rho = round % 2 == 0 ? &seen_rho : NULL;
        const struct judgement by_known = judge_operator(&e, &rule);
        assert_true(by_known.effective_n == by_table.effective_n);
        assert_true(by_known.high == by_table.high);
    }
}

/* Bins at the ends of the range must not overflow. */
static void test_extreme_bins(void **state)
{
    (void)state;
    const struct judge_bin bins[] = {{INT32_MIN, INT32_MIN}, {INT32_MAX, INT32_MAX}};
    assert_true(fabs(area_rho(bins, 2, 50.0) - 0.5) <= 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_rho_of_odd_areas),
        cmocka_unit_test(test_known_rho),
        cmocka_unit_test(test_extreme_bins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
