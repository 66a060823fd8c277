/* Numbers as they stand in text: the same whatever the locale, and as strtod has them. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "csvio.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void check_numbers(void)
{
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0", 0},
        {"-112", -112},
        {"-112.5", -112.5},
        {"+7", 7},
        {" 105.8342317\t", 105.8342317},
        {".5", .5},
        {"5.", 5},
        {"-0.1", -0.1},
        {"2147483647", 2147483647},
        {"1752876668123", 1752876668123},
        {"9007199254740993", 9007199254740992}, /* halfway: to even */
        {"0.1234567890123456789", 0.1234567890123456789},
        {"1e3", 1e3},
        {"-1.5E-3", -1.5e-3},
        {"1e999", (double)INFINITY},
        {"-inf", -(double)INFINITY},
        {"Infinity", (double)INFINITY},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = 42;
        assert_true(csvio_number(rows[i].text, &value));
        assert_true(value == rows[i].value);
    }
    static const char *const missing[] = {"", " ", " \t ", "nan", "NaN", "-nan"};
    for (size_t i = 0; i < COUNT(missing); i++) {
        double value = 42;
        assert_true(csvio_number(missing[i], &value));
        assert_true(isnan(value));
    }
    /* "-7.-50" is a real reply; "-" is what phones write for missing */
    static const char *const refused[] = {"-",
                                          "+",
                                          ".",
                                          "-.",
                                          "-7.-50",
                                          "1,5",
                                          "0x10",
                                          "0x1p3",
                                          "1e",
                                          "e5",
                                          "12abc",
                                          "1 2",
                                          "--5",
                                          "1.2.3",
                                          "nan(1)",
                                          "infi",
                                          "\xc2\xa0"
                                          "5",
                                          "1_000",
                                          "5\n",
                                          "5 dBm"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        double value = 42;
        assert_false(csvio_number(refused[i], &value));
        assert_true(value == 42);
    }
}

static void test_number(void **unused)
{
    (void)unused;
    check_numbers();
    /* and where the decimal point is a comma, if such a locale is installed */
    if (setlocale(LC_NUMERIC, "vi_VN.UTF-8") != NULL ||
        setlocale(LC_NUMERIC, "de_DE.UTF-8") != NULL)
        check_numbers();
    (void)setlocale(LC_NUMERIC, "C");
}

static void test_local_number(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool ok;
        double value;
    } rows[] = {
        {"22.65", true, 22.65}, {"22,65", true, 22.65}, {"-97,5", true, -97.5},
        {" 1,5e1 ", true, 15},  {"7", true, 7},         {"1,234,5", false, 42},
        {"1.234,5", false, 42}, {",", false, 42},       {"a,5", false, 42},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = 42;
        assert_int_equal(csvio_local_number(rows[i].text, true, &value), rows[i].ok);
        assert_true(value == rows[i].value);
    }
    double value = 42;
    assert_false(csvio_local_number("22,65", false, &value));
    char endless[100] = "0,";
    memset(endless + 2, '5', sizeof endless - 3);
    assert_false(csvio_local_number(endless, true, &value)); /* no number has that many */
    assert_true(value == 42);
}

static void test_number_like_strtod(void **unused)
{
    (void)unused;
    uint64_t seed = 20250718; /* Knuth's MMIX generator: the same numbers in every run */
    for (int i = 0; i < 100000; i++) {
        char text[64];
        double value = 0;
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const double number = (double)(int64_t)seed / 1e16;
        (void)snprintf(text, sizeof text, "%.*f", (int)(seed >> 60), number);
        assert_true(csvio_number(text, &value));
        assert_true(value == strtod(text, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number),
        cmocka_unit_test(test_local_number),
        cmocka_unit_test(test_number_like_strtod),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
