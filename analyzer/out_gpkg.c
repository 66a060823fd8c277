/* survey.gpkg: the survey for QGIS, with the styles in which it opens. The same model
 * gives the same bytes: the only clock in the file is set to the day of the newest
 * evidence. */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "out.h"
#include "out_gpkg.h"
#include "qgis_style.h"
#include "utc.h"
#include "xmem.h"

static bool add_columns(struct out_gdal *g, OGRLayerH layer,
                        const struct gpkg_column *columns, int count)
{
    for (int i = 0; i < count; i++) {
        OGRFieldDefnH field = OGR_Fld_Create(columns[i].name, columns[i].type);
        const OGRErr err = OGR_L_CreateField(layer, field, FALSE);
        OGR_Fld_Destroy(field);
        if (!out_gdal_check(g, err == OGRERR_NONE, "OGR_L_CreateField"))
            return false;
    }
    return true;
}

static bool add_layer(struct out_gdal *g, GDALDatasetH file,
                      const struct gpkg_layer *what, const struct model *m)
{
    OGRSpatialReferenceH srs =
        out_gdal_srs(g, crs_epsg(m->out_crs ? m->out_crs : m->crs));
    if (!srs)
        return false;
    char **options = CSLSetNameValue(NULL, "IDENTIFIER", _(what->title));
    OGRLayerH layer =
        GDALDatasetCreateLayer(file, what->name, srs, what->geometry, options);
    CSLDestroy(options);
    OSRRelease(srs);
    return out_gdal_check(g, layer, "GDALDatasetCreateLayer") &&
           add_columns(g, layer, what->columns, what->column_count);
}

/* The table in which QGIS looks for a layer's default style, as it makes it itself. */
static const struct gpkg_column style_columns[] = {
    {"f_table_catalog", OFTString},
    {"f_table_schema", OFTString},
    {"f_table_name", OFTString},
    {"f_geometry_column", OFTString},
    {"styleName", OFTString},
    {"styleQML", OFTString},
    {"styleSLD", OFTString},
    {"useAsDefault", OFTInteger},
    {"description", OFTString},
    {"owner", OFTString},
    {"ui", OFTString},
    {"update_time", OFTDateTime},
};

/* What differs from row to row besides the style. */
struct style_row {
    const struct model *model;
    const char *time;
    bool is_default;
};

static bool add_style(struct out_gdal *g, OGRLayerH layer, const struct qgis_style *style,
                      const struct style_row *values)
{
    char *qml = qgis_style_qml(style, values->model);
    OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    const char *title = _(style->name);
    /* QGIS compares the first two with '' and finds nothing where they are NULL. */
    const char *const texts[] = {
        "",    "",        style->layer, "geom",
        title, qml,       NULL,         values->is_default ? "1" : "0",
        title, "lomsong", NULL,         values->time};
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++) {
        if (texts[i])
            OGR_F_SetFieldString(row, i, texts[i]);
    }
    const OGRErr err = OGR_L_CreateFeature(layer, row);
    OGR_F_Destroy(row);
    CPLFree(qml);
    return out_gdal_check(g, err == OGRERR_NONE, "OGR_L_CreateFeature");
}

static bool add_styles(struct out_gdal *g, GDALDatasetH file, const struct model *m,
                       const char *time)
{
    char **options = CSLSetNameValue(NULL, "FID", "id");
    OGRLayerH layer =
        GDALDatasetCreateLayer(file, "layer_styles", NULL, wkbNone, options);
    CSLDestroy(options);
    const int columns = (int)(sizeof style_columns / sizeof *style_columns);
    if (!out_gdal_check(g, layer, "GDALDatasetCreateLayer") ||
        !add_columns(g, layer, style_columns, columns))
        return false;
    for (size_t i = 0; i < qgis_style_count; i++) {
        if (!gpkg_layer_is_there(gpkg_layer_find(qgis_styles[i].layer), m))
            continue;
        const bool first =
            i == 0 || strcmp(qgis_styles[i].layer, qgis_styles[i - 1].layer) != 0;
        const struct style_row row = {.model = m, .time = time, .is_default = first};
        if (!add_style(g, layer, &qgis_styles[i], &row))
            return false;
    }
    return true;
}

/* GDAL makes the tables, their indexes, triggers and styles: it knows what it and QGIS
 * look for. */
static void make_file(struct out_gdal *g, const struct model *m, const char *time)
{
    bool ok = true;
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", time);
    GDALDatasetH file =
        GDALCreate(GDALGetDriverByName("GPKG"), g->path, 0, 0, 0, GDT_Unknown, NULL);
    if (out_gdal_check(g, file, "GDALCreate")) {
        for (int i = 0; ok && i < gpkg_layer_count; i++)
            ok = !gpkg_layer_is_there(&gpkg_layers[i], m) ||
                 add_layer(g, file, &gpkg_layers[i], m);
        if (ok)
            add_styles(g, file, m, time);
        GDALClose(file);
    }
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", NULL);
}

/* The rows come by SQLite itself, at a fifth of the time that they take GDAL. A file that
 * is not finished is thrown away: no journal is needed. */
static void fill_file(struct out_gdal *g, const struct model *m)
{
    static const char begin[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                                "PRAGMA cache_size = -65536; BEGIN EXCLUSIVE";
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX; /* one thread's own */
    sqlite3 *db = NULL;
    bool ok = sqlite3_open_v2(g->path, &db, flags, NULL) == SQLITE_OK &&
              sqlite3_exec(db, begin, NULL, NULL, NULL) == SQLITE_OK;
    for (int i = 0; ok && i < gpkg_layer_count; i++)
        ok = !gpkg_layer_is_there(&gpkg_layers[i], m) ||
             gpkg_write_rows(g, db, &gpkg_layers[i], m);
    ok = ok && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    out_gdal_check(g, ok, sqlite3_errmsg(db));
    sqlite3_close(db);
    if (ok)
        out_gdal_sync(g);
}

/* What stands for "now" in the file. */
static void fixed_time(const struct model *m, char text[UTC_TEXT_SIZE])
{
    const bool known = m->newest_day != INT32_MIN;
    utc_format(known ? m->newest_day * UTC_DAY_MS : UTC_2000_MS, text);
}

enum err out_gpkg(const struct model *m, const char *dir)
{
    char day[UTC_TEXT_SIZE];
    fixed_time(m, day);
    char *path = xasprintf("%s/survey.gpkg", dir);
    char *time = xasprintf("%.19s.000Z", day);
    struct out_gdal g;
    out_gdal_begin(&g, path);
    make_file(&g, m, time);
    if (!g.failed)
        fill_file(&g, m);
    const enum err err = out_gdal_end(&g);
    free(time);
    free(path);
    return err;
}
