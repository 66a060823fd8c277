/* The looks of places, tracks and files of style. */
#include "qgis_style.h"

#include <assert.h>
#include <cpl_conv.h>
#include <stdlib.h>

#include "column_title.h"
#include "lang.h"
#include "out_gpkg.h"
#include "palette.h"
#include "qgis_bins.h"
#include "qgis_xml.h"
#include "sentence.h"

const struct qgis_style qgis_styles[] = {
    {"hamlet", N_("Verdicts"), QGIS_STYLE_VERDICT},
    {"test_area", N_("Results"), QGIS_STYLE_RESULT},
    {"bin", N_("Levels, colour-blind safe"), QGIS_STYLE_LEVEL},
    {"bin", N_("Operators' bands"), QGIS_STYLE_OPERATOR},
    {"bin_best", N_("Levels, colour-blind safe"), QGIS_STYLE_BEST},
    {"bin_best", N_("Operators' bands"), QGIS_STYLE_OPERATOR},
    {"commune", N_("Boundaries"), QGIS_STYLE_COMMUNE},
    {"track", N_("Tracks"), QGIS_STYLE_TRACK},
    {"station", N_("Stations"), QGIS_STYLE_STATION},
};
const size_t qgis_style_count = sizeof qgis_styles / sizeof *qgis_styles;

static struct qgis_paint ink(int alpha)
{
    return (struct qgis_paint){palette_colours[PALETTE_INK].light, alpha};
}

static struct qgis_paint halo(int alpha)
{
    return (struct qgis_paint){palette_colours[PALETTE_HALO].light, alpha};
}

/* The parts of a renderer by the values of a column; symbols go to the second. */
struct categories {
    CPLXMLNode *list;
    CPLXMLNode *symbols;
    int count;
};

static struct categories add_categories(CPLXMLNode *parent, const char *column)
{
    CPLXMLNode *renderer =
        qgis_xml_element(parent, "renderer-v2", "type", "categorizedSymbol", "attr",
                         column, "symbollevels", "0", "enableorderby", "0", QGIS_END);
    return (struct categories){.list = qgis_xml_element(renderer, "categories", QGIS_END),
                               .symbols =
                                   qgis_xml_element(renderer, "symbols", QGIS_END)};
}

static CPLXMLNode *add_category(struct categories *c, const char *type, const char *value,
                                const char *label)
{
    CPLXMLNode *category =
        qgis_xml_element(c->list, "category", "render", "true", "value", value, "type",
                         "string", "label", label, QGIS_END);
    qgis_xml_int(category, "symbol", c->count);
    return qgis_xml_symbol(c->symbols, type, c->count++);
}

static CPLXMLNode *add_single(CPLXMLNode *parent, const char *type)
{
    CPLXMLNode *renderer =
        qgis_xml_element(parent, "renderer-v2", "type", "singleSymbol", "symbollevels",
                         "0", "enableorderby", "0", QGIS_END);
    return qgis_xml_symbol(qgis_xml_element(renderer, "symbols", QGIS_END), type, 0);
}

/* The palette's symbols, in sizes that look equally large. */
static void add_verdict_marker(CPLXMLNode *symbol, enum verdict verdict)
{
    static const double size_mm[VERDICT_COUNT] = {3.6, 4.8, 4.2, 4.2};
    const struct palette_symbol *s = palette_symbol(verdict);
    const struct qgis_paint paint = {palette_verdict(verdict)->light, 255};
    qgis_xml_marker(symbol, &(struct qgis_marker){.shape = s->name,
                                                  .paint = s->hollow ? halo(255) : paint,
                                                  .line = s->hollow ? paint : halo(255),
                                                  .line_mm = s->hollow ? 0.7 : 0.3,
                                                  .size_mm = size_mm[verdict]});
    if (s->cross)
        qgis_xml_marker(symbol, &(struct qgis_marker){.shape = "cross2",
                                                      .paint = halo(255),
                                                      .line = halo(255),
                                                      .line_mm = 0.6,
                                                      .size_mm = 2.2});
}

struct label {
    const char *column;
    double size_pt;
    int placement;  /* 1: around the centroid, 6: beside a point */
    int scale_from; /* drawn at 1:scale_from and larger; 0: always */
    bool bold;
};

static void add_labels(CPLXMLNode *parent, const struct label *label)
{
    CPLXMLNode *labeling =
        qgis_xml_element(parent, "labeling", "type", "simple", QGIS_END);
    CPLXMLNode *settings =
        qgis_xml_element(labeling, "settings", "calloutType", "simple", QGIS_END);
    CPLXMLNode *text = qgis_xml_element(
        settings, "text-style", "fieldName", label->column, "isExpression", "0",
        "fontFamily", "Sans Serif", "fontSizeUnit", "Point", "textColor", "29,39,48,255",
        "textOpacity", "1", "fontWeight", label->bold ? "75" : "50", QGIS_END);
    qgis_xml_real(text, "fontSize", label->size_pt);
    qgis_xml_element(text, "text-buffer", "bufferDraw", "1", "bufferSize", "0.8",
                     "bufferSizeUnits", "MM", "bufferColor", "255,255,255,255",
                     "bufferOpacity", "0.9", QGIS_END);
    CPLXMLNode *placement = qgis_xml_element(
        settings, "placement", "dist", "0.6", "distUnits", "MM", "offsetType", "1",
        "priority", "5", "predefinedPositionOrder", "TR,BR,TL,BL,R,L,TSR,BSR", QGIS_END);
    qgis_xml_int(placement, "placement", label->placement);
    CPLXMLNode *rendering =
        qgis_xml_element(settings, "rendering", "drawLabels", "1", "obstacle", "1",
                         "displayAll", "0", "scaleMin", "0", QGIS_END);
    qgis_xml_int(rendering, "scaleVisibility", label->scale_from > 0);
    qgis_xml_int(rendering, "scaleMax", label->scale_from);
}

static void add_verdicts(CPLXMLNode *parent)
{
    struct categories c = add_categories(parent, "verdict");
    for (int v = 0; v < VERDICT_COUNT; v++)
        add_verdict_marker(add_category(&c, "marker", judge_verdict_name((enum verdict)v),
                                        sentence_verdict((enum verdict)v)),
                           (enum verdict)v);
    add_labels(parent, &(struct label){.column = "hamlet",
                                       .size_pt = 8,
                                       .placement = 6,
                                       .scale_from = 200000});
}

/* Outlines on a white ground, so that they stand out from the bins below: solid, dashed
 * and hatched, dotted. */
static void add_results(CPLXMLNode *parent)
{
    static const struct {
        enum result result;
        const char *hatch, *outline;
        double line_mm;
    } rows[] = {{RESULT_PASS, "no", "solid", 0.6},
                {RESULT_FAIL, "b_diagonal", "dash", 0.8},
                {RESULT_UNKNOWN, "dense6", "dot", 0.5}};
    struct categories c = add_categories(parent, "result");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct qgis_paint paint = {palette_result(rows[i].result)->light, 255};
        CPLXMLNode *symbol = add_category(&c, "fill", judge_result_name(rows[i].result),
                                          sentence_result(rows[i].result));
        qgis_xml_fill(symbol, &(struct qgis_fill){.style = "no",
                                                  .line = halo(255),
                                                  .line_style = "solid",
                                                  .line_mm = rows[i].line_mm + 0.6});
        qgis_xml_fill(symbol, &(struct qgis_fill){.paint = {paint.colour, 110},
                                                  .style = rows[i].hatch,
                                                  .line = paint,
                                                  .line_style = rows[i].outline,
                                                  .line_mm = rows[i].line_mm});
    }
}

static void add_communes(CPLXMLNode *parent)
{
    qgis_xml_fill(add_single(parent, "fill"), &(struct qgis_fill){.style = "no",
                                                                  .line = ink(255),
                                                                  .line_style = "solid",
                                                                  .line_mm = 0.3});
    add_labels(
        parent,
        &(struct label){.column = "name", .size_pt = 10, .placement = 1, .bold = true});
}

static void add_tracks(CPLXMLNode *parent)
{
    CPLXMLNode *symbol = add_single(parent, "line");
    qgis_xml_line(symbol, &(struct qgis_line){halo(200), "solid", 0.9});
    qgis_xml_line(symbol, &(struct qgis_line){ink(230), "solid", 0.35});
}

/* A shape for each technology; a station whose technology is not told is a circle. */
static void add_stations(CPLXMLNode *parent)
{
    static const struct {
        enum tech tech;
        const char *shape;
    } rows[] = {{TECH_GSM, "diamond"}, {TECH_WCDMA, "square"}, {TECH_LTE, "triangle"},
                {TECH_NR_SA, "star"},  {TECH_NR_NSA, "star"},  {TECH_NONE, "circle"}};
    struct categories c = add_categories(parent, "tech");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const bool known = rows[i].tech < TECH_COUNT;
        CPLXMLNode *symbol =
            add_category(&c, "marker", known ? tech_name(rows[i].tech) : "",
                         known ? tech_name(rows[i].tech) : _("technology not told"));
        qgis_xml_marker(symbol, &(struct qgis_marker){.shape = rows[i].shape,
                                                      .paint = ink(255),
                                                      .line = halo(255),
                                                      .line_mm = 0.3,
                                                      .size_mm = 3});
    }
    add_labels(parent, &(struct label){.column = "operator",
                                       .size_pt = 7,
                                       .placement = 6,
                                       .scale_from = 100000});
}

/* Column by column, counted as QGIS does: the first is the row's number. */
static void add_titles(CPLXMLNode *parent, const struct gpkg_layer *layer)
{
    CPLXMLNode *aliases = qgis_xml_element(parent, "aliases", QGIS_END);
    for (int i = 0; i < layer->column_count; i++) {
        const char *column = layer->columns[i].name;
        CPLXMLNode *alias = qgis_xml_element(aliases, "alias", "field", column, "name",
                                             column_title(column), QGIS_END);
        qgis_xml_int(alias, "index", i + 1);
    }
}

static void add_look(CPLXMLNode *parent, enum qgis_style_id id, const struct model *m,
                     enum tech tech)
{
    switch (id) {
    case QGIS_STYLE_VERDICT:
        add_verdicts(parent);
        break;
    case QGIS_STYLE_RESULT:
        add_results(parent);
        break;
    case QGIS_STYLE_LEVEL:
        qgis_bins_add_levels(parent, m->rule, tech);
        break;
    case QGIS_STYLE_BEST:
        qgis_bins_add_best(parent, m->rule);
        break;
    case QGIS_STYLE_OPERATOR:
        qgis_bins_add_operator_bands(parent);
        break;
    case QGIS_STYLE_COMMUNE:
        add_communes(parent);
        break;
    case QGIS_STYLE_TRACK:
        add_tracks(parent);
        break;
    case QGIS_STYLE_STATION:
        add_stations(parent);
        break;
    case QGIS_STYLE_COUNT:
        assert(false);
        break;
    }
}

void qgis_style_add(CPLXMLNode *parent, const struct qgis_style *style,
                    const struct model *m, enum tech tech)
{
    add_look(parent, style->id, m, tech);
    add_titles(parent, gpkg_layer_find(style->layer));
}

bool qgis_style_has_labels(const struct qgis_style *style)
{
    return style->id == QGIS_STYLE_VERDICT || style->id == QGIS_STYLE_COMMUNE ||
           style->id == QGIS_STYLE_STATION;
}

/* QGIS tells the kind of geometry by a number. */
static const char *geometry_type(enum qgis_style_id id)
{
    if (id == QGIS_STYLE_VERDICT || id == QGIS_STYLE_STATION)
        return "0";
    return id == QGIS_STYLE_TRACK ? "1" : "2";
}

char *qgis_style_qml(const struct qgis_style *style, const struct model *m)
{
    CPLXMLNode *root = qgis_xml_element(
        NULL, "qgis", "version", "3.22.0", "styleCategories", "Symbology|Labeling|Fields",
        "labelsEnabled", qgis_style_has_labels(style) ? "1" : "0", QGIS_END);
    qgis_style_add(root, style, m, TECH_NONE);
    qgis_xml_text(root, "layerGeometryType", geometry_type(style->id));
    return qgis_xml_document(root);
}

void qgis_style_add_raster(CPLXMLNode *parent, const struct model *m, enum tech tech)
{
    CPLXMLNode *pipe = qgis_xml_element(parent, "pipe", QGIS_END);
    if (tech == TECH_NONE)
        qgis_bins_add_share_raster(pipe, m->rule);
    else
        qgis_bins_add_level_raster(pipe, m->rule, tech);
    qgis_xml_text(parent, "blendMode", "0");
}

char *qgis_style_raster_qml(const struct model *m, enum tech tech)
{
    CPLXMLNode *root = qgis_xml_element(NULL, "qgis", "version", "3.22.0",
                                        "styleCategories", "Symbology", QGIS_END);
    qgis_style_add_raster(root, m, tech);
    return qgis_xml_document(root);
}
