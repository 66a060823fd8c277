/* The rows of bins.csv: per bin, operator and technology, over all days. */
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

struct rows {
    struct bin_stat *items;
    size_t count;
    size_t capacity;
};

static bool same_group(const struct tally_key *a, const struct tally_key *b)
{
    return a->bin_x == b->bin_x && a->bin_y == b->bin_y && a->mccmnc == b->mccmnc;
}

static struct bin_stat *add_row(struct rows *rows, const struct tally_key *key,
                                enum tech tech)
{
    rows->items = xgrow(rows->items, rows->count, &rows->capacity, sizeof *rows->items);
    struct bin_stat *row = &rows->items[rows->count++];
    *row = (struct bin_stat){
        .bin_x = key->bin_x, .bin_y = key->bin_y, .mccmnc = key->mccmnc, .tech = tech};
    return row;
}

/* One bin and operator: its cells over all days and technologies. */
static void add_group(struct rows *rows, const struct tally_cell **cells, size_t count)
{
    struct tally_histogram histogram[TECH_COUNT];
    uint64_t no_level[TECH_COUNT + 1] = {0};
    bool seen[TECH_COUNT] = {false};
    uint64_t no_service = 0;
    memset(histogram, 0, sizeof histogram);
    for (size_t i = 0; i < count; i++) {
        const uint8_t tech = cells[i]->key.tech;
        no_level[tech] += cells[i]->no_level;
        no_service += cells[i]->no_service;
        if (tech < TECH_COUNT) {
            tally_histogram_add(&histogram[tech], cells[i]);
            seen[tech] = true;
        }
    }
    bool any = false;
    for (int t = 0; t < TECH_COUNT; t++) {
        if (!seen[t])
            continue;
        any = true;
        struct bin_stat *row = add_row(rows, &cells[0]->key, (enum tech)t);
        row->samples = histogram[t].sum;
        row->median_dbm = tally_histogram_median(&histogram[t]);
        row->p10_dbm = tally_histogram_p10(&histogram[t]);
        row->no_level = no_level[t];
        row->no_service = no_service;
    }
    if (any && no_level[TECH_NONE] == 0)
        return;
    struct bin_stat *row = add_row(rows, &cells[0]->key, TECH_NONE);
    row->no_level = no_level[TECH_NONE];
    row->no_service = no_service;
}

/* Technology by name, the row without one first. */
static int compare_rows(const void *a, const void *b)
{
    const struct bin_stat *x = a;
    const struct bin_stat *y = b;
    if (x->bin_x != y->bin_x)
        return x->bin_x < y->bin_x ? -1 : 1;
    if (x->bin_y != y->bin_y)
        return x->bin_y < y->bin_y ? -1 : 1;
    if (x->mccmnc != y->mccmnc)
        return x->mccmnc < y->mccmnc ? -1 : 1;
    const int tx = x->tech == TECH_NONE ? -1 : (int)x->tech;
    const int ty = y->tech == TECH_NONE ? -1 : (int)y->tech;
    return tx < ty ? -1 : tx > ty;
}

void model_build_bins(struct model *m, const struct model_cells *cells)
{
    struct rows rows = {0};
    for (size_t from = 0, to; from < cells->count; from = to) {
        for (to = from + 1; to < cells->count && same_group(&cells->sorted[from]->key,
                                                            &cells->sorted[to]->key);)
            to++;
        add_group(&rows, cells->sorted + from, to - from);
    }
    if (rows.count > 1)
        qsort(rows.items, rows.count, sizeof *rows.items, compare_rows);
    m->bin_count = rows.count;
    m->bins = model_alloc(m, rows.count, sizeof *m->bins);
    if (rows.count > 0)
        memcpy(m->bins, rows.items, rows.count * sizeof *rows.items);
    free(rows.items);
}
