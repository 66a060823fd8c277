/* Suspicious patterns of a log: what single rows do not show. They are warnings for a
 * person, not reasons to reject. Pure. */
#ifndef LOMSONG_SUSPECTS_H
#define LOMSONG_SUSPECTS_H

#include <stddef.h>
#include <stdint.h>

#include "sample.h"

enum suspect {
    SUSPECT_POSITION, /* the same over SUSPECTS_STILL_ROWS and _MS: the receiver froze, or
                         stood still */
    SUSPECT_LEVEL,    /* the same over SUSPECTS_LEVEL_ROWS and _M: a modem that repeats
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
    SUSPECTS_LEVEL_M = 300,
    SUSPECTS_MODEMS = 16 /* more in one log are not looked at */
};
#define SUSPECTS_MAX_MPS (200 / 3.6)

/* The rows of one modem. */
struct suspects_modem {
    int64_t modem_id;
    struct sample last;
    int64_t still_rows, still_since_ms, still_line;
    int64_t level_rows, level_line;
    double level_m; /* travelled since the level changed */
};

struct suspects {
    int64_t count[SUSPECT_COUNT];      /* runs, or pairs of rows */
    int64_t first_line[SUSPECT_COUNT]; /* where the first of them begins */
    struct suspects_modem modems[SUSPECTS_MODEMS];
    size_t modem_count;
};

/* Takes the accepted samples of a log in its order; all zero to begin with. */
void suspects_add(struct suspects *s, const struct sample *sample, int64_t line);

#endif
