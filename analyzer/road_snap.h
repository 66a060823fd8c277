/* The place of a road that is nearest to a point. */
#ifndef LOMSONG_ROAD_SNAP_H
#define LOMSONG_ROAD_SNAP_H

#include "crs.h"
#include "road_graph.h"

/* Where a point hangs on to a piece of road. */
struct road_hanger {
    size_t point;
    size_t piece;
    double along; /* 0 at the piece's a, 1 at its b */
    double off_m;
};

/* One for each point, in their order. There must be a piece; ties go to the first. */
void road_snap(const struct xy *nodes, const struct road_piece *pieces, size_t count,
               const struct xy *points, size_t point_count, struct road_hanger *hangers);

#endif
