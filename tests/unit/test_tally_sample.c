/* What a sample adds to the tally, and where. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tally_sample.h"

struct row {
    enum state state;
    enum tech tech;
    double level_dbm, nr_dbm, offset_db;
    int count;
    struct tally_part parts[TALLY_PARTS];
};

static void parts_are_those_of_the_contract(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {STATE_IN_SERVICE,
         TECH_LTE,
         -100.4,
         NAN,
         0,
         1,
         {{.tech = TECH_LTE, .dbm = -100, .in_service = true}}},
        {STATE_IN_SERVICE,
         TECH_LTE,
         -100.5,
         NAN,
         2.5,
         1,
         {{.tech = TECH_LTE, .dbm = -98, .in_service = true}}},
        {STATE_IN_SERVICE,
         TECH_LTE,
         -24,
         NAN,
         0,
         1,
         {{.tech = TECH_LTE, .dbm = LEVEL_NONE, .in_service = true, .blanked = true}}},
        {STATE_IN_SERVICE,
         TECH_NONE,
         NAN,
         NAN,
         0,
         1,
         {{.tech = TECH_NONE, .dbm = LEVEL_NONE, .in_service = true}}},
        {STATE_NO_SERVICE,
         TECH_LTE,
         -90,
         NAN,
         0,
         1,
         {{.tech = TECH_NONE, .dbm = LEVEL_NONE}}},
        {STATE_LIMITED,
         TECH_GSM,
         -90,
         NAN,
         0,
         1,
         {{.tech = TECH_NONE, .dbm = LEVEL_NONE}}},
        {STATE_IN_SERVICE,
         TECH_NR_NSA,
         -101,
         -95,
         -1,
         2,
         {{.tech = TECH_LTE, .dbm = -102, .in_service = true},
          {.tech = TECH_NR_NSA, .dbm = -96, .in_service = true}}},
        {STATE_IN_SERVICE,
         TECH_NR_NSA,
         -101,
         NAN,
         0,
         2,
         {{.tech = TECH_LTE, .dbm = -101, .in_service = true},
          {.tech = TECH_NR_NSA, .dbm = LEVEL_NONE, .in_service = true, .blanked = true}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct tally_part parts[TALLY_PARTS];
        struct sample s = sample_empty();
        s.state = r->state;
        s.tech = r->tech;
        if (r->tech == TECH_NR_NSA)
            sample_set_level_dbm(&s, TECH_LTE, r->level_dbm);
        if (r->tech == TECH_NR_NSA)
            sample_set_level_dbm(&s, TECH_NR_NSA, r->nr_dbm);
        else if (r->tech != TECH_NONE)
            sample_set_level_dbm(&s, r->tech, r->level_dbm);
        assert_int_equal(tally_parts(&s, r->offset_db, parts), r->count);
        for (int k = 0; k < r->count; k++) {
            assert_int_equal(parts[k].tech, r->parts[k].tech);
            assert_int_equal(parts[k].dbm, r->parts[k].dbm);
            assert_int_equal(parts[k].in_service, r->parts[k].in_service);
            assert_int_equal(parts[k].blanked, r->parts[k].blanked);
        }
    }
}

static void parts_find_their_counts(void **state)
{
    (void)state;
    struct tally *t = tally_new();
    struct tally_cell *c = tally_cell(t, (struct tally_key){.mccmnc = 45204});
    const struct tally_part parts[] = {
        {.tech = TECH_LTE, .dbm = -100, .in_service = true},
        {.tech = TECH_LTE, .dbm = LEVEL_NONE, .in_service = true, .blanked = true},
        {.tech = TECH_NONE, .dbm = LEVEL_NONE},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        tally_add_part(c, &parts[i]);
    assert_int_equal(tally_level_sum(c), 1);
    assert_int_equal(c->no_level, 1);
    assert_int_equal(c->no_service, 1);
    tally_free(t);
}

static void places_are_bins(void **state)
{
    (void)state;
    static const struct {
        struct xy p;
        bool placed;
        int32_t x, y;
    } rows[] = {{{0, 0}, true, 0, 0},           {{49.999, 50}, true, 0, 1},
                {{-0.001, -50}, true, -1, -1},  {{NAN, 0}, false, 0, 0},
                {{0, INFINITY}, false, 0, 0},   {{6e10, 0}, false, 0, 0},
                {{4e10, 0}, true, 800000000, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t x = 0, y = 0;
        assert_int_equal(tally_place(rows[i].p, 50, &x, &y), rows[i].placed);
        assert_int_equal(x, rows[i].x);
        assert_int_equal(y, rows[i].y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_those_of_the_contract),
        cmocka_unit_test(parts_find_their_counts),
        cmocka_unit_test(places_are_bins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
