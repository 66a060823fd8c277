/* Time texts. Expected instants come from date(1). */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "utc.h"

#include <stdio.h>
#include <string.h>

#include "sample.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
enum { HANOI_S = 7 * 3600 };
#define T0 INT64_C(1752876668000) /* 2025-07-18T22:11:08Z */
#define HOURS_MS INT64_C(3600000)

static void test_parse(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int64_t t_utc_ms;
        int32_t offset_s;
        bool has_offset;
    } rows[] = {
        {"2025-07-18T22:11:08Z", T0, 0, false},
        {"2025-07-18T22:11:08.123Z", T0 + 123, 0, false},
        {"2025-07-18T22:11:08,1239Z", T0 + 123, 0, false},
        {"2025-07-18T22:11:08.5", T0 - 7 * HOURS_MS + 500, HANOI_S, false},
        {"2025-07-18T22:11:08", T0 - 7 * HOURS_MS, HANOI_S, false},
        {"2025-07-18 22:11:08", T0 - 7 * HOURS_MS, HANOI_S, false},
        {"2025-07-18T22:11:08+07:00", T0 - 7 * HOURS_MS, HANOI_S, true},
        {"2025-07-18T22:11:08+0700", T0 - 7 * HOURS_MS, HANOI_S, true},
        {"2025-07-18T22:11:08.123+07", T0 - 7 * HOURS_MS + 123, HANOI_S, true},
        {"2025-07-18T22:11:08-03:30", T0 + 7 * HOURS_MS / 2, -12600, true},
        {"2025-07-18T22:11:08+00:00", T0, 0, true},
        {"2025-07-18T22:11:08+14:00", T0 - 14 * HOURS_MS, 14 * 3600, true},
        {"2025.07.18_22.11.08", T0 - 7 * HOURS_MS, HANOI_S, false},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000), 0, false},
        {"1970-01-01T00:00:00Z", 0, 0, false},
        {"1969-12-31T23:59:59Z", -1000, 0, false},
        {"2000-02-29T00:00:00Z", INT64_C(951782400000), 0, false},
        {"0000-01-01T00:00:00Z", INT64_C(-62167219200000), 0, false},
        {"9999-12-31T23:59:59Z", INT64_C(253402300799000), 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct utc_stamp stamp = {0};
        assert_int_equal(utc_parse(rows[i].text, HANOI_S, &stamp), ERR_OK);
        assert_true(stamp.t_utc_ms == rows[i].t_utc_ms);
        assert_int_equal(stamp.offset_s, rows[i].offset_s);
        assert_int_equal(stamp.has_offset, rows[i].has_offset);
    }
}

static void test_parse_refused(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "",
        "-",
        "2025-07-18",
        "2025-07-18T22:11",
        "2025-07-18T22:11:08.",
        "2025-07-18T22:11:08 ",
        " 2025-07-18T22:11:08",
        "2025-07-18T22:11:08ZZ",
        "2025-07-18T22:11:08+",
        "2025-07-18T22:11:08+7",
        "2025-07-18T22:11:08+07:",
        "2025-07-18T22:11:08+07:0",
        "2025-07-18T22:11:08+07:60",
        "2025-07-18T22:11:08+14:01",
        "2025-07-18T22:11:08-15:00",
        "2025-07-18T22:11:08+07:00x",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2025-04-31T00:00:00Z",
        "2025-00-10T00:00:00Z",
        "2025-13-10T00:00:00Z",
        "2025-01-00T00:00:00Z",
        "2025-01-01T24:00:00Z",
        "2025-01-01T00:60:00Z",
        "2025-01-01T00:00:61Z",
        "2025-1-1T00:00:00Z",
        "25-01-01T00:00:00Z",
        "2025/07/18 22:11:08",
        "2025.07.18_22.11.08x",
        "2025.07.18_22.11.08Z",
        "2025.07.18 22.11.08",
        "2025.02.30_22.11.08",
        "18.07.2025 22:11:08",
        "1752876668000",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct utc_stamp stamp = {.t_utc_ms = 42, .offset_s = 43, .has_offset = true};
        assert_int_equal(utc_parse(texts[i], 0, &stamp), ERR_INPUT);
        assert_true(stamp.t_utc_ms == 42 && stamp.offset_s == 43 && stamp.has_offset);
    }
}

static void test_parse_any(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int64_t t_utc_ms;
    } rows[] = {
        {"1752876668", T0},
        {"1752876668.123", T0 + 123},
        {"1752876668.001", T0 + 1},
        {"1752876668,123", T0 + 123}, /* a comma before the fraction, as ISO 8601 has */
        {"1752876668.9999", T0 + 999},
        {"1752876668123", T0 + 123},
        {"1752876668123.7", T0 + 123},
        {"1.752876668123E12", T0 + 123}, /* what a spreadsheet makes of it */
        {"2025-07-18T22:11:08Z", T0},
        {"2025.07.18_22.11.08", T0 - 7 * HOURS_MS},
        {"0", 0},
        {"946684800", UTC_2000_MS},
        {"946684800000", UTC_2000_MS},
        {"99999999999", INT64_C(99999999999000)},
        {"100000000000", INT64_C(100000000000)},
        {"-1", -1000},
        {"-0.5", -500},
        {"1e300", INT64_C(4000000000000000000)},
        {"-inf", INT64_C(-4000000000000000000)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct utc_stamp stamp = {0};
        assert_int_equal(utc_parse_any(rows[i].text, HANOI_S, &stamp), ERR_OK);
        assert_true(stamp.t_utc_ms == rows[i].t_utc_ms);
        assert_false(stamp.has_offset);
    }
    static const char *const refused[] = {"",     " ",     "-",          "nan",
                                          "0x10", "12:30", "1752876668Z"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct utc_stamp stamp = {.t_utc_ms = 42};
        assert_int_equal(utc_parse_any(refused[i], 0, &stamp), ERR_INPUT);
        assert_true(stamp.t_utc_ms == 42);
    }
}

/* Each millisecond of a second survives the way through a double. */
static void test_unix_fractions(void **unused)
{
    (void)unused;
    for (int ms = 0; ms < 1000; ms++) {
        char text[32];
        struct utc_stamp stamp = {0};
        (void)snprintf(text, sizeof text, "1752876668.%03d", ms);
        assert_int_equal(utc_parse_any(text, 0, &stamp), ERR_OK);
        assert_true(stamp.t_utc_ms == T0 + ms);
    }
}

static void test_offset(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int32_t offset_s;
    } rows[] = {
        {"+07:00", 25200}, {"-0330", -12600}, {"7", 25200},       {"+7", 25200},
        {"07:00", 25200},  {"5:45", 20700},   {"-14:00", -50400}, {"14", 50400},
        {"0", 0},          {"+0000", 0},      {"0530", 19800},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t offset_s = 1;
        assert_int_equal(utc_parse_offset(rows[i].text, &offset_s), ERR_OK);
        assert_int_equal(offset_s, rows[i].offset_s);
    }
    static const char *const refused[] = {
        "",      "+",      "Z",   "15", "14:01", "730", "07:", "07:0",
        "07:60", "07:000", "+-7", "7 ", "07000", "1e1", "7.5", "0730:00"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        int32_t offset_s = 1;
        assert_int_equal(utc_parse_offset(refused[i], &offset_s), ERR_INPUT);
        assert_int_equal(offset_s, 1);
    }
}

static void test_date(void **unused)
{
    (void)unused;
    int32_t day = 0;
    assert_int_equal(utc_parse_date("2025-07-18", &day), ERR_OK);
    assert_int_equal(day, 20287);
    assert_int_equal(utc_parse_date("2025-07-18T", &day), ERR_INPUT);
    assert_int_equal(utc_parse_date("2025-7-18", &day), ERR_INPUT);
    assert_int_equal(utc_parse_date("2025-02-30", &day), ERR_INPUT);
    assert_int_equal(day, 20287);
}

/* Every day of 10 000 years: there and back, one after the other. */
static void test_calendar(void **unused)
{
    (void)unused;
    int32_t first = 0, last = 0;
    assert_int_equal(utc_parse_date("0000-01-01", &first), ERR_OK);
    assert_int_equal(utc_parse_date("9999-12-31", &last), ERR_OK);
    assert_int_equal(last - first + 1, 3652425);
    char text[UTC_TEXT_SIZE], before[UTC_TEXT_SIZE] = "";
    for (int32_t day = first; day <= last; day++) {
        int32_t again = 0;
        utc_format_date(day, text);
        if (utc_parse_date(text, &again) != ERR_OK || again != day ||
            strcmp(before, text) >= 0)
            fail_msg("day %d: %s after %s", (int)day, text, before);
        memcpy(before, text, sizeof text);
    }
    utc_format_date(first - 1, text);
    assert_string_equal(text, "");
    utc_format_date(last + 1, text);
    assert_string_equal(text, "");
}

static void test_local_day(void **unused)
{
    (void)unused;
    assert_int_equal(utc_local_day(0, 0), 0);
    assert_int_equal(utc_local_day(-1, 0), -1);
    assert_int_equal(utc_local_day(T0, 0), 20287);
    assert_int_equal(utc_local_day(T0, HANOI_S), 20288); /* 05:11 on the 19th */
    assert_int_equal(utc_local_day(20287 * UTC_DAY_MS, -1), 20286);
    assert_int_equal(utc_local_day(INT64_MAX, 50400), INT32_MAX);
    assert_int_equal(utc_local_day(INT64_MIN, -50400), INT32_MIN);
}

static void test_format(void **unused)
{
    (void)unused;
    static const struct {
        int64_t t_utc_ms;
        const char *expected;
    } rows[] = {
        {T0, "2025-07-18T22:11:08Z"},
        {T0 + 999, "2025-07-18T22:11:08Z"},
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {INT64_C(951868799000), "2000-02-29T23:59:59Z"},
        {INT64_C(253402300799999), "9999-12-31T23:59:59Z"},
        {INT64_C(253402300800000), ""},
        {INT64_C(-62167219200001), ""},
        {TIME_UNKNOWN, ""},
        {INT64_MAX, ""},
        {INT64_MIN + 1, ""},
    };
    char text[UTC_TEXT_SIZE];
    for (size_t i = 0; i < COUNT(rows); i++) {
        utc_format(rows[i].t_utc_ms, text);
        assert_string_equal(text, rows[i].expected);
    }
    utc_format_date(INT32_MAX, text);
    assert_string_equal(text, "");
    utc_format_date(INT32_MIN, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),     cmocka_unit_test(test_parse_refused),
        cmocka_unit_test(test_parse_any), cmocka_unit_test(test_unix_fractions),
        cmocka_unit_test(test_offset),    cmocka_unit_test(test_date),
        cmocka_unit_test(test_calendar),  cmocka_unit_test(test_local_day),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
