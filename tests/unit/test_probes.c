/* Active tests find their place: at their own sample, or else at the nearest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "probes.h"

#define T0 INT64_C(1750000000000)

/* Modem 1 at 0, 10, 20, 20 (again), 30 s; modem 2 at 13 s. bin_x tells them apart. */
static const struct probe_anchor samples[] = {
    {.sample_id = 5, .modem_id = 1, .t_utc_ms = T0 + 30000, .bin_x = 105},
    {.sample_id = 1, .modem_id = 1, .t_utc_ms = T0, .bin_x = 101},
    {.sample_id = 2, .modem_id = 1, .t_utc_ms = T0 + 10000, .bin_x = 102},
    {.sample_id = 6, .modem_id = 1, .t_utc_ms = T0 + 20000, .bin_x = 106},
    {.sample_id = 3, .modem_id = 1, .t_utc_ms = T0 + 20000, .bin_x = 103},
    {.sample_id = 4, .modem_id = 2, .t_utc_ms = T0 + 13000, .bin_x = 104},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* bin_x of the place of one test, 0 where it has none. */
static int place_of(int64_t modem_id, int64_t sample_id, int64_t t_utc_ms)
{
    struct probes p = {0};
    struct probe placed = {.bin_x = 0};
    probes_wish(&p, &(const struct probe_wish){.modem_id = modem_id,
                                               .sample_id = sample_id,
                                               .t_utc_ms = t_utc_ms});
    probes_end_wishes(&p);
    for (size_t i = 0; i < SAMPLES; i++) {
        if (probes_want(&p, &samples[i]))
            probes_offer(&p, &samples[i]);
    }
    const size_t count = probes_place(&p, &placed);
    probes_free(&p);
    return count == 1 ? placed.bin_x : 0;
}

static void test_place(void **state)
{
    static const struct {
        int64_t modem_id, sample_id, t_utc_ms;
        int expected;
    } rows[] = {
        {1, 2, T0 + 10400, 102},          /* its own sample */
        {1, 1, T0 + 3600000, 101},        /* also where it is old: told is told */
        {1, 4, T0, 104},                  /* also another modem's */
        {1, 99, T0 + 14000, 102},         /* its sample is not to be had: the nearest */
        {1, ID_UNKNOWN, T0 + 16000, 103}, /* later is nearer; of equal times the first */
        {1, ID_UNKNOWN, T0 + 15000, 102}, /* as near on both sides: the earlier */
        {1, ID_UNKNOWN, T0 + 25000, 103},
        {1, ID_UNKNOWN, T0 + 35000, 105},
        {1, ID_UNKNOWN, T0 + 35001, 0},
        {1, ID_UNKNOWN, T0 - 5000, 101},
        {1, ID_UNKNOWN, T0 - 5001, 0},
        {2, ID_UNKNOWN, T0 + 9999, 104}, /* never another modem's by time */
        {2, ID_UNKNOWN, T0, 0},
        {3, ID_UNKNOWN, T0, 0},
        {1, ID_UNKNOWN, TIME_UNKNOWN, 0},
        {1, ID_UNKNOWN, INT64_MAX, 0},
        {1, 3, TIME_UNKNOWN, 103},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const int got = place_of(rows[i].modem_id, rows[i].sample_id, rows[i].t_utc_ms);
        if (got != rows[i].expected)
            fail_msg("row %zu: placed at %d", i, got);
    }
}

/* What a test found goes with it, and the sample says whose and when. */
static void test_facts(void **state)
{
    struct probes p = {0};
    struct probe placed[2];
    (void)state;
    probes_wish(
        &p,
        &(const struct probe_wish){
            .kind = PROBE_UP, .ok = true, .value = 777, .sample_id = 8, .t_utc_ms = T0});
    probes_wish(
        &p, &(const struct probe_wish){
                .kind = PROBE_PING, .value = ID_UNKNOWN, .sample_id = 9, .t_utc_ms = T0});
    probes_end_wishes(&p);
    probes_offer(&p, &(const struct probe_anchor){.sample_id = 8,
                                                  .modem_id = 1,
                                                  .t_utc_ms = T0,
                                                  .bin_x = -3,
                                                  .bin_y = 4,
                                                  .mccmnc = 45204,
                                                  .day = 20000});
    assert_int_equal(probes_place(&p, placed), 1);
    const struct probe expected = {.bin_x = -3,
                                   .bin_y = 4,
                                   .mccmnc = 45204,
                                   .day = 20000,
                                   .kind = PROBE_UP,
                                   .ok = true,
                                   .value = 777};
    assert_int_equal(probe_compare(&placed[0], &expected), 0);
    probes_free(&p);
}

static void test_order(void **state)
{
    static const struct probe rows[] = {
        {-2, 9, 45204, 9, PROBE_PING, true, 9}, {-1, 8, 45204, 9, PROBE_PING, true, 9},
        {-1, 9, 45201, 9, PROBE_PING, true, 9}, {-1, 9, 45202, 8, PROBE_PING, true, 9},
        {-1, 9, 45202, 9, PROBE_DOWN, true, 9}, {-1, 9, 45202, 9, PROBE_UP, false, 9},
        {-1, 9, 45202, 9, PROBE_UP, true, -1},  {-1, 9, 45202, 9, PROBE_UP, true, 8},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            const int order = probe_compare(&rows[i], &rows[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void test_kinds(void **state)
{
    (void)state;
    for (int k = 0; k < PROBE_KIND_COUNT; k++)
        assert_int_equal(probe_kind_parse(probe_kind_name((enum probe_kind)k)), k);
    assert_int_equal(probe_kind_parse("dns"), PROBE_KIND_COUNT);
    assert_int_equal(probe_kind_parse(""), PROBE_KIND_COUNT);
}

static void test_none(void **state)
{
    struct probes p = {0};
    (void)state;
    probes_end_wishes(&p);
    assert_false(probes_want(&p, &samples[0]));
    assert_int_equal(probes_place(&p, NULL), 0);
    probes_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_place), cmocka_unit_test(test_facts),
        cmocka_unit_test(test_order), cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
