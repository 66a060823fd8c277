/* BLOB-Geometry of SpatiaLite 4 and 5 (gaia-sins.it, "internal BLOB geometry"): 0, byte
 * order, SRS, the box's least x and y and most x and y, 0x7c, then the type and what
 * follows it in WKB, but with 0x69 where a part has its byte order, and 0xfe. */
#include "spatialite_blob.h"

#include <math.h>
#include <string.h>

#include "wkb_put.h"
#include "wkb_rings.h"

enum {
    SRS_WGS84 = 4326,
    LOWEST_FIRST = 1,
    BOX_END = 0x7c,
    PART = 0x69,
    BLOB_END = 0xfe,
    TYPE_POINT = 1,
    ORDER_SIZE = 1, /* of WKB's first byte, which has no place here */
    COUNT_SIZE = 4,
    PART_HEAD = ORDER_SIZE + 2 * COUNT_SIZE,
    HEAD_SIZE = SPATIALITE_BLOB_MORE - 1 /* of BLOB_END */ + ORDER_SIZE,
};

static uint8_t *put_point(uint8_t *to, struct latlon p)
{
    const double xy[2] = {p.lon_deg, p.lat_deg};
    return wkb_put_doubles(to, xy, 2);
}

static uint8_t *put_head(uint8_t *to, struct latlon least, struct latlon most)
{
    *to++ = 0;
    *to++ = LOWEST_FIRST;
    to = put_point(put_point(wkb_put_uint32(to, SRS_WGS84), least), most);
    *to++ = BOX_END;
    return to;
}

void spatialite_blob_point(struct latlon p, uint8_t blob[SPATIALITE_POINT_SIZE])
{
    uint8_t *to = put_point(wkb_put_uint32(put_head(blob, p, p), TYPE_POINT), p);
    *to = BLOB_END;
}

static void widen(struct latlon *least, struct latlon *most, const struct wkb_ring *ring)
{
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct latlon p = wkb_ring_point(ring, i);
        least->lon_deg = p.lon_deg < least->lon_deg ? p.lon_deg : least->lon_deg;
        least->lat_deg = p.lat_deg < least->lat_deg ? p.lat_deg : least->lat_deg;
        most->lon_deg = p.lon_deg > most->lon_deg ? p.lon_deg : most->lon_deg;
        most->lat_deg = p.lat_deg > most->lat_deg ? p.lat_deg : most->lat_deg;
    }
}

size_t spatialite_blob_polygons(const struct wkb *wkb, uint8_t *blob)
{
    struct latlon least = {INFINITY, INFINITY}, most = {-INFINITY, -INFINITY};
    struct wkb_rings rings;
    struct wkb_ring ring;
    if (!wkb_rings_open(wkb, &rings))
        return 0;
    uint8_t *body = blob + SPATIALITE_BLOB_MORE;
    memcpy(body, wkb->data + ORDER_SIZE, wkb->size - ORDER_SIZE);
    for (uint32_t polygons = rings.polygons; wkb_rings_next(&rings, &ring);) {
        if (rings.polygons < polygons) { /* the first ring of a part, behind its head */
            const uint8_t *head = ring.at - COUNT_SIZE - PART_HEAD;
            body[head - wkb->data - ORDER_SIZE] = PART;
            polygons = rings.polygons;
        }
        widen(&least, &most, &ring);
    }
    if (!rings.at || rings.at != rings.end)
        return 0;
    put_head(blob, least, most);
    body[wkb->size - ORDER_SIZE] = BLOB_END;
    return wkb->size + SPATIALITE_BLOB_MORE;
}

bool spatialite_blob_get_point(const uint8_t *blob, size_t size, struct latlon *p)
{
    uint8_t own[SPATIALITE_POINT_SIZE];
    if (size != sizeof own)
        return false;
    const struct wkb_ring point = {blob + HEAD_SIZE + COUNT_SIZE, 1};
    const struct latlon found = wkb_ring_point(&point, 0);
    spatialite_blob_point(found, own);
    if (memcmp(blob, own, sizeof own) != 0)
        return false;
    *p = found;
    return true;
}

/* Gives a part the byte order that it has in WKB; false where there is none. */
static bool begin_part(const struct wkb *wkb, const struct wkb_rings *rings)
{
    if (rings->at == rings->end || *rings->at != PART)
        return false;
    wkb->data[rings->at - wkb->data] = LOWEST_FIRST;
    return true;
}

size_t spatialite_blob_get_polygons(const uint8_t *blob, size_t size, uint8_t *to)
{
    const struct wkb wkb = {to, size - SPATIALITE_BLOB_MORE};
    struct wkb_rings rings;
    struct wkb_ring ring;
    if (size <= HEAD_SIZE || blob[0] != 0 || blob[1] != LOWEST_FIRST ||
        blob[HEAD_SIZE - 1] != BOX_END || blob[size - 1] != BLOB_END)
        return 0;
    to[0] = LOWEST_FIRST;
    memcpy(to + ORDER_SIZE, blob + HEAD_SIZE, wkb.size - ORDER_SIZE);
    if (!wkb_rings_open(&wkb, &rings))
        return 0;
    bool whole = rings.rings > 0 || rings.polygons > 0;
    while (whole && (rings.rings > 0 || rings.polygons > 0))
        whole = (rings.rings > 0 || begin_part(&wkb, &rings)) &&
                wkb_rings_next(&rings, &ring) && ring.count > 0;
    return whole && rings.at == rings.end ? wkb.size : 0;
}
