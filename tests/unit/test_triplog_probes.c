/* Active tests are read back as written, from older logs, and from strangers' files. */
#include "../support/triplog_scene.h"

static void new_probe_log(const char *path)
{
    struct triplog_writer *w = new_log(path);
    add_samples(w, 3);
    const struct triplog_probe probe = {
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
        .rtt_ms = (double)NAN,
        .loss_share = 0.25,
        .sent_bytes = 300,
        .received_bytes = ID_UNKNOWN,
        .rate_kbps = 56.5,
    };
    assert_int_equal(triplog_add_probe(w, &probe), ERR_OK);
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
}

static enum err check_row(void *ctx, const struct triplog_probe_row *row)
{
    int *count = ctx;
    const struct triplog_probe *p = &row->probe;
    ++*count;
    assert_false(row->malformed);
    assert_int_equal(row->probe_id, 1);
    assert_int_equal(row->sample_id, 3); /* all samples of the scene are at 0 s */
    assert_int_equal(p->modem_id, 1);
    assert_int_equal(p->t_utc_ms, START_MS + 1500);
    assert_int_equal(p->t_mono_ms, 1500);
    assert_string_equal(p->boot_id, "b1");
    assert_string_equal(p->kind, "http_get");
    assert_string_equal(p->target, "http://127.0.0.1/");
    assert_string_equal(p->interface, "wwan0");
    assert_string_equal(p->result, "timeout");
    assert_string_equal(p->reason, "too_slow");
    assert_int_equal(p->duration_ms, 10000);
    assert_true(isnan(p->rtt_ms));
    assert_float_equal(p->loss_share, 0.25, 0);
    assert_int_equal(p->sent_bytes, 300);
    assert_int_equal(p->received_bytes, ID_UNKNOWN);
    assert_float_equal(p->rate_kbps, 56.5, 0);
    assert_string_equal(p->raw, "");
    return ERR_OK;
}

static void test_round_trip(void **state)
{
    const struct scene *s = *state;
    int count = 0;
    new_probe_log(s->log);
    assert_int_equal(triplog_each_probe(s->log, check_row, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_false(file_exists(s->wal));
}

/* What was seen of a log's tests. */
struct seen {
    int rows;
    int malformed;
    double rate_kbps;
    char reason[16];
};

static enum err see(void *ctx, const struct triplog_probe_row *row)
{
    struct seen *seen = ctx;
    seen->rows++;
    seen->malformed += row->malformed;
    seen->rate_kbps = row->probe.rate_kbps;
    snprintf(seen->reason, sizeof seen->reason, "%s", row->probe.reason);
    return ERR_OK;
}

static void test_strangers_files(void **state)
{
    static const struct {
        const char *sql;
        enum err err;
        int rows, malformed;
        double rate_kbps; /* NAN: missing */
        const char *reason;
    } rows[] = {
        {"DROP TABLE probe", ERR_OK, 0, 0, 0, ""},
        {"DELETE FROM probe", ERR_OK, 0, 0, 0, ""},
        /* a log of schema 1 */
        {"ALTER TABLE probe DROP COLUMN rate_kbps; ALTER TABLE probe DROP COLUMN reason;"
         "ALTER TABLE probe DROP COLUMN interface",
         ERR_OK, 1, 0, (double)NAN, ""},
        {"ALTER TABLE probe DROP COLUMN sample_id", ERR_OK, 1, 0, 56.5, "too_slow"},
        {"ALTER TABLE probe DROP COLUMN kind", ERR_OK, 1, 1, 56.5, "too_slow"},
        {"UPDATE probe SET rate_kbps = 'fast'", ERR_OK, 1, 1, (double)NAN, "too_slow"},
        {"UPDATE probe SET rate_kbps = '12.5'", ERR_OK, 1, 0, 12.5, "too_slow"},
        {"UPDATE probe SET t_utc_ms = x'00'", ERR_OK, 1, 1, 56.5, "too_slow"},
        {"UPDATE probe SET kind = ''", ERR_OK, 1, 1, 56.5, "too_slow"},
        {"UPDATE probe SET reason = x'61'", ERR_OK, 1, 1, 56.5, ""},
        {"ALTER TABLE probe RENAME TO p; CREATE VIEW probe AS SELECT * FROM p", ERR_INPUT,
         0, 0, 0, ""},
    };
    const struct scene *s = *state;
    new_probe_log(s->log);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen seen = {.rate_kbps = 0};
        copy_file(s->log, s->copy);
        run_sql(s->copy, rows[i].sql);
        assert_int_equal(triplog_each_probe(s->copy, see, &seen), rows[i].err);
        assert_int_equal(seen.rows, rows[i].rows);
        assert_int_equal(seen.malformed, rows[i].malformed);
        if (isnan(rows[i].rate_kbps))
            assert_true(isnan(seen.rate_kbps));
        else
            assert_float_equal(seen.rate_kbps, rows[i].rate_kbps, 0);
        assert_string_equal(seen.reason, rows[i].reason);
    }
    assert_int_equal(triplog_each_probe("/nowhere.gpkg", see, NULL), ERR_INPUT);
}

static enum err refuse(void *ctx, const struct triplog_probe_row *row)
{
    (void)ctx;
    (void)row;
    return ERR_FAILED;
}

static void test_the_taker_ends_it(void **state)
{
    const struct scene *s = *state;
    new_probe_log(s->log);
    assert_int_equal(triplog_each_probe(s->log, refuse, NULL), ERR_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(test_round_trip),
        SCENE_TEST(test_strangers_files),
        SCENE_TEST(test_the_taker_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
