/* Trip logs into the field. */
#include "field_log.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crs.h"
#include "frozen.h"
#include "lang.h"
#include "triplog.h"
#include "utc.h"
#include "xmem.h"

enum {
    NEW_TRIPS_MAX = 1024, /* that one run may begin, each over max_file_mb */
    OPERATORS_KEPT = 2,   /* one or many: rows without a name belong to the only one */
};

/* A log of the directory. */
struct trip {
    char *path;
    char uuid[64]; /* once it was opened */
    /* Of the rows that name an operator: "" of many is no operator's. Kept over a
     * restart: the analyzer knows all of the log before it counts. */
    mccmnc_t operators[OPERATORS_KEPT];
    int operator_count;
    bool unnamed; /* a row had none */
};

struct field_log {
    struct field *field;
    struct crs *crs;
    struct quality_limits limits;
    struct trip *trips; /* in the order of reading */
    size_t trip_count, trip_room;
    /* the one that is being read */
    size_t at;
    int64_t last_id; /* ID_UNKNOWN: at its beginning */
    int64_t known;   /* its first rows, which are in the plan's evidence */
    int64_t rows;    /* read of it */
    int32_t utc_offset_s;
    struct frozen frozen;
    struct latlon pos; /* of the last row, and its bin */
    struct tally_key key;
    bool placed;
    bool again; /* what is known of a trip's operators has changed */
    bool failed;
};

static bool is_trip_name(const char *name)
{
    const size_t len = strlen(name);
    return strncmp(name, "trip-", 5) == 0 && len > 10 &&
           strcmp(name + len - 5, ".gpkg") == 0;
}

static int compare_trips(const void *a, const void *b)
{
    const struct trip *x = a, *y = b;
    return strcmp(x->path, y->path);
}

/* `path` is the log's from now on. */
static void push_trip(struct field_log *l, char *path)
{
    l->trips = xgrow(l->trips, l->trip_count, &l->trip_room, sizeof *l->trips);
    l->trips[l->trip_count++] = (struct trip){.path = path};
}

static enum err find_trips(struct field_log *l, const char *directory,
                           const char *current)
{
    DIR *dir = opendir(directory);
    const struct dirent *e;
    if (!dir) {
        err_report(_("%s: cannot be read: %s; earlier trips were looked for"), directory,
                   strerror(errno));
        return ERR_INPUT;
    }
    while ((e = readdir(dir)) != NULL) {
        if (!is_trip_name(e->d_name))
            continue;
        char *path = xasprintf("%s/%s", directory, e->d_name);
        if (current && strcmp(path, current) == 0)
            free(path);
        else
            push_trip(l, path);
    }
    closedir(dir);
    if (l->trip_count > 1)
        qsort(l->trips, l->trip_count, sizeof *l->trips, compare_trips);
    if (current)
        push_trip(l, xstrdup(current));
    return ERR_OK;
}

static void begin_trip(struct field_log *l, size_t at)
{
    l->at = at;
    l->last_id = ID_UNKNOWN;
    l->known = l->rows = 0;
    l->frozen = frozen_begin(true);
    l->pos = geo_none();
}

enum err field_log_open(struct field *field, const char *directory, const char *current,
                        struct field_log **log)
{
    struct field_log *l = xcalloc(1, sizeof *l);
    l->field = field;
    l->limits = field->plan->limits;
    /* A device knows no later time than its own: rows are dated by it, or by GPS. */
    l->limits.now_utc_ms = INT64_MAX - UTC_DAY_MS;
    enum err err = crs_open(field->plan->epsg, field->plan->operation, &l->crs);
    if (!err)
        err = find_trips(l, directory, current);
    if (err) {
        field_log_close(l);
        return err;
    }
    /* all memory now: none is asked for while recording */
    l->trip_room = l->trip_count + NEW_TRIPS_MAX;
    l->trips = xreallocarray(l->trips, l->trip_room, sizeof *l->trips);
    begin_trip(l, 0);
    *log = l;
    return ERR_OK;
}

void field_log_close(struct field_log *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->trip_count; i++)
        free(l->trips[i].path);
    free(l->trips);
    crs_close(l->crs);
    free(l);
}

void field_log_restart(struct field_log *l)
{
    field_reset(l->field);
    l->again = false;
    begin_trip(l, 0);
}

bool field_log_failed(const struct field_log *l)
{
    return l->failed || l->field->full;
}

/* ---- one row ---- */

/* Notes the row's operator; what it changes may concern rows that were counted. */
static void note_operator(struct field_log *l, struct trip *t,
                          const struct triplog_row *row)
{
    const mccmnc_t op = row->sample.mccmnc;
    if (row->malformed)
        return;
    if (op == 0) {
        t->unnamed = true;
        return;
    }
    for (int i = 0; i < t->operator_count; i++) {
        if (t->operators[i] == op)
            return;
    }
    if (t->operator_count == OPERATORS_KEPT)
        return;
    t->operators[t->operator_count++] = op;
    l->again = l->again || t->unnamed;
}

static mccmnc_t operator_of(const struct trip *t, const struct sample *s)
{
    if (s->mccmnc != 0)
        return s->mccmnc;
    return t->operator_count == 1 ? t->operators[0] : 0;
}

static bool place(struct field_log *l, struct latlon pos)
{
    if (pos.lat_deg == l->pos.lat_deg && pos.lon_deg == l->pos.lon_deg)
        return l->placed;
    l->pos = pos;
    l->placed = tally_place(crs_forward(l->crs, pos), l->field->plan->bin_size_m,
                            &l->key.bin_x, &l->key.bin_y);
    return l->placed;
}

static void take_row(struct field_log *l, struct trip *t, const struct triplog_row *row)
{
    const struct quality_row quality = {
        .sample = row->sample, .malformed = row->malformed, .duplicate = row->duplicate};
    const struct sample *s = &row->sample;
    struct tally_part parts[TALLY_PARTS];
    l->last_id = row->sample_id;
    l->rows++;
    note_operator(l, t, row);
    if (frozen_quality(&l->frozen, &quality, &l->limits) != QUALITY_ACCEPTED ||
        l->rows <= l->known || !place(l, s->pos))
        return;
    l->key.mccmnc = operator_of(t, s);
    l->key.day = utc_local_day(s->t_utc_ms, l->utc_offset_s);
    if (l->key.mccmnc == 0)
        return; /* several operators and a row of none: whose hole it is cannot be said */
    const int count = tally_parts(s, row->offset_db, parts);
    field_add(l->field, &l->key, parts, count);
}

/* ---- logs ---- */

/* Rows of the trip that are in the plan's evidence. */
static int64_t known_rows(const struct field_log *l, const char *uuid)
{
    const struct plan *p = l->field->plan;
    for (size_t i = 0; i < p->log_count; i++) {
        if (strcmp(p->logs[i].trip_uuid, uuid) == 0)
            return p->logs[i].rows;
    }
    return 0;
}

/* The same trip, copied in the directory. */
static bool was_read(const struct field_log *l, const char *uuid)
{
    for (size_t i = 0; i < l->at; i++) {
        if (uuid[0] && strcmp(l->trips[i].uuid, uuid) == 0)
            return true;
    }
    return false;
}

static void take_info(struct field_log *l, struct trip *t,
                      const struct triplog_info *info)
{
    memcpy(t->uuid, info->trip_uuid, sizeof t->uuid);
    l->known = was_read(l, t->uuid) ? INT64_MAX : known_rows(l, t->uuid);
    l->utc_offset_s =
        info->has_utc_offset ? info->utc_offset_s : l->field->plan->utc_offset_s;
}

/* True where the plan has all rows of a trip: a look behind them finds none. */
static bool is_known(const struct field_log *l, const struct trip *t)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    struct triplog_row row;
    if (l->known == 0 || l->known == INT64_MAX)
        return l->known > 0;
    if (triplog_open_behind(t->path, l->known, &reader, &info) != ERR_OK)
        return false;
    const bool more = triplog_next(reader, &row) == 1;
    triplog_close(reader);
    return !more;
}

/* Reads on in one log; returns the rows that it had, -1 where it cannot be read. */
static int read_trip(struct field_log *l, struct trip *t, int max_rows)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    struct triplog_row row;
    int rows = 0, got = 1;
    if (triplog_open_behind(t->path, l->last_id, &reader, &info) != ERR_OK)
        return -1;
    if (l->last_id == ID_UNKNOWN) {
        take_info(l, t, &info);
        got = !is_known(l, t);
    }
    while (got == 1 && rows < max_rows && (got = triplog_next(reader, &row)) == 1) {
        take_row(l, t, &row);
        rows++;
    }
    triplog_close(reader);
    return got < 0 ? -1 : rows;
}

/* A log that cannot be read is left out, once and for all: it says so when it is added to
 * the survey, too. */
static void skip_trip(struct field_log *l)
{
    err_warn(_("%s: is left out of the plan's count"), l->trips[l->at].path);
    l->failed = true;
    begin_trip(l, l->at + 1);
}

static void follow(struct field_log *l, const char *current)
{
    const char *last = l->trip_count ? l->trips[l->trip_count - 1].path : "";
    if (!current || !current[0] || strcmp(current, last) == 0)
        return;
    char *path = l->trip_count < l->trip_room ? strdup(current) : NULL;
    if (path)
        l->trips[l->trip_count++] = (struct trip){.path = path};
    else
        l->failed = true;
}

bool field_log_read(struct field_log *l, const char *current, int max_rows)
{
    bool done = false;
    follow(l, current);
    while (!done && max_rows > 0 && l->at < l->trip_count) {
        const int rows = read_trip(l, &l->trips[l->at], max_rows);
        const bool at_end = rows < max_rows;
        max_rows -= rows > 0 ? rows : 1;
        if (rows < 0)
            skip_trip(l);
        else if (at_end && l->at + 1 < l->trip_count)
            begin_trip(l, l->at + 1);
        else
            done = at_end;
    }
    if (l->again) {
        field_log_restart(l);
        return false;
    }
    (void)field_judge(l->field);
    return done || l->at >= l->trip_count;
}
