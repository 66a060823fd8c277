/* What a plan holds of the evidence so far: the cells in the bins of its areas. */
#include <stdlib.h>
#include <string.h>

#include "bin_set.h"
#include "lang.h"
#include "plan_make.h"
#include "xmem.h"

struct packing {
    struct model *m;
    struct tally_pack *packs;
    size_t count, capacity;
};

static enum err take_pack(void *ctx, const struct tally_pack *pack)
{
    struct packing *p = ctx;
    struct tally_pack kept = *pack;
    uint8_t *bytes = model_alloc(p->m, pack->size + 1, 1);
    memcpy(bytes, pack->bytes, pack->size);
    kept.bytes = bytes;
    p->packs = xgrow(p->packs, p->count, &p->capacity, sizeof *p->packs);
    p->packs[p->count++] = kept;
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

static void wanted_bins(const struct plan *plan, struct bin_set *set)
{
    for (size_t i = 0; i < plan->hamlet_count; i++) {
        for (size_t k = 0; k < plan->hamlets[i].area_count; k++) {
            const struct plan_area *a = &plan->hamlets[i].areas[k];
            for (size_t b = 0; b < a->bin_count; b++)
                bin_set_add(set, a->bins[b].bin_x, a->bins[b].bin_y);
        }
    }
}

struct choosing {
    struct bin_set set;
    struct tally *tally;
};

static enum err take_cell(void *ctx, const struct tally_cell *cell, int64_t log_id)
{
    struct choosing *c = ctx;
    (void)log_id;
    if (bin_set_has(&c->set, cell->key.bin_x, cell->key.bin_y))
        tally_merge_cell(tally_cell(c->tally, cell->key), cell);
    return ERR_OK;
}

static enum err fill_packs(struct session *s, struct plan *plan)
{
    struct choosing choosing = {.tally = tally_new()};
    struct packing packing = {.m = &s->model};
    wanted_bins(plan, &choosing.set);
    enum err err = workspace_each_tally(s->ws, take_cell, &choosing);
    if (!err)
        err = tally_pack(choosing.tally, take_pack, &packing);
    if (!err) {
        if (packing.count > 1)
            qsort(packing.packs, packing.count, sizeof *packing.packs, compare_packs);
        struct tally_pack *packs =
            model_alloc(&s->model, packing.count + 1, sizeof *packs);
        if (packing.count > 0)
            memcpy(packs, packing.packs, packing.count * sizeof *packs);
        plan->packs = packs;
        plan->pack_count = packing.count;
    }
    free(packing.packs);
    bin_set_free(&choosing.set);
    tally_free(choosing.tally);
    return err;
}

static int compare_logs(const void *a, const void *b)
{
    const struct plan_log *x = a;
    const struct plan_log *y = b;
    return strcmp(x->trip_uuid, y->trip_uuid);
}

static void fill_logs(struct model *m, struct plan *plan)
{
    struct plan_log *logs = model_alloc(m, m->log_count + 1, sizeof *logs);
    size_t count = 0;
    for (size_t i = 0; i < m->log_count; i++) {
        if (m->logs[i].trip_uuid[0] != '\0')
            logs[count++] =
                (struct plan_log){m->logs[i].trip_uuid, m->logs[i].counts.rows};
    }
    if (count > 1)
        qsort(logs, count, sizeof *logs, compare_logs);
    plan->logs = logs;
    plan->log_count = count;
}

enum err plan_evidence(struct session *s, struct plan *plan)
{
    fill_logs(&s->model, plan);
    return fill_packs(s, plan);
}
