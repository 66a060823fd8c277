/* The set of bins as an open-addressing table of tiles, each with a bitmap. */
#include "bin_set.h"

#include <stdlib.h>

#include "tally_pack.h"
#include "xmem.h"

struct bin_set_tile {
    int32_t x, y;
    uint64_t rows[TALLY_TILE_BINS]; /* bit bin_y of row bin_x */
};

static size_t find_slot(const struct bin_set *set, int32_t x, int32_t y)
{
    uint64_t h = ((uint64_t)(uint32_t)x << 32 | (uint32_t)y);
    h *= UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(h >> 32) & (set->size - 1);
    while (set->slots[at] && (set->slots[at]->x != x || set->slots[at]->y != y))
        at = (at + 1) & (set->size - 1);
    return at;
}

static void grow(struct bin_set *set)
{
    struct bin_set bigger = {.size = set->size ? 2 * set->size : 64, .used = set->used};
    bigger.slots = xcalloc(bigger.size, sizeof(*bigger.slots));
    for (size_t i = 0; i < set->size; i++) {
        struct bin_set_tile *t = set->slots[i];
        if (t)
            bigger.slots[find_slot(&bigger, t->x, t->y)] = t;
    }
    free(set->slots);
    *set = bigger;
}

/* The tile, made where there is none. */
static struct bin_set_tile *tile_at(struct bin_set *set, int32_t x, int32_t y)
{
    if (2 * set->used >= set->size)
        grow(set);
    const size_t at = find_slot(set, x, y);
    if (!set->slots[at]) {
        set->slots[at] = xcalloc(1, sizeof(**set->slots));
        set->slots[at]->x = x;
        set->slots[at]->y = y;
        set->used++;
    }
    return set->slots[at];
}

/* The bits of a column's bins from..to of a tile. */
static uint64_t bits(uint32_t from, uint32_t to)
{
    return UINT64_MAX >> (TALLY_TILE_BINS - 1 - to) & UINT64_MAX << from;
}

void bin_set_add_run(struct bin_set *set, const struct bin_run *run)
{
    const int32_t mask = TALLY_TILE_BINS - 1;
    const int32_t x = tally_tile(run->bin_x), end = tally_tile(run->last_y);
    for (int32_t y = tally_tile(run->first_y); y <= end; y++) {
        const int32_t low = y * TALLY_TILE_BINS, high = low + mask;
        const int32_t from = run->first_y > low ? run->first_y : low;
        const int32_t to = run->last_y < high ? run->last_y : high;
        if (!set->last || set->last->x != x || set->last->y != y)
            set->last = tile_at(set, x, y);
        set->last->rows[(uint32_t)(run->bin_x & mask)] |=
            bits((uint32_t)(from - low), (uint32_t)(to - low));
    }
}

void bin_set_add(struct bin_set *set, int32_t bin_x, int32_t bin_y)
{
    bin_set_add_run(set, &(struct bin_run){bin_x, bin_y, bin_y});
}

bool bin_set_has(const struct bin_set *set, int32_t bin_x, int32_t bin_y)
{
    const uint32_t mask = TALLY_TILE_BINS - 1;
    if (set->used == 0)
        return false;
    const struct bin_set_tile *t =
        set->slots[find_slot(set, tally_tile(bin_x), tally_tile(bin_y))];
    return t && (t->rows[(uint32_t)bin_x & mask] >> ((uint32_t)bin_y & mask) & 1) != 0;
}

int bin_tile_compare(const void *a, const void *b)
{
    const struct bin_tile *s = a;
    const struct bin_tile *t = b;
    if (s->x != t->x)
        return s->x < t->x ? -1 : 1;
    return (s->y > t->y) - (s->y < t->y);
}

struct bin_tile *bin_set_tiles(const struct bin_set *set, size_t *count)
{
    struct bin_tile *tiles = xcalloc(set->used + 1, sizeof *tiles);
    size_t found = 0;
    for (size_t i = 0; i < set->size; i++) {
        const struct bin_set_tile *t = set->slots[i];
        if (t)
            tiles[found++] = (struct bin_tile){t->x, t->y};
    }
    qsort(tiles, found, sizeof *tiles, bin_tile_compare);
    *count = found;
    return tiles;
}

void bin_set_free(struct bin_set *set)
{
    for (size_t i = 0; i < set->size; i++)
        free(set->slots[i]);
    free(set->slots);
    *set = (struct bin_set){0};
}
