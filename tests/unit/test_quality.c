/* Quality: each reason, at its limit and beyond, and the order of the reasons. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "quality.h"
#include "utc.h"

#define NOW_MS INT64_C(1760000000000)
#define DAY_MS INT64_C(86400000)

/* A row that is accepted. */
static struct quality_row good_row(void)
{
    struct quality_row row = {.sample = sample_empty()};
    row.sample.t_utc_ms = NOW_MS - 1000;
    row.sample.pos = (struct latlon){22.65, 106.05};
    row.sample.state = STATE_IN_SERVICE;
    return row;
}

static enum quality_reason check(const struct quality_row *row)
{
    const struct quality_limits limits = quality_default_limits(NOW_MS);
    return quality_check(row, &limits);
}

static void test_good(void **state)
{
    const struct quality_row row = good_row();
    (void)state;
    assert_int_equal(check(&row), QUALITY_ACCEPTED);
}

static void test_names(void **state)
{
    static const char *const names[] = {"malformed",     "no_time",    "no_position",
                                        "poor_accuracy", "stale_fix",  "duplicate",
                                        "not_evidence",  "stale_level"};
    (void)state;
    assert_int_equal(sizeof names / sizeof *names, QUALITY_REASON_COUNT);
    for (int r = 0; r < QUALITY_REASON_COUNT; r++)
        assert_string_equal(quality_reason_name((enum quality_reason)r), names[r]);
}

static void test_time(void **state)
{
    static const struct {
        int64_t t_utc_ms;
        enum quality_reason expected;
    } rows[] = {
        {TIME_UNKNOWN, QUALITY_NO_TIME},
        {0, QUALITY_NO_TIME},
        {-1, QUALITY_NO_TIME},
        {UTC_2000_MS - 1, QUALITY_NO_TIME},
        {UTC_2000_MS, QUALITY_ACCEPTED},
        {NOW_MS, QUALITY_ACCEPTED},
        {NOW_MS + DAY_MS, QUALITY_ACCEPTED},
        {NOW_MS + DAY_MS + 1, QUALITY_NO_TIME},
        {INT64_C(4102444800000), QUALITY_NO_TIME},
        {INT64_MAX, QUALITY_NO_TIME},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quality_row row = good_row();
        row.sample.t_utc_ms = rows[i].t_utc_ms;
        assert_int_equal(check(&row), rows[i].expected);
    }
}

static void test_position(void **state)
{
    static const struct {
        struct latlon pos;
        int64_t fix_mode;
        enum quality_reason expected;
    } rows[] = {
        {{22.65, 106.05}, ID_UNKNOWN, QUALITY_ACCEPTED},
        {{22.65, 106.05}, 0, QUALITY_NO_POSITION},
        {{22.65, 106.05}, 1, QUALITY_NO_POSITION},
        {{22.65, 106.05}, 2, QUALITY_ACCEPTED},
        {{22.65, 106.05}, 3, QUALITY_ACCEPTED},
        {{0, 0}, 3, QUALITY_NO_POSITION},
        {{0, 106.05}, 3, QUALITY_ACCEPTED},
        {{22.65, 0}, 3, QUALITY_ACCEPTED},
        {{90, 180}, 3, QUALITY_ACCEPTED},
        {{-90, -180}, 3, QUALITY_ACCEPTED},
        {{90.0001, 106.05}, 3, QUALITY_NO_POSITION},
        {{22.65, -180.0001}, 3, QUALITY_NO_POSITION},
        {{(double)NAN, 106.05}, 3, QUALITY_NO_POSITION},
        {{22.65, (double)NAN}, 3, QUALITY_NO_POSITION},
        {{(double)INFINITY, 106.05}, 3, QUALITY_NO_POSITION},
        {{22.65, -(double)INFINITY}, 3, QUALITY_NO_POSITION},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quality_row row = good_row();
        row.sample.pos = rows[i].pos;
        row.sample.fix_mode = rows[i].fix_mode;
        assert_int_equal(check(&row), rows[i].expected);
    }
}

static void test_accuracy(void **state)
{
    static const struct {
        double acc_h95_m;
        enum quality_reason expected;
    } rows[] = {
        {(double)NAN, QUALITY_ACCEPTED},
        {0, QUALITY_ACCEPTED},
        {50, QUALITY_ACCEPTED},
        {50.0001, QUALITY_POOR_ACCURACY},
        {(double)INFINITY, QUALITY_POOR_ACCURACY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quality_row row = good_row();
        row.sample.acc_h95_m = rows[i].acc_h95_m;
        assert_int_equal(check(&row), rows[i].expected);
    }
}

static void test_ages(void **state)
{
    static const struct {
        int64_t fix_age_ms;
        int64_t level_age_ms;
        enum quality_reason expected;
    } rows[] = {
        {ID_UNKNOWN, ID_UNKNOWN, QUALITY_ACCEPTED},
        {0, 0, QUALITY_ACCEPTED},
        {5000, 5000, QUALITY_ACCEPTED},
        {5001, 5000, QUALITY_STALE_FIX},
        {5000, 5001, QUALITY_NOT_EVIDENCE},
        {5001, 5001, QUALITY_STALE_FIX},
        {INT64_MAX, 0, QUALITY_STALE_FIX},
        {0, INT64_MAX, QUALITY_NOT_EVIDENCE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quality_row row = good_row();
        row.sample.fix_age_ms = rows[i].fix_age_ms;
        row.sample.level_age_ms = rows[i].level_age_ms;
        assert_int_equal(check(&row), rows[i].expected);
    }
}

static void test_states(void **state)
{
    static const struct {
        enum state state;
        enum quality_reason expected;
    } rows[] = {
        {STATE_IN_SERVICE, QUALITY_ACCEPTED},  {STATE_LIMITED, QUALITY_ACCEPTED},
        {STATE_NO_SERVICE, QUALITY_ACCEPTED},  {STATE_RADIO_OFF, QUALITY_NOT_EVIDENCE},
        {STATE_UNKNOWN, QUALITY_NOT_EVIDENCE},
    };
    (void)state;
    assert_int_equal(sizeof rows / sizeof *rows, STATE_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quality_row row = good_row();
        row.sample.state = rows[i].state;
        row.sample.rsrp_dbm = -80; /* a level proves nothing by itself */
        assert_int_equal(check(&row), rows[i].expected);
    }
}

/* Spoils a row by one reason. */
static void spoil(struct quality_row *row, enum quality_reason reason)
{
    switch (reason) {
    case QUALITY_MALFORMED:
        row->malformed = true;
        break;
    case QUALITY_NO_TIME:
        row->sample.t_utc_ms = TIME_UNKNOWN;
        break;
    case QUALITY_NO_POSITION:
        row->sample.pos = geo_none();
        break;
    case QUALITY_POOR_ACCURACY:
        row->sample.acc_h95_m = 51;
        break;
    case QUALITY_STALE_FIX:
        row->sample.fix_age_ms = 5001;
        break;
    case QUALITY_DUPLICATE:
        row->duplicate = true;
        break;
    case QUALITY_NOT_EVIDENCE:
        row->sample.state = STATE_UNKNOWN;
        break;
    case QUALITY_STALE_LEVEL: /* no row alone has it */
    case QUALITY_REASON_COUNT:
        break;
    }
}

/* Of any set of faults the first in the contract's order is the reason. */
static void test_order(void **state)
{
    (void)state;
    for (unsigned set = 1; set < 1U << QUALITY_STALE_LEVEL; set++) {
        struct quality_row row = good_row();
        int first = QUALITY_REASON_COUNT;
        for (int r = QUALITY_STALE_LEVEL - 1; r >= 0; r--) {
            if ((set >> r & 1) == 0)
                continue;
            spoil(&row, (enum quality_reason)r);
            first = r;
        }
        assert_int_equal(check(&row), first);
    }
}

static void test_other_limits(void **state)
{
    const struct quality_limits limits = {.max_acc_m = 10,
                                          .max_fix_age_ms = 0,
                                          .max_level_age_ms = 700,
                                          .now_utc_ms = NOW_MS - DAY_MS};
    struct quality_row row = good_row();
    (void)state;
    row.sample.t_utc_ms = NOW_MS;
    row.sample.acc_h95_m = 10;
    row.sample.fix_age_ms = 0;
    row.sample.level_age_ms = 700;
    assert_int_equal(quality_check(&row, &limits), QUALITY_ACCEPTED);
    row.sample.level_age_ms = 701;
    assert_int_equal(quality_check(&row, &limits), QUALITY_NOT_EVIDENCE);
    row.sample.fix_age_ms = 1;
    assert_int_equal(quality_check(&row, &limits), QUALITY_STALE_FIX);
    row.sample.acc_h95_m = 10.5;
    assert_int_equal(quality_check(&row, &limits), QUALITY_POOR_ACCURACY);
    row.sample.t_utc_ms = NOW_MS + 1;
    assert_int_equal(quality_check(&row, &limits), QUALITY_NO_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),         cmocka_unit_test(test_names),
        cmocka_unit_test(test_time),         cmocka_unit_test(test_position),
        cmocka_unit_test(test_accuracy),     cmocka_unit_test(test_ages),
        cmocka_unit_test(test_states),       cmocka_unit_test(test_order),
        cmocka_unit_test(test_other_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
