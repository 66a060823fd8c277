/* lomsong CSV from a file to counts and tally: headers, levels, reasons, days, operators.
 */
#include "../support/ingest_scene.h"

static void test_reasons_and_lines(void **state)
{
    const struct result r = ingest_text(
        state, "log.csv",
        "t_utc_ms,lat_deg,lon_deg,mccmnc,tech,state,level_dbm,acc_h95_m,fix_age_ms\r\n"
        "1750000000000,22.6,106.1,45204,LTE,in_service,-90,5,0\r\n"    /* 2 */
        "1750000000000,22.6,106.1,45204,LTE,in_service,-90,5,0\r\n"    /* 3 duplicate */
        "1750000001000,22.6,106.1,45204,LTE,in_service,weak,5,0\r\n"   /* 4 malformed */
        "1750000001000,22.6,106.1,45204,LTE,in_service\r\n"            /* 5 malformed */
        ",22.6,106.1,45204,LTE,in_service,-90,5,0\r\n"                 /* 6 no_time */
        "1750000001000,,106.1,45204,LTE,in_service,-90,5,0\r\n"        /* 7 no_position */
        "1750000001000,22.6,106.1,45204,LTE,in_service,-90,51,0\r\n"   /* 8 accuracy */
        "1750000001000,22.6,106.1,45204,LTE,in_service,-90,5,5001\r\n" /* 9 stale */
        "1750000001000,22.6,106.1,45204,LTE,radio_off,-90,5,0\r\n" /* 10 no evidence */
        "1750000001000,22.6,106.1,45204,LTE,maybe,-90,5,0\r\n"     /* 11 malformed */
        "1750000001000,22.6,106.1,45204,,no_service,,5,0\r\n");
    static const struct {
        enum quality_reason reason;
        int64_t rows;
        int64_t line;
    } expected[] = {
        {QUALITY_MALFORMED, 3, 4},     {QUALITY_NO_TIME, 1, 6},
        {QUALITY_NO_POSITION, 1, 7},   {QUALITY_POOR_ACCURACY, 1, 8},
        {QUALITY_STALE_FIX, 1, 9},     {QUALITY_DUPLICATE, 1, 3},
        {QUALITY_NOT_EVIDENCE, 1, 10},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(r.log.counts.rejected[expected[i].reason], expected[i].rows);
        assert_int_equal(r.log.first[expected[i].reason].line, expected[i].line);
    }
    assert_string_equal(r.log.first[QUALITY_MALFORMED].fault, "not a number");
    assert_int_equal(r.log.counts.accepted, 2);
    assert_int_equal(r.no_service, 1);
    assert_true(r.log.first_utc_ms == T0 && r.log.last_utc_ms == T0 + 1000);
}

static void test_duplicates(void **state)
{
    const struct result r =
        ingest_text(state, "log.csv",
                    CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
                               "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
                               "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
                               "1750000000000,22.6,106.1,45204,LTE,in_service,-90.0\n"
                               "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
                               "1750000000000,22.6,106.1,45204,LTE,unknown,-90\n"
                               "1750000000000,22.6,106.1,45204,LTE,unknown,-90\n");
    assert_int_equal(r.log.counts.accepted, 3);
    assert_int_equal(r.log.counts.rejected[QUALITY_DUPLICATE], 3);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 1);
}

static void test_levels(void **state)
{
    static const struct {
        const char *tech;
        const char *level;
        int expected; /* LEVEL_NONE: blank */
    } rows[] = {
        {"LTE", "-140", -140},       {"LTE", "-140.1", LEVEL_NONE},
        {"LTE", "-43", -43},         {"LTE", "-42.9", LEVEL_NONE},
        {"LTE", "-90.5", -91},       {"LTE", "-90.4", -90},
        {"LTE", "", LEVEL_NONE},     {"LTE", "nan", LEVEL_NONE},
        {"LTE", "90", LEVEL_NONE},   {"GSM", "-113", -113},
        {"GSM", "-114", LEVEL_NONE}, {"GSM", "-47", -47},
        {"WCDMA", "-120", -120},     {"WCDMA", "-24", LEVEL_NONE},
        {"WCDMA", "-25", -25},       {"NR_SA", "-156", -156},
        {"NR_SA", "-31", -31},       {"NR_SA", "-30", LEVEL_NONE},
        {"5G", "-100", -100},        {"HSPA+", "-81", -81},
        {"lte", "-1e2", -100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s1750000000000,22.6,106.1,45204,%s,in_service,%s\n",
                 CSV_HEADER, rows[i].tech, rows[i].level);
        const struct result r = ingest_text(state, "log.csv", text);
        const enum tech tech = tech_parse(rows[i].tech);
        assert_int_equal(r.log.counts.accepted, 1);
        assert_int_equal(r.log.counts.level_blanked, rows[i].expected == LEVEL_NONE);
        assert_int_equal(r.no_level[tech], rows[i].expected == LEVEL_NONE);
        assert_int_equal(tally_histogram_median(&r.histogram[tech]), rows[i].expected);
    }
}

static void test_nr_with_anchor(void **state)
{
    const struct result r = ingest_text(
        state, "log.csv",
        "t_utc_ms,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm,ss_rsrp_dbm\n"
        "1750000000000,22.6,106.1,45204,5G,-90,-100\n"  /* NSA: anchor beside it */
        "1750000001000,22.6,106.1,45204,NR,,-101\n"     /* SA */
        "1750000002000,22.6,106.1,45204,NR_NSA,-91,\n"  /* NSA without its own level */
        "1750000003000,22.6,106.1,45204,,-92,\n"        /* LTE by its column */
        "1750000004000,22.6,106.1,45204,WiMAX,-93,\n"); /* in service on what? */
    assert_int_equal(r.log.counts.accepted, 5);
    assert_int_equal(r.histogram[TECH_LTE].sum, 3);
    assert_int_equal(r.histogram[TECH_NR_NSA].sum, 1);
    assert_int_equal(r.no_level[TECH_NR_NSA], 1);
    assert_int_equal(r.histogram[TECH_NR_SA].sum, 1);
    assert_int_equal(r.no_level[TECH_NONE], 1);
    assert_int_equal(r.log.counts.level_blanked, 1);
}

static void test_headers(void **state)
{
    static const char *const texts[] = {
        CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n",
        "\xEF\xBB\xBF" CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\r\n",
        "T_UTC_MS,LAT_DEG,LON_DEG,MCCMNC,TECH,STATE,LEVEL_DBM\n"
        "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n",
        "ts;lon;lat;operator;tech;rsrp_dbm\n1750000000;106.1;22.6;452-04;4G;-90\n",
        "t_utc\tlat\tlon\tmcc\tmnc\trsrp_dbm\n"
        "2025-06-15T15:06:40Z\t22.6\t106.1\t452\t04\t-90\n",
        "level_dbm,comment,t_utc,lat,lon,mccmnc,tech,\n"
        "-90,\"a, \"\"b\"\"\",2025-06-15T22:06:40+07:00,22.6,106.1,45204,LTE,\n",
        "t_utc_ms,t_utc,lat_deg,lat,lon_deg,mccmnc,rsrp_dbm\n" /* own names win */
        "1750000000000,1999-01-01T00:00:00Z,22.6,7,106.1,45204,-90\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct result r = ingest_text(state, "log.csv", texts[i]);
        assert_string_equal(r.log.format->name, "lomsong");
        assert_int_equal(r.log.counts.accepted, 1);
        assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -90);
        assert_int_equal(r.mccmnc, mccmnc_parse("45204"));
        assert_true(r.log.first_utc_ms == T0);
        assert_int_equal(r.day, 20254); /* 2025-06-15, in UTC and at +07:00 */
    }
}

/* Logs that stand one behind the other: what follows a header is read by it. */
static void test_headers_among_rows(void **state)
{
    static const struct {
        const char *text;
        int64_t malformed, accepted;
        int64_t line; /* of the first malformed row */
        const char *fault;
    } rows[] = {
        {"1750000000000,22.6,106.1,45204,LTE,in_service,-90\n" CSV_HEADER
         "1750000001000,22.6,106.1,45204,LTE,in_service,-90\n",
         1, 2, 3, "a header among the rows"},
        {"1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "t_utc_ms,lon_deg,lat_deg,mccmnc,tech,state,level_dbm\n"
         "1750000001000,106.1,22.6,45204,LTE,in_service,-90\n" CSV_HEADER
         "1750000002000,22.6,106.1,45204,LTE,in_service,-90\n",
         2, 3, 3, "a header among the rows"},
        {"1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "t_utc,lat,lon,mccmnc,rsrp_dbm\n"
         "2025-06-15T15:06:42Z,22.6,106.1,45204,-90\n",
         1, 2, 3, "a header among the rows"},
        {"1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "t_utc_ms,lat_deg,x,mccmnc,tech,state,level_dbm\n"
         "1750000001000,22.6,106.1,45204,LTE,in_service,-90\n",
         2, 1, 3, "a header among the rows"},
        {"1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "t_utc_ms,lat_deg,lon_deg,lon_deg,tech,state,level_dbm\n"
         "1750000001000,22.6,106.1,106.1,LTE,in_service,-90\n",
         2, 1, 3, "a header among the rows"},
        {"ts,22.6,106.1,45204,LTE,in_service,-90\n" /* no header */
         "1750000001000,22.6,106.1,45204,LTE,in_service,-90\n",
         1, 1, 2, "not a number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = xasprintf("%s%s", CSV_HEADER, rows[i].text);
        const struct result r = ingest_text(state, "log.csv", text);
        free(text);
        const struct ingest_first *first = &r.log.first[QUALITY_MALFORMED];
        print_message("%zu\n", i);
        assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], rows[i].malformed);
        assert_int_equal(r.log.counts.accepted, rows[i].accepted);
        assert_int_equal(first->line, rows[i].line);
        assert_string_equal(first->fault, rows[i].fault);
        assert_int_equal(r.log.counts.rejected[QUALITY_NO_POSITION], 0);
        assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -90);
    }
}

/* So many operators that a map of each would fill the disk. */
static void test_crowd(void **state)
{
    static const struct {
        int operators;
        enum err err;
    } rows[] = {{IMPORT_MAX_OPERATORS, ERR_OK}, {IMPORT_MAX_OPERATORS + 1, ERR_INPUT}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct ingest_options options = default_options();
        const char *path = scratch_path(*state, "log.csv");
        struct capture c;
        FILE *f = fopen(path, "w");
        fputs(CSV_HEADER, f);
        for (int k = 0; k < rows[i].operators; k++)
            fprintf(f, "%lld,22.6,106.1,2%02d-%02d,LTE,in_service,-90\n",
                    (long long)T0 + k * 1000, k / 100, k % 100);
        fclose(f);
        capture_start(&c);
        const struct result r = ingest(path, &options);
        const char *said = capture_stop(&c);
        assert_int_equal(r.log.err, rows[i].err);
        assert_int_equal(strstr(said, "operators") != NULL, rows[i].err != ERR_OK);
    }
}

static void test_local_day(void **state)
{
    static const struct {
        const char *time;
        int32_t option_s;
        int32_t day;
    } rows[] = {
        {"2025-06-15T20:00:00Z", 0, 20254},
        {"2025-06-15T20:00:00Z", 7 * 3600, 20255},
        {"1750017600", 7 * 3600, 20255},
        {"2025-06-15T20:00:00", 7 * 3600, 20254}, /* local time already */
        {"2025-06-16T03:00:00+07:00", 0, 20255},
        {"2025-06-16T03:00:00+07:00", -5 * 3600, 20255},
        {"2025-06-15T20:00:00+00:00", 7 * 3600, 20254}, /* an offset other than Z */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ingest_options options = default_options();
        char text[256];
        snprintf(text, sizeof text,
                 "t_utc,lat,lon,mccmnc,rsrp_dbm\n%s,22.6,106.1,45204,-90\n",
                 rows[i].time);
        options.import.utc_offset_s = rows[i].option_s;
        const struct result r = ingest(scratch_write(*state, "log.csv", text), &options);
        assert_int_equal(r.day, rows[i].day);
    }
}

static void test_without_state(void **state)
{
    /* a level means in service, none means unknown */
    const struct result r = ingest_text(state, "log.csv",
                                        "t_utc_ms,lat,lon,mccmnc,tech,level_dbm\n"
                                        "1750000000000,22.6,106.1,45204,LTE,-90\n"
                                        "1750000001000,22.6,106.1,45204,LTE,\n"
                                        "1750000002000,22.6,106.1,45204,LTE,-200\n");
    assert_int_equal(r.log.counts.accepted, 2);
    assert_int_equal(r.log.counts.rejected[QUALITY_NOT_EVIDENCE], 1);
    assert_int_equal(r.no_level[TECH_LTE], 1);
}

static void test_map(void **state)
{
    static const struct import_map map[] = {{"t_utc", "when"}, {"lat_deg", "y"},
                                            {"lon_deg", "x"},  {"mccmnc", "net"},
                                            {"tech", "rat"},   {"level_dbm", "sig"}};
    struct ingest_options options = default_options();
    options.import.map = map;
    options.import.map_count = sizeof map / sizeof *map;
    /* a column keeps its own meaning unless --map gives that to another */
    const char *text = "when,y,x,net,rat,sig,lat_deg,acc_h95_m\n"
                       "2025-06-15 15:06:40,22.6,106.1,45204,4G,-90,99,3\n"
                       "2025-06-15 15:06:41,22.6,106.1,45204,4G,-91,99,300\n";
    const struct result r = ingest(scratch_write(*state, "log.csv", text), &options);
    assert_int_equal(r.log.counts.accepted, 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_POOR_ACCURACY], 1);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -90);
    assert_true(r.log.first_utc_ms == T0);
    refused(state,
            "when,y,x,net,rat,signal\n2025-06-15 15:06:40,22.6,106.1,45204,4G,-90\n",
            &options, "sig");
}

/* Each field that cannot be read, quoted so that no quick way reads it, and plain. */
static void test_fields(void **state)
{
#define ALL "t_utc;lat;lon;mcc;mnc;tech;state;rsrp_dbm;utc_offset_s\n"
#define NET "t_utc;lat;lon;mccmnc;rscp_dbm;tac;level_age_ms\n"
#define TIME "2025-06-15T22:06:40+07:00;"
    static const struct {
        const char *header, *row;
        const char *fault; /* "": accepted */
        enum tech tech;
    } rows[] = {
        {ALL, TIME "22,65;106,1;452;04;LTE;in_service;-90,5;25200", "", TECH_LTE},
        {ALL, TIME "22.65;106.1;452;04;;in_service;-90;", "", TECH_LTE},
        {NET, TIME "22,65;106,1;45204;-85;501;200,5", "", TECH_WCDMA},
        {ALL, "yesterday;22,65;106,1;452;04;LTE;in_service;-90;", "not a time", 0},
        {ALL, TIME "north;106,1;452;04;LTE;in_service;-90;", "not a number", 0},
        {ALL, TIME "22,65;1,06,1;452;04;LTE;in_service;-90;", "not a number", 0},
        {ALL, TIME "22,65;106,1;4x2;04;LTE;in_service;-90;", "not an MCC or MNC", 0},
        {ALL, TIME "22,65;106,1;452;12345678;LTE;in_service;-90;", "not an MCC or MNC",
         0},
        {ALL, TIME "22,65;106,1;452;04;LTE;asleep;-90;", "not a service state", 0},
        {ALL, TIME "22,65;106,1;452;04;LTE;in_service;-9O;", "not a number", 0},
        {ALL, TIME "22,65;106,1;452;04;LTE;in_service;-90;late", "not a number", 0},
        {NET, TIME "22,65;106,1;12;-85;;", "not an operator", 0},
        {NET, TIME "22,65;106,1;45204;-85;5O1;", "not a number", 0},
    };
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        const char *row = rows[i / 2].row;
        const size_t first = strcspn(row, ";");
        char text[512];
        snprintf(text, sizeof text, i % 2 ? "%s\"%.*s\"%s\n" : "%s%.*s%s\n",
                 rows[i / 2].header, (int)first, row, row + first);
        const struct result r = ingest_text(state, "log.csv", text);
        if (*rows[i / 2].fault == '\0') {
            assert_int_equal(r.log.counts.accepted, 1);
            assert_int_equal(r.histogram[rows[i / 2].tech].sum, 1);
            assert_int_equal(r.mccmnc, mccmnc_parse("45204"));
        } else if (r.log.counts.rejected[QUALITY_MALFORMED] != 1 ||
                   !strstr(r.log.first[QUALITY_MALFORMED].fault, rows[i / 2].fault)) {
            fail_msg("%s: %s", row, r.log.first[QUALITY_MALFORMED].fault);
        }
    }
#undef ALL
#undef NET
#undef TIME
}

/* A format that was asked for, and is not what the file holds. */
static void test_forced(void **state)
{
    static const char *const formats[] = {
        "lomsong",    "gnettrack", "network-survey",   "tower-collector",
        "cellmapper", "rtr",       "gnettrack-dataset"};
    static const char *const texts[] = {"", "\n\n", "a,b\n1,2\n",
                                        "\"never closed\n1,2\n"};
    struct ingest_options options = default_options();
    options.import.has_day = true; /* which CellMapper asks for first */
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            options.format = formats[i];
            refused(state, texts[k], &options, "header");
        }
    }
}

static void test_unnamed_operator(void **state)
{
    struct ingest_options options = default_options();
    const char *text = "t_utc_ms,lat,lon,mccmnc,state,rsrp_dbm\n"
                       "1750000000000,22.6,106.1,45204,in_service,-90\n"
                       "1750000001000,22.6,106.1,,no_service,\n";
    /* the only operator of the log */
    struct result r = ingest(scratch_write(*state, "log.csv", text), &options);
    assert_int_equal(r.log.counts.accepted, 2);
    assert_int_equal(r.mccmnc, mccmnc_parse("45204"));
    /* of two, nobody can say whose hole it is */
    text = "t_utc_ms,lat,lon,mccmnc,state,rsrp_dbm\n"
           "1750000000000,22.6,106.1,45204,in_service,-90\n"
           "1750000000000,22.6,106.1,45201,in_service,-90\n"
           "1750000001000,22.6,106.1,,no_service,\n";
    r = ingest(scratch_write(*state, "log.csv", text), &options);
    assert_int_equal(r.log.counts.accepted, 2);
    assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], 1);
    assert_int_equal(r.log.first[QUALITY_MALFORMED].line, 4);
    assert_int_equal(r.no_service, 0);
    /* unless the user does */
    options.import.mccmnc = mccmnc_parse("45202");
    r = ingest(scratch_write(*state, "log.csv", text), &options);
    assert_int_equal(r.log.counts.accepted, 3);
    assert_int_equal(r.no_service, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_reasons_and_lines),
        SCRATCH_TEST(test_duplicates),
        SCRATCH_TEST(test_levels),
        SCRATCH_TEST(test_nr_with_anchor),
        SCRATCH_TEST(test_headers),
        SCRATCH_TEST(test_headers_among_rows),
        SCRATCH_TEST(test_crowd),
        SCRATCH_TEST(test_local_day),
        SCRATCH_TEST(test_without_state),
        SCRATCH_TEST(test_map),
        SCRATCH_TEST(test_fields),
        SCRATCH_TEST(test_forced),
        SCRATCH_TEST(test_unnamed_operator),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
