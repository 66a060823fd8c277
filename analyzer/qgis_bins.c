/* Renderers by rules for squares, discrete colour ramps for rasters. */
#include "qgis_bins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bin_class.h"
#include "lang.h"
#include "palette.h"
#include "qgis_xml.h"
#include "units.h"
#include "xmem.h"

/* Hatched or dotted where there is no level: "no signal" is told from "bad signal" by its
 * shape too. Bins where nobody was are not drawn at all. */
static void add_class_fill(CPLXMLNode *symbol, enum bin_class class)
{
    static const struct {
        enum palette_id colour;
        const char *hatch; /* over the colour, or, on no ground, in it; NULL: none */
        bool ground;
    } rows[BIN_CLASS_COUNT] = {
        [BIN_NO_LEVEL] = {PALETTE_NO_LEVEL, "dense6", true},
        [BIN_OTHER_SERVICE] = {PALETTE_OTHER_SERVICE, NULL, true},
        [BIN_NO_SERVICE] = {PALETTE_NO_SERVICE, "diagonal_x", true},
        [BIN_NOT_TESTED] = {PALETTE_OTHER_SERVICE, "dense7", false},
    };
    const bool band = class < BIN_NO_LEVEL;
    const struct qgis_paint paint = {
        palette_colours[band ? PALETTE_BAND + (int)class : (int)rows[class].colour].light,
        255};
    const struct qgis_paint white = {palette_colours[PALETTE_HALO].light, 255};
    if (band || rows[class].ground)
        qgis_xml_fill(symbol, &(struct qgis_fill){.paint = paint, .style = "solid"});
    if (!band && rows[class].hatch)
        qgis_xml_fill(symbol,
                      &(struct qgis_fill){.paint = rows[class].ground ? white : paint,
                                          .style = rows[class].hatch});
}

/* "-85 .. -76 dBm" of the levels in [low, high); an end that is LEVEL_NONE is open. The
 * caller frees. */
static char *range_label(int low, int high)
{
    /* a true minus sign: the hyphen of "-85" would be read as "to" */
    if (high == LEVEL_NONE)
        return xasprintf("≥ −%d dBm", -low);
    if (low == LEVEL_NONE)
        return xasprintf("< −%d dBm", -high);
    return xasprintf("−%d … −%d dBm", -low, -(high - 1));
}

static char *band_label(const struct rule *rule, enum tech tech, int band)
{
    int edges[PALETTE_BANDS - 1];
    palette_edges(rule, tech, edges);
    char *range = range_label(band > 0 ? edges[band - 1] : LEVEL_NONE,
                              band < PALETTE_BANDS - 1 ? edges[band] : LEVEL_NONE);
    if (band > 0 || !rule->technologies[tech].counts)
        return range;
    char *label = xasprintf(_("%s (below the rule's level)"), range);
    free(range);
    return label;
}

static const char *class_label(enum bin_class class)
{
    static const char *const labels[BIN_CLASS_COUNT] = {
        [BIN_NO_LEVEL] = N_("in service, level unknown"),
        [BIN_OTHER_SERVICE] = N_("service on other technologies only"),
        [BIN_NO_SERVICE] = N_("no service"),
        [BIN_NOT_TESTED] = N_("not tested by the rule's operators"),
    };
    return _(labels[class]);
}

/* A renderer by rules while it is made. */
struct rules {
    CPLXMLNode *symbols;
    int symbol_count;
    int key; /* of the next rule: QGIS wants each to be unique */
};

static CPLXMLNode *add_rule(struct rules *r, CPLXMLNode *parent, const char *label,
                            const char *filter)
{
    char key[64];
    snprintf(key, sizeof key, "{6f0e3a52-0000-4000-8000-%012d}", ++r->key);
    return qgis_xml_element(parent, "rule", "key", key, "label", label, "filter", filter,
                            QGIS_END);
}

/* A rule that draws; returns its symbol. */
static CPLXMLNode *add_drawn(struct rules *r, CPLXMLNode *parent, const char *label,
                             const char *filter)
{
    qgis_xml_int(add_rule(r, parent, label, filter), "symbol", r->symbol_count);
    return qgis_xml_symbol(r->symbols, "fill", r->symbol_count++);
}

static void add_class(struct rules *r, CPLXMLNode *parent, enum bin_class class,
                      const char *label)
{
    char *filter = xasprintf("\"class\" = '%s'", bin_class_name(class));
    add_class_fill(add_drawn(r, parent, label, filter), class);
    free(filter);
}

/* The strongest first, as legends are read. */
static void add_bands(struct rules *r, CPLXMLNode *parent, const struct rule *rule,
                      enum tech tech)
{
    for (int band = PALETTE_BANDS - 1; band >= 0; band--) {
        char *label = band_label(rule, tech, band);
        add_class(r, parent, (enum bin_class)(BIN_BAND + band), label);
        free(label);
    }
}

static const char *tech_title(enum tech tech)
{
    static const char *const titles[TECH_COUNT] = {
        [TECH_GSM] = "2G GSM (RxLev)",         [TECH_LTE] = "4G LTE (RSRP)",
        [TECH_NR_NSA] = "5G NR NSA (SS-RSRP)", [TECH_NR_SA] = "5G NR SA (SS-RSRP)",
        [TECH_WCDMA] = "3G WCDMA (RSCP)",
    };
    return titles[tech];
}

static void add_tech(struct rules *r, CPLXMLNode *root, const struct rule *rule,
                     enum tech tech)
{
    char *filter = xasprintf("\"tech\" = '%s'", tech_name(tech));
    CPLXMLNode *group = add_rule(r, root, tech_title(tech), filter);
    if (!rule->technologies[tech].counts)
        CPLAddXMLAttributeAndValue(group, "checkstate", "0");
    add_bands(r, group, rule, tech);
    add_class(r, group, BIN_NO_LEVEL, class_label(BIN_NO_LEVEL));
    free(filter);
}

/* `order`: an expression by which squares are drawn, the last on top; NULL: any. */
static CPLXMLNode *add_renderer(struct rules *r, CPLXMLNode *parent, const char *order)
{
    CPLXMLNode *renderer =
        qgis_xml_element(parent, "renderer-v2", "type", "RuleRenderer", "symbollevels",
                         "0", "enableorderby", order ? "1" : "0", QGIS_END);
    char key[] = "{6f0e3a52-0000-4000-8000-000000000000}";
    CPLXMLNode *root = qgis_xml_element(renderer, "rules", "key", key, QGIS_END);
    *r = (struct rules){.symbols = qgis_xml_element(renderer, "symbols", QGIS_END)};
    if (order) {
        CPLXMLNode *by = qgis_xml_element(renderer, "orderby", QGIS_END);
        CPLXMLNode *clause = qgis_xml_element(by, "orderByClause", "asc", "1",
                                              "nullsFirst", "1", QGIS_END);
        CPLCreateXMLNode(clause, CXT_Text, order);
    }
    return root;
}

/* Of squares one upon the other the best is on top: what there is at all. */
static const char best_on_top[] =
    "coalesce(\"median_dbm\", CASE \"class\" WHEN 'no_level' THEN -200 "
    "WHEN 'other_service' THEN -300 ELSE -400 END)";

static void add_all_techs(struct rules *r, CPLXMLNode *root, const struct rule *rule)
{
    for (int counted = 1; counted >= 0; counted--) {
        for (int t = TECH_COUNT - 1; t >= 0; t--) {
            if (rule->technologies[t].counts == (counted != 0))
                add_tech(r, root, rule, (enum tech)t);
        }
    }
}

void qgis_bins_add_levels(CPLXMLNode *parent, const struct rule *rule, enum tech tech)
{
    struct rules r;
    CPLXMLNode *root = add_renderer(&r, parent, tech == TECH_NONE ? best_on_top : NULL);
    if (tech == TECH_NONE) {
        add_all_techs(&r, root, rule);
        add_class(&r, root, BIN_OTHER_SERVICE, _("service, technology unknown"));
    } else {
        add_bands(&r, root, rule, tech);
        add_class(&r, root, BIN_NO_LEVEL, class_label(BIN_NO_LEVEL));
    }
    add_class(&r, root, BIN_NO_SERVICE, class_label(BIN_NO_SERVICE));
}

/* One label for all counted technologies where they have the same bands; otherwise that
 * of each. The caller frees. */
static char *best_label(const struct rule *rule, int band)
{
    char *label = NULL;
    char *first = NULL;
    bool differ = false;
    for (int t = 0; t < TECH_COUNT; t++) {
        if (!rule->technologies[t].counts)
            continue;
        char *range = band_label(rule, (enum tech)t, band);
        char *longer = xasprintf("%s%s%s %s", label ? label : "", label ? " · " : "",
                                 tech_name((enum tech)t), range);
        free(label);
        label = longer;
        if (first)
            differ |= strcmp(first, range) != 0;
        else
            first = xstrdup(range);
        free(range);
    }
    if (!differ && first) {
        free(label);
        return first;
    }
    free(first);
    return label ? label : xstrdup("");
}

void qgis_bins_add_best(CPLXMLNode *parent, const struct rule *rule)
{
    struct rules r;
    CPLXMLNode *root = add_renderer(&r, parent, NULL);
    for (int band = PALETTE_BANDS - 1; band >= 0; band--) {
        char *label = best_label(rule, band);
        add_class(&r, root, (enum bin_class)(BIN_BAND + band), label);
        free(label);
    }
    for (int c = BIN_NO_LEVEL; c < BIN_CLASS_COUNT; c++)
        add_class(&r, root, (enum bin_class)c, class_label((enum bin_class)c));
}

void qgis_bins_add_operator_bands(CPLXMLNode *parent)
{
    struct rules r;
    CPLXMLNode *root = add_renderer(&r, parent, best_on_top);
    for (int i = 0; i < PALETTE_OPERATOR_BANDS; i++) {
        const struct palette_operator_band *b = &palette_operator_bands[i];
        const bool last = i + 1 == PALETTE_OPERATOR_BANDS;
        const int high = i > 0 ? b[-1].min_dbm : LEVEL_NONE;
        char *label = range_label(last ? LEVEL_NONE : b->min_dbm, high);
        char *filter = i == 0 ? xasprintf("\"median_dbm\" >= %d", b->min_dbm)
                              : xasprintf("\"median_dbm\" >= %d AND \"median_dbm\" < %d",
                                          b->min_dbm, high);
        qgis_xml_fill(add_drawn(&r, root, label, filter),
                      &(struct qgis_fill){.paint = {b->colour, 255}, .style = "solid"});
        free(filter);
        free(label);
    }
    for (int c = BIN_NO_LEVEL; c < BIN_CLASS_COUNT; c++)
        add_class(&r, root, (enum bin_class)c, class_label((enum bin_class)c));
}

/* A ramp whose items end below the number they are given. */
static CPLXMLNode *add_ramp(CPLXMLNode *pipe)
{
    CPLXMLNode *renderer = qgis_xml_element(
        pipe, "rasterrenderer", "type", "singlebandpseudocolor", "band", "1", "opacity",
        "1", "alphaBand", "-1", "nodataColor", "", QGIS_END);
    qgis_xml_element(renderer, "rasterTransparency", QGIS_END);
    CPLXMLNode *shader = qgis_xml_element(renderer, "rastershader", QGIS_END);
    CPLXMLNode *ramp =
        qgis_xml_element(shader, "colorrampshader", "colorRampType", "DISCRETE",
                         "classificationMode", "1", "clip", "0", QGIS_END);
    qgis_xml_element(pipe, "rasterresampler", "maxOversampling", "2", QGIS_END);
    qgis_xml_text(pipe, "resamplingStage", "resamplingFilter");
    return ramp;
}

static void add_item(CPLXMLNode *ramp, enum palette_id colour, const char *label,
                     const char *upper)
{
    qgis_xml_element(ramp, "item", "color", palette_colours[colour].light, "alpha", "255",
                     "label", label, "value", upper, QGIS_END);
}

void qgis_bins_add_level_raster(CPLXMLNode *pipe, const struct rule *rule, enum tech tech)
{
    int edges[PALETTE_BANDS - 1];
    CPLXMLNode *ramp = add_ramp(pipe);
    palette_edges(rule, tech, edges);
    for (int band = 0; band < PALETTE_BANDS; band++) {
        const bool last = band + 1 == PALETTE_BANDS;
        char *label = band_label(rule, tech, band);
        char *upper = last ? xstrdup("inf") : xasprintf("%.1f", edges[band] - 0.5);
        add_item(ramp, (enum palette_id)(PALETTE_BAND + band), label, upper);
        free(upper);
        free(label);
    }
}

/* The pixels are floats: a share of 0.95 may be a hair below. */
void qgis_bins_add_share_raster(CPLXMLNode *pipe, const struct rule *rule)
{
    static const double hair[PALETTE_SHARES - 1] = {1e-6, -1e-6, -1e-6};
    double edges[PALETTE_SHARES - 1];
    CPLXMLNode *ramp = add_ramp(pipe);
    palette_share_edges(rule, edges);
    for (int i = 0; i < PALETTE_SHARES; i++) {
        const bool last = i + 1 == PALETTE_SHARES;
        char *label = i == 0 ? xasprintf("≤ %g %%", edges[0] * 100)
                      : last
                          ? xasprintf("≥ %g %%", edges[i - 1] * 100)
                          : xasprintf("%g … %g %%", edges[i - 1] * 100, edges[i] * 100);
        char *upper = last ? xstrdup("inf") : xasprintf("%.6f", edges[i] + hair[i]);
        add_item(ramp, (enum palette_id)(PALETTE_SHARE + i), label, upper);
        free(upper);
        free(label);
    }
}
