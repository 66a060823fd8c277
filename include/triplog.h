/* The trip log: a GeoPackage (OGC 12-128r18) of samples, the only link between the
 * collector and the analyzer. Written row by row, committed when the caller says so,
 * sealed at the end; read back by anyone, hostile files included. */
#ifndef LOMSONG_TRIPLOG_H
#define LOMSONG_TRIPLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "sample.h"

/* 2: probe has interface, reason, rate_kbps and the result "void". Readers go by the
 * columns that are there, so that older logs stay readable. */
enum { TRIPLOG_SCHEMA_VERSION = 2 };

struct triplog_trip {
    const char *trip_uuid;
    const char *collector_version;
    const char *device;
    int64_t started_utc_ms;
    int64_t ended_utc_ms; /* TIME_UNKNOWN while open */
    int32_t utc_offset_s;
    bool has_utc_offset;
};

struct triplog_modem {
    int64_t modem_id;
    const char *model;
    const char *firmware;
    const char *port;
    const char *imei_hash; /* HMAC-SHA-256; an IMEI itself is never stored */
    mccmnc_t sim_mccmnc;   /* 0 where not known */
    const char *mount;     /* "outdoor", "vehicle", "indoor" */
    /* What is added to a level read here to get the one that a reference handset
     * outdoors, 1.5 m above the ground, would have shown: positive where the mounting
     * swallows signal (a pocket, a car, a house), negative where it gains some (an
     * antenna on the roof). Samples are stored as the modem read them; the analyzer adds
     * it. */
    double offset_db;
};
enum { TRIPLOG_MAX_OFFSET_DB = 50 }; /* either way; no mounting does more */

/* Writing. All errors are reported with the path and SQLite's message. */
struct triplog_writer;
MUST_CHECK enum err triplog_create(const char *path, const struct triplog_trip *trip,
                                   struct triplog_writer **writer);
MUST_CHECK enum err triplog_add_modem(struct triplog_writer *w,
                                      const struct triplog_modem *m);
MUST_CHECK enum err triplog_add_sample(struct triplog_writer *w, const struct sample *s);
MUST_CHECK enum err triplog_add_event(struct triplog_writer *w, int64_t t_utc_ms,
                                      const char *kind, const char *detail);

/* An event with its place on the monotonic clock. */
struct triplog_event {
    int64_t t_utc_ms;
    int64_t t_mono_ms; /* ID_UNKNOWN where not known */
    const char *boot_id;
    int64_t modem_id; /* ID_UNKNOWN: of no modem */
    const char *kind;
    const char *detail;
};
MUST_CHECK enum err triplog_add_dated_event(struct triplog_writer *w,
                                            const struct triplog_event *e);

/* A cell heard beside the serving one, with the sample added last. */
MUST_CHECK enum err triplog_add_neighbour(struct triplog_writer *w,
                                          const struct sample *cell);

/* An active test. Doubles are NAN, counts ID_UNKNOWN and texts NULL where missing. */
struct triplog_probe {
    int64_t modem_id;
    int64_t t_utc_ms; /* when it began; with t_mono_ms it finds the sample then */
    int64_t t_mono_ms;
    const char *boot_id;
    const char *kind; /* "ping", "http_get", "http_put" */
    const char *target;
    const char *interface;
    const char *result; /* "ok", "timeout", "refused", "error", "void" */
    const char *reason; /* NULL when ok */
    int64_t duration_ms;
    double rtt_ms;
    double loss_share;
    int64_t sent_bytes;
    int64_t received_bytes;
    double rate_kbps;
    const char *raw;
};
MUST_CHECK enum err triplog_add_probe(struct triplog_writer *w,
                                      const struct triplog_probe *p);

/* Dates the rows of this boot anew: t_utc_ms = t_mono_ms + utc_minus_mono_ms. For the
 * time before a clock was right. */
MUST_CHECK enum err triplog_redate(struct triplog_writer *w, const char *boot_id,
                                   int64_t utc_minus_mono_ms);

/* True where the file is a database without any table: a log whose making a crash cut off
 * before it could hold anything. */
bool triplog_is_unborn(const char *path);

/* Opens a log that a crash left unsealed, to be sealed: `last_utc_ms` is the time of its
 * last row. `sealed` is true, and no writer made, where there is nothing to do.
 * ERR_INPUT, reported, where it is no trip log. */
MUST_CHECK enum err triplog_resume(const char *path, struct triplog_writer **writer,
                                   bool *sealed, int64_t *last_utc_ms);
MUST_CHECK enum err triplog_commit(struct triplog_writer *w);

/* Commits, records row counts, extent and content hash, checkpoints, switches to
 * journal_mode=DELETE, closes and frees. */
MUST_CHECK enum err triplog_seal(struct triplog_writer *w, int64_t ended_utc_ms);
/* Closes without a seal, as a crash would; NULL is legal. */
void triplog_abandon(struct triplog_writer *w);

/* Reading. */
struct triplog_reader;
struct triplog_info {
    char trip_uuid[64];
    bool sealed;
    bool has_utc_offset;
    int32_t utc_offset_s;
    int64_t rows; /* of samples; ID_UNKNOWN where not counted */
};
/* Opens read-only and defensive; ERR_INPUT, reported, where the file is not a trip log,
 * or has an offset_db that nobody can mean. */
MUST_CHECK enum err triplog_open(const char *path, struct triplog_reader **reader,
                                 struct triplog_info *info);
/* What the log says of its trip, without looking at its rows: `rows` is 0. */
MUST_CHECK enum err triplog_look(const char *path, struct triplog_info *info);
/* For reading along while a log is written: the same, with the rows behind `sample_id`
 * (ID_UNKNOWN: all), in no time: without the check of all pages and without info->rows.
 * To be opened anew for each look, since an open reader keeps the log from being sealed.
 */
MUST_CHECK enum err triplog_open_behind(const char *path, int64_t sample_id,
                                        struct triplog_reader **reader,
                                        struct triplog_info *info);
/* 1 with the next sample in order of sample_id, 0 at the end, -1 on a read error
 * (reported). `duplicate`: equal to the row before in all columns but sample_id.
 * `malformed`: a value of the wrong type. Texts stay valid until the next call. The
 * operator is the SIM's where the state is not in service, else the serving network's.
 * Levels are the modem's; `offset_db`, its own, is still to be added. */
struct triplog_row {
    struct sample sample;
    double offset_db; /* 0 where the log has none */
    int64_t sample_id;
    bool duplicate;
    bool malformed;
};
int triplog_next(struct triplog_reader *r, struct triplog_row *row);
void triplog_close(struct triplog_reader *r);

/* Copies the pages of a log, those in its -wal included, into the file `to`, whatever was
 * there; the log may be in use and stays as it is. */
MUST_CHECK enum err triplog_copy(const char *path, const char *to);

/* An active test as it is read. */
struct triplog_probe_row {
    struct triplog_probe probe;
    int64_t probe_id;
    int64_t sample_id; /* ID_UNKNOWN where it belongs to none */
    bool malformed;    /* a value of the wrong type, or no kind or result */
};
typedef enum err (*triplog_probe_fn)(void *ctx, const struct triplog_probe_row *row);
/* Calls `take` for each active test of a log in order of probe_id; anything but ERR_OK
 * ends it. Texts are valid during the call, and "" where missing. A log without the
 * table, or without some of its columns, has no tests, or less to say of them. */
MUST_CHECK enum err triplog_each_probe(const char *path, triplog_probe_fn take,
                                       void *ctx);

/* Integrity check of a sealed or unsealed log: counts, content hash. */
struct triplog_verdict {
    bool intact; /* PRAGMA quick_check */
    bool sealed;
    bool seal_known;   /* the seal is of the form that this program writes */
    bool seal_matches; /* counts and hash as recorded */
    int64_t rows;
};
MUST_CHECK enum err triplog_verify(const char *path, struct triplog_verdict *verdict);

#endif
