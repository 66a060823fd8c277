/* A survey for strangers. */
#include "anonymize_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bin_set.h"
#include "lang.h"
#include "model_build.h"
#include "utc.h"
#include "xmem.h"

static int32_t square_of(const struct model *m, int32_t bin)
{
    return (int32_t)floor((bin + 0.5) * m->bin_size_m / ANONYMIZE_SQUARE_M);
}

static enum err find_near(struct model *m, struct bin_set *near)
{
    enum err err = ERR_OK;
    struct bin_list bins = {0};
    for (size_t i = 0; !err && i < m->area_count; i++) {
        bins.count = 0;
        err = model_area_bins(m, &m->areas[i], &bins);
        for (size_t k = 0; !err && k < bins.count; k++) {
            const int32_t x = square_of(m, bins.items[k].bin_x);
            const int32_t y = square_of(m, bins.items[k].bin_y);
            for (int32_t around = 0; around < 9; around++)
                bin_set_add(near, x - 1 + around % 3, y - 1 + around / 3);
        }
    }
    free(bins.items);
    return err;
}

static enum err drop_far_bins(struct model *m)
{
    struct bin_set near = {0};
    const enum err err = find_near(m, &near);
    size_t kept = 0;
    for (size_t i = 0; !err && i < m->bin_count; i++) {
        const struct bin_stat *b = &m->bins[i];
        if (bin_set_has(&near, square_of(m, b->bin_x), square_of(m, b->bin_y)))
            m->bins[kept++] = *b;
    }
    if (!err)
        m->bin_count = kept;
    bin_set_free(&near);
    return err;
}

/* The local day begins at a time of the same local day, whatever is made of it later. */
static int64_t day_start(const struct model *m, int64_t t_utc_ms)
{
    if (t_utc_ms == TIME_UNKNOWN)
        return t_utc_ms;
    const int32_t offset_s = m->region->utc_offset_s;
    return utc_local_day(t_utc_ms, offset_s) * UTC_DAY_MS - (int64_t)offset_s * 1000;
}

static void coarsen_times(struct model *m)
{
    for (size_t i = 0; i < m->area_count; i++) {
        for (size_t k = 0; k < m->areas[i].operator_count; k++) {
            struct area_operator *o = &m->areas[i].operators[k];
            o->first_utc_ms = day_start(m, o->first_utc_ms);
            o->last_utc_ms = day_start(m, o->last_utc_ms);
        }
    }
}

static int compare_hash(const void *a, const void *b)
{
    return strcmp(((const struct model_log *)a)->sha256,
                  ((const struct model_log *)b)->sha256);
}

/* By hash, so that not even the order of the names is left. */
static void rename_logs(struct model *m)
{
    if (m->log_count > 1)
        qsort(m->logs, m->log_count, sizeof *m->logs, compare_hash);
    for (size_t i = 0; i < m->log_count; i++) {
        struct model_log *log = &m->logs[i];
        char *name = xasprintf(_("log %zu"), i + 1);
        log->file = model_text(m, name);
        log->trip_uuid = "";
        if (strstr(log->options, "--track "))
            log->options = "";
        free(name);
    }
}

enum err anonymize_model(struct model *m)
{
    const enum err err = drop_far_bins(m);
    if (err)
        return err;
    m->track_count = 0;
    coarsen_times(m);
    rename_logs(m);
    m->anonymized = true;
    return ERR_OK;
}
