/* Trip logs from strangers are refused, or read without running anything of theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/triplog_scene.h"

/* Each is done to a log of three rows; then so many rows can be read, or it is refused
 * (-1). */
static void test_strangers_files(void **state)
{
    static const struct {
        const char *sql;
        int64_t rows;
    } rows[] = {
        {"ALTER TABLE sample RENAME TO s; CREATE VIEW sample AS SELECT * FROM s", -1},
        {"ALTER TABLE modem RENAME TO m; CREATE VIEW modem AS SELECT * FROM m", -1},
        {"DROP TABLE event; CREATE VIRTUAL TABLE event USING fts5(kind)", -1},
        {"DROP TABLE sample;"
         "CREATE VIRTUAL TABLE sample USING fts5(sample_id, t_utc_ms, state)",
         -1},
        /* sqlite_schema that lies about a view */
        {"ALTER TABLE sample RENAME TO s; CREATE VIEW v AS SELECT * FROM s;"
         "PRAGMA writable_schema=ON;"
         "UPDATE sqlite_schema SET name = 'sample', tbl_name = 'sample', type = 'table',"
         " rootpage = 5, sql = 'CREATE VIEW sample AS SELECT * FROM s' WHERE name = 'v'",
         -1},
        {"DROP TABLE sample", -1},
        {"ALTER TABLE sample DROP COLUMN t_utc_ms", -1},
        {"ALTER TABLE sample RENAME COLUMN state TO s", -1},
        {"UPDATE trip SET trip_uuid = hex(zeroblob(64))", -1},
        {"UPDATE modem SET offset_db = 50.5", -1},
        {"UPDATE modem SET offset_db = -1e999", -1},
        {"UPDATE modem SET offset_db = 'seven'", -1},
        {"UPDATE modem SET offset_db = x'07'", -1},
        /* legal additions */
        {"CREATE TRIGGER t AFTER INSERT ON sample BEGIN DELETE FROM trip; END", 3},
        {"CREATE VIRTUAL TABLE rtree_sample_geom USING rtree(id, a, b, c, d)", 3},
        {"CREATE VIEW v AS SELECT * FROM sample", 3},
        {"DROP TABLE trip; DROP TABLE modem; DROP TABLE event", 3},
        {"ALTER TABLE sample DROP COLUMN raw; ALTER TABLE sample DROP COLUMN geom", 3},
        {"ALTER TABLE modem DROP COLUMN sim_mccmnc", 3},
        {"DELETE FROM trip; DELETE FROM sample", 0},
    };
    const struct scene *s = *state;
    new_sealed_log(s->log, 3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        copy_file(s->log, s->copy);
        run_sql(s->copy, rows[i].sql);
        const int64_t got = count_readable(s->copy);
        if (got != rows[i].rows)
            fail_msg("%lld rows after: %s", (long long)got, rows[i].sql);
        struct triplog_verdict verdict;
        if (triplog_verify(s->copy, &verdict) == ERR_OK && verdict.seal_matches)
            assert_true(got == 3); /* what is added besides the content breaks no seal */
    }
}

/* A column changed in the only row, without the table's CHECKs and types, and what it
 * means. */
static void test_values_of_wrong_type(void **state)
{
    static const struct {
        const char *set;
        bool malformed;
    } rows[] = {
        {"rsrp_dbm = '-99'", false},   {"rsrp_dbm = ' -99.5 '", false},
        {"rsrp_dbm = 'n/a'", true},    {"rsrp_dbm = x'00'", true},
        {"rsrp_dbm = ''", false},      {"rsrp_dbm = -99", false},
        {"pci = 3.0", false},          {"pci = 3.5", true},
        {"pci = 'abc'", true},         {"pci = 1e300", true},
        {"t_utc_ms = 'today'", true},  {"t_utc_ms = NULL", false},
        {"state = NULL", false},       {"state = 'asleep'", false},
        {"state = 7", true},           {"tech = '6G'", false},
        {"tech = x'4c'", true},        {"band = 3", false},
        {"raw = x'ff'", true},         {"mnc = x'3034'", true},
        {"geom = 'POINT(1 2)'", true}, {"geom = x'4750'", true},
        {"geom = NULL", false},        {"modem_id = 'one'", true},
        {"rsrp_dbm = 9e999", false},   {"mnc = 4", false},
    };
    const struct scene *s = *state;
    new_sealed_log(s->log, 1);
    run_sql(s->log, "CREATE TABLE loose AS SELECT * FROM sample; DROP TABLE sample;"
                    "ALTER TABLE loose RENAME TO sample");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        copy_file(s->log, s->copy);
        /* Through a table without types, so that nothing is converted on the way in. */
        char *sql =
            xasprintf("CREATE TABLE bare(%s); INSERT INTO bare SELECT * FROM sample;"
                      "DROP TABLE sample; ALTER TABLE bare RENAME TO sample;"
                      "UPDATE sample SET %s",
                      "sample_id,geom,modem_id,t_utc_ms,t_mono_ms,boot_id,state,tech,"
                      "mcc,mnc,tac,cell_id,pci,arfcn,band,rsrp_dbm,rsrq_db,sinr_db,"
                      "rssi_dbm,rscp_dbm,ecno_db,rxlev_dbm,ss_rsrp_dbm,ss_rsrq_db,"
                      "ss_sinr_db,ta,fix_mode,fix_age_ms,acc_h95_m,hdop,satellites,"
                      "alt_m,speed_mps,course_deg,level_age_ms,raw",
                      rows[i].set);
        run_sql(s->copy, sql);
        free(sql);
        if (read_row(s->copy, 1).malformed != rows[i].malformed)
            fail_msg("malformed after: %s", rows[i].set);
    }
}

static void test_no_database(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        {"", 0},
        {"S", 1},
        {"SQLite format 3", 16}, /* the magic alone, with its NUL */
        {"t_utc,lat_deg,lon_deg,state\r\n", 29},
    };
    const struct scene *s = *state;
    struct triplog_verdict verdict;
    assert_int_equal(count_readable(s->log), -1); /* not there */
    assert_int_equal(count_readable(s->dir), -1); /* a directory */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_file(s->log, rows[i].bytes, rows[i].size);
        assert_int_equal(count_readable(s->log), -1);
        assert_int_equal(triplog_verify(s->log, &verdict), ERR_INPUT);
    }
}

/* Cut anywhere, a log is refused or ends in an error; it never passes as whole. */
static void test_truncated(void **state)
{
    const struct scene *s = *state;
    new_sealed_log(s->log, 300);
    size_t size;
    uint8_t *data = read_file(s->log, &size);
    for (size_t left = 512; left < size; left += 3333) {
        write_file(s->copy, data, left);
        const int64_t got = count_readable(s->copy);
        assert_true(got == -1 || got == -2);
        struct triplog_verdict verdict;
        if (triplog_verify(s->copy, &verdict) == ERR_OK)
            assert_false(verdict.intact);
    }
    free(data);
}

/* Overwritten pages: any end is fine but a crash or a seal that matches. */
static void test_damaged(void **state)
{
    const struct scene *s = *state;
    new_sealed_log(s->log, 300);
    size_t size;
    uint8_t *data = read_file(s->log, &size);
    for (size_t at = 16; at < size; at += 611) {
        uint8_t *damaged = xmalloc(size);
        memcpy(damaged, data, size);
        for (size_t i = at; i < at + 24 && i < size; i++)
            damaged[i] = (uint8_t)(damaged[i] * 7u + 13 + i);
        write_file(s->copy, damaged, size);
        free(damaged);
        (void)count_readable(s->copy);
        struct triplog_verdict verdict = {.seal_matches = false};
        if (triplog_verify(s->copy, &verdict) == ERR_OK && !verdict.intact)
            assert_false(verdict.seal_matches);
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(test_strangers_files), SCENE_TEST(test_values_of_wrong_type),
        SCENE_TEST(test_no_database),     SCENE_TEST(test_truncated),
        SCENE_TEST(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
