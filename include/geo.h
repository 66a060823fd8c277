/* Positions: the WGS 84 point, its validity, and the GeoPackage blob that stores it. */
#ifndef LOMSONG_GEO_H
#define LOMSONG_GEO_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* Degrees in WGS 84; both NAN when there is no position. */
struct latlon {
    double lat_deg; /* -90 .. 90, north positive */
    double lon_deg; /* -180 .. 180, east positive */
};

/* The position that means "none". */
struct latlon geo_none(void);

/* True for finite coordinates in range that are not exactly 0,0 (what receivers without a
 * fix print: a survey of the Gulf of Guinea is the lesser loss). */
static inline bool geo_valid(struct latlon p)
{
    const bool in_range = fabs(p.lat_deg) <= 90 && fabs(p.lon_deg) <= 180;
    return in_range && !(p.lat_deg == 0 && p.lon_deg == 0);
}

/* Great-circle distance in metres on the mean sphere (R = 6 371 008.8 m), error below 0.6
 * %. */
double geo_distance_m(struct latlon a, struct latlon b);

enum { GEO_BLOB_SIZE = 29 }; /* GP header (8, no envelope) + WKB point (21) */

/* Writes the StandardGeoPackageBinary of a point, SRS 4326, little endian
 * (OGC 12-128r18 §2.1.3). */
void geo_blob_write(struct latlon p, uint8_t blob[GEO_BLOB_SIZE]);

/* Reads such a blob, of either byte order and with any envelope. ERR_INPUT where it is
 * not a GeoPackage point; an empty point gives geo_none(). */
MUST_CHECK enum err geo_blob_read(const void *blob, size_t size, struct latlon *p);
/* The WKB of a point alone. */
MUST_CHECK enum err geo_wkb_read(const void *wkb, size_t size, struct latlon *p);

#endif
