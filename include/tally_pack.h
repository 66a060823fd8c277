/* Tallies as bytes: the cells of one tile of the survey grid, sorted by key and packed.
 * What the workspace keeps, and what the model is built from. */
#ifndef LOMSONG_TALLY_PACK_H
#define LOMSONG_TALLY_PACK_H

#include "err.h"
#include "tally.h"

enum {
    TALLY_TILE_BITS = 6,
    TALLY_TILE_BINS = 1 << TALLY_TILE_BITS, /* bins of a tile's side */
};

/* The tile of a bin, in either direction. */
int32_t tally_tile(int32_t bin);

struct tally_pack {
    int32_t tile_x, tile_y;
    int32_t first_day, last_day; /* of its cells */
    const uint8_t *bytes;
    size_t size;
};

/* Hands every tile of a tally to `take`, in no certain order; the bytes are valid during
 * the call. Stops at the first error and returns it. */
typedef enum err (*tally_pack_fn)(void *ctx, const struct tally_pack *pack);
MUST_CHECK enum err tally_pack(const struct tally *t, tally_pack_fn take, void *ctx);

/* Reads a pack cell by cell, in the order of keys. The pack must outlive it. */
struct tally_unpacker {
    const uint8_t *at, *end;
    int32_t tile_x, tile_y;
    int32_t first_day;
    uint32_t bin; /* within the tile, of the last cell */
    uint32_t operator_count;
    const uint8_t *operators; /* 4 bytes each */
    bool any;
};

/* False where the bytes do not begin as a pack does. */
bool tally_unpack_begin(struct tally_unpacker *u, const struct tally_pack *pack);
/* 1: the next cell, its levels at `levels` (room for LEVEL_SPAN), which cell->levels then
 * points to; 0: no more; -1: the bytes are damaged. */
int tally_unpack_next(struct tally_unpacker *u, struct tally_cell *cell,
                      struct tally_level *levels);

/* The same in two steps, for those who read many packs at once: the key of the next cell,
 * and behind each key all else of its cell, false where that is damaged. */
int tally_unpack_key(struct tally_unpacker *u, struct tally_key *key);
bool tally_unpack_counts(struct tally_unpacker *u, struct tally_cell *cell,
                         struct tally_level *levels);

#endif
