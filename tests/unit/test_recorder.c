/* The recorder: one collector per directory, a log per run and size, and what a crash
 * left open is sealed. */
#include "../support/capture.h"
#include "../support/scratch.h"
#include "recorder.h"

#include <sys/stat.h>

#define NOON_MS INT64_C(1757073600000) /* 2025-09-05T12:00:00Z */

static struct config config_of(struct scratch *s)
{
    return (struct config){.output = s->dir, .max_file_bytes = 1000000};
}

static struct recorder *open_recorder(const struct config *c)
{
    struct recorder *r = NULL;
    assert_int_equal(recorder_open(c, &r), ERR_OK);
    return r;
}

static struct modem a_modem(int64_t id)
{
    struct modem m = {.used = true, .present = true, .modem_id = id, .model = "D1"};
    memcpy(m.mount, "outdoor", 8);
    m.sim_mccmnc = mccmnc_parse("45204");
    modem_reading_clear(&m.reading);
    return m;
}

static struct sample a_sample(int64_t modem_id, int64_t t_mono_ms)
{
    struct sample s = sample_empty();
    s.modem_id = modem_id;
    s.t_mono_ms = t_mono_ms;
    s.t_utc_ms = NOON_MS + t_mono_ms;
    s.boot_id = "boot";
    s.state = STATE_NO_SERVICE;
    s.mccmnc = mccmnc_parse("45204");
    s.raw = "+CEREG: 2,2";
    return s;
}

static void write_samples(struct recorder *r, int count)
{
    const struct modem m = a_modem(1);
    for (int i = 0; i < count; i++) {
        const struct sample s = a_sample(1, i * 1000);
        assert_int_equal(recorder_sample(r, &m, &s), ERR_OK);
    }
}

static struct triplog_verdict verdict_of(const char *path)
{
    struct triplog_verdict v;
    assert_int_equal(triplog_verify(path, &v), ERR_OK);
    assert_true(v.intact);
    return v;
}

static bool is_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static void test_a_run_is_one_sealed_log(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    struct recorder *r = open_recorder(&c);
    assert_string_equal(recorder_path(r), "");
    assert_int_equal(recorder_begin(r, NOON_MS), ERR_OK);
    char *path = xstrdup(recorder_path(r));
    assert_non_null(strstr(path, "/trip-20250905T120000Z-"));
    write_samples(r, 3);
    assert_int_equal(recorder_samples(r), 0); /* a crash would take them */
    assert_int_equal(recorder_commit(r), ERR_OK);
    assert_int_equal(recorder_samples(r), 3);
    assert_false(verdict_of(path).sealed);
    assert_int_equal(recorder_close(r, NOON_MS + 3000), ERR_OK);
    const struct triplog_verdict v = verdict_of(path);
    assert_true(v.sealed && v.seal_matches);
    assert_int_equal(v.rows, 3);
    char *wal = xasprintf("%s-wal", path);
    assert_false(is_there(wal));
    free(wal);
    free(path);
}

/* Without a log nothing is written, and that is told. */
static void test_nothing_is_written_before_begin(void **state)
{
    const struct config c = config_of(*state);
    struct recorder *r = open_recorder(&c);
    const struct modem m = a_modem(1);
    const struct sample s = a_sample(1, 0);
    const struct triplog_event e = {.t_utc_ms = NOON_MS, .kind = "start"};
    assert_int_equal(recorder_modem(r, &m), ERR_FAILED);
    assert_int_equal(recorder_sample(r, &m, &s), ERR_FAILED);
    assert_int_equal(recorder_event(r, &e), ERR_FAILED);
    assert_int_equal(recorder_redate(r, "boot", NOON_MS), ERR_FAILED);
    assert_int_equal(recorder_commit(r), ERR_FAILED);
    assert_false(recorder_is_full(r));
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    assert_int_equal(recorder_close(NULL, NOON_MS), ERR_OK);
}

static void test_one_collector_per_directory(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    struct recorder *first = open_recorder(&c), *second = NULL;
    struct capture said;
    capture_start(&said);
    const enum err err = recorder_open(&c, &second);
    capture_stop(&said);
    assert_int_equal(err, ERR_FAILED);
    assert_null(second);
    assert_non_null(strstr(said.text, s->dir));
    assert_non_null(strstr(said.text, "another collector"));
    assert_int_equal(recorder_close(first, NOON_MS), ERR_OK);
    assert_int_equal(recorder_close(open_recorder(&c), NOON_MS), ERR_OK);
}

static void test_a_new_log_seals_the_one_before(void **state)
{
    const struct config c = config_of(*state);
    struct recorder *r = open_recorder(&c);
    assert_int_equal(recorder_begin(r, NOON_MS), ERR_OK);
    char *before = xstrdup(recorder_path(r));
    write_samples(r, 2);
    assert_int_equal(recorder_begin(r, NOON_MS + 2000), ERR_OK);
    assert_string_not_equal(recorder_path(r), before);
    const struct triplog_verdict v = verdict_of(before);
    assert_true(v.sealed && v.seal_matches);
    assert_int_equal(v.rows, 2);
    write_samples(r, 1); /* its modem is written again, into this log */
    char *after = xstrdup(recorder_path(r));
    assert_int_equal(recorder_samples(r), 2);
    assert_int_equal(recorder_commit(r), ERR_OK);
    assert_int_equal(recorder_samples(r), 3);
    assert_int_equal(recorder_close(r, NOON_MS + 3000), ERR_OK);
    assert_int_equal(verdict_of(after).rows, 1);
    free(before);
    free(after);
}

static void test_a_log_that_grew_is_full(void **state)
{
    const struct config c = config_of(*state);
    struct recorder *r = open_recorder(&c);
    assert_int_equal(recorder_begin(r, NOON_MS), ERR_OK);
    assert_false(recorder_is_full(r));
    int rounds = 0;
    while (!recorder_is_full(r) && rounds < 100) {
        write_samples(r, 1000);
        assert_int_equal(recorder_commit(r), ERR_OK);
        rounds++;
    }
    assert_in_range(rounds, 2, 99);
    assert_int_equal(recorder_begin(r, NOON_MS), ERR_OK);
    assert_false(recorder_is_full(r));
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
}

/* A log as a crash leaves it: three samples committed, one not. */
static void leave_open(const char *path)
{
    const struct triplog_trip trip = {.trip_uuid = "00000000-0000-4000-8000-000000000000",
                                      .collector_version = "0",
                                      .device = "desk",
                                      .started_utc_ms = NOON_MS,
                                      .ended_utc_ms = TIME_UNKNOWN};
    struct triplog_writer *w = NULL;
    assert_int_equal(triplog_create(path, &trip, &w), ERR_OK);
    const struct triplog_modem m = {.modem_id = 1, .mount = "outdoor"};
    assert_int_equal(triplog_add_modem(w, &m), ERR_OK);
    for (int i = 0; i < 4; i++) {
        const struct sample s = a_sample(1, i * 1000);
        if (i == 3)
            assert_int_equal(triplog_commit(w), ERR_OK);
        assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
    }
    triplog_abandon(w);
}

static void test_a_crash_is_recovered_and_sealed(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    char *path = xstrdup(scratch_path(s, "trip-20250905T120000Z-00000000.gpkg"));
    leave_open(path);
    assert_false(verdict_of(path).sealed);
    struct capture said;
    capture_start(&said);
    struct recorder *r = open_recorder(&c);
    capture_stop(&said);
    assert_non_null(strstr(said.text, path));
    assert_non_null(strstr(said.text, "recovered"));
    const struct triplog_verdict v = verdict_of(path);
    assert_true(v.sealed && v.seal_matches);
    assert_int_equal(v.rows, 3);
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);

    capture_start(&said); /* what is sealed is left alone */
    r = open_recorder(&c);
    capture_stop(&said);
    assert_string_equal(said.text, "");
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    free(path);
}

/* A log that a crash cut off before it held anything goes, and says so. */
static void test_an_empty_log_is_removed(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    char *path = xstrdup(scratch_path(s, "trip-20250905T120000Z-00000000.gpkg"));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    struct capture said;
    capture_start(&said);
    struct recorder *r = open_recorder(&c);
    capture_stop(&said);
    assert_false(is_there(path));
    assert_non_null(strstr(said.text, path));
    assert_non_null(strstr(said.text, "empty, and removed"));
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    free(path);
}

/* What is no trip log is told and left as it is; it does not stop a trip. */
static void test_a_file_that_is_no_log_stays(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    scratch_write(s, "notes.gpkg", "not a database\n");
    char *open_log = xstrdup(scratch_path(s, "trip-a.gpkg"));
    leave_open(open_log);
    struct capture said;
    capture_start(&said);
    struct recorder *r = open_recorder(&c);
    capture_stop(&said);
    assert_non_null(strstr(said.text, "notes.gpkg"));
    assert_true(verdict_of(open_log).sealed);
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    char text[32] = "";
    FILE *f = fopen(scratch_path(s, "notes.gpkg"), "rb");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    assert_string_equal(text, "not a database\n");
    free(open_log);
}

static void test_the_key_is_kept_to_its_owner(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    const unsigned char none[32] = {0};
    unsigned char key[32];
    struct stat st;
    const mode_t mask = umask(0);
    struct recorder *r = open_recorder(&c);
    (void)umask(mask);
    memcpy(key, recorder_imei_key(r), sizeof key);
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    assert_memory_not_equal(key, none, sizeof key);
    assert_int_equal(stat(scratch_path(s, ".imei-key"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, 32);

    r = open_recorder(&c);
    assert_memory_equal(recorder_imei_key(r), key, sizeof key);
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
}

/* A key cut off by a crash is no key; another one takes its place. */
static void test_half_a_key_is_made_anew(void **state)
{
    struct scratch *s = *state;
    const struct config c = config_of(s);
    struct stat st;
    scratch_write(s, ".imei-key", "half");
    assert_int_equal(chmod(s->path, 0644), 0);
    struct recorder *r = open_recorder(&c);
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    assert_int_equal(stat(scratch_path(s, ".imei-key"), &st), 0);
    assert_int_equal(st.st_size, 32);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_a_directory_that_cannot_be_is_named(void **state)
{
    struct scratch *s = *state;
    struct config c = config_of(s);
    c.output = xstrdup(scratch_write(s, "file", "x"));
    struct recorder *r = NULL;
    struct capture said;
    capture_start(&said);
    const enum err err = recorder_open(&c, &r);
    capture_stop(&said);
    assert_int_equal(err, ERR_FAILED);
    assert_null(r);
    assert_non_null(strstr(said.text, c.output));
    free(c.output);
}

static void test_the_directory_is_made_and_measured(void **state)
{
    struct scratch *s = *state;
    struct config c = config_of(s);
    c.output = xstrdup(scratch_path(s, "trips"));
    struct recorder *r = open_recorder(&c);
    assert_true(is_there(c.output));
    assert_true(recorder_free_bytes(r) > 0);
    assert_int_equal(recorder_close(r, NOON_MS), ERR_OK);
    assert_int_equal(unlink(scratch_path(s, "trips/.lock")), 0);
    assert_int_equal(unlink(scratch_path(s, "trips/.imei-key")), 0);
    assert_int_equal(rmdir(c.output), 0);
    free(c.output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_a_run_is_one_sealed_log),
        SCRATCH_TEST(test_nothing_is_written_before_begin),
        SCRATCH_TEST(test_one_collector_per_directory),
        SCRATCH_TEST(test_a_new_log_seals_the_one_before),
        SCRATCH_TEST(test_a_log_that_grew_is_full),
        SCRATCH_TEST(test_a_crash_is_recovered_and_sealed),
        SCRATCH_TEST(test_an_empty_log_is_removed),
        SCRATCH_TEST(test_a_file_that_is_no_log_stays),
        SCRATCH_TEST(test_the_key_is_kept_to_its_owner),
        SCRATCH_TEST(test_half_a_key_is_made_anew),
        SCRATCH_TEST(test_a_directory_that_cannot_be_is_named),
        SCRATCH_TEST(test_the_directory_is_made_and_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
