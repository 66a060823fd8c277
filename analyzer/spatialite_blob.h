/* Geometries as SpatiaLite stores them, made and read without its functions, which take
 * an object of theirs apart and together again for each row. */
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

/* What AsBinary() gives of a blob like these, in little more than a copy. False, or 0,
 * where it has to be asked: of what another program wrote in another way, and of what is
 * damaged. `wkb` has room for as many bytes as the blob has. */
bool spatialite_blob_get_point(const uint8_t *blob, size_t size, struct latlon *p);
size_t spatialite_blob_get_polygons(const uint8_t *blob, size_t size, uint8_t *wkb);

#endif
