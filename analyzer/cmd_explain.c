/* explain: the evidence behind one verdict, for a person. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "sentence.h"
#include "session.h"
#include "utc.h"
#include "xmem.h"

static const char *operator_name(const struct model *m, const struct area_operator *o,
                                 char digits[MCCMNC_TEXT_SIZE])
{
    return region_operator_name(m->region, o->mccmnc, digits);
}

static void print_operator(const struct model *m, const struct area *a,
                           const struct area_operator *o)
{
    char digits[MCCMNC_TEXT_SIZE], name[MCCMNC_TEXT_SIZE];
    const struct judgement *j = &o->judgement;
    mccmnc_format(o->mccmnc, digits);
    printf("    %-6s %-14s %-9s", digits, operator_name(m, o, name),
           sentence_result(j->result));
    if (isfinite(j->availability))
        printf(_(" availability %.1f %% (%.1f … %.1f)"), 100 * j->availability,
               100 * j->low, 100 * j->high);
    else
        printf("%s", _(" never tested here"));
    printf(_(", bins %" PRId64 " of %" PRId64 ", visits %" PRId64 ", samples %" PRId64
             " (%" PRId64 " without service)"),
           o->bins, a->bins_total, o->visits, o->samples, o->no_service_samples);
    if (o->median_dbm != LEVEL_NONE)
        printf(_(", median %d dBm"), o->median_dbm);
    if (!o->in_rule)
        printf("%s", _(" [not an operator of the rule]"));
    putchar('\n');
}

static void print_rate(const char *label, int64_t kbps)
{
    char number[SENTENCE_NUMBER_SIZE];
    if (kbps != ID_UNKNOWN)
        printf(_(", %s %s kbit/s"), label, sentence_number(kbps, number));
}

/* What active tests found, below the operator that they went through. */
static void print_broadband(const struct broadband *b)
{
    char ok[SENTENCE_NUMBER_SIZE], tests[SENTENCE_NUMBER_SIZE];
    if (b->tests > 0) {
        printf(_("      broadband: %s of %s transfers succeeded (%.1f %%)"),
               sentence_number(b->ok, ok), sentence_number(b->tests, tests),
               100 * model_broadband_share(b));
        print_rate(_("median down"), b->median_down_kbps);
        print_rate(_("median up"), b->median_up_kbps);
        putchar('\n');
    }
    if (b->ping_tests > 0) {
        printf(_("      ping: %s of %s answered"), sentence_number(b->ping_ok, ok),
               sentence_number(b->ping_tests, tests));
        if (b->median_ping_ms != ID_UNKNOWN)
            printf(_(", median %" PRId64 " ms"), b->median_ping_ms);
        putchar('\n');
    }
}

/* What the operator's result would be if every unseen bin were `share`. */
static enum result imagine(const struct model *m, const struct area_operator *o,
                           const struct bin_list *bins, double share)
{
    struct judge_evidence e = {.area = bins->items,
                               .area_count = bins->count,
                               .seen = bins->items,
                               .seen_count = bins->count,
                               .bin_size_m = m->bin_size_m};
    double *shares = xcalloc(bins->count, sizeof(*shares));
    size_t at = 0;
    for (size_t i = 0; i < bins->count; i++) {
        const bool seen = at < (size_t)o->bins &&
                          o->seen[at].bin_x == bins->items[i].bin_x &&
                          o->seen[at].bin_y == bins->items[i].bin_y;
        shares[i] = seen ? o->share[at] : share;
        at += seen;
    }
    e.share = shares;
    /* an unseen bin walked through at 1 Hz gives some 30 samples */
    e.samples = o->samples + (int64_t)(bins->count - at) * 30;
    e.area_rho =
        judge_area_rho(bins->items, bins->count, m->bin_size_m, m->rule->correlation_m);
    const struct judgement j = judge_operator(&e, m->rule);
    free(shares);
    return j.result;
}

static void advise_operator(const struct model *m, const struct area *a,
                            const struct area_operator *o, const struct bin_list *bins)
{
    char name[MCCMNC_TEXT_SIZE];
    const int64_t needed =
        a->bins_total < m->rule->min_bins ? a->bins_total : m->rule->min_bins;
    const int64_t unseen = a->bins_total - o->bins;
    printf("      %s: ", operator_name(m, o, name));
    if (o->bins < needed)
        printf(_("walk at least %" PRId64 " more bins (%" PRId64 " are unseen)"),
               needed - o->bins, unseen);
    else if (unseen > 0)
        printf(_("walk the %" PRId64 " unseen bins"), unseen);
    else
        printf("%s", _("every bin is seen; repeat the visit on another day"));
    if (unseen > 0)
        printf(_("; if all of them meet the level: %s, if none does: %s"),
               sentence_result(imagine(m, o, bins, 1)),
               sentence_result(imagine(m, o, bins, 0)));
    putchar('\n');
}

static enum err print_area(const struct model *m, struct area *a)
{
    char number[SENTENCE_NUMBER_SIZE];
    printf("\n  %s %s \"%s\": %s\n", sentence_area_kind(a->kind), a->area_code, a->name,
           sentence_result(a->result));
    if (a->radius_m > 0)
        printf(_("    within %.0f m of latitude %.6f, longitude %.6f"), a->radius_m,
               a->point.lat_deg, a->point.lon_deg);
    else
        printf(_("    inside its polygon around latitude %.6f, longitude %.6f"),
               a->point.lat_deg, a->point.lon_deg);
    if (a->households != ID_UNKNOWN)
        printf(_(", %s households"), sentence_number(a->households, number));
    putchar('\n');
    for (size_t i = 0; i < a->operator_count; i++) {
        print_operator(m, a, &a->operators[i]);
        print_broadband(&a->operators[i].broadband);
    }
    if (a->result != RESULT_UNKNOWN)
        return ERR_OK;
    struct bin_list bins = {0};
    const enum err err = model_area_bins(m, a, &bins);
    if (!err) {
        printf("    %s\n",
               m->rule->combine == RULE_ANY
                   ? _("what would settle it (one operator that passes is enough; "
                       "without one, all must fail):")
                   : _("what would settle it (all operators must pass; one that "
                       "fails decides):"));
        for (size_t i = 0; i < a->rule_operator_count; i++) {
            if (a->operators[i].judgement.result == RESULT_UNKNOWN)
                advise_operator(m, a, &a->operators[i], &bins);
        }
    }
    free(bins.items);
    return err;
}

/* Counts each log's samples in the hamlet's areas. */
struct log_counting {
    const struct bin_list *bins; /* of all areas, sorted */
    int64_t *samples;            /* by position of the log */
    const int64_t *log_ids;
    size_t log_count;
    int32_t oldest_day;
};

static int compare_bins(const void *a, const void *b)
{
    const struct judge_bin *x = a;
    const struct judge_bin *y = b;
    if (x->bin_x != y->bin_x)
        return x->bin_x < y->bin_x ? -1 : 1;
    return x->bin_y < y->bin_y ? -1 : x->bin_y > y->bin_y;
}

static enum err count_cell(void *ctx, const struct tally_cell *c, int64_t log_id)
{
    struct log_counting *l = ctx;
    const struct judge_bin key = {.bin_x = c->key.bin_x, .bin_y = c->key.bin_y};
    if (c->key.tech == TECH_NR_NSA || c->key.day < l->oldest_day || l->bins->count == 0 ||
        !bsearch(&key, l->bins->items, l->bins->count, sizeof key, compare_bins))
        return ERR_OK;
    for (size_t i = 0; i < l->log_count; i++) {
        if (l->log_ids[i] == log_id)
            l->samples[i] += (int64_t)(tally_level_sum(c) + c->no_level + c->no_service);
    }
    return ERR_OK;
}

struct log_ids {
    int64_t *items;
    size_t count;
    size_t capacity;
};

static enum err take_log_id(void *ctx, int64_t log_id, const struct model_log *log)
{
    struct log_ids *ids = ctx;
    (void)log;
    ids->items = xgrow(ids->items, ids->count, &ids->capacity, sizeof *ids->items);
    ids->items[ids->count++] = log_id;
    return ERR_OK;
}

static enum err collect_bins(const struct model *m, const struct hamlet *h,
                             struct bin_list *all)
{
    struct bin_list bins = {0};
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < h->area_count; i++) {
        err = model_area_bins(m, &h->areas[i], &bins);
        for (size_t k = 0; !err && k < bins.count; k++) {
            all->items =
                xgrow(all->items, all->count, &all->capacity, sizeof *all->items);
            all->items[all->count++] = bins.items[k];
        }
    }
    free(bins.items);
    if (all->count > 1)
        qsort(all->items, all->count, sizeof *all->items, compare_bins);
    return err;
}

static enum err print_logs(struct session *s, const struct hamlet *h)
{
    const struct model *m = &s->model;
    struct log_ids ids = {0};
    struct bin_list bins = {0};
    enum err err = workspace_each_log(s->ws, take_log_id, &ids);
    if (!err)
        err = collect_bins(m, h, &bins);
    struct log_counting l = {.bins = &bins,
                             .samples = xcalloc(ids.count + 1, sizeof *l.samples),
                             .log_ids = ids.items,
                             .log_count = ids.count,
                             .oldest_day = m->as_of_day == INT32_MIN
                                               ? INT32_MIN
                                               : m->as_of_day - m->rule->max_age_days};
    if (!err)
        err = workspace_each_tally(s->ws, count_cell, &l);
    printf("\n  %s\n", _("evidence from these logs:"));
    bool any = false;
    for (size_t i = 0; !err && i < m->log_count; i++) {
        if (l.samples[i] == 0)
            continue;
        any = true;
        printf(_("    %s (%s, SHA-256 %.16s…): %" PRId64 " samples here\n"),
               m->logs[i].file, m->logs[i].format, m->logs[i].sha256, l.samples[i]);
    }
    if (!any)
        printf("    %s\n", _("none: no log has a sample in these areas"));
    free(l.samples);
    free(ids.items);
    free(bins.items);
    return err;
}

static void print_head(const struct model *m, const struct hamlet *h)
{
    char number[SENTENCE_NUMBER_SIZE];
    printf("%s %s: %s\n", h->hamlet_code, h->name, sentence_verdict(h->verdict));
    printf("  %s", h->commune[0] ? h->commune : _("commune not known"));
    if (h->province[0])
        printf(", %s", h->province);
    if (h->households != ID_UNKNOWN)
        printf(_(", %s households"), sentence_number(h->households, number));
    if (h->electricity == YES_NO_NO)
        printf("%s", _(", without electricity"));
    putchar('\n');
    printf(_("  rule %s: level met in %.0f %% of the bins, shown with a lower bound of "
             "%.0f %%; "
             "no signal up to %.0f %%\n"),
           m->rule->id, 100 * m->rule->availability_min, 100 * m->rule->evidence_min,
           100 * m->rule->no_signal_max);
    char *caveat = sentence_caveat(m->rule);
    if (*caveat)
        printf("  %s\n", caveat);
    free(caveat);
    if (m->as_of_day != INT32_MIN) {
        char day[UTC_TEXT_SIZE];
        utc_format_date(m->as_of_day, day);
        printf(_("  evidence counts up to %d days before %s\n"), m->rule->max_age_days,
               day);
    }
}

/* The officer's word and its history, the standing one marked. */
static void print_notes(const struct hamlet *h)
{
    for (size_t i = h->note_count; i-- > 0;) {
        const struct note *n = &h->notes[i];
        char day[UTC_TEXT_SIZE];
        utc_format_date(n->day, day);
        printf("  %s ", n == h->note ? _("officer's word:") : _("earlier word:"));
        printf(_("%s, by %s on %s: %s\n"), sentence_decision(n->decision), n->by, day,
               n->reason);
    }
    if (model_note_differs(h))
        printf("  %s\n", _("the officer's word differs from the measured verdict, which "
                           "stays as measured"));
}

enum err cmd_explain(const struct options *o)
{
    struct session s = {.keep_evidence = true};
    enum err err = session_open(&s, o->args[0]);
    if (!err)
        err = session_load_rule(&s, o);
    if (!err)
        err = session_judge(&s, o, false);
    if (err)
        goto done;
    const struct hamlet *h = model_find_hamlet(&s.model, o->args[1]);
    if (!h) {
        err_report(_("%s: no hamlet of the code \"%s\"; the codes stand in hamlets.csv"),
                   o->args[0], o->args[1]);
        err = ERR_INPUT;
        goto done;
    }
    print_head(&s.model, h);
    print_notes(h);
    for (size_t i = 0; !err && i < h->area_count; i++)
        err = print_area(&s.model, &h->areas[i]);
    if (!err)
        err = print_logs(&s, h);
done:
    session_close(&s);
    return err;
}
