/* explain: the evidence behind one verdict, for a person. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dossier.h"
#include "evidence.h"
#include "explain_json.h"
#include "lang.h"
#include "sentence.h"
#include "session.h"
#include "stations.h"
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
               sentence_result(evidence_imagine(m, bins, o, 1)),
               sentence_result(evidence_imagine(m, bins, o, 0)));
    putchar('\n');
}

static void print_area(const struct model *m, const struct area *a,
                       const struct bin_list *bins)
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
        return;
    printf("    %s\n",
           m->rule->combine == RULE_ANY
               ? _("what would settle it (one operator that passes is enough; "
                   "without one, all must fail):")
               : _("what would settle it (all operators must pass; one that "
                   "fails decides):"));
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        if (a->operators[i].judgement.result == RESULT_UNKNOWN)
            advise_operator(m, a, &a->operators[i], bins);
    }
}

static void print_logs(const struct model *m, const struct evidence *e)
{
    bool any = false;
    printf("\n  %s\n", _("evidence from these logs:"));
    for (size_t i = 0; i < m->log_count; i++) {
        if (e->log_samples[i] == 0)
            continue;
        any = true;
        printf(_("    %s (%s, SHA-256 %.16s…): %" PRId64 " samples here\n"),
               m->logs[i].file, m->logs[i].format, m->logs[i].sha256, e->log_samples[i]);
        char *suspects = sentence_suspects(&m->logs[i].suspects);
        if (*suspects)
            printf(_("      suspicious in this log: %s\n"), suspects);
        free(suspects);
    }
    if (!any)
        printf("    %s\n", _("none: no log has a sample in these areas"));
}

/* The nearest station of each operator and technology, from the hamlet's centre. */
static void print_stations(const struct model *m, const struct hamlet *h)
{
    char name[MCCMNC_TEXT_SIZE];
    struct station_near near = {.from = h->areas[0].point};
    stations_near(m, &near);
    if (near.count == 0)
        return;
    printf("\n  %s\n", _("nearest stations from the centre:"));
    for (size_t i = 0; i < near.count; i++) {
        const struct station_near_item *n = &near.items[i];
        printf(_("    %s %s: %.1f km %s (%.0f°) %s\n"),
               n->station.mccmnc
                   ? region_operator_name(m->region, n->station.mccmnc, name)
                   : _("operator not told"),
               n->station.tech < TECH_COUNT ? tech_name(n->station.tech)
                                            : _("technology not told"),
               n->way.distance_m / 1000, sentence_direction(n->way.bearing_deg),
               fmod(round(n->way.bearing_deg), 360), n->name);
    }
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

static void print_hamlet(const struct model *m, const struct hamlet *h,
                         const struct evidence *e)
{
    print_head(m, h);
    print_notes(h);
    for (size_t i = 0; i < h->area_count; i++)
        print_area(m, &h->areas[i], &e->areas[i]);
    print_logs(m, e);
    print_stations(m, h);
}

enum err cmd_explain(const struct options *o)
{
    struct session s = {.keep_evidence = true};
    struct evidence_source source = {0};
    struct evidence evidence = {0};
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
    err = evidence_open(s.ws, &s.model, &source);
    if (!err)
        err = evidence_load(&source, h, &evidence);
    if (!err && o->html)
        err = dossier_file(&source, h, o->html);
    else if (!err && o->json)
        explain_json(stdout, &s.model, h, &evidence);
    else if (!err)
        print_hamlet(&s.model, h, &evidence);
done:
    evidence_free(&evidence);
    evidence_close(&source);
    session_close(&s);
    return err;
}
