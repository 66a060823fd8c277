/* Frozen readings: what no single row can tell. A modem that goes on showing one reading
 * while it is carried along, a receiver that says it moves but stays where it was. Pure:
 * a window over the rows of each modem and operator.
 *
 * Only what cannot be real is refused. Standing still repeats positions and levels, and
 * loggers that ask for a fix every 100 m repeat its speed with it (all three Cork drives
 * do): such rows stay. */
#ifndef LOMSONG_FROZEN_H
#define LOMSONG_FROZEN_H

#include "quality.h"

enum {
    FROZEN_TRACKS = 16, /* modems and operators that take turns in one log */
    FROZEN_REACH = 64,  /* rows after which one that is silent is forgotten */
    FROZEN_SURE = 2,    /* rows, new in place and reading, that wash out the unknown */
    FROZEN_VALUES = 10, /* rsrp_dbm to ss_sinr_db of a sample */
};

/* All that a modem says of its network, and how many numbers are in it. */
struct frozen_reading {
    double level_dbm; /* the one that could freeze; NAN: none */
    enum tech tech;
    int64_t cell_id;
    int64_t pci;
    double values[FROZEN_VALUES];
};

/* One modem on one operator's network. */
struct frozen_track {
    int64_t modem_id;
    mccmnc_t mccmnc;
    int64_t last_row; /* number of its last row; 0: the track is free */
    int sure;         /* FROZEN_SURE: what came before the first row seen is no matter */
    int64_t t_utc_ms; /* of its last row, accepted or not */
    struct latlon last_pos;
    int64_t kept_utc_ms; /* all else is of the last one accepted */
    struct latlon pos;
    int64_t pos_since_ms; /* since when the position has been the same */
    double claimed_m;     /* the way that the receiver's speed says it went since */
    double speed_mps;
    bool fix_frozen;
    struct frozen_reading reading;
    struct latlon reading_pos; /* where it was first seen */
    int64_t reading_rows;
    bool level_frozen;
    int next; /* the track whose row came after this one's: modems take turns */
};

struct frozen {
    struct frozen_track tracks[FROZEN_TRACKS];
    int count;       /* tracks in use */
    int last;        /* that of the last row */
    int64_t row;     /* rows seen */
    bool from_start; /* of the log: nothing came before */
    bool unsure;     /* found: a row's answer depended on what came before */
};

/* A window before the first row, or somewhere in a log: then the rows that follow bring
 * it to what it would be, and `unsure` says where they did not. */
struct frozen frozen_begin(bool from_start);

/* For a row that quality_check accepts, each in the order of the log: QUALITY_ACCEPTED,
 * QUALITY_STALE_FIX or QUALITY_STALE_LEVEL. What is refused leaves no trace but its time,
 * so that the accepted rows alone give the same answers once more. */
enum quality_reason frozen_check(struct frozen *f, const struct sample *s,
                                 const struct quality_limits *limits);

/* quality_check() and, where that accepts, frozen_check(). */
static inline enum quality_reason frozen_quality(struct frozen *f,
                                                 const struct quality_row *row,
                                                 const struct quality_limits *limits)
{
    const enum quality_reason reason = quality_check(row, limits);
    return reason == QUALITY_ACCEPTED ? frozen_check(f, &row->sample, limits) : reason;
}

#endif
