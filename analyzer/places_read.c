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

#define FIELDS_OF_ALL                                                                    \
    [PLACES_HOUSEHOLDS] = {"households"}, [PLACES_ELECTRICITY] = {"electricity"},        \
    [PLACES_DIFFICULT] = {"difficult"}, [PLACES_DISTRICT] = {"district"},                \
    [PLACES_PROVINCE] = {"province"}

static const struct places_role roles[] = {
    {.name = "hamlet",
     .label = N_("hamlet"),
     .fields = {FIELDS_OF_ALL, [PLACES_CODE] = {"hamlet_code", "code"},
                [PLACES_TITLE] = {"name"}, [PLACES_PARENT_CODE] = {"commune_code"},
                [PLACES_PARENT_NAME] = {"commune"}}},
    {.name = "cluster",
     .label = N_("cluster"),
     .fields = {FIELDS_OF_ALL, [PLACES_CODE] = {"cluster_code", "code"},
                [PLACES_TITLE] = {"name"}, [PLACES_PARENT_CODE] = {"hamlet_code"},
                [PLACES_PARENT_NAME] = {"hamlet"}}},
    {.name = "commune",
     .label = N_("commune"),
     .fields = {FIELDS_OF_ALL, [PLACES_CODE] = {"code", "commune_code"},
                [PLACES_TITLE] = {"fullName"}, [PLACES_TITLE_2] = {"full_name"},
                [PLACES_TITLE_3] = {"name"}, [PLACES_PARENT_CODE] = {"province_code"},
                [PLACES_PARENT_NAME] = {"province"}},
     .polygons_only = true},
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
    if (!s->is_silent)
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

int places_find_field(const struct places_role *role, enum places_field field,
                      int (*index)(void *ctx, const char *name), void *ctx)
{
    enum {
        SHAPEFILE_NAME_MAX = 10,
        NAMES = sizeof *role->fields / sizeof **role->fields
    };
    int at = -1;
    for (int i = 0; i < NAMES && role->fields[field][i] && at < 0; i++) {
        const char *name = role->fields[field][i];
        at = index(ctx, name);
        if (at < 0 && strlen(name) > SHAPEFILE_NAME_MAX) {
            char *cut = xstrndup(name, SHAPEFILE_NAME_MAX);
            at = index(ctx, cut);
            free(cut);
        }
    }
    return at;
}

static bool belongs_nowhere(const struct places_role *role, const int *fields)
{
    return strcmp(role->name, "cluster") == 0 && fields[PLACES_PARENT_CODE] < 0 &&
           fields[PLACES_PARENT_NAME] < 0;
}

bool places_fields_suffice(const struct places_role *role, const int *fields)
{
    return fields[PLACES_CODE] >= 0 && !belongs_nowhere(role, fields);
}

static int field_index(void *defn, const char *name)
{
    return OGR_FD_GetFieldIndex(defn, name);
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
    static const char *const options[] = {"X_POSSIBLE_NAMES=" PLACES_LON_NAMES,
                                          "Y_POSSIBLE_NAMES=" PLACES_LAT_NAMES,
                                          "AUTODETECT_TYPE=NO", NULL};
    if (access(s->path, R_OK) != 0)
        return places_fault(s, _("%s: cannot be opened: %s"), s->path, strerror(errno));
    if (places_guard_file(s->path) != ERR_OK)
        return ERR_INPUT;
    s->dataset = GDALOpenEx(s->path, GDAL_OF_VECTOR | GDAL_OF_READONLY,
                            places_guard_drivers, options, NULL);
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
    return places_guard_layer(s->path, OGR_L_GetName(s->data));
}

static enum err find_fields(struct places_source *s)
{
    OGRFeatureDefnH defn = OGR_L_GetLayerDefn(s->data);
    for (int i = 0; i < PLACES_FIELDS; i++)
        s->fields[i] =
            places_find_field(s->role, (enum places_field)i, field_index, defn);
    if (s->fields[PLACES_CODE] < 0)
        return places_fault(s, _("%s: layer \"%s\" has no attribute %s"), s->path,
                            OGR_L_GetName(s->data), s->role->fields[PLACES_CODE][0]);
    if (belongs_nowhere(s->role, s->fields))
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

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *places_trimmed(const struct places_source *s, const char *text, size_t len)
{
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    for (; len > 0 && is_blank(*text); len--)
        text++;
    return len > 0 ? arena_textn(s->memory, text, len) : "";
}

static const char *attribute(const struct places_source *s, OGRFeatureH f, int at)
{
    if (at < 0 || !OGR_F_IsFieldSetAndNotNull(f, at))
        return "";
    const char *text = OGR_F_GetFieldAsString(f, at);
    return places_trimmed(s, text, strlen(text));
}

static enum err read_households(const struct places_source *s, const char *text,
                                struct place *p)
{
    double value = NAN;
    const bool ok =
        csvio_number(text, &value) &&
        (isnan(value) || (value >= 0 && value < 1e9 && value == floor(value)));
    if (!ok)
        places_fault(
            s, _("%s: %s \"%s\": households \"%s\" is not a whole number of 0 or more"),
            s->path, _(s->role->label), p->code, text);
    p->households = !ok || isnan(value) ? ID_UNKNOWN : (int64_t)value;
    return ok ? ERR_OK : ERR_INPUT;
}

static enum err read_yes_no(const struct places_source *s, const char *text,
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
    return err;
}

/* The first that it has of the names, else its code. */
static const char *find_title(const struct places_attributes *a)
{
    int i = PLACES_TITLE;
    while (i < PLACES_TITLE_3 && a->texts[i][0] == '\0')
        i++;
    return a->texts[a->texts[i][0] == '\0' ? PLACES_CODE : i];
}

static enum err check_texts(const struct places_source *s,
                            const struct places_attributes *a, const struct place *p)
{
    if (p->code[0] == '\0')
        return places_fault(s, _("%s: feature %lld has no %s"), s->path,
                            (long long)a->number, s->role->fields[PLACES_CODE][0]);
    if (!CPLIsUTF8(p->name, -1) || !CPLIsUTF8(p->code, -1) ||
        !CPLIsUTF8(p->parent_code, -1) || !CPLIsUTF8(p->parent_name, -1))
        return places_fault(
            s, _("%s: %s \"%s\": the name is not UTF-8; save the file as UTF-8"), s->path,
            _(s->role->label), p->code);
    return ERR_OK;
}

enum err places_take_attributes(const struct places_source *s,
                                const struct places_attributes *a,
                                struct places_part *part, struct place **place)
{
    struct place_list *list = &part->list;
    *place = NULL;
    if (a->texts[PLACES_CODE][0] == comment_mark) {
        part->comments++;
        return ERR_OK;
    }
    list->items = xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
    struct place *p = &list->items[list->count++];
    *p = (struct place){.code = a->texts[PLACES_CODE],
                        .name = find_title(a),
                        .parent_code = a->texts[PLACES_PARENT_CODE],
                        .parent_name = a->texts[PLACES_PARENT_NAME],
                        .district = a->texts[PLACES_DISTRICT],
                        .province = a->texts[PLACES_PROVINCE],
                        .households = ID_UNKNOWN,
                        .point = geo_none()};
    enum err err = check_texts(s, a, p);
    if (!err)
        err = read_households(s, a->texts[PLACES_HOUSEHOLDS], p);
    if (!err)
        err = read_yes_no(s, a->texts[PLACES_ELECTRICITY], p->code, &p->electricity);
    if (!err)
        err = read_yes_no(s, a->texts[PLACES_DIFFICULT], p->code, &p->difficult);
    *place = p;
    return err;
}

static enum err read_feature(const struct places_source *s, OGRFeatureH f,
                             struct places_part *part)
{
    struct places_attributes a = {.number = OGR_F_GetFID(f)};
    struct place *p = NULL;
    for (int i = 0; i < PLACES_FIELDS; i++)
        a.texts[i] = attribute(s, f, s->fields[i]);
    enum err err = places_take_attributes(s, &a, part, &p);
    if (!err && p)
        err = places_read_geometry(s, f, p);
    return err;
}

static enum err read_source(struct places_source *s, struct places_part *part)
{
    enum err err = open_layer(s);
    if (!err)
        err = find_fields(s);
    if (!err)
        err = find_crs(s);
    OGRFeatureH f = NULL;
    while (!err && (f = OGR_L_GetNextFeature(s->data)) != NULL) {
        err = read_feature(s, f, part);
        OGR_F_Destroy(f);
    }
    return err;
}

/* Opens, reads and closes; the path and the layer are the caller's to free. */
static enum err read_part(struct places_source *s, struct places_part *part)
{
    s->geos = GEOS_init_r();
    s->memory = &part->list.memory;
    CPLPushErrorHandler(swallow);
    const enum err err = read_source(s, part);
    OCTDestroyCoordinateTransformation(s->to_wgs84);
    if (s->dataset)
        GDALClose(s->dataset);
    CPLPopErrorHandler();
    GEOS_finish_r(s->geos);
    return err;
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
