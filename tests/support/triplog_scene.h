/* A directory of its own with trip logs in it, for the tests of trip logs. */
#ifndef LOMSONG_TRIPLOG_SCENE_H
#define LOMSONG_TRIPLOG_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "triplog.h"
#include "xmem.h"

#define START_MS INT64_C(1757034000000) /* 2025-09-05T01:00:00Z */

struct scene {
    char dir[32];
    char *log;  /* a path in dir; not there at first */
    char *wal;  /* its -wal */
    char *copy; /* another path in dir */
    char *copy_wal;
};

static inline int scene_open(void **state)
{
    struct scene *s = xcalloc(1, sizeof *s);
    memcpy(s->dir, "/tmp/test_triplog.XXXXXX", 25);
    if (!mkdtemp(s->dir))
        return -1;
    s->log = xasprintf("%s/a trip#1?%%.gpkg", s->dir); /* signs that mean much in a URI */
    s->wal = xasprintf("%s-wal", s->log);
    s->copy = xasprintf("%s/copy.gpkg", s->dir);
    s->copy_wal = xasprintf("%s-wal", s->copy);
    *state = s;
    return 0;
}

static inline int scene_close(void **state)
{
    struct scene *s = *state;
    char *paths[] = {s->log, s->wal, s->copy, s->copy_wal};
    for (size_t i = 0; i < 4; i++) {
        (void)unlink(paths[i]);
        char *side = xasprintf("%s-shm", paths[i]);
        (void)unlink(side);
        free(side);
        free(paths[i]);
    }
    (void)chmod(s->dir, 0700);
    const int rc = rmdir(s->dir);
    free(s);
    return rc;
}

static inline bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static inline uint8_t *read_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *size = (size_t)ftell(f);
    rewind(f);
    uint8_t *data = xmalloc(*size + 1);
    assert_int_equal(fread(data, 1, *size, f), *size);
    assert_int_equal(fclose(f), 0);
    return data;
}

static inline void write_file(const char *path, const void *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static inline void copy_file(const char *from, const char *to)
{
    size_t size;
    uint8_t *data = read_file(from, &size);
    write_file(to, data, size);
    free(data);
}

/* Does to a file what another program may do. */
static inline void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline struct sample full_sample(void)
{
    struct sample s = sample_empty();
    s.modem_id = 1;
    s.t_utc_ms = START_MS;
    s.t_mono_ms = 0;
    s.boot_id = "b1";
    s.state = STATE_IN_SERVICE;
    s.tech = TECH_LTE;
    s.mccmnc = mccmnc_parse("45204");
    s.tac = 7000;
    s.cell_id = INT64_C(68719476735);
    s.pci = 0;
    s.arfcn = 1300;
    s.band = "3";
    s.rsrp_dbm = -101.5;
    s.rsrq_db = -10;
    s.sinr_db = 0;
    s.fix_mode = 3;
    s.fix_age_ms = 0;
    s.acc_h95_m = 4.25;
    s.level_age_ms = 120;
    s.raw = "+CESQ: 99,99,255,255,20,40";
    s.pos = (struct latlon){22.65, 106.05};
    return s;
}

static inline struct triplog_writer *new_log(const char *path)
{
    const struct triplog_trip trip = {
        .trip_uuid = "5f6c1c1e-0000-4000-8000-000000000001",
        .collector_version = "0.1.0",
        .device = "test",
        .started_utc_ms = START_MS,
        .ended_utc_ms = TIME_UNKNOWN,
        .utc_offset_s = 7 * 3600,
        .has_utc_offset = true,
    };
    struct triplog_writer *w = NULL;
    assert_int_equal(triplog_create(path, &trip, &w), ERR_OK);
    const struct triplog_modem modem = {
        .modem_id = 1,
        .model = "EC25",
        .sim_mccmnc = mccmnc_parse("45202"),
        .mount = "outdoor",
        .offset_db = (double)NAN,
    };
    assert_int_equal(triplog_add_modem(w, &modem), ERR_OK);
    return w;
}

static inline void add_samples(struct triplog_writer *w, int count)
{
    struct sample s = full_sample();
    for (int i = 0; i < count; i++) {
        s.t_utc_ms = START_MS + 1000 * i;
        assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
    }
}

static inline void new_sealed_log(const char *path, int samples)
{
    struct triplog_writer *w = new_log(path);
    add_samples(w, samples);
    assert_int_equal(triplog_add_event(w, START_MS, "start", NULL), ERR_OK);
    assert_int_equal(triplog_seal(w, START_MS + 60000), ERR_OK);
}

/* Rows read; -1 where the file cannot be opened, -2 where reading ends in an error. */
static inline int64_t count_readable(const char *path)
{
    struct triplog_reader *r = NULL;
    struct triplog_info info;
    if (triplog_open(path, &r, &info) != ERR_OK)
        return -1;
    struct triplog_row row;
    int64_t rows = 0;
    int rc;
    while ((rc = triplog_next(r, &row)) == 1)
        rows++;
    triplog_close(r);
    return rc == 0 ? rows : -2;
}

static inline struct triplog_row read_row(const char *path, int which)
{
    struct triplog_reader *r = NULL;
    struct triplog_info info;
    assert_int_equal(triplog_open(path, &r, &info), ERR_OK);
    struct triplog_row row = {.sample_id = 0};
    for (int i = 0; i < which; i++)
        assert_int_equal(triplog_next(r, &row), 1);
    triplog_close(r);
    row.sample.boot_id = row.sample.band = row.sample.raw = NULL;
    return row;
}

#define SCENE_TEST(f) cmocka_unit_test_setup_teardown(f, scene_open, scene_close)

#endif
