/* The recorder: trip logs on the disk, one per run and size limit, committed every
 * second, sealed at the end, and sealed at the next start where a crash prevented it. */
#ifndef LOMSONG_RECORDER_H
#define LOMSONG_RECORDER_H

#include "config.h"
#include "triplog.h"

struct recorder;

/* Makes the output directory, takes its lock (one collector per directory), and seals
 * what crashes left open. */
MUST_CHECK enum err recorder_open(const struct config *config, struct recorder **r);
/* Seals the current log. NULL is legal. */
MUST_CHECK enum err recorder_close(struct recorder *r, int64_t utc_ms);

/* A new trip log with its modems to come; seals the current one. */
MUST_CHECK enum err recorder_begin(struct recorder *r, int64_t utc_ms);
/* Path of the current log, "" where there is none. */
const char *recorder_path(const struct recorder *r);

/* Each does nothing but return ERR_FAILED where there is no open log (the disk was full).
 */
MUST_CHECK enum err recorder_modem(struct recorder *r, const struct modem *m);
MUST_CHECK enum err recorder_sample(struct recorder *r, const struct modem *m,
                                    const struct sample *s);
/* The cells heard beside the serving one of the sample written last. */
MUST_CHECK enum err recorder_neighbours(struct recorder *r,
                                        const struct modem_reading *reading);
MUST_CHECK enum err recorder_event(struct recorder *r, const struct triplog_event *e);
/* An active test of the modem. */
MUST_CHECK enum err recorder_probe(struct recorder *r, const struct modem *m,
                                   const struct triplog_probe *p);
MUST_CHECK enum err recorder_redate(struct recorder *r, const char *boot_id,
                                    int64_t utc_minus_mono_ms);
MUST_CHECK enum err recorder_commit(struct recorder *r);

/* True where the size limit asks for a new log. */
bool recorder_is_full(const struct recorder *r);
/* Of the run, over all its logs: those that are committed, which no crash takes away. */
int64_t recorder_samples(const struct recorder *r);
/* Free bytes where the logs lie, -1 where that cannot be known. */
int64_t recorder_free_bytes(const struct recorder *r);

/* 32 random bytes kept beside the logs: the key under which IMEIs are hashed. */
const unsigned char *recorder_imei_key(const struct recorder *r);

#endif
