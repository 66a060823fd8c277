/* gpsd's JSON through libgps: lines of gpsd 3.22, and what is not one. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "gpsd_report.h"

#include <math.h>
#include <stdio.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct gps_data_t data; /* 24 KB, and its memory between lines is the point */

static bool parse(const char *text, struct gps_report *report)
{
    char line[2048];
    snprintf(line, sizeof line, "%s", text);
    return gpsd_report_parse(line, &data, report);
}

static void test_tpv(void **unused)
{
    (void)unused;
    struct gps_report r;
    assert_true(parse(
        "{\"class\":\"TPV\",\"device\":\"udp://127.0.0.1:29471\",\"mode\":3,\"time\":"
        "\"2025-11-22T00:00:01.500Z\",\"ept\":0.005,\"lat\":21.020010000,\"lon\":"
        "105.850100000,\"altHAE\":-15.7000,\"altMSL\":12.3000,\"alt\":12.3000,\"epx\":"
        "24.380,\"track\":84.4000,\"speed\":11.112,\"eph\":17.100}",
        &r));
    assert_int_equal(r.mode, 3);
    assert_true(r.t_utc_ms == INT64_C(1763769601500));
    assert_true(fabs(r.pos.lat_deg - 21.02001) < 1e-9);
    assert_true(fabs(r.pos.lon_deg - 105.8501) < 1e-9);
    assert_true(fabs(r.eph_m - 17.1) < 1e-9);
    assert_true(fabs(r.alt_msl_m - 12.3) < 1e-9);
    assert_true(fabs(r.speed_mps - 11.112) < 1e-9);
    assert_true(fabs(r.course_deg - 84.4) < 1e-9);
    assert_true(!isfinite(r.hdop));
    assert_int_equal(r.satellites, ID_UNKNOWN);
}

static void test_modes(void **unused)
{
    (void)unused;
    static const struct {
        const char *line;
        int64_t mode;
        bool has_time, has_position;
    } rows[] = {
        {"{\"class\":\"TPV\",\"mode\":1,\"time\":\"2025-11-22T00:00:09.000Z\",\"ept\":0."
         "005}",
         1, true, false},
        {"{\"class\":\"TPV\",\"mode\":0}", 0, false, false},
        {"{\"class\":\"TPV\",\"mode\":2,\"lat\":21.0,\"lon\":105.0}", 2, false, true},
        {"{\"class\":\"TPV\",\"mode\":2}", 2, false, false},
        /* coordinates of a mode that has none */
        {"{\"class\":\"TPV\",\"mode\":1,\"lat\":21.0,\"lon\":105.0}", 1, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gps_report r;
        if (rows[i].mode > 0) {
            assert_true(parse(rows[i].line, &r));
            assert_int_equal(r.mode, rows[i].mode);
        } else if (parse(rows[i].line, &r)) {
            assert_int_equal(r.mode, 0);
        }
        assert_true((r.t_utc_ms != TIME_UNKNOWN) == rows[i].has_time);
        assert_true(geo_valid(r.pos) == rows[i].has_position);
    }
}

/* libgps keeps mode 3 and the position: a SKY behind them is no fix. */
static void test_sky(void **unused)
{
    (void)unused;
    static const struct {
        const char *line;
        double hdop;
        int64_t satellites;
    } rows[] = {
        {"{\"class\":\"SKY\",\"device\":\"u\",\"hdop\":0.90,\"nSat\":2,\"uSat\":1,"
         "\"satellites\":["
         "{\"PRN\":4,\"el\":40.0,\"az\":83.0,\"ss\":46.0,\"used\":true},"
         "{\"PRN\":5,\"used\":false}]}",
         0.9, 1},
        {"{\"class\":\"SKY\",\"device\":\"u\",\"hdop\":1.90}", 1.9, ID_UNKNOWN},
        {"{\"class\":\"SKY\",\"device\":\"u\",\"nSat\":1,\"uSat\":0,\"satellites\":["
         "{\"PRN\":5,\"used\":false}]}",
         (double)NAN, 0},
    };
    struct gps_report r;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(
            parse("{\"class\":\"TPV\",\"mode\":3,\"lat\":21.0,\"lon\":105.0}", &r));
        assert_true(parse(rows[i].line, &r));
        assert_int_equal(r.mode, ID_UNKNOWN);
        assert_false(geo_valid(r.pos));
        assert_int_equal(r.satellites, rows[i].satellites);
        if (isfinite(rows[i].hdop))
            assert_true(fabs(r.hdop - rows[i].hdop) < 1e-9);
        else
            assert_true(!isfinite(r.hdop));
    }
}

static void test_others(void **unused)
{
    (void)unused;
    static const char *const rows[] = {
        "",
        "junk",
        "{",
        "{\"class\":\"VERSION\",\"release\":\"3.22\",\"rev\":\"3.22\",\"proto_major\":3,"
        "\"proto_minor\":14}",
        "{\"class\":\"WATCH\",\"enable\":true,\"json\":true}",
        "{\"class\":\"GST\",\"device\":\"u\",\"rms\":6.500,\"major\":3.100,\"lat\":2."
        "600}",
        "{\"class\":\"DEVICES\",\"devices\":[]}",
        "{\"class\":\"TPV\",\"mode\":3,\"lat\":21.0,\"lon\":105.0", /* cut */
        "{\"class\":\"TPV\",\"mode\":3,\"lat\":21.0,\"lon\":105.0}}",
        "{\"class\":\"TPV\",\"mode\":3,\"lat\":21.0,\"lon\":105.0,\"x\":\"",
        "{\"class\":\"TPV\",\"mode\":3,\"lat\":21.0,\"lon\":105.0,\"x\":[[[[[[[[[[]]]]]]]"
        "]]]}",
        /* libgps would not come back from these */
        "{s\"class\":\"TPV\"",
        "{[\"class\":\"DEVICE\"",
        "{\"x\":[{\"class\":\"DEVICE\"}]}",
    };
    struct gps_report r;
    assert_true(parse("{\"class\":\"TPV\",\"mode\":3,\"lat\":21.0,\"lon\":105.0}", &r));
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_false(parse(rows[i], &r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tpv),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_sky),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
