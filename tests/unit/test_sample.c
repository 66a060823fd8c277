/* Names, operator codes and columns of a sample. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"

#include <math.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void test_tech_parse(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        enum tech tech;
    } rows[] = {
        {"GSM", TECH_GSM},         {"LTE", TECH_LTE},
        {"NR_NSA", TECH_NR_NSA},   {"NR_SA", TECH_NR_SA},
        {"WCDMA", TECH_WCDMA},     {"NR", TECH_NR_SA},
        {"5G", TECH_NR_SA},        {"5G_NSA", TECH_NR_NSA},
        {"NR5G-NSA", TECH_NR_NSA}, {"NR5G-SA", TECH_NR_SA},
        {"2G", TECH_GSM},          {"3G", TECH_WCDMA},
        {"4G", TECH_LTE},          {"UMTS", TECH_WCDMA},
        {"HSPA+", TECH_WCDMA},     {"EDGE", TECH_GSM},
        {"lte", TECH_LTE},         {"Lte-A", TECH_LTE},
        {"5G NSA", TECH_NR_NSA},   {"hspa", TECH_WCDMA},
        {"", TECH_NONE},           {"--", TECH_NONE},
        {"-", TECH_NONE},          {"CDMA", TECH_NONE},
        {"LTEX", TECH_NONE},       {"a text far longer than any name", TECH_NONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(tech_parse(rows[i].text), rows[i].tech);
    for (unsigned t = 0; t < TECH_COUNT; t++)
        assert_int_equal(tech_parse(tech_name((enum tech)t)), t);
    assert_string_equal(tech_name(TECH_NONE), "");
}

/* Outputs sort by technology as a number and promise the order of names. */
static void test_tech_order(void **unused)
{
    (void)unused;
    for (unsigned t = 1; t < TECH_COUNT; t++)
        assert_true(strcmp(tech_name((enum tech)(t - 1)), tech_name((enum tech)t)) < 0);
}

static void test_state(void **unused)
{
    (void)unused;
    static const char *const names[] = {"unknown", "in_service", "limited", "no_service",
                                        "radio_off"};
    assert_int_equal(COUNT(names), STATE_COUNT);
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        assert_int_equal(state_parse(names[i]), i);
        assert_string_equal(state_name((enum state)i), names[i]);
    }
    assert_int_equal(state_parse("IN_SERVICE"), STATE_IN_SERVICE);
    assert_int_equal(state_parse(""), STATE_COUNT);
    assert_int_equal(state_parse("in service"), STATE_COUNT);
    assert_string_equal(state_name(STATE_COUNT), "");
}

static void test_mccmnc_parse(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"45204", "45204"},    {"452-04", "45204"},
        {"452 04", "45204"},   {"310410", "310410"},
        {"310-410", "310410"}, {"310-41", "31041"},
        {"00101", "00101"},    {"99999", "99999"},
        {"999999", "999999"},  {"", ""},
        {"4520", ""},          {"4520400", ""},
        {"452--04", ""},       {"45-204", ""},
        {"452/04", ""},        {"452-4", ""},
        {"Viettel", ""},       {"45204 ", ""},
        {"452-", ""},          {"452", ""},
        {"4520-4", ""},        {"45204.0", ""},
        {"310-4100", ""},
    };
    char text[MCCMNC_TEXT_SIZE];
    for (size_t i = 0; i < COUNT(rows); i++) {
        const mccmnc_t op = mccmnc_parse(rows[i].text);
        mccmnc_format(op, text);
        assert_string_equal(text, rows[i].expected);
        assert_int_equal(op == 0, rows[i].expected[0] == '\0');
    }
}

static void test_mccmnc_join(void **unused)
{
    (void)unused;
    static const struct {
        const char *mcc, *mnc, *expected;
    } rows[] = {
        {"452", "04", "45204"},   {"452", "4", "45204"}, {"310", "410", "310410"},
        {"310", "004", "310004"}, {"452", "", ""},       {"", "04", ""},
        {"45", "04", ""},         {"4520", "04", ""},    {"452", "4x", ""},
        {"-", "-", ""},           {"452", "0410", ""},   {"FFF", "FF", ""},
    };
    char text[MCCMNC_TEXT_SIZE];
    for (size_t i = 0; i < COUNT(rows); i++) {
        mccmnc_format(mccmnc_join(rows[i].mcc, rows[i].mnc), text);
        assert_string_equal(text, rows[i].expected);
    }
}

static void test_mccmnc_join_number(void **unused)
{
    static const struct {
        const char *mcc, *mnc, *expected;
    } rows[] = {
        {"452", "4", "45204"},    {"452", "04", "45204"},   {"310", "4", "310004"},
        {"310", "26", "310026"},  {"310", "260", "310260"}, {"302", "0", "302000"},
        {"405", "854", "405854"}, {"310", "", ""},          {"310", "2x", ""},
        {"31", "4", ""},          {"310", "1234", ""},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[MCCMNC_TEXT_SIZE];
        mccmnc_format(mccmnc_join_number(rows[i].mcc, rows[i].mnc), text);
        assert_string_equal(text, rows[i].expected);
    }
}

static void test_mccmnc_order(void **unused)
{
    (void)unused;
    static const char *const sorted[] = {"00101", "31041", "310410", "310411",
                                         "31042", "45201", "45202",  "452020",
                                         "45204", "45205", "999998", "999999"};
    for (size_t i = 1; i < COUNT(sorted); i++) {
        assert_true(strcmp(sorted[i - 1], sorted[i]) < 0);
        assert_true(mccmnc_parse(sorted[i - 1]) < mccmnc_parse(sorted[i]));
    }
}

static void test_level(void **unused)
{
    (void)unused;
    struct sample s = sample_empty();
    for (unsigned t = 0; t <= TECH_COUNT; t++)
        assert_true(isnan(sample_level_dbm(&s, (enum tech)t)));
    sample_set_level_dbm(&s, TECH_GSM, -80);
    sample_set_level_dbm(&s, TECH_WCDMA, -90);
    sample_set_level_dbm(&s, TECH_LTE, -100);
    sample_set_level_dbm(&s, TECH_NR_NSA, -110);
    sample_set_level_dbm(&s, TECH_NONE, -1);
    assert_true(s.rxlev_dbm == -80 && s.rscp_dbm == -90 && s.rsrp_dbm == -100);
    assert_true(s.ss_rsrp_dbm == -110);
    assert_true(sample_level_dbm(&s, TECH_NR_SA) == -110);
    assert_true(sample_level_dbm(&s, TECH_WCDMA) == -90);
}

/* The trip log's order; every field of an empty sample must be missing. */
static void test_columns(void **unused)
{
    (void)unused;
    static const char order[] =
        "modem_id t_utc_ms t_mono_ms boot_id state tech mcc mnc tac cell_id pci arfcn "
        "band "
        "rsrp_dbm rsrq_db sinr_db rssi_dbm rscp_dbm ecno_db rxlev_dbm ss_rsrp_dbm "
        "ss_rsrq_db ss_sinr_db ta fix_mode fix_age_ms acc_h95_m hdop satellites alt_m "
        "speed_mps course_deg level_age_ms raw ";
    const struct sample empty = sample_empty();
    const char *at = order;
    for (size_t i = 0; i < sample_column_count; i++) {
        const struct sample_column *c = &sample_columns[i];
        const size_t len = strlen(c->name);
        assert_int_equal(strncmp(at, c->name, len), 0);
        assert_int_equal(at[len], ' ');
        at += len + 1;
        const void *field = (const char *)&empty + c->offset;
        switch (c->type) {
        case SAMPLE_ID:
            assert_true(*(const int64_t *)field == ID_UNKNOWN);
            break;
        case SAMPLE_TIME:
            assert_true(*(const int64_t *)field == TIME_UNKNOWN);
            break;
        case SAMPLE_DOUBLE:
            assert_true(isnan(*(const double *)field));
            break;
        case SAMPLE_TEXT:
            assert_null(*(const char *const *)field);
            break;
        case SAMPLE_STATE:
            assert_int_equal(*(const enum state *)field, STATE_UNKNOWN);
            break;
        case SAMPLE_TECH:
            assert_int_equal(*(const enum tech *)field, TECH_NONE);
            break;
        case SAMPLE_MCC:
        case SAMPLE_MNC:
            assert_int_equal(*(const mccmnc_t *)field, 0);
            break;
        }
    }
    assert_int_equal(*at, '\0');
    assert_false(geo_valid(empty.pos));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tech_parse),   cmocka_unit_test(test_tech_order),
        cmocka_unit_test(test_state),        cmocka_unit_test(test_mccmnc_parse),
        cmocka_unit_test(test_mccmnc_join),  cmocka_unit_test(test_mccmnc_join_number),
        cmocka_unit_test(test_mccmnc_order), cmocka_unit_test(test_level),
        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
