/* Bins in one word, and the best of a bin. */
#include "bin_class.h"

#include <math.h>

#include "units.h"

const char *bin_class_name(enum bin_class c)
{
    static const char *const names[BIN_CLASS_COUNT] = {
        "band_0", "band_1",   "band_2",        "band_3",     "band_4",
        "band_5", "no_level", "other_service", "no_service", "not_tested"};
    return names[c];
}

static enum bin_class band_of(const struct rule *rule, enum tech tech, int dbm)
{
    int edges[PALETTE_BANDS - 1];
    int band = 0;
    palette_edges(rule, tech, edges);
    while (band < PALETTE_BANDS - 1 && dbm >= edges[band])
        band++;
    return (enum bin_class)(BIN_BAND + band);
}

enum bin_class bin_class_of(const struct rule *rule, const struct bin_stat *bin)
{
    if (bin->tech == TECH_NONE)
        return bin->no_level > 0 ? BIN_OTHER_SERVICE : BIN_NO_SERVICE;
    if (bin->samples == 0 || bin->median_dbm == LEVEL_NONE)
        return BIN_NO_LEVEL;
    return band_of(rule, bin->tech, bin->median_dbm);
}

static bool counts(const struct rule *rule, enum tech tech)
{
    return tech != TECH_NONE && rule->technologies[tech].counts;
}

static int margin_db(const struct rule *rule, const struct bin_stat *bin)
{
    return bin->median_dbm - rule->technologies[bin->tech].level_dbm;
}

/* Rows come by operator and technology: the first of equals stays. */
static void take_row(struct bin_best *best, const struct rule *rule,
                     const struct bin_stat *bin)
{
    enum bin_class class = bin_class_of(rule, bin);
    if (bin->tech != TECH_NONE && !counts(rule, bin->tech))
        class = BIN_OTHER_SERVICE;
    if (class < BIN_NO_LEVEL &&
        (!best->level || margin_db(rule, bin) > margin_db(rule, best->level)))
        best->level = bin;
    if (best->class >= BIN_NO_LEVEL && class < best->class)
        best->class = class;
    if (isfinite(bin->share) && !(bin->share <= best->share)) {
        best->share = bin->share;
        best->share_mccmnc = bin->mccmnc;
    }
}

struct bin_best bin_class_best(const struct model *m, size_t from, size_t to)
{
    struct bin_best best = {.class = BIN_NOT_TESTED, .share = (double)NAN};
    for (size_t i = from; i < to; i++) {
        if (rule_lists_operator(m->rule, m->bins[i].mccmnc))
            take_row(&best, m->rule, &m->bins[i]);
    }
    if (best.level)
        best.class = bin_class_of(m->rule, best.level);
    return best;
}

size_t bin_class_next(const struct model *m, size_t from)
{
    size_t to = from + 1;
    while (to < m->bin_count && m->bins[to].bin_x == m->bins[from].bin_x &&
           m->bins[to].bin_y == m->bins[from].bin_y)
        to++;
    return to;
}
