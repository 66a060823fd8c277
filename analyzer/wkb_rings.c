/* WKB as OGC 06-103r4 §8.2 has it: byte order, type, count, and the parts likewise. */
#include "wkb_rings.h"

#include <endian.h>
#include <string.h>

enum {
    POLYGON = 3,
    MULTIPOLYGON = 6,
    LOWEST_FIRST = 1,
    COUNT_SIZE = 4,
    HEAD_SIZE = 1 + 2 * COUNT_SIZE,
    POINT_SIZE = 2 * sizeof(double),
};

static uint32_t count_at(const uint8_t *at)
{
    uint32_t count;
    memcpy(&count, at, sizeof count);
    return le32toh(count);
}

static double number_at(const uint8_t *at)
{
    uint64_t bytes;
    double number;
    memcpy(&bytes, at, sizeof bytes);
    bytes = le64toh(bytes);
    memcpy(&number, &bytes, sizeof number);
    return number;
}

static size_t left(const struct wkb_rings *r)
{
    return (size_t)(r->end - r->at);
}

static bool take_head(struct wkb_rings *r, uint32_t *type, uint32_t *count)
{
    if (left(r) < HEAD_SIZE || r->at[0] != LOWEST_FIRST)
        return false;
    *type = count_at(r->at + 1);
    *count = count_at(r->at + 1 + COUNT_SIZE);
    r->at += HEAD_SIZE;
    return true;
}

bool wkb_rings_open(const struct wkb *wkb, struct wkb_rings *rings)
{
    uint32_t type = 0, count = 0;
    *rings = (struct wkb_rings){.at = wkb->data, .end = wkb->data + wkb->size};
    if (wkb->size == 0 || !take_head(rings, &type, &count))
        return false;
    *(type == POLYGON ? &rings->rings : &rings->polygons) = count;
    return type == POLYGON || type == MULTIPOLYGON;
}

bool wkb_rings_next(struct wkb_rings *r, struct wkb_ring *ring)
{
    uint32_t type = POLYGON;
    while (r->at && r->rings == 0 && r->polygons > 0) {
        r->polygons--;
        if (!take_head(r, &type, &r->rings) || type != POLYGON)
            r->at = NULL;
    }
    if (!r->at || r->rings == 0)
        return false;
    const size_t points = left(r) < COUNT_SIZE ? 0 : (left(r) - COUNT_SIZE) / POINT_SIZE;
    if (left(r) < COUNT_SIZE || count_at(r->at) > points) {
        r->at = NULL;
        return false;
    }
    *ring = (struct wkb_ring){r->at + COUNT_SIZE, count_at(r->at)};
    r->at = ring->at + (size_t)ring->count * POINT_SIZE;
    r->rings--;
    return true;
}

struct latlon wkb_ring_point(const struct wkb_ring *ring, uint32_t i)
{
    const uint8_t *at = ring->at + (size_t)i * POINT_SIZE;
    return (struct latlon){.lat_deg = number_at(at + sizeof(double)),
                           .lon_deg = number_at(at)};
}
