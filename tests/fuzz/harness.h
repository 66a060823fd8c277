/* What the fuzz targets share: the check, their input as a file, and logs through ingest.
 *
 * Each target is one file fuzz_NAME.c with seeds in corpus/NAME. `make fuzz` links it
 * with libFuzzer; replay.c feeds it the corpus alone, so that no old crash comes back. */
#ifndef LOMSONG_FUZZ_HARNESS_H
#define LOMSONG_FUZZ_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest.h"
#include "utc.h"
#include "xmem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Told on standard output: standard error has the program's own messages and is shut. */
#define CHECK(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            printf("# %s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);      \
            fflush(stdout);                                                              \
            abort();                                                                     \
        }                                                                                \
    } while (0)

/* A path of this process's own; the caller frees it. */
static inline char *fuzz_path(const char *suffix)
{
    const char *dir = getenv("TMPDIR");
    return xasprintf("%s/fuzz-%ld%s", dir && *dir ? dir : "/tmp", (long)getpid(), suffix);
}

/* The input as a file, the same path each time; the caller frees the path. */
static inline char *fuzz_write(const char *suffix, const uint8_t *data, size_t size)
{
    char *path = fuzz_path(suffix);
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    CHECK(fwrite(data, 1, size, f) == size);
    CHECK(fclose(f) == 0);
    return path;
}

static inline void fuzz_remove(char *path)
{
    (void)unlink(path);
    free(path);
}

/* Viet Nam's zone, and a clock that stands still. */
static inline struct ingest_options fuzz_options(const char *format)
{
    return (struct ingest_options){
        .import = {.utc_offset_s = 7 * 3600},
        .limits = quality_default_limits(INT64_C(1790000000000)),
        .format = format,
        .epsg = 32648,
        .bin_size_m = 50,
        .threads = 1,
    };
}

/* What became of the first of several readings of one log. */
struct fuzz_reading {
    int kept;
    struct quality_counts counts;
    struct ingest_first first[QUALITY_REASON_COUNT];
    uint64_t hash; /* of the tally */
};

/* FNV-1a. */
static inline void fuzz_hash(uint64_t *hash, int64_t value)
{
    for (int i = 0; i < 64; i += 8)
        *hash = (*hash ^ (uint8_t)((uint64_t)value >> i)) * UINT64_C(0x100000001b3);
}

/* Every accepted sample stands in one cell; a NR_NSA one in a second cell besides. */
static inline uint64_t fuzz_check_tally(const struct ingest_log *log)
{
    const struct tally_cell **cells = tally_sorted(log->tally);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    int64_t samples = 0, blanked = 0;
    for (size_t i = 0; i < tally_count(log->tally); i++) {
        const struct tally_cell *c = cells[i];
        CHECK(i == 0 || tally_key_compare(&cells[i - 1]->key, &c->key) < 0);
        CHECK(c->key.mccmnc != 0 && c->key.tech <= TECH_NONE);
        CHECK(c->first_utc_ms >= log->first_utc_ms && c->last_utc_ms <= log->last_utc_ms);
        if (c->key.tech != TECH_NR_NSA)
            samples += (int64_t)(tally_level_sum(c) + c->no_level + c->no_service);
        if (c->key.tech != TECH_NONE)
            blanked += (int64_t)c->no_level;
        const int64_t values[] = {
            c->key.bin_x,   c->key.bin_y,        c->key.mccmnc,          c->key.day,
            c->key.tech,    c->first_utc_ms,     (int64_t)c->no_service, c->last_utc_ms,
            c->level_count, (int64_t)c->no_level};
        for (size_t k = 0; k < sizeof values / sizeof *values; k++)
            fuzz_hash(&hash, values[k]);
        for (size_t k = 0; k < c->level_count; k++) {
            CHECK(c->levels[k].dbm >= LEVEL_MIN_DBM && c->levels[k].dbm <= LEVEL_MAX_DBM);
            CHECK(k == 0 || c->levels[k - 1].dbm < c->levels[k].dbm);
            fuzz_hash(&hash, c->levels[k].dbm);
            fuzz_hash(&hash, c->levels[k].count);
        }
    }
    free(cells);
    CHECK(samples == log->counts.accepted);
    CHECK(blanked == log->counts.level_blanked);
    return hash;
}

/* Every accepted sample stands in the track of its day. */
static inline void fuzz_check_tracks(const struct ingest_log *log, uint64_t *hash)
{
    int64_t samples = 0;
    for (size_t i = 0; i < log->track_count; i++) {
        const struct track *t = &log->tracks[i];
        CHECK(i == 0 || log->tracks[i - 1].day < t->day);
        CHECK(t->first_utc_ms <= t->last_utc_ms && *t->operators);
        samples += t->samples;
        struct track_cursor c = track_start(t->path, t->path_size);
        while (track_next(&c)) {
            fuzz_hash(hash, c.bin_x);
            fuzz_hash(hash, c.bin_y);
            fuzz_hash(hash, c.gap_last);
        }
        CHECK(c.at == c.end);
    }
    CHECK(samples == log->counts.accepted);
}

static inline bool fuzz_wanted(void *reading, const struct ingest_log *log)
{
    (void)reading;
    (void)log;
    return true;
}

static inline enum err fuzz_keep(void *ctx, struct ingest_log *log)
{
    struct fuzz_reading *reading = ctx;
    int64_t rows = log->counts.accepted;
    for (int i = 0; i < QUALITY_REASON_COUNT; i++)
        rows += log->counts.rejected[i];
    CHECK(rows == log->counts.rows && log->counts.accepted >= 0);
    uint64_t hash = fuzz_check_tally(log);
    fuzz_check_tracks(log, &hash);
    CHECK(reading->kept == 0 || hash == reading->hash);
    CHECK(reading->kept == 0 ||
          memcmp(&log->counts, &reading->counts, sizeof log->counts) == 0);
    CHECK(reading->kept == 0 ||
          memcmp(log->first, reading->first, sizeof log->first) == 0);
    reading->kept++;
    reading->counts = log->counts;
    reading->hash = hash;
    memcpy(reading->first, log->first, sizeof log->first);
    return ERR_OK;
}

static inline enum err fuzz_take(void *taken, const struct import_row *row)
{
    const struct sample *s = &row->quality.sample;
    char op[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, op);
    CHECK(s->mccmnc != 0 && mccmnc_parse(op) == s->mccmnc);
    CHECK(s->state == STATE_IN_SERVICE || s->state == STATE_LIMITED ||
          s->state == STATE_NO_SERVICE);
    CHECK(s->tech <= TECH_NONE && geo_valid(s->pos) && s->t_utc_ms >= UTC_2000_MS);
    const char *const texts[] = {s->boot_id, s->band, s->raw};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(!texts[i] || strlen(texts[i]) < SIZE_MAX); /* still there to be read */
    ++*(int64_t *)taken;
    return ERR_OK;
}

static inline enum err fuzz_count(void *rows, const struct import_row *row)
{
    CHECK(!row->quality.malformed || row->fault != NULL);
    CHECK(row->quality.sample.tech <= TECH_NONE);
    CHECK(row->quality.sample.state < STATE_COUNT);
    ++*(int64_t *)rows;
    return ERR_OK;
}

/* Rows of a log; -1 where it cannot be opened or read to its end. */
static inline int64_t fuzz_count_rows(const char *path, const struct ingest_options *o)
{
    struct import_file *f = NULL;
    const struct import_format *format = NULL;
    int64_t rows = 0;
    if (import_file_open(path, &f) != ERR_OK)
        return -1;
    CHECK(import_find_format(f, o->format, &o->import, &format) == ERR_OK);
    if (format->read(f, &o->import, fuzz_count, &rows) != ERR_OK)
        rows = -1;
    import_file_close(f);
    return rows;
}

/* Reads a log as `convert` does and, where that finds samples, as `add` does: row by row,
 * chunk by chunk, and as a large log is read, in pieces, with the same outcome. Returns
 * what fuzz_count_rows does. */
static inline int64_t fuzz_log(char *path, const struct ingest_options *options)
{
    int64_t taken = 0;
    const int64_t rows = fuzz_count_rows(path, options);
    if (rows <= 0 || ingest_samples(path, options, fuzz_take, &taken) != ERR_OK)
        return rows;
    if (taken == 0)
        return rows;
    static const size_t sizes[] = {SIZE_MAX, 0, 64};
    struct fuzz_reading reading = {0};
    const struct ingest_store store = {
        .wanted = fuzz_wanted, .keep = fuzz_keep, .ctx = &reading};
    for (int i = 0; i < 3; i++) {
        struct ingest_log log = {.path = path};
        struct ingest_options way = *options;
        way.piece_size = sizes[i];
        CHECK(ingest_run(&log, 1, &way, &store) == ERR_OK && reading.kept == i + 1);
    }
    CHECK(rows == reading.counts.rows && taken >= reading.counts.accepted);
    CHECK(taken <=
          reading.counts.accepted + reading.counts.rejected[QUALITY_NO_POSITION]);
    return rows;
}

#endif
