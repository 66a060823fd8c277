/* Sierra, Huawei, Telit, u-blox and Fibocom. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "../support/at_scene.h"

#define ON "+CEREG: 0,1\n"

static void test_sierra(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Sierra Wireless",
         ON "!GSTATUS: \n"
            "Current Time:  4306\t\tTemperature: 35\n"
            "Reset Counter: 2\t\tMode:        ONLINE         \n"
            "System mode:   LTE        \tPS state:    Attached     \n"
            "LTE band:      B3     \t\tLTE bw:      20 MHz  \n"
            "LTE Rx chan:   1675\t\tLTE Tx chan: 19675\n"
            "LTE CA state:  ACTIVE      \t\tLTE Scell band:B7\n"
            "EMM state:     Registered     \tNormal Service \n"
            "RRC state:     RRC Idle       \n"
            "\n"
            "PCC RxM RSSI:  -70\t\tRSRP (dBm):  -101\n"
            "PCC RxD RSSI:  -66\t\tRSRP (dBm):  -97\n"
            "SCC RxM RSSI:  -52\t\tRSRP (dBm):  -83\n"
            "Tx Power:      --\t\tTAC:         4A05 (18949)\n"
            "RSRQ (dB):     -11.4\t\tCell ID:     01B3C20A (28557834)\n"
            "SINR (dB):     12.6\n"
            "OK",
         "PPPPPPPPPP-PPPPPP- in_service LTE B3 tac=4A05 cell=1B3C20A arfcn=1675 rsrp=-97 "
         "rsrq=-11.4 "
         "sinr=12.6 rssi=-66"},
        /* single blanks, blanks before the colon, other labels; a message in between */
        {"Sierra Wireless",
         ON "!GSTATUS:\nSystem mode : LTE PS state : Attached\n+CEREG: 1\nLTE Rx chan : "
            "1675\n"
            "RSSI (dBm) : -66 Tx Power : -550\nPCC RxM RSRP:  -97 PCC RxD RSRP: --\n"
            "RSRQ (dB) : -11 Cell ID : 01B3C20A (28557834)",
         "PPPPPPPP in_service LTE cell=1B3C20A arfcn=1675 rsrp=-97 rsrq=-11 rssi=-66"},
        {"Sierra Wireless",
         ON "!GSTATUS:\nSystem mode:   ENDC\tPS state:    Attached\nLTE Rx chan:   1675\n"
            "PCC RxM RSSI:  -66\t\tPCC RxM RSRP:  -97\nNR5G band:      n78\t\tNR5G dl "
            "bw: 100 MHz\n"
            "NR5G RSRP (dBm): -91\t\t\tNR5G RSRQ (dB):  -12\nNR5G SINR (dB):  18.0",
         "PPPPPPPP in_service NR_NSA arfcn=1675 rsrp=-97 rssi=-66 ss_rsrp=-91 "
         "ss_rsrq=-12 "
         "ss_sinr=18"},
        {"Sierra Wireless",
         "+C5GREG: 0,1\n!GSTATUS:\nSystem mode:   NR5G       \tPS state:    Attached     "
         "\n"
         "NR5G TAC:        0A4A05        \t\tNR5G Cell ID:    1B3C20A1 (457613985)\n"
         "NR5G MCC-MNC:    452-04\nNR5G band:       n78       \t\tNR5G Carrier ID: 0\n"
         "NR5G Rx chan:    627264\nNR5G(sub6) Rx0 RSSI (dBm):   -82.1\n"
         "NR5G RSRP (dBm): -99\t\t\tNR5G RSRQ (dB):  -12\nNR5G SINR (dB):  16.0",
         "PPPPPPPPPP in_service NR_SA n78 45204 tac=A4A05 cell=1B3C20A1 arfcn=627264 "
         "ss_rsrp=-99 "
         "ss_rsrq=-12 ss_sinr=16"},
        {"Sierra Wireless",
         "+CGREG: 0,1\n!GSTATUS:\nSystem mode:   WCDMA            PS state:    Attached\n"
         "WCDMA band:    WCDMA 2100       GSM band:    Unknown\n"
         "WCDMA channel: 10663            GSM channel: 65535\n"
         "GMM (PS) state:REGISTERED       NORMAL SERVICE\n"
         "RX level C0:   -68              LAC:         21EF (8687)\n"
         "RX level C1:   -106             Cell ID:     003D58A3 (4020387)",
         "PPPPPPPP in_service WCDMA tac=21EF cell=3D58A3 arfcn=10663 rssi=-68"},
        {"Sierra Wireless",
         "+CGREG: 0,1\n!GSTATUS:\nSystem mode:   WCDMA\nWCDMA channel: 10663\n"
         "RSCP (dBm):    -88              ECIO (dB):   -7.5\nEc/Io (dB):  -8",
         "PPPPPP in_service WCDMA arfcn=10663 rscp=-88 ecno=-8"},
        {"Sierra Wireless",
         "+CGREG: 0,1\n!GSTATUS:\nSystem mode:   GSM\nGSM channel: 62\n"
         "RX level (dBm): -81             LAC:         21EF (8687)\n"
         "RX level C1:   -106             Cell ID:     58A3 (22691)",
         "PPPPPP in_service GSM tac=21EF cell=58A3 arfcn=62 rxlev=-81"},
        {"Sierra Wireless",
         ON "!GSTATUS:\nReset Counter: 1\t\tMode:        LOW POWER MODE\nSystem mode: "
            "Unknown",
         "PPPP radio_off -"},
        {"Sierra Wireless",
         ON
         "!GSTATUS:\nSystem mode:   LTE\nEMM state:     Registered     \tLimited Service",
         "PPPP limited LTE"},
        {"Sierra Wireless",
         ON "!GSTATUS:\nSystem mode:   LTE\nEMM state:     Deregistered   \tNo Cell",
         "PPPP no_service -"},
        {"Sierra Wireless",
         "+CGREG: 0,1\n!GSTATUS:\nSystem mode: WCDMA\nGMM (PS) state:DEREGISTERED   NO "
         "SERVICE",
         "PPPP no_service -"},
        /* impossible values, and lines of no status */
        {"Sierra Wireless",
         ON "!GSTATUS:\nSystem mode: LTE\nRSRP (dBm):  97\nRSRQ (dB): abc\nOK\nRSRP "
            "(dBm): -97",
         "PPPRM-- in_service LTE"},
        {"Sierra Wireless", ON "System mode:   LTE\nRSRP (dBm): -97", "P-- in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_huawei(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Huawei", ON "^HCSQ: \"LTE\",54,44,131,18",
         "PP in_service LTE rsrp=-97 rsrq=-11 sinr=6 rssi=-67"},
        {"Huawei", ON "^HCSQ:LTE,54,44,255,255", "PP in_service LTE rsrp=-97 rssi=-67"},
        {"Huawei", "+CGREG: 0,1\n^HCSQ:\"WCDMA\",54,29,45",
         "PP in_service WCDMA rssi=-67 rscp=-92 ecno=-10"},
        {"Huawei", "+CGREG: 0,1\n^HCSQ:\"GSM\",36",
         "PP in_service GSM rssi=-85 rxlev=-85"},
        {"Huawei", "+CGREG: 0,1\n^HCSQ:\"GSM\",2", "PP in_service GSM rssi=-119"},
        {"Huawei", ON "^HCSQ: \"NOSERVICE\"", "PP no_service -"},
        {"Huawei", ON "^HCSQ: NOSERVICE", "PP no_service -"},
        {"Huawei", ON "^HCSQ: \"LTE\",54,98,131,18\n^HCSQ: \"XYZ\",1\n^HCSQ: \"LTE\",a",
         "PRMM in_service -"},
        {"Huawei",
         ON "^HCSQ: \"LTE\",54,44,131,18\n^MONSC: "
            "LTE,452,04,1675,1B3C20A,D3,4A05,-96,-11,-66",
         "PPP in_service LTE 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-96 "
         "rsrq=-11 "
         "sinr=6 rssi=-66"},
        /* the cell changed between the two answers */
        {"Huawei",
         ON "^HCSQ: \"LTE\",54,44,131,18\n^MONSC: "
            "WCDMA,452,04,10663,279,3D58A3,21EF,-92,-68,-7,,",
         "PPP in_service WCDMA 45204 tac=21EF cell=3D58A3 pci=279 arfcn=10663 rssi=-68 "
         "rscp=-92 "
         "ecno=-7"},
        {"Huawei", "+CGREG: 0,1\n^MONSC: GSM,452,04,1,73,41,3D58,21EF,-85,0,3",
         "PP in_service GSM 45204 tac=21EF cell=3D58 pci=41 arfcn=73 ta=3 rxlev=-85"},
        {"Huawei", "+CGREG: 0,1\n^MONSC: GSM,452,04,1,73,41,3D58,21EF,,,",
         "PP in_service GSM 45204 tac=21EF cell=3D58 pci=41 arfcn=73"},
        {"Huawei",
         "+C5GREG: 0,1\n^HCSQ: \"NR\",58,165,22\n^MONSC: "
         "\"NR\",452,04,627264,1,1B3C20A1,2C1,A4A05,-99,-12,16",
         "PPP in_service NR_SA 45204 tac=A4A05 cell=1B3C20A1 pci=705 arfcn=627264 "
         "ss_rsrp=-99 "
         "ss_rsrq=-12 ss_sinr=16"},
        {"Huawei",
         ON "^MONSC: NR,452,04,627264,1,,2C1,,-91,-12,18\n"
            "^MONSC: LTE,452,04,1675,1B3C20A,D3,4A05,-96,-11,-66",
         "PPP in_service NR_NSA 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-96 "
         "rsrq=-11 "
         "rssi=-66 ss_rsrp=-91 ss_rsrq=-12 ss_sinr=18"},
        {"Huawei",
         ON "^MONSC: LTE,452,04,1675,1B3C20A,D3,4A05,-96,-11,-66\n"
            "^MONSC: NR,452,04,627264,1,,2C1,,-91,-12,18",
         "PPP in_service NR_NSA 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-96 "
         "rsrq=-11 "
         "rssi=-66 ss_rsrp=-91 ss_rsrq=-12 ss_sinr=18"},
        {"Huawei", ON "^MONSC: NONE", "PP in_service -"},
        {"Huawei",
         ON
         "^MONSC: LTE,452,04,1675,1B3C20A,1F8,4A05,-96,-11,-66\n^MONSC: LTE,452,04,1675\n"
         "^MONSC: LTE,452,04,1675,1B3C20A,D3,4A05,96,-11,-66\n^MONSC: CDMA,1\n^RSSI: 17",
         "PRPRM- in_service LTE 45204 arfcn=1675"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_telit(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Telit",
         ON "#RFSTS: \"452 "
            "04\",1675,-97,-66,-11,4A05,255,,128,19,0,1B3C20A,\"xxxxxxxxxxxxxxx\","
            "\"Viettel\",3,3",
         "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A arfcn=1675 rsrp=-97 rsrq=-11 "
         "rssi=-66"},
        {"Telit",
         ON
         "#RFSTS:\"452 04\",1675,-97,-66,-11,4A05,,128,3,1,1B3C20A,\"999990123456789\","
         "\"Viettel\",3,3,108",
         "PP in_service LTE B3 45204 tac=4A05 cell=1B3C20A arfcn=1675 rsrp=-97 rsrq=-11 "
         "rssi=-66"},
        {"Telit",
         ON
         "#RFSTS: \"452 04\",1675,-97,-66,-11,4A05,255,,128,19,0,1B3C20A,999990123456789,"
         "Viettel,3,255",
         "PP in_service LTE 45204 tac=4A05 cell=1B3C20A arfcn=1675 rsrp=-97 rsrq=-11 "
         "rssi=-66"},
        {"Telit",
         "+CGREG: 0,1\n#RFSTS: \"452 "
         "04\",10663,279,-7.5,-92,-68,21EF,,-20,64,19,0,2,,3D58A3,"
         "\"xxxxxxxxxxxxxxx\",\"Viettel\",3,1",
         "PP in_service WCDMA 45204 tac=21EF cell=3D58A3 pci=279 arfcn=10663 rssi=-68 "
         "rscp=-92 "
         "ecno=-7.5"},
        {"Telit",
         "+CGREG: 0,1\n#RFSTS: \"452 "
         "04\",73,-85,21EF,01,5,19,10,2,3D58,\"xxxxxxxxxxxxxxx\","
         "\"Viettel\",3,2",
         "PP in_service GSM 45204 tac=21EF cell=3D58 arfcn=73 rxlev=-85"},
        {"Telit",
         "+CGREG: 0,1\n#RFSTS: ,73,-85,21EF,,0,19,29,,3D58,\"xxxxxxxxxxxxxxx\",\"\",0,2",
         "PP in_service GSM tac=21EF cell=3D58 arfcn=73 rxlev=-85"},
        /* no cell: the level is a constant */
        {"Telit",
         "+CGREG: 0,2\n#RFSTS:\"000 "
         "00\",-1,-47,FFFF,FF,255,19,27,,FFFF,\"xxxxxxxxxxxxxxx\",\"\",1,2",
         "PP no_service -"},
        {"Telit",
         "+CGREG: 0,1\n#RFSTS: ,32767,-47,,,19,27,,,\"xxxxxxxxxxxxxxx\",\"\",0,2",
         "PP in_service GSM"},
        {"Telit",
         ON
         "#RFSTS: \"452 04\",1675,-97\n"
         "#RFSTS: \"452 "
         "04\",1675,97,-66,-11,4A05,255,,128,19,0,1B3C20A,\"xxxxxxxxxxxxxxx\",\"V\",3,3\n"
         "#RFSTS: \"452 "
         "04\",1675,-97-66,-11,4A05,255,,128,19,0,1B3C20A,\"xxxxxxxxxxxxxxx\",\"V\",3,3\n"
         "#RFSTS: \"452 04\",1675,-97,-66,-11,4A05,255,,128,19,0,1B3C20A,\"xxxxxx",
         "PMRMM in_service -"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_ublox(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"u-blox",
         ON
         "+UCGED: "
         "2\n6,4,452,04\n1675,3,100,100,4a05,1b3c20a,211,00000000,8001,01,44,17,12.50,3,"
         "1,10,44,255,255,0,255,255,0",
         "PPPP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11.5 sinr=12.5"},
        /* a message and a blank line in between */
        {"u-blox",
         ON "+UCGED: 2\n\n4,4,452,04\n+CEREG: 1\n"
            "1675,3,100,100,4a05,1b3c20a,211,00000000,8001,01,44,17,12.50",
         "PP-PPP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 "
         "rsrp=-97 "
         "rsrq=-11.5 sinr=12.5"},
        /* no service */
        {"u-blox",
         ON
         "+UCGED: "
         "2\n6,2,fff,fff\n65535,255,255,255,ffff,0000000,65535,00000000,ffff,ff,255,255,"
         "255,1,255,255,255,255,255,0,255,255,0",
         "PPPP no_service -"},
        {"u-blox",
         ON "+UCGED: "
            "2\n6,4,fff,fff\n65535,255,255,255,ffff,0000000,255,00000000,ffff,ff,255,255,"
            "255,1,255,255,255",
         "PPPP in_service LTE"},
        {"u-blox", ON "+UCGED: 2\n6,1,fff,fff", "PPP radio_off -"},
        {"u-blox", ON "+UCGED: 2\n6,2,65535,255", "PPP no_service -"},
        {"u-blox",
         "+CGREG: 0,1\n+CESQ: 99,99,29,20,255,255\n+UCGED: 2\n3,4,452,04\n"
         "10663,1,3d58a3,21ef,01,279,4,54,35,255",
         "PPPPP in_service WCDMA 45204 tac=21EF cell=3D58A3 pci=279 arfcn=10663 rscp=-92 "
         "ecno=-14.5"},
        {"u-blox", "+CGREG: 0,1\n+UCGED: 2\n2,4,452,04\n73,0,3d58,29,21ef,01,26,0",
         "PPPP in_service GSM 45204 tac=21EF cell=3D58 pci=41 arfcn=73 rxlev=-85"},
        /* refused; lines of no answer */
        {"u-blox", ON "6,4,452,04\n+UCGED: (0,2,5)\n6,4,452,04", "P--- in_service -"},
        {"u-blox",
         ON
         "+UCGED: 2\n6,9,452,04\n+UCGED: 2\n6,4,4520,04\n+UCGED: 2\n6,4,452,04\n1675,3",
         "PPRPMPPM in_service LTE 45204"},
        {"u-blox",
         ON "+UCGED: "
            "2\n6,4,452,04\n1675,3,100,100,4a05,1b3c20a,211,00000000,8001,01,98,17,12.50",
         "PPPR in_service LTE 45204"},
    };
    AT_SCENE_CHECK(rows);
}

static void test_fibocom(void **unused)
{
    (void)unused;
    static const struct at_row rows[] = {
        {"Fibocom",
         ON
         "+RSRP: 211,1675,-97.00,87,1675,-104.00\n+RSRQ: "
         "211,1675,-11.-50,87,1675,-15.00\n"
         "+XMCI: "
         "4,452,04,\"0x4A05\",\"0x01B3C20A\",\"0x00D3\",\"0x0000068B\",\"0x00004CDB\","
         "\"0xFFFFFFFF\",43,17,50,\"0x00000017\",\"0x00000000\"\n"
         "+XMCI: "
         "5,000,000,\"0xFFFE\",\"0xFFFFFFFF\",\"0x0057\",\"0x0000068B\",\"0xFFFFFFFF\","
         "\"0xFFFFFFFF\",37,10,255,\"0x7FFFFFFF\",\"0x00000000\"",
         "PPPPP in_service LTE 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 rsrp=-97 "
         "rsrq=-11.5"
         " | LTE pci=87 arfcn=1675 rsrp=-104 rsrq=-15"},
        {"Fibocom",
         ON "+GTCCINFO:\nLTE service "
            "cell:\n1,4,452,04,4A05,1B3C20A,68B,D3,103,100,12,44,44,18\n"
            "LTE neighbor cell:\n2,4,,,,,68B,57,,37,37,10\nOK\n2,4,,,,,68B,57,,37,37,10",
         "PP-P-P-- in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675 "
         "rsrp=-97 "
         "rsrq=-11 | LTE pci=87 arfcn=1675 rsrp=-104 rsrq=-15"},
        {"Fibocom",
         "+C5GREG: "
         "0,1\n+GTCCINFO:\n1,9,452,04,A4A05,1B3C20A1,99240,2C1,5078,100,79,58,58,63",
         "PPP in_service NR_SA n78 45204 tac=A4A05 cell=1B3C20A1 pci=705 arfcn=627264 "
         "ss_rsrp=-99 "
         "ss_rsrq=-12"},
        {"Fibocom", ON "+RSRP: 211,1675,97.00\n+RSRQ: x\n+XMCI: 4,452,04,\"0x4A05",
         "PRMM in_service -"},
        /* types out of range or in words, a level's index unknown, GSM, a line cut off */
        {"Fibocom",
         ON
         "+XMCI: 9,452,04\n+XMCI: x\n+XMCI: 0,452,04\n+XMCI: 4,452,04,\"0x4A05\","
         "\"0x01B3C20A\",\"0x00D3\",\"0x0000068B\",\"0x00004CDB\",\"0xFFFFFFFF\",255,99,"
         "50",
         "PRM-R in_service -"},
        {"Fibocom",
         ON "+GTCCINFO:\n5,4\n1,x\n1,1,452,04\n1,4,452,04,4A05\n"
            "1,4,452,04,4A05,1B3C20A,68B,D3,103,100,12,44,255,255",
         "PP-M-MP in_service LTE B3 45204 tac=4A05 cell=1B3C20A pci=211 arfcn=1675"},
    };
    AT_SCENE_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sierra),  cmocka_unit_test(test_huawei),
        cmocka_unit_test(test_telit),   cmocka_unit_test(test_ublox),
        cmocka_unit_test(test_fibocom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
