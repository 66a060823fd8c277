/* Merged packs: the cells of all of them, in the order of bin, operator and day. */
#include "../support/scratch.h"

#include "tally_merge.h"
#include "utc.h"
#include "xmem.h"

enum { MOST_PACKS = 4096 };

struct packs {
    struct tally_pack items[MOST_PACKS];
    size_t count;
    struct tally *all; /* what is in them */
};

static enum err keep(void *ctx, const struct tally_pack *pack)
{
    struct packs *p = ctx;
    assert_true(p->count < MOST_PACKS);
    p->items[p->count] = *pack;
    p->items[p->count++].bytes = memcpy(xmalloc(pack->size), pack->bytes, pack->size);
    return ERR_OK;
}

static void free_packs(struct packs *p)
{
    for (size_t i = 0; i < p->count; i++)
        free((uint8_t *)(uintptr_t)p->items[i].bytes);
    tally_free(p->all);
    free(p);
}

static void merge_cell(void *all, const struct tally_cell *c)
{
    tally_merge_cell(tally_cell(all, c->key), c);
}

/* A tally of bins on both sides of the origin and at the ends of the grid. */
static struct tally *make_tally(int cells)
{
    static const mccmnc_t operators[] = {45204, 45201, 0xF0310410, 45202};
    static const int32_t places[] = {0, INT32_MIN + 100, INT32_MAX - 100};
    struct tally *t = tally_new();
    for (int i = 0; i < cells; i++) {
        const struct tally_key key = {.bin_x = places[rand() % 3] + rand() % 31 - 15,
                                      .bin_y = places[rand() % 3] + rand() % 31 - 15,
                                      .mccmnc = operators[rand() % 4],
                                      .day = rand() % 5 - 2,
                                      .tech = (uint8_t)(rand() % (TECH_NONE + 1))};
        struct tally_cell *c = tally_cell(t, key);
        tally_add_level(c, -100 + rand() % 20, 1);
        tally_add_time(c, key.day * UTC_DAY_MS + rand() % 1000);
        c->no_service += (uint64_t)(rand() % 3);
    }
    return t;
}

static struct packs *make_packs(int tallies, int cells)
{
    struct packs *p = xcalloc(1, sizeof *p);
    p->all = tally_new();
    for (int i = 0; i < tallies; i++) {
        struct tally *t = make_tally(cells);
        tally_each(t, merge_cell, p->all);
        assert_int_equal(tally_pack(t, keep, p), ERR_OK);
        tally_free(t);
    }
    return p;
}

/* What groups of cells are made by. */
static bool in_order(struct tally_key a, struct tally_key b)
{
    a.tech = b.tech = 0;
    return tally_key_compare(&a, &b) <= 0;
}

/* Merges, checks the order, and returns what came of it. */
static struct tally *merge(const struct packs *p)
{
    struct tally *merged = tally_new();
    struct tally_merge m;
    struct tally_cell c;
    struct tally_level levels[LEVEL_SPAN];
    struct tally_key before = {.bin_x = INT32_MIN, .bin_y = INT32_MIN, .day = INT32_MIN};
    int got;
    tally_merge_begin(&m, p->items, p->count);
    while ((got = tally_merge_next(&m, &c, levels)) > 0) {
        assert_true(in_order(before, c.key));
        before = c.key;
        merge_cell(merged, &c);
    }
    assert_int_equal(got, 0);
    assert_int_equal(tally_merge_next(&m, &c, levels), 0);
    tally_merge_end(&m);
    return merged;
}

static void test_order_and_sums(void **state)
{
    (void)state;
    srand(3);
    for (int tallies = 0; tallies < 12; tallies++) {
        struct packs *p = make_packs(tallies, 300);
        struct tally *merged = merge(p);
        const struct tally_cell **x = tally_sorted(p->all), **y = tally_sorted(merged);
        assert_int_equal(tally_count(merged), tally_count(p->all));
        for (size_t i = 0; i < tally_count(merged); i++) {
            assert_int_equal(tally_key_compare(&x[i]->key, &y[i]->key), 0);
            assert_true(x[i]->no_service == y[i]->no_service);
            assert_true(x[i]->first_utc_ms == y[i]->first_utc_ms);
            assert_true(x[i]->last_utc_ms == y[i]->last_utc_ms);
            assert_int_equal(x[i]->level_count, y[i]->level_count);
            for (size_t k = 0; k < x[i]->level_count; k++) {
                assert_int_equal(x[i]->levels[k].dbm, y[i]->levels[k].dbm);
                assert_int_equal(x[i]->levels[k].count, y[i]->levels[k].count);
            }
        }
        free(x);
        free(y);
        tally_free(merged);
        free_packs(p);
    }
}

/* One pack that is cut short spoils it all, wherever it is cut. */
static void test_damage(void **state)
{
    (void)state;
    struct packs *p = make_packs(3, 50);
    struct tally_pack *cut = &p->items[p->count / 2];
    const size_t size = cut->size;
    size_t damaged = 0;
    for (cut->size = 0; cut->size < size; cut->size++) {
        struct tally_merge m;
        struct tally_cell c;
        struct tally_level levels[LEVEL_SPAN];
        int got;
        tally_merge_begin(&m, p->items, p->count);
        while ((got = tally_merge_next(&m, &c, levels)) > 0)
            continue;
        damaged += got < 0;
        tally_merge_end(&m);
    }
    assert_true(damaged > size / 2); /* but for the places between two cells */
    free_packs(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_sums),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
