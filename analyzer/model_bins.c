/* The rows of bins.csv: per bin, operator and technology, over all days. */
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

void bin_sum_clear(struct bin_sum *sum)
{
    memset(sum->seen, 0, sizeof sum->seen);
    memset(sum->no_level, 0, sizeof sum->no_level);
    sum->no_service = 0;
}

void bin_sum_add(struct bin_sum *sum, const struct tally_cell *cell)
{
    const uint8_t tech = cell->key.tech;
    sum->no_level[tech] += cell->no_level;
    sum->no_service += cell->no_service;
    if (tech >= TECH_COUNT)
        return;
    if (!sum->seen[tech])
        tally_histogram_clear(&sum->levels[tech]);
    sum->seen[tech] = true;
    tally_histogram_add(&sum->levels[tech], cell);
}

static struct bin_stat *add_row(struct model_column *c, const struct model_bin *b,
                                enum tech tech)
{
    c->rows = xgrow(c->rows, c->row_count, &c->row_capacity, sizeof *c->rows);
    struct bin_stat *row = &c->rows[c->row_count++];
    *row = (struct bin_stat){.bin_x = b->evidence.bin_x,
                             .bin_y = b->evidence.bin_y,
                             .mccmnc = b->evidence.mccmnc,
                             .tech = tech,
                             .no_level = b->sum.no_level[tech],
                             .no_service = b->sum.no_service};
    return row;
}

void model_add_bin_rows(struct model_column *column, const struct model_bin *b,
                        double share)
{
    const struct bin_sum *sum = &b->sum;
    bool any = false;
    for (int t = 0; t < TECH_COUNT; t++)
        any = any || sum->seen[t];
    if (!any || sum->no_level[TECH_NONE] > 0)
        add_row(column, b, TECH_NONE)->share = share;
    for (int t = 0; t < TECH_COUNT; t++) {
        if (!sum->seen[t])
            continue;
        struct bin_stat *row = add_row(column, b, (enum tech)t);
        row->samples = sum->levels[t].sum;
        row->median_dbm = tally_histogram_median(&sum->levels[t]);
        row->p10_dbm = tally_histogram_p10(&sum->levels[t]);
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
