/* Comparing two campaigns: a change counts only if the intervals say so. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compare.h"
#include "xmem.h"

enum { OPERATORS = 2, AREAS = 2 };

/* An area as both operators saw it: the first with this interval, the second nowhere. */
struct seen {
    enum result result;
    double low, high;
};

/* A survey of one hamlet with a centre and a cluster. */
struct campaign {
    struct model m;
    struct rule rule;
    mccmnc_t operators[OPERATORS];
    struct hamlet hamlet;
    struct area areas[AREAS];
    struct area_operator seen[AREAS][OPERATORS];
};

static struct rule make_rule(mccmnc_t *operators)
{
    operators[0] = mccmnc_parse("45201");
    operators[1] = mccmnc_parse("45204");
    return (struct rule){.technologies = {[TECH_LTE] = {true, -115, -105}},
                         .operators = operators,
                         .operator_count = OPERATORS,
                         .availability_min = 0.95,
                         .evidence_min = 0.9,
                         .confidence = 0.9,
                         .min_bins = 5,
                         .n_max = 100,
                         .correlation_m = 50,
                         .no_signal_max = 0.1,
                         .max_age_days = 365,
                         .centre_radius_m = 150,
                         .cluster_radius_m = 100};
}

static void make(struct campaign *c, enum verdict verdict, struct seen centre,
                 struct seen cluster)
{
    const struct seen seen[AREAS] = {centre, cluster};
    *c = (struct campaign){0};
    c->rule = make_rule(c->operators);
    for (int i = 0; i < AREAS; i++) {
        c->seen[i][0] = (struct area_operator){
            .judgement = {seen[i].result, (seen[i].low + seen[i].high) / 2, seen[i].low,
                          seen[i].high, 50}};
        c->seen[i][1] =
            (struct area_operator){.judgement = {RESULT_UNKNOWN, NAN, 0, 1, 0}};
        c->areas[i] =
            (struct area){.area_code = i ? "H1-1" : "H1",
                          .kind = i ? AREA_CLUSTER : AREA_CENTRE,
                          .point = {22.6 + i / 100.0, 106.1},
                          .radius_m = i ? 100 : 150,
                          .operators = c->seen[i],
                          .operator_count = OPERATORS,
                          .rule_operator_count = 1, /* the second is another's */
                          .result = seen[i].result};
    }
    c->hamlet = (struct hamlet){
        .hamlet_code = "H1", .areas = c->areas, .area_count = AREAS, .verdict = verdict};
    c->m = (struct model){
        .rule = &c->rule, .bin_size_m = 50, .hamlets = &c->hamlet, .hamlet_count = 1};
    assert_int_equal(
        crs_open(3405, "VN-2000 to WGS 84 (2)", (struct crs **)(uintptr_t)&c->m.crs),
        ERR_OK);
}

static void release(struct campaign *c)
{
    crs_close((struct crs *)(uintptr_t)c->m.crs);
}

#define PASS                                                                             \
    {                                                                                    \
        RESULT_PASS, 0.96, 1.0                                                           \
    }
#define WEAK_PASS                                                                        \
    {                                                                                    \
        RESULT_PASS, 0.90, 0.99                                                          \
    }
#define FAIL                                                                             \
    {                                                                                    \
        RESULT_FAIL, 0.40, 0.60                                                          \
    }
#define NEAR_FAIL                                                                        \
    {                                                                                    \
        RESULT_FAIL, 0.80, 0.94                                                          \
    }
#define NONE                                                                             \
    {                                                                                    \
        RESULT_FAIL, 0.0, 0.03                                                           \
    }
#define OPEN                                                                             \
    {                                                                                    \
        RESULT_UNKNOWN, 0.6, 1.0                                                         \
    }

struct row {
    const char *what;
    enum verdict before;
    struct seen centre_before, cluster_before;
    enum verdict after;
    struct seen centre_after, cluster_after;
    enum change change;
    enum change_reason reason;
    const char *area; /* that decides */
};

static const struct row rows[] = {
    {"nothing changed", VERDICT_COVERED, PASS, PASS, VERDICT_COVERED, PASS, PASS,
     CHANGE_SAME, REASON_NONE, "H1"},
    {"a mast", VERDICT_NO_SIGNAL, NONE, NONE, VERDICT_COVERED, PASS, PASS, CHANGE_FIXED,
     REASON_NONE, "H1"},
    {"a cluster got signal", VERDICT_DEPRESSION, PASS, FAIL, VERDICT_COVERED, PASS, PASS,
     CHANGE_FIXED, REASON_NONE, "H1-1"},
    {"a cluster lost signal", VERDICT_COVERED, PASS, PASS, VERDICT_DEPRESSION, PASS, FAIL,
     CHANGE_WORSE, REASON_NONE, "H1-1"},
    {"some signal now", VERDICT_NO_SIGNAL, NONE, NONE, VERDICT_DEPRESSION, FAIL, FAIL,
     CHANGE_IMPROVED, REASON_NONE, "H1"},
    {"no signal now", VERDICT_DEPRESSION, FAIL, FAIL, VERDICT_NO_SIGNAL, NONE, NONE,
     CHANGE_WORSE, REASON_NONE, "H1"},
    {"chance may explain it", VERDICT_DEPRESSION, NEAR_FAIL, PASS, VERDICT_COVERED,
     WEAK_PASS, PASS, CHANGE_SAME, REASON_INTERVALS_OVERLAP, "H1"},
    {"so it may for the worse", VERDICT_COVERED, PASS, WEAK_PASS, VERDICT_DEPRESSION,
     PASS, NEAR_FAIL, CHANGE_SAME, REASON_INTERVALS_OVERLAP, "H1"},
    {"the area that got better is not the one that failed", VERDICT_COVERED, WEAK_PASS,
     WEAK_PASS, VERDICT_DEPRESSION, NEAR_FAIL, PASS, CHANGE_SAME,
     REASON_INTERVALS_OVERLAP, "H1"},
    {"not yet measured", VERDICT_NO_SIGNAL, NONE, NONE, VERDICT_NOT_ENOUGH_DATA, OPEN,
     OPEN, CHANGE_NOT_COMPARABLE, REASON_NOT_ENOUGH_DATA_AFTER, "H1"},
    {"not measured then", VERDICT_NOT_ENOUGH_DATA, OPEN, OPEN, VERDICT_COVERED, PASS,
     PASS, CHANGE_NOT_COMPARABLE, REASON_NOT_ENOUGH_DATA_BEFORE, "H1"},
    {"never measured", VERDICT_NOT_ENOUGH_DATA, OPEN, OPEN, VERDICT_NOT_ENOUGH_DATA, OPEN,
     OPEN, CHANGE_NOT_COMPARABLE, REASON_NOT_ENOUGH_DATA_BOTH, "H1"},
};

static void check(const struct comparisons *all, const struct row *r)
{
    print_message("%s\n", r->what);
    assert_int_equal(all->count, 1);
    assert_string_equal(compare_change_name(all->items[0].change),
                        compare_change_name(r->change));
    assert_string_equal(compare_reason_name(all->items[0].reason),
                        compare_reason_name(r->reason));
    assert_string_equal(all->items[0].deciding_after->area_code, r->area);
    assert_string_equal(all->items[0].deciding_before->area_code, r->area);
    assert_int_equal(all->changes[r->change], 1);
    assert_int_equal(all->reasons[r->reason], 1);
}

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct campaign before, after;
        struct comparisons all;
        make(&before, r->before, r->centre_before, r->cluster_before);
        make(&after, r->after, r->centre_after, r->cluster_after);
        compare_models(&before.m, &after.m, &all);
        check(&all, r);
        compare_free(&all);
        release(&before);
        release(&after);
    }
}

/* Each makes the campaigns incomparable. */
static void move_point(struct campaign *c)
{
    c->areas[1].point.lat_deg += 2e-5; /* two metres */
}
static void drop_cluster(struct campaign *c)
{
    c->hamlet.area_count = 1;
}
static void other_cluster(struct campaign *c)
{
    c->areas[1].area_code = "H1-2";
}
static void other_radius(struct campaign *c)
{
    c->areas[0].radius_m = 200;
}
static void other_level(struct campaign *c)
{
    c->rule.technologies[TECH_LTE].level_dbm = -110;
}
static void other_technologies(struct campaign *c)
{
    c->rule.technologies[TECH_WCDMA] = (struct rule_technology){true, -100, -90};
}
static void other_operators(struct campaign *c)
{
    c->operators[1] = mccmnc_parse("45205");
}
static void other_confidence(struct campaign *c)
{
    c->rule.confidence = 0.95;
}
static void other_bins(struct campaign *c)
{
    c->m.bin_size_m = 100;
}
static void rename_hamlet(struct campaign *c)
{
    c->hamlet.hamlet_code = "H2";
}

static void test_incomparable(void **state)
{
    static const struct {
        void (*spoil)(struct campaign *c);
        enum change_reason reason;
        size_t count;
    } spoilers[] = {
        {move_point, REASON_BOUNDARIES_CHANGED, 1},
        {drop_cluster, REASON_BOUNDARIES_CHANGED, 1},
        {other_cluster, REASON_BOUNDARIES_CHANGED, 1},
        {other_radius, REASON_BOUNDARIES_CHANGED, 1},
        {other_level, REASON_DIFFERENT_RULE, 1},
        {other_technologies, REASON_DIFFERENT_RULE, 1},
        {other_operators, REASON_DIFFERENT_RULE, 1},
        {other_confidence, REASON_DIFFERENT_RULE, 1},
        {other_bins, REASON_DIFFERENT_GRID, 1},
        {rename_hamlet, REASON_ONLY_BEFORE, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
        struct campaign before, after;
        struct comparisons all;
        make(&before, VERDICT_NO_SIGNAL, (struct seen)NONE, (struct seen)NONE);
        make(&after, VERDICT_COVERED, (struct seen)PASS, (struct seen)PASS);
        spoilers[i].spoil(&after);
        compare_models(&before.m, &after.m, &all);
        assert_int_equal(all.count, spoilers[i].count);
        assert_int_equal(all.changes[CHANGE_NOT_COMPARABLE], spoilers[i].count);
        assert_string_equal(compare_reason_name(all.items[0].reason),
                            compare_reason_name(spoilers[i].reason));
        compare_free(&all);
        release(&before);
        release(&after);
    }
}

static void test_only_in_one(void **state)
{
    struct campaign before, after;
    struct comparisons all;
    (void)state;
    make(&before, VERDICT_COVERED, (struct seen)PASS, (struct seen)PASS);
    make(&after, VERDICT_COVERED, (struct seen)PASS, (struct seen)PASS);
    before.hamlet.hamlet_code = "H2";
    compare_models(&before.m, &after.m, &all);
    assert_int_equal(all.count, 2);
    assert_null(all.items[0].before); /* by code: H1 is only after */
    assert_int_equal(all.items[0].reason, REASON_ONLY_AFTER);
    assert_null(all.items[1].after);
    assert_int_equal(all.items[1].reason, REASON_ONLY_BEFORE);
    compare_free(&all);
    release(&before);
    release(&after);
}

/* Names, sources and what only colours maps are no difference. */
static void test_renamed_rule(void **state)
{
    struct campaign before, after;
    struct comparisons all;
    static char id[] = "other";
    (void)state;
    make(&before, VERDICT_COVERED, (struct seen)PASS, (struct seen)PASS);
    make(&after, VERDICT_COVERED, (struct seen)PASS, (struct seen)PASS);
    after.rule.id = id;
    after.rule.technologies[TECH_LTE].weak_dbm = -100;
    compare_models(&before.m, &after.m, &all);
    assert_int_equal(all.changes[CHANGE_SAME], 1);
    compare_free(&all);
    release(&before);
    release(&after);
}

static void test_interval(void **state)
{
    struct campaign c;
    (void)state;
    make(&c, VERDICT_COVERED, (struct seen){RESULT_PASS, 0.9, 0.98}, (struct seen)PASS);
    c.seen[0][1].judgement = (struct judgement){RESULT_FAIL, 0.5, 0.4, 0.6, 50};
    c.areas[0].rule_operator_count = 2;
    struct area_interval i = compare_interval(&c.areas[0], &c.rule);
    assert_float_equal(i.availability, 0.94, 1e-9);
    assert_float_equal(i.low, 0.9, 1e-9);
    assert_float_equal(i.high, 0.98, 1e-9);
    c.rule.combine = RULE_ALL;
    i = compare_interval(&c.areas[0], &c.rule);
    assert_float_equal(i.availability, 0.5, 1e-9);
    assert_float_equal(i.low, 0.4, 1e-9);
    assert_float_equal(i.high, 0.6, 1e-9);
    release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),     cmocka_unit_test(test_incomparable),
        cmocka_unit_test(test_only_in_one), cmocka_unit_test(test_renamed_rule),
        cmocka_unit_test(test_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
