/* GPX 1.1 (https://www.topografix.com/GPX/1/1/): waypoints, then routes, as the schema
 * orders them. Garmin, OsmAnd and Locus take a file of many routes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "doc_text.h"
#include "html.h"
#include "lang.h"
#include "out.h"
#include "plan_out.h"
#include "xmem.h"

static void put_text(FILE *f, const char *tag, const char *text)
{
    char *clean = doc_text_clean(text);
    fprintf(f, "<%s>", tag);
    html_text(f, clean);
    fprintf(f, "</%s>", tag);
    free(clean);
}

static void put_point(FILE *f, const char *tag, struct latlon p)
{
    fprintf(f, "<%s lat=\"%.6f\" lon=\"%.6f\">", tag, p.lat_deg, p.lon_deg);
}

static char *what_to_do(const struct plan_hamlet *h)
{
    char *operators = plan_operators(h);
    char *text = xasprintf(_("%s: %" PRId64 " bins; %s"), h->commune, plan_bins_wanted(h),
                           operators);
    free(operators);
    return text;
}

static void put_stop(FILE *f, const char *tag, const struct plan *plan,
                     const struct plan_stop *stop)
{
    const struct plan_hamlet *h = &plan->hamlets[stop->hamlet];
    char *name = xasprintf("%" PRId64 ".%" PRId64 ".%" PRId64 " %s", stop->team,
                           stop->day, stop->order, h->name);
    char *what = what_to_do(h);
    put_point(f, tag, h->point);
    put_text(f, "name", name);
    put_text(f, "desc", what);
    fprintf(f, "</%s>\n", tag);
    free(name);
    free(what);
}

static void put_start(FILE *f, struct latlon start)
{
    put_point(f, "rtept", start);
    put_text(f, "name", _("Start"));
    fputs("</rtept>\n", f);
}

static void put_route(FILE *f, const struct plan *plan, const struct plan_route *route)
{
    char *name = xasprintf(_("Team %" PRId64 ", day %" PRId64), route->team, route->day);
    fputs("<rte>", f);
    put_text(f, "name", name);
    fputc('\n', f);
    put_start(f, plan->start);
    for (size_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].team == route->team && plan->stops[i].day == route->day)
            put_stop(f, "rtept", plan, &plan->stops[i]);
    }
    put_start(f, plan->start);
    fputs("</rte>\n", f);
    free(name);
}

enum err plan_gpx(const struct plan_draft *draft, const char *dir, const char *name)
{
    const struct plan *plan = &draft->plan;
    FILE *f = out_open(dir, name);
    if (!f)
        return ERR_FAILED;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<gpx version=\"1.1\" creator=\"lomsong " LOMSONG_VERSION "\" "
          "xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
          f);
    for (size_t i = 0; i < plan->stop_count; i++)
        put_stop(f, "wpt", plan, &plan->stops[i]);
    for (size_t i = 0; i < draft->drawing.route_count; i++)
        put_route(f, plan, &draft->drawing.routes[i]);
    fputs("</gpx>\n", f);
    return out_close(f, dir, name);
}
