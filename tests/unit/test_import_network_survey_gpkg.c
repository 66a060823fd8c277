/* GeoPackages of Network Survey: rows of each table, spellings, and what is refused. */
#include "../support/ingest_scene.h"

#include <sqlite3.h>

/* 106.1 E, 22.6 N, with the height that the app puts into the point. */
#define POINT                                                                            \
    "x'47500001E610000001E903000066666666668665409A999999999936400000000000406A40'"
#define NOWHERE "x'47500001E6100000010100000000000000000000000000000000000000'"

#define LTE                                                                              \
    "CREATE TABLE LTE_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER,"          \
    " RecordNumber INTEGER, \"Serving Cell\" SMALLINT, MCC SMALLINT, MNC SMALLINT,"      \
    " TAC MEDIUMINT, ECI MEDIUMINT, DL_EARFCN MEDIUMINT, Phys_Cell_ID SMALLINT,"         \
    " RSRP FLOAT, RSRQ FLOAT, TA SMALLINT, Accuracy FLOAT, Slot SMALLINT);"

static const char *write_db(void **state, const char *sql)
{
    const char *path = scratch_path(*state, "survey.gpkg");
    sqlite3 *db = NULL;
    char *message = NULL;
    (void)unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
    return path;
}

static void test_tables(void **state)
{
    const struct ingest_options options = default_options();
    const char *path = write_db(
        state, LTE
        "INSERT INTO LTE_MESSAGE VALUES"
        " (1," POINT ",1750000000000,1,1,452,4,24101,12345678,1500,211,-97.5,-11,3,4,0),"
        " (2," POINT ",1750000001000,2,1,452,1,24101,12345678,1500,211,-99,-11,3,4,1),"
        " (3," POINT ",1750000001000,3,0,NULL,NULL,NULL,NULL,1500,212,-80,-11,NULL,4,0),"
        " (4," POINT ",1750000001000,4,NULL,452,4,1,1,1500,212,2147483647,-11,3,4,0),"
        " (5," NOWHERE ",1750000001000,5,1,452,4,1,1,1500,212,-97,-11,3,4,0),"
        " (6,NULL,1750000001000,6,1,452,4,1,1,1500,212,-97,-11,3,4,0),"
        " (7," POINT ",1750000001000,7,1,452,4,1,1,1500,212,'weak',-11,3,4,0),"
        " (8,x'00',1750000001000,8,1,452,4,1,1,1500,212,-97,-11,3,4,0),"
        " (9," POINT ",NULL,9,1,452,4,1,1,1500,212,-97,-11,3,4,0),"
        " (10," POINT ",1750000001000,10,1,452,4,1,1,1500,212,-97,-11,3,40,0),"
        " (11," POINT ",1750000001000,11,1,9,4,1,1,1500,212,-97,-11,3,4,0);"
        "CREATE TABLE NR_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER,"
        " ServingCell SMALLINT, MCC, MNC, NCI INTEGER, NRARFCN, SS_RSRP FLOAT);"
        "INSERT INTO NR_MESSAGE VALUES (1," POINT ",1750000002000,1,452,4,5678901234,"
        " 630000,-101);"
        "CREATE TABLE UMTS_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER,"
        " \"Serving Cell\", MCC, MNC, \"Cell ID\", UARFCN, PSC, \"Signal Strength\","
        " RSCP);"
        "INSERT INTO UMTS_MESSAGE VALUES (1," POINT
        ",1750000003000,1,452,2,77,10612,33,-71,-88);"
        "CREATE TABLE GSM_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER,"
        " \"Serving Cell\", MCC, MNC, LAC, CID, ARFCN, BSIC, \"Signal Strength\");"
        "INSERT INTO GSM_MESSAGE VALUES (1," POINT
        ",1750000004000,1,452,2,501,77,62,21,-81);");
    const struct result r = ingest(path, &options);
    assert_string_equal(r.log.format->name, "network-survey-gpkg");
    static const struct {
        enum quality_reason reason;
        int64_t rows, line;
    } expected[] = {
        {QUALITY_MALFORMED, 3, 7},   {QUALITY_NO_TIME, 1, 9},
        {QUALITY_NO_POSITION, 2, 5}, {QUALITY_POOR_ACCURACY, 1, 10},
        {QUALITY_STALE_FIX, 0, 0},   {QUALITY_NOT_EVIDENCE, 1, 3},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(r.log.counts.rejected[expected[i].reason], expected[i].rows);
        assert_int_equal(r.log.first[expected[i].reason].line, expected[i].line);
    }
    assert_int_equal(r.log.counts.accepted, 6);
    assert_int_equal(r.log.counts.level_blanked, 1);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -99); /* of two */
    assert_int_equal(r.histogram[TECH_LTE].sum, 2);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_NR_SA]), -101);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_WCDMA]), -88);
    assert_int_equal(tally_histogram_median(&r.histogram[TECH_GSM]), -81);
    assert_true(r.log.first_utc_ms == T0 && r.log.last_utc_ms == T0 + 4000);
}

static void test_refused(void **state)
{
    static const struct {
        const char *sql, *message;
    } rows[] = {
        {"CREATE TABLE x(a); CREATE VIEW LTE_MESSAGE AS SELECT * FROM x;", "view"},
        {"CREATE TABLE a(LTE_MESSAGE);", "no table LTE_MESSAGE"},
        {LTE, "no rows"},
    };
    const struct ingest_options options = default_options();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        const char *path = write_db(state, rows[i].sql);
        capture_start(&c);
        const struct result r = ingest(path, &options);
        const char *message = capture_stop(&c);
        assert_int_equal(r.log.err, ERR_INPUT);
        if (!strstr(message, rows[i].message) || !strstr(message, "survey.gpkg"))
            fail_msg("\"%s\" is not in: %s", rows[i].message, message);
    }
}

static enum err note_level(void *ctx, const struct import_row *row)
{
    int *levels = ctx;
    const struct sample *s = &row->quality.sample;
    while (*levels != 0)
        levels++;
    *levels = (int)sample_level_dbm(s, s->tech);
    return ERR_OK;
}

/* The phone wrote one log, whatever the tables: its rows come as they were taken, those
 * without a time first. */
static void test_order(void **state)
{
    const char *path = write_db(
        state,
        "CREATE TABLE LTE_MESSAGE(id INTEGER PRIMARY KEY, Time INTEGER, RSRP);"
        "INSERT INTO LTE_MESSAGE VALUES (1,1000,-91), (2,4000,-94), (3,6000,-96);"
        "CREATE TABLE NR_MESSAGE(id INTEGER PRIMARY KEY, Time INTEGER, SS_RSRP);"
        "INSERT INTO NR_MESSAGE VALUES (1,NULL,-90), (2,5000,-95);"
        "CREATE TABLE UMTS_MESSAGE(id INTEGER PRIMARY KEY, Time INTEGER, RSCP);"
        "CREATE TABLE GSM_MESSAGE(id INTEGER PRIMARY KEY, Time INTEGER, \"Signal "
        "Strength\");"
        "INSERT INTO GSM_MESSAGE VALUES (1,2000,-92), (2,3000,-93), (3,6000,-97);");
    static const int expected[] = {-90, -91, -92, -93, -94, -95, -96, -97, 0};
    int levels[sizeof expected / sizeof *expected] = {0};
    const struct import_options options = {.utc_offset_s = 0};
    const struct import_format *format = NULL;
    struct import_file *f = NULL;
    assert_int_equal(import_file_open(path, &f), ERR_OK);
    assert_int_equal(import_find_format(f, NULL, &options, &format), ERR_OK);
    assert_int_equal(format->read(f, &options, note_level, levels), ERR_OK);
    assert_memory_equal(levels, expected, sizeof expected);
    import_file_close(f);
}

/* Other programs write what serves as text. */
static void test_serving(void **state)
{
    static const struct {
        const char *sql;
        int64_t accepted, malformed;
    } rows[] = {
        {"1", 1, 0},       {"'true'", 1, 0},  {"NULL", 1, 0},   {"0", 0, 0},
        {"'false'", 0, 0}, {"'FALSE'", 0, 0}, {"'WAHR'", 0, 1}, {"''", 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *sql = xasprintf(LTE "INSERT INTO LTE_MESSAGE VALUES (1," POINT
                                  ",1750000000000,1,%s,452,4,1,1,1,1,-97,-11,3,4,0);",
                              rows[i].sql);
        const struct ingest_options options = default_options();
        const struct result r = ingest(write_db(state, sql), &options);
        free(sql);
        print_message("%s\n", rows[i].sql);
        assert_int_equal(r.log.counts.accepted, rows[i].accepted);
        assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], rows[i].malformed);
    }
}

/* The file is left as it was, and nothing beside it. */
static void test_untouched(void **state)
{
    struct scratch *s = *state;
    const struct ingest_options options = default_options();
    const char *path = write_db(state, LTE "INSERT INTO LTE_MESSAGE VALUES (1," POINT
                                           ",1750000000000,1,1,452,4,1,1,1,1,-97,-11,3,"
                                           "4,0);");
    char before[SHA256_TEXT_SIZE], after[SHA256_TEXT_SIZE];
    assert_int_equal(sha256_file(path, before), ERR_OK);
    const struct result r = ingest(path, &options);
    assert_int_equal(r.log.counts.accepted, 1);
    assert_int_equal(sha256_file(path, after), ERR_OK);
    assert_string_equal(before, after);
    assert_int_not_equal(access(scratch_path(s, "survey.gpkg-wal"), F_OK), 0);
    assert_int_not_equal(access(scratch_path(s, "survey.gpkg-shm"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_tables),    SCRATCH_TEST(test_order),
        SCRATCH_TEST(test_serving),   SCRATCH_TEST(test_refused),
        SCRATCH_TEST(test_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
