/* Geometries as SpatiaLite stores them, made without its functions, which take an object
 * of theirs apart and together again for each row. */
#ifndef LOMSONG_SPATIALITE_BLOB_H
#define LOMSONG_SPATIALITE_BLOB_H

#include "model.h"

enum { SPATIALITE_POINT_SIZE = 60 };

/* What GeomFromWKB(…, 4326) gives of a point. */
void spatialite_blob_point(struct latlon p, uint8_t blob[SPATIALITE_POINT_SIZE]);

/* And of a polygon's or multipolygon's WKB; its size, or 0 where wkb_rings_open() does
 * not take that. `blob` has room for SPATIALITE_BLOB_MORE bytes more than the WKB. */
enum { SPATIALITE_BLOB_MORE = 39 };
size_t spatialite_blob_polygons(const struct wkb *wkb, uint8_t *blob);

#endif
