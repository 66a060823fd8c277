/* Quality: the table of reasons, tested in its order. */
#include "quality.h"

#include <math.h>

#include "utc.h"

static bool malformed(const struct quality_row *row, const struct quality_limits *limits)
{
    (void)limits;
    return row->malformed;
}

static bool no_time(const struct quality_row *row, const struct quality_limits *limits)
{
    const int64_t t = row->sample.t_utc_ms; /* TIME_UNKNOWN is before all */
    return t < UTC_2000_MS || t > limits->now_utc_ms + UTC_DAY_MS;
}

static bool no_position(const struct quality_row *row,
                        const struct quality_limits *limits)
{
    (void)limits;
    const int64_t mode = row->sample.fix_mode;
    return !geo_valid(row->sample.pos) || (mode != ID_UNKNOWN && mode < 2);
}

static bool poor_accuracy(const struct quality_row *row,
                          const struct quality_limits *limits)
{
    /* an infinite accuracy is known to be poor; NAN is not known */
    return row->sample.acc_h95_m > limits->max_acc_m;
}

static bool stale_fix(const struct quality_row *row, const struct quality_limits *limits)
{
    return row->sample.fix_age_ms > limits->max_fix_age_ms;
}

static bool duplicate(const struct quality_row *row, const struct quality_limits *limits)
{
    (void)limits;
    return row->duplicate;
}

static bool not_evidence(const struct quality_row *row,
                         const struct quality_limits *limits)
{
    const enum state state = row->sample.state;
    return state == STATE_UNKNOWN || state == STATE_RADIO_OFF ||
           row->sample.level_age_ms > limits->max_level_age_ms;
}

/* The reasons in the order in which they are tested: X(id, name), the name being the
 * function above that tells whether it applies. A list for the compiler and no table: it
 * is gone through for each row. */
#define QUALITY_REASONS(X)                                                               \
    X(QUALITY_MALFORMED, malformed)                                                      \
    X(QUALITY_NO_TIME, no_time)                                                          \
    X(QUALITY_NO_POSITION, no_position)                                                  \
    X(QUALITY_POOR_ACCURACY, poor_accuracy)                                              \
    X(QUALITY_STALE_FIX, stale_fix)                                                      \
    X(QUALITY_DUPLICATE, duplicate)                                                      \
    X(QUALITY_NOT_EVIDENCE, not_evidence)

const char *quality_reason_name(enum quality_reason reason)
{
#define NAME(id, name) [id] = #name,
    static const char *const names[QUALITY_REASON_COUNT] = {
        QUALITY_REASONS(NAME)[QUALITY_STALE_LEVEL] = "stale_level", /* see frozen.h */
    };
#undef NAME
    return names[reason];
}

struct quality_limits quality_default_limits(int64_t now_utc_ms)
{
    return (struct quality_limits){
        .max_acc_m = 50,
        .max_fix_age_ms = 5000,
        .max_level_age_ms = 5000,
        .max_frozen_level_m = 300,
        .max_frozen_fix_m = 200,
        .max_frozen_fix_ms = INT64_MAX,
        .now_utc_ms = now_utc_ms,
    };
}

enum quality_reason quality_check(const struct quality_row *row,
                                  const struct quality_limits *limits)
{
#define CHECK(id, name)                                                                  \
    if (name(row, limits))                                                               \
        return id;
    QUALITY_REASONS(CHECK)
#undef CHECK
    return QUALITY_ACCEPTED;
}

void quality_counts_add(struct quality_counts *into, const struct quality_counts *from)
{
    into->rows += from->rows;
    into->accepted += from->accepted;
    into->level_blanked += from->level_blanked;
    into->level_corrected += from->level_corrected;
    for (int r = 0; r < QUALITY_REASON_COUNT; r++)
        into->rejected[r] += from->rejected[r];
}
