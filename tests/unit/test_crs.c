/* The projection: expected values are those of PROJ's own program `cct` with the
 * pipelines that `projinfo -s EPSG:4326 -t EPSG:3405 --spatial-test intersects -o PROJ`
 * prints. */
#include "crs.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char SHIFT_2[] = "VN-2000 to WGS 84 (2)";
static const char SHIFT_1[] = "VN-2000 to WGS 84 (1)";

struct point_row {
    struct latlon geo;
    struct xy projected;
};

static void check_points(int epsg, const char *operation, const struct point_row *rows,
                         size_t count)
{
    struct crs *crs = NULL;
    assert_int_equal(crs_open(epsg, operation, &crs), ERR_OK);
    assert_int_equal(crs_epsg(crs), epsg);
    for (size_t i = 0; i < count; i++) {
        const struct xy to = crs_forward(crs, rows[i].geo);
        assert_true(fabs(to.x_m - rows[i].projected.x_m) < 0.001);
        assert_true(fabs(to.y_m - rows[i].projected.y_m) < 0.001);
        const struct latlon back = crs_inverse(crs, to);
        /* 1e-8 degrees are about 1 mm */
        assert_true(fabs(back.lat_deg - rows[i].geo.lat_deg) < 1e-8);
        assert_true(fabs(back.lon_deg - rows[i].geo.lon_deg) < 1e-8);
    }
    crs_close(crs);
}

static void test_vietnam_shift_by_name(void **state)
{
    (void)state;
    const struct point_row shift_2[] = {
        {{22.665833, 106.256944}, {628939.28873, 2507181.48331}},
        {{21.028511, 105.804817}, {583433.63719, 2325621.89271}},
        {{10.0, 105.75}, {582003.04687, 1105617.56100}},
        {{11.3, 106.1}, {619856.01554, 1249488.18781}},
        {{16.5, 107.6}, {777359.54072, 1826143.51999}},
    };
    check_points(3405, SHIFT_2, shift_2, sizeof shift_2 / sizeof *shift_2);
    const struct point_row shift_1[] = {
        {{22.665833, 106.256944}, {628938.61972, 2507181.49013}},
        {{10.0, 105.75}, {582002.23701, 1105617.52122}},
    };
    check_points(3405, SHIFT_1, shift_1, sizeof shift_1 / sizeof *shift_1);
}

static void test_utm_without_a_name(void **state)
{
    (void)state;
    const struct point_row dakar[] = {
        {{14.6928, -17.4467}, {236519.45452, 1625776.27978}}};
    check_points(32628, NULL, dakar, 1);
}

static void test_refused(void **state)
{
    (void)state;
    const struct {
        int epsg;
        const char *operation;
    } rows[] = {
        {1, NULL},                      /* no such code */
        {-1, NULL},                     /* no code at all */
        {4326, NULL},                   /* degrees, not metres */
        {2225, NULL},                   /* US survey feet */
        {4978, NULL},                   /* geocentric */
        {3405, "VN-2000 to WGS 84 (9)"} /* no such datum shift */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct crs *crs = NULL;
        assert_int_equal(crs_open(rows[i].epsg, rows[i].operation, &crs), ERR_FAILED);
        assert_null(crs);
    }
    crs_close(NULL);
}

static void test_points_outside(void **state)
{
    (void)state;
    struct crs *crs = NULL;
    assert_int_equal(crs_open(3405, SHIFT_2, &crs), ERR_OK);
    const struct latlon outside[] = {{NAN, NAN}, {95, 106},       {-91, 106},
                                     {22, 181},  {22, INFINITY},  {NAN, 106},
                                     {0, -165},  {0, 105 + 90.0}, {22, NAN}};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        const struct xy to = crs_forward(crs, outside[i]);
        assert_true(isnan(to.x_m) && isnan(to.y_m));
    }
    const struct xy beyond[] = {{NAN, 0}, {0, INFINITY}, {1e12, 1e12}};
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        const struct latlon p = crs_inverse(crs, beyond[i]);
        assert_true(isnan(p.lat_deg) && isnan(p.lon_deg));
    }
    /* An error leaves nothing behind. */
    const struct xy after = crs_forward(crs, (struct latlon){10.0, 105.75});
    assert_true(fabs(after.x_m - 582003.04687) < 0.001);
    crs_close(crs);
}

static void test_utm_zones(void **state)
{
    (void)state;
    const struct {
        struct latlon p;
        int epsg;
    } rows[] = {
        {{14.69, -17.45}, 32628}, {{22.6, 106.2}, 32648}, {{-33.9, 151.2}, 32756},
        {{0, 0}, 32631},          {{0, -180}, 32601},     {{0, 180}, 32660},
        {{-0.001, 5.999}, 32731}, {{51.9, -8.5}, 32629},  {{11.3, 108.0}, 32649},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(crs_utm_epsg(rows[i].p), rows[i].epsg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vietnam_shift_by_name),
        cmocka_unit_test(test_utm_without_a_name),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_points_outside),
        cmocka_unit_test(test_utm_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
