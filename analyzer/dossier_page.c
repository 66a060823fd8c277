/* The page around the sections: head, verdict, why, areas, logs, notes, rule. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dossier.h"
#include "html.h"
#include "html_head.h"
#include "lang.h"
#include "palette.h"
#include "sentence.h"
#include "utc.h"
#include "xmem.h"

const char *dossier_operator(const struct dossier *d, mccmnc_t op, char *digits)
{
    return region_operator_name(d->m->region, op, digits);
}

static void put_verdict(const struct dossier *d)
{
    const enum verdict v = d->h->verdict;
    const struct palette_symbol *symbol = palette_symbol(v);
    fprintf(d->f, "<p id=\"verdict\" class=\"%s\" data-verdict=\"%s\">",
            judge_verdict_name(v), judge_verdict_name(v));
    fprintf(d->f,
            "<svg viewBox=\"-11 -11 22 22\" width=\"28\" height=\"28\" "
            "aria-hidden=\"true\"><path d=\"%s\" fill=\"var(--%s)\" "
            "stroke=\"var(--%s)\" stroke-width=\"2\"/>",
            symbol->outline, symbol->hollow ? "halo" : judge_verdict_name(v),
            judge_verdict_name(v));
    if (symbol->cross)
        fprintf(d->f, "<path d=\"%s\" stroke=\"var(--halo)\" stroke-width=\"2\"/>",
                symbol->cross);
    fputs("</svg> <strong>", d->f);
    html_text(d->f, sentence_verdict(v));
    fputs("</strong></p>\n", d->f);
}

static void put_place(const struct dossier *d)
{
    const struct hamlet *h = d->h;
    char number[SENTENCE_NUMBER_SIZE];
    char *households =
        h->households == ID_UNKNOWN
            ? xstrdup("")
            : xasprintf(_(", %s households"), sentence_number(h->households, number));
    html_element(d->f, "p", "%s%s%s%s%s",
                 h->commune[0] ? h->commune : _("commune not known"),
                 h->province[0] ? ", " : "", h->province, households,
                 h->electricity == YES_NO_NO ? _(", without electricity") : "");
    free(households);
}

static void put_notes(const struct dossier *d)
{
    const struct hamlet *h = d->h;
    if (h->note_count == 0)
        return;
    html_element(d->f, "h2", "%s", _("The officer's word"));
    html_element(d->f, "p", "%s",
                 model_note_differs(h)
                     ? _("It differs from the measured verdict, which stays as measured.")
                     : _("It stands beside the measured verdict, never instead of it."));
    fputs("<table id=\"notes\"><thead><tr>", d->f);
    const char *const heads[] = {_("date"), _("decision"), _("by"), _("reason")};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        html_element(d->f, "th", "%s", heads[i]);
    fputs("</tr></thead><tbody>\n", d->f);
    for (size_t i = h->note_count; i-- > 0;) {
        const struct note *n = &h->notes[i];
        char day[UTC_TEXT_SIZE];
        utc_format_date(n->day, day);
        fputs(n == h->note ? "<tr class=\"stands\">" : "<tr>", d->f);
        html_element(d->f, "td", "%s", day);
        html_element(d->f, "td", "%s", sentence_decision(n->decision));
        html_element(d->f, "td", "%s", n->by);
        html_element(d->f, "td", "%s", n->reason);
        fputs("</tr>\n", d->f);
    }
    fputs("</tbody></table>\n", d->f);
}

static int64_t all_rejected(const struct quality_counts *c)
{
    int64_t sum = 0;
    for (int r = 0; r < QUALITY_REASON_COUNT; r++)
        sum += c->rejected[r];
    return sum;
}

/* Of the logs that have samples here. */
static void put_suspects(const struct dossier *d)
{
    for (size_t i = 0; i < d->m->log_count; i++) {
        const struct model_log *log = &d->m->logs[i];
        char *text = sentence_suspects(&log->suspects);
        if (*text && d->e->log_samples[i] > 0)
            html_element(d->f, "p class=\"suspicious\"", _("Suspicious in %s: %s."),
                         log->file, text);
        free(text);
    }
}

static void put_logs(const struct dossier *d)
{
    html_element(d->f, "h2", "%s", _("The logs"));
    html_element(d->f, "p", "%s",
                 _("The evidence comes from these files; a file is the one that was read "
                   "if its SHA-256 is the same."));
    fputs("<table id=\"logs\"><thead><tr>", d->f);
    const char *const heads[] = {_("log"),      _("format"),   _("samples here"),
                                 _("accepted"), _("rejected"), "SHA-256"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        html_element(d->f, "th", "%s", heads[i]);
    fputs("</tr></thead><tbody>\n", d->f);
    for (size_t i = 0; i < d->m->log_count; i++) {
        const struct model_log *log = &d->m->logs[i];
        if (d->e->log_samples[i] == 0)
            continue;
        fputs("<tr>", d->f);
        html_element(d->f, "td", "%s", log->file);
        html_element(d->f, "td", "%s%s%s", log->format, log->seal[0] ? ", " : "",
                     log->seal[0] == '\0'               ? ""
                     : strcmp(log->seal, "intact") == 0 ? _("seal intact")
                                                        : _("seal broken"));
        html_element(d->f, "td class=\"n\"", "%" PRId64, d->e->log_samples[i]);
        html_element(d->f, "td class=\"n\"", "%" PRId64, log->counts.accepted);
        html_element(d->f, "td class=\"n\"", "%" PRId64, all_rejected(&log->counts));
        html_element(d->f, "td class=\"hash\"", "%s", log->sha256);
        fputs("</tr>\n", d->f);
    }
    fputs("</tbody></table>\n", d->f);
    put_suspects(d);
}

static void put_rule(const struct dossier *d)
{
    html_element(d->f, "h2", "%s", _("The rule"));
    html_element(d->f, "p", "%s: %s. SHA-256 %s", d->m->rule->id, d->m->rule->source,
                 d->m->rule->sha256);
    html_element(d->f, "pre id=\"rule\"", "%s", d->m->rule->text ? d->m->rule->text : "");
}

static void put_foot(const struct dossier *d)
{
    html_element(d->f, "footer",
                 _("Made by lomsong %s. Grid: bins of %g m in EPSG:%d, bin x, y holds "
                   "eastings from x times %g m and northings from y times %g m."),
                 LOMSONG_VERSION, d->m->bin_size_m, crs_epsg(d->m->crs), d->m->bin_size_m,
                 d->m->bin_size_m);
}

void dossier_page(const struct dossier *d)
{
    char *title = xasprintf("%s %s", d->h->hamlet_code, d->h->name);
    html_head(d->f, title);
    free(title);
    fputs("<body>\n<header>\n", d->f);
    html_element(d->f, "h1", "%s %s", d->h->hamlet_code, d->h->name);
    put_place(d);
    put_verdict(d);
    char *caveat = sentence_caveat(d->m->rule);
    html_element(d->f, "p class=\"rule\"", _("Rule %s. %s"), d->m->rule->id, caveat);
    free(caveat);
    fputs("</header>\n<main>\n", d->f);
    put_notes(d);
    dossier_map(d);
    dossier_steps(d);
    dossier_levels(d);
    dossier_stations(d);
    put_logs(d);
    put_rule(d);
    dossier_visits(d);
    fputs("</main>\n", d->f);
    put_foot(d);
    fputs("</body>\n</html>\n", d->f);
}
