/* When active tests are due, and what they may cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probe_plan.h"

#define ALL (1u << PLAN_PING | 1u << PLAN_GET | 1u << PLAN_PUT)

/* One plan, asked in order of time. */
static void test_a_round_comes_every_interval(void **state)
{
    static const struct {
        int64_t mono_ms;
        bool may_test;
        enum plan_kind expected;
    } rows[] = {
        {999, true, PLAN_NONE},     {1000, true, PLAN_PING},
        {1500, true, PLAN_GET}, /* at once: the one before has ended */
        {9000, true, PLAN_PUT},     {9100, true, PLAN_NONE},
        {60999, true, PLAN_NONE},   {61000, true, PLAN_PING},
        {61001, false, PLAN_NONE}, /* the modem is away: the rest waits */
        {70000, true, PLAN_GET},    {70001, true, PLAN_PUT},
        {121000, false, PLAN_NONE}, {500000, false, PLAN_NONE},
        {600000, true, PLAN_PING}, /* one round, not eight */
        {600001, true, PLAN_GET},   {600002, true, PLAN_PUT},
        {600003, true, PLAN_NONE},  {600999, true, PLAN_NONE},
        {601000, true, PLAN_PING}, /* in the old beat */
    };
    (void)state;
    struct probe_plan plan = probe_plan_start(1000, 60000, ALL, 0, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const enum plan_kind kind =
            probe_plan_next(&plan, rows[i].mono_ms, rows[i].may_test);
        if (kind != rows[i].expected)
            fail_msg("at %lld ms: %d, expected %d", (long long)rows[i].mono_ms, kind,
                     rows[i].expected);
    }
}

static void test_only_what_is_wanted_runs(void **state)
{
    (void)state;
    struct probe_plan plan = probe_plan_start(0, 60000, 1u << PLAN_PUT, 0, 1);
    assert_int_equal(probe_plan_next(&plan, 0, true), PLAN_PUT);
    assert_int_equal(probe_plan_next(&plan, 1, true), PLAN_NONE);
    plan = probe_plan_start(0, 60000, 0, 0, 1);
    assert_int_equal(probe_plan_next(&plan, 0, true), PLAN_NONE);
}

static void test_modems_take_turns(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(probe_plan_start(500, 60000, ALL, i, 4).next_ms,
                         500 + 15000 * i);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(probe_plan_name(PLAN_PING), "ping");
    assert_string_equal(probe_plan_name(PLAN_GET), "http_get");
    assert_string_equal(probe_plan_name(PLAN_PUT), "http_put");
    assert_string_equal(probe_plan_name(PLAN_NONE), "");
}

/* 32000 around it and a window of an eighth, at least 64000, are kept back. */
static void test_what_a_transfer_may_cost(void **state)
{
    static const struct {
        int64_t left, wanted, content, window;
    } rows[] = {
        {20000000, 1000000, 1000000, 1000000},
        {2400000, 1000000, 1000000, 300000},
        {1000000, 1000000, 1000000 - 125000 - 32000 - 15625, 125000},
        {200000, 1000000, 200000 - 64000 - 32000 - 3125, 64000},
        {100000, 1000000, 0, 64000}, /* too little to say anything */
        {115000, 16000, 16000, 64000},
        {0, 16000, 0, 64000},
        {-5, 16000, 0, 64000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct probe_allowance a = probe_plan_allow(rows[i].left, rows[i].wanted);
        assert_int_equal(a.content_bytes, rows[i].content);
        assert_int_equal(a.window_bytes, rows[i].window);
        assert_true(a.content_bytes == 0
                        ? a.total_bytes == 0
                        : a.total_bytes > a.content_bytes + a.window_bytes);
    }
    for (int64_t left = 0; left < 3000000; left += 997)
        assert_true(probe_plan_allow(left, 700000).total_bytes <= left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_round_comes_every_interval),
        cmocka_unit_test(test_only_what_is_wanted_runs),
        cmocka_unit_test(test_modems_take_turns),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_what_a_transfer_may_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
