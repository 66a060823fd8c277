/* A technician on the way: walks and drives through the invented country and reads
 * modems, with the faults that real receivers and modems have. */
#ifndef LOMSONG_SAMPLE_TRIP_H
#define LOMSONG_SAMPLE_TRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample_field.h"

enum trip_act {
    TRIP_WALK,      /* drive to the area `code`, walk loops through all of it */
    TRIP_DRIVE,     /* to `to` */
    TRIP_SILENT,    /* from here on modem `op` answers nothing, for `epochs` */
    TRIP_GPS_LOST,  /* the receiver has no fix for `epochs` */
    TRIP_GPS_POOR,  /* its position is 200 m off, and it says so */
    TRIP_GPS_STALE, /* it repeats its last position */
    TRIP_GPS_ZERO,  /* it says 0,0 */
};

struct trip_step {
    enum trip_act act;
    const char *code;
    struct place_m to;
    int op;
    int epochs;
};

enum { TRIP_ALL_OPERATORS = -1, TRIP_EPOCH_MS = 3000 };

/* Takes a reading of the modem with operator `op`'s SIM; sample.mccmnc is the network
 * that answers, 0 for none. False ends the trip. */
typedef bool (*trip_sink_fn)(void *log, const struct sample *s, int op);

struct trip {
    uint64_t seed;
    int64_t started_utc_ms;
    struct place_m from;
    int only_op; /* or TRIP_ALL_OPERATORS */
    const struct trip_step *steps;
    size_t step_count;
};

/* Makes the trip; false where the sink failed. The time of its end goes to *ended_utc_ms.
 */
bool trip_run(const struct trip *trip, trip_sink_fn sink, void *log,
              int64_t *ended_utc_ms);

#endif
