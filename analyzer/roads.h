/* Ways between the points of a plan by a road network, which is any OGR layer of lines.
 */
#ifndef LOMSONG_ROADS_H
#define LOMSONG_ROADS_H

#include "crs.h"
#include "err.h"

struct roads;

/* Reads the lines of "FILE" or "FILE:LAYER" and finds the ways between all points. What
 * lies between a point and the nearest road is a straight line, `detour` times longer.
 * ERR_INPUT, reported, where there are no lines. */
struct roads_source {
    const char *path;
    const struct crs *crs; /* in which is measured */
    double detour;
};
MUST_CHECK enum err roads_open(const struct roads_source *source,
                               const struct latlon *points, size_t count,
                               struct roads **roads);
void roads_close(struct roads *roads);

double roads_way_m(const struct roads *roads, size_t a, size_t b);

/* The road between two points, corner by corner, without the points themselves. Returns
 * how many; the caller frees. */
size_t roads_corners(struct roads *roads, size_t a, size_t b, struct latlon **corners);

/* A piece of road of a layer, handed to `take`. */
typedef void (*roads_piece_fn)(void *ctx, struct xy a, struct xy b);
MUST_CHECK enum err roads_read(const struct roads_source *source, roads_piece_fn take,
                               void *ctx);

#endif
