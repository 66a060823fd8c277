/* Import and ingest: every format from a file to counts and tally, with what only a whole
 * log can tell. */
#include "../support/ingest_scene.h"

#include <zlib.h>

#include "triplog.h"

#define GNET_HEADER                                                                      \
    "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tCellname\tNode\tCellID"     \
    "\tLAC\tNetworkTech\tLevel\tQual\tSNR\tCQI\tLTERSSI\tARFCN\tPSC\tAltitude"           \
    "\tDistance\tTA\tBAND\t\n"
#define GNET(second, op_name, op, tech, level)                                           \
    "2025.07.18_09.00." second "\t106.1\t22.6\t" op_name "\t" op "\t\t1\t2\t3\t" tech    \
    "\t" level "\t-8\t0.0\t-\t-\t100\t5\t300\t-1\t0\tL3\t\n"
#define DATASET_HEADER                                                                   \
    "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP,RSRQ,SNR,"  \
    "CQI,RSSI,DL_bitrate,UL_bitrate,State,NRxRSRP,NRxRSRQ\n"
#define DATASET(second, tech, rsrp, nr)                                                  \
    "2025.07.18_09.00." second ",106.1,22.6,36,A,11," tech "," rsrp                      \
    ",-9,5,7,-,0,0,I," nr ",-10\n"

static void test_gnettrack(void **state)
{
    const struct result r =
        ingest_text(state, "log.txt",
                    GNET_HEADER GNET("01", "A", "45204", "4G", "-81")
                        GNET("02", "A", "45204", "4G", "-200")
                            GNET("03", "NO_COVERAGE", "", "--", "-200")
                                GNET("04", "A", "45204", "2G", "-71")
                                    GNET("05", "A", "45204", "-", "-"));
    assert_string_equal(r.log.format->name, "gnettrack");
    assert_int_equal(r.log.counts.rows, 5);
    assert_int_equal(r.log.counts.accepted, 4);
    assert_int_equal(r.log.counts.level_blanked, 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 1);
    assert_int_equal(r.log.first[QUALITY_NOT_EVIDENCE].line, 6);
    assert_int_equal(r.histogram[TECH_LTE].count[-81 - LEVEL_MIN_DBM], 1);
    assert_int_equal(r.no_level[TECH_LTE], 1);
    assert_int_equal(r.histogram[TECH_GSM].sum, 1);
    assert_int_equal(r.no_service, 1);
    assert_int_equal(r.mccmnc, mccmnc_parse("45204"));
}

static void test_gnettrack_majority(void **state)
{
    /* rows of no coverage belong to the operator that the log names most */
    const struct result r = ingest_text(
        state, "log.txt",
        GNET_HEADER GNET("01", "B", "45201", "4G", "-81")
            GNET("02", "A", "45204", "4G", "-82") GNET("03", "A", "45204", "4G", "-83")
                GNET("04", "NO_COVERAGE", "", "--", "-200"));
    assert_int_equal(r.log.counts.accepted, 4);
    assert_int_equal(r.no_service, 1);
    assert_int_equal(r.hole_mccmnc, mccmnc_parse("45204"));
    const struct result tie =
        ingest_text(state, "log.txt",
                    GNET_HEADER GNET("02", "A", "45204", "4G", "-82")
                        GNET("01", "B", "45201", "4G", "-81")
                            GNET("04", "NO_COVERAGE", "", "--", "-200"));
    assert_int_equal(tie.log.counts.accepted, 3);
    assert_int_equal(tie.hole_mccmnc, mccmnc_parse("45201"));
}

static void count_hole(struct import_facts *facts, const char *op, int rows)
{
    struct import_row row = {.quality = {.sample = sample_empty()}};
    row.quality.sample.mccmnc = mccmnc_parse(op);
    for (int i = 0; i < rows; i++)
        import_facts_add(facts, &row);
}

static void test_operator_facts(void **state)
{
    struct import_facts facts = {0};
    (void)state;
    assert_int_equal(import_facts_operator(&facts, true), 0);
    assert_int_equal(import_facts_operator(&facts, false), 0);
    count_hole(&facts, "", 5);
    assert_int_equal(import_facts_operator(&facts, true), 0);
    count_hole(&facts, "45204", 2);
    assert_int_equal(import_facts_operator(&facts, false), mccmnc_parse("45204"));
    count_hole(&facts, "45201", 2);
    assert_int_equal(import_facts_operator(&facts, true), mccmnc_parse("45201"));
    assert_int_equal(import_facts_operator(&facts, false), 0);
    count_hole(&facts, "45204", 1);
    assert_int_equal(import_facts_operator(&facts, true), mccmnc_parse("45204"));
    import_facts_free(&facts);
}

static void test_3g_rssi(void **state)
{
    static const struct {
        const char *text;
        uint64_t levels;
        uint64_t blanks;
    } rows[] = {
        /* all odd in -113..-51: an RSSI */
        {GNET_HEADER GNET("01", "A", "45204", "3G", "-81")
             GNET("02", "A", "45204", "3G", "-113") GNET("03", "A", "45204", "4G", "-80"),
         0, 2},
        /* one even value: RSCP */
        {GNET_HEADER GNET("01", "A", "45204", "3G", "-81")
             GNET("02", "A", "45204", "3G", "-82"),
         2, 0},
        /* one below the range of an RSSI */
        {GNET_HEADER GNET("01", "A", "45204", "3G", "-81")
             GNET("02", "A", "45204", "3G", "-115"),
         2, 0},
        /* a missing level says nothing */
        {GNET_HEADER GNET("01", "A", "45204", "3G", "-81")
             GNET("02", "A", "45204", "3G", "-"),
         0, 2},
        /* nor does a sentinel, which is no level of anything */
        {GNET_HEADER GNET("01", "A", "45204", "3G", "-81")
             GNET("02", "A", "45204", "3G", "-200") GNET("03", "A", "45204", "3G", "-24"),
         0, 3},
        {GNET_HEADER GNET("01", "A", "45204", "3G", "-82")
             GNET("02", "A", "45204", "3G", "-200"),
         1, 1},
        /* the even value stands in a row that is refused for its place */
        {GNET_HEADER GNET("01", "A", "45204", "3G",
                          "-81") "2025.07.18_09.00.02\t0\t0\tA\t45204\t\t1\t2\t3\t3G\t-"
                                 "82\t-8\t0.0\t-\t-\t100\t5"
                                 "\t300\t-1\t0\tL3\t\n",
         1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct result r = ingest_text(state, "log.txt", rows[i].text);
        assert_int_equal(r.histogram[TECH_WCDMA].sum, rows[i].levels);
        assert_int_equal(r.no_level[TECH_WCDMA], rows[i].blanks);
        assert_int_equal(r.log.counts.level_blanked, rows[i].blanks);
    }
}

static void test_gnettrack_trailing_tab(void **state)
{
    /* the last tab of header and rows may be missing, a field may not */
    const struct result r =
        ingest_text(state, "log.txt",
                    "Timestamp\tLongitude\tLatitude\tOperator\tNetworkTech\tLevel\n"
                    "2025.07.18_09.00.01\t106.1\t22.6\t45204\t4G\t-80\n"
                    "2025.07.18_09.00.02\t106.1\t22.6\t45204\t4G\t-80\t\n"
                    "2025.07.18_09.00.03\t106.1\t22.6\t45204\t4G\t-80\t\t\n"
                    "2025.07.18_09.00.04\t106.1\t22.6\t45204\t4G\n");
    assert_int_equal(r.log.counts.accepted, 2);
    assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], 2);
    assert_int_equal(r.log.first[QUALITY_MALFORMED].line, 4);
    assert_string_equal(r.log.first[QUALITY_MALFORMED].fault, "a wrong number of fields");
}

static void test_dataset(void **state)
{
    struct ingest_options options = default_options();
    options.import.mccmnc = mccmnc_parse("27205");
    const struct result r =
        ingest(scratch_write(*state, "log.csv",
                             DATASET_HEADER DATASET("01", "LTE", "-95", "-")
                                 DATASET("02", "5G", "-90", "-101")
                                     DATASET("03", "5G", "-", "-102")
                                         DATASET("04", "HSPA+", "-84", "-")
                                             DATASET("05", "EDGE", "2147483647", "-")
                                                 DATASET("06", "5G", "-205", "-200")
                                                     DATASET("07", "", "-", "-")),
               &options);
    assert_string_equal(r.log.format->name, "gnettrack-dataset");
    assert_int_equal(r.log.counts.rows, 7);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 1);
    /* LTE: the plain row and the anchors; the anchor out of range is blank */
    assert_int_equal(r.histogram[TECH_LTE].sum, 2);
    assert_int_equal(r.no_level[TECH_LTE], 1);
    assert_int_equal(r.histogram[TECH_NR_NSA].count[-101 - LEVEL_MIN_DBM], 1);
    assert_int_equal(r.no_level[TECH_NR_NSA], 1);
    assert_int_equal(r.histogram[TECH_NR_SA].count[-102 - LEVEL_MIN_DBM], 1);
    assert_int_equal(r.histogram[TECH_WCDMA].sum, 1);
    assert_int_equal(r.no_level[TECH_GSM], 1);
    assert_int_equal(r.log.counts.level_blanked, 3);
    assert_int_equal(r.mccmnc, mccmnc_parse("27205"));
    options.import.mccmnc = 0;
    refused(state, DATASET_HEADER DATASET("01", "LTE", "-95", "-"), &options, "--mccmnc");
}

/* Logs that stand one behind the other: what follows a header is read by it. */
static void test_dataset_headers(void **state)
{
    struct ingest_options options = default_options();
    options.import.mccmnc = mccmnc_parse("27205");
    const struct result r =
        ingest(scratch_write(
                   *state, "log.csv",
                   DATASET_HEADER DATASET("01", "LTE", "-95", "-") DATASET_HEADER DATASET(
                       "02", "LTE", "-96",
                       "-") "Timestamp,Latitude,Longitude,NetworkMode,RSRQ,RSRP\n"
                            "2025.07.18_09.00.03,22.6,106.1,LTE,-9,-97\n"
                            "Timestamp,Latitude,Longitude,NetworkMode,RSRQ,SNR\n"
                            "2025.07.18_09.00.04,22.6,106.1,LTE,-9,-98\n"),
               &options);
    assert_int_equal(r.log.counts.rows, 7);
    assert_int_equal(r.log.counts.accepted, 3);
    assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], 4);
    assert_int_equal(r.log.first[QUALITY_MALFORMED].line, 3);
    assert_string_equal(r.log.first[QUALITY_MALFORMED].fault, "a header among the rows");
    assert_int_equal(r.histogram[TECH_LTE].count[-97 - LEVEL_MIN_DBM], 1);
}

/* A duplicate repeats the row before, whatever became of that one; nothing else does. */
/* Each header has the same meaning. */
/* The visit's day is local: the log's own offset before the option's. */
static void test_gzip_and_hash(void **state)
{
    const char *text = CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n";
    const struct ingest_options options = default_options();
    const char *path = scratch_path(*state, "log.bin");
    gzFile gz = gzopen(path, "wb");
    assert_int_equal(gzputs(gz, text), strlen(text));
    assert_int_equal(gzclose(gz), Z_OK);
    char hex[SHA256_TEXT_SIZE];
    assert_int_equal(sha256_file(path, hex), ERR_OK);
    const struct result r = ingest(path, &options);
    assert_int_equal(r.log.counts.accepted, 1);
    assert_string_equal(r.log.sha256, hex); /* of the file as it lies on disk */
    assert_string_equal(r.log.file, "log.bin");
}

static struct sample trip_sample(int64_t t_utc_ms, enum state state, const char *op)
{
    struct sample s = sample_empty();
    s.modem_id = 1;
    s.t_utc_ms = t_utc_ms;
    s.state = state;
    s.mccmnc = mccmnc_parse(op);
    s.pos = (struct latlon){22.6, 106.1};
    s.fix_mode = 3;
    if (state == STATE_IN_SERVICE) {
        s.tech = TECH_LTE;
        s.rsrp_dbm = -90;
    }
    return s;
}

static void test_trip_log(void **state)
{
    const char *path = scratch_path(*state, "trip.gpkg");
    const struct triplog_trip trip = {.trip_uuid = "trip-1",
                                      .started_utc_ms = T0,
                                      .ended_utc_ms = TIME_UNKNOWN,
                                      .utc_offset_s = 10 * 3600,
                                      .has_utc_offset = true};
    const struct triplog_modem modem = {.modem_id = 1,
                                        .sim_mccmnc = mccmnc_parse("45202")};
    struct triplog_writer *w = NULL;
    assert_int_equal(triplog_create(path, &trip, &w), ERR_OK);
    assert_int_equal(triplog_add_modem(w, &modem), ERR_OK);
    const struct sample samples[] = {
        trip_sample(T0, STATE_IN_SERVICE, "45202"),
        trip_sample(T0, STATE_IN_SERVICE, "45202"),     /* written twice */
        trip_sample(T0 + 1000, STATE_LIMITED, "45204"), /* a hole of the SIM's operator */
        trip_sample(T0 + 2000, STATE_NO_SERVICE, ""),
        trip_sample(T0 + 3000, STATE_RADIO_OFF, ""),
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_int_equal(triplog_add_sample(w, &samples[i]), ERR_OK);
    assert_int_equal(triplog_seal(w, T0 + 5000), ERR_OK);

    const struct ingest_options options = default_options();
    const struct result r = ingest(path, &options);
    assert_string_equal(r.log.format->name, "triplog");
    assert_string_equal(r.log.trip_uuid, "trip-1");
    assert_int_equal(r.log.counts.rows, 5);
    assert_int_equal(r.log.counts.accepted, 3);
    assert_int_equal(r.log.counts.rejected[QUALITY_DUPLICATE], 1);
    assert_int_equal(r.log.first[QUALITY_DUPLICATE].line, 2);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 1);
    assert_int_equal(r.no_service, 2);
    assert_int_equal(r.mccmnc, mccmnc_parse("45202"));
    assert_int_equal(r.day, 20255); /* at the trip's own offset */
}

static void test_refused(void **state)
{
    struct ingest_options options = default_options();
    refused(state, "", &options, "empty");
    refused(state, CSV_HEADER, &options, "no rows");
    refused(state, "a,b,c\n1,2,3\n", &options, "--map");
    refused(state, "t_utc_ms,lat_deg,rsrp_dbm\n1,2,3\n", &options, "lon_deg");
    refused(state, "t_utc_ms,lat,lon,rsrp_dbm\n1750000000000,22.6,106.1,-90\n", &options,
            "--mccmnc");
    options.format = "gnettrack";
    refused(state, CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n",
            &options, "G-NetTrack");
    options.format = "triplog";
    refused(state, CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n",
            &options, "trip log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_gnettrack),
        SCRATCH_TEST(test_gnettrack_majority),
        cmocka_unit_test(test_operator_facts),
        SCRATCH_TEST(test_3g_rssi),
        SCRATCH_TEST(test_gnettrack_trailing_tab),
        SCRATCH_TEST(test_dataset),
        SCRATCH_TEST(test_dataset_headers),
        SCRATCH_TEST(test_gzip_and_hash),
        SCRATCH_TEST(test_trip_log),
        SCRATCH_TEST(test_refused),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
