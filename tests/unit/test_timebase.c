/* The collector's clock: which time is believed, and what counts as a step. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"
#include "timebase.h"

#define NOON_MS INT64_C(1757073600000) /* 2025-09-05T12:00:00Z */
#define YEAR_MS (INT64_C(365) * 86400000)

enum { BOOT_MS = 10000 }; /* monotonic time of the start */

/* One call of timebase_update. Times are told from NOON_MS and BOOT_MS, which belong
 * together; `gps_ms` and its receipt are those of the receiver's report. */
struct update {
    int64_t mono_ms;
    int64_t system_ms;
    int64_t gps_ms; /* TIME_UNKNOWN: none */
    int64_t gps_mono_ms;
    bool stepped;
    bool by_gps;
    int64_t step_ms;
    int64_t utc_ms; /* afterwards, of mono_ms */
};

static void check_updates(const struct update *rows, size_t count)
{
    struct timebase t = timebase_start(BOOT_MS, NOON_MS);
    for (size_t i = 0; i < count; i++) {
        const struct update *r = &rows[i];
        const bool has_gps = r->gps_ms != TIME_UNKNOWN;
        const struct timebase_step step = timebase_update(
            &t, BOOT_MS + r->mono_ms, NOON_MS + r->system_ms,
            has_gps ? NOON_MS + r->gps_ms : TIME_UNKNOWN, BOOT_MS + r->gps_mono_ms);
        print_message("row %zu\n", i);
        assert_int_equal(step.stepped, r->stepped);
        assert_int_equal(step.by_gps, r->by_gps);
        assert_int_equal(step.step_ms, r->step_ms);
        assert_int_equal(timebase_utc_ms(&t, BOOT_MS + r->mono_ms), NOON_MS + r->utc_ms);
    }
}

#define CHECK_UPDATES(rows) check_updates(rows, sizeof(rows) / sizeof *(rows))

static void test_starts_with_the_system_clock(void **state)
{
    (void)state;
    const struct timebase t = timebase_start(BOOT_MS, NOON_MS);
    assert_int_equal(timebase_utc_ms(&t, BOOT_MS), NOON_MS);
    assert_int_equal(timebase_utc_ms(&t, BOOT_MS + 2500), NOON_MS + 2500);
    assert_false(t.from_gps);
}

/* Without a receiver the system's clock counts, and its steps are told. */
static void test_follows_the_system_until_gps_speaks(void **state)
{
    (void)state;
    static const struct update rows[] = {
        {1000, 1000, TIME_UNKNOWN, 0, false, false, 0, 1000},
        {2000, 2000 + TIMEBASE_STEP_MS, TIME_UNKNOWN, 0, false, false, 0, 2000},
        {3000, 3000 - TIMEBASE_STEP_MS, TIME_UNKNOWN, 0, false, false, 0, 3000},
        {4000, 4001 + TIMEBASE_STEP_MS, TIME_UNKNOWN, 0, true, false,
         1 + TIMEBASE_STEP_MS, 4001 + TIMEBASE_STEP_MS},
        {5000, 5000 + YEAR_MS, TIME_UNKNOWN, 0, true, false,
         YEAR_MS - 1 - TIMEBASE_STEP_MS, 5000 + YEAR_MS},
        {6000, 6000, TIME_UNKNOWN, 0, true, false, -YEAR_MS, 6000},
    };
    CHECK_UPDATES(rows);
}

/* A board without a battery clock: the first fix is years away, forward or back. */
static void test_gps_corrects_a_wrong_clock(void **state)
{
    (void)state;
    static const struct update rows[] = {
        {1000, 1000, TIME_UNKNOWN, 0, false, false, 0, 1000},
        {2000, 2000, 1800 + YEAR_MS, 1800, true, true, YEAR_MS, 2000 + YEAR_MS},
        {3000, 3000, 2800 + YEAR_MS, 2800, false, true, 0, 3000 + YEAR_MS},
        {4000, 4000, 3800, 3800, true, true, -YEAR_MS, 4000},
    };
    CHECK_UPDATES(rows);
}

/* A report's age does not matter: it is compared with the time of its receipt. */
static void test_gps_time_is_that_of_its_receipt(void **state)
{
    (void)state;
    static const struct update rows[] = {
        {4000, 4000, 0, 0, false, true, 0, 4000},
        {9000, 9000, 4000, 4500, false, true, 0, 9000}, /* half a second late */
    };
    CHECK_UPDATES(rows);
}

/* A receiver that fell silent was right before: the system's clock is not asked again. */
static void test_the_system_is_not_asked_after_gps(void **state)
{
    (void)state;
    static const struct update rows[] = {
        {1000, 1000, 900, 900, false, true, 0, 1000},
        {2000, 2000 + YEAR_MS, TIME_UNKNOWN, 0, false, false, 0, 2000},
        {3000, 3000 - YEAR_MS, TIME_UNKNOWN, 0, false, false, 0, 3000},
        {4000, 4000 - YEAR_MS, 3900, 3900, false, true, 0, 4000},
    };
    CHECK_UPDATES(rows);
}

/* gpsd's reports come up to a second late; that is jitter, not a step, both ways. */
static void test_jitter_of_reports_is_no_step(void **state)
{
    (void)state;
    static const struct update rows[] = {
        {1000, 1000, 0, 1000, false, true, 0, 1000},
        {2000, 2000, 2000, 2000 - TIMEBASE_STEP_MS, false, true, 0, 2000},
        {3000, 3000, 3000 - TIMEBASE_STEP_MS, 3000, false, true, 0, 3000},
        {4000, 4000, 3999 - TIMEBASE_STEP_MS, 4000, true, true, -1 - TIMEBASE_STEP_MS,
         3999 - TIMEBASE_STEP_MS},
    };
    CHECK_UPDATES(rows);
}

static void test_a_gps_time_without_receipt_is_none(void **state)
{
    (void)state;
    struct timebase t = timebase_start(BOOT_MS, NOON_MS);
    const struct timebase_step step =
        timebase_update(&t, BOOT_MS, NOON_MS, NOON_MS + YEAR_MS, ID_UNKNOWN);
    assert_false(step.stepped);
    assert_false(step.by_gps);
    assert_false(t.from_gps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts_with_the_system_clock),
        cmocka_unit_test(test_follows_the_system_until_gps_speaks),
        cmocka_unit_test(test_gps_corrects_a_wrong_clock),
        cmocka_unit_test(test_gps_time_is_that_of_its_receipt),
        cmocka_unit_test(test_the_system_is_not_asked_after_gps),
        cmocka_unit_test(test_jitter_of_reports_is_no_step),
        cmocka_unit_test(test_a_gps_time_without_receipt_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
