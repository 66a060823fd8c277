/* Road layers through OGR. */
#include <cpl_conv.h>
#include <errno.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "places_guard.h"
#include "roads.h"
#include "xmem.h"

struct reading {
    const struct roads_source *source;
    roads_piece_fn take;
    void *ctx;
    GDALDatasetH dataset;
    OGRLayerH layer;
    OGRSpatialReferenceH wgs84;
    OGRCoordinateTransformationH to_wgs84; /* NULL: it is */
};

static bool is_line(OGRwkbGeometryType type)
{
    const OGRwkbGeometryType flat = OGR_GT_Flatten(type);
    return flat == wkbLineString || flat == wkbMultiLineString;
}

/* The layer named, else the first of lines. */
static OGRLayerH choose_layer(GDALDatasetH dataset, const char *name)
{
    if (name)
        return GDALDatasetGetLayerByName(dataset, name);
    const int count = GDALDatasetGetLayerCount(dataset);
    for (int i = 0; i < count; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset, i);
        if (is_line(OGR_L_GetGeomType(layer)))
            return layer;
    }
    return count > 0 ? GDALDatasetGetLayer(dataset, 0) : NULL;
}

static enum err open_layer(struct reading *r)
{
    const char *path = r->source->path;
    char *file = xstrdup(path);
    char *colon = access(path, F_OK) == 0 ? NULL : strrchr(file, ':');
    if (colon)
        *colon = '\0';
    enum err err = places_guard_file(file);
    if (!err)
        r->dataset = GDALOpenEx(file, GDAL_OF_VECTOR | GDAL_OF_READONLY,
                                places_guard_road_drivers, NULL, NULL);
    r->layer = r->dataset ? choose_layer(r->dataset, colon ? colon + 1 : NULL) : NULL;
    const int cause = !r->dataset && access(file, R_OK) != 0 ? errno : 0;
    if (r->layer)
        err = places_guard_layer(file, OGR_L_GetName(r->layer));
    free(file);
    if (r->layer || err)
        return err;
    if (cause)
        err_report(_("%s: cannot be read: %s"), path, strerror(cause));
    else
        err_report(_("%s: no roads that can be read; a map layer of lines was expected"),
                   path);
    return ERR_INPUT;
}

static enum err open_transformation(struct reading *r)
{
    OGRSpatialReferenceH own = OGR_L_GetSpatialRef(r->layer);
    if (!own)
        return ERR_OK; /* degrees, as most files without a CRS are */
    r->wgs84 = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(r->wgs84, 4326);
    OSRSetAxisMappingStrategy(r->wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    r->to_wgs84 = OCTNewCoordinateTransformation(own, r->wgs84);
    if (r->to_wgs84)
        return ERR_OK;
    err_report(_("%s: its CRS cannot be transformed to WGS 84"), r->source->path);
    return ERR_INPUT;
}

static struct xy point_of(const struct reading *r, OGRGeometryH line, int i)
{
    const struct latlon p = {.lat_deg = OGR_G_GetY(line, i),
                             .lon_deg = OGR_G_GetX(line, i)};
    return crs_forward(r->source->crs, p);
}

/* Points without a place in the survey's CRS break the line. */
static void read_line(const struct reading *r, OGRGeometryH line)
{
    const int count = OGR_G_GetPointCount(line);
    for (int i = 1; i < count; i++) {
        const struct xy a = point_of(r, line, i - 1), b = point_of(r, line, i);
        if (isfinite(a.x_m) && isfinite(b.x_m) && fabs(a.x_m) < 1e8 &&
            fabs(a.y_m) < 1e8 && fabs(b.x_m) < 1e8 && fabs(b.y_m) < 1e8)
            r->take(r->ctx, a, b);
    }
}

static void read_geometry(const struct reading *r, OGRGeometryH g)
{
    if (!g || !is_line(OGR_G_GetGeometryType(g)))
        return;
    if (r->to_wgs84 && OGR_G_Transform(g, r->to_wgs84) != OGRERR_NONE)
        return;
    const int parts = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < parts; i++)
        read_line(r, OGR_G_GetGeometryRef(g, i));
    if (parts == 0)
        read_line(r, g);
}

enum err roads_read(const struct roads_source *source, roads_piece_fn take, void *ctx)
{
    struct reading r = {.source = source, .take = take, .ctx = ctx};
    enum err err = open_layer(&r);
    if (!err)
        err = open_transformation(&r);
    if (!err) {
        OGRFeatureH f;
        OGR_L_ResetReading(r.layer);
        while ((f = OGR_L_GetNextFeature(r.layer)) != NULL) {
            read_geometry(&r, OGR_F_GetGeometryRef(f));
            OGR_F_Destroy(f);
        }
    }
    OCTDestroyCoordinateTransformation(r.to_wgs84);
    OSRRelease(r.wgs84);
    GDALClose(r.dataset);
    return err;
}
