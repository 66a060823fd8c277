/* Ingest: logs in, counts and tallies out, several at once on all cores. */
#ifndef LOMSONG_INGEST_H
#define LOMSONG_INGEST_H

#include "import.h"
#include "quality.h"
#include "region.h"
#include "suspects.h"
#include "tally.h"
#include "track.h"

struct ingest_options {
    struct import_options import;
    struct quality_limits limits;
    const char *format;    /* forced; NULL: found from the content */
    const char *described; /* the options that say how logs are read, as text */
    int epsg;
    const char *operation; /* of crs_open */
    double bin_size_m;
    int threads;       /* 0: as many as there are processors */
    size_t piece_size; /* of logs that are read in pieces; 0: the usual; SIZE_MAX: none
                        * are, each row is read by import_read() */
};

/* Where in a log something was first seen. */
struct ingest_first {
    int64_t line;
    char fault[64]; /* of malformed rows */
};

struct ingest_log {
    const char *path;
    char file[256]; /* base name, or "stdin" */
    char sha256[SHA256_TEXT_SIZE];
    char trip_uuid[64]; /* "" where the format has none */
    const struct import_format *format;
    const char *seal;    /* see import_format.seal; "" where there is none */
    const char *options; /* how it was read: "--mccmnc 45204", "" for the defaults */
    bool has_wal;        /* rows may be there that the hash does not see */
    struct quality_counts counts;
    struct ingest_first first[QUALITY_REASON_COUNT];
    struct suspects_found suspects;
    int64_t first_utc_ms, last_utc_ms; /* of accepted samples */
    struct tally *tally;
    struct probe
        *probes; /* counts.probes_counted of them, in the order of probe_compare */
    struct track *tracks;
    size_t track_count;
    int64_t log_id; /* the store's, once it has a part of the log; 0 before */
    int fate;       /* what the store made of it; its own enum */
    enum err err;
};

/* What becomes of the logs; both are called under one lock. */
struct ingest_store {
    /* False where the log is known already and need not be read. */
    bool (*wanted)(void *ctx, const struct ingest_log *log);
    /* Takes a finished log, whose tally, tests and tracks are freed afterwards. */
    enum err (*keep)(void *ctx, struct ingest_log *log);
    /* Takes a part of a log's tally before the log is finished; keep() then gets the
     * rest, drop() is called where the log is not to be kept after all. Both may be NULL.
     */
    enum err (*part)(void *ctx, struct ingest_log *log, const struct tally *tally);
    enum err (*drop)(void *ctx, struct ingest_log *log);
    /* Nothing is in store from before: a log is wanted most likely, and may be read
     * before its hash is known. */
    bool is_new;
    void *ctx;
};

/* Reads all logs; logs[i].path is given, the rest is filled in. Each failure is reported
 * and stands in logs[i].err; the worst is returned. */
enum err ingest_run(struct ingest_log *logs, size_t count,
                    const struct ingest_options *options,
                    const struct ingest_store *store);

/* Reads one log without tallying and hands every accepted sample on, with operator and 3G
 * levels settled as in the tally; warns of rows that are not among them. */
typedef enum err (*ingest_sample_fn)(void *ctx, const struct import_row *row);
enum err ingest_samples(const char *path, const struct ingest_options *options,
                        ingest_sample_fn take, void *ctx);

#endif
