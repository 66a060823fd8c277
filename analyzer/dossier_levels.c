/* Histograms of the levels: per area, operator and technology, 1 dB a bar, the rule's
 * level marked. */
#include <inttypes.h>
#include <stdlib.h>

#include "dossier.h"
#include "html.h"
#include "lang.h"
#include "sentence.h"
#include "xmem.h"

enum { BAR_PX = 3, HEIGHT_PX = 60, FIRST_DBM = -140, LAST_DBM = -44 };

static void gather(const struct dossier *d, const struct bin_list *area, mccmnc_t op,
                   struct tally_histogram histogram[TECH_COUNT])
{
    for (size_t i = 0; i < d->e->cell_count; i++) {
        const struct tally_cell *c = d->e->cells[i];
        if (c->key.mccmnc == op && c->key.tech < TECH_COUNT &&
            c->key.day >= d->e->oldest_day &&
            evidence_area_holds(area, c->key.bin_x, c->key.bin_y))
            tally_histogram_add(&histogram[c->key.tech], c);
    }
}

static int clamp(int dbm)
{
    return dbm < FIRST_DBM ? FIRST_DBM : dbm > LAST_DBM ? LAST_DBM : dbm;
}

static void put_bars(const struct dossier *d, const struct tally_histogram *h,
                     const struct rule_technology *rule)
{
    const int width = (LAST_DBM - FIRST_DBM + 1) * BAR_PX;
    uint64_t bars[LAST_DBM - FIRST_DBM + 1] = {0};
    uint64_t most = 1;
    for (int i = h->from; i < h->to; i++) {
        uint64_t *bar = &bars[clamp(i + LEVEL_MIN_DBM) - FIRST_DBM];
        *bar += h->count[i];
        most = *bar > most ? *bar : most;
    }
    fprintf(d->f,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\"><path "
            "class=\"bars\" d=\"",
            width, HEIGHT_PX + 14, width, HEIGHT_PX + 14);
    for (int i = 0; i <= LAST_DBM - FIRST_DBM; i++) {
        if (bars[i] > 0)
            fprintf(d->f, "M%d %dv-%.1fh%dv%.1fz", i * BAR_PX, HEIGHT_PX,
                    (double)bars[i] / (double)most * (HEIGHT_PX - 4), BAR_PX - 1,
                    (double)bars[i] / (double)most * (HEIGHT_PX - 4));
    }
    fprintf(d->f, "\"/><path class=\"axis\" d=\"M0 %dh%d\"/>", HEIGHT_PX, width);
    if (rule->counts)
        fprintf(d->f, "<path class=\"level\" d=\"M%d 0v%d\"/>",
                (clamp(rule->level_dbm) - FIRST_DBM) * BAR_PX, HEIGHT_PX);
    for (int dbm = -130; dbm <= -50; dbm += 20)
        fprintf(d->f, "<text x=\"%d\" y=\"%d\">%d</text>", (dbm - FIRST_DBM) * BAR_PX,
                HEIGHT_PX + 11, dbm);
    fputs("</svg>\n", d->f);
}

static void put_counts(const struct dossier *d, const struct tally_histogram *h)
{
    fputs("<p class=\"counts\">", d->f);
    bool first = true;
    for (int i = h->from; i < h->to; i++) {
        if (h->count[i] == 0)
            continue;
        fprintf(d->f, "%s%d×%" PRIu64, first ? "" : " ", i + LEVEL_MIN_DBM, h->count[i]);
        first = false;
    }
    fputs("</p>", d->f);
}

static void put_histogram(const struct dossier *d, const struct area_operator *o,
                          enum tech tech, const struct tally_histogram *h)
{
    const struct rule_technology *rule = &d->m->rule->technologies[tech];
    char digits[MCCMNC_TEXT_SIZE], code[MCCMNC_TEXT_SIZE];
    mccmnc_format(o->mccmnc, code);
    fprintf(d->f, "<figure data-mccmnc=\"%s\" data-tech=\"%s\">", code, tech_name(tech));
    fputs("<figcaption>", d->f);
    html_text(d->f, dossier_operator(d, o->mccmnc, digits));
    fprintf(d->f, " %s: ", tech_name(tech));
    char *text = xasprintf(_("%" PRIu64 " samples, median %d dBm, a tenth at or below %d "
                             "dBm"),
                           h->sum, tally_histogram_median(h), tally_histogram_p10(h));
    html_text(d->f, text);
    free(text);
    if (!rule->counts) {
        fputs(" ", d->f);
        html_text(d->f, _("(not counted by the rule)"));
    }
    fputs("</figcaption>\n", d->f);
    put_bars(d, h, rule);
    put_counts(d, h);
    fputs("</figure>\n", d->f);
}

static void put_area(const struct dossier *d, const struct area *a,
                     const struct bin_list *area)
{
    html_element(d->f, "h3", "%s %s “%s”", sentence_area_kind(a->kind), a->area_code,
                 a->name);
    bool any = false;
    fputs("<div class=\"levels\" data-area=\"", d->f);
    html_text(d->f, a->area_code);
    fputs("\">\n", d->f);
    for (size_t i = 0; i < a->operator_count; i++) {
        struct tally_histogram histogram[TECH_COUNT] = {0};
        gather(d, area, a->operators[i].mccmnc, histogram);
        for (int tech = 0; tech < TECH_COUNT; tech++) {
            if (histogram[tech].sum == 0)
                continue;
            any = true;
            put_histogram(d, &a->operators[i], (enum tech)tech, &histogram[tech]);
        }
    }
    fputs("</div>\n", d->f);
    if (!any)
        html_element(d->f, "p", "%s", _("No sample with a level was taken here."));
}

void dossier_levels(const struct dossier *d)
{
    html_element(d->f, "h2", "%s", _("Levels"));
    html_element(d->f, "p", "%s",
                 _("Samples by level in dBm; the line is the level that the rule asks "
                   "for. Below each picture stand its counts, level × samples."));
    for (size_t i = 0; i < d->h->area_count; i++)
        put_area(d, &d->h->areas[i], &d->e->areas[i]);
}
