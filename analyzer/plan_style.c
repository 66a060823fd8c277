/* How QGIS shows the layers of a plan. */
#include <cpl_conv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "palette.h"
#include "plan_out.h"
#include "qgis_xml.h"
#include "xmem.h"

enum { COLOURS = 8 };

/* Tol's "bright" and two more, told apart by the colour-blind (Tol 2021, SRON/EPS/TN/
 * 09-002); teams after the eighth begin anew. */
static const char *const team_colours[COLOURS] = {
    "#4477aa", "#ee6677", "#228833", "#ccbb44",
    "#66ccee", "#aa3377", "#663300", "#444444",
};

struct look {
    CPLXMLNode *root;
    CPLXMLNode *list, *symbols; /* of a renderer by category */
    int count;
};

static struct look begin(const char *column, bool labels)
{
    struct look l = {.root =
                         qgis_xml_element(NULL, "qgis", "version", "3.22.0",
                                          "styleCategories", "Symbology|Labeling",
                                          "labelsEnabled", labels ? "1" : "0", QGIS_END)};
    CPLXMLNode *renderer =
        column ? qgis_xml_element(l.root, "renderer-v2", "type", "categorizedSymbol",
                                  "attr", column, "symbollevels", "0", "enableorderby",
                                  "0", QGIS_END)
               : qgis_xml_element(l.root, "renderer-v2", "type", "singleSymbol",
                                  "symbollevels", "0", "enableorderby", "0", QGIS_END);
    if (column)
        l.list = qgis_xml_element(renderer, "categories", QGIS_END);
    l.symbols = qgis_xml_element(renderer, "symbols", QGIS_END);
    return l;
}

static CPLXMLNode *next_symbol(struct look *l, const char *type, const char *value,
                               const char *label)
{
    if (l->list) {
        CPLXMLNode *category =
            qgis_xml_element(l->list, "category", "render", "true", "value", value,
                             "type", "long", "label", label, QGIS_END);
        qgis_xml_int(category, "symbol", l->count);
    }
    return qgis_xml_symbol(l->symbols, type, l->count++);
}

static void add_labels(struct look *l, const char *column, int scale_from)
{
    CPLXMLNode *labeling =
        qgis_xml_element(l->root, "labeling", "type", "simple", QGIS_END);
    CPLXMLNode *settings =
        qgis_xml_element(labeling, "settings", "calloutType", "simple", QGIS_END);
    CPLXMLNode *text =
        qgis_xml_element(settings, "text-style", "fieldName", column, "isExpression", "1",
                         "fontFamily", "Sans Serif", "fontSizeUnit", "Point", "fontSize",
                         "8", "textColor", "29,39,48,255", "textOpacity", "1", QGIS_END);
    qgis_xml_element(text, "text-buffer", "bufferDraw", "1", "bufferSize", "0.8",
                     "bufferSizeUnits", "MM", "bufferColor", "255,255,255,255",
                     "bufferOpacity", "0.9", QGIS_END);
    qgis_xml_element(settings, "placement", "placement", "6", "dist", "0.6", "distUnits",
                     "MM", "offsetType", "1", "priority", "5", QGIS_END);
    CPLXMLNode *rendering =
        qgis_xml_element(settings, "rendering", "drawLabels", "1", "obstacle", "1",
                         "displayAll", "0", "scaleMin", "0", QGIS_END);
    qgis_xml_int(rendering, "scaleVisibility", scale_from > 0);
    qgis_xml_int(rendering, "scaleMax", scale_from);
}

static char *finish(struct look *l, const char *geometry)
{
    qgis_xml_text(l->root, "layerGeometryType", geometry);
    return qgis_xml_document(l->root);
}

static struct qgis_paint halo(void)
{
    return (struct qgis_paint){palette_colours[PALETTE_HALO].light, 255};
}

static struct qgis_paint ink(int alpha)
{
    return (struct qgis_paint){palette_colours[PALETTE_INK].light, alpha};
}

static int64_t team_count(const struct plan_drawing *d)
{
    int64_t most = 0;
    for (size_t i = 0; i < d->route_count; i++)
        most = d->routes[i].team > most ? d->routes[i].team : most;
    return most;
}

static struct qgis_paint team_paint(int64_t team)
{
    return (struct qgis_paint){team_colours[(team - 1) % COLOURS], 255};
}

/* A symbol of each team's colour. */
static void add_teams(struct look *l, const struct plan_drawing *d, const char *type)
{
    const int64_t teams = team_count(d);
    for (int64_t team = 1; team <= teams; team++) {
        char value[24];
        snprintf(value, sizeof value, "%" PRId64, team);
        char *label = xasprintf(_("Team %" PRId64), team);
        CPLXMLNode *symbol = next_symbol(l, type, value, label);
        free(label);
        if (type[0] == 'l') {
            qgis_xml_line(symbol, &(struct qgis_line){halo(), "solid", 1.4});
            qgis_xml_line(symbol, &(struct qgis_line){team_paint(team), "solid", 0.7});
        } else {
            qgis_xml_marker(symbol, &(struct qgis_marker){.shape = "circle",
                                                          .paint = team_paint(team),
                                                          .line = halo(),
                                                          .line_mm = 0.3,
                                                          .size_mm = 3.6});
        }
    }
}

static char *stops_style(const struct plan_drawing *d)
{
    struct look l = begin("team", true);
    add_teams(&l, d, "marker");
    add_labels(&l, "\"day\" || '.' || \"stop\" || ' ' || \"hamlet\"", 250000);
    return finish(&l, "0");
}

static char *routes_style(const struct plan_drawing *d)
{
    struct look l = begin("team", false);
    add_teams(&l, d, "line");
    return finish(&l, "1");
}

static char *places_style(const char *shape, double size_mm, const char *label)
{
    struct look l = begin(NULL, true);
    qgis_xml_marker(next_symbol(&l, "marker", "", ""),
                    &(struct qgis_marker){.shape = shape,
                                          .paint = halo(),
                                          .line = ink(255),
                                          .line_mm = 0.4,
                                          .size_mm = size_mm});
    add_labels(&l, label, 100000);
    return finish(&l, "0");
}

static char *bins_style(void)
{
    struct look l = begin(NULL, true);
    qgis_xml_fill(next_symbol(&l, "fill", "", ""),
                  &(struct qgis_fill){.paint = {team_colours[3], 90},
                                      .style = "solid",
                                      .line = ink(200),
                                      .line_style = "solid",
                                      .line_mm = 0.3});
    add_labels(&l, "\"walk\"", 10000);
    return finish(&l, "2");
}

void plan_styles(struct plan_drawing *d)
{
    const struct plan_style styles[] = {
        {"plan_stop", _("Stops"), stops_style(d)},
        {"plan_route", _("Routes"), routes_style(d)},
        {"plan_hamlet", _("Undecided hamlets"), places_style("diamond", 3.0, "\"name\"")},
        {"plan_area", _("Test areas"), places_style("square", 2.0, "\"area_code\"")},
        {"plan_bin", _("Bins to visit"), bins_style()},
    };
    d->style_count = sizeof styles / sizeof *styles;
    d->styles = xcalloc(d->style_count, sizeof *d->styles);
    memcpy(d->styles, styles, sizeof styles);
}

void plan_styles_free(struct plan_drawing *d)
{
    for (size_t i = 0; i < d->style_count; i++)
        CPLFree(d->styles[i].qml);
    free(d->styles);
    d->styles = NULL;
    d->style_count = 0;
}
