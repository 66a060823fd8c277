/* Trip logs into the field: the rows that the analyzer counts, each once, however they
 * are read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../support/field_scene.h"
#include "field_log.h"
#include "triplog.h"
#include "xmem.h"

#define START_MS INT64_C(1757034000000) /* 2025-09-05T01:00:00Z, day 20336 in UTC+7 */

struct desk {
    struct field_scene scene;
    char dir[40];
    char *paths[3];
    struct field *field;
    struct triplog_writer *writer;
    int64_t samples;
};

static int setup(void **state)
{
    struct desk *d = xcalloc(1, sizeof *d);
    field_scene_open(&d->scene);
    snprintf(d->dir, sizeof d->dir, "/tmp/test_field_log.XXXXXX");
    if (!mkdtemp(d->dir))
        return -1;
    for (int i = 0; i < 3; i++)
        d->paths[i] = xasprintf("%s/trip-2025090%dT000000Z-0.gpkg", d->dir, i + 1);
    assert_int_equal(field_open(&d->scene.plan, 0, &d->field), ERR_OK);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    triplog_abandon(d->writer);
    for (int i = 0; i < 3; i++) {
        static const char *const ends[] = {"", "-wal", "-shm"};
        for (size_t k = 0; k < 3; k++) {
            char *path = xasprintf("%s%s", d->paths[i], ends[k]);
            (void)unlink(path);
            free(path);
        }
        free(d->paths[i]);
    }
    field_close(d->field);
    field_scene_close(&d->scene);
    const int rc = rmdir(d->dir);
    free(d);
    return rc;
}

static void begin(struct desk *d, int trip, const char *uuid, const char *sim)
{
    const struct triplog_trip facts = {.trip_uuid = uuid,
                                       .collector_version = "0.1.0",
                                       .device = "test",
                                       .started_utc_ms = START_MS,
                                       .ended_utc_ms = TIME_UNKNOWN};
    const struct triplog_modem modem = {.modem_id = 1,
                                        .sim_mccmnc = mccmnc_parse(sim),
                                        .mount = "vehicle",
                                        .offset_db = 2.5};
    assert_int_equal(triplog_create(d->paths[trip], &facts, &d->writer), ERR_OK);
    assert_int_equal(triplog_add_modem(d->writer, &modem), ERR_OK);
}

static void seal(struct desk *d)
{
    assert_int_equal(triplog_seal(d->writer, START_MS), ERR_OK);
    d->writer = NULL;
}

/* A sample in the n-th bin of the centre. */
static struct sample sample_in(struct desk *d, size_t bin, double rsrp_dbm)
{
    struct sample s = sample_empty();
    s.modem_id = 1;
    s.t_utc_ms = START_MS + 1000 * d->samples++;
    s.t_mono_ms = 1000 * d->samples;
    s.boot_id = "b1";
    s.state = STATE_IN_SERVICE;
    s.tech = TECH_LTE;
    s.rsrp_dbm = rsrp_dbm;
    s.level_age_ms = 100;
    s.fix_age_ms = 0;
    s.pos = field_scene_at(&d->scene, d->scene.bins[0][bin]);
    return s;
}

static void write_sample(struct desk *d, struct sample s)
{
    assert_int_equal(triplog_add_sample(d->writer, &s), ERR_OK);
}

static const struct field_operator *viettel(const struct desk *d)
{
    return &d->field->areas[0].operators[2];
}

static struct field_log *open_log(struct desk *d, const char *current)
{
    struct field_log *l = NULL;
    assert_int_equal(field_log_open(d->field, d->dir, current, &l), ERR_OK);
    return l;
}

static void read_all(struct field_log *l, int rows_at_once)
{
    int times = 0;
    while (!field_log_read(l, NULL, rows_at_once))
        assert_true(times++ < 10000);
}

/* One row for each thing that the analyzer rejects, among eight that it takes. */
static void write_mixture(struct desk *d)
{
    struct sample s = sample_in(d, 0, -117);
    write_sample(d, s);
    write_sample(d, s); /* duplicate */
    for (size_t i = 1; i < 7; i++)
        write_sample(d, sample_in(d, i, -117.4)); /* -115 with the offset: passes */
    s = sample_in(d, 8, -90);
    s.level_age_ms = 6000; /* not_evidence */
    write_sample(d, s);
    s = sample_in(d, 9, -90);
    s.fix_age_ms = 6000; /* stale_fix */
    write_sample(d, s);
    s = sample_in(d, 10, -90);
    s.state = STATE_UNKNOWN;
    write_sample(d, s);
    s = sample_in(d, 7, -90);
    s.state = STATE_LIMITED; /* a hole of the SIM's operator, whatever serves */
    s.mccmnc = mccmnc_parse("45201");
    write_sample(d, s);
}

static void assert_mixture(const struct desk *d)
{
    assert_int_equal(viettel(d)->bins, 8);
    assert_int_equal(viettel(d)->samples, 8);
    assert_float_equal(viettel(d)->judgement.availability, 7.0 / 8, 1e-12);
    assert_int_equal(d->field->areas[0].operators[0].samples, 0);
    assert_int_equal(d->field->newest_day, FIELD_DAY);
}

static void rows_count_as_in_the_office(void **state)
{
    struct desk *d = *state;
    for (int rows_at_once = 1; rows_at_once < 100; rows_at_once *= 3) {
        if (rows_at_once == 1) {
            begin(d, 0, "u1", "45204");
            write_mixture(d);
            seal(d);
        }
        struct field_log *l = open_log(d, NULL);
        read_all(l, rows_at_once);
        assert_mixture(d);
        field_log_restart(l);
        assert_int_equal(viettel(d)->samples, 0);
        read_all(l, rows_at_once);
        assert_mixture(d);
        assert_false(field_log_failed(l));
        field_log_close(l);
        field_reset(d->field);
    }
}

/* A log is followed while it is written, sealed, and goes on in the next one. */
static void a_log_is_followed(void **state)
{
    struct desk *d = *state;
    begin(d, 0, "u1", "45204");
    struct field_log *l = open_log(d, d->paths[0]);
    assert_true(field_log_read(l, d->paths[0], 100));
    for (int i = 0; i < 4; i++) {
        write_sample(d, sample_in(d, (size_t)i, -90));
        assert_true(field_log_read(l, d->paths[0], 100));
        assert_int_equal(viettel(d)->samples, i); /* not committed */
        assert_int_equal(triplog_commit(d->writer), ERR_OK);
        assert_true(field_log_read(l, d->paths[0], 100));
        assert_int_equal(viettel(d)->samples, i + 1);
    }
    write_sample(d, sample_in(d, 4, -90));
    seal(d);
    begin(d, 1, "u2", "45204");
    write_sample(d, sample_in(d, 5, -90));
    assert_int_equal(triplog_commit(d->writer), ERR_OK);
    assert_true(field_log_read(l, d->paths[1], 100));
    assert_int_equal(viettel(d)->samples, 6);
    assert_int_equal(viettel(d)->bins, 6);
    seal(d);
    field_log_close(l);
    field_log_close(NULL);
}

static void what_the_plan_knows_is_not_counted_twice(void **state)
{
    struct desk *d = *state;
    struct plan_log known = {.trip_uuid = "u1", .rows = 4};
    d->scene.plan.logs = &known;
    d->scene.plan.log_count = 1;
    begin(d, 0, "u1", "45204");
    for (size_t i = 0; i < 4; i++)
        write_sample(d, sample_in(d, i, -90));
    seal(d);
    begin(d, 1, "u2", "45204"); /* another one, and a copy of it */
    write_sample(d, sample_in(d, 5, -90));
    seal(d);
    begin(d, 2, "u2", "45204");
    write_sample(d, sample_in(d, 5, -90));
    seal(d);
    struct field_log *l = open_log(d, NULL);
    read_all(l, 2);
    assert_int_equal(viettel(d)->samples, 1);
    field_log_close(l);

    known.rows = 3; /* the survey has an earlier state of it */
    field_reset(d->field);
    l = open_log(d, NULL);
    read_all(l, 2);
    assert_int_equal(viettel(d)->samples, 2);
    field_log_close(l);
}

/* Rows without an operator belong to the log's only one, and to nobody where there are
 * two: also those that came before it was known. */
static void unnamed_rows_are_the_only_operators(void **state)
{
    struct desk *d = *state;
    begin(d, 0, "u1", "");
    struct field_log *l = open_log(d, d->paths[0]);
    struct sample hole = sample_in(d, 0, NAN), named = sample_in(d, 1, -90);
    hole.state = STATE_NO_SERVICE;
    hole.tech = TECH_NONE;
    write_sample(d, hole);
    assert_int_equal(triplog_commit(d->writer), ERR_OK);
    assert_true(field_log_read(l, NULL, 100));
    assert_int_equal(viettel(d)->samples, 0);
    named.mccmnc = mccmnc_parse("45204");
    write_sample(d, named);
    assert_int_equal(triplog_commit(d->writer), ERR_OK);
    read_all(l, 100);
    assert_int_equal(viettel(d)->samples, 2);
    named.mccmnc = mccmnc_parse("45201");
    named.t_utc_ms += 5000;
    write_sample(d, named);
    assert_int_equal(triplog_commit(d->writer), ERR_OK);
    read_all(l, 100);
    assert_int_equal(viettel(d)->samples, 1);
    assert_int_equal(d->field->areas[0].operators[0].samples, 1);
    field_log_close(l);
}

static void a_log_that_cannot_be_read_is_left_out(void **state)
{
    struct desk *d = *state;
    FILE *f = fopen(d->paths[0], "w");
    assert_non_null(f);
    fputs("this is no trip log", f);
    assert_int_equal(fclose(f), 0);
    begin(d, 1, "u2", "45204");
    write_sample(d, sample_in(d, 0, -90));
    seal(d);
    struct field_log *l = open_log(d, NULL);
    read_all(l, 100);
    assert_int_equal(viettel(d)->samples, 1);
    assert_true(field_log_failed(l));
    field_log_close(l);
    assert_int_equal(field_log_open(d->field, "/nonexistent", NULL, &l), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_count_as_in_the_office, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_is_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_plan_knows_is_not_counted_twice, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(unnamed_rows_are_the_only_operators, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_log_that_cannot_be_read_is_left_out, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
