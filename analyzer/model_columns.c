/* From packed tallies to the rows of bins.csv and the evidence of bins: column of tiles
 * by column of tiles, several at once, so that memory holds the bins and never the
 * visits. */
#include "model_columns.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "parallel.h"
#include "xmem.h"

/* A pack with its bytes held. */
struct held {
    struct tally_pack pack;
    uint8_t *bytes;
};

/* The packs of one column while it is worked on. */
struct job {
    struct held *packs;
    size_t count, capacity;
    struct model_column column;
};

/* What the workers share; `lock` guards all below it. */
struct shared {
    const struct model_columns_options *options;
    pthread_mutex_t lock;
    struct held ahead; /* first pack of the next column */
    bool has_ahead;
    bool dry; /* the source has no more */
    enum err err;
    struct model_columns *result;
    size_t capacity;
};

/* Cells of one column of bins within one tile, of all logs. */
struct gather {
    struct tally_cell *cells;
    const struct tally_cell **sorted;
    size_t count, capacity, sorted_capacity;
    struct tally_level *levels;
    size_t level_count, level_capacity;
};

static struct held hold(const struct tally_pack *pack)
{
    struct held h = {.pack = *pack, .bytes = xmalloc(pack->size)};
    memcpy(h.bytes, pack->bytes, pack->size);
    h.pack.bytes = h.bytes;
    return h;
}

static void push_pack(struct job *j, struct held h)
{
    j->packs = xgrow(j->packs, j->count, &j->capacity, sizeof *j->packs);
    j->packs[j->count++] = h;
}

static void drop_packs(struct job *j)
{
    for (size_t i = 0; i < j->count; i++)
        free(j->packs[i].bytes);
    j->count = 0;
}

/* All packs of the next column; false where there is none, or after an error. */
static bool next_job(struct shared *s, struct job *j)
{
    struct tally_pack pack;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        if (s->has_ahead) {
            if (j->count > 0 && j->packs[0].pack.tile_x != s->ahead.pack.tile_x)
                break;
            push_pack(j, s->ahead);
            s->has_ahead = false;
        }
        if (s->dry || s->err)
            break;
        const int got = s->options->next(s->options->source, &pack);
        if (got > 0) {
            s->ahead = hold(&pack);
            s->has_ahead = true;
        } else {
            s->dry = true;
            s->err = got < 0 ? ERR_INPUT : s->err;
        }
    }
    const bool any = !s->err && j->count > 0;
    pthread_mutex_unlock(&s->lock);
    return any;
}

static void clear_gather(struct gather *g)
{
    g->count = g->level_count = 0;
}

/* Room for the levels of all cells that the packs from..to can hold: two bytes each. */
static void reserve_levels(struct gather *g, const struct job *j, size_t from, size_t to)
{
    size_t wanted = LEVEL_SPAN;
    for (size_t i = from; i < to; i++)
        wanted += j->packs[i].pack.size / 2;
    if (wanted <= g->level_capacity)
        return;
    free(g->levels);
    g->levels = xcalloc(wanted, sizeof *g->levels);
    g->level_capacity = wanted;
}

/* The next cell of a pack goes behind those gathered. */
static bool take_cell(struct gather *g, struct tally_unpacker *u)
{
    g->cells = xgrow(g->cells, g->count, &g->capacity, sizeof *g->cells);
    struct tally_cell *c = &g->cells[g->count];
    if (tally_unpack_next(u, c, g->levels + g->level_count) != 1)
        return false;
    g->level_count += c->level_count;
    g->count++;
    return true;
}

static int compare_cells(const void *a, const void *b)
{
    const struct tally_cell *const *x = a;
    const struct tally_cell *const *y = b;
    return tally_key_compare(&(*x)->key, &(*y)->key);
}

static void sort_cells(struct gather *g, bool sorted_already)
{
    if (g->sorted_capacity < g->count) {
        free(g->sorted);
        g->sorted_capacity = 2 * g->count;
        g->sorted = xcalloc(g->sorted_capacity, sizeof(*g->sorted));
    }
    for (size_t i = 0; i < g->count; i++)
        g->sorted[i] = &g->cells[i];
    if (!sorted_already)
        qsort(g->sorted, g->count, sizeof(*g->sorted), compare_cells);
}

static bool same_group(const struct tally_key *a, const struct tally_key *b)
{
    return a->bin_y == b->bin_y && a->bin_x == b->bin_x && a->mccmnc == b->mccmnc;
}

/* The cells gathered, group by group of one bin and operator. */
static void hand_on(const struct model_columns_options *o, const struct gather *g,
                    struct model_column *column)
{
    struct bin_sum sum;
    for (size_t from = 0, to; from < g->count; from = to) {
        const struct tally_key *key = &g->sorted[from]->key;
        to = from + 1;
        while (to < g->count && same_group(key, &g->sorted[to]->key))
            to++;
        const struct bin_cells cells = {g->sorted + from, to - from, &sum};
        model_sum_cells(&sum, cells.items, cells.count);
        model_add_bin_rows(column, &cells, model_add_evidence(column, &cells, o));
    }
}

/* Packs from..to are those of one tile. */
struct tile {
    size_t from, to;
};

static bool read_bin_column(const struct model_columns_options *o, struct job *j,
                            struct gather *g, struct tally_unpacker *unpackers,
                            struct tile tile, int x)
{
    clear_gather(g);
    int packs = 0;
    for (size_t i = tile.from; i < tile.to; i++) {
        const size_t before = g->count;
        while (tally_unpack_column(&unpackers[i]) == x) {
            if (!take_cell(g, &unpackers[i]))
                return false;
        }
        packs += g->count > before;
    }
    sort_cells(g, packs <= 1);
    hand_on(o, g, &j->column);
    return true;
}

static bool read_tiles(const struct model_columns_options *o, struct job *j,
                       struct gather *g, struct tally_unpacker *unpackers)
{
    for (int x = 0; x < TALLY_TILE_BINS; x++) {
        struct tile tile;
        for (tile.from = 0; tile.from < j->count; tile.from = tile.to) {
            tile.to = tile.from + 1;
            while (tile.to < j->count &&
                   j->packs[tile.to].pack.tile_y == j->packs[tile.from].pack.tile_y)
                tile.to++;
            if (x == 0)
                reserve_levels(g, j, tile.from, tile.to);
            if (!read_bin_column(o, j, g, unpackers, tile, x))
                return false;
        }
    }
    for (size_t i = 0; i < j->count; i++) {
        if (unpackers[i].at != unpackers[i].end)
            return false;
    }
    return true;
}

static void end_column(struct model_column *c)
{
    c->rows = xshrink(c->rows, c->row_count, &c->row_capacity, sizeof *c->rows);
    c->evidence = xshrink(c->evidence, c->evidence_count, &c->evidence_capacity,
                          sizeof *c->evidence);
    c->levels = xshrink(c->levels, c->level_size, &c->level_capacity, sizeof *c->levels);
}

static enum err do_job(const struct model_columns_options *o, struct job *j,
                       struct gather *g)
{
    struct tally_unpacker *unpackers = xcalloc(j->count, sizeof *unpackers);
    bool ok = true;
    j->column = (struct model_column){.tile_x = j->packs[0].pack.tile_x};
    for (size_t i = 0; ok && i < j->count; i++)
        ok = tally_unpack_begin(&unpackers[i], &j->packs[i].pack);
    ok = ok && read_tiles(o, j, g, unpackers);
    end_column(&j->column);
    free(unpackers);
    if (!ok)
        err_report(_("%s: a row of the table tally is damaged; make the workspace again"),
                   o->source_name);
    return ok ? ERR_OK : ERR_INPUT;
}

static void keep_column(struct shared *s, const struct job *j, enum err err)
{
    struct model_columns *r = s->result;
    pthread_mutex_lock(&s->lock);
    if (err && !s->err)
        s->err = err;
    r->items = xgrow(r->items, r->count, &s->capacity, sizeof *r->items);
    r->items[r->count++] = j->column;
    pthread_mutex_unlock(&s->lock);
}

static void work(void *worker)
{
    struct shared *s = *(struct shared **)worker;
    struct job j = {0};
    struct gather g = {0};
    while (next_job(s, &j)) {
        const enum err err = do_job(s->options, &j, &g);
        keep_column(s, &j, err);
        drop_packs(&j);
    }
    drop_packs(&j);
    free(j.packs);
    free(g.cells);
    free(g.sorted);
    free(g.levels);
}

static int compare_columns(const void *a, const void *b)
{
    const struct model_column *x = a;
    const struct model_column *y = b;
    return x->tile_x < y->tile_x ? -1 : x->tile_x > y->tile_x;
}

enum err model_columns_build(const struct model_columns_options *options,
                             struct model_columns *columns)
{
    struct shared *workers[PARALLEL_MAX];
    struct shared s = {
        .options = options, .lock = PTHREAD_MUTEX_INITIALIZER, .result = columns};
    *columns = (struct model_columns){0};
    for (size_t i = 0; i < PARALLEL_MAX; i++)
        workers[i] = &s;
    parallel_run(work, workers, parallel_count(options->threads, PARALLEL_MAX),
                 sizeof *workers);
    if (s.has_ahead)
        free(s.ahead.bytes);
    if (columns->count > 1)
        qsort(columns->items, columns->count, sizeof *columns->items, compare_columns);
    if (s.err)
        model_columns_free(columns);
    return s.err;
}

void model_columns_free(struct model_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->items[i].rows);
        free(columns->items[i].evidence);
        free(columns->items[i].levels);
    }
    free(columns->items);
    *columns = (struct model_columns){0};
}

static size_t find_column(const struct model_columns *c, int32_t tile_x)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->items[middle].tile_x < tile_x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_before(const struct bin_evidence *e, int32_t bin_x, int32_t bin_y)
{
    return e->bin_x < bin_x || (e->bin_x == bin_x && e->bin_y < bin_y);
}

/* The first evidence from `low` on that is not before a bin. It is looked for in steps
 * that grow: it is mostly the next, and those around it are in the cache. */
static size_t find_bin(const struct model_column *c, size_t low, int32_t bin_x,
                       int32_t bin_y)
{
    size_t high = low, step = 1;
    while (high < c->evidence_count && is_before(&c->evidence[high], bin_x, bin_y)) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    high = high < c->evidence_count ? high : c->evidence_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(&c->evidence[middle], bin_x, bin_y))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct bin_evidence *model_columns_next(struct model_columns_cursor *cursor,
                                              const struct bin_run *run, size_t *count)
{
    const int32_t tile_x = tally_tile(run->bin_x);
    *count = 0;
    if (!cursor->column || cursor->column->tile_x != tile_x) {
        const size_t at = find_column(cursor->columns, tile_x);
        if (at == cursor->columns->count || cursor->columns->items[at].tile_x != tile_x)
            return NULL;
        cursor->column = &cursor->columns->items[at];
        cursor->at = 0;
    }
    const struct model_column *c = cursor->column;
    const size_t from = find_bin(c, cursor->at, run->bin_x, run->first_y);
    size_t end = from;
    while (end < c->evidence_count && c->evidence[end].bin_x == run->bin_x &&
           c->evidence[end].bin_y <= run->last_y)
        end++;
    cursor->at = end;
    *count = end - from;
    return c->evidence + from;
}
