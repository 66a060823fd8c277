/* The planners' stations that are nearest to the hamlet's centre. */
#include <math.h>

#include "dossier.h"
#include "html.h"
#include "lang.h"
#include "sentence.h"
#include "stations.h"

static void put_row(const struct dossier *d, const struct station_near_item *n)
{
    char digits[MCCMNC_TEXT_SIZE];
    const struct station *s = &n->station;
    fputs("<tr>", d->f);
    html_element(d->f, "td", "%s",
                 s->mccmnc ? dossier_operator(d, s->mccmnc, digits)
                           : _("operator not told"));
    html_element(d->f, "td", "%s",
                 s->tech < TECH_COUNT ? tech_name(s->tech) : _("technology not told"));
    html_element(d->f, "td", "%s", n->name);
    html_element(d->f, "td class=\"n\"", "%.1f", n->way.distance_m / 1000);
    html_element(d->f, "td", "%s (%.0f°)", sentence_direction(n->way.bearing_deg),
                 fmod(round(n->way.bearing_deg), 360));
    fputs("</tr>\n", d->f);
}

void dossier_stations(const struct dossier *d)
{
    struct station_near near = {.from = d->h->areas[0].point};
    stations_near(d->m, &near);
    if (near.count == 0)
        return;
    html_element(d->f, "h2", "%s", _("The nearest stations"));
    html_element(
        d->f, "p", "%s",
        _("Of the planners' list, the nearest to the centre of each operator and "
          "technology. No verdict depends on them."));
    fputs("<table id=\"stations\"><thead><tr>", d->f);
    const char *const heads[] = {_("operator"), _("technology"), _("station"),
                                 _("distance, km"), _("direction")};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        html_element(d->f, "th", "%s", heads[i]);
    fputs("</tr></thead><tbody>\n", d->f);
    for (size_t i = 0; i < near.count; i++)
        put_row(d, &near.items[i]);
    fputs("</tbody></table>\n", d->f);
}
