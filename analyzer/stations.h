/* Stations: the planners' layer of sites and cells. It explains a verdict and never moves
 * one. */
#ifndef LOMSONG_STATIONS_H
#define LOMSONG_STATIONS_H

#include "model.h"

typedef enum err (*station_fn)(void *ctx, const struct station *station);

/* Reads a site list, any OGR source of points or CSV with lat,lon (FILE or FILE:LAYER),
 * or a cell file of OpenCelliD or Mozilla. Stations without a position are left out with
 * a warning. ERR_INPUT, reported, where there is none at all. */
MUST_CHECK enum err stations_read(const char *source, const struct region *region,
                                  station_fn take, void *ctx);

/* From a point: metres, and degrees clockwise from north, 0..360. */
struct station_way {
    double distance_m;
    double bearing_deg;
};
struct station_way station_way(struct latlon from, struct latlon to);

/* The nearest of each operator and technology. */
enum { STATIONS_NEAR = 24, STATION_NAME_SIZE = 64 };
struct station_near_item {
    struct station station; /* without its name, which is beside it */
    char name[STATION_NAME_SIZE];
    struct station_way way;
};
struct station_near {
    struct latlon from;
    struct station_near_item items[STATIONS_NEAR];
    size_t count;
};
/* A station_fn; beyond STATIONS_NEAR pairs the nearer ones stay. */
enum err station_near_offer(void *near, const struct station *station);
/* By operator, then distance. */
void station_near_sort(struct station_near *near);

/* The nearest of the model's stations to near->from, sorted. */
void stations_near(const struct model *m, struct station_near *near);

#endif
