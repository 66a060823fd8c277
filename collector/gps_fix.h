/* The receiver's fix: epochs merged from several reports, aged by the monotonic clock.
 * Pure. */
#ifndef LOMSONG_GPS_FIX_H
#define LOMSONG_GPS_FIX_H

#include <stdbool.h>
#include <stdint.h>

#include "geo.h"
#include "sample.h"

/* One report of a receiver, as gpsd's TPV and SKY give it; missing NAN, ID_UNKNOWN. */
struct gps_report {
    int64_t mode; /* 0, 1 none, 2 2D, 3 3D; ID_UNKNOWN: the report is no TPV */
    int64_t t_utc_ms;
    struct latlon pos;
    double eph_m; /* horizontal error, 95 % */
    double alt_msl_m;
    double speed_mps;
    double course_deg;
    double hdop;
    int64_t satellites; /* used */
};

struct gps_fix {
    int64_t mode;
    struct latlon pos; /* geo_none() when there is no fix */
    double acc_h95_m;
    double hdop;
    int64_t satellites;
    double alt_m;
    double speed_mps;
    double course_deg;
    int64_t t_utc_ms;       /* of the epoch, TIME_UNKNOWN where not believable */
    int64_t fix_mono_ms;    /* when the position came; ID_UNKNOWN: never */
    int64_t report_mono_ms; /* when anything came */
};

/* A rolled-over week or an unapplied leap table gives dates before this program was
 * written: 2025-01-01T00:00:00Z. */
#define GPS_EARLIEST_UTC_MS INT64_C(1735689600000)

struct gps_report gps_report_empty(void);
struct gps_fix gps_fix_none(void);

/* Adds a report received at mono_ms. Reports of one epoch (same t_utc_ms) are merged; a
 * new epoch starts afresh; a TPV of mode < 2 ends the fix at once; dates before
 * `earliest_utc_ms` (the build's, for leap-second and week-rollover faults) are not
 * believed. A horizontal error without a receiver's estimate falls back to 19 m x HDOP
 * (gpsd's own habit). */
void gps_fix_add(struct gps_fix *fix, const struct gps_report *report, int64_t mono_ms,
                 int64_t earliest_utc_ms);

/* Age of the position; ID_UNKNOWN without one. */
int64_t gps_fix_age_ms(const struct gps_fix *fix, int64_t mono_ms);

/* True where there is a position not older than max_age_ms. */
bool gps_fix_is_fresh(const struct gps_fix *fix, int64_t mono_ms, int64_t max_age_ms);

#endif
