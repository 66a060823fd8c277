/* Plain GeoJSON. GDAL gives a field one type for the whole file, and prints values by it:
 * here a field has values of one kind, whose text GDAL would leave as it is. Names that
 * differ in case alone, that come with a later feature, or that GDAL looks at itself are
 * its business. */
#include "places_plain.h"

#include <ogr_core.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "xmem.h"

enum { MEMBERS = 32, INT64_DIGITS = 18 };

/* A member's name in the feature before, and which key it is: -1 for one that is not
 * read. Features have the same members in the same order, mostly. */
struct member {
    const char *at;
    size_t len;
    int key;
};

struct reader {
    struct json_scan scan;
    const struct places_source *source;
    struct places_plain *plain;
    struct member members[MEMBERS];
    struct json_value values[PLACES_KEYS]; /* of the feature */
    bool filled[PLACES_KEYS];
    struct places_outline outline;
};

static const char id_key[] = "id";

/* Compares the letters of either case, of a name or what a shapefile leaves of it. */
static bool is_name(const struct json_value *key, const char *name)
{
    enum { SHAPEFILE_NAME_MAX = 10 };
    const size_t len = strlen(name);
    return (key->len == len || (len > SHAPEFILE_NAME_MAX &&
                                key->len >= SHAPEFILE_NAME_MAX && key->len < len)) &&
           strncasecmp(key->at, name, key->len) == 0;
}

/* Names that decide what is read. */
static bool is_wanted(const struct places_role *role, const struct json_value *key)
{
    for (int i = 0; i < PLACES_FIELDS; i++) {
        for (int k = 0; k < 2 && role->fields[i][k]; k++) {
            if (is_name(key, role->fields[i][k]))
                return true;
        }
    }
    return is_name(key, id_key);
}

static int find_key(const struct places_keys *keys, const struct json_value *key)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (json_is(key, keys->names[i]))
            return (int)i;
    }
    return -1;
}

static bool is_known_in_other_case(const struct places_keys *keys,
                                   const struct json_value *key)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (is_name(key, keys->names[i]))
            return true;
    }
    return false;
}

/* Which key a name is; false where it should have come before. */
static bool learn_key(struct reader *r, const struct json_value *name, int *key)
{
    struct places_keys *keys = &r->plain->keys;
    const bool is_first = r->plain->part.list.count + r->plain->part.comments == 0;
    *key = find_key(keys, name);
    if (is_name(name, "type"))
        return false; /* it may make the file another kind of JSON */
    if (*key >= 0 || !is_wanted(r->source->role, name))
        return true;
    if (!is_first || keys->count == PLACES_KEYS || is_known_in_other_case(keys, name))
        return false;
    *key = (int)keys->count;
    keys->names[keys->count++] = xstrndup(name->at, name->len);
    return true;
}

static bool same_member(const struct member *m, const struct json_value *name)
{
    return m->at && m->len == name->len && memcmp(m->at, name->at, name->len) == 0;
}

static bool scan_property(struct reader *r, size_t i)
{
    struct json_value name, value;
    struct member *known = &r->members[i < MEMBERS ? i : MEMBERS - 1];
    if (!json_take_key(&r->scan, &name) || !json_take_value(&r->scan, &value))
        return false;
    if (!same_member(known, &name)) {
        *known = (struct member){name.at, name.len, -1};
        if (!learn_key(r, &name, &known->key))
            return false;
    }
    const int key = known->key;
    if (key < 0)
        return true;
    const bool is_twice = r->filled[key];
    r->values[key] = value;
    r->filled[key] = true;
    return !is_twice;
}

static bool scan_properties(struct reader *r)
{
    memset(r->values, 0, sizeof r->values);
    memset(r->filled, 0, sizeof r->filled);
    if (!json_take(&r->scan, '{'))
        return false;
    size_t i = 0;
    do {
        if (!scan_property(r, i++))
            return false;
    } while (json_take(&r->scan, ','));
    return json_take(&r->scan, '}');
}

/* Each of the three members once, in any order. */
static bool scan_feature(struct reader *r)
{
    bool type = false, properties = false, geometry = false;
    if (!json_take(&r->scan, '{'))
        return false;
    do {
        struct json_value key, value;
        if (!json_take_key(&r->scan, &key))
            return false;
        if (json_is(&key, "type") && !type)
            type = json_take_value(&r->scan, &value) && value.kind == JSON_TEXT &&
                   json_is(&value, "Feature");
        else if (json_is(&key, "properties") && !properties)
            properties = scan_properties(r);
        else if (json_is(&key, "geometry") && !geometry)
            geometry = places_outline_scan(&r->scan, &r->outline);
        else
            return false;
    } while (json_take(&r->scan, ','));
    return type && properties && geometry && json_take(&r->scan, '}');
}

static int key_index(void *ctx, const char *name)
{
    const struct places_keys *keys = ctx;
    for (size_t i = 0; i < keys->count; i++) {
        if (strcasecmp(keys->names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* Once the first feature has been scanned. */
static bool choose_fields(const struct places_role *role, struct places_keys *keys)
{
    for (int i = 0; i < PLACES_FIELDS; i++)
        keys->fields[i] = places_find_field(role, (enum places_field)i, key_index, keys);
    keys->id = key_index(keys, id_key);
    return places_fields_suffice(role, keys->fields);
}

/* The kind of a field that has values of both; false where GDAL would convert one. */
static bool unite_kinds(enum json_kind *kind, enum json_kind other)
{
    if (*kind == JSON_NULL)
        *kind = other;
    return *kind == other || other == JSON_NULL;
}

static bool is_date(const char *text)
{
    OGRField date;
    return strpbrk(text, "-/:") && OGRParseDate(text, &date, 0);
}

/* A whole number that is printed as it stands. */
static bool is_plain_whole(const struct json_value *v)
{
    return v->len <= INT64_DIGITS && !(v->at[0] == '-' && v->at[1] == '0');
}

static const char *print_text(const struct places_source *source,
                              const struct json_value *v)
{
    if (!v->has_escapes)
        return places_trimmed(source, v->at, v->len);
    char *copy = json_copy(v);
    const char *text = copy ? places_trimmed(source, copy, strlen(copy)) : NULL;
    free(copy);
    return text;
}

/* The value as GDAL would print it; NULL where that is not sure. */
static const char *print(const struct places_source *source, const struct json_value *v)
{
    switch (v->kind) {
    case JSON_TEXT: {
        const char *text = print_text(source, v);
        return text && !is_date(text) ? text : NULL;
    }
    case JSON_WHOLE:
        return is_plain_whole(v) ? places_trimmed(source, v->at, v->len) : NULL;
    case JSON_TRUTH:
        return v->at[0] == 't' ? "1" : "0";
    case JSON_NULL:
        return "";
    case JSON_REAL:
    default:
        return NULL;
    }
}

/* GDAL gives features out by their numbers, here as they come. */
static bool take_id(struct reader *r, bool is_first)
{
    struct places_keys *keys = &r->plain->keys;
    if (keys->id < 0)
        return true;
    const struct json_value *v = &r->values[keys->id];
    if (!unite_kinds(&keys->kinds[keys->id], v->kind))
        return false;
    if (v->kind == JSON_TEXT)
        return true; /* no number */
    if (v->kind != JSON_WHOLE || !is_plain_whole(v) || v->at[0] == '-')
        return false;
    const int64_t id = strtoll(v->at, NULL, 10);
    const bool rises = is_first || id > keys->last_id;
    keys->last_id = id;
    if (is_first)
        keys->first_id = id;
    return rises;
}

static bool print_fields(struct reader *r, struct places_attributes *a)
{
    static const struct json_value none = {.kind = JSON_NULL};
    struct places_keys *keys = &r->plain->keys;
    for (int i = 0; i < PLACES_FIELDS; i++) {
        const int key = keys->fields[i];
        const struct json_value *v = key >= 0 ? &r->values[key] : &none;
        a->texts[i] = print(r->source, v);
        if (!a->texts[i] || (key >= 0 && !unite_kinds(&keys->kinds[key], v->kind)))
            return false;
    }
    return true;
}

static bool take_feature(struct reader *r)
{
    struct places_part *part = &r->plain->part;
    const bool is_first = part->list.count + part->comments == 0;
    struct places_attributes a = {0};
    struct place *p = NULL;
    if ((is_first && !choose_fields(r->source->role, &r->plain->keys)) ||
        !take_id(r, is_first))
        return false;
    bool ok =
        print_fields(r, &a) && places_take_attributes(r->source, &a, part, &p) == ERR_OK;
    if (ok && p)
        ok = places_outline_take(&r->outline, r->source, p) == ERR_OK;
    return ok;
}

bool places_plain_read(const char *text, const struct places_source *source,
                       struct places_plain *plain)
{
    struct places_source into = *source;
    struct reader r = {.scan = {text}, .source = &into, .plain = plain};
    into.memory = &plain->part.list.memory;
    bool ok = true;
    do {
        ok = scan_feature(&r) && take_feature(&r);
    } while (ok && json_take(&r.scan, ','));
    places_outline_free(&r.outline);
    return ok && json_take(&r.scan, '\0');
}

/* The CRS that GDAL and QGIS name is what a file without one is in. */
static bool scan_crs(struct json_scan *s)
{
    struct json_value key, value;
    return json_take(s, '{') && json_take_key(s, &key) && json_is(&key, "type") &&
           json_take_value(s, &value) && json_is(&value, "name") && json_take(s, ',') &&
           json_take_key(s, &key) && json_is(&key, "properties") && json_take(s, '{') &&
           json_take_key(s, &key) && json_is(&key, "name") &&
           json_take_value(s, &value) &&
           json_is(&value, "urn:ogc:def:crs:OGC:1.3:CRS84") && json_take(s, '}') &&
           json_take(s, '}');
}

const char *places_plain_begin(const char *text)
{
    struct json_scan s = {text};
    struct json_value key, value;
    if (!json_take(&s, '{') || !json_take_key(&s, &key) || !json_is(&key, "type") ||
        !json_take_value(&s, &value) || value.kind != JSON_TEXT ||
        !json_is(&value, "FeatureCollection"))
        return NULL;
    while (json_take(&s, ',') && json_take_key(&s, &key)) {
        if (json_is(&key, "features"))
            return json_take(&s, '[') ? s.at : NULL;
        if (json_is(&key, "crs")
                ? !scan_crs(&s)
                : !json_is(&key, "name") || !json_take_value(&s, &value) ||
                      value.kind != JSON_TEXT || value.has_escapes)
            return NULL;
    }
    return NULL;
}

bool places_plain_join(struct places_keys *keys, const struct places_keys *next)
{
    const bool has_ids = keys->id >= 0 && keys->kinds[keys->id] == JSON_WHOLE;
    if (keys->count != next->count || (has_ids && keys->last_id >= next->first_id))
        return false;
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->names[i], next->names[i]) != 0 ||
            !unite_kinds(&keys->kinds[i], next->kinds[i]))
            return false;
    }
    keys->last_id = next->last_id;
    return true;
}

void places_plain_free(struct places_plain *plain)
{
    place_list_free(&plain->part.list);
    for (size_t i = 0; i < plain->keys.count; i++)
        free(plain->keys.names[i]);
    *plain = (struct places_plain){0};
}
