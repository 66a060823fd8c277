/* Bins in one word: each class, and the best of what the rule counts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bin_class.h"
#include "units.h"

enum { VINA = 1, VIETTEL = 2, FOREIGN = 3 };

static struct rule make_rule(mccmnc_t operators[2])
{
    operators[0] = VINA;
    operators[1] = VIETTEL;
    struct rule rule = {.operators = operators, .operator_count = 2};
    rule.technologies[TECH_LTE] = (struct rule_technology){true, -115, -105};
    rule.technologies[TECH_NR_SA] = (struct rule_technology){true, -110, LEVEL_NONE};
    return rule;
}

static struct bin_stat level(mccmnc_t op, enum tech tech, int dbm, double share)
{
    return (struct bin_stat){.mccmnc = op,
                             .tech = tech,
                             .samples = 3,
                             .median_dbm = dbm,
                             .p10_dbm = dbm,
                             .share = share};
}

static struct bin_stat silent(mccmnc_t op, enum tech tech, uint64_t no_level)
{
    return (struct bin_stat){.mccmnc = op,
                             .tech = tech,
                             .no_level = no_level,
                             .no_service = 2,
                             .share = (double)NAN};
}

static void test_rows(void **state)
{
    (void)state;
    mccmnc_t operators[2];
    const struct rule rule = make_rule(operators);
    const struct {
        struct bin_stat bin;
        const char *expected;
    } rows[] = {
        {level(VINA, TECH_LTE, -116, 0), "band_0"},
        {level(VINA, TECH_LTE, -115, 1), "band_1"},
        {level(VINA, TECH_LTE, -106, 1), "band_1"},
        {level(VINA, TECH_LTE, -105, 1), "band_2"},
        {level(VINA, TECH_LTE, -75, 1), "band_5"},
        {level(VINA, TECH_NR_SA, -111, 0), "band_0"},
        {level(VINA, TECH_NR_SA, -100, 1), "band_2"},
        {level(VINA, TECH_GSM, -106, 0), "band_0"},
        {level(VINA, TECH_GSM, -64, 0), "band_5"},
        {silent(VINA, TECH_LTE, 4), "no_level"},
        {silent(VINA, TECH_NONE, 4), "other_service"},
        {silent(VINA, TECH_NONE, 0), "no_service"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(bin_class_name(bin_class_of(&rule, &rows[i].bin)),
                            rows[i].expected);
}

struct best_case {
    struct bin_stat bins[4];
    size_t count;
    const char *class;
    mccmnc_t mccmnc; /* of the level; 0: none */
    int dbm;
    double share; /* NAN: none */
    mccmnc_t share_mccmnc;
};

static void test_best(void **state)
{
    (void)state;
    mccmnc_t operators[2];
    const struct rule rule = make_rule(operators);
    const struct best_case cases[] = {
        {{level(VINA, TECH_LTE, -120, 0.1), level(VIETTEL, TECH_LTE, -90, 0.8)},
         2,
         "band_3",
         VIETTEL,
         -90,
         0.8,
         VIETTEL},
        /* 20 dB above its own level beats 19 dB, though fewer dBm */
        {{level(VINA, TECH_LTE, -95, 1), level(VIETTEL, TECH_NR_SA, -91, 1)},
         2,
         "band_3",
         VINA,
         -95,
         1,
         VINA},
        {{level(VINA, TECH_LTE, -95, 0.5), level(VIETTEL, TECH_LTE, -95, 0.6)},
         2,
         "band_3",
         VINA,
         -95,
         0.6,
         VIETTEL},
        {{level(VINA, TECH_GSM, -60, 0), silent(VIETTEL, TECH_NONE, 0)},
         2,
         "other_service",
         0,
         0,
         0,
         VINA},
        {{silent(VINA, TECH_LTE, 3), level(VIETTEL, TECH_WCDMA, -60, 0)},
         2,
         "no_level",
         0,
         0,
         0,
         VIETTEL},
        {{silent(VINA, TECH_NONE, 0), silent(VIETTEL, TECH_NONE, 0)},
         2,
         "no_service",
         0,
         0,
         (double)NAN,
         0},
        {{level(FOREIGN, TECH_LTE, -60, 1)}, 1, "not_tested", 0, 0, (double)NAN, 0},
        {{silent(VINA, TECH_NONE, 0), level(FOREIGN, TECH_LTE, -60, 1)},
         2,
         "no_service",
         0,
         0,
         (double)NAN,
         0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct best_case c = cases[i];
        const struct model m = {.rule = &rule, .bins = c.bins, .bin_count = c.count};
        assert_int_equal(bin_class_next(&m, 0), c.count);
        const struct bin_best best = bin_class_best(&m, 0, c.count);
        assert_string_equal(bin_class_name(best.class), c.class);
        assert_int_equal(best.level ? best.level->mccmnc : 0, c.mccmnc);
        assert_int_equal(best.level ? best.level->median_dbm : 0, c.dbm);
        assert_int_equal(best.share_mccmnc, c.share_mccmnc);
        assert_true(isnan(c.share) ? isnan(best.share) : best.share == c.share);
    }
}

static void test_next_stops_at_another_place(void **state)
{
    (void)state;
    struct bin_stat bins[] = {
        {.bin_x = -1}, {.bin_x = -1}, {.bin_x = -1, .bin_y = 1}, {0}};
    const struct model m = {.bins = bins, .bin_count = 4};
    assert_int_equal(bin_class_next(&m, 0), 2);
    assert_int_equal(bin_class_next(&m, 2), 3);
    assert_int_equal(bin_class_next(&m, 3), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_best),
        cmocka_unit_test(test_next_stops_at_another_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
