/* The tally: any split and order of the samples gives the same, levels survive storage,
 * and quantiles are those of a sorted list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tally.h"

enum { SAMPLES = 20000, PARTS = 5 };

/* A stream of numbers that is the same on every machine. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

struct reading {
    struct tally_key key;
    int dbm;
    bool no_service;
    int64_t t_utc_ms;
};

static struct reading reading(uint32_t *random)
{
    static const mccmnc_t operators[] = {45201, 45204, 310410};
    struct reading r = {
        .key = {.bin_x = (int32_t)(next_random(random) % 23) - 11,
                .bin_y = (int32_t)(next_random(random) % 7) - 3,
                .mccmnc = operators[next_random(random) % 3],
                .day = (int32_t)(next_random(random) % 3) + 20000,
                .tech = (uint8_t)(next_random(random) % (TECH_COUNT + 1))},
        .t_utc_ms = INT64_C(1750000000000) + next_random(random),
    };
    r.no_service = r.key.tech == TECH_NONE;
    if (!r.no_service && next_random(random) % 9 > 0)
        r.dbm = LEVEL_MIN_DBM + (int)(next_random(random) % LEVEL_SPAN);
    return r;
}

static void add(struct tally *t, const struct reading *r)
{
    struct tally_cell *c = tally_cell(t, r->key);
    if (r->no_service)
        c->no_service++;
    else
        tally_add_level(c, r->dbm, 1);
    tally_add_time(c, r->t_utc_ms);
}

static void assert_same_cell(const struct tally_cell *a, const struct tally_cell *b)
{
    assert_int_equal(tally_key_compare(&a->key, &b->key), 0);
    assert_int_equal(a->no_level, b->no_level);
    assert_int_equal(a->no_service, b->no_service);
    assert_true(a->first_utc_ms == b->first_utc_ms);
    assert_true(a->last_utc_ms == b->last_utc_ms);
    assert_int_equal(a->level_count, b->level_count);
    for (size_t i = 0; i < a->level_count; i++) {
        assert_int_equal(a->levels[i].dbm, b->levels[i].dbm);
        assert_int_equal(a->levels[i].count, b->levels[i].count);
        assert_true(i == 0 || a->levels[i].dbm > a->levels[i - 1].dbm);
    }
}

static void assert_same(const struct tally *a, const struct tally *b)
{
    assert_int_equal(tally_count(a), tally_count(b));
    const struct tally_cell **x = tally_sorted(a);
    const struct tally_cell **y = tally_sorted(b);
    for (size_t i = 0; i < tally_count(a); i++) {
        assert_same_cell(x[i], y[i]);
        assert_true(i == 0 || tally_key_compare(&x[i - 1]->key, &x[i]->key) < 0);
    }
    free(x);
    free(y);
}

static void merge(struct tally *into, const struct tally *from)
{
    const struct tally_cell **cells = tally_sorted(from);
    for (size_t i = 0; i < tally_count(from); i++)
        tally_merge_cell(tally_cell(into, cells[i]->key), cells[i]);
    free(cells);
}

/* One tally of all samples, and parts merged forwards and backwards. */
static void test_split(void **state)
{
    struct tally *whole = tally_new();
    struct tally *forwards = tally_new();
    struct tally *backwards = tally_new();
    struct tally *parts[PARTS];
    uint32_t random = 1, choice = 99;
    (void)state;
    for (int p = 0; p < PARTS; p++)
        parts[p] = tally_new();
    for (int i = 0; i < SAMPLES; i++) {
        const struct reading r = reading(&random);
        add(whole, &r);
        add(parts[next_random(&choice) % PARTS], &r);
    }
    for (int p = 0; p < PARTS; p++) {
        merge(forwards, parts[p]);
        merge(backwards, parts[PARTS - 1 - p]);
    }
    assert_true(tally_count(whole) > 2048); /* the table has grown */
    assert_same(whole, forwards);
    assert_same(whole, backwards);
    for (int p = 0; p < PARTS; p++)
        tally_free(parts[p]);
    tally_free(whole);
    tally_free(forwards);
    tally_free(backwards);
}

/* Levels that are only noted stand where levels that are placed at once do, however many
 * come, between whatever else. */
static void test_noted(void **state)
{
    static const struct tally_key key = {.mccmnc = 45204};
    uint32_t random = 3;
    (void)state;
    for (int spread = 1; spread <= LEVEL_SPAN; spread = spread * 2 + 1) {
        for (int n = 0; n < 3 * TALLY_FRESH; n += 1 + n / 3) {
            struct tally *placed = tally_new(), *noted = tally_new();
            struct tally_cell *a = tally_cell(placed, key), *b = tally_cell(noted, key);
            for (int i = 0; i < n; i++) {
                int dbm = LEVEL_MAX_DBM - (int)(next_random(&random) % (uint32_t)spread);
                if (dbm < LEVEL_MIN_DBM || next_random(&random) % 9 == 0)
                    dbm = LEVEL_NONE;
                tally_add_level(a, dbm, 1);
                if (spread % 3 == 0 && i % 11 == 10)
                    tally_add_level(b, dbm, 1);
                else
                    tally_count_level(b, dbm);
                assert_int_equal(tally_level_sum(a), tally_level_sum(b));
            }
            assert_same(placed, noted);
            tally_free(placed);
            tally_free(noted);
        }
    }
}

/* Nothing is lost: all samples are in the sums. */
static void test_sums(void **state)
{
    struct tally *t = tally_new();
    uint32_t random = 7;
    uint64_t levels = 0, blanks = 0, holes = 0;
    uint64_t expected_levels = 0, expected_blanks = 0, expected_holes = 0;
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        const struct reading r = reading(&random);
        add(t, &r);
        expected_holes += r.no_service;
        expected_blanks += !r.no_service && r.dbm == LEVEL_NONE;
        expected_levels += !r.no_service && r.dbm != LEVEL_NONE;
    }
    const struct tally_cell **cells = tally_sorted(t);
    for (size_t i = 0; i < tally_count(t); i++) {
        levels += tally_level_sum(cells[i]);
        blanks += cells[i]->no_level;
        holes += cells[i]->no_service;
    }
    assert_int_equal(levels, expected_levels);
    assert_int_equal(blanks, expected_blanks);
    assert_int_equal(holes, expected_holes);
    free(cells);
    tally_free(t);
}

static void test_key_order(void **state)
{
    /* ascending; technologies are in the order of their names */
    static const struct tally_key keys[] = {
        {-2, 9, 45205, 5, TECH_WCDMA}, {-1, -3, 45201, 5, TECH_GSM},
        {-1, -2, 45201, 5, TECH_GSM},  {-1, -2, 45204, 4, TECH_NONE},
        {-1, -2, 45204, 5, TECH_GSM},  {-1, -2, 45204, 5, TECH_LTE},
        {-1, -2, 45204, 5, TECH_NONE}, {0, -9, 45201, 1, TECH_GSM},
    };
    const int count = (int)(sizeof keys / sizeof *keys);
    (void)state;
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            const int order = tally_key_compare(&keys[i], &keys[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void test_empty(void **state)
{
    struct tally *t = tally_new();
    struct tally_histogram h = {.sum = 0};
    (void)state;
    const struct tally_cell *c = tally_cell(t, (struct tally_key){.bin_x = 1});
    assert_true(c->first_utc_ms == TIME_UNKNOWN && c->last_utc_ms == TIME_UNKNOWN);
    tally_add_time(tally_cell(t, c->key), TIME_UNKNOWN);
    assert_true(c->first_utc_ms == TIME_UNKNOWN);
    assert_int_equal(tally_level_sum(c), 0);
    assert_int_equal(tally_count(t), 1);
    assert_int_equal(tally_histogram_median(&h), LEVEL_NONE);
    assert_int_equal(tally_histogram_p10(&h), LEVEL_NONE);
    assert_int_equal(tally_histogram_rank(&h, 1), LEVEL_NONE);
    tally_free(t);
    tally_free(NULL);
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Median the lower one for even counts; p10 the k-th smallest, k = max(1, ceil(0.1 n)).
 */
static void test_quantiles(void **state)
{
    enum { MAX = 400 };
    uint32_t random = 5;
    (void)state;
    for (int n = 1; n <= MAX; n += n < 45 ? 1 : 37) {
        int levels[MAX] = {0};
        struct tally_cell cells[3] = {{.no_level = 3}, {.no_level = 0}, {.no_level = 1}};
        struct tally_histogram h; /* whatever was there before is of no matter */
        memset(&h, 0xa5, sizeof h);
        tally_histogram_clear(&h);
        for (int i = 0; i < n; i++) {
            levels[i] = -140 + (int)(next_random(&random) % 60);
            tally_add_level(&cells[i % 3], levels[i], 1);
        }
        for (int i = 0; i < 3; i++) {
            tally_histogram_add(&h, &cells[i]);
            tally_cell_free_levels(&cells[i]);
        }
        qsort(levels, (size_t)n, sizeof *levels, compare_ints);
        assert_int_equal(h.sum, n);
        assert_int_equal(tally_histogram_median(&h), levels[(n - 1) / 2]);
        assert_int_equal(tally_histogram_p10(&h), levels[(n + 9) / 10 - 1]);
        for (int k = 1; k <= n; k++)
            assert_int_equal(tally_histogram_rank(&h, (uint64_t)k), levels[k - 1]);
    }
}

/* Histograms merge as the cells that they are of, and come back from their bytes. */
static void test_histogram_bytes(void **state)
{
    static const struct tally_level levels[] = {{LEVEL_MIN_DBM, 1}, {-130, 127},
                                                {-129, 128},        {-91, UINT32_MAX},
                                                {-90, UINT32_MAX},  {LEVEL_MAX_DBM, 3}};
    enum { COUNT = sizeof levels / sizeof *levels };
    (void)state;
    for (size_t from = 0; from <= COUNT; from++) {
        for (size_t count = 0; from + count <= COUNT; count++) {
            struct tally_histogram h, merged, taken;
            uint8_t bytes[TALLY_HISTOGRAM_BYTES];
            memset(&h, 0xa5, sizeof h);
            merged = taken = h;
            tally_histogram_clear(&h);
            tally_histogram_clear(&merged);
            tally_histogram_clear(&taken);
            tally_histogram_add_levels(&merged, levels + 2, 1);
            tally_histogram_add_levels(&taken, levels + 2, 1);
            tally_histogram_add_levels(&h, levels + from, count);
            tally_histogram_merge(&merged, &h);
            const uint8_t *end = tally_histogram_put(&h, bytes);
            assert_true(end <= bytes + sizeof bytes);
            assert_ptr_equal(tally_histogram_take(&taken, bytes, end), end);
            tally_histogram_add_levels(&h, levels + 2, 1);
            assert_int_equal(merged.sum, h.sum);
            assert_int_equal(taken.sum, h.sum);
            for (uint64_t k = 1; k <= h.sum; k += 1 + h.sum / 1000) {
                assert_int_equal(tally_histogram_rank(&merged, k),
                                 tally_histogram_rank(&h, k));
                assert_int_equal(tally_histogram_rank(&taken, k),
                                 tally_histogram_rank(&h, k));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_noted),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_key_order),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_histogram_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
