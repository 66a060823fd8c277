/* The fix, merged epoch by epoch. What it must not do: go on claiming a place that the
 * receiver no longer claims, or call an old place new because something else arrived. */
#include "gps_fix.h"

#include <math.h>

/* gpsd's own estimate where the receiver gives none (gpsd 3.22, gpsd.h, H_UERE without
 * DGPS: 19 m at 95 %). */
#define H95_PER_HDOP_M 19.0

struct gps_report gps_report_empty(void)
{
    return (struct gps_report){
        .mode = ID_UNKNOWN,
        .t_utc_ms = TIME_UNKNOWN,
        .pos = geo_none(),
        .eph_m = (double)NAN,
        .alt_msl_m = (double)NAN,
        .speed_mps = (double)NAN,
        .course_deg = (double)NAN,
        .hdop = (double)NAN,
        .satellites = ID_UNKNOWN,
    };
}

struct gps_fix gps_fix_none(void)
{
    return (struct gps_fix){
        .mode = ID_UNKNOWN,
        .pos = geo_none(),
        .acc_h95_m = (double)NAN,
        .hdop = (double)NAN,
        .satellites = ID_UNKNOWN,
        .alt_m = (double)NAN,
        .speed_mps = (double)NAN,
        .course_deg = (double)NAN,
        .t_utc_ms = TIME_UNKNOWN,
        .fix_mono_ms = ID_UNKNOWN,
        .report_mono_ms = ID_UNKNOWN,
    };
}

static void take(double *value, double reported)
{
    if (isfinite(reported))
        *value = reported;
}

/* DOP and satellites belong to the constellation, not to an epoch: receivers send them
 * less often than positions. They end with the fix. */
static void take_sky(struct gps_fix *fix, const struct gps_report *report)
{
    if (isfinite(report->hdop) && report->hdop > 0)
        fix->hdop = report->hdop;
    if (report->satellites >= 0)
        fix->satellites = report->satellites;
}

static void end_fix(struct gps_fix *fix)
{
    const struct gps_fix none = gps_fix_none();
    const int64_t mode = fix->mode, t_utc_ms = fix->t_utc_ms,
                  mono_ms = fix->report_mono_ms;
    *fix = none;
    fix->mode = mode;
    fix->t_utc_ms = t_utc_ms;
    fix->report_mono_ms = mono_ms;
}

/* A new epoch forgets the position's attributes, not the sky. */
static void begin_epoch(struct gps_fix *fix, int64_t mono_ms)
{
    fix->acc_h95_m = (double)NAN;
    fix->alt_m = (double)NAN;
    fix->speed_mps = (double)NAN;
    fix->course_deg = (double)NAN;
    fix->fix_mono_ms = mono_ms;
}

static void take_position(struct gps_fix *fix, const struct gps_report *report)
{
    fix->pos = report->pos;
    if (isfinite(report->eph_m) && report->eph_m > 0)
        fix->acc_h95_m = report->eph_m;
    /* A 2D fix has no height of its own: receivers repeat the last one. */
    if (report->mode >= 3)
        take(&fix->alt_m, report->alt_msl_m);
    take(&fix->speed_mps, report->speed_mps);
    take(&fix->course_deg, report->course_deg);
}

void gps_fix_add(struct gps_fix *fix, const struct gps_report *report, int64_t mono_ms,
                 int64_t earliest_utc_ms)
{
    const int64_t epoch_ms = fix->t_utc_ms;
    const bool believable =
        report->t_utc_ms != TIME_UNKNOWN && report->t_utc_ms >= earliest_utc_ms;
    fix->report_mono_ms = mono_ms;
    if (report->mode == ID_UNKNOWN) {
        take_sky(fix, report);
    } else {
        fix->mode = report->mode;
        fix->t_utc_ms = believable ? report->t_utc_ms : TIME_UNKNOWN;
    }
    if (report->mode != ID_UNKNOWN && report->mode < 2) {
        end_fix(fix);
        return;
    }
    if (report->mode >= 2 && geo_valid(report->pos)) {
        /* A receiver that repeats one epoch for ever has stopped: its fix must age. */
        const bool same =
            geo_valid(fix->pos) && believable && report->t_utc_ms == epoch_ms;
        if (!same)
            begin_epoch(fix, mono_ms);
        take_sky(fix, report);
        take_position(fix, report);
    }
    if (geo_valid(fix->pos) && !isfinite(fix->acc_h95_m) && isfinite(fix->hdop))
        fix->acc_h95_m = H95_PER_HDOP_M * fix->hdop;
}

int64_t gps_fix_age_ms(const struct gps_fix *fix, int64_t mono_ms)
{
    if (!geo_valid(fix->pos) || fix->fix_mono_ms == ID_UNKNOWN)
        return ID_UNKNOWN;
    return mono_ms > fix->fix_mono_ms ? mono_ms - fix->fix_mono_ms : 0;
}

bool gps_fix_is_fresh(const struct gps_fix *fix, int64_t mono_ms, int64_t max_age_ms)
{
    const int64_t age_ms = gps_fix_age_ms(fix, mono_ms);
    return age_ms != ID_UNKNOWN && age_ms <= max_age_ms;
}
