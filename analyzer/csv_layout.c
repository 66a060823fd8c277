/* The header of lomsong CSV. */
#include "csv_layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lang.h"
#include "xmem.h"

struct alias {
    const char *name;
    enum csv_target_kind kind;
    const char *column; /* CSV_COLUMN: which */
};

static const struct alias aliases[] = {
    {"t_utc", CSV_TIME, NULL},          {"ts", CSV_TIME, NULL},
    {"lat_deg", CSV_LAT, NULL},         {"lat", CSV_LAT, NULL},
    {"lon_deg", CSV_LON, NULL},         {"lon", CSV_LON, NULL},
    {"mccmnc", CSV_MCCMNC, NULL},       {"operator", CSV_MCCMNC, NULL},
    {"level_dbm", CSV_LEVEL, NULL},     {"acc", CSV_COLUMN, "acc_h95_m"},
    {"utc_offset_s", CSV_OFFSET, NULL},
};

static bool find_column(const char *name, size_t *column)
{
    for (size_t i = 0; i < sample_column_count; i++) {
        if (strcasecmp(sample_columns[i].name, name) == 0) {
            *column = i;
            return true;
        }
    }
    return false;
}

static bool find_target(const char *name, struct csv_target *target)
{
    *target = (struct csv_target){.kind = CSV_COLUMN};
    if (find_column(name, &target->column))
        return true;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strcasecmp(aliases[i].name, name) != 0)
            continue;
        target->kind = aliases[i].kind;
        return !aliases[i].column || find_column(aliases[i].column, &target->column);
    }
    return false;
}

bool import_lomsong_csv_knows(const char *ours)
{
    struct csv_target target;
    return find_target(ours, &target);
}

static bool same_target(const struct csv_target *a, const struct csv_target *b)
{
    return a->kind == b->kind && (a->kind != CSV_COLUMN || a->column == b->column);
}

/* The --map entry that names this column of theirs. */
static const struct import_map *mapped(const char *theirs, const struct import_options *o)
{
    for (size_t i = 0; i < o->map_count; i++) {
        if (strcasecmp(o->map[i].theirs, theirs) == 0)
            return &o->map[i];
    }
    return NULL;
}

/* True where --map gives this meaning to some column, so that none has it by its own
 * name. */
static bool taken_by_map(const struct csv_target *target, const struct import_options *o)
{
    for (size_t i = 0; i < o->map_count; i++) {
        struct csv_target other;
        if (find_target(o->map[i].ours, &other) && same_target(&other, target))
            return true;
    }
    return false;
}

bool csv_layout_is_level(size_t column)
{
    static const char *const names[] = {"rsrp_dbm", "rscp_dbm", "rxlev_dbm",
                                        "ss_rsrp_dbm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(sample_columns[column].name, names[i]) == 0)
            return true;
    }
    return false;
}

static bool is_time(const struct csv_target *t)
{
    return t->kind == CSV_TIME ||
           (t->kind == CSV_COLUMN &&
            strcmp(sample_columns[t->column].name, "t_utc_ms") == 0);
}

static void note_target(struct csv_layout *l, const struct csv_target *t)
{
    const char *name = t->kind == CSV_COLUMN ? sample_columns[t->column].name : "";
    l->has_time |= is_time(t);
    l->has_lat |= t->kind == CSV_LAT;
    l->has_lon |= t->kind == CSV_LON;
    l->has_state |= strcmp(name, "state") == 0;
    l->has_level |=
        t->kind == CSV_LEVEL || (t->kind == CSV_COLUMN && csv_layout_is_level(t->column));
    l->has_operator |= t->kind == CSV_MCCMNC || strcmp(name, "mnc") == 0;
}

bool csv_layout_usable(const struct csv_layout *l, const struct import_options *options)
{
    const bool has_place = options->track || (l->has_lat && l->has_lon);
    return !l->twice && l->has_time && has_place && (l->has_state || l->has_level);
}

/* True for a usual name beside the contract's own name of the same thing: that one is
 * read. */
static bool shadowed(const char *name, const struct csv_target *target,
                     const struct csvio_row *header)
{
    const char *own = NULL;
    if (target->kind == CSV_COLUMN)
        own = sample_columns[target->column].name;
    for (size_t i = 0; !own && i < sizeof aliases / sizeof *aliases; i++) {
        if (aliases[i].kind == target->kind)
            own = aliases[i].name;
    }
    return own && strcasecmp(own, name) != 0 && csvio_column(header, own) >= 0;
}

void csv_layout_bind(struct csv_layout *l, const struct csvio_row *header,
                     const struct import_options *options)
{
    l->header_count = header->count;
    if (header->count > 0 && header->lengths[header->count - 1] == 0)
        l->header_count--; /* a trailing comma names no column */
    for (size_t i = 0; i < header->count; i++) {
        const struct import_map *map = mapped(header->fields[i], options);
        struct csv_target target;
        if (!find_target(map ? map->ours : header->fields[i], &target))
            continue;
        if (!map && (taken_by_map(&target, options) ||
                     shadowed(header->fields[i], &target, header)))
            continue;
        l->bindings = xgrow(l->bindings, l->count, &l->capacity, sizeof *l->bindings);
        l->bindings[l->count++] = (struct csv_binding){.target = target, .field = i};
        note_target(l, &target);
    }
}

void csv_layout_free(struct csv_layout *l)
{
    free(l->bindings);
    *l = (struct csv_layout){0};
}

/* A column that stands twice has two truths: neither is taken. NULL: none does. */
static const char *find_twice(const struct csv_layout *l, const struct csvio_row *header)
{
    for (size_t i = 0; i < l->count; i++) {
        const char *name = header->fields[l->bindings[i].field];
        for (size_t k = 0; k < i; k++) {
            if (strcasecmp(name, header->fields[l->bindings[k].field]) == 0)
                return name;
        }
    }
    return NULL;
}

static enum err check_twice(const struct csv_layout *l, const struct csvio_row *header,
                            const char *name)
{
    const char *twice = find_twice(l, header);
    if (!twice)
        return ERR_OK;
    err_report(_("%s:1: the column \"%s\" stands twice; remove or rename one"), name,
               twice);
    return ERR_INPUT;
}

bool csv_layout_is_header(const struct csvio_row *row, const struct import_options *o)
{
    size_t named = 0;
    bool names_time = false;
    if (row->count < 2)
        return false;
    for (size_t i = 0; i < row->count; i++) {
        const struct import_map *map = mapped(row->fields[i], o);
        struct csv_target target;
        double number = NAN;
        if (csvio_number(row->fields[i], &number) && !isnan(number))
            return false; /* soon, as there may be millions of malformed rows */
        if (!find_target(map ? map->ours : row->fields[i], &target))
            continue;
        named++;
        names_time |= is_time(&target);
    }
    return names_time && named > 1;
}

bool csv_layout_fits(const struct csv_layout *l, const struct csvio_row *header,
                     const struct import_options *options)
{
    struct csv_layout other = {0};
    csv_layout_bind(&other, header, options);
    bool same = other.count == l->count && other.header_count == l->header_count;
    for (size_t i = 0; same && i < l->count; i++)
        same = l->bindings[i].field == other.bindings[i].field &&
               same_target(&l->bindings[i].target, &other.bindings[i].target);
    csv_layout_free(&other);
    return same;
}

void csv_layout_follow(struct csv_layout *l, const struct csvio_row *header,
                       const struct import_options *options)
{
    struct csv_layout next = {.decimal_comma = l->decimal_comma};
    csv_layout_bind(&next, header, options);
    next.twice = find_twice(&next, header) != NULL;
    csv_layout_free(l);
    *l = next;
}

static enum err check_map(const struct csvio_row *header, const struct import_options *o,
                          const char *name)
{
    for (size_t i = 0; i < o->map_count; i++) {
        if (csvio_column(header, o->map[i].theirs) < 0) {
            err_report(
                _("%s:1: no column \"%s\", which --map %s=%s names; the header is: "
                  "%.*s"),
                name, o->map[i].theirs, o->map[i].ours, o->map[i].theirs,
                (int)(header->raw_len > 300 ? 300 : header->raw_len), header->raw);
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}

enum err csv_layout_check(const struct csv_layout *l, const struct csvio_row *header,
                          const struct import_options *options, const char *name)
{
    enum err err = check_map(header, options, name);
    if (!err)
        err = check_twice(l, header, name);
    if (!err && !csv_layout_usable(l, options)) {
        err_report(
            _("%s:1: the header needs a time (t_utc_ms, t_utc, ts), lat_deg, lon_deg, "
              "and a state or level; name other columns with --map ours=theirs"),
            name);
        err = ERR_INPUT;
    }
    return err;
}
