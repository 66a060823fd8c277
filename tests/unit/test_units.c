/* 3GPP ranges, indexes and registration states. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "units.h"

#include <math.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void test_level_range(void **unused)
{
    (void)unused;
    static const struct {
        enum tech tech;
        double min_dbm, max_dbm;
    } rows[] = {
        {TECH_LTE, -140, -43},    {TECH_WCDMA, -120, -25}, {TECH_GSM, -113, -47},
        {TECH_NR_NSA, -156, -31}, {TECH_NR_SA, -156, -31},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct units_range range = units_level_range(rows[i].tech);
        assert_true(range.min_dbm == rows[i].min_dbm);
        assert_true(range.max_dbm == rows[i].max_dbm);
        assert_int_equal(units_level_dbm(rows[i].tech, range.min_dbm), rows[i].min_dbm);
        assert_int_equal(units_level_dbm(rows[i].tech, range.max_dbm), rows[i].max_dbm);
        assert_int_equal(units_level_dbm(rows[i].tech, range.min_dbm - 1e-6), LEVEL_NONE);
        assert_int_equal(units_level_dbm(rows[i].tech, range.max_dbm + 1e-6), LEVEL_NONE);
        assert_true(range.min_dbm >= LEVEL_MIN_DBM && range.max_dbm <= LEVEL_MAX_DBM);
    }
    assert_int_equal(LEVEL_MAX_DBM - LEVEL_MIN_DBM + 1, LEVEL_SPAN);
}

static void test_level_rounding(void **unused)
{
    (void)unused;
    static const struct {
        enum tech tech;
        double dbm;
        int expected;
    } rows[] = {
        {TECH_LTE, -115.5, -116},
        {TECH_LTE, -114.5, -115},
        {TECH_LTE, -115.499999, -115},
        {TECH_LTE, -115, -115},
        {TECH_LTE, -139.5, -140},
        {TECH_LTE, -140.4, LEVEL_NONE}, /* the range is tested before rounding */
        {TECH_LTE, -42.6, LEVEL_NONE},
        {TECH_LTE, 0, LEVEL_NONE},
        {TECH_LTE, (double)NAN, LEVEL_NONE},
        {TECH_LTE, (double)INFINITY, LEVEL_NONE},
        {TECH_LTE, -(double)INFINITY, LEVEL_NONE},
        /* what logs write for "no value" */
        {TECH_LTE, 2147483647, LEVEL_NONE},
        {TECH_LTE, -200, LEVEL_NONE},
        {TECH_LTE, -164, LEVEL_NONE},
        {TECH_WCDMA, -24, LEVEL_NONE},
        {TECH_NR_SA, 105, LEVEL_NONE}, /* NR recorded as positive */
        {TECH_NONE, -100, LEVEL_NONE},
        {TECH_NONE, 0, LEVEL_NONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(units_level_dbm(rows[i].tech, rows[i].dbm), rows[i].expected);
    /* as round() does it, on both sides of each half and whole one */
    for (double dbm = LEVEL_MIN_DBM; dbm <= LEVEL_MAX_DBM; dbm += 0.5) {
        const double near[] = {nextafter(dbm, -1000), dbm, nextafter(dbm, 0)};
        for (size_t i = 0; i < COUNT(near); i++) {
            const int level = units_level_dbm(TECH_NR_SA, near[i]);
            assert_true(level == LEVEL_NONE || level == (int)round(near[i]));
        }
    }
}

/* The range is tested on what the modem read; the sum stays inside it. */
static void test_corrected(void **unused)
{
    (void)unused;
    static const struct {
        enum tech tech;
        double dbm, offset_db;
        int expected;
    } rows[] = {
        {TECH_LTE, -101, 0, -101},
        {TECH_LTE, -101, 7, -94}, /* behind glass: outdoors it would be more */
        {TECH_LTE, -101, -4.5, -106},
        {TECH_LTE, -101.5, 0.75, -101}, /* added before rounding */
        {TECH_LTE, -140, 50, -90},
        {TECH_LTE, -138, -12, -140},
        {TECH_LTE, -44, 9, -43},
        {TECH_WCDMA, -25, 50, -25},
        {TECH_GSM, -113, -50, -113},
        {TECH_NR_SA, -31, 50, -31},
        {TECH_LTE, -141, 10, LEVEL_NONE}, /* no offset makes a level of a sentinel */
        {TECH_LTE, -24, -50, LEVEL_NONE},
        {TECH_LTE, 2147483647, -50, LEVEL_NONE},
        {TECH_LTE, (double)NAN, 3, LEVEL_NONE},
        {TECH_NONE, -100, 3, LEVEL_NONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const double dbm =
            units_corrected_dbm(rows[i].tech, rows[i].dbm, rows[i].offset_db);
        assert_int_equal(units_level_dbm(rows[i].tech, dbm), rows[i].expected);
    }
}

/* Every index from -2 to 300: a line through two points, one exception at 0, NAN outside.
 */
static void test_indexes(void **unused)
{
    (void)unused;
    static const struct {
        double (*convert)(int index);
        int last;
        double at_0, at_1, at_last;
    } rows[] = {
        {units_csq_rssi_dbm, 31, -113, -111, -51},
        {units_cesq_rxlev_dbm, 63, -113, -110, -48},
        {units_cesq_rscp_dbm, 96, -120, -120, -25},
        {units_cesq_ecno_db, 49, -24.5, -24, 0},
        {units_cesq_rsrq_db, 34, -20, -19.5, -3},
        {units_cesq_rsrp_dbm, 97, -140, -140, -44},
        {units_cesq_ss_rsrq_db, 126, -43.5, -43, 19.5},
        {units_cesq_ss_rsrp_dbm, 126, -156, -156, -31},
        {units_cesq_ss_sinr_db, 127, -23.5, -23, 40},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const double step = (rows[i].at_last - rows[i].at_1) / (rows[i].last - 1);
        for (int index = -2; index <= 300; index++) {
            const double value = rows[i].convert(index);
            if (index < 0 || index > rows[i].last)
                assert_true(isnan(value));
            else if (index == 0)
                assert_true(value == rows[i].at_0);
            else
                assert_true(value == rows[i].at_1 + step * (index - 1));
        }
    }
}

/* A +CESQ level never falls out of its own technology's range. */
static void test_indexes_in_range(void **unused)
{
    (void)unused;
    for (int i = 0; i <= 63; i++)
        assert_int_not_equal(units_level_dbm(TECH_GSM, units_cesq_rxlev_dbm(i)),
                             LEVEL_NONE);
    for (int i = 0; i <= 96; i++)
        assert_int_not_equal(units_level_dbm(TECH_WCDMA, units_cesq_rscp_dbm(i)),
                             LEVEL_NONE);
    for (int i = 0; i <= 97; i++)
        assert_int_not_equal(units_level_dbm(TECH_LTE, units_cesq_rsrp_dbm(i)),
                             LEVEL_NONE);
    for (int i = 0; i <= 126; i++)
        assert_int_not_equal(units_level_dbm(TECH_NR_SA, units_cesq_ss_rsrp_dbm(i)),
                             LEVEL_NONE);
}

static void test_unknown_indexes(void **unused)
{
    (void)unused;
    assert_true(isnan(units_csq_rssi_dbm(99)));
    assert_true(isnan(units_cesq_rxlev_dbm(99)));
    assert_true(isnan(units_cesq_rscp_dbm(255)));
    assert_true(isnan(units_cesq_ecno_db(255)));
    assert_true(isnan(units_cesq_rsrq_db(255)));
    assert_true(isnan(units_cesq_rsrp_dbm(255)));
    assert_true(isnan(units_cesq_ss_rsrp_dbm(127)));
    assert_true(isnan(units_cesq_ss_rsrq_db(255)));
    assert_true(isnan(units_cesq_ss_sinr_db(255)));
}

static void test_registration(void **unused)
{
    (void)unused;
    static const enum state expected[] = {
        STATE_NO_SERVICE, STATE_IN_SERVICE, STATE_NO_SERVICE, STATE_LIMITED,
        STATE_UNKNOWN,    STATE_IN_SERVICE, STATE_UNKNOWN,    STATE_UNKNOWN,
        STATE_LIMITED,    STATE_UNKNOWN,    STATE_UNKNOWN,    STATE_UNKNOWN,
    };
    for (size_t stat = 0; stat < COUNT(expected); stat++)
        assert_int_equal(units_registration_state((int)stat), expected[stat]);
    assert_int_equal(units_registration_state(-1), STATE_UNKNOWN);
}

static void test_asu_rssi(void **unused)
{
    (void)unused;
    for (int asu = 0; asu <= 31; asu++)
        assert_true(units_looks_like_asu_rssi(-113 + 2 * asu));
    static const double others[] = {-115,     -49, -112, -52,         -75.5,
                                    -75.0001, 0,   75,   (double)NAN, -(double)INFINITY};
    for (size_t i = 0; i < COUNT(others); i++)
        assert_false(units_looks_like_asu_rssi(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_level_range),     cmocka_unit_test(test_level_rounding),
        cmocka_unit_test(test_indexes),         cmocka_unit_test(test_indexes_in_range),
        cmocka_unit_test(test_unknown_indexes), cmocka_unit_test(test_registration),
        cmocka_unit_test(test_asu_rssi),        cmocka_unit_test(test_corrected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
