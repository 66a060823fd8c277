/* Points of WGS 84 and their GeoPackage blobs.
 *
 * StandardGeoPackageBinary (OGC 12-128r18 §2.1.3): 'G' 'P', version 0, flags (bit 0 byte
 * order, 1-3 kind of envelope, 4 empty, 5 extended), SRS id, envelope, then the geometry
 * as WKB. The header and the WKB each have a byte order of their own. */
#include "geo.h"

#include <math.h>
#include <string.h>

enum {
    HEADER_SIZE = 8,
    POINT_SIZE = 21, /* byte order, type, x, y */
    FLAG_LITTLE = 1,
    FLAG_EMPTY = 1 << 4,
    FLAG_EXTENDED = 1 << 5,
    WKB_POINT = 1, /* 1001, 2001, 3001 with Z, M, both */
    WKB_DIMENSION = 1000,
    SRS_WGS84 = 4326,
};

#define EARTH_RADIUS_M 6371008.8 /* mean radius R1 of the GRS 80 ellipsoid (IUGG) */

struct latlon geo_none(void)
{
    return (struct latlon){(double)NAN, (double)NAN};
}

static double radians(double deg)
{
    return deg * (M_PI / 180);
}

double geo_distance_m(struct latlon a, struct latlon b)
{
    /* Haversine: exact for small distances, where the law of cosines loses all digits. */
    const double sin_lat = sin(radians(b.lat_deg - a.lat_deg) / 2);
    const double sin_lon = sin(radians(b.lon_deg - a.lon_deg) / 2);
    const double h = sin_lat * sin_lat + cos(radians(a.lat_deg)) *
                                             cos(radians(b.lat_deg)) * sin_lon * sin_lon;
    return isnan(h) ? h : 2 * EARTH_RADIUS_M * asin(sqrt(fmin(1, h)));
}

static void put_uint(uint8_t *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static void put_double(uint8_t *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_uint(to, bits, sizeof bits);
}

void geo_blob_write(struct latlon p, uint8_t blob[GEO_BLOB_SIZE])
{
    const bool empty = isnan(p.lat_deg) && isnan(p.lon_deg);
    blob[0] = 'G';
    blob[1] = 'P';
    blob[2] = 0;
    blob[3] = FLAG_LITTLE | (empty ? FLAG_EMPTY : 0);
    put_uint(blob + 4, SRS_WGS84, 4);
    uint8_t *wkb = blob + HEADER_SIZE;
    wkb[0] = FLAG_LITTLE;
    put_uint(wkb + 1, WKB_POINT, 4);
    put_double(wkb + 5, p.lon_deg);
    put_double(wkb + 13, p.lat_deg);
}

static uint64_t get_uint(const uint8_t *from, size_t size, bool little)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | from[little ? size - 1 - i : i];
    return value;
}

static double get_double(const uint8_t *from, bool little)
{
    uint64_t bits = 0;
    if (little) { /* in this form it is one load */
        for (size_t i = 0; i < sizeof bits; i++)
            bits |= (uint64_t)from[i] << (8 * i);
    } else {
        bits = get_uint(from, sizeof bits, false);
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

enum err geo_wkb_read(const void *wkb, size_t size, struct latlon *p)
{
    const uint8_t *bytes = wkb;
    if (size < POINT_SIZE || bytes[0] > 1)
        return ERR_INPUT;
    const bool little = bytes[0] == FLAG_LITTLE;
    const uint64_t type = get_uint(bytes + 1, 4, little);
    if (type % WKB_DIMENSION != WKB_POINT || type / WKB_DIMENSION > 3)
        return ERR_INPUT;
    *p = (struct latlon){.lat_deg = get_double(bytes + 13, little),
                         .lon_deg = get_double(bytes + 5, little)};
    return ERR_OK;
}

enum err geo_blob_read(const void *blob, size_t size, struct latlon *p)
{
    static const size_t envelope_sizes[8] = {0, 32, 48, 48, 64}; /* 5-7 are not legal */
    const uint8_t *bytes = blob;
    if (size < HEADER_SIZE || bytes[0] != 'G' || bytes[1] != 'P' || bytes[2] != 0)
        return ERR_INPUT;
    const uint8_t flags = bytes[3];
    const size_t envelope = (flags >> 1) & 7;
    if ((flags & FLAG_EXTENDED) != 0 || envelope > 4)
        return ERR_INPUT;
    const size_t wkb_at = HEADER_SIZE + envelope_sizes[envelope];
    struct latlon point;
    if (size < wkb_at || geo_wkb_read(bytes + wkb_at, size - wkb_at, &point) != ERR_OK)
        return ERR_INPUT;
    *p = (flags & FLAG_EMPTY) != 0 ? geo_none() : point;
    return ERR_OK;
}
