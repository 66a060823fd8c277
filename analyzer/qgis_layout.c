/* Layouts, from the template maps/qgis/layout.xml. */
#include "qgis_layout.h"

#include <assert.h>
#include <cpl_conv.h>
#include <cpl_string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "lang.h"
#include "qgis_xml.h"
#include "sentence.h"
#include "utc.h"
#include "xmem.h"

/* A word of the template and what stands in its place. */
struct word {
    const char *name;
    char *value;
};

static const char *value_of(const struct word *words, const char *name, size_t size)
{
    for (const struct word *w = words; w->name; w++) {
        if (strlen(w->name) == size && memcmp(w->name, name, size) == 0)
            return w->value;
    }
    assert(false && "a word in maps/qgis/layout.xml that has no value");
    return "";
}

/* The template with its words; `words` ends with a NULL. The caller frees. */
static char *fill_template(const struct word *words)
{
    const struct embed_file *file = embed_find("maps/qgis/layout.xml");
    assert(file); /* part of the program */
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const char *from = file->data;
    for (const char *mark; (mark = strstr(from, "@{")) != NULL;) {
        const char *name = mark + 2;
        const char *end = strchr(name, '}');
        char *escaped =
            CPLEscapeString(value_of(words, name, (size_t)(end - name)), -1, CPLES_XML);
        fwrite(from, 1, (size_t)(mark - from), out);
        fputs(escaped, out);
        CPLFree(escaped);
        from = end + 1;
    }
    fputs(from, out);
    if (fclose(out) != 0)
        abort(); /* out of memory, as xmalloc has it */
    return text;
}

/* Numbers before an "mm", and the size in the description of a font. */
static char *enlarge_text(const char *key, const char *text, double factor)
{
    double a, b;
    char family[64];
    int read = 0;
    if ((strcmp(key, "position") == 0 || strcmp(key, "positionOnPage") == 0 ||
         strcmp(key, "size") == 0) &&
        sscanf(text, "%lf,%lf", &a, &b) == 2)
        return xasprintf("%.6g,%.6g,mm", a * factor, b * factor);
    if (strcmp(key, "description") == 0 &&
        sscanf(text, "%63[^,],%lf%n", family, &a, &read) == 2)
        return xasprintf("%s,%.3g%s", family, a * factor, text + read);
    static const char *const lengths[] = {"symbolWidth",   "symbolHeight", "pictureWidth",
                                          "pictureHeight", "minBarWidth",  "maxBarWidth",
                                          "height",        "fontSize"};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        if (strcmp(key, lengths[i]) == 0 && sscanf(text, "%lf", &a) == 1)
            return xasprintf("%.6g", a * factor);
    }
    return NULL;
}

static void enlarge(CPLXMLNode *node, double factor)
{
    for (; node; node = node->psNext) {
        if (node->eType != CXT_Attribute) {
            enlarge(node->psChild, factor);
            continue;
        }
        char *text = enlarge_text(node->pszValue, node->psChild->pszValue, factor);
        if (!text)
            continue;
        CPLFree(node->psChild->pszValue);
        node->psChild->pszValue = CPLStrdup(text);
        free(text);
    }
}

/* Layouts evaluate what stands in "[% %]": texts from outside must not. In place. */
static char *disarm(char *text)
{
    for (char *at = text; (at = strstr(at, "[%")) != NULL;)
        *at = '(';
    return text;
}

static char *rule_text(const struct model *m)
{
    char day[UTC_TEXT_SIZE] = "";
    if (m->newest_day != INT32_MIN)
        utc_format_date(m->newest_day, day);
    char *caveat = sentence_caveat(m->rule);
    char *text = xasprintf(_("Rule %s (%s). Newest evidence: %s. CRS: EPSG:%d; bins of "
                             "%g m. Places without a bin were not measured. %s"),
                           m->rule->id, m->rule->title, *day ? day : "–",
                           crs_epsg(m->crs), m->bin_size_m, caveat);
    free(caveat);
    return disarm(text);
}

/* Expressions of QGIS; names come from the commune's row, so nothing in them is run.
 * While no commune is chosen there is no row to take them from: the whole survey is
 * shown. */
static char *title_text(void)
{
    return xasprintf("%s[%% coalesce(try(' – ' || \"name\"), '') %%]",
                     _("Mobile signal by hamlet"));
}

static char *counts_text(const struct model *m)
{
    const struct verdict_counts *c = &m->total.counts;
    const char *const names[] = {_("hamlets"), sentence_verdict(VERDICT_COVERED),
                                 sentence_verdict(VERDICT_DEPRESSION),
                                 sentence_verdict(VERDICT_NO_SIGNAL),
                                 sentence_verdict(VERDICT_NOT_ENOUGH_DATA)};
    return xasprintf(
        "[%% coalesce(try(\"hamlets\" || ' %s: ' || \"covered\" || ' %s, ' || "
        "\"depression\" || ' %s, ' || \"no_signal\" || ' %s, ' || "
        "\"not_enough_data\" || ' %s'), '%lld %s: %lld %s, %lld %s, %lld %s, %lld %s') "
        "%%]",
        names[0], names[1], names[2], names[3], names[4], (long long)c->hamlets, names[0],
        (long long)c->verdict[VERDICT_COVERED], names[1],
        (long long)c->verdict[VERDICT_DEPRESSION], names[2],
        (long long)c->verdict[VERDICT_NO_SIGNAL], names[3],
        (long long)c->verdict[VERDICT_NOT_ENOUGH_DATA], names[4]);
}

static bool has_boundaries(const struct model *m)
{
    for (size_t i = 0; i < m->commune_count; i++) {
        if (m->communes[i].shape.size > 0)
            return true;
    }
    return false;
}

/* Widened to the shape of the map frame, 200 by 158 mm. */
static struct qgis_extent fit(struct qgis_extent e)
{
    const double ratio = 200.0 / 158.0;
    const double width = e.xmax - e.xmin, height = e.ymax - e.ymin;
    const double more_x = width < height * ratio ? (height * ratio - width) / 2 : 0;
    const double more_y = width > height * ratio ? (width / ratio - height) / 2 : 0;
    return (struct qgis_extent){e.xmin - more_x, e.ymin - more_y, e.xmax + more_x,
                                e.ymax + more_y};
}

static CPLXMLNode *find_legend(CPLXMLNode *layout)
{
    for (CPLXMLNode *item = layout->psChild; item; item = item->psNext) {
        if (strcmp(CPLGetXMLValue(item, "id", ""), "legend") == 0)
            return item;
    }
    assert(false && "no legend in maps/qgis/layout.xml");
    return NULL;
}

static CPLXMLNode *make_layout(const struct model *m, const char *name,
                               const struct qgis_extent *extent)
{
    const struct qgis_extent e = fit(*extent);
    struct word words[] = {
        {"name", xstrdup(name)},
        {"title", title_text()},
        {"counts", counts_text(m)},
        {"legend", xstrdup(_("Legend"))},
        {"rule", rule_text(m)},
        {"page", xstrdup("[% if(@atlas_totalfeatures > 0, @atlas_featurenumber || '/' || "
                         "@atlas_totalfeatures, '') %]")},
        {"atlas", xstrdup(has_boundaries(m) ? "1" : "0")},
        {"xmin", xasprintf("%.3f", e.xmin)},
        {"ymin", xasprintf("%.3f", e.ymin)},
        {"xmax", xasprintf("%.3f", e.xmax)},
        {"ymax", xasprintf("%.3f", e.ymax)},
        {NULL, NULL},
    };
    char *text = fill_template(words);
    CPLXMLNode *tree = CPLParseXMLString(text);
    assert(tree);
    CPLXMLNode *layout = CPLCloneXMLTree(CPLGetXMLNode(tree, "=Layout"));
    CPLDestroyXMLNode(tree);
    CPLXMLNode *atlas = CPLGetXMLNode(layout, "Atlas");
    if (!has_boundaries(m) && CPLRemoveXMLChild(layout, atlas))
        CPLDestroyXMLNode(atlas);
    free(text);
    for (struct word *w = words; w->name; w++)
        free(w->value);
    return layout;
}

void qgis_layout_add(CPLXMLNode *root, const struct model *m,
                     const struct qgis_extent *extent,
                     void (*legend)(CPLXMLNode *parent, const struct model *m))
{
    static const struct {
        const char *name;
        double factor; /* of A4: each sheet has twice the area of the next */
    } sheets[] = {{"A4", 1}, {"A3", 1.41421356}};
    CPLXMLNode *layouts = qgis_xml_element(root, "Layouts", QGIS_END);
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
        CPLXMLNode *layout = make_layout(m, sheets[i].name, extent);
        enlarge(layout, sheets[i].factor);
        legend(find_legend(layout), m);
        CPLAddXMLChild(layouts, layout);
    }
}
