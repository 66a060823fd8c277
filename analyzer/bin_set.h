/* A set of bins: a bit per bin, tile by tile. */
#ifndef LOMSONG_BIN_SET_H
#define LOMSONG_BIN_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bin_set_tile;

/* A tile of the grid, TALLY_TILE_BINS bins wide. */
struct bin_tile {
    int32_t x, y;
};
int bin_tile_compare(const void *a, const void *b); /* by x, then y */

/* Bins one above the other, ends included. */
struct bin_run {
    int32_t bin_x;
    int32_t first_y, last_y;
};

/* Empty when zeroed. */
struct bin_set {
    struct bin_set_tile **slots;
    size_t size; /* a power of two */
    size_t used;
    struct bin_set_tile *last; /* that a bin was added to: the next is mostly there too */
};

void bin_set_add(struct bin_set *set, int32_t bin_x, int32_t bin_y);
void bin_set_add_run(struct bin_set *set, const struct bin_run *run);
bool bin_set_has(const struct bin_set *set, int32_t bin_x, int32_t bin_y);
/* The tiles of its bins, sorted; the caller frees them. */
struct bin_tile *bin_set_tiles(const struct bin_set *set, size_t *count);
void bin_set_free(struct bin_set *set);

#endif
