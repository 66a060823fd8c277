/* Packed tallies, as a workspace from other hands may hold them: what can be read is
 * sane, and packed again it reads the same. */
#include "harness.h"
#include "tally_pack.h"

static void check_cell(const struct tally_cell *c)
{
    CHECK(c->key.mccmnc != 0 && c->key.tech <= TECH_NONE);
    CHECK(tally_tile(c->key.bin_x) == -3 && tally_tile(c->key.bin_y) == 7);
    CHECK(c->first_utc_ms <= c->last_utc_ms);
    for (size_t i = 0; i < c->level_count; i++) {
        CHECK(c->levels[i].dbm >= LEVEL_MIN_DBM && c->levels[i].dbm <= LEVEL_MAX_DBM);
        CHECK(c->levels[i].count > 0);
        CHECK(i == 0 || c->levels[i - 1].dbm < c->levels[i].dbm);
    }
}

static bool unpack(const struct tally_pack *pack, struct tally *into)
{
    struct tally_unpacker u;
    struct tally_cell c;
    struct tally_level levels[LEVEL_SPAN];
    int got = tally_unpack_begin(&u, pack) ? 1 : -1;
    while (got > 0 && (got = tally_unpack_next(&u, &c, levels)) > 0) {
        check_cell(&c);
        tally_merge_cell(tally_cell(into, c.key), &c);
    }
    return got == 0;
}

static enum err take(void *ctx, const struct tally_pack *pack)
{
    CHECK(unpack(pack, ctx));
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tally_pack pack = {
        .tile_x = -3, .tile_y = 7, .bytes = data, .size = size};
    struct tally *first = tally_new(), *second = tally_new();
    if (unpack(&pack, first)) {
        CHECK(tally_pack(first, take, second) == ERR_OK);
        CHECK(tally_count(second) == tally_count(first));
    }
    tally_free(first);
    tally_free(second);
    return 0;
}
