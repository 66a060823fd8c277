/* Comparing two campaigns. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

/* A centre that moved further is another place. */
#define MOVED_M 1.0

const char *compare_change_name(enum change c)
{
    static const char *const names[CHANGE_COUNT] = {
        [CHANGE_FIXED] = "fixed",
        [CHANGE_IMPROVED] = "improved",
        [CHANGE_WORSE] = "worse",
        [CHANGE_SAME] = "same",
        [CHANGE_NOT_COMPARABLE] = "not_comparable",
    };
    return names[c];
}

const char *compare_reason_name(enum change_reason r)
{
    static const char *const names[REASON_COUNT] = {
        [REASON_NONE] = "",
        [REASON_INTERVALS_OVERLAP] = "intervals_overlap",
        [REASON_NOT_ENOUGH_DATA_BEFORE] = "not_enough_data_before",
        [REASON_NOT_ENOUGH_DATA_AFTER] = "not_enough_data_after",
        [REASON_NOT_ENOUGH_DATA_BOTH] = "not_enough_data_both",
        [REASON_DIFFERENT_RULE] = "different_rule",
        [REASON_DIFFERENT_GRID] = "different_grid",
        [REASON_BOUNDARIES_CHANGED] = "boundaries_changed",
        [REASON_ONLY_BEFORE] = "only_before",
        [REASON_ONLY_AFTER] = "only_after",
    };
    return names[r];
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

/* What decides a verdict, whatever the rules are called. */
static bool same_rule(const struct rule *a, const struct rule *b)
{
    for (int t = 0; t < TECH_COUNT; t++) {
        const struct rule_technology *x = &a->technologies[t], *y = &b->technologies[t];
        if (x->counts != y->counts || (x->counts && x->level_dbm != y->level_dbm))
            return false;
    }
    return a->combine == b->combine && a->operator_count == b->operator_count &&
           memcmp(a->operators, b->operators, a->operator_count * sizeof *a->operators) ==
               0 &&
           a->min_bins == b->min_bins && a->max_age_days == b->max_age_days &&
           same(a->availability_min, b->availability_min) &&
           same(a->evidence_min, b->evidence_min) && same(a->confidence, b->confidence) &&
           same(a->n_max, b->n_max) && same(a->correlation_m, b->correlation_m) &&
           same(a->no_signal_max, b->no_signal_max) &&
           same(a->centre_radius_m, b->centre_radius_m) &&
           same(a->cluster_radius_m, b->cluster_radius_m);
}

static bool same_area(const struct area *a, const struct area *b)
{
    if (strcmp(a->area_code, b->area_code) != 0 || a->kind != b->kind ||
        a->shape.size != b->shape.size || !same(a->radius_m, b->radius_m))
        return false;
    if (a->shape.size > 0)
        return memcmp(a->shape.data, b->shape.data, a->shape.size) == 0;
    return geo_distance_m(a->point, b->point) <= MOVED_M;
}

static bool same_boundaries(const struct hamlet *a, const struct hamlet *b)
{
    if (a->area_count != b->area_count)
        return false;
    for (size_t i = 0; i < a->area_count; i++) {
        if (!same_area(&a->areas[i], &b->areas[i]))
            return false;
    }
    return true;
}

struct area_interval compare_interval(const struct area *area, const struct rule *rule)
{
    struct area_interval all = {NAN, NAN, NAN};
    for (size_t i = 0; i < area->rule_operator_count; i++) {
        const struct judgement *j = &area->operators[i].judgement;
        const bool any = rule->combine == RULE_ANY;
        /* fmax and fmin leave a NAN out */
        all.availability = any ? fmax(all.availability, j->availability)
                               : fmin(all.availability, j->availability);
        all.low = any ? fmax(all.low, j->low) : fmin(all.low, j->low);
        all.high = any ? fmax(all.high, j->high) : fmin(all.high, j->high);
    }
    return all;
}

/* Fills the deciding areas; false where no interval that could tell is apart. */
static bool intervals_tell(struct comparison *c, const struct rule *rule)
{
    const bool better = c->after->verdict < c->before->verdict;
    for (size_t i = 0; i < c->before->area_count; i++) {
        const struct area *was = &c->before->areas[i], *is = &c->after->areas[i];
        const struct area_interval then = compare_interval(was, rule);
        const struct area_interval now = compare_interval(is, rule);
        /* between depression and no signal the centre's share decides, not its result */
        const bool decides =
            was->result != is->result || (i == 0 && was->result == RESULT_FAIL);
        if (decides && (better ? now.low > then.high : now.high < then.low)) {
            c->deciding_before = was;
            c->deciding_after = is;
            return true;
        }
    }
    return false;
}

static enum change_reason incomparable(const struct hamlet *before,
                                       const struct hamlet *after)
{
    const bool open_before = before->verdict == VERDICT_NOT_ENOUGH_DATA;
    const bool open_after = after->verdict == VERDICT_NOT_ENOUGH_DATA;
    if (!same_boundaries(before, after))
        return REASON_BOUNDARIES_CHANGED;
    if (open_before && open_after)
        return REASON_NOT_ENOUGH_DATA_BOTH;
    if (open_before)
        return REASON_NOT_ENOUGH_DATA_BEFORE;
    return open_after ? REASON_NOT_ENOUGH_DATA_AFTER : REASON_NONE;
}

static enum change_reason survey_reason(const struct model *before,
                                        const struct model *after)
{
    if (!same_rule(before->rule, after->rule))
        return REASON_DIFFERENT_RULE;
    if (crs_epsg(before->crs) != crs_epsg(after->crs) ||
        !same(before->bin_size_m, after->bin_size_m))
        return REASON_DIFFERENT_GRID;
    return REASON_NONE;
}

static struct comparison compare_pair(const struct hamlet *before,
                                      const struct hamlet *after, const struct rule *rule,
                                      enum change_reason reason)
{
    struct comparison c = {.before = before,
                           .after = after,
                           .change = CHANGE_NOT_COMPARABLE,
                           .reason = reason,
                           .deciding_before = before ? &before->areas[0] : NULL,
                           .deciding_after = after ? &after->areas[0] : NULL};
    if (!before || !after)
        c.reason = before ? REASON_ONLY_BEFORE : REASON_ONLY_AFTER;
    else if (c.reason == REASON_NONE)
        c.reason = incomparable(before, after);
    if (c.reason != REASON_NONE)
        return c;
    c.change = CHANGE_SAME;
    if (before->verdict == after->verdict)
        return c;
    if (!intervals_tell(&c, rule))
        c.reason = REASON_INTERVALS_OVERLAP;
    else if (after->verdict > before->verdict)
        c.change = CHANGE_WORSE;
    else
        c.change = after->verdict == VERDICT_COVERED ? CHANGE_FIXED : CHANGE_IMPROVED;
    return c;
}

void compare_models(const struct model *before, const struct model *after,
                    struct comparisons *all)
{
    const enum change_reason reason = survey_reason(before, after);
    size_t i = 0, k = 0;
    *all = (struct comparisons){
        .items =
            xcalloc(before->hamlet_count + after->hamlet_count + 1, sizeof *all->items)};
    while (i < before->hamlet_count || k < after->hamlet_count) {
        const struct hamlet *b = i < before->hamlet_count ? &before->hamlets[i] : NULL;
        const struct hamlet *a = k < after->hamlet_count ? &after->hamlets[k] : NULL;
        const int order = !b ? 1 : !a ? -1 : strcmp(b->hamlet_code, a->hamlet_code);
        const struct comparison c = compare_pair(
            order <= 0 ? b : NULL, order >= 0 ? a : NULL, after->rule, reason);
        all->items[all->count++] = c;
        all->changes[c.change]++;
        all->reasons[c.reason]++;
        i += order <= 0;
        k += order >= 0;
    }
}

void compare_free(struct comparisons *all)
{
    free(all->items);
    *all = (struct comparisons){0};
}
