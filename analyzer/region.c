/* Regions: reads operators' names, CRS, time zone and extent of a country from YAML. */
#include "region.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crs.h"
#include "embed.h"
#include "lang.h"
#include "utc.h"
#include "xmem.h"
#include "yaml_doc.h"

#define REGION_DIR "maps/regions/"

enum { PATH_SIZE = 64 };

/* The file as libcyaml sees it: all values are texts. */
struct raw_crs {
    char *epsg;
    char *west_of_deg; /* NULL where not given */
};

struct raw_extent {
    char *west_deg;
    char *south_deg;
    char *east_deg;
    char *north_deg;
};

struct raw_operator {
    char *mccmnc;
    char *name;
};

struct raw_region {
    char *schema;
    char *name;
    char *operation; /* NULL where not given */
    struct raw_crs *crs;
    unsigned crs_count;
    char *utc_offset;
    struct raw_extent *extent;
    struct raw_operator *operators;
    unsigned operators_count;
};

#define TEXT(structure, member, flags)                                                   \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | (flags), struct structure,      \
                           member, 0, CYAML_UNLIMITED)

static const cyaml_schema_field_t crs_fields[] = {
    TEXT(raw_crs, epsg, 0),
    TEXT(raw_crs, west_of_deg, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t extent_fields[] = {
    TEXT(raw_extent, west_deg, 0),
    TEXT(raw_extent, south_deg, 0),
    TEXT(raw_extent, east_deg, 0),
    TEXT(raw_extent, north_deg, 0),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t operator_fields[] = {
    TEXT(raw_operator, mccmnc, 0),
    TEXT(raw_operator, name, 0),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t crs_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_crs, crs_fields),
};

static const cyaml_schema_value_t operator_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_operator, operator_fields),
};

static const cyaml_schema_field_t region_fields[] = {
    TEXT(raw_region, schema, 0),
    TEXT(raw_region, name, 0),
    TEXT(raw_region, operation, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_SEQUENCE("crs", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct raw_region, crs, &crs_entry, 0, CYAML_UNLIMITED),
    TEXT(raw_region, utc_offset, 0),
    CYAML_FIELD_MAPPING_PTR("extent", CYAML_FLAG_POINTER, struct raw_region, extent,
                            extent_fields),
    CYAML_FIELD_SEQUENCE("operators", CYAML_FLAG_POINTER, struct raw_region, operators,
                         &operator_entry, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t region_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_region, region_fields),
};

static enum err take_texts(const struct yaml_doc *doc, struct region *region)
{
    const struct raw_region *raw = yaml_doc_data(doc);
    enum err err = ERR_OK;
    if (strcmp(raw->schema, "1") != 0)
        return yaml_doc_error(doc, "schema", _("is \"%.40s\", expected 1"), raw->schema);
    err = yaml_doc_line(doc, "name", raw->name);
    if (err == ERR_OK && raw->operation != NULL)
        err = yaml_doc_line(doc, "operation", raw->operation);
    if (err != ERR_OK)
        return err;
    if (utc_parse_offset(raw->utc_offset, &region->utc_offset_s) != ERR_OK)
        return yaml_doc_error(
            doc, "utc_offset",
            _("is \"%.40s\", expected hours and minutes as in \"+07:00\""),
            raw->utc_offset);
    region->name = xstrdup(raw->name);
    region->operation = raw->operation != NULL ? xstrdup(raw->operation) : NULL;
    return ERR_OK;
}

static enum err take_extent(const struct yaml_doc *doc, struct region *region)
{
    const struct yaml_range lat = {.min = -90.0, .max = 90.0};
    const struct yaml_range lon = {.min = -180.0, .max = 180.0};
    const struct raw_region *data = yaml_doc_data(doc);
    const struct raw_extent *raw = data->extent;
    enum err err =
        yaml_doc_number(doc, "extent.west_deg", raw->west_deg, lon, &region->west_deg);
    if (err == ERR_OK)
        err = yaml_doc_number(doc, "extent.south_deg", raw->south_deg, lat,
                              &region->south_deg);
    if (err == ERR_OK)
        err = yaml_doc_number(doc, "extent.east_deg", raw->east_deg, lon,
                              &region->east_deg);
    if (err == ERR_OK)
        err = yaml_doc_number(doc, "extent.north_deg", raw->north_deg, lat,
                              &region->north_deg);
    if (err == ERR_OK &&
        (region->west_deg >= region->east_deg || region->south_deg >= region->north_deg))
        err = yaml_doc_error(doc, "extent",
                             _("expected west below east and south below north"));
    return err;
}

/* Entry i of the list; only the last may serve "the rest". */
static enum err take_crs(const struct yaml_doc *doc, unsigned i, struct region *region)
{
    const struct yaml_range codes = {.min = 1024.0, .max = 32767.0, .whole = true};
    const struct yaml_range lon = {.min = -180.0, .max = 180.0};
    const struct raw_region *raw = yaml_doc_data(doc);
    const bool last = i + 1 == raw->crs_count;
    char path[PATH_SIZE];
    double epsg = 0.0;
    double west_of_deg = NAN;
    snprintf(path, sizeof path, "crs.%u.epsg", i);
    enum err err = yaml_doc_number(doc, path, raw->crs[i].epsg, codes, &epsg);
    snprintf(path, sizeof path, "crs.%u.west_of_deg", i);
    if (err == ERR_OK && raw->crs[i].west_of_deg != NULL)
        err = yaml_doc_number(doc, path, raw->crs[i].west_of_deg, lon, &west_of_deg);
    if (err == ERR_OK && isnan(west_of_deg) != last)
        err = yaml_doc_error(
            doc, path,
            last ? _("not allowed in the last entry, which serves the rest")
                 : _("is missing; only the last entry goes without"));
    if (err == ERR_OK)
        region->crs[region->crs_count++] =
            (struct region_crs){.epsg = (int)epsg, .west_of_deg = west_of_deg};
    return err;
}

static enum err take_all_crs(const struct yaml_doc *doc, struct region *region)
{
    const struct raw_region *raw = yaml_doc_data(doc);
    enum err err = ERR_OK;
    region->crs = xcalloc((size_t)raw->crs_count + 1, sizeof *region->crs);
    for (unsigned i = 0; err == ERR_OK && i < raw->crs_count; i++)
        err = take_crs(doc, i, region);
    return err;
}

static enum err take_operator(const struct yaml_doc *doc, unsigned i,
                              struct region *region)
{
    const struct raw_region *data = yaml_doc_data(doc);
    const struct raw_operator *raw = &data->operators[i];
    const mccmnc_t op = mccmnc_parse(raw->mccmnc);
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "operators.%u.mccmnc", i);
    if (op == 0)
        return yaml_doc_error(doc, path,
                              _("is \"%.40s\", expected MCC and MNC as in \"45204\""),
                              raw->mccmnc);
    for (size_t k = 0; k < region->operator_count; k++) {
        if (region->operators[k].mccmnc == op)
            return yaml_doc_error(doc, path, _("operator \"%.40s\" is listed twice"),
                                  raw->mccmnc);
    }
    snprintf(path, sizeof path, "operators.%u.name", i);
    const enum err err = yaml_doc_line(doc, path, raw->name);
    if (err == ERR_OK)
        region->operators[region->operator_count++] =
            (struct region_operator){.mccmnc = op, .name = xstrdup(raw->name)};
    return err;
}

static enum err take_operators(const struct yaml_doc *doc, struct region *region)
{
    const struct raw_region *raw = yaml_doc_data(doc);
    enum err err = ERR_OK;
    region->operators =
        xcalloc((size_t)raw->operators_count + 1, sizeof *region->operators);
    for (unsigned i = 0; err == ERR_OK && i < raw->operators_count; i++)
        err = take_operator(doc, i, region);
    return err;
}

static enum err load_text(const char *name, const char *text, size_t size,
                          struct region *region)
{
    struct region r = {0};
    struct yaml_doc *doc = NULL;
    enum err err = yaml_doc_load(name, text, size, &region_schema, &doc);
    if (err == ERR_OK)
        err = take_texts(doc, &r);
    if (err == ERR_OK)
        err = take_extent(doc, &r);
    if (err == ERR_OK)
        err = take_all_crs(doc, &r);
    if (err == ERR_OK)
        err = take_operators(doc, &r);
    yaml_doc_free(doc);
    if (err == ERR_OK)
        *region = r;
    else
        region_free(&r);
    return err;
}

static enum err load_file(const char *path, struct region *region)
{
    char *text = NULL;
    size_t size = 0;
    enum err err = yaml_doc_read(path, &text, &size);
    if (err == ERR_OK)
        err = load_text(path, text, size, region);
    free(text);
    return err;
}

/* Names of the regions in the program, with commas between. */
static void list_built_in(char *names, size_t size)
{
    const size_t dir_len = strlen(REGION_DIR);
    size_t len = 0;
    names[0] = '\0';
    for (size_t i = 0; i < embed_file_count; i++) {
        const char *name = embed_files[i].name;
        if (strncmp(name, REGION_DIR, dir_len) != 0)
            continue;
        name += dir_len;
        const int put = snprintf(names + len, size - len, "%s%.*s", len > 0 ? ", " : "",
                                 (int)strcspn(name, "."), name);
        if (put < 0 || (size_t)put >= size - len)
            return;
        len += (size_t)put;
    }
}

static enum err load_built_in(const char *name, struct region *region)
{
    char *file = xasprintf(REGION_DIR "%s.yaml", name);
    char names[256];
    const struct embed_file *f = embed_find(file);
    free(file);
    if (f != NULL)
        return load_text(f->name, f->data, f->size, region);
    list_built_in(names, sizeof names);
    err_report(
        _("unknown region \"%s\"; expected one of %s, or the path of a .yaml file"), name,
        names);
    return ERR_USAGE;
}

enum err region_load(const char *name, struct region *region)
{
    if (name == NULL)
        return load_built_in("generic", region);
    const size_t len = strlen(name);
    const bool is_file =
        strchr(name, '/') != NULL || (len >= 5 && strcmp(name + len - 5, ".yaml") == 0);
    return is_file ? load_file(name, region) : load_built_in(name, region);
}

void region_free(struct region *region)
{
    if (region == NULL)
        return;
    for (size_t i = 0; i < region->operator_count; i++)
        free(region->operators[i].name);
    free(region->operators);
    free(region->crs);
    free(region->operation);
    free(region->name);
    *region = (struct region){0};
}

const char *region_operator_name(const struct region *region, mccmnc_t op,
                                 char digits[MCCMNC_TEXT_SIZE])
{
    for (size_t i = 0; i < region->operator_count; i++) {
        if (region->operators[i].mccmnc == op)
            return region->operators[i].name;
    }
    mccmnc_format(op, digits);
    return digits;
}

int region_epsg(const struct region *region, struct latlon middle)
{
    for (size_t i = 0; i < region->crs_count; i++) {
        const double limit = region->crs[i].west_of_deg;
        if (isnan(limit) || middle.lon_deg <= limit)
            return region->crs[i].epsg;
    }
    return crs_utm_epsg(middle);
}
