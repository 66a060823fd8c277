/* Normal quantile, Wilson interval and ranks against values computed elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats.h"

/* Quantiles with 20 digits, from arbitrary-precision arithmetic. */
static const struct quantile_row {
    double p;
    double z;
} quantile_rows[] = {
    {0.5, 0.0},
    {0.50001, 0.000025066282748820862706},
    {0.6, 0.25334710313579974132},
    {0.75, 0.6744897501960817432},
    {0.8, 0.8416212335729143638},
    {0.9, 1.2815515655446005935},
    {0.95, 1.6448536269514722843},
    {0.975, 1.9599639845400538556},
    {0.99, 2.3263478740408407676},
    {0.995, 2.5758293035489004539},
    {0.999, 3.0902323061678132778},
    {0.9999, 3.7190164854557083867},
    {0.4, -0.25334710313579974132},
    {0.25, -0.6744897501960817432},
    {0.1, -1.2815515655446004353},
    {0.05, -1.644853626951472688},
    {0.025, -1.9599639845400542118},
    {0.02425, -1.9729610513118848376},
    {0.01, -2.3263478740408410931},
    {0.001, -3.0902323061678135354},
    {1e-6, -4.7534243088228989573},
    {1e-12, -7.0344838253011319326},
    {1e-50, -14.933337534788488981},
    {1e-300, -37.047096299361199237},
};

static void test_quantile(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quantile_rows / sizeof *quantile_rows; i++) {
        const struct quantile_row *r = &quantile_rows[i];
        const double z = stats_normal_quantile(r->p);
        if (!(fabs(z - r->z) <= 1e-14 * fmax(1.0, fabs(r->z))))
            fail_msg("quantile(%.17g) = %.17g, expected %.17g", r->p, z, r->z);
    }
}

static void test_quantile_is_odd(void **state)
{
    (void)state;
    for (int i = 1; i < 512; i++) {
        const double p = i / 1024.0;
        assert_true(stats_normal_quantile(p) == -stats_normal_quantile(1.0 - p));
    }
    assert_true(isnan(stats_normal_quantile(0.0)));
    assert_true(isnan(stats_normal_quantile(1.0)));
    assert_true(isnan(stats_normal_quantile(NAN)));
}

static const struct wilson_row {
    double share, n, confidence, low, high;
} wilson_rows[] = {
    {0.5, 10.0, 0.95, 0.23659309051256401, 0.76340690948743599},
    {1.0, 10.0, 0.95, 0.72246720013711083, 1.0},
    {0.0, 10.0, 0.95, 0.0, 0.27753279986288917},
    {0.95, 100.0, 0.9, 0.90083891472094716, 0.97545263657419585},
    {1.0, 100.0, 0.9, 0.97365727921682566, 1.0},
    {0.81, 263.0, 0.95, 0.75825651427928144, 0.85281794439233476},
    {0.3, 28.881, 0.9, 0.18192371011209195, 0.45233826550454832},
    {0.97, 7.25, 0.9, 0.68663477592435649, 0.99790846688540806},
    {0.1, 1.0, 0.9, 0.0034569377308038072, 0.78065030324195295},
    {1.0, 0.5, 0.99, 0.070078100350947664, 1.0},
    {0.0, 1.0, 0.5, 0.0, 0.31268474408258331},
    {0.99, 1e6, 0.999, 0.98966725006272122, 0.99032213903732174},
};

static void test_wilson(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wilson_rows / sizeof *wilson_rows; i++) {
        const struct wilson_row *r = &wilson_rows[i];
        const struct stats_interval w = stats_wilson(r->share, r->n, r->confidence);
        if (!(fabs(w.low - r->low) <= 1e-13 && fabs(w.high - r->high) <= 1e-13))
            fail_msg("row %zu: [%.17g, %.17g], expected [%.17g, %.17g]", i, w.low, w.high,
                     r->low, r->high);
        assert_true(w.low >= 0.0 && w.high <= 1.0);
    }
}

static void test_ranks(void **state)
{
    static const struct {
        uint64_t n, median, p10;
    } rows[] = {
        {1, 1, 1},
        {2, 1, 1},
        {3, 2, 1},
        {4, 2, 1},
        {9, 5, 1},
        {10, 5, 1},
        {11, 6, 2},
        {20, 10, 2},
        {21, 11, 3},
        {99, 50, 10},
        {100, 50, 10},
        {101, 51, 11},
        {UINT64_MAX, UINT64_C(9223372036854775808), UINT64_C(1844674407370955162)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(stats_median_rank(rows[i].n), rows[i].median);
        assert_int_equal(stats_p10_rank(rows[i].n), rows[i].p10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_quantile_is_odd),
        cmocka_unit_test(test_wilson),
        cmocka_unit_test(test_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
