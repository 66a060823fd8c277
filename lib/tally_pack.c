/* Packed tallies. A pack is a head and its cells:
 *
 *     operator count, the operators (4 bytes each, little endian, ascending),
 *     the first day (zigzag);
 *     per cell: bin step, operator index, day - first day, technology,
 *         no_level, no_service,
 *         times: 0, or 1 + (first - local midnight, zigzag), last - first,
 *         level count, the first level, each next one's step, and their counts.
 *
 * All numbers are LEB128, seven bits to a byte, low bits first. The bin step counts from
 * the bin of the cell before, along (x, y) within the tile. Some 20 bytes a cell. */
#include "tally_pack.h"

#include <stdlib.h>
#include <string.h>

#include "utc.h"
#include "varint.h"
#include "xmem.h"

enum { OPERATOR_SIZE = 4 };

int32_t tally_tile(int32_t bin)
{
    return bin >= 0 ? bin >> TALLY_TILE_BITS : ~(~bin >> TALLY_TILE_BITS);
}

static uint32_t bin_in_tile(const struct tally_key *k)
{
    const uint32_t mask = TALLY_TILE_BINS - 1;
    return ((uint32_t)k->bin_x & mask) << TALLY_TILE_BITS | ((uint32_t)k->bin_y & mask);
}

struct bytes {
    uint8_t *data;
    size_t size, capacity;
};

static uint8_t *room(struct bytes *b, size_t size)
{
    if (b->capacity - b->size < size) {
        b->capacity = 2 * b->capacity + size;
        b->data = xreallocarray(b->data, b->capacity, 1);
    }
    return b->data + b->size;
}

/* A cell, and what it is sorted by: the number of its tile, then its bin there. */
struct entry {
    uint64_t order;
    const struct tally_cell *cell;
};
enum { BIN_BITS = 2 * TALLY_TILE_BITS };

struct packer {
    struct bytes bytes;
    mccmnc_t *operators; /* of the tile, ascending */
    size_t operator_count, operator_capacity;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    return tally_key_compare(&x->cell->key, &y->cell->key);
}

/* Sorts the cells of one bin, few of them mostly and in order but for one or two. */
static void sort_bin(struct entry *e, size_t count)
{
    enum { FEW = 16 };
    if (count > FEW) {
        qsort(e, count, sizeof *e, compare_entries);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        const struct entry own = e[i];
        size_t at = i;
        for (; at > 0 && compare_entries(&e[at - 1], &own) > 0; at--)
            e[at] = e[at - 1];
        e[at] = own;
    }
}

/* Sorts by the digit of `order` that begins at bit `shift`, and keeps the order of equal
 * ones. */
enum { DIGIT_BITS = 11 };
static void sort_by_digit(const struct entry *from, size_t count, int shift,
                          struct entry *to)
{
    enum { DIGITS = 1 << DIGIT_BITS };
    size_t ends[DIGITS + 1] = {0};
    for (size_t i = 0; i < count; i++)
        ends[(from[i].order >> shift & (DIGITS - 1)) + 1]++;
    for (size_t i = 1; i < DIGITS; i++)
        ends[i] += ends[i - 1];
    for (size_t i = 0; i < count; i++)
        to[ends[from[i].order >> shift & (DIGITS - 1)]++] = from[i];
}

static int compare_operators(const void *a, const void *b)
{
    const mccmnc_t x = *(const mccmnc_t *)a;
    const mccmnc_t y = *(const mccmnc_t *)b;
    return x < y ? -1 : x > y;
}

static void note_operator(struct packer *p, mccmnc_t op)
{
    for (size_t i = 0; i < p->operator_count; i++) {
        if (p->operators[i] == op)
            return;
    }
    p->operators = xgrow(p->operators, p->operator_count, &p->operator_capacity,
                         sizeof *p->operators);
    p->operators[p->operator_count++] = op;
}

static uint64_t operator_index(const struct packer *p, mccmnc_t op)
{
    size_t low = 0, high = p->operator_count;
    while (low + 1 < high) {
        const size_t middle = low + (high - low) / 2;
        if (p->operators[middle] <= op)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void put_head(struct packer *p, int32_t first_day)
{
    p->bytes.size = 0;
    uint8_t *at = room(&p->bytes, 2 * VARINT_SIZE + OPERATOR_SIZE * p->operator_count);
    at = varint_put(at, p->operator_count);
    for (size_t i = 0; i < p->operator_count; i++) {
        for (int shift = 0; shift < 32; shift += 8)
            *at++ = (uint8_t)(p->operators[i] >> shift);
    }
    at = varint_put(at, varint_zigzag(first_day));
    p->bytes.size = (size_t)(at - p->bytes.data);
}

static uint8_t *put_times(uint8_t *at, const struct tally_cell *c)
{
    if (c->first_utc_ms == TIME_UNKNOWN)
        return varint_put(at, 0);
    const int64_t since_ms = c->first_utc_ms - c->key.day * UTC_DAY_MS;
    at = varint_put(at, 1 + varint_zigzag(since_ms));
    return varint_put(at, (uint64_t)(c->last_utc_ms - c->first_utc_ms));
}

static uint8_t *put_levels(uint8_t *at, const struct tally_cell *c)
{
    int before = LEVEL_MIN_DBM;
    at = varint_put(at, c->level_count);
    for (size_t i = 0; i < c->level_count; i++) {
        at = varint_put(at, (uint64_t)(c->levels[i].dbm - before));
        at = varint_put(at, c->levels[i].count);
        before = c->levels[i].dbm;
    }
    return at;
}

static void put_cell(struct packer *p, const struct tally_cell *c, uint32_t step,
                     int32_t first_day)
{
    uint8_t *at = room(&p->bytes, (10 + 2 * (size_t)c->level_count) * VARINT_SIZE);
    at = varint_put(at, step);
    at = varint_put(at, operator_index(p, c->key.mccmnc));
    at = varint_put(at, (uint64_t)((int64_t)c->key.day - first_day));
    at = varint_put(at, c->key.tech);
    at = varint_put(at, c->no_level);
    at = varint_put(at, c->no_service);
    at = put_times(at, c);
    at = put_levels(at, c);
    p->bytes.size = (size_t)(at - p->bytes.data);
}

/* One tile's entries, sorted, become one pack. */
static struct tally_pack pack_tile(struct packer *p, const struct entry *e, size_t count)
{
    const struct tally_key *k = &e[0].cell->key;
    struct tally_pack pack = {.tile_x = tally_tile(k->bin_x),
                              .tile_y = tally_tile(k->bin_y),
                              .first_day = k->day,
                              .last_day = k->day};
    p->operator_count = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t day = e[i].cell->key.day;
        pack.first_day = day < pack.first_day ? day : pack.first_day;
        pack.last_day = day > pack.last_day ? day : pack.last_day;
        note_operator(p, e[i].cell->key.mccmnc);
        __builtin_prefetch(e[i].cell->levels); /* needed soon, and in another order */
    }
    qsort(p->operators, p->operator_count, sizeof *p->operators, compare_operators);
    put_head(p, pack.first_day);
    uint32_t bin = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t here = bin_in_tile(&e[i].cell->key);
        put_cell(p, e[i].cell, here - bin, pack.first_day);
        bin = here;
    }
    pack.bytes = p->bytes.data;
    pack.size = p->bytes.size;
    return pack;
}

static uint64_t tile_order(const struct tally_cell *c)
{
    return (uint64_t)(uint32_t)tally_tile(c->key.bin_x) << 32 |
           (uint32_t)tally_tile(c->key.bin_y);
}

/* The tiles of a tally, numbered as they are first seen, and its cells. */
struct tiles {
    uint32_t *slots;   /* open addressing: a tile's number + 1, 0: free */
    size_t slot_count; /* a power of two */
    uint64_t *orders;  /* by number */
    size_t count, order_capacity;
    uint32_t recent; /* the tile of the last cell */
    struct entry *entries;
    size_t entry_count;
};

static size_t tile_slot(const struct tiles *t, uint64_t order)
{
    const uint64_t h = order * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(h >> 32) & (t->slot_count - 1);
    while (t->slots[at] && t->orders[t->slots[at] - 1] != order)
        at = (at + 1) & (t->slot_count - 1);
    return at;
}

static void grow_tiles(struct tiles *t)
{
    free(t->slots);
    t->slot_count = t->slot_count ? 2 * t->slot_count : 256;
    t->slots = xcalloc(t->slot_count, sizeof *t->slots);
    for (uint32_t i = 0; i < t->count; i++)
        t->slots[tile_slot(t, t->orders[i])] = i + 1;
}

static uint32_t tile_number(struct tiles *t, uint64_t order)
{
    if (2 * t->count >= t->slot_count)
        grow_tiles(t);
    const size_t slot = tile_slot(t, order);
    if (t->slots[slot] == 0) {
        t->orders = xgrow(t->orders, t->count, &t->order_capacity, sizeof *t->orders);
        t->orders[t->count++] = order;
        t->slots[slot] = (uint32_t)t->count;
    }
    return t->slots[slot] - 1;
}

/* Cells were made along a way, bin by bin: the tile is mostly that of the one before. */
static void list_cell(void *ctx, const struct tally_cell *c)
{
    struct tiles *t = ctx;
    const uint64_t order = tile_order(c);
    if (t->count == 0 || t->orders[t->recent] != order)
        t->recent = tile_number(t, order);
    t->entries[t->entry_count++] =
        (struct entry){(uint64_t)t->recent << BIN_BITS | bin_in_tile(&c->key), c};
}

/* The entries by tile, then by key. */
static void sort_entries(struct tiles *t)
{
    struct entry *other = xcalloc(t->entry_count + 1, sizeof *other);
    for (int shift = 0; t->count << BIN_BITS >> shift > 0; shift += DIGIT_BITS) {
        struct entry *sorted = other;
        sort_by_digit(t->entries, t->entry_count, shift, sorted);
        other = t->entries;
        t->entries = sorted;
    }
    free(other);
    size_t from = 0;
    for (size_t i = 1; i <= t->entry_count; i++) {
        if (i < t->entry_count && t->entries[i].order == t->entries[from].order)
            continue;
        sort_bin(t->entries + from, i - from);
        from = i;
    }
}

/* How many of the entries from `from` on are of one tile. */
static size_t tile_size(const struct tiles *t, size_t from)
{
    const uint64_t tile = t->entries[from].order >> BIN_BITS;
    size_t to = from + 1;
    while (to < t->entry_count && t->entries[to].order >> BIN_BITS == tile)
        to++;
    return to - from;
}

enum err tally_pack(const struct tally *t, tally_pack_fn take, void *ctx)
{
    struct tiles tiles = {.entries = xcalloc(tally_count(t) + 1, sizeof *tiles.entries)};
    struct packer p = {.operators = NULL};
    enum err err = ERR_OK;
    tally_each(t, list_cell, &tiles);
    sort_entries(&tiles);
    for (size_t from = 0; !err && from < tiles.entry_count;) {
        const size_t size = tile_size(&tiles, from);
        const struct tally_pack pack = pack_tile(&p, tiles.entries + from, size);
        err = take(ctx, &pack);
        from += size;
    }
    free(tiles.slots);
    free(tiles.orders);
    free(tiles.entries);
    free(p.operators);
    free(p.bytes.data);
    return err;
}

/* A number of at most `max`. A call for each of them would cost more than the reading. */
static inline __attribute__((always_inline)) bool get_upto(struct tally_unpacker *u,
                                                           uint64_t max, uint64_t *value)
{
    return varint_get(&u->at, u->end, value) && *value <= max;
}

bool tally_unpack_begin(struct tally_unpacker *u, const struct tally_pack *pack)
{
    uint64_t operators = 0, day = 0;
    *u = (struct tally_unpacker){.at = pack->bytes,
                                 .end = pack->bytes + pack->size,
                                 .tile_x = pack->tile_x,
                                 .tile_y = pack->tile_y};
    if (!varint_get(&u->at, u->end, &operators) || operators == 0 ||
        operators > (size_t)(u->end - u->at) / OPERATOR_SIZE)
        return false;
    u->operator_count = (uint32_t)operators;
    u->operators = u->at;
    u->at += operators * OPERATOR_SIZE;
    if (!varint_get(&u->at, u->end, &day))
        return false;
    const int64_t first_day = varint_unzigzag(day);
    u->first_day = (int32_t)first_day;
    return first_day == u->first_day;
}

static bool get_key(struct tally_unpacker *u, struct tally_key *key)
{
    enum { LAST_BIN = TALLY_TILE_BINS * TALLY_TILE_BINS - 1 };
    uint64_t step = 0, op = 0, day = 0, tech = 0;
    if (!get_upto(u, LAST_BIN - u->bin, &step) ||
        !get_upto(u, u->operator_count - 1, &op) ||
        !get_upto(u, (uint64_t)((int64_t)INT32_MAX - u->first_day), &day) ||
        !get_upto(u, UINT8_MAX, &tech))
        return false;
    u->bin += (uint32_t)step;
    const uint8_t *digits = u->operators + op * OPERATOR_SIZE;
    *key = (struct tally_key){
        .bin_x = u->tile_x * TALLY_TILE_BINS + (int32_t)(u->bin >> TALLY_TILE_BITS),
        .bin_y = u->tile_y * TALLY_TILE_BINS + (int32_t)(u->bin & (TALLY_TILE_BINS - 1)),
        .mccmnc = (mccmnc_t)digits[0] | (mccmnc_t)digits[1] << 8 |
                  (mccmnc_t)digits[2] << 16 | (mccmnc_t)digits[3] << 24,
        .day = u->first_day + (int32_t)day,
        .tech = (uint8_t)tech,
    };
    return tech <= TECH_NONE && key->mccmnc != 0;
}

static bool get_times(struct tally_unpacker *u, struct tally_cell *c)
{
    uint64_t since = 0, span = 0;
    c->first_utc_ms = c->last_utc_ms = TIME_UNKNOWN;
    if (!varint_get(&u->at, u->end, &since))
        return false;
    if (since == 0)
        return true;
    if (!get_upto(u, INT64_MAX / 4, &span) || since > INT64_MAX / 4)
        return false;
    c->first_utc_ms = c->key.day * UTC_DAY_MS + varint_unzigzag(since - 1);
    c->last_utc_ms = c->first_utc_ms + (int64_t)span;
    return true;
}

static bool get_levels(struct tally_unpacker *u, struct tally_cell *c,
                       struct tally_level *levels)
{
    uint64_t count = 0;
    int dbm = LEVEL_MIN_DBM;
    if (!get_upto(u, LEVEL_SPAN, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t step = 0, samples = 0;
        if (!get_upto(u, (uint64_t)(LEVEL_MAX_DBM - dbm), &step) ||
            !get_upto(u, UINT32_MAX, &samples) || (step == 0 && i > 0) || samples == 0)
            return false;
        dbm += (int)step;
        levels[i] = (struct tally_level){.dbm = (int16_t)dbm, .count = (uint32_t)samples};
    }
    c->levels = levels;
    c->level_count = (uint8_t)count;
    c->level_capacity = (uint16_t)count;
    c->fresh_count = 0;
    return true;
}

int tally_unpack_key(struct tally_unpacker *unpacker, struct tally_key *key)
{
    /* of its own, so that the place stays in a register from number to number */
    struct tally_unpacker u = *unpacker;
    if (u.at == u.end)
        return 0;
    if (!get_key(&u, key))
        return -1;
    unpacker->at = u.at;
    unpacker->bin = u.bin;
    return 1;
}

bool tally_unpack_counts(struct tally_unpacker *unpacker, struct tally_cell *c,
                         struct tally_level *levels)
{
    struct tally_unpacker u = *unpacker;
    if (!varint_get(&u.at, u.end, &c->no_level) ||
        !varint_get(&u.at, u.end, &c->no_service) || !get_times(&u, c) ||
        !get_levels(&u, c, levels))
        return false;
    unpacker->at = u.at;
    return true;
}

int tally_unpack_next(struct tally_unpacker *u, struct tally_cell *c,
                      struct tally_level *levels)
{
    const int got = tally_unpack_key(u, &c->key);
    return got > 0 && !tally_unpack_counts(u, c, levels) ? -1 : got;
}
