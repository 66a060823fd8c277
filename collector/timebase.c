/* The collector's clock. */
#include "timebase.h"

#include <stdlib.h>

#include "sample.h"

struct timebase timebase_start(int64_t mono_ms, int64_t system_utc_ms)
{
    return (struct timebase){.utc_minus_mono_ms = system_utc_ms - mono_ms};
}

int64_t timebase_utc_ms(const struct timebase *t, int64_t mono_ms)
{
    return mono_ms + t->utc_minus_mono_ms;
}

struct timebase_step timebase_update(struct timebase *t, int64_t mono_ms,
                                     int64_t system_utc_ms, int64_t gps_utc_ms,
                                     int64_t gps_mono_ms)
{
    const bool has_gps = gps_utc_ms != TIME_UNKNOWN && gps_mono_ms != ID_UNKNOWN;
    struct timebase_step step = {.by_gps = has_gps};
    if (!has_gps && t->from_gps)
        return step; /* a receiver that is silent now was right before */
    const int64_t offset = has_gps ? gps_utc_ms - gps_mono_ms : system_utc_ms - mono_ms;
    const int64_t difference = offset - t->utc_minus_mono_ms;
    t->from_gps = t->from_gps || has_gps;
    if (llabs(difference) <= TIMEBASE_STEP_MS)
        return step;
    step.stepped = true;
    step.step_ms = difference;
    t->utc_minus_mono_ms = offset;
    return step;
}
