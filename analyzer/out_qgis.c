/* survey.qgs: a project of QGIS 3.22 over the files beside it, with groups, legend,
 * labels and print layouts. All paths in it are relative: the directory can be moved. */
#include <cpl_conv.h>
#include <math.h>
#include <ogr_core.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "out.h"
#include "out_coverage.h"
#include "out_gpkg.h"
#include "qgis_layout.h"
#include "qgis_style.h"
#include "qgis_xml.h"
#include "units.h"
#include "utc.h"
#include "xmem.h"

static const char file_name[] = "survey.qgs";

/* A layer of the project. */
struct item {
    char *id; /* the same in every project: layouts name it */
    char *title;
    char *source;
    const struct qgis_style *style; /* NULL: a raster */
    enum tech tech;                 /* what its style is limited to */
};

static void free_item(struct item *item)
{
    free(item->id);
    free(item->title);
    free(item->source);
}

/* The tree and the layers, which are made at once. */
struct project {
    const struct model *m;
    const char *wkt;       /* of the survey's CRS, which rasters and the view have */
    const char *layer_wkt; /* of the CRS that the layers of survey.gpkg have */
    CPLXMLNode *layers;
};

static const struct qgis_style *style_of(const char *layer)
{
    size_t i = 0;
    while (strcmp(qgis_styles[i].layer, layer) != 0)
        i++;
    return &qgis_styles[i];
}

/* QGIS trusts the definition, and finds the code and its own number by it. */
static void add_system(CPLXMLNode *parent, const char *name, int epsg, const char *wkt)
{
    char authid[32];
    snprintf(authid, sizeof authid, "EPSG:%d", epsg);
    CPLXMLNode *crs = qgis_xml_element(parent, name, QGIS_END);
    CPLXMLNode *system = qgis_xml_element(crs, "spatialrefsys", QGIS_END);
    qgis_xml_text(system, "wkt", wkt);
    qgis_xml_text(system, "authid", authid);
}

static void add_crs(CPLXMLNode *parent, const char *name, const struct project *p)
{
    add_system(parent, name, crs_epsg(p->m->crs), p->wkt);
}

static int layer_epsg(const struct model *m)
{
    return crs_epsg(m->out_crs ? m->out_crs : m->crs);
}

/* As QGIS and OGR call it. */
static const char *geometry_name(OGRwkbGeometryType type, bool family)
{
    switch ((int)type) {
    case wkbPoint:
        return "Point";
    case wkbMultiLineString:
        return family ? "Line" : "MultiLineString";
    case wkbPolygon:
        return "Polygon";
    default:
        return family ? "Polygon" : "MultiPolygon";
    }
}

/* The other styles of the layer, to choose from. */
static void add_style_choice(CPLXMLNode *layer, const struct item *item,
                             const struct model *m)
{
    CPLXMLNode *manager = qgis_xml_element(layer, "map-layer-style-manager", "current",
                                           _(item->style->name), QGIS_END);
    for (size_t i = 0; i < qgis_style_count; i++) {
        const struct qgis_style *style = &qgis_styles[i];
        if (strcmp(style->layer, item->style->layer) != 0)
            continue;
        CPLXMLNode *choice = qgis_xml_element(manager, "map-layer-style", "name",
                                              _(style->name), QGIS_END);
        if (style == item->style)
            continue; /* the layer itself has it */
        CPLXMLNode *qgis =
            qgis_xml_element(choice, "qgis", "version", "3.22.0", "styleCategories",
                             "AllStyleCategories", QGIS_END);
        qgis_style_add(qgis, style, m, item->tech);
    }
}

static void add_vector(struct project *p, const struct item *item)
{
    const OGRwkbGeometryType type = gpkg_layer_find(item->style->layer)->geometry;
    CPLXMLNode *layer = qgis_xml_element(
        p->layers, "maplayer", "type", "vector", "geometry", geometry_name(type, true),
        "wkbType", geometry_name(type, false), "styleCategories", "AllStyleCategories",
        "labelsEnabled", qgis_style_has_labels(item->style) ? "1" : "0", QGIS_END);
    qgis_xml_text(layer, "id", item->id);
    qgis_xml_text(layer, "datasource", item->source);
    qgis_xml_text(layer, "layername", item->title);
    add_system(layer, "srs", layer_epsg(p->m), p->layer_wkt);
    CPLXMLNode *provider =
        qgis_xml_element(layer, "provider", "encoding", "UTF-8", QGIS_END);
    CPLCreateXMLNode(provider, CXT_Text, "ogr");
    add_style_choice(layer, item, p->m);
    qgis_style_add(layer, item->style, p->m, item->tech);
}

static void add_raster(struct project *p, const struct item *item)
{
    CPLXMLNode *layer =
        qgis_xml_element(p->layers, "maplayer", "type", "raster", "styleCategories",
                         "AllStyleCategories", QGIS_END);
    qgis_xml_text(layer, "id", item->id);
    qgis_xml_text(layer, "datasource", item->source);
    qgis_xml_text(layer, "layername", item->title);
    add_crs(layer, "srs", p);
    qgis_xml_text(layer, "provider", "gdal");
    qgis_style_add_raster(layer, p->m, item->tech);
}

static const char *checked(bool on)
{
    return on ? "Qt::Checked" : "Qt::Unchecked";
}

static CPLXMLNode *add_group(CPLXMLNode *tree, const char *name, bool on)
{
    return qgis_xml_element(tree, "layer-tree-group", "name", name, "checked",
                            checked(on), "expanded", on ? "1" : "0", QGIS_END);
}

static void add_leaf(CPLXMLNode *group, const struct item *item, bool on)
{
    qgis_xml_element(group, "layer-tree-layer", "id", item->id, "name", item->title,
                     "source", item->source, "providerKey", item->style ? "ogr" : "gdal",
                     "checked", checked(on), "expanded", on ? "1" : "0", QGIS_END);
}

static struct item whole_layer(const char *name)
{
    /* QGIS takes an id under 10 letters for a damaged one and makes another */
    return (struct item){.id = xasprintf("survey_gpkg_%s", name),
                         .title = xstrdup(_(gpkg_layer_find(name)->title)),
                         .source = xasprintf("./survey.gpkg|layername=%s", name),
                         .style = style_of(name),
                         .tech = TECH_NONE};
}

/* What the legend of a print shows, in the order in which layers lie upon each other. */
static const char *const shown[] = {"hamlet", "test_area", "commune", "bin_best"};

static void add_legend(CPLXMLNode *parent, const struct model *m)
{
    (void)m;
    CPLXMLNode *tree = qgis_xml_element(parent, "layer-tree-group", QGIS_END);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct item item = whole_layer(shown[i]);
        add_leaf(tree, &item, true);
        free_item(&item);
    }
}

static void add_whole(struct project *p, CPLXMLNode *group, const char *name, bool on)
{
    struct item item = whole_layer(name);
    add_vector(p, &item);
    add_leaf(group, &item, on);
    free_item(&item);
}

static char *sheet_title(const struct coverage_sheet *s)
{
    return s->tech == TECH_NONE ? xstrdup(_("Availability (0 to 1)"))
                                : xasprintf(_("%s, median level"), tech_name(s->tech));
}

/* The bins of an operator and technology, with those where it had no service at all. */
static void add_sheet_bins(struct project *p, CPLXMLNode *group,
                           const struct coverage_sheet *s)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, digits);
    const char *tech = tech_name(s->tech);
    struct item item = {
        .id = xasprintf("bin_%s_%s", digits, tech),
        .title = xasprintf(_("%s, bins"), tech),
        .source = xasprintf("./survey.gpkg|layername=bin|subset=\"mccmnc\" = '%s' AND "
                            "(\"tech\" = '%s' OR \"tech\" IS NULL)",
                            digits, tech),
        .style = style_of("bin"),
        .tech = s->tech,
    };
    add_vector(p, &item);
    add_leaf(group, &item, false);
    free_item(&item);
}

static void add_sheet_raster(struct project *p, CPLXMLNode *group,
                             const struct coverage_sheet *s)
{
    char *file = coverage_sheet_file(s, "tif");
    struct item item = {
        .id = xasprintf("raster_%.*s", (int)strcspn(file, "."), file),
        .title = sheet_title(s),
        .source = xasprintf("./%s", file),
        .tech = s->tech,
    };
    add_raster(p, &item);
    add_leaf(group, &item, false);
    free_item(&item);
    free(file);
}

/* A group per operator, by its code. */
static void add_operators(struct project *p, CPLXMLNode *tree)
{
    size_t count = 0;
    struct coverage_sheet *sheets = coverage_sheets(p->m, &count);
    CPLXMLNode *group = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!group || sheets[i].mccmnc != sheets[i - 1].mccmnc) {
            char digits[MCCMNC_TEXT_SIZE], unnamed[MCCMNC_TEXT_SIZE];
            mccmnc_format(sheets[i].mccmnc, digits);
            char *name = xasprintf(
                "%s (%s)", region_operator_name(p->m->region, sheets[i].mccmnc, unnamed),
                digits);
            group = add_group(tree, name, false);
            free(name);
        }
        if (sheets[i].tech != TECH_NONE)
            add_sheet_bins(p, group, &sheets[i]);
        add_sheet_raster(p, group, &sheets[i]);
    }
    free(sheets);
}

static void add_layers(struct project *p, CPLXMLNode *root)
{
    CPLXMLNode *tree = qgis_xml_element(root, "layer-tree-group", QGIS_END);
    p->layers = qgis_xml_element(root, "projectlayers", QGIS_END);
    CPLXMLNode *verdicts = add_group(tree, _("Verdicts"), true);
    add_whole(p, verdicts, "hamlet", true);
    add_whole(p, verdicts, "test_area", true);
    add_whole(p, verdicts, "commune", true);
    CPLXMLNode *measured = add_group(tree, _("Measurements"), true);
    if (gpkg_layer_is_there(gpkg_layer_find("station"), p->m))
        add_whole(p, measured, "station", true);
    add_whole(p, measured, "track", false);
    add_whole(p, measured, "bin_best", true);
    add_operators(p, add_group(tree, _("By operator"), false));
    add_whole(p, measured, "bin", false);
}

static void widen(struct qgis_extent *e, double x, double y)
{
    e->xmin = fmin(e->xmin, x);
    e->xmax = fmax(e->xmax, x);
    e->ymin = fmin(e->ymin, y);
    e->ymax = fmax(e->ymax, y);
}

/* The test areas and some land around: a stray bin elsewhere must not make them a dot. */
static struct qgis_extent extent_of(const struct model *m)
{
    static const double margin_m = 1000;
    struct qgis_extent e = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < m->area_count; i++) {
        const struct xy p = crs_forward(m->crs, m->areas[i].point);
        if (isfinite(p.x_m) && isfinite(p.y_m))
            widen(&e, p.x_m, p.y_m);
    }
    if (e.xmin > e.xmax)
        e = (struct qgis_extent){0, 0, 0, 0};
    return (struct qgis_extent){e.xmin - margin_m, e.ymin - margin_m, e.xmax + margin_m,
                                e.ymax + margin_m};
}

static void add_view(CPLXMLNode *root, const struct qgis_extent *e,
                     const struct project *p)
{
    CPLXMLNode *canvas =
        qgis_xml_element(root, "mapcanvas", "name", "theMapCanvas", QGIS_END);
    const struct {
        const char *name;
        double value;
    } sides[] = {
        {"xmin", e->xmin}, {"ymin", e->ymin}, {"xmax", e->xmax}, {"ymax", e->ymax}};
    qgis_xml_text(canvas, "units", "meters");
    CPLXMLNode *extent = qgis_xml_element(canvas, "extent", QGIS_END);
    CPLXMLNode *view = qgis_xml_element(root, "ProjectViewSettings", QGIS_END);
    CPLXMLNode *usual = qgis_xml_element(view, "DefaultViewExtent", QGIS_END);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        char text[32];
        snprintf(text, sizeof text, "%.3f", sides[i].value);
        qgis_xml_text(extent, sides[i].name, text);
        CPLAddXMLAttributeAndValue(usual, sides[i].name, text);
    }
    add_crs(canvas, "destinationsrs", p);
    CPLAddXMLChild(usual,
                   CPLCloneXMLTree(CPLGetXMLNode(canvas, "destinationsrs")->psChild));
}

static void add_setting(CPLXMLNode *properties, const char *group, const char *name,
                        const char *const type_and_value[2])
{
    CPLXMLNode *setting = qgis_xml_element(qgis_xml_element(properties, group, QGIS_END),
                                           name, "type", type_and_value[0], QGIS_END);
    CPLCreateXMLNode(setting, CXT_Text, type_and_value[1]);
}

/* Without the second QGIS does not look at the project's CRS. */
static void add_settings(CPLXMLNode *root)
{
    CPLXMLNode *properties = qgis_xml_element(root, "properties", QGIS_END);
    add_setting(properties, "Paths", "Absolute", (const char *[]){"bool", "false"});
    add_setting(properties, "SpatialRefSys", "ProjectionsEnabled",
                (const char *[]){"int", "1"});
}

static char *make_project(const struct model *m, const char *wkt, const char *layer_wkt)
{
    char *title = xasprintf(_("Mobile signal by hamlet, rule %s"), m->rule->id);
    const struct qgis_extent extent = extent_of(m);
    CPLXMLNode *root = qgis_xml_element(NULL, "qgis", "version", "3.22.0", "projectname",
                                        title, QGIS_END);
    struct project p = {.m = m, .wkt = wkt, .layer_wkt = layer_wkt};
    qgis_xml_text(root, "title", title);
    add_crs(root, "projectCrs", &p);
    add_layers(&p, root);
    add_view(root, &extent, &p);
    add_settings(root);
    qgis_layout_add(root, m, &extent, add_legend);
    free(title);
    return qgis_xml_document(root);
}

/* The caller frees with CPLFree; NULL, noted, where GDAL does not know the CRS. */
static char *crs_wkt(struct out_gdal *g, int epsg)
{
    const char *const options[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    OGRSpatialReferenceH srs = out_gdal_srs(g, epsg);
    if (srs)
        out_gdal_check(g, OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE,
                       "OSRExportToWktEx");
    OSRRelease(srs);
    return wkt;
}

enum err out_qgis(const struct model *m, const char *dir)
{
    struct out_gdal g;
    out_gdal_begin(&g, file_name);
    char *wkt = crs_wkt(&g, crs_epsg(m->crs));
    char *layer_wkt = crs_wkt(&g, layer_epsg(m));
    enum err err = out_gdal_end(&g);
    FILE *f = err ? NULL : out_open(dir, file_name);
    if (f) {
        char *text = make_project(m, wkt, layer_wkt);
        fputs(text, f);
        CPLFree(text);
        err = out_close(f, dir, file_name);
    } else {
        err = ERR_FAILED;
    }
    CPLFree(layer_wkt);
    CPLFree(wkt);
    return err;
}
