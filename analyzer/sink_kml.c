/* survey.kml and survey.kmz for Google Earth: hamlets by verdict, test areas by result,
 * communes. No bins: it would choke on them. Always WGS 84, as KML is. */
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "lang.h"
#include "out_layer.h"
#include "palette.h"
#include "sentence.h"
#include "sinks.h"
#include "utc.h"
#include "xmem.h"

/* Shapes that every font has, for programs that draw one pin for all. */
static const char *const shapes[VERDICT_COUNT] = {
    [VERDICT_COVERED] = "●",
    [VERDICT_DEPRESSION] = "▲",
    [VERDICT_NO_SIGNAL] = "■",
    [VERDICT_NOT_ENOUGH_DATA] = "◇",
};

/* LIBKML makes a placemark's name and balloon of columns with these names. */
static const struct gpkg_column placemark[] = {{"Name", OFTString},
                                               {"description", OFTString}};

static char *escaped(const char *text)
{
    char *out = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&out, &size);
    if (!f)
        return xstrdup("");
    html_text(f, text);
    fclose(f);
    return out;
}

static void set_text(OGRFeatureH feature, int column, char *text)
{
    OGR_F_SetFieldString(feature, column, text);
    free(text);
}

static char *describe_note(const struct note *n)
{
    char day[UTC_TEXT_SIZE];
    if (!n)
        return xstrdup("");
    utc_format_date(n->day, day);
    char *text = xasprintf(_("%s, by %s on %s: %s"), sentence_decision(n->decision),
                           n->by, day, n->reason);
    char *safe = escaped(text);
    char *line = xasprintf("<p>%s %s</p>", _("officer's word:"), safe);
    free(safe);
    free(text);
    return line;
}

static void dress_hamlet(const struct model *m, size_t i, OGRFeatureH feature)
{
    const struct hamlet *h = &m->hamlets[i];
    char *commune = escaped(h->commune);
    char *note = describe_note(h->note);
    char *caveat = sentence_caveat(m->rule);
    char *rule = escaped(caveat);
    char *style = xasprintf("@%s", judge_verdict_name(h->verdict));
    set_text(feature, 0, xasprintf("%s %s", shapes[h->verdict], h->name));
    set_text(feature, 1,
             xasprintf("<p><b>%s</b></p><p>%s</p>%s<p>%s</p>",
                       sentence_verdict(h->verdict), commune, note, rule));
    OGR_F_SetStyleString(feature, style);
    free(style);
    free(rule);
    free(caveat);
    free(note);
    free(commune);
}

static void dress_area(const struct model *m, size_t i, OGRFeatureH feature)
{
    const struct area *a = &m->areas[i];
    char *style = xasprintf("@area_%s", judge_result_name(a->result));
    set_text(feature, 0, xasprintf("%s %s", a->area_code, a->name));
    set_text(feature, 1,
             xasprintf("<p>%s: %s</p>", sentence_area_kind(a->kind),
                       sentence_result(a->result)));
    OGR_F_SetStyleString(feature, style);
    free(style);
}

static void dress_commune(const struct model *m, size_t i, OGRFeatureH feature)
{
    const struct verdict_counts *c = &m->communes[i].counts;
    OGR_F_SetFieldString(feature, 0, m->communes[i].name);
    char *text = xstrdup("");
    for (int v = 0; v < VERDICT_COUNT; v++) {
        char *more =
            xasprintf("%s<p>%s %s: %lld</p>", text, shapes[v],
                      sentence_verdict((enum verdict)v), (long long)c->verdict[v]);
        free(text);
        text = more;
    }
    set_text(feature, 1, text);
    OGR_F_SetStyleString(feature, "@commune");
}

static const struct kml_layer {
    const char *layer; /* of the GeoPackage */
    const char *title; /* N_() */
    void (*dress)(const struct model *m, size_t i, OGRFeatureH feature);
} layers[] = {
    {"commune", N_("Communes"), dress_commune},
    {"test_area", N_("Test areas"), dress_area},
    {"hamlet", N_("Hamlets"), dress_hamlet},
};

static void add_style(OGRStyleTableH table, const char *name, char *style)
{
    OGR_STBL_AddStyle(table, name, style);
    free(style);
}

static void set_styles(GDALDatasetH file, bool icons)
{
    OGRStyleTableH table = OGR_STBL_Create();
    for (int v = 0; v < VERDICT_COUNT; v++) {
        const char *name = judge_verdict_name((enum verdict)v);
        if (icons)
            add_style(table, name,
                      xasprintf("SYMBOL(id:\"icons/%s.png\",s:0.7);LABEL(s:80)", name));
        else
            add_style(table, name,
                      xasprintf("SYMBOL(c:%sff,s:0.8);LABEL(s:80)",
                                palette_verdict((enum verdict)v)->light));
    }
    for (int r = 0; r < RESULT_COUNT; r++) {
        const char *colour = palette_result((enum result)r)->light;
        char *name = xasprintf("area_%s", judge_result_name((enum result)r));
        add_style(table, name,
                  xasprintf("PEN(c:%sff,w:3px);BRUSH(fc:%s22)", colour, colour));
        free(name);
    }
    add_style(table, "commune",
              xasprintf("PEN(c:%sff,w:2px);BRUSH(fc:#00000000)",
                        palette_colours[PALETTE_HALO].light));
    OGR_DS_SetStyleTable(file, table); /* copies it */
    OGR_STBL_Destroy(table);
}

static bool write_layers(struct out_gdal *g, GDALDatasetH file, const struct model *m,
                         const struct crs *wgs84)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof layers / sizeof *layers; i++) {
        char **options = CSLSetNameValue(NULL, "NAME", _(layers[i].title));
        const struct out_layer layer = {.m = m,
                                        .what = gpkg_layer_find(layers[i].layer),
                                        .name = layers[i].layer,
                                        .crs = wgs84,
                                        .options = options,
                                        .extra = placemark,
                                        .extra_count = 2,
                                        .dress = layers[i].dress};
        ok = out_layer_write(g, file, &layer);
        CSLDestroy(options);
    }
    return ok;
}

/* Writes a plain KML; `g` is open. */
static bool write_kml(struct out_gdal *g, const struct model *m, const char *path,
                      bool icons)
{
    struct crs *wgs84 = NULL;
    if (!out_gdal_check(g, crs_open_any(4326, NULL, &wgs84) == ERR_OK, "EPSG:4326"))
        return false;
    char **options = CSLSetNameValue(NULL, "NAME", "lomsong");
    GDALDatasetH file =
        GDALCreate(GDALGetDriverByName("LIBKML"), path, 0, 0, 0, GDT_Unknown, options);
    CSLDestroy(options);
    bool ok = out_gdal_check(g, file, "GDALCreate");
    if (ok) {
        set_styles(file, icons);
        ok = write_layers(g, file, m, wgs84);
        GDALClose(file);
    }
    crs_close(wgs84);
    return ok && !g->failed;
}

enum err sink_kml(const struct model *m, const char *dir)
{
    char *path = xasprintf("%s/survey.kml", dir);
    struct out_gdal g;
    out_gdal_begin(&g, path);
    if (write_kml(&g, m, path, false))
        out_gdal_sync(&g);
    const enum err err = out_gdal_end(&g);
    free(path);
    return err;
}

/* Copies a file of GDAL's memory to a name, which it frees. */
static bool pack(struct out_gdal *g, const char *from, char *to)
{
    vsi_l_offset size = 0;
    const GByte *data = VSIGetMemFileBuffer(from, &size, FALSE);
    VSILFILE *f = data ? VSIFOpenL(to, "wb") : NULL;
    bool ok = f && VSIFWriteL(data, 1, (size_t)size, f) == (size_t)size;
    if (f && VSIFCloseL(f) != 0)
        ok = false;
    free(to);
    return out_gdal_check(g, ok, from);
}

static bool pack_icons(struct out_gdal *g, const char *memory, const char *zip)
{
    bool ok = true;
    for (int v = 0; ok && v < VERDICT_COUNT; v++) {
        const char *name = judge_verdict_name((enum verdict)v);
        char *icon = xasprintf("%s/%s.png", memory, name);
        ok = out_gdal_check(g, kml_icon((enum verdict)v, icon), icon) &&
             pack(g, icon, xasprintf("%s/icons/%s.png", zip, name));
        free(icon);
    }
    return ok;
}

enum err sink_kmz(const struct model *m, const char *dir)
{
    char *path = xasprintf("%s/survey.kmz", dir);
    char *memory = xasprintf("/vsimem/lomsong-%p", (const void *)m);
    char *kml = xasprintf("%s/doc.kml", memory);
    char *zip = xasprintf("/vsizip/{%s}", path);
    struct out_gdal g;
    out_gdal_begin(&g, path);
    if (write_kml(&g, m, kml, true)) {
        VSILFILE *archive = VSIFOpenL(zip, "wb"); /* held open: one archive */
        if (out_gdal_check(&g, archive, "VSIFOpenL")) {
            if (pack(&g, kml, xasprintf("%s/doc.kml", zip)))
                pack_icons(&g, memory, zip);
            out_gdal_check(&g, VSIFCloseL(archive) == 0, "VSIFCloseL");
        }
        if (!g.failed)
            out_gdal_sync(&g);
    }
    VSIRmdirRecursive(memory);
    const enum err err = out_gdal_end(&g);
    free(zip);
    free(kml);
    free(memory);
    free(path);
    return err;
}
