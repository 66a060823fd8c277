/* The rows of bins.csv: per bin, operator and technology, over all days. */
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

/* What the cells of one bin and operator come to. */
struct group {
    struct tally_histogram levels[TECH_COUNT]; /* set where seen */
    bool seen[TECH_COUNT];
    uint64_t no_level[TECH_COUNT + 1];
    uint64_t no_service;
};

static struct bin_stat *add_row(struct model_column *c, const struct tally_key *key,
                                enum tech tech)
{
    c->rows = xgrow(c->rows, c->row_count, &c->row_capacity, sizeof *c->rows);
    struct bin_stat *row = &c->rows[c->row_count++];
    *row = (struct bin_stat){
        .bin_x = key->bin_x, .bin_y = key->bin_y, .mccmnc = key->mccmnc, .tech = tech};
    return row;
}

static void sum_up(struct group *g, const struct tally_cell **cells, size_t count)
{
    memset(g->seen, 0, sizeof g->seen);
    memset(g->no_level, 0, sizeof g->no_level);
    g->no_service = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t tech = cells[i]->key.tech;
        g->no_level[tech] += cells[i]->no_level;
        g->no_service += cells[i]->no_service;
        if (tech >= TECH_COUNT)
            continue;
        if (!g->seen[tech])
            tally_histogram_clear(&g->levels[tech]);
        g->seen[tech] = true;
        tally_histogram_add(&g->levels[tech], cells[i]);
    }
}

void model_add_bin_rows(struct model_column *column, const struct tally_cell **cells,
                        size_t count, double share)
{
    struct group g;
    bool any = false;
    sum_up(&g, cells, count);
    for (int t = 0; t < TECH_COUNT; t++)
        any = any || g.seen[t];
    if (!any || g.no_level[TECH_NONE] > 0) {
        struct bin_stat *row = add_row(column, &cells[0]->key, TECH_NONE);
        row->no_level = g.no_level[TECH_NONE];
        row->no_service = g.no_service;
        row->share = share;
    }
    for (int t = 0; t < TECH_COUNT; t++) {
        if (!g.seen[t])
            continue;
        struct bin_stat *row = add_row(column, &cells[0]->key, (enum tech)t);
        row->samples = g.levels[t].sum;
        row->median_dbm = tally_histogram_median(&g.levels[t]);
        row->p10_dbm = tally_histogram_p10(&g.levels[t]);
        row->no_level = g.no_level[t];
        row->no_service = g.no_service;
        row->share = share;
    }
}

void model_build_bins(struct model *m, struct model_columns *columns)
{
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++)
        count += columns->items[i].row_count;
    m->bin_count = count;
    m->bins = model_alloc(m, count, sizeof *m->bins);
    /* columns of tiles follow each other, and each is sorted */
    count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        struct model_column *c = &columns->items[i];
        if (c->row_count > 0)
            memcpy(m->bins + count, c->rows, c->row_count * sizeof *c->rows);
        count += c->row_count;
        free(c->rows); /* there may be gigabytes of them */
        c->rows = NULL;
        c->row_count = 0;
    }
}
