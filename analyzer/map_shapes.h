/* The map's lines and polygons: WKB in, rings of whole millionths of a degree out. A line
 * is a flat array: latitude and longitude of its first point, then the steps to each next
 * one. */
#ifndef LOMSONG_MAP_SHAPES_H
#define LOMSONG_MAP_SHAPES_H

#include <stddef.h>

#include "geo.h"
#include "jsonw.h"
#include "model.h"

/* An array of the rings of a polygon or multipolygon, [] where there is none. */
void map_shapes_polygon(struct jsonw *j, const struct wkb *shape);

/* An array of lines: the units' borders, each shared one once and simplified alike for
 * both neighbours, so that no gap opens between them. */
void map_shapes_borders(struct jsonw *j, const struct unit *units, size_t count);

/* A point inside the shape for its label; geo_none() where there is none. */
struct latlon map_shapes_inside(const struct wkb *shape);

#endif
