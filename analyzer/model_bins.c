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

static struct bin_stat *add_row(struct model_tile *c, const struct model_bin *b,
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

void model_add_bin_rows(struct model_tile *tile, const struct model_bin *b, double share)
{
    const struct bin_sum *sum = &b->sum;
    bool any = false;
    for (int t = 0; t < TECH_COUNT; t++)
        any = any || sum->seen[t];
    if (!any || sum->no_level[TECH_NONE] > 0)
        add_row(tile, b, TECH_NONE)->share = share;
    for (int t = 0; t < TECH_COUNT; t++) {
        if (!sum->seen[t])
            continue;
        struct bin_stat *row = add_row(tile, b, (enum tech)t);
        row->samples = sum->levels[t].sum;
        row->median_dbm = tally_histogram_median(&sum->levels[t]);
        row->p10_dbm = tally_histogram_p10(&sum->levels[t]);
        row->share = share;
    }
}

/* The rows of the tiles from..to, one above the other: their columns of bins in turn. */
static size_t take_rows(struct bin_stat *into, struct model_tile *from,
                        const struct model_tile *to)
{
    size_t *next = xcalloc((size_t)(to - from), sizeof *next);
    size_t count = 0;
    const int32_t west = from->tile_x * TALLY_TILE_BINS;
    for (int x = 0; x < TALLY_TILE_BINS; x++) {
        for (const struct model_tile *t = from; t < to; t++) {
            const size_t start = next[t - from];
            size_t end = start;
            while (end < t->row_count && t->rows[end].bin_x == west + x)
                end++;
            if (end > start)
                memcpy(into + count, t->rows + start, (end - start) * sizeof *into);
            count += end - start;
            next[t - from] = end;
        }
    }
    free(next);
    for (struct model_tile *t = from; t < to; t++) {
        free(t->rows); /* there may be gigabytes of them */
        t->rows = NULL;
        t->row_count = t->row_capacity = 0;
    }
    return count;
}

void model_build_bins(struct model *m, struct model_tiles *tiles)
{
    size_t count = 0;
    for (size_t i = 0; i < tiles->count; i++)
        count += tiles->items[i].row_count;
    m->bin_count = count;
    m->bins = model_alloc(m, count, sizeof *m->bins);
    count = 0;
    for (size_t i = 0, end; i < tiles->count; i = end) {
        end = i + 1;
        while (end < tiles->count && tiles->items[end].tile_x == tiles->items[i].tile_x)
            end++;
        count += take_rows(m->bins + count, &tiles->items[i], tiles->items + end);
    }
}
