/* ModemManager's values: states, technologies, levels of the family in use, cells. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "mm_facts.h"

#include <math.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define HOME_LTE "State=8;PowerState=3;AccessTechnologies=16384;RegistrationState=1;"

static struct modem_reading read_text(const char *text)
{
    struct mm_facts f;
    struct modem_reading r;
    (void)mm_facts_parse(&f, text);
    mm_facts_reading(&f, &r);
    return r;
}

static bool same(double a, double b)
{
    return (!isfinite(a) && !isfinite(b)) || fabs(a - b) < 1e-9;
}

static void test_states(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        enum state state;
    } rows[] = {
        {"", STATE_UNKNOWN},
        {"State=8;RegistrationState=1", STATE_IN_SERVICE},
        {"State=11;RegistrationState=5", STATE_IN_SERVICE},
        {"State=6;RegistrationState=0", STATE_NO_SERVICE},
        {"State=7;RegistrationState=2", STATE_NO_SERVICE},
        {"State=6;RegistrationState=3", STATE_LIMITED},
        {"State=6;RegistrationState=8", STATE_LIMITED},
        {"State=8;RegistrationState=4", STATE_UNKNOWN},
        {"State=8", STATE_UNKNOWN},
        {"State=8;RegistrationState=99", STATE_UNKNOWN},
        {"State=-1", STATE_RADIO_OFF}, /* failed: no SIM… */
        {"State=1;RegistrationState=1", STATE_RADIO_OFF},
        {"State=3;RegistrationState=1", STATE_RADIO_OFF},
        {"State=4;RegistrationState=1", STATE_RADIO_OFF},
        {"State=5;RegistrationState=1", STATE_UNKNOWN}, /* enabling: not yet known */
        {"State=2", STATE_UNKNOWN},
        {"State=8;PowerState=2;RegistrationState=1", STATE_RADIO_OFF},
        {"RegistrationState=1", STATE_UNKNOWN}, /* no modem behind it */
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(read_text(rows[i].text).state, rows[i].state);
}

static void test_technologies(void **unused)
{
    (void)unused;
    static const struct {
        const char *act;
        enum tech tech;
    } rows[] = {
        {"0", TECH_NONE},      {"2", TECH_GSM},        {"16", TECH_GSM},
        {"32", TECH_WCDMA},    {"256", TECH_WCDMA},    {"512", TECH_WCDMA},
        {"16384", TECH_LTE},   {"65536", TECH_LTE},    {"131072", TECH_LTE},
        {"32768", TECH_NR_SA}, {"49152", TECH_NR_NSA}, {"16416", TECH_LTE},
        {"1024", TECH_NONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        struct modem_reading r;
        assert_true(mm_facts_parse(&f, "State=8;RegistrationState=1"));
        assert_true(mm_facts_take(&f, "AccessTechnologies", rows[i].act));
        mm_facts_reading(&f, &r);
        assert_int_equal(r.radio.tech, rows[i].tech);
    }
}

static void test_reading(void **unused)
{
    (void)unused;
    const char *text =
        HOME_LTE "OperatorCode=45204;Lte.rssi=-70;Lte.rsrp=-95;Lte.rsrq=-11;"
                 "Lte.snr=13.5;3gpp=452,04,0,1F2C403,1A2B";
    const struct modem_reading r = read_text(text);
    assert_int_equal(r.state, STATE_IN_SERVICE);
    assert_int_equal(r.radio.tech, TECH_LTE);
    assert_int_equal(r.radio.mccmnc, mccmnc_parse("45204"));
    assert_int_equal(r.radio.cell_id, 0x1f2c403);
    assert_int_equal(r.radio.tac, 0x1a2b);
    assert_true(same(r.radio.rsrp_dbm, -95));
    assert_true(same(r.radio.rsrq_db, -11));
    assert_true(same(r.radio.sinr_db, 13.5));
    assert_true(same(r.radio.rssi_dbm, -70));
    assert_string_equal(r.raw, text);
}

/* The level of another family than the one in use is a leftover. */
static void test_family_in_use(void **unused)
{
    (void)unused;
    static const char levels[] = "RegistrationState=1;State=8;Gsm.rssi=-77;Umts.rscp=-88;"
                                 "Umts.ecio=-8;Lte.rsrp=-95;Nr5g.rsrp=-101;Nr5g.snr=9";
    static const struct {
        const char *act;
        double rxlev, rscp, rsrp, ss_rsrp;
    } rows[] = {
        {"2", -77, (double)NAN, (double)NAN, (double)NAN},
        {"32", (double)NAN, -88, (double)NAN, (double)NAN},
        {"16384", (double)NAN, (double)NAN, -95, (double)NAN},
        {"32768", (double)NAN, (double)NAN, (double)NAN, -101},
        {"49152", (double)NAN, (double)NAN, -95, -101},
        {"0", (double)NAN, (double)NAN, (double)NAN, (double)NAN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        struct modem_reading r;
        assert_true(mm_facts_parse(&f, levels));
        assert_true(mm_facts_take(&f, "AccessTechnologies", rows[i].act));
        mm_facts_reading(&f, &r);
        assert_true(same(r.radio.rxlev_dbm, rows[i].rxlev));
        assert_true(same(r.radio.rscp_dbm, rows[i].rscp));
        assert_true(same(r.radio.rsrp_dbm, rows[i].rsrp));
        assert_true(same(r.radio.ss_rsrp_dbm, rows[i].ss_rsrp));
    }
}

static void test_level_values(void **unused)
{
    (void)unused;
    static const struct {
        const char *value;
        double rsrp_dbm;
    } rows[] = {
        {"-95", -95},
        {"-95.5", -95.5},
        {"-140", -140},
        {"-1.797693135e+308", (double)NAN}, /* -DBL_MAX: libmm-glib's "unknown" */
        {"-141", (double)NAN},
        {"0", (double)NAN},
        {"nan", (double)NAN},
        {"inf", (double)NAN},
        {"", (double)NAN},
        {"-95x", (double)NAN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        struct modem_reading r;
        assert_true(mm_facts_parse(&f, HOME_LTE));
        (void)mm_facts_take(&f, "Lte.rsrp", rows[i].value);
        mm_facts_reading(&f, &r);
        assert_true(same(r.radio.rsrp_dbm, rows[i].rsrp_dbm));
    }
}

/* Tenths, other units and fillers are no levels. */
static void test_impossible_values(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"Lte.snr=125;Lte.rsrq=-32768;Lte.rssi=99",
                                       "Lte.snr=-31;Lte.rsrq=21;Lte.rssi=1"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        assert_false(mm_facts_parse(&f, rows[i]));
        assert_false(mm_facts_has_level(&f));
    }
}

/* Out of service nothing of the radio is said, whatever ModemManager still shows. */
static void test_no_level_without_service(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"2", "3", "4", "8"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        struct modem_reading r;
        assert_true(mm_facts_parse(
            &f, HOME_LTE "OperatorCode=45204;Lte.rsrp=-95;3gpp=452,04,0,1F2C403,1A2B"));
        assert_true(mm_facts_take(&f, "RegistrationState", rows[i]));
        mm_facts_reading(&f, &r);
        assert_int_equal(r.radio.tech, TECH_NONE);
        assert_int_equal(r.radio.mccmnc, 0);
        assert_int_equal(r.radio.cell_id, ID_UNKNOWN);
        assert_true(!isfinite(r.radio.rsrp_dbm));
        assert_non_null(strstr(r.raw, "Lte.rsrp=-95")); /* but kept as said */
    }
}

static void test_locations(void **unused)
{
    (void)unused;
    static const struct {
        const char *value;
        bool taken;
        int64_t lac, cell_id, tac;
    } rows[] = {
        {"452,04,0,1F2C403,1A2B", true, ID_UNKNOWN, 0x1f2c403, 0x1a2b},
        {"452,04,1A2B,C403,0", true, 0x1a2b, 0xc403, ID_UNKNOWN},
        {"452,04,1A2B,C403", true, 0x1a2b, 0xc403, ID_UNKNOWN},
        {"310,410,FFFE,FFFFFFFF,FFFE", true, ID_UNKNOWN, ID_UNKNOWN, ID_UNKNOWN},
        {"452,04,0,123456789,1A2B3C", true, ID_UNKNOWN, 0x123456789, 0x1a2b3c},
        {"452,04,0,0,0", true, ID_UNKNOWN, ID_UNKNOWN, ID_UNKNOWN},
        {"", false, ID_UNKNOWN, ID_UNKNOWN, ID_UNKNOWN},
        {"452,04", false, ID_UNKNOWN, ID_UNKNOWN, ID_UNKNOWN},
        {",,,,", false, ID_UNKNOWN, ID_UNKNOWN, ID_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        mm_facts_clear(&f);
        assert_true(mm_facts_take(&f, "3gpp", rows[i].value) == rows[i].taken);
        assert_true(f.has_location == rows[i].taken);
        assert_int_equal(f.lac, rows[i].lac);
        assert_int_equal(f.cell_id, rows[i].cell_id);
        assert_int_equal(f.tac, rows[i].tac);
    }
}

/* What is written is read back the same: recordings depend on it. */
static void test_round_trip(void **unused)
{
    (void)unused;
    static const char *const rows[] = {
        HOME_LTE
        "OperatorCode=45204;Lte.rsrp=-95;Lte.rsrq=-11;3gpp=452,04,0,1F2C403,1A2B",
        "State=-1",
        "State=7;PowerState=3;RegistrationState=2",
        "State=8;RegistrationState=5;OperatorCode=310410;3gpp=310,410,1A2B,C403,0",
        "",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        char text[MM_TEXT_SIZE];
        assert_true(mm_facts_parse(&f, rows[i]) == (rows[i][0] != '\0'));
        mm_facts_format(&f, MM_ALL_GROUPS, text);
        assert_string_equal(text, rows[i]);
    }
}

static void test_strange_texts(void **unused)
{
    (void)unused;
    static const char *const rows[] = {
        ";;;",
        "=",
        "State",
        "State=",
        "State=x",
        "=8",
        "Lte.=1",
        ".rsrp=-90",
        "Lte.rsrp",
        "OwnNumbers=+84912345678",
        "EquipmentIdentifier=490154203237518",
        "AVeryLongKeyThatIsLongerThanAnyOfOurKeysCanEverBe=1",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mm_facts f;
        char text[MM_TEXT_SIZE];
        assert_false(mm_facts_parse(&f, rows[i]));
        mm_facts_format(&f, MM_ALL_GROUPS, text);
        assert_string_equal(text, "");
    }
}

static void test_groups(void **unused)
{
    (void)unused;
    struct mm_facts f;
    char text[MM_TEXT_SIZE];
    assert_true(
        mm_facts_parse(&f, "State=8;RegistrationState=1;OperatorCode=45204;Lte.rsrp=-95;"
                           "3gpp=452,04,0,1F2C403,1A2B"));
    assert_true(mm_facts_has_level(&f));
    mm_facts_format(&f, 1U << MM_SIGNAL, text);
    assert_string_equal(text, "Lte.rsrp=-95");
    mm_facts_clear_group(&f, MM_SIGNAL);
    mm_facts_clear_group(&f, MM_LOCATION);
    assert_false(mm_facts_has_level(&f));
    mm_facts_format(&f, MM_ALL_GROUPS, text);
    assert_string_equal(text, "State=8;RegistrationState=1;OperatorCode=45204");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_technologies),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_family_in_use),
        cmocka_unit_test(test_level_values),
        cmocka_unit_test(test_impossible_values),
        cmocka_unit_test(test_no_level_without_service),
        cmocka_unit_test(test_locations),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_strange_texts),
        cmocka_unit_test(test_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
