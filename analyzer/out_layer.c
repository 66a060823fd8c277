/* Layers into files of any vector driver. */
#include "out_layer.h"

#include <cpl_string.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

static bool move(OGRGeometryH g, const struct crs *from, const struct crs *to)
{
    const int parts = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < parts; i++) {
        if (!move(OGR_G_GetGeometryRef(g, i), from, to))
            return false;
    }
    const int points = parts == 0 ? OGR_G_GetPointCount(g) : 0;
    for (int i = 0; i < points; i++) {
        const struct xy p = {OGR_G_GetX(g, i), OGR_G_GetY(g, i)};
        const struct xy moved = crs_forward(to, crs_inverse(from, p));
        if (!isfinite(moved.x_m) || !isfinite(moved.y_m))
            return false;
        OGR_G_SetPoint_2D(g, i, moved.x_m, moved.y_m);
    }
    return true;
}

OGRGeometryH out_layer_move(const struct model *m, const struct crs *to, OGRGeometryH g)
{
    if (!g || !to || move(g, m->crs, to))
        return g;
    OGR_G_DestroyGeometry(g);
    return NULL;
}

/* Names for shapefiles where the first ten bytes of two columns are the same, or say
 * nothing. Those that `new` reads keep their first ten bytes, by which it finds them. */
static const char *const short_names[][2] = {
    {"province_code", "prov_code"},
    {"province", "province"},
    {"operators_pass", "ops_pass"},
    {"clusters", "clusters"},
    {"clusters_failed", "clus_fail"},
    {"best_operator", "best_op"},
    {"availability", "avail"},
    {"availability_low", "avail_low"},
    {"availability_high", "avail_high"},
    {"effective_n", "eff_n"},
    {"bins_total", "bins_total"},
    {"median_dbm", "median_dbm"},
    {"no_level_samples", "n_no_level"},
    {"no_service_samples", "n_no_serv"},
    {"not_enough_data", "not_enough"},
    {"depression_no_electricity", "depr_noel"},
    {"no_signal_no_electricity", "nosig_noel"},
    {"not_enough_data_no_electricity", "noeno_noel"},
    {"households_covered", "hh_covered"},
    {"households_depression", "hh_depr"},
    {"households_no_signal", "hh_nosig"},
    {"households_not_enough_data", "hh_notenou"},
    {"households_depression_no_electricity", "hh_depr_ne"},
    {"households_no_signal_no_electricity", "hh_nosi_ne"},
    {"households_not_enough_data_no_electricity", "hh_noen_ne"},
    {"broadband_3g4g", "bb_3g4g"},
    {"broadband_5g", "bb_5g"},
    {"noted_verdict", "note_verd"},
    {"noted_by", "note_by"},
    {"noted_date", "note_date"},
    {"noted_reason", "note_why"},
};

enum { SHORT_MAX = 10 };

static bool taken(OGRLayerH layer, const char *name)
{
    return OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), name) >= 0;
}

/* A name of at most ten bytes that the layer does not have; the caller frees. */
static char *short_name(OGRLayerH layer, const char *name)
{
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        if (strcmp(name, short_names[i][0]) == 0)
            return xstrdup(short_names[i][1]);
    }
    char *cut = xstrndup(name, SHORT_MAX);
    for (int i = 1; taken(layer, cut) && i < 100; i++) {
        free(cut);
        cut = xasprintf("%.*s_%d", SHORT_MAX - 3, name, i);
    }
    return cut;
}

static bool add_columns(struct out_gdal *g, OGRLayerH to,
                        const struct gpkg_column *columns, int count,
                        bool short_names_too)
{
    for (int i = 0; i < count; i++) {
        char *name =
            short_names_too ? short_name(to, columns[i].name) : xstrdup(columns[i].name);
        OGRFieldDefnH field = OGR_Fld_Create(name, columns[i].type);
        const OGRErr err = OGR_L_CreateField(to, field, FALSE);
        OGR_Fld_Destroy(field);
        free(name);
        if (!out_gdal_check(g, err == OGRERR_NONE, "OGR_L_CreateField"))
            return false;
    }
    return true;
}

static OGRGeometryH make_square(const double box[4])
{
    static const int corners[5][2] = {{0, 2}, {1, 2}, {1, 3}, {0, 3}, {0, 2}};
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    for (int i = 0; i < 5; i++)
        OGR_G_AddPoint_2D(ring, box[corners[i][0]], box[corners[i][1]]);
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    OGR_G_AddGeometryDirectly(polygon, ring);
    return polygon;
}

OGRGeometryH gpkg_layer_fill(const struct gpkg_layer *layer, const struct model *m,
                             size_t i, struct gpkg_row *row)
{
    double box[4];
    OGRGeometryH filled = layer->fill(m, i, row);
    if (!layer->square)
        return filled;
    layer->square(m, i, box);
    return make_square(box);
}

static bool add_row(struct out_gdal *g, OGRLayerH to, const struct out_layer *l, size_t i)
{
    struct gpkg_row row = {.feature = OGR_F_Create(OGR_L_GetLayerDefn(to)),
                           .next = l->extra_count};
    OGRGeometryH shape =
        out_layer_move(l->m, l->crs, gpkg_layer_fill(l->what, l->m, i, &row));
    if (l->dress)
        l->dress(l->m, i, row.feature);
    OGRErr err = OGRERR_NONE;
    if (shape)
        err = OGR_F_SetGeometryDirectly(row.feature, shape);
    if (err == OGRERR_NONE)
        err = OGR_L_CreateFeature(to, row.feature);
    OGR_F_Destroy(row.feature);
    return out_gdal_check(g, err == OGRERR_NONE, "OGR_L_CreateFeature");
}

size_t out_layer_next(const struct gpkg_layer *what, const struct model *m, size_t i)
{
    return what->next ? what->next(m, i) : i + 1;
}

bool out_layer_write(struct out_gdal *g, GDALDatasetH file, const struct out_layer *l)
{
    OGRSpatialReferenceH srs = out_gdal_srs(g, crs_epsg(l->crs ? l->crs : l->m->crs));
    OGRLayerH to =
        srs ? GDALDatasetCreateLayer(file, l->name, srs, l->what->geometry, l->options)
            : NULL;
    OSRRelease(srs);
    bool ok = out_gdal_check(g, to, "GDALDatasetCreateLayer") &&
              add_columns(g, to, l->extra, l->extra_count, l->short_names) &&
              add_columns(g, to, l->what->columns, l->what->column_count, l->short_names);
    const size_t count = l->what->row_count(l->m);
    for (size_t i = 0; ok && i < count; i = out_layer_next(l->what, l->m, i))
        ok = add_row(g, to, l, i);
    return ok;
}
