/* Stations through OGR.
 *
 *     OpenCelliD, Mozilla:  radio,mcc,net,area,cell,unit,lon,lat,range,samples,…
 *                           LTE,452,4,24101,12345678,0,106.136158,22.665338,1000,5,…
 *     A site list:          name,operator,tech,lat,lon
 *                           CBG0123,Viettel,4G,22.665338,106.136158
 *
 * Cells have positions guessed from where phones heard them: good for "is there one", not
 * for a metre. The MNC is a number; an operator may be named as the region names it. */
#include <cpl_conv.h>
#include <errno.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lang.h"
#include "places_guard.h"
#include "stations.h"
#include "xmem.h"

struct layer {
    char *path;
    const char *layer_name; /* behind the path's end; NULL: the only one */
    GDALDatasetH dataset;
    OGRLayerH data;
    OGRSpatialReferenceH wgs84; /* NULL: nothing to be transformed */
    int name, area, op, mcc, mnc, tech;
};

/* GDAL's messages are ours to give. */
static void CPL_STDCALL swallow(CPLErr severity, CPLErrorNum number, const char *text)
{
    (void)severity;
    (void)number;
    (void)text;
}

static int find_field(OGRLayerH layer, const char *const *names)
{
    int at = -1;
    for (; *names && at < 0; names++)
        at = OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), *names);
    return at;
}

static void find_fields(struct layer *l)
{
    static const char *const names[] = {"name",         "site_name", "site", "station",
                                        "station_code", "cell",      "code", NULL};
    static const char *const areas[] = {"area", NULL};
    static const char *const operators[] = {"mccmnc", "operator", "plmn", NULL};
    static const char *const mccs[] = {"mcc", NULL};
    static const char *const mncs[] = {"net", "mnc", NULL};
    static const char *const techs[] = {"tech", "radio", "technology", "rat", NULL};
    l->name = find_field(l->data, names);
    l->area = find_field(l->data, areas);
    l->op = find_field(l->data, operators);
    l->mcc = find_field(l->data, mccs);
    l->mnc = find_field(l->data, mncs);
    l->tech = find_field(l->data, techs);
}

static enum err open_layer(struct layer *l, const char *source)
{
    static const char *const options[] = {"X_POSSIBLE_NAMES=lon,lon_deg,longitude,long,x",
                                          "Y_POSSIBLE_NAMES=lat,lat_deg,latitude,y",
                                          "AUTODETECT_TYPE=NO", NULL};
    char *colon = NULL;
    l->path = xstrdup(source);
    if (access(source, F_OK) != 0 && (colon = strrchr(l->path, ':')) != NULL) {
        *colon = '\0';
        l->layer_name = colon + 1;
    }
    if (access(l->path, R_OK) != 0) {
        err_report(_("%s: cannot be opened: %s"), l->path, strerror(errno));
        return ERR_INPUT;
    }
    if (places_guard_file(l->path) != ERR_OK)
        return ERR_INPUT;
    l->dataset = GDALOpenEx(l->path, GDAL_OF_VECTOR | GDAL_OF_READONLY,
                            places_guard_drivers, options, NULL);
    if (l->dataset)
        l->data = l->layer_name ? GDALDatasetGetLayerByName(l->dataset, l->layer_name)
                                : GDALDatasetGetLayer(l->dataset, 0);
    if (!l->data) {
        err_report(_("%s: no list of stations that can be read; a CSV with lat and lon "
                     "columns (whose name ends in .csv) or any map layer of points was "
                     "expected"),
                   source);
        return ERR_INPUT;
    }
    if (places_guard_layer(l->path, OGR_L_GetName(l->data)) != ERR_OK)
        return ERR_INPUT;
    find_fields(l);
    OGRSpatialReferenceH own = OGR_L_GetSpatialRef(l->data);
    l->wgs84 = own ? OSRNewSpatialReference(NULL) : NULL;
    if (l->wgs84) {
        OSRImportFromEPSG(l->wgs84, 4326);
        OSRSetAxisMappingStrategy(l->wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    }
    return ERR_OK;
}

static const char *attribute(OGRFeatureH f, int at)
{
    return at >= 0 && OGR_F_IsFieldSetAndNotNull(f, at) ? OGR_F_GetFieldAsString(f, at)
                                                        : "";
}

/* A code, or a name as the region has it. */
static mccmnc_t parse_operator(const char *text, const struct region *region)
{
    const mccmnc_t op = mccmnc_parse(text);
    for (size_t i = 0; op == 0 && i < region->operator_count; i++) {
        if (strcasecmp(region->operators[i].name, text) == 0)
            return region->operators[i].mccmnc;
    }
    return op;
}

/* The point of a feature; none where it has no valid one. */
static struct latlon place_of(const struct layer *l, OGRFeatureH f)
{
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    if (!g || wkbFlatten(OGR_G_GetGeometryType(g)) != wkbPoint || OGR_G_IsEmpty(g) ||
        (l->wgs84 && OGR_G_TransformTo(g, l->wgs84) != OGRERR_NONE))
        return geo_none();
    return (struct latlon){.lat_deg = OGR_G_GetY(g, 0), .lon_deg = OGR_G_GetX(g, 0)};
}

static enum err give(const struct layer *l, OGRFeatureH f, const struct region *region,
                     station_fn take, void *ctx)
{
    char mcc[16], mnc[16];
    snprintf(mcc, sizeof mcc, "%s", attribute(f, l->mcc));
    snprintf(mnc, sizeof mnc, "%s", attribute(f, l->mnc));
    struct station s = {.mccmnc = mccmnc_join_number(mcc, mnc), .pos = place_of(l, f)};
    if (s.mccmnc == 0)
        s.mccmnc = parse_operator(attribute(f, l->op), region);
    s.tech = tech_parse(attribute(f, l->tech));
    const char *area = attribute(f, l->area);
    char *name = xasprintf("%s%s%s", area, *area ? "-" : "", attribute(f, l->name));
    s.name = name;
    const enum err err = take(ctx, &s);
    free(name);
    return err;
}

enum err stations_read(const char *source, const struct region *region, station_fn take,
                       void *ctx)
{
    struct layer l = {0};
    long long taken = 0, left_out = 0, first_left_out = 0;
    CPLPushErrorHandler(swallow);
    enum err err = open_layer(&l, source);
    OGRFeatureH f = NULL;
    while (!err && (f = OGR_L_GetNextFeature(l.data)) != NULL) {
        if (geo_valid(place_of(&l, f))) {
            taken++;
            err = give(&l, f, region, take, ctx);
        } else {
            first_left_out = left_out++ ? first_left_out : (long long)OGR_F_GetFID(f);
        }
        OGR_F_Destroy(f);
    }
    if (!err && left_out > 0)
        err_warn(_("%s: %lld stations without a position are left out, the first is "
                   "feature %lld"),
                 source, left_out, first_left_out);
    if (!err && taken == 0) {
        err_report(_("%s: no station with a position"), source);
        err = ERR_INPUT;
    }
    if (l.wgs84)
        OSRDestroySpatialReference(l.wgs84);
    if (l.dataset)
        GDALClose(l.dataset);
    CPLPopErrorHandler();
    free(l.path);
    return err;
}
