/* Active tests of the survey, found by place and summed up by operator. */
#include <math.h>
#include <stdlib.h>

#include "model_build.h"
#include "stats.h"
#include "xmem.h"

struct loading {
    struct model_probes *probes;
    int32_t factor;
    int32_t oldest_day;
};

static void add(struct model_probes *p, const struct probe *probe)
{
    p->items = xgrow(p->items, p->count, &p->capacity, sizeof *p->items);
    p->items[p->count++] = *probe;
}

static enum err take_probe(void *ctx, const struct probe *probe, int64_t log_id)
{
    const struct loading *l = ctx;
    struct probe wider = *probe;
    (void)log_id;
    if (probe->day < l->oldest_day)
        return ERR_OK;
    wider.bin_x = model_wider_bin(probe->bin_x, l->factor);
    wider.bin_y = model_wider_bin(probe->bin_y, l->factor);
    add(l->probes, &wider);
    return ERR_OK;
}

enum err model_probes_load(struct workspace *ws, int32_t bin_factor, int32_t oldest_day,
                           struct model_probes *probes)
{
    struct loading l = {.probes = probes, .factor = bin_factor, .oldest_day = oldest_day};
    const enum err err = workspace_each_probe(ws, take_probe, &l);
    if (!err && probes->count > 1)
        qsort(probes->items, probes->count, sizeof *probes->items, probe_compare);
    return err;
}

void model_probes_free(struct model_probes *probes)
{
    free(probes->items);
    *probes = (struct model_probes){0};
}

void model_probes_find(const struct model_probes *probes, struct judge_bin bin,
                       struct model_probes *found)
{
    if (probes->count == 0)
        return;
    const struct probe key = {
        .bin_x = bin.bin_x, .bin_y = bin.bin_y, .day = INT32_MIN, .value = INT64_MIN};
    size_t low = 0, high = probes->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (probe_compare(&probes->items[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < probes->count && probes->items[low].bin_x == bin.bin_x &&
           probes->items[low].bin_y == bin.bin_y;
         low++)
        add(found, &probes->items[low]);
}

static int compare_values(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The lower median of what came through. */
static int64_t median(const struct model_probes *probes, mccmnc_t op,
                      enum probe_kind kind)
{
    int64_t *values = xcalloc(probes->count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < probes->count; i++) {
        const struct probe *p = &probes->items[i];
        if (p->mccmnc == op && p->kind == kind && p->value != ID_UNKNOWN)
            values[count++] = p->value;
    }
    qsort(values, count, sizeof *values, compare_values);
    const int64_t middle = count ? values[stats_median_rank(count) - 1] : ID_UNKNOWN;
    free(values);
    return middle;
}

struct broadband model_probes_sum(const struct model_probes *probes, mccmnc_t op)
{
    struct broadband b = {.median_down_kbps = ID_UNKNOWN,
                          .median_up_kbps = ID_UNKNOWN,
                          .median_ping_ms = ID_UNKNOWN};
    if (probes->count == 0)
        return b; /* as of nearly all areas */
    b.median_down_kbps = median(probes, op, PROBE_DOWN);
    b.median_up_kbps = median(probes, op, PROBE_UP);
    b.median_ping_ms = median(probes, op, PROBE_PING);
    for (size_t i = 0; i < probes->count; i++) {
        const struct probe *p = &probes->items[i];
        if (p->mccmnc != op)
            continue;
        *(p->kind == PROBE_PING ? &b.ping_tests : &b.tests) += 1;
        *(p->kind == PROBE_PING ? &b.ping_ok : &b.ok) += p->ok;
    }
    return b;
}

double model_broadband_share(const struct broadband *b)
{
    return b->tests ? (double)b->ok / (double)b->tests : (double)NAN;
}
