/* One source of places through OGR: layer, attributes, geometry, each fault by name. */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <errno.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "csvio.h"
#include "lang.h"
#include "places.h"
#include "places_guard.h"
#include "xmem.h"

enum { TITLE_COUNT = 3 };

/* A code that begins with it marks a row of explanation, as `template` writes them. */
static const char comment_mark = '#';

/* Attribute names by role; the first is the contract's. */
struct role {
    const char *name;
    const char *label; /* N_() */
    const char *code[3];
    const char *title[TITLE_COUNT + 1];
    const char *parent_code[2];
    const char *parent_name[2];
    bool polygons_only;
};

static const struct role roles[] = {
    {"hamlet",
     N_("hamlet"),
     {"hamlet_code", "code", NULL},
     {"name", NULL, NULL, NULL},
     {"commune_code", NULL},
     {"commune", NULL},
     false},
    {"cluster",
     N_("cluster"),
     {"cluster_code", "code", NULL},
     {"name", NULL},
     {"hamlet_code", NULL},
     {"hamlet", NULL},
     false},
    {"commune",
     N_("commune"),
     {"code", "commune_code", NULL},
     {"fullName", "full_name", "name", NULL},
     {"province_code", NULL},
     {"province", NULL},
     true},
};

struct source {
    char *path;  /* of the file */
    char *layer; /* NULL: chosen */
    const struct role *role;
    GDALDatasetH dataset;
    OGRLayerH data;
    OGRCoordinateTransformationH to_wgs84; /* NULL: is WGS 84 already */
    bool has_crs;
    int code, parent_code, parent_name, households, electricity, difficult;
    int district, province;
    int titles[TITLE_COUNT]; /* the first that a feature fills is its name */
};

static const struct role *find_role(const char *name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (strcmp(roles[i].name, name) == 0)
            return &roles[i];
    }
    return &roles[0];
}

/* GDAL's messages are ours to give: they would come without file and advice. */
static void CPL_STDCALL swallow(CPLErr severity, CPLErrorNum number, const char *text)
{
    (void)severity;
    (void)number;
    (void)text;
}

/* "file.gpkg:layer" where "file.gpkg:layer" itself is no file. */
static void split_source(const char *text, struct source *s)
{
    const char *colon = strrchr(text, ':');
    if (access(text, F_OK) != 0 && colon && colon != text) {
        s->path = xstrndup(text, (size_t)(colon - text));
        s->layer = xstrdup(colon + 1);
    } else {
        s->path = xstrdup(text);
    }
}

/* The field of the first name that there is, letters of either case. A shapefile keeps
 * the first ten bytes of a name. */
static int find_field(OGRFeatureDefnH defn, const char *const *names)
{
    enum { SHAPEFILE_NAME_MAX = 10 };
    int at = -1;
    for (; *names && at < 0; names++) {
        at = OGR_FD_GetFieldIndex(defn, *names);
        if (at < 0 && strlen(*names) > SHAPEFILE_NAME_MAX) {
            char *cut = xstrndup(*names, SHAPEFILE_NAME_MAX);
            at = OGR_FD_GetFieldIndex(defn, cut);
            free(cut);
        }
    }
    return at;
}

static void print_layers(GDALDatasetH dataset, char **names)
{
    *names = xstrdup("");
    for (int i = 0; i < GDALDatasetGetLayerCount(dataset); i++) {
        const char *name = OGR_L_GetName(GDALDatasetGetLayer(dataset, i));
        char *more = xasprintf("%s%s%s", *names, i ? ", " : "", name);
        free(*names);
        *names = more;
    }
}

static OGRLayerH choose_layer(const struct source *s)
{
    if (s->layer)
        return GDALDatasetGetLayerByName(s->dataset, s->layer);
    char *plural = xasprintf("%ss", s->role->name);
    OGRLayerH layer = GDALDatasetGetLayerByName(s->dataset, s->role->name);
    if (!layer)
        layer = GDALDatasetGetLayerByName(s->dataset, plural);
    free(plural);
    if (!layer && GDALDatasetGetLayerCount(s->dataset) == 1)
        layer = GDALDatasetGetLayer(s->dataset, 0);
    return layer;
}

static enum err open_layer(struct source *s)
{
    static const char *const options[] = {"X_POSSIBLE_NAMES=lon,lon_deg,longitude,long,x",
                                          "Y_POSSIBLE_NAMES=lat,lat_deg,latitude,y",
                                          "AUTODETECT_TYPE=NO", NULL};
    if (access(s->path, R_OK) != 0) {
        err_report(_("%s: cannot be opened: %s"), s->path, strerror(errno));
        return ERR_INPUT;
    }
    if (places_guard_file(s->path) != ERR_OK)
        return ERR_INPUT;
    s->dataset = GDALOpenEx(s->path, GDAL_OF_VECTOR | GDAL_OF_READONLY,
                            places_guard_drivers, options, NULL);
    if (!s->dataset) {
        err_report("%s: %s", s->path, places_guard_likely_cause(s->path));
        return ERR_INPUT;
    }
    s->data = choose_layer(s);
    if (!s->data) {
        char *names = NULL;
        print_layers(s->dataset, &names);
        err_report(
            _("%s: no layer \"%s\"; name one of its layers as %s:LAYER; it has: %s"),
            s->path, s->layer ? s->layer : s->role->name, s->path, names);
        free(names);
        return ERR_INPUT;
    }
    return places_guard_layer(s->path, OGR_L_GetName(s->data));
}

static enum err find_fields(struct source *s)
{
    static const char *const households[] = {"households", NULL};
    static const char *const electricity[] = {"electricity", NULL};
    static const char *const difficult[] = {"difficult", NULL};
    static const char *const district[] = {"district", NULL};
    static const char *const province[] = {"province", NULL};
    OGRFeatureDefnH defn = OGR_L_GetLayerDefn(s->data);
    s->code = find_field(defn, s->role->code);
    for (int i = 0; i < TITLE_COUNT; i++) {
        const char *const name = s->role->title[i];
        s->titles[i] = name ? OGR_FD_GetFieldIndex(defn, name) : -1;
    }
    s->parent_code = find_field(defn, s->role->parent_code);
    s->parent_name = find_field(defn, s->role->parent_name);
    s->households = find_field(defn, households);
    s->electricity = find_field(defn, electricity);
    s->difficult = find_field(defn, difficult);
    s->district = find_field(defn, district);
    s->province = find_field(defn, province);
    if (s->code < 0) {
        err_report(_("%s: layer \"%s\" has no attribute %s"), s->path,
                   OGR_L_GetName(s->data), s->role->code[0]);
        return ERR_INPUT;
    }
    if (strcmp(s->role->name, "cluster") == 0 && s->parent_code < 0 &&
        s->parent_name < 0) {
        err_report(
            _("%s: layer \"%s\" has no attribute hamlet_code, so its clusters belong "
              "to no hamlet"),
            s->path, OGR_L_GetName(s->data));
        return ERR_INPUT;
    }
    return ERR_OK;
}

static enum err find_crs(struct source *s)
{
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(s->data);
    s->has_crs = srs != NULL;
    if (!srs)
        return ERR_OK;
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(wgs84, 4326);
    OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    OGRSpatialReferenceH own = OSRClone(srs);
    OSRSetAxisMappingStrategy(own, OAMS_TRADITIONAL_GIS_ORDER);
    if (!OSRIsSame(own, wgs84))
        s->to_wgs84 = OCTNewCoordinateTransformation(own, wgs84);
    const bool failed = !OSRIsSame(own, wgs84) && !s->to_wgs84;
    OSRDestroySpatialReference(own);
    OSRDestroySpatialReference(wgs84);
    if (failed) {
        err_report(
            _("%s: no way from the CRS of layer \"%s\" to WGS 84; save the layer in "
              "EPSG:4326"),
            s->path, OGR_L_GetName(s->data));
        return ERR_INPUT;
    }
    return ERR_OK;
}

static char *attribute(OGRFeatureH f, int at)
{
    if (at < 0 || !OGR_F_IsFieldSetAndNotNull(f, at))
        return xstrdup("");
    char *text = xstrdup(OGR_F_GetFieldAsString(f, at));
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        text[--len] = '\0';
    memmove(text, text + strspn(text, " \t\r\n"), len + 1 - strspn(text, " \t\r\n"));
    return text;
}

static char *read_title(const struct source *s, OGRFeatureH f)
{
    char *title = xstrdup("");
    for (int i = 0; i < TITLE_COUNT && title[0] == '\0'; i++) {
        free(title);
        title = attribute(f, s->titles[i]);
    }
    return title;
}

static enum err read_households(const struct source *s, OGRFeatureH f, struct place *p)
{
    char *text = attribute(f, s->households);
    double value = NAN;
    const bool ok =
        csvio_number(text, &value) &&
        (isnan(value) || (value >= 0 && value < 1e9 && value == floor(value)));
    if (!ok)
        err_report(
            _("%s: %s \"%s\": households \"%s\" is not a whole number of 0 or more"),
            s->path, _(s->role->label), p->code, text);
    p->households = isnan(value) ? ID_UNKNOWN : (int64_t)value;
    free(text);
    return ok ? ERR_OK : ERR_INPUT;
}

static enum err read_yes_no(const struct source *s, OGRFeatureH f, int at,
                            const char *code, enum yes_no *value)
{
    static const struct {
        const char *text;
        enum yes_no value;
    } words[] = {{"", YES_NO_UNKNOWN}, {"unknown", YES_NO_UNKNOWN}, {"yes", YES_NO_YES},
                 {"no", YES_NO_NO},    {"có", YES_NO_YES},          {"không", YES_NO_NO},
                 {"CÓ", YES_NO_YES},   {"KHÔNG", YES_NO_NO}, /* strcasecmp is ASCII's */
                 {"true", YES_NO_YES}, {"false", YES_NO_NO},        {"1", YES_NO_YES},
                 {"0", YES_NO_NO}};
    char *text = attribute(f, at);
    enum err err = ERR_INPUT;
    for (size_t i = 0; err && i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i].text) == 0) {
            *value = words[i].value;
            err = ERR_OK;
        }
    }
    if (err)
        err_report(_("%s: %s \"%s\": \"%s\" is not yes, no or unknown"), s->path,
                   s->role->name, code, text);
    free(text);
    return err;
}

/* The polygon parts of whatever MakeValid made. */
static OGRGeometryH polygons_of(OGRGeometryH g)
{
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    if (type == wkbPolygon) {
        OGR_G_AddGeometry(all, g);
    } else {
        for (int i = 0; i < OGR_G_GetGeometryCount(g); i++) {
            OGRGeometryH part = OGR_G_GetGeometryRef(g, i);
            if (wkbFlatten(OGR_G_GetGeometryType(part)) == wkbPolygon) {
                OGR_G_AddGeometry(all, part);
            } else if (OGR_G_GetGeometryCount(part) > 0) {
                OGRGeometryH inner = polygons_of(part);
                for (int k = 0; k < OGR_G_GetGeometryCount(inner); k++)
                    OGR_G_AddGeometry(all, OGR_G_GetGeometryRef(inner, k));
                OGR_G_DestroyGeometry(inner);
            }
        }
    }
    return all;
}

static enum err take_polygon(const struct source *s, OGRGeometryH g, struct place *p)
{
    OGRGeometryH valid = NULL;
    if (!OGR_G_IsValid(g)) {
        valid = OGR_G_MakeValid(g);
        err_warn(_("%s: %s \"%s\": the polygon is not valid and was repaired"), s->path,
                 _(s->role->label), p->code);
    }
    OGRGeometryH polygons =
        valid || !OGR_G_IsEmpty(g) ? polygons_of(valid ? valid : g) : NULL;
    enum err err = ERR_INPUT;
    if (polygons && OGR_G_Area(polygons) > 0) {
        p->polygon.size = (size_t)OGR_G_WkbSize(polygons);
        p->polygon.data = xmalloc(p->polygon.size);
        OGR_G_ExportToIsoWkb(polygons, wkbNDR, p->polygon.data);
        err = ERR_OK;
    } else {
        err_report(_("%s: %s \"%s\": the polygon has no area and cannot be repaired"),
                   s->path, _(s->role->label), p->code);
    }
    OGR_G_DestroyGeometry(polygons);
    OGR_G_DestroyGeometry(valid);
    return err;
}

static enum err check_degrees(const struct source *s, OGRGeometryH g,
                              const struct place *p)
{
    OGREnvelope box;
    OGR_G_GetEnvelope(g, &box);
    if (isfinite(box.MinX) && isfinite(box.MaxX) && box.MinX >= -180 && box.MaxX <= 180 &&
        box.MinY >= -90 && box.MaxY <= 90)
        return ERR_OK;
    err_report(
        _("%s: %s \"%s\" lies at %.6g, %.6g, which are not degrees of longitude and "
          "latitude; %s"),
        s->path, _(s->role->label), p->code, box.MinX, box.MinY,
        s->has_crs ? _("the CRS that the file names is wrong")
                   : _("the file names no CRS: save it in EPSG:4326"));
    return ERR_INPUT;
}

static enum err read_geometry(const struct source *s, OGRFeatureH f, struct place *p)
{
    OGRGeometryH own = OGR_F_GetGeometryRef(f);
    if (!own || OGR_G_IsEmpty(own)) {
        err_report(
            _("%s: %s \"%s\" has no position (a CSV needs numbers in lat and lon)"),
            s->path, _(s->role->label), p->code);
        return ERR_INPUT;
    }
    OGRGeometryH g = OGR_G_GetLinearGeometry(own, 0, NULL);
    OGR_G_FlattenTo2D(g);
    enum err err = ERR_INPUT;
    if (s->to_wgs84 && OGR_G_Transform(g, s->to_wgs84) != OGRERR_NONE) {
        err_report(_("%s: %s \"%s\" cannot be brought to WGS 84; is the CRS right?"),
                   s->path, _(s->role->label), p->code);
        goto done;
    }
    if ((err = check_degrees(s, g, p)) != ERR_OK)
        goto done;
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    OGRGeometryH point = type == wkbMultiPoint && OGR_G_GetGeometryCount(g) == 1
                             ? OGR_G_GetGeometryRef(g, 0)
                             : g;
    if (wkbFlatten(OGR_G_GetGeometryType(point)) == wkbPoint && !s->role->polygons_only) {
        p->point = (struct latlon){.lat_deg = OGR_G_GetY(point, 0),
                                   .lon_deg = OGR_G_GetX(point, 0)};
    } else if (type == wkbPolygon || type == wkbMultiPolygon) {
        err = take_polygon(s, g, p);
    } else {
        err_report(_("%s: %s \"%s\" is a %s; expected %s"), s->path, s->role->name,
                   p->code, OGRGeometryTypeToName(type),
                   s->role->polygons_only ? _("a polygon") : _("a point or a polygon"));
        err = ERR_INPUT;
    }
done:
    OGR_G_DestroyGeometry(g);
    return err;
}

static bool is_comment(const struct source *s, OGRFeatureH f)
{
    char *code = attribute(f, s->code);
    const bool comment = code[0] == comment_mark;
    free(code);
    return comment;
}

static enum err read_feature(const struct source *s, OGRFeatureH f,
                             struct place_list *list)
{
    list->items = xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
    struct place *p = &list->items[list->count++];
    *p = (struct place){.code = attribute(f, s->code),
                        .name = read_title(s, f),
                        .parent_code = attribute(f, s->parent_code),
                        .parent_name = attribute(f, s->parent_name),
                        .district = attribute(f, s->district),
                        .province = attribute(f, s->province),
                        .households = ID_UNKNOWN,
                        .point = geo_none()};
    if (p->code[0] == '\0') {
        err_report(_("%s: feature %lld has no %s"), s->path, (long long)OGR_F_GetFID(f),
                   s->role->code[0]);
        return ERR_INPUT;
    }
    if (!CPLIsUTF8(p->name, -1) || !CPLIsUTF8(p->code, -1) ||
        !CPLIsUTF8(p->parent_code, -1) || !CPLIsUTF8(p->parent_name, -1)) {
        err_report(_("%s: %s \"%s\": the name is not UTF-8; save the file as UTF-8"),
                   s->path, _(s->role->label), p->code);
        return ERR_INPUT;
    }
    if (p->name[0] == '\0') {
        free(p->name);
        p->name = xstrdup(p->code);
    }
    enum err err = read_households(s, f, p);
    if (!err)
        err = read_yes_no(s, f, s->electricity, p->code, &p->electricity);
    if (!err)
        err = read_yes_no(s, f, s->difficult, p->code, &p->difficult);
    return err ? err : read_geometry(s, f, p);
}

enum err places_read(const char *source, const char *role, struct place_list *list)
{
    struct source s = {.role = find_role(role)};
    list->source = source;
    split_source(source, &s);
    CPLPushErrorHandler(swallow);
    enum err err = open_layer(&s);
    if (!err)
        err = find_fields(&s);
    if (!err)
        err = find_crs(&s);
    OGRFeatureH f = NULL;
    int comments = 0;
    while (!err && (f = OGR_L_GetNextFeature(s.data)) != NULL) {
        if (is_comment(&s, f))
            comments++;
        else
            err = read_feature(&s, f, list);
        OGR_F_Destroy(f);
    }
    if (!err && comments > 0)
        err_warn(_("%s: %d rows whose code begins with %c are explanations, no %s"),
                 s.path, comments, comment_mark, _(s.role->label));
    if (!err && list->count == 0) {
        err_report(_("%s: holds no %s"), s.path, s.role->name);
        err = ERR_INPUT;
    }
    OCTDestroyCoordinateTransformation(s.to_wgs84);
    if (s.dataset)
        GDALClose(s.dataset);
    CPLPopErrorHandler();
    free(s.path);
    free(s.layer);
    return err;
}
