/* One source of places through OGR: layer, attributes, geometry, each fault by name. */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "csvio.h"
#include "lang.h"
#include "places_guard.h"
#include "places_source.h"
#include "xmem.h"

/* A code that begins with it marks a row of explanation, as `template` writes them. */
static const char comment_mark = '#';

static const struct places_role roles[] = {
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

const struct places_role *places_find_role(const char *name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (strcmp(roles[i].name, name) == 0)
            return &roles[i];
    }
    return &roles[0];
}

enum err places_fault(const struct places_source *s, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = xvasprintf(fmt, args);
    va_end(args);
    if (!s->is_piece)
        err_report("%s", text);
    free(text);
    return ERR_INPUT;
}

/* GDAL's messages are ours to give: they would come without file and advice. */
static void CPL_STDCALL swallow(CPLErr severity, CPLErrorNum number, const char *text)
{
    (void)severity;
    (void)number;
    (void)text;
}

/* "file.gpkg:layer" where "file.gpkg:layer" itself is no file. */
static void split_source(const char *text, struct places_source *s)
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

static OGRLayerH choose_layer(const struct places_source *s)
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

static enum err open_layer(struct places_source *s)
{
    static const char *const piece_drivers[] = {"GeoJSON", NULL};
    static const char *const options[] = {"X_POSSIBLE_NAMES=lon,lon_deg,longitude,long,x",
                                          "Y_POSSIBLE_NAMES=lat,lat_deg,latitude,y",
                                          "AUTODETECT_TYPE=NO", NULL};
    if (!s->is_piece && access(s->path, R_OK) != 0)
        return places_fault(s, _("%s: cannot be opened: %s"), s->path, strerror(errno));
    if (!s->is_piece && places_guard_file(s->path) != ERR_OK)
        return ERR_INPUT;
    s->dataset =
        GDALOpenEx(s->path, GDAL_OF_VECTOR | GDAL_OF_READONLY,
                   s->is_piece ? piece_drivers : places_guard_drivers, options, NULL);
    if (!s->dataset)
        return places_fault(s, "%s: %s", s->path, places_guard_likely_cause(s->path));
    s->data = choose_layer(s);
    if (!s->data) {
        char *names = NULL;
        print_layers(s->dataset, &names);
        places_fault(
            s, _("%s: no layer \"%s\"; name one of its layers as %s:LAYER; it has: %s"),
            s->path, s->layer ? s->layer : s->role->name, s->path, names);
        free(names);
        return ERR_INPUT;
    }
    return s->is_piece ? ERR_OK : places_guard_layer(s->path, OGR_L_GetName(s->data));
}

static enum err find_fields(struct places_source *s)
{
    static const char *const households[] = {"households", NULL};
    static const char *const electricity[] = {"electricity", NULL};
    static const char *const difficult[] = {"difficult", NULL};
    static const char *const district[] = {"district", NULL};
    static const char *const province[] = {"province", NULL};
    OGRFeatureDefnH defn = OGR_L_GetLayerDefn(s->data);
    s->code = find_field(defn, s->role->code);
    for (int i = 0; i < PLACES_TITLES; i++) {
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
    if (s->code < 0)
        return places_fault(s, _("%s: layer \"%s\" has no attribute %s"), s->path,
                            OGR_L_GetName(s->data), s->role->code[0]);
    if (strcmp(s->role->name, "cluster") == 0 && s->parent_code < 0 && s->parent_name < 0)
        return places_fault(
            s,
            _("%s: layer \"%s\" has no attribute hamlet_code, so its clusters belong "
              "to no hamlet"),
            s->path, OGR_L_GetName(s->data));
    return ERR_OK;
}

static enum err find_crs(struct places_source *s)
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
        places_fault(
            s,
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

static char *read_title(const struct places_source *s, OGRFeatureH f)
{
    char *title = xstrdup("");
    for (int i = 0; i < PLACES_TITLES && title[0] == '\0'; i++) {
        free(title);
        title = attribute(f, s->titles[i]);
    }
    return title;
}

static enum err read_households(const struct places_source *s, OGRFeatureH f,
                                struct place *p)
{
    char *text = attribute(f, s->households);
    double value = NAN;
    const bool ok =
        csvio_number(text, &value) &&
        (isnan(value) || (value >= 0 && value < 1e9 && value == floor(value)));
    if (!ok)
        places_fault(
            s, _("%s: %s \"%s\": households \"%s\" is not a whole number of 0 or more"),
            s->path, _(s->role->label), p->code, text);
    p->households = !ok || isnan(value) ? ID_UNKNOWN : (int64_t)value;
    free(text);
    return ok ? ERR_OK : ERR_INPUT;
}

static enum err read_yes_no(const struct places_source *s, OGRFeatureH f, int at,
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
        places_fault(s, _("%s: %s \"%s\": \"%s\" is not yes, no or unknown"), s->path,
                     s->role->name, code, text);
    free(text);
    return err;
}

static bool is_comment(const struct places_source *s, OGRFeatureH f)
{
    char *code = attribute(f, s->code);
    const bool comment = code[0] == comment_mark;
    free(code);
    return comment;
}

static enum err read_feature(const struct places_source *s, OGRFeatureH f,
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
    if (p->code[0] == '\0')
        return places_fault(s, _("%s: feature %lld has no %s"), s->path,
                            (long long)OGR_F_GetFID(f), s->role->code[0]);
    if (!CPLIsUTF8(p->name, -1) || !CPLIsUTF8(p->code, -1) ||
        !CPLIsUTF8(p->parent_code, -1) || !CPLIsUTF8(p->parent_name, -1)) {
        places_fault(s, _("%s: %s \"%s\": the name is not UTF-8; save the file as UTF-8"),
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
    return err ? err : places_read_geometry(s, f, p);
}

/* A field as far as it decides what is read of it. */
static char *describe_field(const struct places_source *s, int at)
{
    OGRFeatureDefnH defn = OGR_L_GetLayerDefn(s->data);
    if (at < 0)
        return xstrdup("-");
    OGRFieldDefnH field = OGR_FD_GetFieldDefn(defn, at);
    return xasprintf("%s:%d:%d", OGR_Fld_GetNameRef(field), OGR_Fld_GetType(field),
                     OGR_Fld_GetSubType(field));
}

static char *describe_fields(const struct places_source *s)
{
    const int fields[] = {s->code,        s->titles[0],   s->titles[1],  s->titles[2],
                          s->parent_code, s->parent_name, s->households, s->electricity,
                          s->difficult,   s->district,    s->province};
    char *all =
        xasprintf("%s %s", s->has_crs ? "crs" : "-", s->to_wgs84 ? "other" : "WGS 84");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *field = describe_field(s, fields[i]);
        char *more = xasprintf("%s\n%s", all, field);
        free(field);
        free(all);
        all = more;
    }
    return all;
}

static void take_number(struct places_part *part, int64_t number)
{
    if (part->features++ == 0)
        part->first_number = number;
    else if (number <= part->last_number)
        part->is_falling = true;
    part->last_number = number;
}

static enum err read_source(struct places_source *s, struct places_part *part)
{
    enum err err = open_layer(s);
    if (!err)
        err = find_fields(s);
    if (!err)
        err = find_crs(s);
    if (!err && s->is_piece)
        part->fields = describe_fields(s);
    OGRFeatureH f = NULL;
    while (!err && (f = OGR_L_GetNextFeature(s->data)) != NULL) {
        take_number(part, OGR_F_GetFID(f));
        if (is_comment(s, f))
            part->comments++;
        else
            err = read_feature(s, f, &part->list);
        OGR_F_Destroy(f);
    }
    return err;
}

/* Opens, reads and closes; the path and the layer are the caller's to free. */
static enum err read_part(struct places_source *s, struct places_part *part)
{
    s->geos = GEOS_init_r();
    CPLPushErrorHandler(swallow);
    const enum err err = read_source(s, part);
    OCTDestroyCoordinateTransformation(s->to_wgs84);
    if (s->dataset)
        GDALClose(s->dataset);
    CPLPopErrorHandler();
    GEOS_finish_r(s->geos);
    return err;
}

enum err places_read_part(const char *path, const struct places_role *role,
                          struct places_part *part)
{
    struct places_source s = {.path = xstrdup(path), .role = role, .is_piece = true};
    const enum err err = read_part(&s, part);
    free(s.path);
    return err;
}

void places_part_free(struct places_part *part)
{
    place_list_free(&part->list);
    free(part->fields);
    *part = (struct places_part){0};
}

enum err places_end_list(const char *path, const struct places_role *role,
                         const struct places_part *all)
{
    if (all->comments > 0)
        err_warn(_("%s: %d rows whose code begins with %c are explanations, no %s"), path,
                 (int)all->comments, comment_mark, _(role->label));
    if (all->list.count > 0)
        return ERR_OK;
    err_report(_("%s: holds no %s"), path, role->name);
    return ERR_INPUT;
}

enum err places_read(const char *source, const char *role, struct place_list *list)
{
    struct places_source s = {.role = places_find_role(role)};
    struct places_part all = {0};
    split_source(source, &s);
    enum err err = read_part(&s, &all);
    *list = all.list;
    list->source = source;
    if (!err)
        err = places_end_list(s.path, s.role, &all);
    free(s.path);
    free(s.layer);
    return err;
}
