/* Packing numbers for the map. */
#include "map_pack.h"

#include <math.h>
#include <stdio.h>

#include "sample.h"
#include "units.h"

#define MICRO_PER_DEG 1e6

static void put_digits(const struct map_pack *p)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint32_t bits =
        (uint32_t)p->held[0] << 16 | (uint32_t)p->held[1] << 8 | p->held[2];
    for (int i = 0; i < 4; i++)
        putc(i > p->held_count ? '=' : digits[bits >> (18 - 6 * i) & 63], p->json->out);
}

static void put_byte(struct map_pack *p, uint8_t byte)
{
    p->size++;
    p->held[p->held_count++] = byte;
    if (p->held_count < 3)
        return;
    put_digits(p);
    p->held[0] = p->held[1] = p->held[2] = 0;
    p->held_count = 0;
}

void map_pack_open(struct map_pack *p, struct jsonw *json)
{
    *p = (struct map_pack){.json = json};
    jsonw_open(json, '"');
}

void map_pack_close(struct map_pack *p)
{
    if (p->held_count > 0)
        put_digits(p);
    jsonw_close(p->json, '"');
}

void map_pack_uint(struct map_pack *p, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_byte(p, (uint8_t)(value | 0x80));
    put_byte(p, (uint8_t)value);
}

void map_pack_int(struct map_pack *p, int64_t value)
{
    const uint64_t twice = (uint64_t)value << 1;
    map_pack_uint(p, value < 0 ? ~twice : twice);
}

void map_pack_count(struct map_pack *p, int64_t value)
{
    map_pack_uint(p, value == ID_UNKNOWN ? 0 : (uint64_t)value + 1);
}

void map_pack_dbm(struct map_pack *p, int dbm)
{
    map_pack_uint(p, dbm == LEVEL_NONE || dbm > 0 ? 0 : (uint64_t)-dbm);
}

void map_pack_point(struct map_pack *p, struct latlon at, struct map_point *last)
{
    const struct map_point now = {llround(at.lat_deg * MICRO_PER_DEG),
                                  llround(at.lon_deg * MICRO_PER_DEG)};
    map_pack_int(p, now.lat - last->lat);
    map_pack_int(p, now.lon - last->lon);
    *last = now;
}
