/* Evidence of one hamlet: the bins of its areas, and what was seen in them. */
#include "evidence.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "model_build.h"
#include "xmem.h"

struct log_ids {
    int64_t *items;
    size_t count;
    size_t capacity;
};

static enum err take_log_id(void *ctx, int64_t log_id, const struct model_log *log)
{
    struct log_ids *ids = ctx;
    (void)log; /* the order is the model's */
    ids->items = xgrow(ids->items, ids->count, &ids->capacity, sizeof *ids->items);
    ids->items[ids->count++] = log_id;
    return ERR_OK;
}

enum err evidence_open(struct workspace *ws, const struct model *m,
                       struct evidence_source *source)
{
    struct log_ids ids = {0};
    const enum err err = workspace_each_log(ws, take_log_id, &ids);
    *source = (struct evidence_source){.ws = ws, .m = m, .log_ids = ids.items};
    return err;
}

void evidence_close(struct evidence_source *source)
{
    free(source->log_ids);
    *source = (struct evidence_source){0};
}

static int compare_bins(const void *a, const void *b)
{
    const struct judge_bin *x = a;
    const struct judge_bin *y = b;
    if (x->bin_x != y->bin_x)
        return x->bin_x < y->bin_x ? -1 : 1;
    return x->bin_y < y->bin_y ? -1 : x->bin_y > y->bin_y;
}

bool evidence_area_holds(const struct bin_list *area, int32_t bin_x, int32_t bin_y)
{
    const struct judge_bin key = {.bin_x = bin_x, .bin_y = bin_y};
    return area->count > 0 &&
           bsearch(&key, area->items, area->count, sizeof key, compare_bins) != NULL;
}

struct taking {
    const struct evidence_source *source;
    struct evidence *e;
    int32_t factor; /* bins of the workspace per bin of the model, per side */
};

static bool any_area_holds(const struct evidence *e, const struct tally_key *key)
{
    for (size_t i = 0; i < e->area_count; i++) {
        if (evidence_area_holds(&e->areas[i], key->bin_x, key->bin_y))
            return true;
    }
    return false;
}

static enum err take_cell(void *ctx, const struct tally_cell *cell, int64_t log_id)
{
    struct taking *t = ctx;
    const struct model *m = t->source->m;
    struct tally_key key = cell->key;
    key.bin_x = model_wider_bin(key.bin_x, t->factor);
    key.bin_y = model_wider_bin(key.bin_y, t->factor);
    if (!any_area_holds(t->e, &key))
        return ERR_OK;
    tally_merge_cell(tally_cell(t->e->tally, key), cell);
    if (key.tech == TECH_NR_NSA || key.day < t->e->oldest_day)
        return ERR_OK; /* counted under LTE; too old */
    for (size_t i = 0; i < m->log_count; i++) {
        if (t->source->log_ids[i] == log_id)
            t->e->log_samples[i] +=
                (int64_t)(tally_level_sum(cell) + cell->no_level + cell->no_service);
    }
    return ERR_OK;
}

/* Around all areas, in bins of the workspace; false where they have no bin. */
static bool box_of(const struct evidence *e, int32_t factor, struct workspace_box *box)
{
    *box = (struct workspace_box){INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < e->area_count; i++) {
        for (size_t k = 0; k < e->areas[i].count; k++) {
            const struct judge_bin b = e->areas[i].items[k];
            box->x_min = b.bin_x < box->x_min ? b.bin_x : box->x_min;
            box->x_max = b.bin_x > box->x_max ? b.bin_x : box->x_max;
            box->y_min = b.bin_y < box->y_min ? b.bin_y : box->y_min;
            box->y_max = b.bin_y > box->y_max ? b.bin_y : box->y_max;
        }
    }
    if (box->x_min > box->x_max)
        return false;
    box->x_min *= factor;
    box->y_min *= factor;
    box->x_max = box->x_max * factor + factor - 1;
    box->y_max = box->y_max * factor + factor - 1;
    return true;
}

enum err evidence_load(const struct evidence_source *source, const struct hamlet *h,
                       struct evidence *e)
{
    const struct model *m = source->m;
    const double size_m = workspace_settings(source->ws)->bin_size_m;
    struct taking t = {
        .source = source, .e = e, .factor = (int32_t)lround(m->bin_size_m / size_m)};
    *e = (struct evidence){
        .areas = xcalloc(h->area_count, sizeof *e->areas),
        .area_count = h->area_count,
        .tally = tally_new(),
        .log_samples = xcalloc(m->log_count + 1, sizeof *e->log_samples),
        .oldest_day = visit_oldest_day(m->rule, m->as_of_day),
    };
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < h->area_count; i++)
        err = model_area_bins(m, &h->areas[i], &e->areas[i]);
    struct workspace_box box;
    if (!err && box_of(e, t.factor, &box))
        err = workspace_each_tally_near(source->ws, &box, take_cell, &t);
    if (err) {
        evidence_free(e);
        return err;
    }
    e->cells = tally_sorted(e->tally);
    e->cell_count = tally_count(e->tally);
    return ERR_OK;
}

void evidence_free(struct evidence *e)
{
    for (size_t i = 0; i < e->area_count; i++)
        free(e->areas[i].items);
    free(e->areas);
    free(e->cells);
    if (e->tally)
        tally_free(e->tally);
    free(e->log_samples);
    *e = (struct evidence){0};
}

static bool same_visit(const struct tally_key *a, const struct tally_key *b)
{
    return a->bin_x == b->bin_x && a->bin_y == b->bin_y && a->mccmnc == b->mccmnc &&
           a->day == b->day;
}

size_t evidence_visit(const struct evidence *e, const struct rule *rule, size_t at,
                      struct evidence_visit *visit)
{
    *visit = (struct evidence_visit){.key = e->cells[at]->key,
                                     .too_old = e->cells[at]->key.day < e->oldest_day};
    for (; at < e->cell_count && same_visit(&visit->key, &e->cells[at]->key); at++)
        visit_add(&visit->count, rule, e->cells[at]);
    return at;
}

struct judge_evidence evidence_judged(const struct model *m, const struct bin_list *area,
                                      const struct area_operator *o)
{
    struct judge_evidence e = {
        .area = area->items,
        .area_count = area->count,
        .seen = o->seen,
        .share = o->share,
        .seen_count = (size_t)o->bins,
        .samples = o->samples,
        .bin_size_m = m->bin_size_m,
    };
    e.area_rho = judge_area_rho(&e, m->rule->correlation_m);
    return e;
}

enum result evidence_imagine(const struct model *m, const struct bin_list *area,
                             const struct area_operator *o, double share)
{
    /* an unseen bin walked through at 1 Hz gives some 30 samples */
    enum { SAMPLES_PER_BIN = 30 };
    double *shares = xcalloc(area->count, sizeof(*shares));
    size_t at = 0;
    for (size_t i = 0; i < area->count; i++) {
        const bool seen = at < (size_t)o->bins &&
                          o->seen[at].bin_x == area->items[i].bin_x &&
                          o->seen[at].bin_y == area->items[i].bin_y;
        shares[i] = seen ? o->share[at] : share;
        at += seen;
    }
    struct judge_evidence e = evidence_judged(m, area, o);
    e.samples += (int64_t)(area->count - at) * SAMPLES_PER_BIN;
    e.seen = area->items;
    e.seen_count = area->count;
    e.share = shares;
    const enum result result = judge_operator(&e, m->rule).result;
    free(shares);
    return result;
}
