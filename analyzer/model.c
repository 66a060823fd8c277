/* The model's memory, names, and the order in which it is built. */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "visit.h"
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

const struct hamlet *model_find_hamlet(const struct model *m, const char *code)
{
    size_t low = 0, high = m->hamlet_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(m->hamlets[middle].hamlet_code, code);
        if (order == 0)
            return &m->hamlets[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct latlon model_bin_centre(const struct model *m, int32_t bin_x, int32_t bin_y)
{
    const struct xy p = {.x_m = (bin_x + 0.5) * m->bin_size_m,
                         .y_m = (bin_y + 0.5) * m->bin_size_m};
    return crs_inverse(m->crs, p);
}

void *model_alloc(struct model *m, size_t count, size_t size)
{
    return arena_alloc(&m->arena, count, size);
}

const char *model_text(struct model *m, const char *text)
{
    return arena_text(&m->arena, text);
}

struct wkb model_copy_wkb(struct model *m, const struct wkb *wkb)
{
    if (wkb->size == 0)
        return (struct wkb){0};
    uint8_t *data = model_alloc(m, wkb->size, 1);
    return (struct wkb){memcpy(data, wkb->data, wkb->size), wkb->size};
}

void model_free(struct model *model)
{
    arena_free(&model->arena);
    *model = (struct model){0};
}

int32_t model_wider_bin(int32_t bin, int32_t factor)
{
    return bin / factor - (bin % factor < 0); /* towards minus infinity */
}

/* The packs that the model is built from: the workspace's own, or of larger bins. */
struct packs {
    struct workspace_packs *stored;
    struct bin_tile *tiles; /* the only ones wanted; NULL: all */
    size_t tile_count;
    struct tally *tally; /* of larger bins, while they are made */
    int32_t factor;
    struct tally_pack *made; /* by tile_x, tile_y */
    size_t made_count, made_capacity;
    size_t next;
};

static int next_stored(void *source, struct tally_pack *pack)
{
    return workspace_packs_next(((struct packs *)source)->stored, pack);
}

static int next_made(void *source, struct tally_pack *pack)
{
    struct packs *p = source;
    if (p->next == p->made_count)
        return 0;
    *pack = p->made[p->next++];
    return 1;
}

static enum err enlarge_cell(void *ctx, const struct tally_cell *cell, int64_t log_id)
{
    struct packs *p = ctx;
    struct tally_key key = cell->key;
    (void)log_id;
    key.bin_x = model_wider_bin(key.bin_x, p->factor);
    key.bin_y = model_wider_bin(key.bin_y, p->factor);
    tally_merge_cell(tally_cell(p->tally, key), cell);
    return ERR_OK;
}

static enum err keep_pack(void *ctx, const struct tally_pack *pack)
{
    struct packs *p = ctx;
    uint8_t *bytes = xmalloc(pack->size);
    memcpy(bytes, pack->bytes, pack->size);
    p->made = xgrow(p->made, p->made_count, &p->made_capacity, sizeof *p->made);
    p->made[p->made_count] = *pack;
    p->made[p->made_count++].bytes = bytes;
    return ERR_OK;
}

static int compare_packs(const void *a, const void *b)
{
    const struct tally_pack *x = a;
    const struct tally_pack *y = b;
    if (x->tile_x != y->tile_x)
        return x->tile_x < y->tile_x ? -1 : 1;
    return x->tile_y < y->tile_y ? -1 : x->tile_y > y->tile_y;
}

static enum err open_packs(struct workspace *ws, struct packs *p)
{
    if (p->tiles)
        return workspace_packs_open_tiles(ws, p->tiles, p->tile_count, &p->stored);
    if (p->factor == 1)
        return workspace_packs_open(ws, &p->stored);
    p->tally = tally_new();
    enum err err = workspace_each_tally(ws, enlarge_cell, p);
    if (!err)
        err = tally_pack(p->tally, keep_pack, p);
    tally_free(p->tally);
    p->tally = NULL;
    if (p->made_count > 1)
        qsort(p->made, p->made_count, sizeof *p->made, compare_packs);
    return err;
}

static void close_packs(struct packs *p)
{
    workspace_packs_close(p->stored);
    free(p->tiles);
    for (size_t i = 0; i < p->made_count; i++) {
        uint8_t *bytes = (uint8_t *)(uintptr_t)p->made[i].bytes; /* from keep_pack */
        free(bytes);
    }
    free(p->made);
}

static enum err judge(struct workspace *ws, const struct model_options *options,
                      struct model *m)
{
    struct model_areas areas = {.keep_evidence = options->keep_evidence,
                                .threads = options->threads};
    struct packs packs = {.factor = options->bin_factor};
    struct model_tiles tiles = {0};
    const struct model_tiles_options build = {
        .rule = m->rule,
        .oldest_day = visit_oldest_day(m->rule, m->as_of_day),
        .wanted = &areas.all,
        .next = options->bin_factor == 1 ? next_stored : next_made,
        .source = &packs,
        .source_name = workspace_path(ws),
        .threads = options->threads,
    };
    enum err err = model_areas_find_bins(m, &areas);
    if (!err)
        err = model_probes_load(ws, packs.factor, build.oldest_day, &areas.probes);
    if (!err && options->changes)
        packs.tiles = bin_set_tiles(&areas.all, &packs.tile_count);
    if (!err)
        err = open_packs(ws, &packs);
    if (!err)
        err = model_tiles_build(&build, &tiles);
    close_packs(&packs);
    if (!err)
        model_areas_judge(m, &areas, &tiles);
    model_areas_free(&areas);
    model_tiles_free_evidence(&tiles);
    if (!err && !options->changes)
        model_build_bins(m, &tiles);
    model_tiles_free(&tiles);
    return err;
}

enum err model_build(struct workspace *ws, const struct model_options *options,
                     struct model *model)
{
    int32_t first_day = INT32_MIN;
    struct model m = {
        .rule = options->rule,
        .region = options->region,
        .crs = options->crs,
        .bin_size_m = workspace_settings(ws)->bin_size_m * options->bin_factor,
        .track_bin_size_m = workspace_settings(ws)->bin_size_m,
        .limits = workspace_settings(ws)->limits,
    };
    enum err err = model_load(ws, &m);
    if (!err && options->changes)
        model_keep_near(&m, options->changes);
    else if (!err)
        err = model_load_notes(ws, &m);
    if (!err)
        err = model_load_stations(ws, &m);
    if (!err)
        err = workspace_days(ws, &first_day, &m.newest_day);
    m.as_of_day = options->has_as_of ? options->as_of_day : m.newest_day;
    if (!err)
        err = judge(ws, options, &m);
    if (!err) {
        model_judge_hamlets(&m);
        if (!options->changes)
            model_count_units(&m);
        *model = m;
    } else {
        model_free(&m);
    }
    return err;
}
