/* Ingests logs that a test writes, and sums up what became of them. */
#ifndef LOMSONG_INGEST_SCENE_H
#define LOMSONG_INGEST_SCENE_H

#include "scratch.h"

#include "capture.h"
#include "ingest.h"
#include "utc.h"

#define CSV_HEADER "t_utc_ms,lat_deg,lon_deg,mccmnc,tech,state,level_dbm\n"
#define T0 INT64_C(1750000000000)

/* What became of one log. */
struct result {
    struct ingest_log log;
    struct tally *tally;
    struct tally_histogram histogram[TECH_COUNT + 1];
    uint64_t no_level[TECH_COUNT + 1];
    uint64_t no_service;
    mccmnc_t mccmnc;      /* of all cells; 0 where they differ */
    int32_t day;          /* likewise */
    mccmnc_t hole_mccmnc; /* of the last cell without service */
};

static inline bool want_all(void *ctx, const struct ingest_log *log)
{
    (void)ctx;
    (void)log;
    return true;
}

static inline enum err keep(void *ctx, struct ingest_log *log)
{
    struct result *r = ctx;
    r->tally = log->tally;
    log->tally = NULL;
    return ERR_OK;
}

static inline struct ingest_options default_options(void)
{
    return (struct ingest_options){
        .limits = quality_default_limits(INT64_C(1760000000000)),
        .epsg = 32648,
        .bin_size_m = 50,
        .threads = 1,
    };
}

static inline void sum_up(struct result *r)
{
    const struct tally_cell **cells = tally_sorted(r->tally);
    for (size_t i = 0; i < tally_count(r->tally); i++) {
        const struct tally_cell *c = cells[i];
        tally_histogram_add(&r->histogram[c->key.tech], c);
        r->no_level[c->key.tech] += c->no_level;
        r->no_service += c->no_service;
        if (c->no_service > 0)
            r->hole_mccmnc = c->key.mccmnc;
        r->mccmnc = i == 0 || r->mccmnc == c->key.mccmnc ? c->key.mccmnc : 0;
        r->day = i == 0 || r->day == c->key.day ? c->key.day : 0;
    }
    free(cells);
    tally_free(r->tally);
    r->tally = NULL;
}

static inline struct result ingest(const char *path, const struct ingest_options *options)
{
    struct result r = {.log = {.path = path}};
    const struct ingest_store store = {
        .wanted = want_all, .keep = keep, .is_new = true, .ctx = &r};
    const enum err err = ingest_run(&r.log, 1, options, &store);
    assert_int_equal(err, r.log.err);
    if (err)
        return r;
    int64_t sum = r.log.counts.accepted;
    for (int q = 0; q < QUALITY_REASON_COUNT; q++)
        sum += r.log.counts.rejected[q];
    assert_int_equal(sum, r.log.counts.rows);
    sum_up(&r);
    return r;
}

static inline struct result ingest_text(void **state, const char *name, const char *text)
{
    const struct ingest_options options = default_options();
    return ingest(scratch_write(*state, name, text), &options);
}

static inline void refused(void **state, const char *text,
                           const struct ingest_options *options, const char *expected)
{
    struct capture c;
    capture_start(&c);
    const struct result r = ingest(scratch_write(*state, "bad.csv", text), options);
    const char *message = capture_stop(&c);
    assert_int_equal(r.log.err, ERR_INPUT);
    assert_non_null(strstr(message, "bad.csv"));
    if (!strstr(message, expected))
        fail_msg("\"%s\" is not in: %s", expected, message);
}

#endif
