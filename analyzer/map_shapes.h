/* The map's lines and polygons: WKB in, points in whole millionths of a degree out. A
 * line is the count of its points and their steps, the first from 0,0. */
#ifndef LOMSONG_MAP_SHAPES_H
#define LOMSONG_MAP_SHAPES_H

#include <stddef.h>

#include "geo.h"
#include "map_pack.h"
#include "model.h"

/* The rings of a polygon or multipolygon, a line each, behind their count. */
void map_shapes_polygon(struct map_pack *p, const struct wkb *shape);

/* The units' borders, a line each, behind their count: each shared border once and
 * simplified alike for both neighbours, so that no gap opens between them. */
void map_shapes_borders(struct map_pack *p, const struct unit *units, size_t count);

/* A point inside the shape for its label; geo_none() where there is none. */
struct latlon map_shapes_inside(const struct wkb *shape);

#endif
