/* Reading plans: the bins of areas and what each operator lacks, by area_code. */
#include <stdlib.h>
#include <string.h>

#include "plan_rows.h"
#include "xmem.h"

enum {
    MAX_AREA_BINS = 16000000,
    MAX_NEEDS = 8000000,
    MAX_BIN = 1 << 30,
};

static int compare_codes(const void *a, const void *b)
{
    const struct plan_area *const *x = a;
    const struct plan_area *const *y = b;
    return strcmp((*x)->area_code, (*y)->area_code);
}

/* Sorts the areas by code; false where two have the same. */
static bool index_areas(struct plan_reader *p)
{
    p->by_code = xcalloc(p->area_count + 1, sizeof(*p->by_code));
    for (size_t i = 0; i < p->area_count; i++)
        p->by_code[i] = &p->areas[i];
    if (p->area_count > 1)
        qsort(p->by_code, p->area_count, sizeof *p->by_code, compare_codes);
    for (size_t i = 1; i < p->area_count; i++) {
        if (compare_codes(&p->by_code[i - 1], &p->by_code[i]) == 0)
            return false;
    }
    return true;
}

/* Rows come by area_code, too: from the area of the row before to the one of this. NULL
 * where there is no such area. */
static struct plan_area *area_of(const struct plan_reader *p, size_t *at,
                                 const char *code)
{
    while (*at < p->area_count && strcmp(p->by_code[*at]->area_code, code) < 0)
        ++*at;
    const bool found =
        *at < p->area_count && strcmp(p->by_code[*at]->area_code, code) == 0;
    return found ? p->by_code[*at] : NULL;
}

/* All bins one after the other, with their place in the walk. */
struct bins {
    struct judge_bin *items;
    int64_t *walk; /* from 1; ID_UNKNOWN: not wanted */
    size_t count;
    size_t capacity, walk_capacity;
};

static bool is_after(const struct bins *b, const struct plan_area *a,
                     struct judge_bin bin)
{
    if (a->bin_count == 0)
        return true;
    const struct judge_bin last = b->items[b->count - 1];
    return last.bin_x < bin.bin_x || (last.bin_x == bin.bin_x && last.bin_y < bin.bin_y);
}

static void read_bin_rows(struct plan_rows *r, struct bins *b)
{
    const struct plan_reader *p = r->reader;
    size_t at = 0;
    while (plan_rows_next(r)) {
        char *code = plan_rows_raw(r);
        struct plan_area *a = area_of(p, &at, code);
        free(code);
        struct judge_bin bin = {0};
        bin.bin_x = (int32_t)plan_rows_int(r, -MAX_BIN, MAX_BIN);
        bin.bin_y = (int32_t)plan_rows_int(r, -MAX_BIN, MAX_BIN);
        const int64_t walk = plan_rows_count(r, 1, MAX_AREA_BINS);
        plan_rows_check(r, a && b->count < MAX_AREA_BINS && is_after(b, a, bin));
        if (r->err)
            return;
        b->items = xgrow(b->items, b->count, &b->capacity, sizeof *b->items);
        b->walk = xgrow(b->walk, b->count, &b->walk_capacity, sizeof *b->walk);
        b->items[b->count] = bin;
        b->walk[b->count++] = walk;
        a->bin_count++;
        a->wanted_count += walk != ID_UNKNOWN;
    }
}

/* Gives an area its bins from `at` on; false where the walk does not go from 1 to the
 * number of wanted bins, each once. */
static bool hand_out(const struct bins *b, size_t at, struct judge_bin *wanted,
                     struct plan_area *a)
{
    if (a->bin_count == 0)
        return false;
    bool *there = xcalloc(a->wanted_count + 1, sizeof *there);
    bool ok = true;
    a->bins = b->items + at;
    a->wanted = wanted;
    for (size_t i = at; ok && i < at + a->bin_count; i++) {
        if (b->walk[i] == ID_UNKNOWN)
            continue;
        const size_t place = (size_t)b->walk[i] - 1;
        ok = place < a->wanted_count && !there[place];
        if (!ok)
            break;
        there[place] = true;
        wanted[place] = b->items[i];
    }
    free(there);
    return ok;
}

enum err plan_read_bins(struct plan_reader *p)
{
    struct bins b = {0};
    struct plan_rows r =
        plan_rows_open(p, "SELECT area_code, bin_x, bin_y, walk FROM plan_area_bin "
                          "ORDER BY area_code COLLATE BINARY, bin_x, bin_y");
    plan_rows_check(&r, index_areas(p));
    read_bin_rows(&r, &b);
    plan_reader_keep(p, b.items);
    struct judge_bin *wanted = plan_reader_keep(p, xcalloc(b.count + 1, sizeof(*wanted)));
    size_t at = 0;
    for (size_t i = 0; !r.err && i < p->area_count; i++) {
        struct plan_area *a = p->by_code[i];
        plan_rows_check(&r, hand_out(&b, at, wanted, a));
        at += a->bin_count;
        wanted += a->wanted_count;
    }
    free(b.walk);
    return plan_rows_close(&r);
}

enum err plan_read_needs(struct plan_reader *p)
{
    struct plan_need *items = NULL;
    size_t count = 0, capacity = 0, at = 0;
    struct plan_rows r = plan_rows_open(
        p, "SELECT area_code, mccmnc, result, bins_seen, bins_to_pass, bins_to_fail "
           "FROM plan_need ORDER BY area_code COLLATE BINARY, mccmnc");
    while (plan_rows_next(&r)) {
        char *code = plan_rows_raw(&r);
        char *digits = plan_rows_raw(&r);
        struct plan_area *a = area_of(p, &at, code);
        struct plan_need n = {.mccmnc = mccmnc_parse(digits),
                              .result = plan_rows_result(&r)};
        free(code);
        free(digits);
        n.bins_seen = plan_rows_int(&r, 0, MAX_AREA_BINS);
        n.bins_to_pass = plan_rows_count(&r, 0, MAX_AREA_BINS);
        n.bins_to_fail = plan_rows_count(&r, 0, MAX_AREA_BINS);
        plan_rows_check(&r, a && count < MAX_NEEDS && n.mccmnc != 0);
        if (r.err)
            break;
        items = xgrow(items, count, &capacity, sizeof *items);
        items[count++] = n;
        a->need_count++;
    }
    plan_reader_keep(p, items);
    at = 0;
    for (size_t i = 0; i < p->area_count; i++) {
        p->by_code[i]->needs = items ? items + at : NULL;
        at += p->by_code[i]->need_count;
    }
    return plan_rows_close(&r);
}
