/* The tally as an open-addressing hash table of the cells' numbers: cells stay where they
 * are while the table grows, and a cell holds only the levels it has seen. */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "utc.h"
#include "xmem.h"

enum { CELLS_PER_BLOCK = 1024, CACHE_LINE = 64 };

_Static_assert(sizeof(void *) < 8 || sizeof(struct tally_cell) == 3 * CACHE_LINE,
               "a cell is whole lines of the cache, and most need only the first two");

_Static_assert(TALLY_FRESH <= UINT8_MAX, "samples that are noted are counted in bytes");

/* Most of the hash stands beside the cell's number: cells lie all over the memory, and
 * those of another key need not be looked at. */
struct slot {
    uint32_t hash;
    uint32_t number; /* of the cell, from 1; 0: free */
};

struct tally {
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t cell_count;
    struct tally_cell **blocks; /* of CELLS_PER_BLOCK */
    size_t block_count, block_capacity;
};

struct tally *tally_new(void)
{
    struct tally *t = xcalloc(1, sizeof *t);
    t->slot_count = 1024;
    t->slots = xcalloc(t->slot_count, sizeof *t->slots);
    return t;
}

static struct tally_cell *cell_at(const struct tally *t, size_t i)
{
    return &t->blocks[i / CELLS_PER_BLOCK][i % CELLS_PER_BLOCK];
}

void tally_cell_free_levels(struct tally_cell *c)
{
    if (c->levels != c->few)
        free(c->levels);
    c->levels = NULL;
    c->level_count = c->fresh_count = 0;
    c->level_capacity = 0;
}

void tally_clear(struct tally *t)
{
    for (size_t i = 0; i < t->cell_count; i++)
        tally_cell_free_levels(cell_at(t, i));
    memset(t->slots, 0, t->slot_count * sizeof *t->slots);
    t->cell_count = 0;
}

void tally_free(struct tally *t)
{
    if (!t)
        return;
    tally_clear(t);
    for (size_t i = 0; i < t->block_count; i++)
        free(t->blocks[i]);
    free(t->blocks);
    free(t->slots);
    free(t);
}

/* Keys of neighbouring bins, 4 by 4, differ in the low bits alone: who drives from one to
 * the next finds its slot beside the last one, in the cache. */
static uint32_t hash_key(const struct tally_key *k)
{
    enum { PATCH_BITS = 2, PATCH_MASK = (1 << PATCH_BITS) - 1 };
    const uint32_t x = (uint32_t)k->bin_x, y = (uint32_t)k->bin_y;
    uint64_t h = (uint64_t)(x >> PATCH_BITS) << 32 | y >> PATCH_BITS;
    h ^= ((uint64_t)k->mccmnc << 40) ^ ((uint64_t)(uint32_t)k->day << 8) ^ k->tech;
    /* the finaliser of MurmurHash3: every input bit reaches every output bit */
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    return (uint32_t)(h >> 32) << 2 * PATCH_BITS | (x & PATCH_MASK) << PATCH_BITS |
           (y & PATCH_MASK);
}

static bool same_key(const struct tally_key *a, const struct tally_key *b)
{
    return a->bin_x == b->bin_x && a->bin_y == b->bin_y && a->mccmnc == b->mccmnc &&
           a->day == b->day && a->tech == b->tech;
}

static void grow(struct tally *t)
{
    const size_t count = t->slot_count * 2;
    struct slot *slots = xcalloc(count, sizeof *slots);
    for (size_t i = 0; i < t->slot_count; i++) {
        if (t->slots[i].number == 0)
            continue;
        size_t at = t->slots[i].hash & (count - 1);
        while (slots[at].number)
            at = (at + 1) & (count - 1);
        slots[at] = t->slots[i];
    }
    free(t->slots);
    t->slots = slots;
    t->slot_count = count;
}

static struct tally_cell *new_cell(struct tally *t, const struct tally_key *key)
{
    if (t->cell_count == t->block_count * CELLS_PER_BLOCK) {
        t->blocks =
            xgrow(t->blocks, t->block_count, &t->block_capacity, sizeof(*t->blocks));
        t->blocks[t->block_count++] =
            xaligned_alloc(CACHE_LINE, CELLS_PER_BLOCK * sizeof(**t->blocks));
    }
    struct tally_cell *c = cell_at(t, t->cell_count++);
    c->key = *key;
    c->level_count = c->fresh_count = 0;
    c->level_capacity = 0;
    c->no_level = c->no_service = 0;
    c->first_utc_ms = c->last_utc_ms = TIME_UNKNOWN;
    c->levels = NULL;
    return c;
}

struct tally_cell *tally_cell(struct tally *t, struct tally_key key)
{
    if (t->cell_count * 2 >= t->slot_count)
        grow(t);
    const uint32_t hash = hash_key(&key);
    size_t at = hash & (t->slot_count - 1);
    for (; t->slots[at].number; at = (at + 1) & (t->slot_count - 1)) {
        if (t->slots[at].hash != hash)
            continue;
        struct tally_cell *c = cell_at(t, t->slots[at].number - 1);
        if (same_key(&c->key, &key))
            return c;
    }
    struct tally_cell *c = new_cell(t, &key);
    t->slots[at] = (struct slot){.hash = hash, .number = (uint32_t)t->cell_count};
    return c;
}

static void grow_levels(struct tally_cell *c)
{
    if (c->level_capacity == 0) {
        c->levels = c->few;
        c->level_capacity = TALLY_FEW_LEVELS;
        return;
    }
    const size_t capacity = (size_t)c->level_capacity * 2;
    if (c->levels == c->few) {
        c->levels = xreallocarray(NULL, capacity, sizeof *c->levels);
        memcpy(c->levels, c->few, sizeof c->few);
    } else {
        c->levels = xreallocarray(c->levels, capacity, sizeof *c->levels);
    }
    c->level_capacity = (uint16_t)capacity;
}

static void insert_level(struct tally_cell *c, size_t at, struct tally_level level)
{
    if (c->level_count == c->level_capacity)
        grow_levels(c);
    memmove(c->levels + at + 1, c->levels + at,
            (c->level_count - at) * sizeof(*c->levels));
    c->levels[at] = level;
    c->level_count++;
}

/* Gives the levels that tally_count_level() noted their places. */
static void sort_fresh(struct tally_cell *c)
{
    enum { WORD_BITS = 64 };
    uint64_t seen[(LEVEL_SPAN + WORD_BITS - 1) / WORD_BITS] = {0};
    uint8_t counts[LEVEL_SPAN] = {0};
    for (size_t i = 0; i < c->fresh_count; i++) {
        const uint8_t level = c->fresh[i];
        seen[level / WORD_BITS] |= UINT64_C(1) << level % WORD_BITS;
        counts[level]++;
    }
    c->fresh_count = 0;
    for (int w = 0; w < (int)(sizeof seen / sizeof *seen); w++) {
        for (uint64_t left = seen[w]; left; left &= left - 1) {
            const int level = w * WORD_BITS + __builtin_ctzll(left);
            const int16_t dbm = (int16_t)(level + LEVEL_MIN_DBM);
            if (c->level_count == c->level_capacity)
                grow_levels(c);
            c->levels[c->level_count++] =
                (struct tally_level){.dbm = dbm, .count = counts[level]};
        }
    }
}

void tally_add_level(struct tally_cell *c, int dbm, uint32_t count)
{
    if (dbm == LEVEL_NONE) {
        c->no_level += count;
        return;
    }
    if (c->fresh_count > 0)
        sort_fresh(c);
    size_t at = 0;
    while (at < c->level_count && c->levels[at].dbm < dbm)
        at++;
    if (at < c->level_count && c->levels[at].dbm == dbm) {
        c->levels[at].count += count;
        return;
    }
    insert_level(c, at, (struct tally_level){.dbm = (int16_t)dbm, .count = count});
}

void tally_merge_cell(struct tally_cell *into, const struct tally_cell *from)
{
    for (size_t i = 0; i < from->level_count; i++)
        tally_add_level(into, from->levels[i].dbm, from->levels[i].count);
    into->no_level += from->no_level;
    into->no_service += from->no_service;
    tally_add_time(into, from->first_utc_ms);
    tally_add_time(into, from->last_utc_ms);
}

/* A cell to be handed out. */
static const struct tally_cell *sorted_cell_at(const struct tally *t, size_t i)
{
    struct tally_cell *c = cell_at(t, i);
    if (c->fresh_count > 0)
        sort_fresh(c);
    return c;
}

size_t tally_count(const struct tally *t)
{
    return t->cell_count;
}

void tally_each(const struct tally *t,
                void (*take)(void *ctx, const struct tally_cell *cell), void *ctx)
{
    for (size_t i = 0; i < t->cell_count; i++)
        take(ctx, sorted_cell_at(t, i));
}

int tally_key_compare(const struct tally_key *a, const struct tally_key *b)
{
    if (a->bin_x != b->bin_x)
        return a->bin_x < b->bin_x ? -1 : 1;
    if (a->bin_y != b->bin_y)
        return a->bin_y < b->bin_y ? -1 : 1;
    if (a->mccmnc != b->mccmnc)
        return a->mccmnc < b->mccmnc ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return a->tech < b->tech ? -1 : a->tech > b->tech;
}

static int compare_cells(const void *a, const void *b)
{
    const struct tally_cell *const *x = a;
    const struct tally_cell *const *y = b;
    return tally_key_compare(&(*x)->key, &(*y)->key);
}

const struct tally_cell **tally_sorted(const struct tally *t)
{
    const struct tally_cell **cells = xcalloc(t->cell_count + 1, sizeof(*cells));
    for (size_t i = 0; i < t->cell_count; i++)
        cells[i] = sorted_cell_at(t, i);
    qsort(cells, t->cell_count, sizeof(*cells), compare_cells);
    return cells;
}

uint64_t tally_level_sum(const struct tally_cell *c)
{
    uint64_t sum = c->fresh_count;
    for (size_t i = 0; i < c->level_count; i++)
        sum += c->levels[i].count;
    return sum;
}
