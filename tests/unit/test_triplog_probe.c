/* Active tests in a trip log: every column, the sample they belong to, and new dates. */
#include "../support/triplog_scene.h"

static struct triplog_probe full_probe(void)
{
    return (struct triplog_probe){
        .modem_id = 1,
        .t_utc_ms = START_MS + 1500,
        .t_mono_ms = 1500,
        .boot_id = "b1",
        .kind = "http_get",
        .target = "http://127.0.0.1/",
        .interface = "wwan0",
        .result = "timeout",
        .reason = "too_slow",
        .duration_ms = 10000,
        .rtt_ms = 41.5,
        .loss_share = 0.2,
        .sent_bytes = 300,
        .received_bytes = 70000,
        .rate_kbps = 56,
        .raw = "http=200",
    };
}

static struct triplog_probe empty_probe(void)
{
    return (struct triplog_probe){
        .modem_id = ID_UNKNOWN,
        .t_utc_ms = TIME_UNKNOWN,
        .t_mono_ms = ID_UNKNOWN,
        .kind = "ping",
        .result = "void",
        .duration_ms = ID_UNKNOWN,
        .rtt_ms = (double)NAN,
        .loss_share = (double)NAN,
        .sent_bytes = ID_UNKNOWN,
        .received_bytes = ID_UNKNOWN,
        .rate_kbps = (double)NAN,
    };
}

static void add_sample_at(struct triplog_writer *w, int64_t modem_id, int64_t t_mono_ms)
{
    struct sample sample = full_sample();
    sample.modem_id = modem_id;
    sample.t_mono_ms = t_mono_ms;
    assert_int_equal(triplog_add_sample(w, &sample), ERR_OK);
}

/* The first column of the first row, as text; "-" for NULL. */
static void assert_query(const char *path, const char *sql, const char *expected)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(stmt, 0);
    assert_string_equal(text ? text : "-", expected);
    sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_every_column_is_kept(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    const struct triplog_probe full = full_probe(), empty = empty_probe();
    assert_int_equal(triplog_add_probe(w, &full), ERR_OK);
    assert_int_equal(triplog_add_probe(w, &empty), ERR_OK);
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
    assert_query(
        s->log,
        "SELECT modem_id || '|' || t_utc_ms || '|' || t_mono_ms || '|' || boot_id"
        " || '|' || kind || '|' || target || '|' || interface || '|' || result"
        " || '|' || reason || '|' || duration_ms || '|' || rtt_ms || '|' ||"
        " loss_share || '|' || sent_bytes || '|' || received_bytes || '|' ||"
        " rate_kbps || '|' || raw FROM probe WHERE probe_id = 1",
        "1|1757034001500|1500|b1|http_get|http://127.0.0.1/|wwan0|timeout|"
        "too_slow|10000|41.5|0.2|300|70000|56.0|http=200");
    assert_query(
        s->log,
        "SELECT coalesce(modem_id, sample_id, t_utc_ms, t_mono_ms, boot_id,"
        " target, interface, reason, duration_ms, rtt_ms, loss_share, sent_bytes,"
        " received_bytes, rate_kbps, raw) FROM probe WHERE probe_id = 2",
        "-");
    struct triplog_verdict verdict;
    assert_int_equal(triplog_verify(s->log, &verdict), ERR_OK);
    assert_true(verdict.intact && verdict.seal_matches);
}

/* The last sample of the same modem and boot before the test began. */
static void test_the_sample_is_the_one_before_the_start(void **state)
{
    static const struct {
        int64_t modem_id, t_mono_ms;
        const char *boot_id, *sample_id;
    } rows[] = {
        {1, 1500, "b1", "2"}, {1, 2000, "b1", "4"}, {2, 9999, "b1", "3"},
        {1, 500, "b1", "-"},  {3, 2000, "b1", "-"}, {1, 2000, "b2", "-"},
    };
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    add_sample_at(w, 2, 900);
    add_sample_at(w, 1, 1000);
    add_sample_at(w, 2, 1900);
    add_sample_at(w, 1, 2000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct triplog_probe p = full_probe();
        p.modem_id = rows[i].modem_id;
        p.t_mono_ms = rows[i].t_mono_ms;
        p.boot_id = rows[i].boot_id;
        assert_int_equal(triplog_add_probe(w, &p), ERR_OK);
    }
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT sample_id FROM probe WHERE probe_id = %zu",
                 i + 1);
        assert_query(s->log, sql, rows[i].sample_id);
    }
}

static void test_tests_are_dated_anew_with_their_boot(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    struct triplog_probe p = full_probe();
    assert_int_equal(triplog_add_probe(w, &p), ERR_OK);
    p.boot_id = "b0";
    assert_int_equal(triplog_add_probe(w, &p), ERR_OK);
    assert_int_equal(triplog_redate(w, "b1", 1000000), ERR_OK);
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
    assert_query(s->log, "SELECT group_concat(t_utc_ms, ' ') FROM probe",
                 "1001500 1757034001500");
}

/* A result that the table does not know is a fault of ours, and is told. */
static void test_an_unknown_result_is_refused(void **state)
{
    const struct scene *s = *state;
    struct triplog_writer *w = new_log(s->log);
    struct triplog_probe p = full_probe();
    p.result = "perhaps";
    assert_int_equal(triplog_add_probe(w, &p), ERR_FAILED);
    p.result = "void";
    assert_int_equal(triplog_add_probe(w, &p), ERR_OK);
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
    assert_query(s->log, "SELECT count(*) FROM probe", "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(test_every_column_is_kept),
        SCENE_TEST(test_the_sample_is_the_one_before_the_start),
        SCENE_TEST(test_tests_are_dated_anew_with_their_boot),
        SCENE_TEST(test_an_unknown_result_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
