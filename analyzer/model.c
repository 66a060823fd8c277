/* The model's memory, names, and the order in which it is built. */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

const char *model_yes_no_name(enum yes_no v)
{
    static const char *const names[] = {"unknown", "no", "yes"};
    return names[v];
}

const char *model_presence_name(enum presence v)
{
    static const char *const names[] = {"unknown", "absent", "present"};
    return names[v];
}

const char *model_area_kind_name(enum area_kind k)
{
    static const char *const names[] = {"centre", "cluster", "polygon"};
    return names[k];
}

struct latlon model_bin_centre(const struct model *m, int32_t bin_x, int32_t bin_y)
{
    const struct xy p = {.x_m = (bin_x + 0.5) * m->bin_size_m,
                         .y_m = (bin_y + 0.5) * m->bin_size_m};
    return crs_inverse(m->crs, p);
}

/* A list of blocks that live and die with the model. */
struct arena_block {
    struct arena_block *next;
    _Alignas(16) unsigned char data[];
};

void *model_alloc(struct model *m, size_t count, size_t size)
{
    struct arena_block *b = xcalloc(1, sizeof *b + (count ? count : 1) * size);
    b->next = m->arena;
    m->arena = b;
    return b->data;
}

const char *model_text(struct model *m, const char *text)
{
    const size_t size = strlen(text) + 1;
    return memcpy(model_alloc(m, size, 1), text, size);
}

void model_free(struct model *model)
{
    struct arena_block *b = model->arena;
    while (b) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    *model = (struct model){0};
}

static int32_t floor_div(int32_t a, int32_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

struct loading {
    struct tally *tally;
    int32_t factor;
    int32_t newest_day;
};

static enum err take_cell(void *ctx, const struct tally_cell *cell, int64_t log_id)
{
    struct loading *l = ctx;
    (void)log_id;
    struct tally_key key = cell->key;
    key.bin_x = floor_div(key.bin_x, l->factor);
    key.bin_y = floor_div(key.bin_y, l->factor);
    tally_merge_cell(tally_cell(l->tally, key), cell);
    if (key.day > l->newest_day)
        l->newest_day = key.day;
    return ERR_OK;
}

enum err model_build(struct workspace *ws, const struct model_options *options,
                     struct model *model)
{
    struct loading l = {
        .tally = tally_new(), .factor = options->bin_factor, .newest_day = INT32_MIN};
    struct model m = {
        .rule = options->rule,
        .region = options->region,
        .crs = options->crs,
        .bin_size_m = workspace_settings(ws)->bin_size_m * options->bin_factor,
        .limits = workspace_settings(ws)->limits,
    };
    enum err err = model_load(ws, &m);
    if (!err)
        err = workspace_each_tally(ws, take_cell, &l);
    if (err)
        goto done;
    m.newest_day = l.newest_day;
    m.as_of_day = options->has_as_of ? options->as_of_day : l.newest_day;
    struct model_cells cells = {
        .tally = l.tally, .sorted = tally_sorted(l.tally), .count = tally_count(l.tally)};
    model_build_bins(&m, &cells);
    err = model_judge_areas(&m, &cells, options->keep_evidence);
    if (!err) {
        model_judge_hamlets(&m);
        model_count_units(&m);
    }
    free(cells.sorted);
done:
    tally_free(l.tally);
    if (err)
        model_free(&m);
    else
        *model = m;
    return err;
}
