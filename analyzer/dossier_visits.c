/* The annex: all bins of each area, and every visit with its counts. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "dossier.h"
#include "html.h"
#include "lang.h"
#include "sentence.h"
#include "utc.h"

/* A row per column of the grid: "x: y y y". */
static void put_bins(const struct dossier *d, const struct area *a,
                     const struct bin_list *area)
{
    html_element(d->f, "p", _("All %zu bins of the area, by column x:"), area->count);
    fputs("<p class=\"bins\" data-area=\"", d->f);
    html_text(d->f, a->area_code);
    fputs("\">", d->f);
    for (size_t i = 0; i < area->count; i++) {
        const struct judge_bin b = area->items[i];
        if (i == 0 || b.bin_x != area->items[i - 1].bin_x)
            fprintf(d->f, "%s<b>%" PRId32 ":</b>", i ? "; " : "", b.bin_x);
        fprintf(d->f, " %" PRId32, b.bin_y);
    }
    fputs("</p>\n", d->f);
}

static void put_head(const struct dossier *d, const struct area *a,
                     const struct area_operator *o)
{
    char digits[MCCMNC_TEXT_SIZE], code[MCCMNC_TEXT_SIZE];
    mccmnc_format(o->mccmnc, code);
    fputs("<div class=\"wide\"><table class=\"visits\" data-area=\"", d->f);
    html_text(d->f, a->area_code);
    fprintf(d->f, "\" data-mccmnc=\"%s\">", code);
    html_element(d->f, "caption", "%s %s", code, dossier_operator(d, o->mccmnc, digits));
    fputs("<thead><tr>", d->f);
    const char *const heads[] = {"x",
                                 "y",
                                 _("date"),
                                 _("evidence samples"),
                                 _("in service"),
                                 _("judged"),
                                 _("at level"),
                                 _("share of the visit")};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        html_element(d->f, "th", "%s", heads[i]);
    fputs("</tr></thead><tbody>\n", d->f);
}

static void put_visit(const struct dossier *d, const struct evidence_visit *v)
{
    char day[UTC_TEXT_SIZE];
    utc_format_date(v->key.day, day);
    fprintf(d->f,
            "<tr%s><td>%" PRId32 "</td><td>%" PRId32 "</td><td>%s</td><td>%" PRIu64
            "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td>",
            v->too_old ? " class=\"old\"" : "", v->key.bin_x, v->key.bin_y, day,
            v->count.all, v->count.in_service, v->count.judged, v->count.passing);
    if (v->too_old)
        html_element(d->f, "td", "%s", _("too old, not counted"));
    else if (v->count.judged > 0)
        fprintf(d->f, "<td>%.6f</td>",
                (double)v->count.passing / (double)v->count.judged);
    else
        fputs("<td>–</td>", d->f);
    fputs("</tr>\n", d->f);
}

static void put_visits(const struct dossier *d, const struct area *a,
                       const struct bin_list *area, const struct area_operator *o)
{
    bool any = false;
    for (size_t at = 0; at < d->e->cell_count;) {
        struct evidence_visit v;
        at = evidence_visit(d->e, d->m->rule, at, &v);
        if (v.key.mccmnc != o->mccmnc || v.count.all == 0 ||
            !evidence_area_holds(area, v.key.bin_x, v.key.bin_y))
            continue;
        if (!any)
            put_head(d, a, o);
        any = true;
        put_visit(d, &v);
    }
    if (any)
        fputs("</tbody></table></div>\n", d->f);
}

void dossier_visits(const struct dossier *d)
{
    html_element(d->f, "h2", "%s", _("Annex: bins and visits"));
    html_element(d->f, "p", "%s",
                 _("Judged are samples without service and those in service whose "
                   "technology the rule does not count, or with a level on one that it "
                   "counts; at level are those of them that reach the rule's level."));
    for (size_t i = 0; i < d->h->area_count; i++) {
        const struct area *a = &d->h->areas[i];
        html_element(d->f, "h3", "%s %s “%s”", sentence_area_kind(a->kind), a->area_code,
                     a->name);
        put_bins(d, a, &d->e->areas[i]);
        for (size_t k = 0; k < a->operator_count; k++)
            put_visits(d, a, &d->e->areas[i], &a->operators[k]);
    }
}
