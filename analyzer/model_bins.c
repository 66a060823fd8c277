/* The rows of bins.csv: per bin, operator and technology, over all days. */
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

static struct bin_stat *add_row(struct model_column *c, const struct tally_key *key,
                                enum tech tech)
{
    c->rows = xgrow(c->rows, c->row_count, &c->row_capacity, sizeof *c->rows);
    struct bin_stat *row = &c->rows[c->row_count++];
    *row = (struct bin_stat){
        .bin_x = key->bin_x, .bin_y = key->bin_y, .mccmnc = key->mccmnc, .tech = tech};
    return row;
}

void model_sum_cells(struct bin_sum *sum, const struct tally_cell **cells, size_t count)
{
    memset(sum->seen, 0, sizeof sum->seen);
    memset(sum->no_level, 0, sizeof sum->no_level);
    sum->no_service = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t tech = cells[i]->key.tech;
        sum->no_level[tech] += cells[i]->no_level;
        sum->no_service += cells[i]->no_service;
        if (tech >= TECH_COUNT)
            continue;
        if (!sum->seen[tech])
            tally_histogram_clear(&sum->levels[tech]);
        sum->seen[tech] = true;
        tally_histogram_add(&sum->levels[tech], cells[i]);
    }
}

void model_add_bin_rows(struct model_column *column, const struct bin_cells *cells,
                        double share)
{
    const struct tally_key *key = &cells->items[0]->key;
    const struct bin_sum *sum = cells->sum;
    bool any = false;
    for (int t = 0; t < TECH_COUNT; t++)
        any = any || sum->seen[t];
    if (!any || sum->no_level[TECH_NONE] > 0) {
        struct bin_stat *row = add_row(column, key, TECH_NONE);
        row->no_level = sum->no_level[TECH_NONE];
        row->no_service = sum->no_service;
        row->share = share;
    }
    for (int t = 0; t < TECH_COUNT; t++) {
        if (!sum->seen[t])
            continue;
        struct bin_stat *row = add_row(column, key, (enum tech)t);
        row->samples = sum->levels[t].sum;
        row->median_dbm = tally_histogram_median(&sum->levels[t]);
        row->p10_dbm = tally_histogram_p10(&sum->levels[t]);
        row->no_level = sum->no_level[t];
        row->no_service = sum->no_service;
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
