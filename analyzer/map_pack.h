/* Numbers packed into one JSON text: integers as variable-length bytes (LEB128: seven
 * bits a byte, the lowest first, the top bit set on all but the last), the bytes as
 * base64. A national survey has millions of them; as JSON they would be four times the
 * size. maps/web/pack.js reads what is written here. */
#ifndef LOMSONG_MAP_PACK_H
#define LOMSONG_MAP_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "geo.h"
#include "jsonw.h"

struct map_pack {
    struct jsonw *json;
    uint8_t held[3]; /* bytes that do not fill four digits yet */
    int held_count;
    size_t size; /* bytes so far */
};

/* Begins and ends the text, as the next value of `json`. */
void map_pack_open(struct map_pack *p, struct jsonw *json);
void map_pack_close(struct map_pack *p);

/* Zero or more. Less than 2^53: the reader's integers are doubles. */
void map_pack_uint(struct map_pack *p, uint64_t value);
/* Any sign: 0, -1, 1, -2 … as 0, 1, 2, 3 … */
void map_pack_int(struct map_pack *p, int64_t value);
/* A count or 0 for ID_UNKNOWN, else one more than it is. */
void map_pack_count(struct map_pack *p, int64_t value);

/* A level in -dBm, for all are below zero; 0 for LEVEL_NONE. */
void map_pack_dbm(struct map_pack *p, int dbm);

/* A point in whole millionths of a degree, as the step from `last`, which moves along. */
struct map_point {
    int64_t lat, lon;
};
void map_pack_point(struct map_pack *p, struct latlon at, struct map_point *last);

#endif
