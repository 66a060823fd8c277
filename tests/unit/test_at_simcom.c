/* SIMCom's +CPSI. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "../support/at_scene.h"

#define ON "+CEREG: 0,1\n"
#define CELL "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675"

static void test_lte(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        /* tenths, plain, coded */
        {"SIMCOM",
         ON
         "+CPSI: "
         "LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-112,-973,-661,14",
         CELL " rsrp=-97.3 rsrq=-11.2 rssi=-66.1"},
        {"SIMCOM",
         ON "+CPSI: "
            "LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11,-97,-66,14",
         CELL " rsrp=-97 rsrq=-11 rssi=-66"},
        {"SIMCOM",
         ON
         "+CPSI: LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,18,44,47,14",
         CELL " rsrp=-97 rsrq=-11"},
        {"SIMCOM",
         ON "+CPSI:LTE, Online, 452-04 ,0x4A05,28557834,211,LTE BAND 3,1675,5,5,-11,-97",
         CELL " rsrp=-97 rsrq=-11"},
        {"SIMCOM",
         ON
         "+CPSI: LTE "
         "CAT-M1,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11,-97,-66,14",
         CELL " rsrp=-97 rsrq=-11 rssi=-66"},
        /* a comma lost before the TAC */
        {"SIMCOM",
         ON "+CPSI: LTE,Online,452-04 "
            "0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11,-97,-66,14",
         CELL " rsrp=-97 rsrq=-11 rssi=-66"},
        /* between two cells */
        {"SIMCOM",
         ON
         "+CPSI: LTE,Online,452-04,0x4A05,28557834,0,EUTRAN-BAND0,4294967295,0,0,0,0,0,0",
         "PP in_service LTE 45204 tac=4A05 cell=1B3C20A pci=0"},
        {"SIMCOM",
         ON "+CPSI: LTE,Online,000-00,0xFFFF,0,211,EUTRAN-BAND3,1675,5,5,-,-,-,-",
         "PP in_service LTE B3 pci=211 arfcn=1675"},
        /* refused */
        {"SIMCOM",
         ON "+CPSI: "
            "LTE,Online,452-04,0x4A05,28557834,611,EUTRAN-BAND3,1675,5,5,-11,-97,-66,14",
         "PR in_service -"},
        {"SIMCOM",
         ON "+CPSI: "
            "LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11,-15,-66,14",
         "PR in_service -"},
        {"SIMCOM",
         ON "+CPSI: "
            "LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11-97,-66,14",
         "PM in_service -"},
        {"SIMCOM",
         ON "+CPSI: "
            "LTE,Online,4x2-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11,-97,-66,14",
         "PM in_service -"},
        {"SIMCOM", ON "+CPSI: CDMA,Online,452-04,1,2,3", "PM in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_state(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"SIMCOM", "+CEREG: 0,2\n+CPSI: NO SERVICE,Online", "PP no_service -"},
        {"SIMCOM", ON "+CPSI: NO SERVICE, Online", "PP no_service -"},
        {"SIMCOM", ON "+CPSI: NO SERVICE", "PP no_service -"},
        {"SIMCOM", "+CEREG: 0,0\n+CPSI: NO SERVICE,Low Power Mode", "PP radio_off -"},
        {"SIMCOM",
         "+CEREG: 0,2\n+CPSI: "
         "LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-11,-97,-66,14",
         "PP no_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_nr(void **unused)
{
    (void)unused;
#define ANCHOR                                                                           \
    "+CPSI: "                                                                            \
    "LTE,Online,452-04,0x4A05,28557834,211,EUTRAN-BAND3,1675,5,5,-112,-973,-661,14\n"
#define NSA                                                                              \
    "PPP in_service NR_NSA B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 "           \
    "rsrp=-97.3 "                                                                        \
    "rsrq=-11.2 rssi=-66.1"
    static const struct at_row rows[] = {
        {"SIMCOM", ON ANCHOR "+CPSI: NR5G_NSA,705,NR5G_BAND78,627264,-910,-120,95",
         NSA " ss_rsrp=-91 ss_rsrq=-12"},
        {"SIMCOM", ON ANCHOR "+CPSI: NR5G_NSA,705,NR5G_BAND78,627264,-910,-120,18,0,12",
         NSA " ss_rsrp=-91 ss_rsrq=-12"},
        /* without the band, RSRQ first */
        {"SIMCOM", ON ANCHOR "+CPSI: NR5G,705,627264,-12,-91,153",
         NSA " ss_rsrp=-91 ss_rsrq=-12"},
        {"SIMCOM", ON ANCHOR "+CPSI: NR5G_NSA,0,NR5G_BAND0,0,0,0,0",
         "PPP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 "
         "rsrp=-97.3 "
         "rsrq=-11.2 rssi=-66.1"},
        {"SIMCOM",
         "+C5GREG: 0,1\n+CPSI: "
         "NR5G_SA,Online,452-04,0xA4A05,7302488737,705,NR5G_BAND78,627264,-990,-120,160",
         "PP in_service NR_SA n78 45204 tac=A4A05 cell=1B34322A1 pci=705 arfcn=627264 "
         "ss_rsrp=-99 "
         "ss_rsrq=-12"},
        {"SIMCOM",
         "+C5GREG: 0,1\n+CPSI: "
         "NR5G,Online,452-04,0xA4A05,7302488737,705,627264,-99,-12,16",
         "PP in_service NR_SA 45204 tac=A4A05 cell=1B34322A1 pci=705 arfcn=627264 "
         "ss_rsrp=-99 "
         "ss_rsrq=-12"},
        {"SIMCOM",
         "+C5GREG: 0,1\n+CPSI: "
         "NR5G_SA,Online,452-04,0xA4A05,7302488737,1705,NR5G_BAND78,627264,-990,-120,160",
         "PR in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_older_technologies(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        /* levels without a sign, or with one */
        {"SIMCOM",
         "+CGREG: 0,1\n+CPSI: WCDMA,Online,452-04,0x21EF,4020387,WCDMA IMT "
         "2000,279,10663,0,7.5,92,33,52,500",
         "PP in_service WCDMA 45204 tac=21EF cell=3D58A3 pci=279 arfcn=10663 rscp=-92 "
         "ecno=-7.5"},
        {"SIMCOM",
         "+CGREG: 0,1\n+CPSI: WCDMA,Online,452-04,0x21EF,-294967296,WCDMA IMT "
         "2000,279,10663,0,-3,-83,-32768,-83,-15",
         "PP in_service WCDMA 45204 tac=21EF pci=279 arfcn=10663 rscp=-83 ecno=-3"},
        {"SIMCOM",
         "+CGREG: 0,1\n+CPSI: GSM,Online,452-04,0x21EF,15704,73 EGSM 900,-85,0,24-24",
         "PP in_service GSM 45204 tac=21EF cell=3D58 arfcn=73 rxlev=-85"},
        {"SIMCOM",
         "+CGREG: 0,1\n+CPSI: GSM,Online,452-04,0x21EF,15704,73,EGSM 900,-85,0,24-24",
         "PP in_service GSM 45204 tac=21EF cell=3D58 arfcn=73 rxlev=-85"},
        {"SIMCOM", "+CGREG: 0,1\n+CPSI: GSM,Online,452-04,0x21EF,15704,73",
         "PP in_service GSM 45204 tac=21EF cell=3D58 arfcn=73"},
        {"SIMCOM",
         "+CGREG: 0,1\n+CPSI: GSM,Online,452-04,0x21EF,15704,73 EGSM 900,85,0,24-24",
         "PR in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lte),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_nr),
        cmocka_unit_test(test_older_technologies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
