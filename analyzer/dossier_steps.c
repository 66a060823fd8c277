/* The judging, step by step with its numbers: per area and operator, then the hamlet. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dossier.h"
#include "html.h"
#include "lang.h"
#include "sentence.h"
#include "xmem.h"

enum { CELL_SIZE = 64 };

/* One operator in one area. */
struct column {
    const struct model *m;
    const struct area_operator *o;
    struct judge_evidence e;
    struct judge_steps s;
    struct judge_tests t;
    double share_sum;
};

static void put_number(char cell[CELL_SIZE], double value)
{
    if (isfinite(value))
        snprintf(cell, CELL_SIZE, "%.6f", value);
    else
        snprintf(cell, CELL_SIZE, "–");
}

static void put_whole(char cell[CELL_SIZE], int64_t value)
{
    snprintf(cell, CELL_SIZE, "%" PRId64, value);
}

static void put_yes(char cell[CELL_SIZE], bool yes)
{
    snprintf(cell, CELL_SIZE, "%s", yes ? _("yes") : _("no"));
}

static void bins_total(const struct column *c, char cell[CELL_SIZE])
{
    put_whole(cell, (int64_t)c->e.area_count);
}

static void bins(const struct column *c, char cell[CELL_SIZE])
{
    put_whole(cell, c->o->bins);
}

static void samples(const struct column *c, char cell[CELL_SIZE])
{
    put_whole(cell, c->o->samples);
}

static void share_sum(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->share_sum);
}

static void availability(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->o->judgement.availability);
}

static void rho_seen(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->s.rho_seen);
}

static void rho_cross(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->s.rho_cross);
}

static void rho_area(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->e.area_rho);
}

static void variance(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->s.variance);
}

static void effective_n(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->o->judgement.effective_n);
}

static void low(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->o->judgement.low);
}

static void high(const struct column *c, char cell[CELL_SIZE])
{
    put_number(cell, c->o->judgement.high);
}

static void enough_bins(const struct column *c, char cell[CELL_SIZE])
{
    put_yes(cell, c->t.enough_bins);
}

static void enough_availability(const struct column *c, char cell[CELL_SIZE])
{
    put_yes(cell, c->t.enough_availability);
}

static void enough_evidence(const struct column *c, char cell[CELL_SIZE])
{
    put_yes(cell, c->t.enough_evidence);
}

static void surely_below(const struct column *c, char cell[CELL_SIZE])
{
    put_yes(cell, c->t.surely_below);
}

static void result(const struct column *c, char cell[CELL_SIZE])
{
    snprintf(cell, CELL_SIZE, "%s", sentence_result(c->o->judgement.result));
}

static const struct step {
    const char *name;  /* data-step */
    const char *title; /* N_() */
    void (*cell)(const struct column *c, char cell[CELL_SIZE]);
} steps[] = {
    {"bins_total", N_("N: bins of the area"), bins_total},
    {"bins", N_("m: bins with evidence"), bins},
    {"samples", N_("evidence samples"), samples},
    {"share_sum", N_("sum of the shares of the m bins"), share_sum},
    {"availability", N_("Â = sum ÷ m: availability"), availability},
    {"rho_seen", N_("mean ρ(O,O)"), rho_seen},
    {"rho_cross", N_("mean ρ(O,A)"), rho_cross},
    {"rho_area", N_("mean ρ(A,A)"), rho_area},
    {"variance", N_("V"), variance},
    {"effective_n", N_("n: effective number of votes"), effective_n},
    {"low", N_("low end of the interval"), low},
    {"high", N_("high end of the interval"), high},
    {"enough_bins", N_("m is enough?"), enough_bins},
    {"enough_availability", N_("Â reaches the rule's availability?"),
     enough_availability},
    {"enough_evidence", N_("low end reaches the rule's evidence?"), enough_evidence},
    {"surely_below", N_("high end is below the rule's availability?"), surely_below},
    {"result", N_("result"), result},
};

static struct column make_column(const struct dossier *d, const struct bin_list *area,
                                 const struct area_operator *o)
{
    struct column c = {.m = d->m, .o = o, .e = evidence_judged(d->m, area, o)};
    c.s = judge_explain(&c.e, d->m->rule);
    c.t = judge_test(&o->judgement, &c.e, d->m->rule);
    for (int64_t i = 0; i < o->bins; i++)
        c.share_sum += o->share[i];
    return c;
}

static void put_columns_head(const struct dossier *d, const struct area *a)
{
    fputs("<thead><tr><th></th>", d->f);
    for (size_t i = 0; i < a->operator_count; i++) {
        char digits[MCCMNC_TEXT_SIZE], code[MCCMNC_TEXT_SIZE];
        mccmnc_format(a->operators[i].mccmnc, code);
        fprintf(d->f, "<th data-mccmnc=\"%s\">", code);
        html_text(d->f, dossier_operator(d, a->operators[i].mccmnc, digits));
        if (!a->operators[i].in_rule)
            html_element(d->f, "small", " %s", _("(not of the rule)"));
        fputs("</th>", d->f);
    }
    fputs("</tr></thead>\n", d->f);
}

static void put_steps(const struct dossier *d, const struct area *a,
                      const struct bin_list *area)
{
    struct column *columns = xcalloc(a->operator_count + 1, sizeof *columns);
    for (size_t i = 0; i < a->operator_count; i++)
        columns[i] = make_column(d, area, &a->operators[i]);
    fputs("<div class=\"wide\"><table class=\"steps\" data-area=\"", d->f);
    html_text(d->f, a->area_code);
    fputs("\">", d->f);
    put_columns_head(d, a);
    fputs("<tbody>\n", d->f);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        fprintf(d->f, "<tr data-step=\"%s\">", steps[i].name);
        html_element(d->f, "th", "%s", _(steps[i].title));
        for (size_t k = 0; k < a->operator_count; k++) {
            char cell[CELL_SIZE];
            steps[i].cell(&columns[k], cell);
            html_element(d->f, "td class=\"n\"", "%s", cell);
        }
        fputs("</tr>\n", d->f);
    }
    fputs("</tbody></table></div>\n", d->f);
    free(columns);
}

static void put_advice(const struct dossier *d, const struct area *a,
                       const struct bin_list *area)
{
    if (a->result != RESULT_UNKNOWN)
        return;
    fputs("<ul class=\"advice\">\n", d->f);
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        const struct area_operator *o = &a->operators[i];
        char digits[MCCMNC_TEXT_SIZE];
        const char *name = dossier_operator(d, o->mccmnc, digits);
        const int64_t unseen = a->bins_total - o->bins;
        if (o->judgement.result != RESULT_UNKNOWN)
            continue;
        if (unseen > 0)
            html_element(d->f, "li",
                         _("%s: %" PRId64 " bins are unseen; if all of them meet the "
                           "level: %s, if none does: %s"),
                         name, unseen,
                         sentence_result(evidence_imagine(d->m, area, o, 1)),
                         sentence_result(evidence_imagine(d->m, area, o, 0)));
        else
            html_element(d->f, "li",
                         _("%s: every bin is seen; repeat the visit on another day"),
                         name);
    }
    fputs("</ul>\n", d->f);
}

static void put_area(const struct dossier *d, const struct area *a,
                     const struct bin_list *area)
{
    const struct xy at = crs_forward(d->m->crs, a->point);
    html_element(d->f, "h3", "%s %s “%s”: %s", sentence_area_kind(a->kind), a->area_code,
                 a->name, sentence_result(a->result));
    if (a->radius_m > 0)
        html_element(d->f, "p",
                     _("The bins whose centre lies within %.0f m of easting %.2f, "
                       "northing %.2f (latitude %.6f, longitude %.6f)."),
                     a->radius_m, at.x_m, at.y_m, a->point.lat_deg, a->point.lon_deg);
    else
        html_element(d->f, "p",
                     _("The bins whose centre lies inside the polygon around latitude "
                       "%.6f, longitude %.6f."),
                     a->point.lat_deg, a->point.lon_deg);
    put_steps(d, a, area);
    put_advice(d, a, area);
}

static void put_formulas(const struct dossier *d)
{
    const struct rule *r = d->m->rule;
    FILE *f = d->f;
    fputs("<ol class=\"formulas\">\n", f);
    html_element(
        f, "li",
        _("The share of a visit (one bin, operator and day) is its samples in "
          "service at the level ÷ its samples that can be judged; the share of a "
          "bin is the mean over its visits. Both stand in the annex."));
    html_element(f, "li",
                 _("ρ(h) = exp(−h ÷ %g m), h the distance between two bin centres, "
                   "%g m × √(Δx² + Δy²); O are the bins with evidence, A all bins of the "
                   "area; means are over all ordered pairs."),
                 r->correlation_m, d->m->bin_size_m);
    html_element(f, "li",
                 _("V = ρ(O,O) − 2 ρ(O,A) + ρ(A,A); n = min(1 ÷ max(V, 1 ÷ %g), "
                   "evidence samples)."),
                 r->n_max);
    html_element(
        f, "li",
        _("Ends of the interval (Wilson): (Â + z²/2n ∓ z √(Â(1 − Â)/n + z²/4n²)) ÷ (1 + "
          "z²/n), z = %.6f for a confidence of %g."),
        judge_explain(&(struct judge_evidence){0}, r).z, r->confidence);
    html_element(f, "li",
                 _("pass: m ≥ min(%d, N), Â ≥ %g and low end ≥ %g. fail: m ≥ min(%d, N) "
                   "and high end < %g. Otherwise unknown. Comparisons allow 1e-9."),
                 r->min_bins, r->availability_min, r->evidence_min, r->min_bins,
                 r->availability_min);
    html_element(
        f, "li", "%s",
        r->combine == RULE_ANY
            ? _("An area passes if any operator of the rule passes, and fails if "
                "all of them fail.")
            : _("An area passes if all operators of the rule pass, and fails if "
                "any of them fails."));
    fputs("</ol>\n", f);
}

enum { TABLE_ROWS = 6 };

/* The row of the verdict table that applies. */
static int verdict_row(const struct hamlet *h)
{
    size_t passed = 0;
    const enum result centre = h->areas[0].result;
    if (centre == RESULT_FAIL)
        return h->verdict == VERDICT_NO_SIGNAL ? 0 : 1;
    if (centre == RESULT_UNKNOWN)
        return 2;
    for (size_t i = 1; i < h->area_count; i++)
        passed += h->areas[i].result == RESULT_PASS;
    if (h->clusters_failed > 0)
        return 3;
    return passed + 1 < h->area_count ? 4 : 5;
}

static void put_table(const struct dossier *d)
{
    char *no_signal = xasprintf(_("fails, best Â ≤ %g"), d->m->rule->no_signal_max);
    char *depression = xasprintf(_("fails, best Â > %g"), d->m->rule->no_signal_max);
    const struct {
        const char *centre;
        const char *clusters;
        enum verdict verdict;
    } rows[TABLE_ROWS] = {
        {no_signal, "–", VERDICT_NO_SIGNAL},
        {depression, "–", VERDICT_DEPRESSION},
        {_("unknown"), "–", VERDICT_NOT_ENOUGH_DATA},
        {_("passes"), _("any fails"), VERDICT_DEPRESSION},
        {_("passes"), _("none fails, some unknown"), VERDICT_NOT_ENOUGH_DATA},
        {_("passes"), _("all pass, or none listed"), VERDICT_COVERED},
    };
    const int applies = verdict_row(d->h);
    fputs("<table id=\"decision\"><thead><tr>", d->f);
    html_element(d->f, "th", "%s", _("centre"));
    html_element(d->f, "th", "%s", _("clusters"));
    html_element(d->f, "th", "%s", _("verdict"));
    fputs("</tr></thead><tbody>\n", d->f);
    for (int i = 0; i < TABLE_ROWS; i++) {
        fputs(i == applies ? "<tr class=\"applies\">" : "<tr>", d->f);
        html_element(d->f, "td", "%s", rows[i].centre);
        html_element(d->f, "td", "%s", rows[i].clusters);
        html_element(d->f, "td", "%s%s", i == applies ? "➤ " : "",
                     sentence_verdict(rows[i].verdict));
        fputs("</tr>\n", d->f);
    }
    fputs("</tbody></table>\n", d->f);
    free(no_signal);
    free(depression);
}

void dossier_steps(const struct dossier *d)
{
    html_element(d->f, "h2", "%s", _("The judging, step by step"));
    put_formulas(d);
    for (size_t i = 0; i < d->h->area_count; i++)
        put_area(d, &d->h->areas[i], &d->e->areas[i]);
    html_element(d->f, "h3", "%s", _("From the areas to the verdict"));
    put_table(d);
}
