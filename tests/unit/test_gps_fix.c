/* The fix: merging, ending, ageing, and dates that cannot be. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "gps_fix.h"

#include <math.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const int64_t earliest_ms = INT64_C(1735689600000); /* 2025-01-01 */
static const int64_t t0_ms = INT64_C(1763769600000);       /* 2025-11-22 */

static struct gps_report tpv(int64_t mode, int64_t t_utc_ms, double lat_deg)
{
    struct gps_report r = gps_report_empty();
    r.mode = mode;
    r.t_utc_ms = t_utc_ms;
    if (mode >= 2)
        r.pos = (struct latlon){lat_deg, 105.85};
    return r;
}

static struct gps_report sky(double hdop, int64_t satellites)
{
    struct gps_report r = gps_report_empty();
    r.hdop = hdop;
    r.satellites = satellites;
    return r;
}

static void add(struct gps_fix *fix, struct gps_report report, int64_t mono_ms)
{
    gps_fix_add(fix, &report, mono_ms, earliest_ms);
}

static void test_none(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    assert_int_equal(gps_fix_age_ms(&fix, 1000), ID_UNKNOWN);
    assert_false(gps_fix_is_fresh(&fix, 1000, INT64_MAX));
    add(&fix, sky(0.9, 9), 1000); /* satellites are no position */
    assert_int_equal(gps_fix_age_ms(&fix, 1000), ID_UNKNOWN);
    assert_true(!isfinite(fix.acc_h95_m));
    assert_int_equal(fix.report_mono_ms, 1000);
    assert_int_equal(fix.mode, ID_UNKNOWN);
}

/* gpsd sends several TPVs per epoch that fill up; each must add, none take away. */
static void test_epoch_is_merged(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    struct gps_report first = tpv(2, t0_ms, 21.02), second = tpv(3, t0_ms, 21.02);
    first.eph_m = 17.1;
    second.alt_msl_m = 12.3;
    second.speed_mps = 11.112;
    second.course_deg = 84.4;
    add(&fix, first, 5000);
    add(&fix, second, 5080);
    assert_int_equal(fix.mode, 3);
    assert_true(fix.pos.lat_deg == 21.02);
    assert_true(fix.acc_h95_m == 17.1);
    assert_true(fix.alt_m == 12.3);
    assert_true(fix.speed_mps == 11.112);
    assert_true(fix.course_deg == 84.4);
    assert_true(fix.t_utc_ms == t0_ms);
    assert_int_equal(fix.fix_mono_ms, 5000);
    assert_int_equal(fix.report_mono_ms, 5080);
}

static void test_new_epoch_starts_afresh(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    struct gps_report full = tpv(3, t0_ms, 21.02);
    full.eph_m = 5;
    full.alt_msl_m = 12.3;
    full.speed_mps = 11;
    full.course_deg = 84;
    add(&fix, full, 5000);
    add(&fix, tpv(3, t0_ms + 1000, 21.03), 6000);
    assert_true(fix.pos.lat_deg == 21.03);
    assert_true(!isfinite(fix.acc_h95_m));
    assert_true(!isfinite(fix.alt_m));
    assert_true(!isfinite(fix.speed_mps));
    assert_true(!isfinite(fix.course_deg));
    assert_int_equal(fix.fix_mono_ms, 6000);
}

/* A report without a position does not make the old one new. */
static void test_position_is_not_refreshed(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    add(&fix, tpv(3, t0_ms, 21.02), 5000);
    struct gps_report empty = tpv(3, t0_ms + 1000, 0);
    empty.pos = geo_none();
    add(&fix, empty, 6000);
    add(&fix, sky(0.9, 9), 6100);
    assert_int_equal(gps_fix_age_ms(&fix, 6200), 1200);
    /* a receiver that repeats its last epoch for ever */
    add(&fix, tpv(3, t0_ms + 2000, 21.03), 7000);
    for (int64_t mono_ms = 8000; mono_ms <= 20000; mono_ms += 1000)
        add(&fix, tpv(3, t0_ms + 2000, 21.03), mono_ms);
    assert_int_equal(gps_fix_age_ms(&fix, 20000), 13000);
    assert_false(gps_fix_is_fresh(&fix, 20000, 5000));
}

static void test_mode_ends_the_fix(void **unused)
{
    (void)unused;
    static const int64_t modes[] = {0, 1};
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct gps_fix fix = gps_fix_none();
        struct gps_report r = tpv(3, t0_ms, 21.02);
        r.eph_m = 5;
        r.speed_mps = 11;
        add(&fix, sky(0.9, 9), 4900);
        add(&fix, r, 5000);
        assert_true(gps_fix_is_fresh(&fix, 5100, 5000));
        add(&fix, tpv(modes[i], t0_ms + 1000, 0), 6000);
        assert_int_equal(fix.mode, modes[i]);
        assert_false(geo_valid(fix.pos));
        assert_int_equal(gps_fix_age_ms(&fix, 6000), ID_UNKNOWN);
        assert_true(!isfinite(fix.acc_h95_m));
        assert_true(!isfinite(fix.hdop));
        assert_true(!isfinite(fix.speed_mps));
        assert_int_equal(fix.satellites, ID_UNKNOWN);
        assert_true(fix.t_utc_ms == t0_ms + 1000); /* time goes on without a fix */
        assert_int_equal(fix.report_mono_ms, 6000);
    }
}

static void test_sky_lasts_over_epochs(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    add(&fix, sky(0.9, 9), 4900);
    add(&fix, tpv(3, t0_ms, 21.02), 5000);
    add(&fix, tpv(3, t0_ms + 1000, 21.03), 6000);
    assert_true(fix.hdop == 0.9);
    assert_int_equal(fix.satellites, 9);
    add(&fix, sky((double)NAN, ID_UNKNOWN), 6100);
    assert_true(fix.hdop == 0.9);
    assert_int_equal(fix.satellites, 9);
}

static void test_accuracy(void **unused)
{
    (void)unused;
    static const struct {
        double eph_m, hdop, expected_m;
    } rows[] = {
        {17.1, 0.9, 17.1},
        {(double)NAN, 0.9, 17.1}, /* 19 m x HDOP */
        {0, 0.9, 17.1},
        {-1, 0.9, 17.1},
        {(double)INFINITY, 2, 38},
        {(double)NAN, 99.9, 1898.1}, /* "unknown" of NMEA: no evidence, and rightly */
        {(double)NAN, (double)NAN, (double)NAN},
        {(double)NAN, 0, (double)NAN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gps_fix fix = gps_fix_none(), late = gps_fix_none();
        struct gps_report r = tpv(3, t0_ms, 21.02);
        r.eph_m = rows[i].eph_m;
        add(&fix, sky(rows[i].hdop, 9), 4900);
        add(&fix, r, 5000);
        add(&late, r, 5000); /* SKY behind TPV */
        add(&late, sky(rows[i].hdop, 9), 5010);
        if (isfinite(rows[i].expected_m)) {
            assert_true(fabs(fix.acc_h95_m - rows[i].expected_m) < 1e-9);
            assert_true(fabs(late.acc_h95_m - rows[i].expected_m) < 1e-9);
        } else {
            assert_true(!isfinite(fix.acc_h95_m));
            assert_true(!isfinite(late.acc_h95_m));
        }
    }
}

/* A wrong date takes nothing from the position: it is not believed, that is all. */
static void test_dates(void **unused)
{
    (void)unused;
    static const struct {
        int64_t t_utc_ms;
        bool believed;
    } rows[] = {
        {INT64_C(1763769600000), true},
        {INT64_C(1735689600000), true},
        {INT64_C(1735689599999), false},
        {INT64_C(1144108800000), false}, /* 1024 weeks early */
        {0, false},
        {TIME_UNKNOWN, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gps_fix fix = gps_fix_none();
        add(&fix, tpv(3, rows[i].t_utc_ms, 21.02), 5000);
        assert_true(fix.t_utc_ms == (rows[i].believed ? rows[i].t_utc_ms : TIME_UNKNOWN));
        assert_true(gps_fix_is_fresh(&fix, 5000, 0));
        /* without a date, reports of one place are not one epoch */
        add(&fix, tpv(3, rows[i].t_utc_ms, 21.02), 9000);
        assert_int_equal(gps_fix_age_ms(&fix, 9000), rows[i].believed ? 4000 : 0);
    }
}

static void test_bad_positions(void **unused)
{
    (void)unused;
    static const struct latlon rows[] = {
        {0, 0}, {91, 105}, {21, 181}, {(double)INFINITY, 105}, {21, (double)NAN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gps_fix fix = gps_fix_none();
        struct gps_report r = tpv(3, t0_ms, 21.02);
        r.pos = rows[i];
        add(&fix, r, 5000);
        assert_int_equal(gps_fix_age_ms(&fix, 5000), ID_UNKNOWN);
    }
}

static void test_age(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    add(&fix, tpv(2, t0_ms, 21.02), 5000);
    static const struct {
        int64_t mono_ms, age_ms;
        bool fresh;
    } rows[] = {
        {4990, 0, true},     {5000, 0, true},      {9999, 4999, true},
        {10000, 5000, true}, {10001, 5001, false}, {3605000, 3600000, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(gps_fix_age_ms(&fix, rows[i].mono_ms), rows[i].age_ms);
        assert_true(gps_fix_is_fresh(&fix, rows[i].mono_ms, 5000) == rows[i].fresh);
    }
}

/* A 2D fix repeats the height of the last 3D one. */
static void test_no_height_in_2d(void **unused)
{
    (void)unused;
    struct gps_fix fix = gps_fix_none();
    struct gps_report r = tpv(2, t0_ms, 21.02);
    r.alt_msl_m = 12.3;
    add(&fix, r, 5000);
    assert_true(!isfinite(fix.alt_m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_epoch_is_merged),
        cmocka_unit_test(test_new_epoch_starts_afresh),
        cmocka_unit_test(test_position_is_not_refreshed),
        cmocka_unit_test(test_mode_ends_the_fix),
        cmocka_unit_test(test_sky_lasts_over_epochs),
        cmocka_unit_test(test_accuracy),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_bad_positions),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_no_height_in_2d),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
