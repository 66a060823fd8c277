/* From packed tallies to the rows of bins.csv and the evidence of bins: tile by tile,
 * several at once, so that memory holds the bins and never the visits. */
#include "model_tiles.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "parallel.h"
#include "tally_merge.h"
#include "xmem.h"

/* The packs of one tile while it is worked on. Its memory serves one tile after the
 * other. */
struct job {
    struct tally_pack *packs;
    size_t count, capacity;
    uint8_t *bytes; /* of all packs, one behind the other */
    size_t size, byte_capacity;
    size_t number; /* of the tile */
    struct model_tile tile;
};

/* What the workers share; `lock` guards all below it. */
struct shared {
    const struct model_tiles_options *options;
    pthread_mutex_t lock;
    struct tally_pack ahead; /* first pack of the next tile: the source's last */
    bool has_ahead;
    bool dry; /* the source has no more */
    enum err err;
    struct model_tiles *result;
    size_t capacity;
};

/* A copy, for the source goes on. */
static void add_pack(struct job *j, const struct tally_pack *pack)
{
    j->packs = xgrow(j->packs, j->count, &j->capacity, sizeof *j->packs);
    j->packs[j->count++] = *pack;
    if (j->byte_capacity - j->size < pack->size) {
        j->byte_capacity = 2 * j->byte_capacity + pack->size;
        j->bytes = xreallocarray(j->bytes, j->byte_capacity, 1);
    }
    memcpy(j->bytes + j->size, pack->bytes, pack->size);
    j->size += pack->size;
}

/* The bytes have moved while they grew. */
static void end_packs(struct job *j)
{
    const uint8_t *at = j->bytes;
    for (size_t i = 0; i < j->count; i++) {
        j->packs[i].bytes = at;
        at += j->packs[i].size;
    }
}

static bool is_next_tile(const struct job *j, const struct tally_pack *pack)
{
    return j->count > 0 &&
           (j->packs[0].tile_x != pack->tile_x || j->packs[0].tile_y != pack->tile_y);
}

/* All packs of the next tile. */
static void take_packs(struct shared *s, struct job *j)
{
    j->count = j->size = 0;
    while (!s->err) {
        if (s->has_ahead) {
            if (is_next_tile(j, &s->ahead))
                break;
            add_pack(j, &s->ahead);
            s->has_ahead = false;
        }
        if (s->dry)
            break;
        const int got = s->options->next(s->options->source, &s->ahead);
        s->has_ahead = got > 0;
        s->dry = got <= 0;
        s->err = got < 0 ? ERR_INPUT : s->err;
    }
    end_packs(j);
}

/* False where there is no other tile, or after an error. */
static bool next_job(struct shared *s, struct job *j)
{
    struct model_tiles *r = s->result;
    pthread_mutex_lock(&s->lock);
    take_packs(s, j);
    const bool any = !s->err && j->count > 0;
    if (any) {
        r->items = xgrow(r->items, r->count, &s->capacity, sizeof *r->items);
        r->items[r->count] = (struct model_tile){.tile_x = 0};
        j->number = r->count++;
    }
    pthread_mutex_unlock(&s->lock);
    return any;
}

static bool is_of(const struct model_bin *b, const struct tally_key *key)
{
    const struct bin_evidence *e = &b->evidence;
    return e->bin_y == key->bin_y && e->bin_x == key->bin_x && e->mccmnc == key->mccmnc;
}

static void end_bin(struct model_bin *b, struct model_tile *tile,
                    const struct model_tiles_options *o)
{
    model_add_bin_rows(tile, b, model_bin_end(b, tile, o));
}

/* The cells of all packs, bin by bin and operator by operator; false where a pack is
 * damaged. */
static bool read_tile(const struct model_tiles_options *o, struct tally_merge *cells,
                      struct model_tile *tile)
{
    struct model_bin bin; /* not cleared: large, and filled as far as it is used */
    struct tally_cell cell;
    struct tally_level levels[LEVEL_SPAN];
    bool any = false;
    int got;
    while ((got = tally_merge_next(cells, &cell, levels)) > 0) {
        if (!any || !is_of(&bin, &cell.key)) {
            if (any)
                end_bin(&bin, tile, o);
            model_bin_begin(&bin, &cell.key);
            any = true;
        }
        model_bin_add(&bin, &cell, o);
    }
    if (any)
        end_bin(&bin, tile, o);
    return got == 0;
}

static void end_tile(struct model_tile *t)
{
    t->rows = xshrink(t->rows, t->row_count, &t->row_capacity, sizeof *t->rows);
    t->evidence = xshrink(t->evidence, t->evidence_count, &t->evidence_capacity,
                          sizeof *t->evidence);
    t->levels = xshrink(t->levels, t->level_size, &t->level_capacity, sizeof *t->levels);
}

static enum err do_job(const struct model_tiles_options *o, struct job *j)
{
    struct tally_merge cells;
    j->tile =
        (struct model_tile){.tile_x = j->packs[0].tile_x, .tile_y = j->packs[0].tile_y};
    tally_merge_begin(&cells, j->packs, j->count);
    const bool ok = read_tile(o, &cells, &j->tile);
    tally_merge_end(&cells);
    end_tile(&j->tile);
    if (!ok)
        err_report(_("%s: a row of the table tally is damaged; make the workspace again"),
                   o->source_name);
    return ok ? ERR_OK : ERR_INPUT;
}

static void keep_tile(struct shared *s, const struct job *j, enum err err)
{
    pthread_mutex_lock(&s->lock);
    if (err && !s->err)
        s->err = err;
    s->result->items[j->number] = j->tile;
    pthread_mutex_unlock(&s->lock);
}

static void work(void *worker)
{
    struct shared *s = *(struct shared **)worker;
    struct job j = {.count = 0};
    while (next_job(s, &j)) {
        const enum err err = do_job(s->options, &j);
        keep_tile(s, &j, err);
    }
    free(j.packs);
    free(j.bytes);
}

enum err model_tiles_build(const struct model_tiles_options *options,
                           struct model_tiles *tiles)
{
    struct shared *workers[PARALLEL_MAX];
    struct shared s = {
        .options = options, .lock = PTHREAD_MUTEX_INITIALIZER, .result = tiles};
    *tiles = (struct model_tiles){0};
    for (size_t i = 0; i < PARALLEL_MAX; i++)
        workers[i] = &s;
    parallel_run(work, workers, parallel_count(options->threads, PARALLEL_MAX),
                 sizeof *workers);
    if (s.err)
        model_tiles_free(tiles);
    return s.err;
}

void model_tiles_free_evidence(struct model_tiles *tiles)
{
    for (size_t i = 0; i < tiles->count; i++) {
        struct model_tile *t = &tiles->items[i];
        free(t->evidence);
        free(t->levels);
        t->evidence = NULL;
        t->levels = NULL;
        t->evidence_count = t->evidence_capacity = 0;
        t->level_size = t->level_capacity = 0;
    }
}

void model_tiles_free(struct model_tiles *tiles)
{
    model_tiles_free_evidence(tiles);
    for (size_t i = 0; i < tiles->count; i++)
        free(tiles->items[i].rows);
    free(tiles->items);
    *tiles = (struct model_tiles){0};
}

static bool is_tile_before(const struct model_tile *t, int32_t tile_x, int32_t tile_y)
{
    return t->tile_x < tile_x || (t->tile_x == tile_x && t->tile_y < tile_y);
}

static bool is_tile(const struct model_tile *t, int32_t tile_x, int32_t tile_y)
{
    return t->tile_x == tile_x && t->tile_y == tile_y;
}

/* NULL where there is none. */
static const struct model_tile *find_tile(const struct model_tiles *tiles, int32_t tile_x,
                                          int32_t tile_y)
{
    size_t low = 0, high = tiles->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_tile_before(&tiles->items[middle], tile_x, tile_y))
            low = middle + 1;
        else
            high = middle;
    }
    return low < tiles->count && is_tile(&tiles->items[low], tile_x, tile_y)
               ? &tiles->items[low]
               : NULL;
}

static bool is_before(const struct bin_evidence *e, int32_t bin_x, int32_t bin_y)
{
    return e->bin_x < bin_x || (e->bin_x == bin_x && e->bin_y < bin_y);
}

/* The first evidence that is not before a bin. */
static size_t find_bin(const struct model_tile *t, int32_t bin_x, int32_t bin_y)
{
    size_t low = 0, high = t->evidence_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(&t->evidence[middle], bin_x, bin_y))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct bin_evidence *model_tiles_find(struct model_tiles_cursor *cursor,
                                            const struct bin_run *run, size_t *count)
{
    const int32_t tile_x = tally_tile(run->bin_x), tile_y = tally_tile(run->first_y);
    if (!cursor->tile || !is_tile(cursor->tile, tile_x, tile_y))
        cursor->tile = find_tile(cursor->tiles, tile_x, tile_y);
    *count = 0;
    const struct model_tile *t = cursor->tile;
    if (!t)
        return NULL;
    const size_t from = find_bin(t, run->bin_x, run->first_y);
    size_t end = from;
    while (end < t->evidence_count && t->evidence[end].bin_x == run->bin_x &&
           t->evidence[end].bin_y <= run->last_y)
        end++;
    *count = end - from;
    return t->evidence + from;
}
