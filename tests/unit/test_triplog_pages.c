/* Trip logs from their pages: the rows that SQLite reads, or none. */
#include "../support/triplog_scene.h"

#include "../support/triplog_twice.h"

enum { ROWS = 1200 };

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return *random >> 8;
}

/* Rows as a drive with four modems gives, some of them twice. */
static void write_drive(const char *path, int rows)
{
    struct triplog_writer *w = new_log(path);
    uint32_t random = 7;
    struct sample s = full_sample();
    for (int i = 0; i < rows; i++) {
        const uint32_t n = next_random(&random);
        s.modem_id = i % 4;
        s.t_utc_ms = START_MS + i / 4 * 1000;
        s.state = (enum state)(n % 9 < STATE_COUNT ? n % 9 : STATE_IN_SERVICE);
        s.tech = (enum tech)(n % (TECH_COUNT + 1));
        s.rsrp_dbm = n % 3 ? -80 - (n % 100) / 2.0 : (double)NAN;
        s.rxlev_dbm = n % 5 ? (double)NAN : -100;
        s.mccmnc = n % 7 ? mccmnc_parse(i % 2 ? "45204" : "310410") : 0;
        s.raw = n % 2 ? "+CESQ: 99,99,255,255,20,40" : NULL;
        s.pos = n % 11 ? (struct latlon){22.65 + i * 1e-5, 106.05} : geo_none();
        assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
        if (n % 13 == 0)
            assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
    }
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
}

static int64_t count_rows(const char *path)
{
    const int64_t rows = count_readable(path);
    assert_true(rows >= 0);
    return rows;
}

static void test_same(void **state)
{
    const struct scene *s = *state;
    write_drive(s->log, ROWS);
    const int64_t rows = count_rows(s->log);
    assert_true(rows > ROWS);
    for (size_t size = 1; size < 1000000; size *= 7)
        assert_int_equal(rows_read_twice(s->log, size), rows);
}

/* What others may do to a log that leaves it as plain as it was, and what does not. */
static void test_changed(void **state)
{
    static const struct {
        const char *sql;
        bool plain;
    } rows[] = {
        {"DELETE FROM sample", true},
        {"DELETE FROM sample WHERE sample_id > 1", true},
        {"DELETE FROM sample WHERE sample_id % 3 > 0", true},
        {"DELETE FROM sample WHERE sample_id BETWEEN 100 AND 900; VACUUM", true},
        {"UPDATE sample SET t_utc_ms = NULL WHERE sample_id % 5 = 0", true},
        {"UPDATE sample SET raw = raw || raw || raw WHERE sample_id % 5 = 0", true},
        {"UPDATE sample SET t_utc_ms = 1 WHERE sample_id % 2", true},
        {"UPDATE sample SET t_utc_ms = 0, modem_id = 1, mcc = '452', mnc = 4, state = "
         "'limited', tech = NULL, rsrp_dbm = 5, rxlev_dbm = NULL, raw = NULL, geom = "
         "NULL",
         true},
        {"UPDATE sample SET rsrp_dbm = 140737488355328.0 WHERE sample_id % 2", true},
        {"UPDATE sample SET sample_id = -sample_id", true},
        {"UPDATE sample SET sample_id = sample_id * 6205759403792793", true},
        {"UPDATE sample SET sample_id = 9223372036854775807 WHERE sample_id = 1200",
         false},
        {"UPDATE sample SET geom = x'00' WHERE sample_id = 70", true},
        {"UPDATE sample SET geom = x'' WHERE sample_id = 70", true},
        {"UPDATE sample SET geom = 'here' WHERE sample_id = 70", false},
        {"UPDATE sample SET mcc = 'x' || char(0) || 'y', mnc = '12345678'", true},
        {"UPDATE sample SET pci = 1.5 WHERE sample_id = 70", false},
        {"UPDATE sample SET pci = 'none' WHERE sample_id = 70", false},
        {"UPDATE sample SET hdop = 'none' WHERE sample_id = 70", false},
        {"UPDATE sample SET raw = x'00' WHERE sample_id = 70", false},
        {"UPDATE sample SET raw = printf('%.9000c', 'x') WHERE sample_id = 70", false},
        {"UPDATE trip SET device = printf('%.90000c', 'x')", true},
        {"UPDATE modem SET offset_db = 2.5, sim_mccmnc = '45202'", true},
        {"ALTER TABLE sample ADD COLUMN note TEXT", false}, /* CHECK in other words */
        {"CREATE INDEX i ON sample (t_utc_ms)", false},
        {"CREATE TABLE other (a, b UNIQUE); INSERT INTO other VALUES (1, 2)", true},
        {"CREATE VIEW v AS SELECT 1", true},
        {"DROP TABLE probe", true},
        {"PRAGMA auto_vacuum = 1; VACUUM", false},
        {"PRAGMA page_size = 512; VACUUM", true},
        {"PRAGMA page_size = 65536; VACUUM", true},
        {"PRAGMA ignore_check_constraints = 1; UPDATE sample SET state = 'good' WHERE "
         "sample_id = 70",
         false},
        {"PRAGMA ignore_check_constraints = 1; UPDATE sample SET tech = 'lte' WHERE "
         "sample_id = 70",
         false},
        {"PRAGMA journal_mode = WAL", true},
    };
    const struct scene *s = *state;
    write_drive(s->log, ROWS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        copy_file(s->log, s->copy);
        run_sql(s->copy, rows[i].sql);
        for (size_t size = 1; size < 1000000; size *= 70) {
            const int64_t got = rows_read_twice(s->copy, size);
            if (got == -2 || (got >= 0) != rows[i].plain)
                fail_msg("%s: %lld", rows[i].sql, (long long)got);
            assert_true(got < 0 || got == count_rows(s->copy));
        }
        (void)unlink(s->copy);
    }
}

/* Checking each of thousands of tables by itself takes the square of their number: that
 * log is left to SQLite, which reads it. */
static void test_many_tables(void **state)
{
    static const struct {
        int tables;
        bool plain;
    } rows[] = {{100, true}, {600, false}};
    const struct scene *s = *state;
    write_drive(s->log, 50);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        copy_file(s->log, s->copy);
        char sql[20000] = "BEGIN;";
        size_t len = strlen(sql);
        for (int t = 0; t < rows[i].tables; t++)
            len +=
                (size_t)snprintf(sql + len, sizeof sql - len, "CREATE TABLE t%d (a);", t);
        snprintf(sql + len, sizeof sql - len, "COMMIT");
        run_sql(s->copy, sql);
        assert_true((rows_read_twice(s->copy, 4096) >= 0) == rows[i].plain);
        assert_true(count_rows(s->copy) > 0);
        (void)unlink(s->copy);
    }
}

/* Tables of other programs' making. */
static void test_foreign(void **state)
{
    static const struct {
        const char *sql;
        int64_t rows;
    } rows[] = {
        {"CREATE TABLE sample (sample_id INTEGER PRIMARY KEY, t_utc_ms INTEGER, state "
         "TEXT); INSERT INTO sample VALUES (4, 1750000000000, 'IN_SERVICE'), (5, 1, "
         "'good'), (6, NULL, NULL)",
         3},
        {"CREATE TABLE \"sample\" (\"sample_id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT "
         "NULL, state TEXT, tech TEXT, t_utc_ms MEDIUMINT, rsrp_dbm DOUBLE, pci REAL, "
         "more "
         "POINT); INSERT INTO sample VALUES (1, 'limited', 'NR', 5, -90.0, NULL, 1), (2, "
         "'limited', 'NR', 5, -90, NULL, 1.0), (3, 'x', 'y', 5, 1e300, NULL, 'a')",
         3},
        {"CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, sample_id INTEGER PRIMARY "
         "KEY DESC); INSERT INTO sample VALUES ('limited', 5, 1)",
         -1},
        {"CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, sample_id INT PRIMARY KEY); "
         "INSERT INTO sample VALUES ('limited', 5, 1)",
         -1},
        {"CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, sample_id INTEGER PRIMARY "
         "KEY) WITHOUT ROWID; INSERT INTO sample VALUES ('limited', 5, 1)",
         -1},
        {"CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, sample_id INTEGER PRIMARY "
         "KEY, pci AS (5)); INSERT INTO sample VALUES ('limited', 5, 1)",
         -1},
        {"CREATE TABLE sample (state TEXT, t_utc_ms REAL, sample_id INTEGER PRIMARY KEY, "
         "pci REAL); INSERT INTO sample VALUES ('limited', 5.5, 1, 7)",
         -1},
        {"CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, sample_id INTEGER PRIMARY "
         "KEY); INSERT INTO sample VALUES ('limited', 5, 1); ALTER TABLE sample ADD "
         "COLUMN pci INTEGER DEFAULT 7; INSERT INTO sample VALUES ('limited', 5, 2, 7)",
         -1},
        {"PRAGMA encoding = 'UTF-16'; CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, "
         "sample_id INTEGER PRIMARY KEY); INSERT INTO sample VALUES ('limited', 5, 1)",
         -1},
        /* whole numbers in a column that is REAL: SQLite makes doubles of them */
        {"CREATE TABLE sample (state TEXT, t_utc_ms REAL, sample_id INTEGER PRIMARY "
         "KEY); "
         "INSERT INTO sample VALUES ('limited', 5, 1)",
         -1},
        {"CREATE TABLE sample (state TEXT, t_utc_ms INTEGER, sample_id INTEGER PRIMARY "
         "KEY); INSERT INTO sample VALUES ('limited', 9007199254740994, 1); PRAGMA "
         "writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 't_utc_ms "
         "INTEGER', 't_utc_ms REAL')",
         -1},
        {"CREATE TABLE other (a)", -1},
    };
    const struct scene *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        run_sql(s->copy, rows[i].sql);
        const int64_t got = rows_read_twice(s->copy, 1);
        if (got != rows[i].rows)
            fail_msg("%s: %lld", rows[i].sql, (long long)got);
        (void)unlink(s->copy);
    }
}

/* Damage: never other rows than SQLite's, and none where that finds fault. */
static void test_damaged(void **state)
{
    enum { FILES = 1500 };
    const struct scene *s = *state;
    write_drive(s->log, 150);
    run_sql(s->log, "PRAGMA page_size = 1024; DELETE FROM sample WHERE sample_id BETWEEN "
                    "40 AND 70; VACUUM; DELETE FROM sample WHERE sample_id BETWEEN 80 "
                    "AND 100");
    size_t size;
    uint8_t *data = read_file(s->log, &size);
    uint32_t random = 3;
    int read = 0;
    for (int i = 0; i < FILES; i++) {
        uint8_t *copy = xmalloc(size);
        memcpy(copy, data, size);
        for (uint32_t n = next_random(&random) % 3 + 1; n > 0; n--) {
            const uint32_t page = next_random(&random) % (uint32_t)(size / 1024);
            /* mostly where a page says what it holds */
            const uint32_t at =
                next_random(&random) % (next_random(&random) % 2 ? 1024 : 64);
            copy[page * 1024 + at] ^= (uint8_t)(1u << next_random(&random) % 8);
        }
        write_file(s->copy, copy, size);
        free(copy);
        const int64_t rows = rows_read_twice(s->copy, 4096);
        if (rows == -2)
            fail_msg("file %d", i);
        read += rows >= 0;
    }
    free(data);
    assert_in_range(read, FILES / 20, FILES - FILES / 20); /* both were tried */
}

/* Each byte of the file's header, in turn: what SQLite's check refuses is not read. */
static void test_header(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xff};
    enum { HEADER = 100 };
    const struct scene *s = *state;
    write_drive(s->log, 50);
    size_t size;
    uint8_t *data = read_file(s->log, &size);
    for (size_t i = 0; i < HEADER * sizeof flips; i++) {
        data[i % HEADER] ^= flips[i / HEADER];
        write_file(s->copy, data, size);
        if (rows_read_twice(s->copy, 4096) == -2)
            fail_msg("byte %zu, ^ %02x", i % HEADER, (unsigned)flips[i / HEADER]);
        data[i % HEADER] ^= flips[i / HEADER];
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(test_same),    SCENE_TEST(test_changed),     SCENE_TEST(test_foreign),
        SCENE_TEST(test_damaged), SCENE_TEST(test_many_tables), SCENE_TEST(test_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
