/* The palette: complete, told apart, and its classes where the rule's numbers are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "palette.h"
#include "units.h"

static void assert_is_colour(const char *text)
{
    assert_int_equal(strlen(text), 7);
    assert_int_equal(text[0], '#');
    assert_int_equal(strspn(text + 1, "0123456789abcdef"), 6);
}

static void test_every_colour_is_complete(void **state)
{
    (void)state;
    for (int i = 0; i < PALETTE_COUNT; i++) {
        assert_non_null(palette_colours[i].name);
        assert_is_colour(palette_colours[i].light);
        assert_is_colour(palette_colours[i].dark);
        if (i <= PALETTE_NOT_ENOUGH_DATA)
            assert_is_colour(palette_colours[i].pale);
    }
}

static void test_names_are_those_of_the_verdicts_and_results(void **state)
{
    (void)state;
    for (int v = 0; v < VERDICT_COUNT; v++)
        assert_string_equal(palette_verdict((enum verdict)v)->name,
                            judge_verdict_name((enum verdict)v));
    for (int r = 0; r < RESULT_COUNT; r++)
        assert_string_equal(palette_result((enum result)r)->name,
                            judge_result_name((enum result)r));
}

/* WCAG 2.2: relative luminance. */
static double luminance(const char *colour)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    uint8_t rgb[3];
    double sum = 0;
    palette_rgb(colour, rgb);
    for (int i = 0; i < 3; i++) {
        const double c = rgb[i] / 255.0;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(const char *a, const char *b)
{
    const double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void test_black_text_is_readable_on_pale_ground(void **state)
{
    (void)state;
    for (int v = 0; v < VERDICT_COUNT; v++)
        assert_true(contrast("#000000", palette_verdict((enum verdict)v)->pale) >= 7);
}

static void test_neighbouring_bands_differ_without_hue(void **state)
{
    (void)state;
    for (int i = 0; i + 1 < PALETTE_BANDS; i++)
        assert_true(contrast(palette_colours[PALETTE_BAND + i].light,
                             palette_colours[PALETTE_BAND + i + 1].light) > 1.03);
}

static void test_each_verdict_has_its_symbol(void **state)
{
    (void)state;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        for (int w = 0; w < v; w++)
            assert_string_not_equal(palette_symbol((enum verdict)v)->name,
                                    palette_symbol((enum verdict)w)->name);
    }
}

static void test_edges_follow_the_rule(void **state)
{
    (void)state;
    static const struct {
        struct rule_technology technology;
        int edges[PALETTE_BANDS - 1];
    } rows[] = {
        {{true, -115, -105}, {-115, -105, -95, -85, -75}},
        {{true, -115, LEVEL_NONE}, {-115, -105, -95, -85, -75}},
        {{true, -110, -107}, {-110, -107, -97, -87, -77}},
        {{true, -110, -112}, {-110, -100, -90, -80, -70}},
        {{false, 0, LEVEL_NONE}, {-105, -95, -85, -75, -65}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule rule = {.technologies[TECH_LTE] = rows[i].technology};
        int edges[PALETTE_BANDS - 1];
        palette_edges(&rule, TECH_LTE, edges);
        assert_memory_equal(edges, rows[i].edges, sizeof edges);
    }
}

static void test_shares_rise_between_the_rules_numbers(void **state)
{
    (void)state;
    static const double rows[][5] = {
        {0.10, 0.95, 0.10, 0.5, 0.95},
        {0.02, 0.40, 0.02, 0.21, 0.40},
        {0.60, 0.80, 0.60, 0.70, 0.80},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct rule rule = {.no_signal_max = rows[i][0],
                                  .availability_min = rows[i][1]};
        double edges[PALETTE_SHARES - 1];
        palette_share_edges(&rule, edges);
        for (int k = 0; k < PALETTE_SHARES - 1; k++)
            assert_float_equal(edges[k], rows[i][2 + k], 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_colour_is_complete),
        cmocka_unit_test(test_names_are_those_of_the_verdicts_and_results),
        cmocka_unit_test(test_black_text_is_readable_on_pale_ground),
        cmocka_unit_test(test_neighbouring_bands_differ_without_hue),
        cmocka_unit_test(test_each_verdict_has_its_symbol),
        cmocka_unit_test(test_edges_follow_the_rule),
        cmocka_unit_test(test_shares_rise_between_the_rules_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
