/* Suspicious patterns of a log: what single rows do not show. They are warnings for a
 * person, not reasons to reject. Pure.
 *
 * A log may be looked at in pieces, which are joined afterwards, and says the same as if
 * it were read in a row: all that is added up is whole numbers, and of the runs at a
 * piece's ends it is kept how far they reach. */
#ifndef LOMSONG_SUSPECTS_H
#define LOMSONG_SUSPECTS_H

#include <stddef.h>
#include <stdint.h>

#include "sample.h"

enum suspect {
    SUSPECT_POSITION, /* the same over SUSPECTS_STILL_ROWS and _MS: the receiver froze, or
                         stood still */
    SUSPECT_LEVEL,    /* the same over SUSPECTS_LEVEL_ROWS and _MM: a modem that repeats
                       * itself
                       */
    SUSPECT_JUMP,     /* faster than SUSPECTS_MAX_MPS between two rows */
    SUSPECT_CLOCK,    /* a row is earlier than the one before it */
    SUSPECT_COUNT
};

enum {
    SUSPECTS_STILL_ROWS = 30,
    SUSPECTS_STILL_MS = 120000,
    SUSPECTS_LEVEL_ROWS = 30,
    SUSPECTS_LEVEL_MM = 300000,
    SUSPECTS_MODEMS = 16, /* more in one log are not looked at */
    SUSPECTS_LANES = 32
};
#define SUSPECTS_MAX_MPS (200 / 3.6)

/* "position_frozen" "level_frozen" "jump" "clock_back" */
const char *suspect_name(enum suspect kind);

/* What was found. */
struct suspects_found {
    int64_t count[SUSPECT_COUNT];      /* runs, or pairs of rows */
    int64_t first_line[SUSPECT_COUNT]; /* where the first of them begins; 0: none */
};

/* Rows one after the other with the same position, or the same level. */
struct suspects_run {
    int64_t rows, line;
    int64_t since_ms, until_ms; /* time of the first, and the latest of all */
    int64_t way_mm;             /* travelled in it */
};
struct suspects_runs {
    struct suspects_run open; /* the last one, which may go on */
    struct suspects_run head; /* the first one, which may have begun earlier; where ... */
    bool split;               /* ... there are several */
};

struct suspects_row {
    int64_t t_utc_ms, line;
    struct latlon pos;
};

/* The rows of one modem: where and when. */
struct suspects_modem {
    int64_t modem_id;
    struct suspects_row first, last;
    struct suspects_runs still;
    size_t lane;                 /* of its last row, SUSPECTS_LANES: not looked at */
    struct suspects_found found; /* but for the runs that are open */
};

struct suspects_level {
    struct latlon pos;
    double dbm;
    enum tech tech;
};

/* The levels of one modem on one operator's network: loggers that do not tell modems
 * apart have several operators take turns. */
struct suspects_lane {
    size_t modem;
    mccmnc_t mccmnc;
    size_t next; /* the lane that followed the last time */
    struct suspects_level first, last;
    struct suspects_runs runs;
};

/* A log, or a piece of it; all zero to begin with. */
struct suspects {
    struct suspects_modem modems[SUSPECTS_MODEMS];
    size_t modem_count;
    struct suspects_lane lanes[SUSPECTS_LANES];
    size_t lane_count, recent;
    bool crowded; /* there were more modems or lanes: a piece cannot be joined */
};

/* Takes the accepted samples in the order of the log. */
void suspects_add(struct suspects *s, const struct sample *sample, int64_t line);
/* Appends a later piece, whose lines are counted from `lines_before`. */
void suspects_join(struct suspects *s, const struct suspects *later,
                   int64_t lines_before);
struct suspects_found suspects_finish(const struct suspects *s);

#endif
