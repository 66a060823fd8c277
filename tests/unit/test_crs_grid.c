/* The projection grid: never wrong by more than it says, and so never a bin off where the
 * bin's edge is further away than that. */
#include "../support/scratch.h"

#include <math.h>

#include "crs_grid.h"

static double next_random(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return (*random >> 8) / 16777216.0;
}

static const struct {
    int epsg;
    const char *operation;
    double south, west, size_deg;
} places[] = {
    {3405, "VN-2000 to WGS 84 (2)", 8.5, 102, 6.5},  /* Viet Nam, west */
    {3405, "VN-2000 to WGS 84 (2)", 22.3, 105.5, 1}, /* Cao Bang */
    {3406, "VN-2000 to WGS 84 (2)", 11, 108, 3},     /* Viet Nam, east */
    {32628, NULL, 14.6, -17.5, 0.3},                 /* Dakar */
    {32629, NULL, 51.8, -8.6, 0.3},                  /* Cork */
    {32633, NULL, 77, 14, 5},                        /* Svalbard */
    {32719, NULL, -34, -70, 2},                      /* across the meridian of a zone */
};

static void expect_bound(bool is_coarse, double bound_max_m)
{
    double worst_m = 0, largest_m = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct crs *crs = NULL;
        uint32_t random = 11;
        assert_int_equal(crs_open(places[i].epsg, places[i].operation, &crs), ERR_OK);
        struct crs_grid *g = NULL;
        assert_int_equal(
            is_coarse ? crs_grid_open_coarse(crs, &g) : crs_grid_open(crs, &g), ERR_OK);
        for (int n = 0; n < 20000; n++) {
            const struct latlon p = {
                .lat_deg = places[i].south + places[i].size_deg * next_random(&random),
                .lon_deg = places[i].west + places[i].size_deg * next_random(&random)};
            const struct crs_grid_point fast = crs_grid_forward(g, &p);
            const struct xy exact = crs_forward(crs, p);
            const double wrong_m =
                fmax(fabs(fast.at.x_m - exact.x_m), fabs(fast.at.y_m - exact.y_m));
            assert_true(wrong_m <= fast.error_m);
            assert_true(fast.error_m < bound_max_m);
            worst_m = fmax(worst_m, wrong_m);
            largest_m = fmax(largest_m, fast.error_m);
        }
        crs_grid_close(g);
        crs_close(crs);
    }
    printf("# worst %.7f m, largest bound %.7f m\n", worst_m, largest_m);
}

static void test_bound(void **state)
{
    (void)state;
    expect_bound(false, 0.01);
    expect_bound(true, 0.1);
}

/* Poles, the date line, places without a projection: PROJ's own answer. */
static void test_exact(void **state)
{
    static const struct latlon points[] = {{90, 0},    {-90, 10},  {86, 15},  {10, 179.5},
                                           {10, -180}, {0, 105.0}, {NAN, 10}, {91, 10},
                                           {10, 400},  {22, NAN}};
    struct crs *crs = NULL;
    (void)state;
    assert_int_equal(crs_open(32648, NULL, &crs), ERR_OK);
    struct crs_grid *g = NULL;
    assert_int_equal(crs_grid_open(crs, &g), ERR_OK);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const struct crs_grid_point fast = crs_grid_forward(g, &points[i]);
        const struct xy exact = crs_forward(crs, points[i]);
        assert_int_equal(isnan(fast.at.x_m), isnan(exact.x_m));
        if (!isnan(exact.x_m))
            assert_true(fabs(fast.at.x_m - exact.x_m) <= fast.error_m + 1e-9);
    }
    crs_grid_close(g);
    crs_grid_close(NULL);
    crs_close(crs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bound),
                                       cmocka_unit_test(test_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
