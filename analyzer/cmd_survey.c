/* new, add, remove, judge, publish, survey: the pipeline and its parts. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "anonymize_model.h"
#include "dossier.h"
#include "lang.h"
#include "publish.h"
#include "session.h"

enum err cmd_new(const struct options *o)
{
    struct session s = {0};
    const enum err err = session_new(&s, o->args[0], o);
    if (!err)
        printf(_("%s: ready; read logs into it with: lomsong-analyze add %s LOG...\n"),
               o->args[0], o->args[0]);
    session_close(&s);
    return err;
}

enum err cmd_add(const struct options *o)
{
    struct session s = {0};
    if (o->arg_count < 2 && !o->stations) {
        err_report(_("too few arguments; expected %s"), "WORK INPUT...");
        return ERR_USAGE;
    }
    enum err err = session_open_for_logs(&s, o->args[0]);
    if (!err)
        err = session_check_limits(&s, o);
    if (!err && o->stations)
        err = session_put_stations(&s, o);
    if (!err && o->arg_count > 1)
        err = session_add(&s, o, o->args + 1, (size_t)o->arg_count - 1, false);
    session_close(&s);
    return err;
}

enum err cmd_remove(const struct options *o)
{
    struct session s = {0};
    char *removed = NULL;
    enum err err = session_open_for_logs(&s, o->args[0]);
    if (!err)
        err = workspace_begin(s.ws);
    if (!err)
        err = workspace_remove_log(s.ws, o->args[1], &removed);
    if (!err)
        err = workspace_commit(s.ws);
    if (err && s.ws)
        workspace_rollback(s.ws);
    else if (!err)
        printf(_("%s: removed; judge the survey again\n"), removed);
    free(removed);
    session_close(&s);
    return err;
}

static void print_counts(const struct rule *rule, const int64_t verdict[VERDICT_COUNT])
{
    int64_t hamlets = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        hamlets += verdict[v];
    printf(_("rule %s: %lld hamlets: %lld covered, %lld depression, %lld no signal, %lld "
             "not "
             "enough data\n"),
           rule->id, (long long)hamlets, (long long)verdict[VERDICT_COVERED],
           (long long)verdict[VERDICT_DEPRESSION], (long long)verdict[VERDICT_NO_SIGNAL],
           (long long)verdict[VERDICT_NOT_ENOUGH_DATA]);
}

enum err cmd_judge(const struct options *o)
{
    struct session s = {0};
    int64_t counts[VERDICT_COUNT] = {0};
    enum err err = session_open(&s, o->args[0]);
    if (!err)
        err = session_load_rule(&s, o);
    if (!err) {
        s.has_as_of = false; /* a judgement is against the newest evidence unless told */
        err = session_judge_again(&s, o, counts);
    }
    if (!err)
        print_counts(&s.rule, counts);
    session_close(&s);
    return err;
}

static struct publish_options publish_options(const struct options *o)
{
    return (struct publish_options){.only = o->only,
                                    .also = o->also,
                                    .dossier = o->dossier,
                                    .quiet = o->quiet,
                                    .threads = o->threads};
}

static enum err check_outputs(const struct options *o, const char *outdir)
{
    const struct publish_options to = publish_options(o);
    if (o->anonymize && o->dossier) {
        err_report(_("--dossier: a dossier names logs and days, which --anonymize leaves "
                     "out; give one of the two"));
        return ERR_USAGE;
    }
    enum err err = publish_check(&to);
    if (!err && o->anonymize)
        err = publish_check_strangers(outdir);
    return err ? err : publish_check_dir(outdir);
}

/* Opens the CRS of --crs for the layers of the model. */
static enum err open_out_crs(struct session *s, const struct options *o)
{
    if (!o->crs || crs_open_any(o->crs, s->region.operation, &s->out_crs) == ERR_OK)
        return ERR_OK;
    return ERR_USAGE;
}

static enum err write_all(struct session *s, const struct options *o, const char *outdir)
{
    struct publish_options to = publish_options(o);
    to.ws = s->ws;
    s->model.out_crs = s->out_crs;
    enum err err = to.dossier ? dossier_check(&s->model, to.dossier) : ERR_OK;
    if (!err && o->anonymize)
        err = anonymize_model(&s->model);
    return err ? err : publish(&s->model, outdir, &to);
}

enum err cmd_publish(const struct options *o)
{
    struct session s = {.keep_evidence = o->dossier != NULL};
    enum err err = check_outputs(o, o->args[1]);
    if (!err)
        err = session_open(&s, o->args[0]);
    if (!err)
        err = open_out_crs(&s, o);
    if (!err)
        err = session_check_limits(&s, o);
    if (!err)
        err = session_load_rule(&s, o);
    if (!err) /* at another bin size the stored verdicts stay those of the survey's own */
        err = session_judge(&s, o, !(o->bin_size_m > 0));
    if (!err)
        err = write_all(&s, o, o->args[1]);
    session_close(&s);
    return err;
}

enum err cmd_survey(const struct options *o)
{
    struct session s = {.keep_evidence = o->dossier != NULL};
    bool made = false;
    enum err err = check_outputs(o, o->args[0]);
    if (!err)
        err = session_load_rule(&s, o);
    if (!err)
        err = session_new(&s, o->work ? o->work : ":memory:", o);
    made = !err && o->work;
    if (!err)
        err = open_out_crs(&s, o);
    if (!err && o->arg_count == 1)
        err_warn(_("no logs were named: no hamlet can be decided"));
    else if (!err)
        err = session_add(&s, o, o->args + 1, (size_t)o->arg_count - 1, true);
    if (!err) {
        struct options judge = *o;
        judge.bin_size_m = 0; /* the workspace was made with it */
        /* verdicts in a workspace without a name would go with the program, unread */
        err = session_judge(&s, &judge, o->work != NULL);
    }
    if (!err)
        err = write_all(&s, o, o->args[0]);
    if (!err)
        print_counts(&s.rule, s.model.total.counts.verdict);
    session_close(&s);
    if (err && made)
        unlink(o->work);
    return err;
}
