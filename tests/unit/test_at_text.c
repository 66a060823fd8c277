/* Fields of AT answers. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "at_text.h"

#include <math.h>
#include <string.h>

#include "sample.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void test_body(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *name, *expected;
    } rows[] = {
        {"+CSQ: 17,99", "+CSQ", "17,99"},
        {"+CSQ:17,99", "+CSQ", "17,99"},
        {"  +csq :  17,99", "+CSQ", "17,99"},
        {"[07-14_09:12:01:003] AT< +CSQ: 17,99", "+CSQ", "17,99"},
        {"[07-14_09:12:01:003] AT> AT+CSQ", "+CSQ", NULL},
        {"+CSQ", "+CSQ", NULL},
        {"+CSQX: 1", "+CSQ", NULL},
        {"AT+CSQ", "+CSQ", NULL},
        {"", "+CSQ", NULL},
        {"+CREG: 1", "+CGREG", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *body = at_body(rows[i].line, rows[i].name);
        if (rows[i].expected == NULL)
            assert_null(body);
        else
            assert_string_equal(body, rows[i].expected);
    }
}

/* Fields with ";" between, quoted ones marked with a "'"; NULL where the line is refused.
 */
static void test_split(void **unused)
{
    (void)unused;
    static const struct {
        const char *body, *expected;
    } rows[] = {
        {"1,2", "1;2"},
        {"", ""},
        {",", ";"},
        {"2,1, 1F00, 20 ,79D903 ,7", "2;1;1F00;20;79D903;7"},
        {"\"a,b\",\" c \"\r\n", "'a,b;'c"},
        {"\"a\"\"b\",1", "'a;'b;1"},            /* the comma was lost */
        {"\"a\" \"b\" 1", "'a;'b;1"},           /* likewise */
        {"452-04 0x1A2B,7", "452-04;0x1A2B;7"}, /* likewise */
        {"27 EGSM 900,-64", "27 EGSM 900;-64"}, /* one field */
        {"\"a,\"b\",1", "'a;'b;1"},             /* the closing quote was lost */
        {"a\",\"b\"", "a;'b"},                  /* the opening one */
        {"1,\"1A2B\",\"01B3", NULL},            /* the end of the line was lost */
        {"1,\001", NULL},
        {"1,\xFF", NULL},
        {"0,0,\"Vi\xE1\xBB\x87t\"", "0;0;'Vi\xE1\xBB\x87t"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct at_fields f;
        at_split(rows[i].body, &f);
        if (rows[i].expected == NULL) {
            assert_int_equal(f.status, AT_MALFORMED);
            continue;
        }
        assert_int_equal(f.status, AT_PARSED);
        char text[256] = "";
        for (int k = 0; k < f.count; k++) {
            strncat(text, k > 0 ? ";" : "", sizeof text - strlen(text) - 1);
            strncat(text, f.field[k].quoted ? "'" : "", sizeof text - strlen(text) - 1);
            strncat(text, f.field[k].text, sizeof text - strlen(text) - 1);
        }
        assert_string_equal(text, rows[i].expected);
    }
}

static void test_too_much(void **unused)
{
    (void)unused;
    struct at_fields f;
    char body[2000];
    memset(body, ',', AT_FIELDS_MAX);
    body[AT_FIELDS_MAX] = '\0';
    at_split(body, &f);
    assert_int_equal(f.status, AT_MALFORMED);
    body[AT_FIELDS_MAX - 1] = '\0';
    at_split(body, &f);
    assert_int_equal(f.status, AT_PARSED);
    assert_int_equal(f.count, AT_FIELDS_MAX);
    memset(body, '1', AT_FIELDS_SIZE);
    body[AT_FIELDS_SIZE] = '\0';
    at_split(body, &f);
    assert_int_equal(f.status, AT_MALFORMED);
}

static void test_parse_number(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        double expected; /* NAN: refused */
    } rows[] = {
        {"0", 0},
        {"-97", -97},
        {"+5", 5},
        {"-7.50", -7.5},
        {"-7.-50", -7.5},
        {"0.-50", -0.5},
        {"-097.00", -97},
        {"12.5", 12.5},
        {"", (double)NAN},
        {"-", (double)NAN},
        {"-7.", (double)NAN},
        {".5", (double)NAN},
        {"-13-52", (double)NAN},
        {"7.-", (double)NAN},
        {"1e5", (double)NAN},
        {"0x10", (double)NAN},
        {"1 2", (double)NAN},
        {"nan", (double)NAN},
        {"12345678901234567890", (double)NAN},
        {"5dBm", (double)NAN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = -1;
        const bool good = at_parse_number(rows[i].text, &value);
        assert_int_equal(good, isfinite(rows[i].expected));
        if (good)
            assert_true(fabs(value - rows[i].expected) < 1e-12);
    }
}

static void test_readers(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int64_t expected; /* in 0..503 */
        enum at_parse status;
    } ints[] = {
        {"0", 0, AT_PARSED},
        {"503", 503, AT_PARSED},
        {"504", ID_UNKNOWN, AT_OUT_OF_RANGE},
        {"-1", ID_UNKNOWN, AT_OUT_OF_RANGE},
        {"-", ID_UNKNOWN, AT_PARSED},
        {"--", ID_UNKNOWN, AT_PARSED},
        {"", ID_UNKNOWN, AT_PARSED},
        {"65535", ID_UNKNOWN, AT_PARSED},
        {"-32768", ID_UNKNOWN, AT_PARSED},
        {"4294967295", ID_UNKNOWN, AT_PARSED},
        {"1.5", ID_UNKNOWN, AT_MALFORMED},
        {"7A", ID_UNKNOWN, AT_MALFORMED},
    };
    for (size_t i = 0; i < COUNT(ints); i++) {
        struct at_fields f;
        at_split(ints[i].text, &f);
        assert_int_equal(at_int(&f, 0, 0, 503), ints[i].expected);
        assert_int_equal(f.status, ints[i].status);
        assert_int_equal(at_int(&f, 1, 0, 503), ID_UNKNOWN); /* not there */
    }
    static const struct {
        const char *text;
        int64_t expected; /* in 0..FFFF */
        enum at_parse status;
    } hexes[] = {
        {"4A05", 0x4A05, AT_PARSED},
        {"0x4a05", 0x4A05, AT_PARSED},
        {"\"004A05\"", 0x4A05, AT_PARSED},
        {"0", 0, AT_PARSED},
        {"FFFF", 0xFFFF, AT_PARSED},
        {"FFFFFFFF", ID_UNKNOWN, AT_PARSED},
        {"-", ID_UNKNOWN, AT_PARSED},
        {"12345", ID_UNKNOWN, AT_OUT_OF_RANGE},
        {"4G", ID_UNKNOWN, AT_MALFORMED},
        {"0x", ID_UNKNOWN, AT_PARSED},
        {"1234567890123456", ID_UNKNOWN, AT_MALFORMED},
    };
    for (size_t i = 0; i < COUNT(hexes); i++) {
        struct at_fields f;
        at_split(hexes[i].text, &f);
        assert_int_equal(at_hex(&f, 0, 0xFFFF), hexes[i].expected);
        assert_int_equal(f.status, hexes[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body),     cmocka_unit_test(test_split),
        cmocka_unit_test(test_too_much), cmocka_unit_test(test_parse_number),
        cmocka_unit_test(test_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
