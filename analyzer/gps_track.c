/* A track of positions with times. */
#include "gps_track.h"

#include <stdlib.h>

#include "xmem.h"

void gps_track_add(struct gps_track *track, struct gps_track_point point)
{
    track->points =
        xgrow(track->points, track->count, &track->capacity, sizeof *track->points);
    track->points[track->count++] = point;
}

void gps_track_free(struct gps_track *track)
{
    free(track->points);
    *track = (struct gps_track){0};
}

/* Points of the same time by place, so that the one kept does not depend on their order.
 */
static int compare(const void *a, const void *b)
{
    const struct gps_track_point *x = a;
    const struct gps_track_point *y = b;
    if (x->t_utc_ms != y->t_utc_ms)
        return x->t_utc_ms < y->t_utc_ms ? -1 : 1;
    if (x->pos.lat_deg < y->pos.lat_deg || x->pos.lat_deg > y->pos.lat_deg)
        return x->pos.lat_deg < y->pos.lat_deg ? -1 : 1;
    return x->pos.lon_deg < y->pos.lon_deg ? -1 : x->pos.lon_deg > y->pos.lon_deg;
}

void gps_track_sort(struct gps_track *track)
{
    size_t kept = 0;
    if (track->count > 1)
        qsort(track->points, track->count, sizeof *track->points, compare);
    for (size_t i = 0; i < track->count; i++) {
        if (kept == 0 || track->points[kept - 1].t_utc_ms != track->points[i].t_utc_ms)
            track->points[kept++] = track->points[i];
    }
    track->count = kept;
}

/* How many points are at that time or before. */
static size_t count_until(const struct gps_track *track, int64_t t_utc_ms)
{
    size_t from = 0, to = track->count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (track->points[middle].t_utc_ms <= t_utc_ms)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool gps_track_at(const struct gps_track *track, int64_t t_utc_ms, struct latlon *pos,
                  int64_t *age_ms)
{
    const size_t until = count_until(track, t_utc_ms);
    if (until == 0)
        return false;
    const struct gps_track_point *a = &track->points[until - 1];
    if (a->t_utc_ms == t_utc_ms) {
        *pos = a->pos;
        *age_ms = 0;
        return true;
    }
    if (until == track->count)
        return false;
    const struct gps_track_point *b = a + 1;
    const int64_t before_ms = t_utc_ms - a->t_utc_ms;
    const int64_t gap_ms = b->t_utc_ms - a->t_utc_ms;
    if (gap_ms > GPS_TRACK_MAX_GAP_MS)
        return false;
    /* within seconds, degrees are as good as metres; over the antimeridian they are not
     */
    const double lon_step = b->pos.lon_deg - a->pos.lon_deg;
    if (lon_step > 180 || lon_step < -180)
        return false;
    const double share = (double)before_ms / (double)gap_ms;
    pos->lat_deg = a->pos.lat_deg + share * (b->pos.lat_deg - a->pos.lat_deg);
    pos->lon_deg = a->pos.lon_deg + share * lon_step;
    *age_ms = before_ms < gap_ms - before_ms ? before_ms : gap_ms - before_ms;
    return true;
}
