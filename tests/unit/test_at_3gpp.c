/* The answers of TS 27.007 and what they say together. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "../support/at_scene.h"

/* The packet domain decides; the best of its answers counts. */
static void test_state(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"", "", " unknown -"},
        {"", "+CEREG: 2,1", "P in_service -"},
        {"", "+CEREG: 2,5", "P in_service -"},
        {"", "+CEREG: 0,0", "P no_service -"},
        {"", "+CEREG: 0,2", "P no_service -"},
        {"", "+CEREG: 0,3", "P limited -"},
        {"", "+CEREG: 0,8", "P limited -"},
        {"", "+CEREG: 0,4", "P unknown -"},
        {"", "+CEREG: 0,0\n+CGREG: 0,1", "PP in_service -"},
        {"", "+CEREG: 0,2\n+C5GREG: 0,5", "PP in_service -"},
        {"", "+CEREG: 0,3\n+CGREG: 0,2", "PP limited -"},
        {"", "+CEREG: 0,4\n+CGREG: 0,2", "PP no_service -"},
        {"", "+CEREG: 0,0\n+CREG: 0,1", "PP no_service -"}, /* calls are not data */
        {"", "+CEREG: 0,4\n+CREG: 0,1", "PP unknown -"},
        {"", "+CEREG: 2,4\n+CGREG: 2,0", "PP unknown -"}, /* LTE alone is looked for */
        {"", "+CEREG: 2,0\n+CGREG: 2,4", "PP unknown -"},
        {"", "+CEREG: 2,0\n+CGREG: 2,2", "PP no_service -"},
        {"", "+CEREG: 2,0\n+CGREG: 2,1,\"4A05\",\"01B3C20A\",0",
         "PR unknown -"}, /* 16 bits */
        {"", "+CEREG: 2,1,\"4A05\",\"01B3\n+CGREG: 2,0", "MP unknown -"},
        {"", "+CEREG: 2,3\n+CGREG: 2,\"\n", "PM unknown -"},
        {"", "+CGREG: 2,\n+CEREG: 2,1", "MP in_service -"},
        {"", "+CEREG: 2,0\n+C5GREG: 2,0\n+CGREG: 2,0", "PPP no_service -"},
        {"", "+CREG: 0,1", "P in_service -"},
        /* the last answer of a domain counts; a message sent by the modem is one */
        {"", "+CEREG: 2,1,\"4A05\",\"01B3C20A\",7\n+CEREG: 2", "PP no_service -"},
        /* off, whatever else is said */
        {"", "+CEREG: 0,1\n+CFUN: 0", "PP radio_off -"},
        {"", "+CFUN: 4", "P radio_off -"},
        {"", "+CEREG: 0,0\n+CFUN: 1,0", "PP no_service -"},
        {"", "+CEREG: 0,0\n+CPIN: READY", "PP no_service -"},
        {"", "+CEREG: 0,0\n+CPIN: SIM PIN", "PP radio_off -"},
        {"", "+CEREG: 0,1\n+CPIN: SIM PIN2", "PP in_service -"},
        {"", "+CEREG: 0,0\n+CPIN: NOT INSERTED", "PP radio_off -"},
        {"", "+CEREG: 0,0\n+CME ERROR: 10", "PP radio_off -"},
        {"", "+CEREG: 0,0\n+CME ERROR: SIM not inserted", "PP radio_off -"},
        {"", "+CEREG: 0,1\n+CME ERROR: 100", "P- in_service -"},
        {"", "+CEREG: 0,2\n+CME ERROR: 14", "PP unknown -"}, /* SIM busy */
        {"", "+CEREG: 0,2\n+CME ERROR: SIM busy", "PP unknown -"},
        {"", "+CPIN: SIM BUSY\n+CEREG: 0,2", "PP unknown -"},
        {"", "+CPIN: SIM BUSY\n+CEREG: 0,1", "PP in_service -"},
        {"", "+CPIN: \n+CFUN: \n+CFUN: x", "MMM unknown -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_registration(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"", "+CEREG: 2,1,\"4A05\",\"01B3C20A\",7",
         "P in_service LTE tac=4A05 cell=1B3C20A"},
        {"", "+CEREG:2,1,4A05,1B3C20A,7", "P in_service LTE tac=4A05 cell=1B3C20A"},
        {"", "+CEREG: 1,\"4A05\",\"01B3C20A\",7",
         "P in_service LTE tac=4A05 cell=1B3C20A"},
        {"", "+CEREG: 3,5,\"4A05\",\"01B3C20A\",7,0,15",
         "P in_service LTE tac=4A05 cell=1B3C20A"},
        {"", "+CGREG: 2,1,\"21EF\",\"3D58A3\",2,\"14\"",
         "P in_service WCDMA tac=21EF cell=3D58A3"},
        {"", "+CREG: 2,1, 2F00, 14 ,59D904 ,6",
         "P in_service WCDMA tac=2F00 cell=59D904"},
        {"", "+CREG: 1, 2F00, 14 ,59D904 ,6", "P in_service WCDMA tac=2F00 cell=59D904"},
        {"", "+CREG: 2,1,\"00A8\",\"1C2D\",0", "P in_service GSM tac=A8 cell=1C2D"},
        {"", "+C5GREG: 2,1,\"0A4A05\",\"01B3C20A1\",11,2,\"01\"",
         "P in_service NR_SA tac=A4A05 cell=1B3C20A1"},
        {"", "+CEREG: 2,1,\"4A05\",\"01B3C20A\",9",
         "P in_service - tac=4A05 cell=1B3C20A"},
        {"", "+CEREG: 2,1,\"FFFE\",\"0FFFFFFF\",7", "P in_service LTE"},
        {"", "+CEREG: 2,1,\"FFFF\",\"FFFFFFFF\",7", "P in_service LTE"},
        {"", "+CEREG: 2,1,,,7", "P in_service LTE"},
        {"", "+CEREG: 2,3,\"4A05\",\"01B3C20A\",7",
         "P limited LTE tac=4A05 cell=1B3C20A"},
        {"", "+CEREG: 2,2,\"4A05\",\"01B3C20A\",7", "P no_service -"},
        /* refused, and nothing is taken */
        {"", "+CEREG: 2,1,\"4A05\",\"01B3C2", "M unknown -"}, /* cut */
        {"", "+CEREG: 2,99", "R unknown -"},
        {"", "+CEREG: 2,1,\"4A05\",\"1231B3C20A\",7", "R unknown -"},
        {"", "+CEREG: 2,1,\"4AZ5\",\"01B3C20A\",7", "M unknown -"},
        {"", "+CEREG:", "M unknown -"},
        {"", "+CEREG: ,", "M unknown -"},
        {"", "+CEREG: (0-2)", "- unknown -"},
        {"", "AT+CEREG?\nOK\nERROR\n\n+CMTI: \"SM\",3", "----- unknown -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_operator(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"", "+CEREG: 0,1\n+COPS: 0,2,\"45204\",7", "PP in_service LTE 45204"},
        {"", "+CEREG: 0,1\n+COPS: 0,2,\"310410\",2", "PP in_service WCDMA 310410"},
        {"", "+CEREG: 0,1\n+COPS: 0,2,\"45204\"", "PP in_service - 45204"},
        {"", "+CEREG: 0,1\n+COPS: 0,0,\"Viettel, VN\",7", "PP in_service LTE"},
        {"", "+CEREG: 0,1\n+COPS: 0", "PP in_service -"},
        {"", "+CEREG: 0,1\n+COPS: (0,2,\"45204\",7,0),(0,2,\"45204\",7,0)",
         "PP in_service LTE 45204"},
        {"", "+CEREG: 0,1\n+COPS: 0,2,\"00340035003200300034\",7",
         "PP in_service LTE 45204"},
        {"", "+CEREG: 0,1\n+COPS: (2,\"Viettel\",\"VT\",\"45204\",7),,(0-4),(0-2)",
         "P- in_service -"},
        {"", "+CEREG: 0,1\n+COPS: 0,2,\"4520x\",7", "PM in_service -"},
        {"", "+CEREG: 0,1\n+COPS: 0,2,\"45204\",77", "PR in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_levels(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        /* an index is the lower edge of its interval */
        {"", "+CEREG: 0,1,,,7\n+CESQ: 99,99,255,255,18,44",
         "PP in_service LTE rsrp=-97 rsrq=-11"},
        {"", "+CSQ:99,99\n+CESQ:99,99,255,255,12,40\n+CEREG: 2,1",
         "PPP in_service LTE rsrp=-101 rsrq=-14"},
        {"", "+CEREG: 0,1\n+CESQ: 99,99,255,255,0,0",
         "PP in_service LTE rsrp=-140 rsrq=-20"},
        {"", "+CEREG: 0,1\n+CESQ: 99,99,255,255,34,97",
         "PP in_service LTE rsrp=-44 rsrq=-3"},
        {"", "+CGREG: 0,1,,,2\n+CESQ: 99,99,31,20,255,255",
         "PP in_service WCDMA rscp=-90 ecno=-14.5"},
        {"", "+CGREG: 0,1,,,0\n+CESQ: 28,0,255,255,255,255",
         "PP in_service GSM rxlev=-83"},
        {"", "+CGREG: 0,1,,,0\n+CSQ: 15,0", "PP in_service GSM rssi=-83 rxlev=-83"},
        {"", "+CEREG: 0,1,,,7\n+CSQ: 15,0", "PP in_service LTE rssi=-83"},
        {"", "+C5GREG: 0,1,,,11\n+CESQ: 99,99,255,255,255,255,60,66,72",
         "PP in_service NR_SA ss_rsrp=-91 ss_rsrq=-13.5 ss_sinr=12.5"},
        {"", "+CEREG: 0,1,,,7\n+CESQ: 99,99,255,255,18,44,60,66,72",
         "PP in_service NR_NSA rsrp=-97 rsrq=-11 ss_rsrp=-91 ss_rsrq=-13.5 ss_sinr=12.5"},
        {"", "+CEREG: 0,1,,,7\n+CESQ: 99,99,255,255,18,44,255,255,255",
         "PP in_service LTE rsrp=-97 rsrq=-11"},
        {"", "+CEREG: 0,1\n+CESQ: 99,99,255,255,255,255", "PP in_service -"},
        /* a level of another technology than the registration's is not its level */
        {"", "+CGREG: 0,1,,,2\n+CESQ: 99,99,255,255,18,44", "PP in_service WCDMA"},
        /* no level without registration */
        {"", "+CEREG: 0,2\n+CESQ: 99,99,255,255,18,44\n+CSQ: 20,99", "PPP no_service -"},
        {"", "+CESQ: 99,99,255,255,18,44", "P unknown -"},
        {"", "+CEREG: 0,3\n+CESQ: 99,99,255,255,18,44",
         "PP limited LTE rsrp=-97 rsrq=-11"}, /* dropped when it becomes a sample */
        /* only the first field of +CSQ is read: ber has odd values */
        {"", "+CEREG: 0,1\n+CSQ: 11,26", "PP in_service - rssi=-91"},
        {"", "+CEREG: 0,1\n+CSQ: 99,99\n+CSQ: 199,99", "PPP in_service -"},
        {"", "+CSQ: 45,99\n+CSQ: -1,0\n+CSQ: ,\n+CSQ: (0-31,99),(0-7,99)",
         "RRM- unknown -"},
        {"", "+CESQ: 99,99,255,255,18", "M unknown -"}, /* cut */
        {"", "+CESQ: 99,99,255,255,35,44\n+CESQ: 64,99,255,255,18,44", "RR unknown -"},
        {"", "+CESQ: 99,99,255,255,18,98\n+CESQ: 99,99,97,255,18,44", "RR unknown -"},
        {"", "+CESQ: 99,99,255,255,x,44", "M unknown -"},
        {"", "+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255)", "- unknown -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_find(void **unused)
{
    (void)unused;
    static const struct {
        const char *manufacturer, *model, *expected;
    } rows[] = {
        {"Quectel", "EC25", "quectel"},
        {"SIMCOM INCORPORATED", "SIM7600E", "simcom"},
        {"Sierra Wireless, Incorporated", "MC7455", "sierra"},
        {"HUAWEI TECHNOLOGIES", "ME909", "huawei"},
        {"Telit", "LE910", "telit"},
        {"u-blox", "TOBY-L210", "ublox"},
        {"Fibocom Wireless Inc.", "L850", "fibocom"},
        {"", "", "3gpp"},
        {"ZTE", "MF286", "3gpp"},
        {"unknown", "QUECTEL EG25", "quectel"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct at_dialect *d = at_dialect_find(rows[i].manufacturer, rows[i].model);
        assert_string_equal(d->name, rows[i].expected);
    }
    for (size_t i = 0; i < at_dialect_count; i++) {
        assert_non_null(at_dialects[i].setup[0]);
        assert_non_null(at_dialects[i].polls[0]);
        assert_non_null(at_dialects[i].parse);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state),    cmocka_unit_test(test_registration),
        cmocka_unit_test(test_operator), cmocka_unit_test(test_levels),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
