/* Trip logs: what was written comes back, and a seal tells of any change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/triplog_scene.h"
#include "geo.h"
#include "schema.h"

static void test_round_trip(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    const struct sample written = full_sample();
    struct sample empty = sample_empty();
    empty.state = STATE_NO_SERVICE;
    assert_int_equal(triplog_add_sample(w, &written), ERR_OK);
    assert_int_equal(triplog_commit(w), ERR_OK);
    assert_int_equal(triplog_add_sample(w, &empty), ERR_OK);
    assert_int_equal(triplog_seal(w, START_MS + 5000), ERR_OK);
    assert_false(file_exists(s->wal));

    struct triplog_reader *r = NULL;
    struct triplog_info info;
    struct triplog_row row;
    assert_int_equal(triplog_open(s->log, &r, &info), ERR_OK);
    assert_string_equal(info.trip_uuid, "5f6c1c1e-0000-4000-8000-000000000001");
    assert_true(info.sealed && info.has_utc_offset);
    assert_int_equal(info.utc_offset_s, 25200);
    assert_int_equal(info.rows, 2);

    assert_int_equal(triplog_next(r, &row), 1);
    assert_int_equal(row.sample_id, 1);
    assert_false(row.duplicate || row.malformed);
    const struct sample *read = &row.sample;
    assert_int_equal(read->t_utc_ms, START_MS);
    assert_int_equal(read->t_mono_ms, 0);
    assert_string_equal(read->boot_id, "b1");
    assert_int_equal(read->state, STATE_IN_SERVICE);
    assert_int_equal(read->tech, TECH_LTE);
    assert_int_equal(read->mccmnc,
                     mccmnc_parse("45204")); /* served by another than the SIM's */
    assert_int_equal(read->cell_id, INT64_C(68719476735));
    assert_int_equal(read->pci, 0);
    assert_int_equal(read->ta, ID_UNKNOWN);
    assert_string_equal(read->band, "3");
    assert_float_equal(read->rsrp_dbm, -101.5, 0);
    assert_float_equal(read->sinr_db, 0, 0);
    assert_true(isnan(read->rscp_dbm));
    assert_string_equal(read->raw, "+CESQ: 99,99,255,255,20,40");
    assert_float_equal(read->pos.lat_deg, 22.65, 0);
    assert_float_equal(read->pos.lon_deg, 106.05, 0);

    assert_int_equal(triplog_next(r, &row), 1);
    assert_int_equal(row.sample.state, STATE_NO_SERVICE);
    assert_int_equal(row.sample.tech, TECH_NONE);
    assert_int_equal(row.sample.t_utc_ms, TIME_UNKNOWN);
    assert_int_equal(row.sample.modem_id, ID_UNKNOWN);
    assert_null(row.sample.raw);
    assert_false(geo_valid(row.sample.pos));
    assert_int_equal(row.sample.mccmnc, 0);
    assert_int_equal(triplog_next(r, &row), 0);
    triplog_close(r);
}

/* Reads what is behind a row: how many rows, and how many of them repeat the one before.
 */
static void assert_behind(const char *path, int64_t sample_id, int rows, int repeats)
{
    struct triplog_reader *r = NULL;
    struct triplog_info info;
    struct triplog_row row;
    assert_int_equal(triplog_open_behind(path, sample_id, &r, &info), ERR_OK);
    assert_string_equal(info.trip_uuid, "5f6c1c1e-0000-4000-8000-000000000001");
    assert_int_equal(info.rows, ID_UNKNOWN);
    for (int i = 0; i < rows; i++) {
        assert_int_equal(triplog_next(r, &row), 1);
        assert_int_equal(row.sample_id, (sample_id < 0 ? 0 : sample_id) + i + 1);
        repeats -= row.duplicate;
    }
    assert_int_equal(triplog_next(r, &row), 0);
    assert_int_equal(repeats, 0);
    triplog_close(r);
}

static void test_reading_along(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    struct sample sample = full_sample();
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK);
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK);
    assert_int_equal(triplog_commit(w), ERR_OK);
    assert_behind(s->log, ID_UNKNOWN, 2, 1);
    assert_behind(s->log, 2, 0, 0);
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* repeats what was read */
    sample.t_utc_ms += 1000;
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK);
    assert_behind(s->log, 2, 0, 0); /* not committed */
    assert_int_equal(triplog_commit(w), ERR_OK);
    assert_behind(s->log, 2, 2, 1);
    assert_behind(s->log, 3, 1, 0);
    assert_int_equal(triplog_seal(w, START_MS + 5000), ERR_OK);
    assert_behind(s->log, 3, 1, 0);
}

static void test_operator(void **state)
{
    static const struct {
        enum state state;
        int64_t modem_id;
        const char *serving;
        const char *expected;
    } rows[] = {
        {STATE_IN_SERVICE, 1, "45204", "45204"},
        {STATE_IN_SERVICE, 1, "", "45202"},
        {STATE_IN_SERVICE, 9, "", ""},
        {STATE_LIMITED, 1, "45204", "45202"},
        {STATE_NO_SERVICE, 1, "45204", "45202"},
        {STATE_NO_SERVICE, 9, "45204", "45204"},
        {STATE_UNKNOWN, 1, "", "45202"},
        {STATE_IN_SERVICE, 1, "310410", "310410"},
    };
    enum { COUNT = sizeof rows / sizeof rows[0] };
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    for (size_t i = 0; i < COUNT; i++) {
        struct sample sample = full_sample();
        sample.state = rows[i].state;
        sample.modem_id = rows[i].modem_id;
        sample.mccmnc = mccmnc_parse(rows[i].serving);
        assert_int_equal(triplog_add_sample(w, &sample), ERR_OK);
    }
    assert_int_equal(triplog_seal(w, START_MS), ERR_OK);
    for (int i = 0; i < COUNT; i++) {
        char text[MCCMNC_TEXT_SIZE];
        mccmnc_format(read_row(s->log, i + 1).sample.mccmnc, text);
        assert_string_equal(text, rows[i].expected);
    }
}

/* The offset stands beside the reading, which stays what the modem said. */
static void test_offset(void **state)
{
    static const struct {
        const char *sql;
        double expected_db;
    } rows[] = {
        {"SELECT 1", 0}, /* NULL */
        {"UPDATE modem SET offset_db = -6.5", -6.5},
        {"UPDATE modem SET offset_db = 50", 50},
        {"UPDATE modem SET offset_db = '3.25'", 3.25},
        {"UPDATE modem SET modem_id = 7, offset_db = 9", 0}, /* another modem's */
        {"ALTER TABLE modem DROP COLUMN offset_db", 0},
        {"UPDATE modem SET offset_db = 4; ALTER TABLE modem DROP COLUMN sim_mccmnc", 4},
        {"DROP TABLE modem", 0},
    };
    const struct scene *s = *state;
    new_sealed_log(s->log, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        copy_file(s->log, s->copy);
        run_sql(s->copy, rows[i].sql);
        const struct triplog_row row = read_row(s->copy, 1);
        assert_float_equal(row.offset_db, rows[i].expected_db, 0);
        assert_float_equal(row.sample.rsrp_dbm, -101.5, 0);
    }
}

static void test_never_over_an_older_log(void **state)
{
    const struct scene *s = *state;
    new_sealed_log(s->log, 3);
    const struct triplog_trip trip = {.trip_uuid = "x"};
    struct triplog_writer *w = NULL;
    assert_int_equal(triplog_create(s->log, &trip, &w), ERR_FAILED);
    assert_int_equal(count_readable(s->log), 3);
}

static void test_seal_tells_of_changes(void **state)
{
    static const struct {
        const char *sql; /* NULL: nothing done */
        bool matches;
    } rows[] = {
        {NULL, true},
        {"UPDATE sample SET rsrp_dbm = -101 WHERE sample_id = 2", false},
        {"UPDATE sample SET rsrp_dbm = NULL WHERE sample_id = 2", false},
        {"UPDATE sample SET state = 'no_service' WHERE sample_id = 3", false},
        {"DELETE FROM sample WHERE sample_id = 3", false},
        {"INSERT INTO sample (state) VALUES ('limited')", false},
        {"UPDATE sample SET sample_id = 9000 WHERE sample_id = 3", false},
        {"UPDATE trip SET ended_utc_ms = 0", false},
        {"UPDATE modem SET sim_mccmnc = '45204'", false},
        {"INSERT INTO event (kind) VALUES ('stop')", false},
        {"INSERT INTO probe (kind, result) VALUES ('ping', 'ok')", false},
        {"ALTER TABLE sample ADD COLUMN note TEXT", false},
        {"DROP TABLE neighbour", false},
        {"UPDATE trip SET seal = 'x'", false},
        {"UPDATE trip SET seal = substr(seal, 1, 200) || '0' || substr(seal, 202)",
         false},
        {"UPDATE trip SET seal = replace(seal, '\"sample\":700', '\"sample\":701')",
         false},
        {"UPDATE sample SET rsrp_dbm = -101 WHERE sample_id = 600", false},
        {"UPDATE sample SET sample_id = 2000 WHERE sample_id = 700", false},
        /* What QGIS adds is not content. */
        {"CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)", true},
        {"UPDATE gpkg_contents SET last_change = '2026-01-01T00:00:00.000Z'", true},
        {"VACUUM", true},
    };
    static const char to_old[] =
        "UPDATE trip SET seal = substr(seal, 1, instr(seal, ',\"blocks\"') - 1) || '}'";
    const struct scene *s = *state;
    new_sealed_log(s->log, 700);
    for (int old = 0; old < 2; old++) {
        if (old) /* as logs of before blocks have it */
            run_sql(s->log, to_old);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            copy_file(s->log, s->copy);
            if (rows[i].sql)
                run_sql(s->copy, rows[i].sql);
            struct triplog_verdict verdict;
            assert_int_equal(triplog_verify(s->copy, &verdict), ERR_OK);
            assert_true(verdict.intact && verdict.sealed);
            if (verdict.seal_matches != rows[i].matches)
                fail_msg("seal after: %s", rows[i].sql);
        }
    }
}

static void test_seal_is_repeatable(void **state)
{
    const struct scene *s = *state;
    new_sealed_log(s->log, 500);
    new_sealed_log(s->copy, 500);
    size_t size, copy_size;
    uint8_t *data = read_file(s->log, &size);
    uint8_t *copy = read_file(s->copy, &copy_size);
    assert_int_equal(size, copy_size);
    assert_memory_equal(data, copy, size);
    free(data);
    free(copy);
}

/* A byte anywhere in the stored rows: either the pages or the seal must tell. */
static void test_seal_tells_of_a_byte(void **state)
{
    const struct scene *s = *state;
    new_sealed_log(s->log, 40);
    size_t size;
    uint8_t *data = read_file(s->log, &size);
    int seen = 0;
    for (size_t i = 0; i + 5 < size; i++) {
        if (memcmp(data + i, "+CESQ", 5) != 0)
            continue;
        data[i + 1] ^= 1;
        write_file(s->copy, data, size);
        data[i + 1] ^= 1;
        struct triplog_verdict verdict;
        assert_int_equal(triplog_verify(s->copy, &verdict), ERR_OK);
        assert_true(verdict.sealed);
        assert_false(verdict.intact && verdict.seal_matches);
        seen++;
    }
    free(data);
    assert_int_equal(seen, 40);
}

static void test_unsealed_with_wal(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    add_samples(w, 20);
    assert_int_equal(triplog_commit(w), ERR_OK);
    assert_int_equal(count_readable(s->log), 20); /* read while being written */
    add_samples(w, 5); /* never committed: lost, as in a crash */
    triplog_abandon(w);
    assert_true(file_exists(s->wal));
    assert_int_equal(count_readable(s->log), 20);

    struct triplog_verdict verdict;
    assert_int_equal(triplog_verify(s->log, &verdict), ERR_OK);
    assert_true(verdict.intact);
    assert_false(verdict.sealed || verdict.seal_matches);
    assert_int_equal(verdict.rows, 20);

    copy_file(s->log, s->copy);
    copy_file(s->wal, s->copy_wal);
    assert_int_equal(count_readable(s->copy), 20);
}

/* A checkpointed file still in WAL mode, as left by a kill between two steps of sealing.
 */
static void test_wal_mode_without_wal(void **state)
{
    const struct scene *s = *state;
    new_sealed_log(s->log, 7);
    run_sql(s->log, "PRAGMA journal_mode=WAL");
    assert_int_equal(chmod(s->dir, 0500), 0);
    assert_int_equal(count_readable(s->log), 7);
    assert_int_equal(chmod(s->dir, 0700), 0);
    assert_false(file_exists(s->wal)); /* nothing left beside it */
}

static void test_abandon_nothing(void **state)
{
    (void)state;
    triplog_abandon(NULL);
    triplog_close(NULL);
}

static void test_duplicate(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    struct sample sample = full_sample();
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* 1 */
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* 2: repeats */
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* 3: repeats */
    sample.pos.lon_deg += 1e-9;
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* 4 */
    sample.rsrp_dbm = (double)NAN;
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* 5 */
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK); /* 6: repeats */
    assert_int_equal(triplog_seal(w, START_MS), ERR_OK);
    static const bool expected[] = {false, true, true, false, false, true};
    for (int i = 0; i < 6; i++)
        assert_int_equal(read_row(s->log, i + 1).duplicate, expected[i]);

    /* A column that we do not know counts too. */
    run_sql(s->log, "ALTER TABLE sample ADD COLUMN note TEXT;"
                    "UPDATE sample SET note = sample_id WHERE sample_id = 3");
    assert_true(read_row(s->log, 2).duplicate);
    assert_false(read_row(s->log, 3).duplicate);
}

static void test_schema_section(void **state)
{
    (void)state;
    char *text = schema_section("trip_log");
    assert_non_null(strstr(text, "CREATE TABLE sample"));
    assert_null(strstr(text, "-- section:"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema_section),
        cmocka_unit_test(test_abandon_nothing),
        SCENE_TEST(test_round_trip),
        SCENE_TEST(test_reading_along),
        SCENE_TEST(test_operator),
        SCENE_TEST(test_offset),
        SCENE_TEST(test_never_over_an_older_log),
        SCENE_TEST(test_seal_tells_of_changes),
        SCENE_TEST(test_seal_is_repeatable),
        SCENE_TEST(test_seal_tells_of_a_byte),
        SCENE_TEST(test_unsealed_with_wal),
        SCENE_TEST(test_wal_mode_without_wal),
        SCENE_TEST(test_duplicate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
