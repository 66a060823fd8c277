/* Quectel's +QENG. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "../support/at_scene.h"

#define ON "+CEREG: 0,1\n"

static void test_lte(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Quectel",
         ON
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11,-66,12,-",
         "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11 "
         "sinr=12 rssi=-66"},
        /* no quotes, more fields, other blanks */
        {"Quectel",
         ON "+QENG:servingcell, CONNECT "
            ",LTE,TDD,452,4,1B3C20A,0,38950,40,5,5,4A05,-97,-11,-66,-3,"
            "0,-,38,9,-",
         "PP in_service LTE B40 45204 tac=4A05 cell=1B3C20A pci=0 arfcn=38950 rsrp=-97 "
         "rsrq=-11 "
         "sinr=-3 rssi=-66"},
        /* fewer fields */
        {"Quectel",
         ON
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11",
         "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11"},
        /* a comma lost between quotes */
        {"Quectel",
         ON
         "+QENG: "
         "\"servingcell\",\"NOCONN\"\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11,-66,12,-",
         "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11 "
         "sinr=12 rssi=-66"},
        {"Quectel",
         ON "+QENG: "
            "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,-,211,1675,3,-,-,-,-97,-,-"
            ",-,-",
         "PP in_service LTE B3 45204 pci=211 arfcn=1675 rsrp=-97"},
        /* a comma lost between numbers: refused, wherever it was */
        {"Quectel",
         ON
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",45204,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,041B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A2111675,3,5,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,2111675,3,5,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,16753,5,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,35,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,55,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,54A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05-"
         "97,"
         "-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-97-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11-66,12,-",
         "PMMRRMMRMMMM in_service -"},
        /* impossible values */
        {"Quectel",
         ON
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,504,1675,3,5,5,4A05,"
         "-97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "97,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-24,-11,-66,12,-\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-60,-66,12,-",
         "PRRRR in_service -"},
        /* cut */
        {"Quectel", ON "+QENG: \"servingcell\",\"NOCO", "PM in_service -"},
        {"Quectel", ON "+QENG: \"servingcell\"", "PM in_service -"},
        {"Quectel", ON "+QENG: ", "PM in_service -"},
        {"Quectel", ON "+QENG: (\"servingcell\",\"neighbourcell\")", "P- in_service -"},
        /* the technology from the cell, not from the registration */
        {"Quectel",
         "+CEREG: 2,1,\"4A05\",\"01B3C20A\",7\n+CESQ: 99,99,255,255,18,44\n"
         "+QENG: "
         "\"servingcell\",\"NOCONN\",\"GSM\",452,04,21EF,3D58,41,73,0,-85,255,255,0,38,"
         "38,1",
         "PPP in_service GSM 45204 tac=21EF cell=3D58 pci=41 arfcn=73 rxlev=-85"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_state(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Quectel", ON "+QENG: \"servingcell\",\"SEARCH\"", "PP no_service -"},
        {"Quectel",
         ON
         "+QENG: "
         "\"servingcell\",\"LIMSRV\",\"LTE\",\"FDD\",452,01,1B3C20A,211,1675,3,5,5,4A05,"
         "-97,-11,-66,12,-",
         "PP limited LTE B3 45201 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11 "
         "sinr=12 rssi=-66"},
        /* a cell repeated after the network is lost */
        {"Quectel",
         "+CEREG: 0,2\n+QENG: "
         "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,"
         "5,4A05,-97,-11,-66,12,-",
         "PP no_service -"},
        {"Quectel", "+QENG: \"servingcell\",\"NOCONN\"", "P unknown -"},
        {"Quectel", ON "+QENG: \"servingcell\",\"WHATEVER\"", "PM in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_nr(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Quectel",
         ON "+QENG: \"servingcell\",\"NOCONN\"\n"
            "+QENG: "
            "\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-97,-11,-66,12,11,200,-\n"
            "+QENG:\"NR5G-NSA\",452,04,705,-91,18,-12,627264,78,12,1",
         "PPPP in_service NR_NSA B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 "
         "rsrp=-97 "
         "rsrq=-11 sinr=12 rssi=-66 ss_rsrp=-91 ss_rsrq=-12 ss_sinr=18"},
        /* fewer fields, SINR in tenths, the NR line first */
        {"Quectel",
         ON "+QENG: \"NR5G-NSA\",452,04,705,-91,185,-12\n"
            "+QENG: \"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-97,-11,-66,12,-",
         "PPP in_service NR_NSA B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 "
         "rsrp=-97 "
         "rsrq=-11 sinr=12 rssi=-66 ss_rsrp=-91 ss_rsrq=-12 ss_sinr=18.5"},
        /* the NR leg is configured, but not measured */
        {"Quectel",
         ON "+QENG: \"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-97,-11,-66,12,-\n"
            "+QENG: \"NR5G-NSA\",452,04,65535,-32768,-32768,-32768",
         "PPP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11 "
         "sinr=12 rssi=-66"},
        /* levels of NR as positive numbers are none */
        {"Quectel",
         ON "+QENG: \"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-97,-11,-66,12,-\n"
            "+QENG: \"NR5G-NSA\",452,04,705,91,18,-12",
         "PPR in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11 "
         "sinr=12 rssi=-66"},
        {"Quectel",
         "+C5GREG: 0,1\n+QENG: "
         "\"servingcell\",\"CONNECT\",\"NR5G-SA\",\"TDD\",452,04,01B3C20A1,705,"
         "0A4A05,627264,78,12,-99,-12,16,1,-",
         "PP in_service NR_SA n78 45204 tac=A4A05 cell=1B3C20A1 pci=705 arfcn=627264 "
         "ss_rsrp=-99 ss_rsrq=-12 ss_sinr=16"},
        {"Quectel",
         "+C5GREG: 0,1\n+QENG: "
         "\"servingcell\",\"NOCONN\",\"NR5G-SA\",\"TDD\",452,04,-,-,-,-,-,-,-,"
         "-,-,-,-",
         "PP in_service NR_SA 45204"},
    };
    AT_SCENE_CHECK(rows);
}

/* dB, 0.2n - 20, and what may be either. */
static void test_sinr_scales(void **unused)
{
    (void)unused;
#define SINR(n)                                                                          \
    ON "+QENG: "                                                                         \
       "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-" \
       "97,"                                                                             \
       "-11,-66," n ",-"
#define CELL                                                                             \
    "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "      \
    "rsrq=-11"
    static const struct at_row rows[] = {
        {"Quectel", SINR("-20"), CELL " sinr=-20 rssi=-66"},
        {"Quectel", SINR("30"), CELL " sinr=30 rssi=-66"},
        {"Quectel", SINR("40"), CELL " rssi=-66"},
        {"Quectel", SINR("160"), CELL " sinr=12 rssi=-66"},
        {"Quectel", SINR("250"), CELL " sinr=30 rssi=-66"},
        {"Quectel", SINR("-"), CELL " rssi=-66"},
        {"Quectel", SINR("300"), "PR in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_older_technologies(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Quectel",
         "+CGREG: 0,1\n+QENG: "
         "\"servingcell\",\"NOCONN\",\"WCDMA\",452,04,21EF,3D58A3,10663,279,20,"
         "-92,-7,-,-,-,-,-",
         "PP in_service WCDMA 45204 tac=21EF cell=3D58A3 pci=279 arfcn=10663 rscp=-92 "
         "ecno=-7"},
        {"Quectel",
         "+CGREG: 0,1\n+QENG: "
         "\"servingscell\",\"NOCONN\",\"WCDMA\",452,04,21EF,3D58A3,10663,279,-,"
         "-925,-75",
         "PP in_service WCDMA 45204 tac=21EF cell=3D58A3 pci=279 arfcn=10663 rscp=-92.5 "
         "ecno=-7.5"},
        {"Quectel",
         "+CGREG: 0,1\n+QENG: "
         "\"servingcell\",\"NOCONN\",\"GSM\",452,04,21EF,3D58,41,73,0,-85,255,"
         "255,0,38,38,1,-,-,-,-,-,-,-,-,-,\"-\"",
         "PP in_service GSM 45204 tac=21EF cell=3D58 pci=41 arfcn=73 rxlev=-85"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_neighbours(void **unused)
{
    (void)unused;
#define SERVING                                                                          \
    ON "+QENG: "                                                                         \
       "\"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",452,04,1B3C20A,211,1675,3,5,5,4A05,-" \
       "97,"                                                                             \
       "-11,-66,12,-\n"
#define LTE_CELL                                                                         \
    " in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "        \
    "rsrq=-11 "                                                                          \
    "sinr=12 rssi=-66"
    static const struct at_row rows[] = {
        /* the serving cell itself, one in each order of RSRP and RSRQ, one not measured
         */
        {"Quectel",
         SERVING
         "+QENG: \"neighbourcell intra\",\"LTE\",1675,211,-11,-97,-66,0,31,7,30,2,50\n"
         "+QENG: \"neighbourcell intra\",\"LTE\",1675,87,-15,-104,-74,0,31,7,30,2,50\n"
         "+QENG: \"neighbourcell inter\",\"LTE\",3150,12,-109,-16,5,-3,0,2,7\n"
         "+QENG: \"neighbourcell inter\",\"LTE\",400,-,-,-,-,-,-,0,2,7",
         "PPPPPP" LTE_CELL " | LTE pci=87 arfcn=1675 rsrp=-104 rsrq=-15"
         " | LTE pci=12 arfcn=3150 rsrp=-109 rsrq=-16"},
        {"Quectel",
         SERVING "+QENG: \"neighbourcell\",\"WCDMA\",10663,0,14,62,84,-1010,-110,17\n"
                 "+QENG: \"neighbourcell\",\"WCDMA\",10663,3,16,2,-,-,-,-\n"
                 "+QENG: \"neighbourcell\",\"WCDMA\",10663,-9,85,-101,-11,2,1,17\n"
                 "+QENG: \"neighbourcell\",\"WCDMA\",10663,86,-101,-11\n"
                 "+QENG: \"neighbourcell\",\"NR\",627264,705,-101,-12,10,20",
         "PPPPPPP" LTE_CELL " | WCDMA pci=84 arfcn=10663 rscp=-101 ecno=-11"
         " | WCDMA pci=85 arfcn=10663 rscp=-101 ecno=-11"
         " | WCDMA pci=86 arfcn=10663 rscp=-101 ecno=-11"
         " | NR_SA pci=705 arfcn=627264 ss_rsrp=-101 ss_rsrq=-12"},
        {"Quectel",
         SERVING "+QENG: \"neighbourcell\",\"GSM\",452,04,21EF,3D58,41,73,-85,25,25,0,0\n"
                 "+QENG: \"neighbourcell\",\"GSM\",73,0,14,62,1,0,41,-850,17\n"
                 "+QENG: \"neighbourcell\",\"XYZ\",1\n"
                 "+QENG: \"neighbourcell intra\",\"LTE\",1675,870,-15,-104",
         "PPPPMR" LTE_CELL " | GSM 45204 tac=21EF cell=3D58 pci=41 arfcn=73 rxlev=-85"},
        {"Quectel",
         "+CEREG: 0,2\n+QENG: \"neighbourcell "
         "intra\",\"LTE\",1675,87,-15,-104,-74,0,31,7,30,2,50",
         "PP no_service -"},
    };
    AT_SCENE_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lte),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_nr),
        cmocka_unit_test(test_sinr_scales),
        cmocka_unit_test(test_older_technologies),
        cmocka_unit_test(test_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
