/* Which stations are near, and in which direction. */
#include "stations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIANS (3.14159265358979323846 / 180)

struct station_way station_way(struct latlon from, struct latlon to)
{
    const double lat1 = from.lat_deg * RADIANS, lat2 = to.lat_deg * RADIANS;
    const double step = (to.lon_deg - from.lon_deg) * RADIANS;
    const double east = sin(step) * cos(lat2);
    const double north = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(step);
    const double bearing = atan2(east, north) / RADIANS;
    return (struct station_way){.distance_m = geo_distance_m(from, to),
                                .bearing_deg = bearing < 0 ? bearing + 360 : bearing};
}

/* Of equal distances the name decides, so that the order of a file does not. */
static bool is_nearer(double distance_m, const char *name, double than_m,
                      const char *than_name)
{
    if (distance_m < than_m || distance_m > than_m)
        return distance_m < than_m;
    return strcmp(name, than_name) < 0;
}

/* Where a station of this operator and technology goes: its pair's place, a free one, or
 * the farthest of all. */
static size_t find_place(const struct station_near *near, const struct station *station)
{
    size_t farthest = 0;
    for (size_t i = 0; i < near->count; i++) {
        const struct station *s = &near->items[i].station;
        if (s->mccmnc == station->mccmnc && s->tech == station->tech)
            return i;
        if (near->items[i].way.distance_m > near->items[farthest].way.distance_m)
            farthest = i;
    }
    return near->count < STATIONS_NEAR ? near->count : farthest;
}

enum err station_near_offer(void *ctx, const struct station *station)
{
    struct station_near *near = ctx;
    static const double m_per_deg = 110500; /* of latitude, where it is least */
    const size_t at = find_place(near, station);
    const double north_m = fabs(station->pos.lat_deg - near->from.lat_deg) * m_per_deg;
    if (at < near->count && north_m > near->items[at].way.distance_m)
        return ERR_OK; /* that far to the north or south alone: a cheap answer */
    const struct station_way way = station_way(near->from, station->pos);
    if (at < near->count &&
        !is_nearer(way.distance_m, station->name, near->items[at].way.distance_m,
                   near->items[at].name))
        return ERR_OK;
    near->count += at == near->count;
    const size_t len = strnlen(station->name, STATION_NAME_SIZE - 1);
    memcpy(near->items[at].name, station->name, len);
    near->items[at].name[len] = '\0';
    near->items[at].station = *station;
    near->items[at].station.name = NULL; /* items move */
    near->items[at].way = way;
    return ERR_OK;
}

void stations_near(const struct model *m, struct station_near *near)
{
    for (size_t i = 0; i < m->station_count; i++)
        (void)station_near_offer(near, &m->stations[i]);
    station_near_sort(near);
}

static int compare(const void *a, const void *b)
{
    const struct station_near_item *x = a;
    const struct station_near_item *y = b;
    if (x->station.mccmnc != y->station.mccmnc)
        return x->station.mccmnc < y->station.mccmnc ? -1 : 1;
    if (x->way.distance_m < y->way.distance_m || x->way.distance_m > y->way.distance_m)
        return x->way.distance_m < y->way.distance_m ? -1 : 1;
    return (int)x->station.tech - (int)y->station.tech;
}

void station_near_sort(struct station_near *near)
{
    if (near->count > 1)
        qsort(near->items, near->count, sizeof near->items[0], compare);
}
