/* Quality: whether a row may be evidence, and the counts of what was refused and why.
 * Pure. */
#ifndef LOMSONG_QUALITY_H
#define LOMSONG_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "sample.h"

/* In the order in which they are tested; QUALITY_REASONS in quality.c lists them. */
enum quality_reason {
    QUALITY_MALFORMED,
    QUALITY_NO_TIME,
    QUALITY_NO_POSITION,
    QUALITY_POOR_ACCURACY,
    QUALITY_STALE_FIX,
    QUALITY_DUPLICATE,
    QUALITY_NOT_EVIDENCE,
    QUALITY_STALE_LEVEL, /* over a window of rows, as some stale fixes: frozen.h */
    QUALITY_REASON_COUNT
};
#define QUALITY_ACCEPTED QUALITY_REASON_COUNT

/* The contract's name of a reason: "malformed"… */
const char *quality_reason_name(enum quality_reason reason);

struct quality_limits {
    double max_acc_m;          /* 50 */
    int64_t max_fix_age_ms;    /* 5000 */
    int64_t max_level_age_ms;  /* 5000 */
    double max_frozen_level_m; /* 300: how far one reading may be carried */
    double max_frozen_fix_m;   /* 200: how far a fix may say it went, in one place */
    int64_t max_frozen_fix_ms; /* how long a fix may repeat; INT64_MAX: for ever */
    int64_t now_utc_ms;        /* time of import; a sample may be up to a day later */
};

struct quality_limits quality_default_limits(int64_t now_utc_ms);

/* A row as an importer hands it on. */
struct quality_row {
    struct sample sample;
    bool malformed;
    bool duplicate; /* equals the row directly before it in the file */
};

/* The first reason that applies, or QUALITY_ACCEPTED. */
enum quality_reason quality_check(const struct quality_row *row,
                                  const struct quality_limits *limits);

/* Active tests have no reason of their own: they count where their sample's place does.
 */
struct quality_counts {
    int64_t rows;
    int64_t accepted;
    int64_t level_blanked;
    int64_t level_corrected; /* accepted rows whose levels were moved by an offset_db */
    int64_t rejected[QUALITY_REASON_COUNT];
    int64_t probes; /* active tests in the log, and those that count */
    int64_t probes_counted;
};

/* Adds the counts of rows; the tests are a whole log's. */
void quality_counts_add(struct quality_counts *into, const struct quality_counts *from);

#endif
