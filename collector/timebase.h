/* The collector's clock: UTC from the monotonic clock and an offset that GPS corrects.
 * Boards without a battery clock start years off; rows before the first fix are dated
 * afterwards. Pure. */
#ifndef LOMSONG_TIMEBASE_H
#define LOMSONG_TIMEBASE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TIMEBASE_STEP_MS = 1500
}; /* more is a step: gpsd's reports come up to a second late */

struct timebase {
    int64_t utc_minus_mono_ms;
    bool from_gps; /* the system's clock is no longer asked */
};

/* What an update found. */
struct timebase_step {
    bool stepped;
    bool by_gps;
    int64_t step_ms; /* new minus old */
};

struct timebase timebase_start(int64_t mono_ms, int64_t system_utc_ms);
int64_t timebase_utc_ms(const struct timebase *t, int64_t mono_ms);

/* Compares with the system's clock now and with a GPS time received at gps_mono_ms
 * (TIME_UNKNOWN: none). The first GPS time is taken over whatever the system says; later
 * ones only when they differ by a step. */
struct timebase_step timebase_update(struct timebase *t, int64_t mono_ms,
                                     int64_t system_utc_ms, int64_t gps_utc_ms,
                                     int64_t gps_mono_ms);

#endif
