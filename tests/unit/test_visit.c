/* Visits: which cells pass, which are left out, and means over days. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "visit.h"

static struct rule lte_rule(void)
{
    struct rule rule = {.max_age_days = 365};
    rule.technologies[TECH_LTE] =
        (struct rule_technology){.counts = true, .level_dbm = -115};
    return rule;
}

static void cells_count_as_the_rule_says(void **state)
{
    (void)state;
    const struct rule rule = lte_rule();
    struct tally_level levels[] = {{-116, 2}, {-115, 3}, {-90, 5}};
    static const struct {
        uint8_t tech;
        uint8_t levels;
        uint64_t no_level, no_service;
        struct visit expected;
    } rows[] = {
        {TECH_LTE, 3, 4, 0, {.passing = 8, .judged = 10, .in_service = 14, .all = 14}},
        {TECH_WCDMA, 3, 4, 0, {.passing = 0, .judged = 14, .in_service = 14, .all = 14}},
        {TECH_NONE, 0, 4, 6, {.passing = 0, .judged = 6, .in_service = 4, .all = 10}},
        {TECH_NR_NSA, 3, 4, 0, {0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct tally_cell c = {.key.tech = rows[i].tech,
                                     .level_count = rows[i].levels,
                                     .levels = levels,
                                     .no_level = rows[i].no_level,
                                     .no_service = rows[i].no_service};
        struct visit v = {0};
        visit_add(&v, &rule, &c);
        assert_int_equal(v.passing, rows[i].expected.passing);
        assert_int_equal(v.judged, rows[i].expected.judged);
        assert_int_equal(v.in_service, rows[i].expected.in_service);
        assert_int_equal(v.all, rows[i].expected.all);
    }
}

static void means_are_over_visits(void **state)
{
    (void)state;
    struct visit_sum sum = {0};
    assert_true(isnan(visit_sum_share(&sum)));
    assert_true(isnan(visit_sum_service_share(&sum)));
    /* one sample of a day weighs as much as a hundred of another; what cannot be said to
     * pass or fail has no share */
    visit_sum_add(&sum,
                  &(struct visit){.passing = 1, .judged = 1, .in_service = 1, .all = 1});
    visit_sum_add(&sum, &(struct visit){.judged = 100, .in_service = 50, .all = 100});
    visit_sum_add(&sum, &(struct visit){.in_service = 3, .all = 3});
    visit_sum_add(&sum, &(struct visit){0});
    assert_int_equal(sum.visits, 2);
    assert_int_equal(sum.samples, 104);
    assert_float_equal(visit_sum_share(&sum), 0.5, 1e-12);
    assert_float_equal(visit_sum_service_share(&sum), 2.5 / 3, 1e-12);
}

static void days_age(void **state)
{
    (void)state;
    const struct rule rule = lte_rule();
    assert_int_equal(visit_oldest_day(&rule, 20000), 19635);
    assert_int_equal(visit_oldest_day(&rule, INT32_MIN), INT32_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_count_as_the_rule_says),
        cmocka_unit_test(means_are_over_visits),
        cmocka_unit_test(days_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
