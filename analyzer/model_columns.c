/* From packed tallies to the rows of bins.csv and the evidence of bins: column of tiles
 * by column of tiles, several at once, so that memory holds the bins and never the
 * visits. */
#include "model_columns.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "parallel.h"
#include "tally_merge.h"
#include "xmem.h"

/* The packs of one column while it is worked on; their bytes are held. */
struct job {
    struct tally_pack *packs;
    size_t count, capacity;
    struct model_column column;
};

/* What the workers share; `lock` guards all below it. */
struct shared {
    const struct model_columns_options *options;
    pthread_mutex_t lock;
    struct tally_pack ahead; /* first pack of the next column */
    bool has_ahead;
    bool dry; /* the source has no more */
    enum err err;
    struct model_columns *result;
    size_t capacity;
};

static struct tally_pack hold(const struct tally_pack *pack)
{
    struct tally_pack held = *pack;
    held.bytes = memcpy(xmalloc(pack->size), pack->bytes, pack->size);
    return held;
}

static void let_go(const struct tally_pack *held)
{
    free((uint8_t *)(uintptr_t)held->bytes); /* from hold() */
}

static void drop_packs(struct job *j)
{
    for (size_t i = 0; i < j->count; i++)
        let_go(&j->packs[i]);
    j->count = 0;
}

/* All packs of the next column; false where there is none, or after an error. */
static bool next_job(struct shared *s, struct job *j)
{
    struct tally_pack pack;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        if (s->has_ahead) {
            if (j->count > 0 && j->packs[0].tile_x != s->ahead.tile_x)
                break;
            j->packs = xgrow(j->packs, j->count, &j->capacity, sizeof *j->packs);
            j->packs[j->count++] = s->ahead;
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

static bool is_of(const struct model_bin *b, const struct tally_key *key)
{
    const struct bin_evidence *e = &b->evidence;
    return e->bin_y == key->bin_y && e->bin_x == key->bin_x && e->mccmnc == key->mccmnc;
}

static void end_bin(struct model_bin *b, struct model_column *column,
                    const struct model_columns_options *o)
{
    model_add_bin_rows(column, b, model_bin_end(b, column, o));
}

/* The cells of all packs, bin by bin and operator by operator; false where a pack is
 * damaged. */
static bool read_column(const struct model_columns_options *o, struct tally_merge *cells,
                        struct model_column *column)
{
    struct model_bin bin; /* not cleared: large, and filled as far as it is used */
    struct tally_cell cell;
    struct tally_level levels[LEVEL_SPAN];
    bool any = false;
    int got;
    while ((got = tally_merge_next(cells, &cell, levels)) > 0) {
        if (!any || !is_of(&bin, &cell.key)) {
            if (any)
                end_bin(&bin, column, o);
            model_bin_begin(&bin, &cell.key);
            any = true;
        }
        model_bin_add(&bin, &cell, o);
    }
    if (any)
        end_bin(&bin, column, o);
    return got == 0;
}

static void end_column(struct model_column *c)
{
    c->rows = xshrink(c->rows, c->row_count, &c->row_capacity, sizeof *c->rows);
    c->evidence = xshrink(c->evidence, c->evidence_count, &c->evidence_capacity,
                          sizeof *c->evidence);
    c->levels = xshrink(c->levels, c->level_size, &c->level_capacity, sizeof *c->levels);
}

static enum err do_job(const struct model_columns_options *o, struct job *j)
{
    struct tally_merge cells;
    j->column = (struct model_column){.tile_x = j->packs[0].tile_x};
    tally_merge_begin(&cells, j->packs, j->count);
    const bool ok = read_column(o, &cells, &j->column);
    tally_merge_end(&cells);
    end_column(&j->column);
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
    while (next_job(s, &j)) {
        const enum err err = do_job(s->options, &j);
        keep_column(s, &j, err);
        drop_packs(&j);
    }
    drop_packs(&j);
    free(j.packs);
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
        let_go(&s.ahead);
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
