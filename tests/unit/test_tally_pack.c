/* Packed tallies: what goes in comes out, in order and nothing else; damage is found. */
#include "../support/scratch.h"

#include "tally_pack.h"
#include "utc.h"
#include "xmem.h"

static void test_tiles(void **state)
{
    static const struct {
        int32_t bin, tile;
    } rows[] = {{0, 0},
                {63, 0},
                {64, 1},
                {-1, -1},
                {-64, -1},
                {-65, -2},
                {INT32_MAX, (1 << 25) - 1},
                {INT32_MIN, -(1 << 25)}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(tally_tile(rows[i].bin), rows[i].tile);
}

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return *random >> 8;
}

/* Cells around the origin, so that tiles have negative numbers, too. */
static void fill(struct tally *t, int cells)
{
    static const mccmnc_t operators[] = {45204, 45201, 0x00310410, 45202};
    uint32_t random = 5;
    for (int i = 0; i < cells; i++) {
        const struct tally_key key = {
            .bin_x = (int32_t)(next_random(&random) % 300) - 150,
            .bin_y = (int32_t)(next_random(&random) % 300) - 150,
            .mccmnc = operators[next_random(&random) % 4],
            .day = 20000 + (int32_t)(next_random(&random) % 5),
            .tech = (uint8_t)(next_random(&random) % (TECH_NONE + 1))};
        struct tally_cell *c = tally_cell(t, key);
        for (uint32_t n = next_random(&random) % 4; n > 0; n--)
            tally_add_level(c, -140 + (int)(next_random(&random) % 90), 1 + n * 1000);
        c->no_level = next_random(&random) % 3;
        c->no_service = (uint64_t)(next_random(&random) % 3) << 40;
        if (i % 7)
            tally_add_time(c,
                           key.day * UTC_DAY_MS + next_random(&random) % 90000000 - 1000);
        if (i % 3)
            tally_add_time(c, key.day * UTC_DAY_MS);
    }
}

static void assert_same_cell(const struct tally_cell *a, const struct tally_cell *b)
{
    assert_int_equal(tally_key_compare(&a->key, &b->key), 0);
    assert_true(a->no_level == b->no_level && a->no_service == b->no_service);
    assert_true(a->first_utc_ms == b->first_utc_ms && a->last_utc_ms == b->last_utc_ms);
    assert_int_equal(a->level_count, b->level_count);
    for (size_t i = 0; i < a->level_count; i++) {
        assert_int_equal(a->levels[i].dbm, b->levels[i].dbm);
        assert_int_equal(a->levels[i].count, b->levels[i].count);
    }
}

/* Unpacks into another tally, and checks the order on the way. */
static enum err unpack(void *ctx, const struct tally_pack *pack)
{
    struct tally_unpacker u;
    struct tally_cell c;
    struct tally_level levels[LEVEL_SPAN];
    struct tally_key before = {.day = INT32_MIN};
    int got = 0;
    bool any = false;
    assert_true(tally_unpack_begin(&u, pack));
    while ((got = tally_unpack_next(&u, &c, levels)) == 1) {
        assert_int_equal(tally_tile(c.key.bin_x), pack->tile_x);
        assert_int_equal(tally_tile(c.key.bin_y), pack->tile_y);
        assert_true(c.key.day >= pack->first_day && c.key.day <= pack->last_day);
        assert_true(!any || tally_key_compare(&before, &c.key) < 0);
        before = c.key;
        any = true;
        tally_merge_cell(tally_cell(ctx, c.key), &c);
    }
    assert_int_equal(got, 0);
    return ERR_OK;
}

static void test_there_and_back(void **state)
{
    struct tally *from = tally_new(), *to = tally_new();
    (void)state;
    fill(from, 30000);
    assert_int_equal(tally_pack(from, unpack, to), ERR_OK);
    assert_int_equal(tally_count(to), tally_count(from));
    const struct tally_cell **x = tally_sorted(from);
    const struct tally_cell **y = tally_sorted(to);
    for (size_t i = 0; i < tally_count(from); i++)
        assert_same_cell(x[i], y[i]);
    free(x);
    free(y);
    tally_free(from);
    tally_free(to);
}

static enum err count_pack(void *ctx, const struct tally_pack *pack)
{
    struct tally_unpacker u;
    struct tally_cell c;
    struct tally_level levels[LEVEL_SPAN];
    int cells = 0;
    assert_true(tally_unpack_begin(&u, pack));
    while (tally_unpack_next(&u, &c, levels) == 1)
        cells++;
    assert_int_equal(cells, 2);
    ++*(int *)ctx;
    return ERR_OK;
}

/* Many tiles, each come to twice: one pack of each. */
static void test_many_tiles(void **state)
{
    enum { TILES = 1000 };
    struct tally *t = tally_new();
    int packs = 0;
    (void)state;
    for (int i = 0; i < 2 * TILES; i++) {
        const int tile = i % TILES;
        tally_cell(t, (struct tally_key){.bin_x = tile % 40 * TALLY_TILE_BINS + i / TILES,
                                         .bin_y = tile / 40 * TALLY_TILE_BINS,
                                         .mccmnc = 45204});
    }
    assert_int_equal(tally_pack(t, count_pack, &packs), ERR_OK);
    assert_int_equal(packs, TILES);
    tally_free(t);
}

struct kept {
    struct tally_pack pack;
    uint8_t *bytes;
    int packs;
};

static enum err keep(void *ctx, const struct tally_pack *pack)
{
    struct kept *k = ctx;
    free(k->bytes);
    k->bytes = xmalloc(pack->size);
    memcpy(k->bytes, pack->bytes, pack->size);
    k->pack = *pack;
    k->pack.bytes = k->bytes;
    k->packs++;
    return ERR_OK;
}

static enum err refuse(void *ctx, const struct tally_pack *pack)
{
    (void)pack;
    ++*(int *)ctx;
    return ERR_USAGE;
}

static void test_stops_at_error(void **state)
{
    struct tally *t = tally_new();
    int calls = 0;
    (void)state;
    assert_int_equal(tally_pack(t, refuse, &calls), ERR_OK); /* nothing to pack */
    fill(t, 1000);
    assert_int_equal(tally_pack(t, refuse, &calls), ERR_USAGE);
    assert_int_equal(calls, 1);
    tally_free(t);
}

/* The bytes themselves, which files on disk have. */
static void test_bytes(void **state)
{
    static const uint8_t expected[] = {
        1,    0x94, 0xb0, 0,    0,              /* one operator, 45204 */
        0xc0, 0xb8, 0x02,                       /* day 20000 */
        0x82, 0x01, 0,    0,    TECH_LTE, 3, 0, /* bin 2, 2; 3 without a level */
        0xc9, 0x01, 5,                          /* 100 ms after midnight, 5 ms long */
        2,    41,   0x84, 0x02, 48,       1,    /* -115 dBm 260 times, -67 dBm once */
    };
    struct tally *t = tally_new();
    struct kept k = {.packs = 0};
    struct tally_cell *c =
        tally_cell(t, (struct tally_key){2, 2, 45204, 20000, TECH_LTE});
    (void)state;
    tally_add_level(c, -67, 1);
    tally_add_level(c, -115, 260);
    tally_add_level(c, LEVEL_NONE, 3);
    tally_add_time(c, 20000 * UTC_DAY_MS + 100);
    tally_add_time(c, 20000 * UTC_DAY_MS + 105);
    assert_int_equal(tally_pack(t, keep, &k), ERR_OK);
    assert_int_equal(k.packs, 1);
    assert_int_equal(k.pack.size, sizeof expected);
    assert_memory_equal(k.bytes, expected, sizeof expected);
    free(k.bytes);
    tally_free(t);
}

/* Reads a pack to its end; false where it is damaged. */
static bool is_whole(const struct tally_pack *pack)
{
    struct tally_unpacker u;
    struct tally_cell c;
    struct tally_level levels[LEVEL_SPAN];
    int got = tally_unpack_begin(&u, pack) ? 1 : -1;
    while (got > 0)
        got = tally_unpack_next(&u, &c, levels);
    return got == 0;
}

/* Cut anywhere it is damaged, or ends between two cells; no flipped bit reads past it. */
static void test_damage(void **state)
{
    struct tally *t = tally_new();
    struct kept k = {.packs = 0};
    size_t ends = 0;
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct tally_cell *c =
            tally_cell(t, (struct tally_key){i % 5, i, 45204, 20000 + i % 3, TECH_LTE});
        tally_add_level(c, -90 - i, 300);
        tally_add_time(c, 20000 * UTC_DAY_MS + i);
    }
    assert_int_equal(tally_pack(t, keep, &k), ERR_OK);
    assert_true(is_whole(&k.pack));
    const size_t size = k.pack.size;
    for (k.pack.size = 0; k.pack.size < size; k.pack.size++) {
        uint8_t *cut = xmalloc(k.pack.size + 1); /* so that sanitizers see its end */
        memcpy(cut, k.bytes, k.pack.size);
        k.pack.bytes = cut;
        ends += is_whole(&k.pack);
        free(cut);
    }
    assert_int_equal(ends, 20);
    k.pack.bytes = k.bytes;
    for (size_t bit = 0; bit < 8 * size; bit++) {
        k.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        (void)is_whole(&k.pack);
        k.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    free(k.bytes);
    tally_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiles),          cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_stops_at_error), cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_damage),         cmocka_unit_test(test_many_tiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
