/* A track of positions with times, which gives a log without positions its own. */
#ifndef LOMSONG_GPS_TRACK_H
#define LOMSONG_GPS_TRACK_H

#include "import.h"

struct gps_track_point {
    int64_t t_utc_ms;
    struct latlon pos;
};

struct gps_track {
    struct gps_track_point *points; /* by time, no two at the same */
    size_t count, capacity;
    char sha256[SHA256_TEXT_SIZE]; /* of the file */
};

/* A straight line stands for the way between two points at most so far apart. */
enum { GPS_TRACK_MAX_GAP_MS = 5000 };

/* Reads a GPX file (track points with times) or an NMEA log (RMC), by content, gzip or
 * not; gps_track_free releases. ERR_INPUT, reported, where there is no point with a time.
 */
MUST_CHECK enum err gps_track_load(const char *path, struct gps_track *track);
void gps_track_free(struct gps_track *track);

/* Adds points in any order; gps_track_sort puts them in theirs. */
void gps_track_add(struct gps_track *track, struct gps_track_point point);
void gps_track_sort(struct gps_track *track);

/* The position at a time, and how far in time the nearest point is from it. False where
 * the track has a gap there, or does not reach so far. */
bool gps_track_at(const struct gps_track *track, int64_t t_utc_ms, struct latlon *pos,
                  int64_t *age_ms);

/* Reads one NMEA sentence; false where it is no RMC with a fix and a right checksum. */
bool gps_track_nmea_rmc(const char *line, size_t len, struct gps_track_point *point);

#endif
