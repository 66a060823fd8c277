/* map_pack: numbers come back, and cost the bytes that they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "../support/unpack.h"
#include "map_pack.h"
#include "sample.h"
#include "units.h"

/* Packs by `fill` and gives the JSON; the caller frees. */
static char *pack(void (*fill)(struct map_pack *p))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct jsonw json = {out, false};
    struct map_pack p;
    map_pack_open(&p, &json);
    fill(&p);
    map_pack_close(&p);
    fclose(out);
    return text;
}

/* The digits between the quotes, opened. */
static struct unpack open_digits(char *json)
{
    const size_t size = strlen(json);
    assert_true(size >= 2 && json[0] == '"' && json[size - 1] == '"');
    json[size - 1] = '\0';
    return unpack_open(json + 1);
}

static const int64_t values[] = {
    0,      1,         -1,         63,
    -64,    64,        127,        128,
    -8192,  8192,      2097151,    1000000,
    -12345, INT32_MAX, INT32_MIN,  INT64_C(1) << 40,
    7,      -7,        4503599627, -INT64_C(2251799813685248)};
enum { VALUE_COUNT = sizeof values / sizeof values[0] };

static void fill_values(struct map_pack *p)
{
    for (size_t i = 0; i < VALUE_COUNT; i++)
        map_pack_int(p, values[i]);
}

static void test_integers(void **state)
{
    (void)state;
    char *json = pack(fill_values);
    struct unpack u = open_digits(json);
    for (size_t i = 0; i < VALUE_COUNT; i++)
        assert_int_equal(unpack_int(&u), values[i]);
    assert_int_equal(u.at, u.size);
    free(u.bytes);
    free(json);
}

static void fill_nothing(struct map_pack *p)
{
    assert_int_equal(p->size, 0);
}

static void fill_one(struct map_pack *p)
{
    map_pack_uint(p, 127);
    assert_int_equal(p->size, 1);
}

static void fill_two(struct map_pack *p)
{
    map_pack_uint(p, 128);
    assert_int_equal(p->size, 2);
}

static void fill_three(struct map_pack *p)
{
    map_pack_uint(p, 16384);
    assert_int_equal(p->size, 3);
}

/* RFC 4648, with its padding. */
static void test_digits(void **state)
{
    (void)state;
    static const struct {
        void (*fill)(struct map_pack *p);
        const char *json;
    } rows[] = {{fill_nothing, "\"\""},
                {fill_one, "\"fw==\""},
                {fill_two, "\"gAE=\""},
                {fill_three, "\"gIAB\""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *json = pack(rows[i].fill);
        assert_string_equal(json, rows[i].json);
        free(json);
    }
}

static void fill_missing(struct map_pack *p)
{
    map_pack_count(p, ID_UNKNOWN);
    map_pack_count(p, 0);
    map_pack_count(p, 41);
    map_pack_dbm(p, LEVEL_NONE);
    map_pack_dbm(p, -115);
}

static void test_missing_is_not_zero(void **state)
{
    (void)state;
    char *json = pack(fill_missing);
    struct unpack u = open_digits(json);
    static const uint64_t expected[] = {0, 1, 42, 0, 115};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(unpack_uint(&u), expected[i]);
    free(u.bytes);
    free(json);
}

static void fill_points(struct map_pack *p)
{
    struct map_point last = {0, 0};
    map_pack_point(p, (struct latlon){22.7812344, 106.1298766}, &last);
    map_pack_point(p, (struct latlon){22.7812346, 106.1298764}, &last);
    map_pack_point(p, (struct latlon){-0.0000006, -180}, &last);
}

/* Steps add up to the rounded points, without drift. */
static void test_points(void **state)
{
    (void)state;
    char *json = pack(fill_points);
    struct unpack u = open_digits(json);
    static const int64_t steps[][2] = {
        {22781234, 106129877}, {1, -1}, {-22781236, -286129876}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(unpack_int(&u), steps[i][0]);
        assert_int_equal(unpack_int(&u), steps[i][1]);
    }
    free(u.bytes);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_missing_is_not_zero),
        cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
