/* Logs of survey apps: what each row of each format means. */
#include "../support/ingest_scene.h"

#include <math.h>

#define NS_COMMON                                                                        \
    "deviceTime,latitude,longitude,altitude,speed,accuracy,missionId,recordNumber,"      \
    "groupNumber,mcc,mnc,"
#define NS_LTE                                                                           \
    "# Network Survey\n# LTE\n" NS_COMMON                                                \
    "tac,eci,earfcn,pci,rsrp,rsrq,ta,servingCell,lteBandwidth,provider,signalStrength,"  \
    "cqi,slot,snr,deviceSerialNumber,locationAge\n"
#define NS_LTE_PLAIN                                                                     \
    NS_COMMON                                                                            \
    "tac,eci,earfcn,pci,rsrp,rsrq,ta,servingCell,lteBandwidth,provider,signalStrength,"  \
    "cqi,slot,snr,deviceSerialNumber\n"
#define NS_NR                                                                            \
    NS_COMMON                                                                            \
    "tac,nci,narfcn,pci,ssRsrp,ssRsrq,ssSinr,csiRsrp,csiRsrq,csiSinr,ta,servingCell,"    \
    "provider,slot,deviceSerialNumber\n"
#define NS_UMTS                                                                          \
    NS_COMMON                                                                            \
    "lac,cid,uarfcn,psc,rscp,ecno,signalStrength,servingCell,provider,slot,"             \
    "deviceSerialNumber\n"
#define NS_GSM                                                                           \
    NS_COMMON                                                                            \
    "lac,ci,arfcn,bsic,signalStrength,ta,servingCell,provider,slot,deviceSerialNumber\n"
#define NS_FIX "2025-06-15T15:06:40.250Z,22.6,106.1,210.5,1.5,10,m,1,7,"

#define TC_OLD                                                                           \
    "mcc,mnc,lac,cell_id,psc,asu,dbm,ta,lat,lon,accuracy,speed,bearing,altitude,"        \
    "measured_at,net_type,neighboring,device\r\n"
#define TC_NEW                                                                           \
    "mcc,mnc,lac,cell_id,short_cell_id,rnc,psc,asu,dbm,ta,lat,lon,accuracy,speed,"       \
    "bearing,altitude,measured_at,net_type,neighboring,discovered_at,device,rsrp,rsrq,"  \
    "rssi,rssnr,cqi,rscp,csi_rsrp,csi_rsrq,csi_sinr,ss_rsrp,ss_rsrq,ss_sinr,cdma_dbm,"   \
    "cdma_ecio,evdo_dbm,evdo_ecio,evdo_snr,ec_no,arfcn\r\n"
#define TC_FIX "22.6,106.1,10,1.5,90,210.5,2025-06-15T15:06:40.250Z,"

struct taken {
    int64_t rows;
    struct import_row row; /* the last */
};

static enum err take(void *ctx, const struct import_row *row)
{
    struct taken *t = ctx;
    t->rows++;
    t->row = *row;
    return ERR_OK;
}

/* Reads a text by the format it is found to have; texts of the row are gone. */
static struct taken read_text(void **state, const char *text, const char *format_name,
                              const struct import_options *options)
{
    struct import_file *f = NULL;
    const struct import_format *format = NULL;
    struct taken t = {0};
    assert_int_equal(import_file_open(scratch_write(*state, "log.csv", text), &f), 0);
    assert_int_equal(import_find_format(f, NULL, options, &format), ERR_OK);
    assert_string_equal(format->name, format_name);
    assert_int_equal(format->read(f, options, take, &t), ERR_OK);
    import_file_close(f);
    return t;
}

static void test_rows(void **state)
{
    static const struct {
        const char *format, *text;
        enum tech tech;
        double level_dbm;
        const char *mccmnc;
        int64_t tac, cell_id, arfcn, pci;
    } rows[] = {
        {"network-survey",
         NS_LTE NS_FIX
         "452,4,24101,12345678,1500,211,-97.5,-11,3,true,10,Viettel,-66,9,0,"
         "12.4,x,350\n",
         TECH_LTE, -97.5, "45204", 24101, 12345678, 1500, 211},
        {"network-survey",
         NS_NR NS_FIX "452,1,24101,5678901234,630000,500,-101,-12,5,,,,,true,x,1,y\n",
         TECH_NR_SA, -101, "45201", 24101, INT64_C(5678901234), 630000, 500},
        {"network-survey",
         NS_UMTS NS_FIX "310,26,501,77,10612,33,-88,-9,-70,true,x,0,y\n", TECH_WCDMA, -88,
         "310026", 501, 77, 10612, 33},
        {"network-survey", NS_GSM NS_FIX "452,02,501,77,62,21,-81,1,true,x,0,y\n",
         TECH_GSM, -81, "45202", 501, 77, 62, 21},
        {"network-survey", /* before servingCell and slot */
         NS_COMMON "tac,eci,earfcn,pci,rsrp,rsrq,ta\n" NS_FIX
                   "452,4,24101,12345678,1500,211,-97,-11,\n",
         TECH_LTE, -97, "45204", 24101, 12345678, 1500, 211},
        {"tower-collector",
         TC_OLD "452,4,24101,12345678,211,43,-97,3," TC_FIX "LTE,false,\"a,b\"\r\n",
         TECH_LTE, -97, "45204", 24101, 12345678, ID_UNKNOWN, 211},
        {"tower-collector", /* its own column goes before dbm */
         TC_NEW "452,4,24101,12345678,78,1,211,43,-51,3," TC_FIX
                "LTE,false,t,d,-97,-11,-66,9,7,,,,,,,,,,,,,,1500\r\n",
         TECH_LTE, -97, "45204", 24101, 12345678, 1500, 211},
        {"tower-collector", /* which may hold nothing, in two ways */
         TC_NEW "452,4,24101,12345678,78,1,211,43,-97,3," TC_FIX
                "LTE,false,t,d,2147483647,,,,,,,,,,,,,,,,,,2147483647\r\n",
         TECH_LTE, -97, "45204", 24101, 12345678, ID_UNKNOWN, 211},
        {"tower-collector",
         TC_NEW "452,1,24101,5678901234,78,,500,,-101,," TC_FIX
                "NR,false,t,d,,,,,,,,,,-101,-12,5,,,,,,,630000\r\n",
         TECH_NR_SA, -101, "45201", 24101, INT64_C(5678901234), 630000, 500},
        {"tower-collector",
         TC_NEW "452,2,501,77,77,1,33,,-71,," TC_FIX
                "UMTS,false,t,d,,,,,,-88,,,,,,,,,,,,-9,10612\r\n",
         TECH_WCDMA, -88, "45202", 501, 77, 10612, 33},
        {"tower-collector", TC_OLD "452,2,501,77,,16,-81,," TC_FIX "GSM,false,d\r\n",
         TECH_GSM, -81, "45202", 501, 77, ID_UNKNOWN, ID_UNKNOWN},
    };
    const struct import_options options = {.utc_offset_s = 7 * 3600};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct taken t = read_text(state, rows[i].text, rows[i].format, &options);
        const struct sample *s = &t.row.quality.sample;
        assert_int_equal(t.rows, 1);
        assert_false(t.row.quality.malformed);
        assert_int_equal(s->state, STATE_IN_SERVICE);
        assert_int_equal(s->tech, rows[i].tech);
        assert_float_equal(sample_level_dbm(s, s->tech), rows[i].level_dbm, 1e-9);
        assert_int_equal(s->mccmnc, mccmnc_parse(rows[i].mccmnc));
        assert_int_equal(s->tac, rows[i].tac);
        assert_int_equal(s->cell_id, rows[i].cell_id);
        assert_int_equal(s->arfcn, rows[i].arfcn);
        assert_int_equal(s->pci, rows[i].pci);
        assert_true(s->t_utc_ms == T0 + 250);
        assert_false(t.row.has_day_offset); /* Z says nothing of the day */
        assert_float_equal(s->pos.lat_deg, 22.6, 0);
        assert_float_equal(s->pos.lon_deg, 106.1, 0);
        assert_float_equal(s->acc_h95_m, 16.2, 0.05); /* of a 68 % radius of 10 m */
        assert_float_equal(s->speed_mps, 1.5, 0);
        assert_float_equal(s->alt_m, 210.5, 0);
    }
}

static void test_network_survey_details(void **state)
{
    const struct import_options options = {.utc_offset_s = 0};
    const struct taken t = read_text(
        state,
        NS_LTE
        "2025-06-15T22:06:40+07:00,22.6,106.1,,,0,m,1,7,452,4,,2147483647,,,,,,true,"
        ",,-66,,1,,x,5001\n",
        "network-survey", &options);
    const struct sample *s = &t.row.quality.sample;
    assert_true(s->t_utc_ms == T0);
    assert_true(t.row.has_day_offset && t.row.day_offset_s == 7 * 3600);
    assert_true(isnan(s->acc_h95_m)); /* Android's 0: none */
    assert_int_equal(s->fix_age_ms, 5001);
    assert_int_equal(s->modem_id, 1); /* the SIM */
    assert_int_equal(s->cell_id, ID_UNKNOWN);
    assert_float_equal(s->rssi_dbm, -66, 0);
    assert_true(isnan(s->rsrp_dbm)); /* signalStrength is no RSRP */
}

/* Two SIMs, neighbours, an old position, a position of nowhere. */
static void test_network_survey_log(void **state)
{
#define CELL "24101,1,1500,211,"
    const struct result r = ingest_text(
        state, "log.csv",
        NS_LTE NS_FIX
        "452,4," CELL "-97,,,true,,,,,0,,x,100\n"                  /* 4: accepted */
        NS_FIX "452,1," CELL "-99,,,true,,,,,1,,x,100\n"           /* the other SIM */
        NS_FIX ",,,,1500,212,-103,,,false,,,,,0,,x,100\n"          /* 6: neighbour */
        NS_FIX "452,4,24101,2,1500,213,-80,,,false,,,,,0,,x,100\n" /* neighbour */
        NS_FIX "452,4," CELL "-97,,,true,,,,,0,,x,60000\n"         /* 8: stale fix */
        "2025-06-15T15:06:40Z,0.0,0.0,0,0,0,m,1,7,452,4," CELL     /* 9: nowhere */
        "-97,,,true,,,,,0,,x,\n"                                   /* */
        NS_FIX "452,4," CELL "2147483647,,,true,,,,,0,,x,100\n"    /* level blank */
        NS_FIX "452,4," CELL "weak,,,true,,,,,0,,x,100\n"          /* 11: malformed */
        NS_FIX "452,viettel," CELL "-97,,,true,,,,,0,,x,100\n"     /* malformed */
        NS_FIX "452,4," CELL "-97,,,true\n"                        /* malformed */
        "yesterday,22.6,106.1,,,,m,1,7,452,4," CELL "-97,,,true,,,,,0,,x,100\n"
        "2025-06-15T15:06:40Z,22.6,106.1,0,0,31,m,1,7,452,4," CELL /* 15: 50.3 m */
        "-97,,,true,,,,,0,,x,\n");
#undef CELL
    static const struct {
        enum quality_reason reason;
        int64_t rows, line;
    } expected[] = {
        {QUALITY_MALFORMED, 4, 11},     {QUALITY_NO_POSITION, 1, 9},
        {QUALITY_STALE_FIX, 1, 8},      {QUALITY_NOT_EVIDENCE, 2, 6},
        {QUALITY_POOR_ACCURACY, 1, 15}, {QUALITY_DUPLICATE, 0, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(r.log.counts.rejected[expected[i].reason], expected[i].rows);
        assert_int_equal(r.log.first[expected[i].reason].line, expected[i].line);
    }
    assert_string_equal(r.log.first[QUALITY_NOT_EVIDENCE].fault,
                        "a neighbour cell, which does not serve");
    assert_int_equal(r.log.counts.accepted, 3);
    assert_int_equal(r.log.counts.level_blanked, 1);
    assert_int_equal(r.mccmnc, 0); /* both operators */
    assert_int_equal(r.histogram[TECH_LTE].sum, 2);
}

static void test_tower_collector_log(void **state)
{
    const struct result r = ingest_text(
        state, "log.csv",
        TC_OLD "452,4,1,2,3,43,-97,," TC_FIX "LTE,false,d\r\n"
               "452,4,1,2,3,43,-97,," TC_FIX "LTE,false,d\r\n"  /* 3: twice */
               ",,,,3,43,-103,," TC_FIX "LTE,true,d\r\n"        /* 4: neighbour */
               "452,1,1,2,3,11,-91,," TC_FIX "UMTS,false,d\r\n" /* -113 + 2·ASU, */
               "452,1,1,2,3,12,-89,," TC_FIX "HSPA,false,d\r\n" /* as all of them are */
               "452,4,1,2,3,99,,," TC_FIX "LTE,false,d\r\n"     /* no level */
               "452,4,1,2,3,99,2147483647,," TC_FIX "LTE,false,e\r\n"
               "452,4,1,2,3,99,-90,," TC_FIX
               "CDMA,false,e\r\n"); /* not tallied by name */
    assert_int_equal(r.log.counts.rejected[QUALITY_DUPLICATE], 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 1);
    assert_int_equal(r.log.first[QUALITY_NOT_EVIDENCE].line, 4);
    assert_int_equal(r.log.counts.accepted, 6);
    assert_int_equal(r.log.counts.level_blanked, 4);
    assert_int_equal(r.histogram[TECH_LTE].sum, 1);
    assert_int_equal(r.histogram[TECH_WCDMA].sum, 0);
    assert_int_equal(r.no_level[TECH_WCDMA], 2);
    assert_int_equal(r.no_level[TECH_NONE], 1);
}

#define CM_HEADER                                                                        \
    "latitude,longitude,altitude,MCC,MNC,LAC,CID,signal,type,subtype,ARFCN,PSC\n"

static void test_cellmapper(void **state)
{
    struct ingest_options options = default_options();
    static const char text[] =
        CM_HEADER "22.6,106.1,210,452,4,24101,123456,-97,LTE,LTE-A,1500,211\n"
                  "22.6,106.1,210,452,4,24101,123457,-101,NR,NR SA,630000,5\n"
                  "22.6,106.1,210,452,4,24101,123458,-102,NR,NR NSA,630000,5\n"
                  "22.6,106.1,210,452,4,501,77,-90,UMTS,HSPA,10612,33\n"
                  "22.6,106.1,210,452,4,501,77,-81,GSM,EDGE,62,0\n"
                  "22.6,106.1,210,452,4,24101,123456,99,LTE,LTE,1500,211\n";
    refused(state, text, &options, "--date YYYY-MM-DD");
    options.import.has_day = true;
    options.import.day = 20254; /* 2025-06-15 */
    options.import.utc_offset_s = 7 * 3600;
    const struct result r = ingest(scratch_write(*state, "log.csv", text), &options);
    assert_string_equal(r.log.format->name, "cellmapper");
    assert_int_equal(r.log.counts.accepted, 6);
    assert_int_equal(r.day, 20254);
    assert_true(r.log.first_utc_ms == INT64_C(1749963600000)); /* 05:00 UTC */
    assert_int_equal(r.mccmnc, mccmnc_parse("45204"));
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -97);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_NR_SA]), -101);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_NR_NSA]), -102);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_WCDMA]), -90);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_GSM]), -81);
    assert_int_equal(r.log.counts.level_blanked, 2); /* 99, and the anchor of NSA */
}

#define RTR_HEADER                                                                       \
    "open_uuid,open_test_uuid,time_utc,cat_technology,network_type,lat,long,loc_src,"    \
    "loc_accuracy,download_kbit,upload_kbit,ping_ms,lte_rsrp,lte_rsrq,network_mcc_mnc,"  \
    "sim_mcc_mnc,signal_strength,implausible\n"
#define RTR_TIME "P,O,2025-06-15 15:06:40,"
#define RTR_FIX "22.6,106.1,gps,8,"

static void test_rtr(void **state)
{
    const struct result r = ingest_text(
        state, "log.csv",
        RTR_HEADER RTR_TIME
        "4G,LTE," RTR_FIX "45000,12000,23.5,-97,-11,232-01,232-05,,FALSE\n" RTR_TIME
        "5G,NR NSA," RTR_FIX "145000,22000,13.4,-95,-11,232-01,,,FALSE\n" RTR_TIME
        "5G (SA),NR SA," RTR_FIX "145000,22000,13.4,,,232-01,,-70,FALSE\n" RTR_TIME
        "3G,HSPA+," RTR_FIX "5000,2000,60,,,232-01,,-71,FALSE\n"
        "P,O,2025-06-15 15:06,2G,EDGE," RTR_FIX
        "100,50,600,,,232-01,,-81,FALSE\n" RTR_TIME "3G/4G,MOBILE," RTR_FIX
        "5000,2000,60,-99,,232-01,,,FALSE\n" /* 7 */
        RTR_TIME "WLAN,WLAN," RTR_FIX "5000,2000,60,,,,,-51,FALSE\n" RTR_TIME
        "4G,LTE," RTR_FIX "999999999,1,1,-97,,232-01,,,TRUE\n" RTR_TIME
        "4G,LTE,22.6,106.1,network,800,45000,1,1,-97,,232-01,,,FALSE\n" /* 10 */
        RTR_TIME "4G,LTE,,,,,45000,1,1,-97,,232-01,,,FALSE\n"
        "P,O,2025-06-15 25:06,4G,LTE," RTR_FIX "45000,1,1,-97,,232-01,,,FALSE\n");
    assert_string_equal(r.log.format->name, "rtr");
    assert_int_equal(r.log.counts.accepted, 5);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 3);
    assert_int_equal(r.log.first[QUALITY_NOT_EVIDENCE].line, 7);
    assert_int_equal(r.log.counts.rejected[QUALITY_POOR_ACCURACY], 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_NO_POSITION], 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], 1);
    assert_int_equal(r.mccmnc, mccmnc_parse("23201")); /* of the network, not the SIM */
    assert_true(r.log.first_utc_ms == T0 - 40000 && r.log.last_utc_ms == T0);
    assert_int_equal(r.histogram[TECH_LTE].sum, 2); /* and the anchor's */
    assert_int_equal(r.no_level[TECH_NR_NSA], 1);
    assert_int_equal(r.no_level[TECH_NR_SA], 1); /* an RSSI is no SS-RSRP */
    assert_int_equal(r.no_level[TECH_WCDMA], 1);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_GSM]), -81);
    /* three tests a row; those without a place do not count */
    assert_int_equal(r.log.counts.probes, 21);
    assert_int_equal(r.log.counts.probes_counted, 15);
}

struct wishes {
    size_t count;
    struct probe_wish items[8];
};

static enum err take_wish(void *ctx, const struct probe_wish *wish)
{
    struct wishes *w = ctx;
    assert_true(w->count < 8);
    w->items[w->count++] = *wish;
    return ERR_OK;
}

static void test_rtr_speeds(void **state)
{
    struct import_file *f = NULL;
    struct wishes w = {0};
    const char *path = scratch_write(
        *state, "log.csv",
        RTR_HEADER RTR_TIME
        "4G,LTE," RTR_FIX "45000,12000,23.5,-97,-11,232-01,,,FALSE\n" RTR_TIME
        "4G,LTE," RTR_FIX "45001,,,-97,-11,232-01,,,FALSE\n" RTR_TIME "WLAN,WLAN," RTR_FIX
        "5000,2000,60,,,,,-51,FALSE\n");
    assert_int_equal(import_file_open(path, &f), ERR_OK);
    assert_int_equal(import_rtr_probes(f, take_wish, &w), ERR_OK);
    import_file_close(f);
    static const struct {
        enum probe_kind kind;
        int64_t value, line;
    } expected[] = {
        {PROBE_DOWN, 45000, 2},
        {PROBE_UP, 12000, 2},
        {PROBE_PING, 24, 2},
        {PROBE_DOWN, 45001, 3},
    };
    assert_int_equal(w.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < w.count; i++) {
        assert_int_equal(w.items[i].kind, expected[i].kind);
        assert_true(w.items[i].ok);
        assert_int_equal(w.items[i].value, expected[i].value);
        assert_int_equal(w.items[i].sample_id, expected[i].line);
        assert_true(w.items[i].t_utc_ms == T0);
    }
}

/* The separator of a spreadsheet that saved the file again. */
static void test_semicolons(void **state)
{
    const struct import_options options = {.utc_offset_s = 0};
    const struct taken t =
        read_text(state,
                  "\xEF\xBB\xBF# comment, with, commas\r\n"
                  "mcc;mnc;cell_id;dbm;lat;lon;measured_at;net_type;neighboring\r\n"
                  "452;4;2;-97;22.6;106.1;2025-06-15T15:06:40Z;LTE;false\r\n",
                  "tower-collector", &options);
    assert_int_equal(t.rows, 1);
    assert_float_equal(t.row.quality.sample.rsrp_dbm, -97, 0);
}

/* Logs that stand one behind the other: LTE and NR of Network Survey have as many
 * columns, and a level at the same place. */
static void test_headers_among_rows(void **state)
{
    static const struct {
        const char *text;
        int64_t rows, malformed, neighbours;
        enum tech tech; /* of the accepted rows behind the header; TECH_NONE: none */
    } rows[] = {
        {NS_FIX "452,4,1,2,3,4,-97,-11,,true,10,x,-66,9,0,12,y\n" NS_NR NS_FIX
                "452,4,1,2,3,5,-60,-11,9,,,,,false,x,0,y\n" NS_FIX
                "452,4,1,2,3,4,-97,-11,9,,,,,true,x,0,y\n",
         4, 1, 1, TECH_NR_SA},
        {NS_FIX "452,4,1,2,3,4,-97,-11,,true,10,x,-66,9,0,12,y\n# more\n" NS_COMMON
                "lac,cid,uarfcn,psc,rscp,ecno,signalStrength,servingCell\n" NS_FIX
                "452,4,1,2,3,4,-97,-9,-70,true\n",
         4, 2, 0, TECH_WCDMA},
        {NS_FIX
         "452,4,1,2,3,4,-97,-11,,true,10,x,-66,9,0,12,y\n" /* not ours */
         "deviceTime,latitude,longitude,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,"
         "w\n" NS_FIX "452,4,1,2,3,4,-60,-11,,true,10,x,-66,9,0,12,y\n",
         3, 2, 0, TECH_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = xasprintf("%s%s", NS_LTE_PLAIN, rows[i].text);
        const struct result r = ingest_text(state, "log.csv", text);
        free(text);
        print_message("%zu\n", i);
        assert_int_equal(r.log.counts.rows, rows[i].rows);
        assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], rows[i].malformed);
        assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], rows[i].neighbours);
        assert_int_equal(r.histogram[TECH_LTE].sum, 1);
        assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -97);
        if (rows[i].tech != TECH_NONE)
            assert_int_equal(tally_histogram_median(&r.histogram[rows[i].tech]), -97);
    }
}

/* A spreadsheet translates what is true and false. */
static void test_flags(void **state)
{
    static const struct {
        const char *text;
        int64_t accepted, malformed;
    } rows[] = {
        {"false", 1, 0}, {"FALSE", 1, 0}, {"0", 1, 0},    {"", 1, 0},    {"true", 0, 0},
        {"True", 0, 0},  {"1", 0, 0},     {"WAHR", 0, 1}, {"SAI", 0, 1}, {"2", 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text =
            xasprintf("mcc,mnc,cell_id,dbm,lat,lon,measured_at,net_type,neighboring\n"
                      "452,4,2,-97,22.6,106.1,2025-06-15T15:06:40Z,LTE,%s\n",
                      rows[i].text);
        const struct result r = ingest_text(state, "log.csv", text);
        free(text);
        print_message("%s\n", rows[i].text);
        assert_int_equal(r.log.counts.accepted, rows[i].accepted);
        assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], rows[i].malformed);
    }
}

/* Every format that has an example reads it. */
static void test_examples(void **state)
{
    const struct import_options options = {
        .utc_offset_s = 7 * 3600, .has_day = true, .day = 20254};
    for (size_t i = 0; i < import_format_count; i++) {
        if (!import_formats[i].example)
            continue;
        const struct taken t =
            read_text(state, import_formats[i].example, import_formats[i].name, &options);
        assert_int_equal(t.rows, 1);
        assert_false(t.row.quality.malformed);
        assert_int_equal(t.row.quality.sample.state, STATE_IN_SERVICE);
        assert_true(geo_valid(t.row.quality.sample.pos));
        assert_true(t.row.quality.sample.t_utc_ms > UTC_2000_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_rows),
        SCRATCH_TEST(test_network_survey_details),
        SCRATCH_TEST(test_network_survey_log),
        SCRATCH_TEST(test_tower_collector_log),
        SCRATCH_TEST(test_cellmapper),
        SCRATCH_TEST(test_rtr),
        SCRATCH_TEST(test_rtr_speeds),
        SCRATCH_TEST(test_semicolons),
        SCRATCH_TEST(test_headers_among_rows),
        SCRATCH_TEST(test_flags),
        SCRATCH_TEST(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
