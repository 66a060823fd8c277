/* The sinks, one row each, and those that are no more than a driver of GDAL with its
 * options: a file per layer. */
#include "sinks.h"

#include <cpl_string.h>
#include <stdlib.h>

#include "lang.h"
#include "out.h"
#include "out_layer.h"
#include "utc.h"
#include "xmem.h"

const struct output sinks[] = {
    {"kml", sink_kml, N_("survey.kml for Google Earth, in one plain file"),
     OUTPUT_BESIDE},
    {"kmz", sink_kmz, N_("survey.kmz for Google Earth, with verdict icons"),
     OUTPUT_BESIDE},
    {"geojson", sink_geojson, N_("survey_<layer>.geojson, RFC 7946"), OUTPUT_BESIDE},
    {"fgb", sink_fgb, N_("survey_<layer>.fgb, FlatGeobuf"), OUTPUT_BESIDE},
    {"shp", sink_shp, N_("survey_<layer>.shp, Shapefile"), OUTPUT_BESIDE},
};
const size_t sink_count = sizeof sinks / sizeof *sinks;

struct format {
    const char *driver;
    const char *extension;
    const struct crs *crs;
    bool short_names;
    bool index_needs_shapes; /* the driver's index refuses rows without a geometry */
    char **options;          /* of the layers */
};

static bool any_without_shape(const struct model *m, const struct gpkg_layer *what)
{
    bool found = false;
    OGRFeatureDefnH defn = OGR_FD_Create("probe");
    for (int i = 0; i < what->column_count; i++) {
        OGRFieldDefnH field =
            OGR_Fld_Create(what->columns[i].name, what->columns[i].type);
        OGR_FD_AddFieldDefn(defn, field);
        OGR_Fld_Destroy(field);
    }
    OGR_FD_Reference(defn);
    const size_t count = what->row_count(m);
    for (size_t i = 0; !found && i < count; i = out_layer_next(what, m, i)) {
        struct gpkg_row row = {.feature = OGR_F_Create(defn)};
        OGRGeometryH shape = gpkg_layer_fill(what, m, i, &row);
        found = shape == NULL;
        OGR_G_DestroyGeometry(shape);
        OGR_F_Destroy(row.feature);
    }
    OGR_FD_Release(defn);
    return found;
}

static enum err write_layer(const struct model *m, const struct gpkg_layer *what,
                            const struct format *format, const char *dir)
{
    char *path = xasprintf("%s/survey_%s.%s", dir, what->name, format->extension);
    char **options = CSLDuplicate(format->options);
    if (format->index_needs_shapes && any_without_shape(m, what))
        options = CSLSetNameValue(options, "SPATIAL_INDEX", "NO");
    const struct out_layer layer = {.m = m,
                                    .what = what,
                                    .name = what->name,
                                    .crs = format->crs,
                                    .short_names = format->short_names,
                                    .options = options};
    struct out_gdal g;
    out_gdal_begin(&g, path);
    GDALDatasetH file =
        GDALCreate(GDALGetDriverByName(format->driver), path, 0, 0, 0, GDT_Unknown, NULL);
    if (out_gdal_check(&g, file, "GDALCreate")) {
        out_layer_write(&g, file, &layer);
        GDALClose(file);
        if (!g.failed)
            out_gdal_sync(&g);
    }
    const enum err err = out_gdal_end(&g);
    CSLDestroy(options);
    free(path);
    return err;
}

static enum err write_layers(const struct model *m, const struct format *format,
                             const char *dir)
{
    enum err err = ERR_OK;
    for (int i = 0; !err && i < gpkg_layer_count; i++) {
        if (gpkg_layer_is_there(&gpkg_layers[i], m))
            err = write_layer(m, &gpkg_layers[i], format, dir);
    }
    return err;
}

/* RFC 7946 §4: WGS 84 and nothing else. */
enum err sink_geojson(const struct model *m, const char *dir)
{
    struct crs *wgs84 = NULL;
    enum err err = crs_open_any(4326, NULL, &wgs84);
    if (err)
        return err;
    char **options = CSLSetNameValue(NULL, "RFC7946", "YES");
    const struct format format = {
        .driver = "GeoJSON", .extension = "geojson", .crs = wgs84, .options = options};
    err = write_layers(m, &format, dir);
    CSLDestroy(options);
    crs_close(wgs84);
    return err;
}

enum err sink_fgb(const struct model *m, const char *dir)
{
    const struct format format = {.driver = "FlatGeobuf",
                                  .extension = "fgb",
                                  .crs = m->out_crs,
                                  .index_needs_shapes = true};
    return write_layers(m, &format, dir);
}

enum err sink_shp(const struct model *m, const char *dir)
{
    char day[UTC_TEXT_SIZE] = "2000-01-01";
    if (m->newest_day != INT32_MIN)
        utc_format_date(m->newest_day, day);
    char **options = CSLSetNameValue(NULL, "ENCODING", "UTF-8");
    options = CSLSetNameValue(options, "DBF_DATE_LAST_UPDATE", day); /* never today */
    const struct format format = {.driver = "ESRI Shapefile",
                                  .extension = "shp",
                                  .crs = m->out_crs,
                                  .short_names = true,
                                  .options = options};
    const enum err err = write_layers(m, &format, dir);
    CSLDestroy(options);
    return err;
}
