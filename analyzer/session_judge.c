/* Judging by the commands: the whole survey for what is written, what changed for the
 * verdicts alone. */
#include <math.h>
#include <string.h>

#include "lang.h"
#include "session.h"
#include "visit.h"

/* How many bins of the workspace make one of the size asked for; 0 where none do. */
static int bin_factor(const struct session *s, const struct options *o)
{
    if (!(o->bin_size_m > 0))
        return 1;
    const double factor = o->bin_size_m / workspace_settings(s->ws)->bin_size_m;
    const double whole = floor(factor + 0.5);
    return whole >= 1 && fabs(factor - whole) < 1e-9 ? (int)whole : 0;
}

static struct model_options build_options(struct session *s, const struct options *o)
{
    if (o->has_as_of) {
        s->has_as_of = true;
        s->as_of_day = o->as_of_day;
    }
    return (struct model_options){
        .rule = &s->rule,
        .region = &s->region,
        .crs = s->crs,
        .bin_factor = bin_factor(s, o),
        .has_as_of = s->has_as_of,
        .as_of_day = s->as_of_day,
        .keep_evidence = s->keep_evidence,
        .threads = o->threads,
    };
}

static enum err get_changes(const struct session *s, struct workspace_changes *changes,
                            int32_t *oldest_day)
{
    int32_t first = INT32_MIN, newest = INT32_MIN;
    const enum err err = workspace_days(s->ws, &first, &newest);
    *oldest_day = visit_oldest_day(&s->rule, s->has_as_of ? s->as_of_day : newest);
    return err ? err : workspace_get_changes(s->ws, &s->rule, *oldest_day, changes);
}

enum err session_judge(struct session *s, const struct options *o, bool store)
{
    const struct model_options build = build_options(s, o);
    struct workspace_changes changes = {0};
    struct workspace_verdicts verdicts = {
        .model = &s->model, .changes = &changes, .has_as_of = s->has_as_of};
    if (build.bin_factor == 0) {
        err_report(
            _("--bin-size %g: the logs were tallied in bins of %g m; only multiples of "
              "that can be made of them (or give the size to new or survey)"),
            o->bin_size_m, workspace_settings(s->ws)->bin_size_m);
        return ERR_USAGE;
    }
    enum err err = store ? get_changes(s, &changes, &verdicts.oldest_day) : ERR_OK;
    if (!err)
        err = model_build(s->ws, &build, &s->model);
    if (!err && store)
        err = workspace_put_verdicts(s->ws, &verdicts);
    workspace_changes_free(&changes);
    return err;
}

enum err session_judge_again(struct session *s, const struct options *o,
                             int64_t counts[VERDICT_COUNT])
{
    struct model_options build = build_options(s, o);
    struct workspace_changes changes = {0};
    struct workspace_verdicts verdicts = {
        .model = &s->model, .changes = &changes, .has_as_of = s->has_as_of};
    enum err err = get_changes(s, &changes, &verdicts.oldest_day);
    verdicts.part = !changes.all;
    build.changes = changes.all ? NULL : &changes;
    if (!err && verdicts.part && changes.count == 0) /* the verdicts stand */
        s->model = (struct model){.rule = &s->rule, .as_of_day = s->as_of_day};
    else if (!err)
        err = model_build(s->ws, &build, &s->model);
    if (!err)
        err = workspace_put_verdicts(s->ws, &verdicts);
    if (!err && changes.all)
        memcpy(counts, s->model.total.counts.verdict,
               sizeof s->model.total.counts.verdict);
    else if (!err)
        err = workspace_count_verdicts(s->ws, counts);
    workspace_changes_free(&changes);
    return err;
}
