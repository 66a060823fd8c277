/* Identifiers of a subscriber do not get into a log. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "at_dialect.h"

#include <stdio.h>

static void test_scrub(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *expected;
    } rows[] = {
        {"452040123456789", "xxxxxxxxxxxxxxx"}, /* IMSI */
        {"+CGSN: \"35693803564380\"",
         "+CGSN: \"xxxxxxxxxxxxxx\""}, /* IMEI without check digit */
        {"IMEI: 490154203237518", "IMEI: xxxxxxxxxxxxxxx"},
        {"+CCID: 8984048000012345678", "+CCID: xxxxxxxxxxxxxxxxxxx"},
        {"+ICCID: 8984048000012345678F", "+ICCID: xxxxxxxxxxxxxxxxxxxx"},
        {"+CRSM: 144,0,\"984840800000214365F7\"",
         "+CRSM: 144,0,\"xxxxxxxxxxxxxxxxxxxx\""},
        {"+COPS: 0,0,\"+84912345678\"", "+COPS: 0,0,\"+xxxxxxxxxxx\""},
        {"+CNUM: ,\"0912345678\",129", "+CNUM: ,\"xxxxxxxxxx\",129"},
        {"+CLIP: \"0912345678\",129,,,,0", "+CLIP: \"xxxxxxxxxx\",129,,,,0"},
        {"#RFSTS: \"452 "
         "04\",1675,-97,-66,-11,4A05,255,,128,19,0,1B3C20A,\"452040123456789\",\"V\",3,3",
         "#RFSTS: \"452 "
         "04\",1675,-97,-66,-11,4A05,255,,128,19,0,1B3C20A,\"xxxxxxxxxxxxxxx\",\"V\",3,"
         "3"},
        {"1675,3,100,100,4a05,1b3c20a,211,d60814d1,8001,01,44,17,12.50,3,1,10,44",
         "1675,3,100,100,4a05,1b3c20a,211,xxxxxxxx,8001,01,44,17,12.50,3,1,10,44"},
        /* what is no identifier stays */
        {"+CPSI: "
         "NR5G_SA,Online,452-04,0xA4A05,68719476734,705,NR5G_BAND78,627264,-990,-120,160",
         "+CPSI: "
         "NR5G_SA,Online,452-04,0xA4A05,68719476734,705,NR5G_BAND78,627264,-990,-120,"
         "160"},
        {"+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-"
         "97",
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-"
         "97"},
        {"+CESQ: 99,99,255,255,18,44", "+CESQ: 99,99,255,255,18,44"},
        {"+CEREG: 2,1,\"4A05\",\"01B3C20A\",7", "+CEREG: 2,1,\"4A05\",\"01B3C20A\",7"},
        {"NR5G Cell ID:    1B34322A1 (7302488737)",
         "NR5G Cell ID:    1B34322A1 (7302488737)"},
        {"+CSQ: 17,99", "+CSQ: 17,99"},
        {"FFFFFFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFFFFFF"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[256];
        snprintf(line, sizeof line, "%s", rows[i].line);
        at_scrub(line);
        assert_string_equal(line, rows[i].expected);
        at_scrub(line);
        assert_string_equal(line, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scrub)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
