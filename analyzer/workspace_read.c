/* What is read from the workspace: rows as the model takes them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "spatialite_blob.h"
#include "workspace.h"
#include "workspace_sql.h"
#include "xmem.h"

static int64_t column_count(sqlite3_stmt *stmt, int at, int64_t missing)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ? missing
                                                        : sqlite3_column_int64(stmt, at);
}

static enum yes_no yes_no_parse(const char *text)
{
    for (int v = YES_NO_UNKNOWN; v <= YES_NO_YES; v++) {
        if (strcmp(text, model_yes_no_name((enum yes_no)v)) == 0)
            return (enum yes_no)v;
    }
    return YES_NO_UNKNOWN;
}

/* Runs a query and calls `row` for each of its rows. */
struct query {
    struct workspace *ws;
    enum err (*row)(struct query *q, sqlite3_stmt *stmt);
    union {
        workspace_hamlet_fn hamlet;
        workspace_area_fn area;
        workspace_commune_fn commune;
        workspace_log_fn log;
        workspace_place_file_fn place_file;
    } take;
    void *ctx;
    sqlite3_stmt *ask; /* of SpatiaLite; NULL before it is needed */
    uint8_t *wkb;      /* of the row */
    size_t wkb_capacity;
};

static enum err run_query(struct query *q, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(q->ws, sql, &stmt);
    int code = SQLITE_DONE;
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        err = q->row(q, stmt);
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(q->ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    sqlite3_finalize(q->ask);
    free(q->wkb);
    return err;
}

enum { ASK_WKB, ASK_X, ASK_Y };

/* For a form of geometry that spatialite_blob leaves to SpatiaLite. The answer stands in
 * q->ask. */
static enum err ask_spatialite(struct query *q, sqlite3_stmt *stmt, int at)
{
    enum err err = ERR_OK;
    if (!q->ask)
        err = workspace_sql_prepare(q->ws, "SELECT AsBinary(?1), X(?1), Y(?1)", &q->ask);
    if (err)
        return err;
    sqlite3_reset(q->ask);
    sqlite3_bind_value(q->ask, 1, sqlite3_column_value(stmt, at));
    if (sqlite3_step(q->ask) != SQLITE_ROW)
        return workspace_sql_fail(q->ws, _("the workspace cannot be read"));
    return ERR_OK;
}

/* NULL, of size 0, for what is no blob. */
static const uint8_t *column_blob(sqlite3_stmt *stmt, int at, size_t *size)
{
    const bool is_blob = sqlite3_column_type(stmt, at) == SQLITE_BLOB;
    const uint8_t *blob = is_blob ? sqlite3_column_blob(stmt, at) : NULL;
    *size = blob ? (size_t)sqlite3_column_bytes(stmt, at) : 0;
    return blob;
}

static enum err column_point(struct query *q, sqlite3_stmt *stmt, int at,
                             struct latlon *point)
{
    size_t size;
    const uint8_t *blob = column_blob(stmt, at, &size);
    if (size == 0 || spatialite_blob_get_point(blob, size, point))
        return ERR_OK;
    const enum err err = ask_spatialite(q, stmt, at);
    if (!err && sqlite3_column_type(q->ask, ASK_X) != SQLITE_NULL)
        *point = (struct latlon){.lat_deg = sqlite3_column_double(q->ask, ASK_Y),
                                 .lon_deg = sqlite3_column_double(q->ask, ASK_X)};
    return err;
}

static uint8_t *room_for_wkb(struct query *q, size_t size)
{
    if (size > q->wkb_capacity) {
        free(q->wkb);
        q->wkb = xmalloc(size);
        q->wkb_capacity = size;
    }
    return q->wkb;
}

/* Valid until the next row; size 0 where there is none. */
static enum err column_wkb(struct query *q, sqlite3_stmt *stmt, int at, struct wkb *wkb)
{
    size_t size;
    const uint8_t *blob = column_blob(stmt, at, &size);
    *wkb = (struct wkb){room_for_wkb(q, size), 0};
    if (size > 0)
        wkb->size = spatialite_blob_get_polygons(blob, size, wkb->data);
    if (size == 0 || wkb->size > 0)
        return ERR_OK;
    const enum err err = ask_spatialite(q, stmt, at);
    if (err)
        return err;
    blob = column_blob(q->ask, ASK_WKB, &size);
    *wkb = (struct wkb){room_for_wkb(q, size), size};
    if (size > 0)
        memcpy(wkb->data, blob, size);
    return ERR_OK;
}

static enum err column_shape_or_point(struct query *q, sqlite3_stmt *stmt, int at,
                                      struct workspace_area *a)
{
    size_t size;
    const uint8_t *blob = column_blob(stmt, at, &size);
    if (spatialite_blob_get_point(blob, size, &a->point))
        return ERR_OK;
    const enum err err = column_wkb(q, stmt, at, &a->shape);
    if (!err && geo_wkb_read(a->shape.data, a->shape.size, &a->point) == ERR_OK)
        a->shape = (struct wkb){0};
    return err;
}

static enum err hamlet_row(struct query *q, sqlite3_stmt *stmt)
{
    struct workspace_hamlet h = {
        .hamlet_code = workspace_sql_text(stmt, 0),
        .name = workspace_sql_text(stmt, 1),
        .commune_code = workspace_sql_text(stmt, 2),
        .households = column_count(stmt, 3, ID_UNKNOWN),
        .electricity = yes_no_parse(workspace_sql_text(stmt, 4)),
        .difficult = yes_no_parse(workspace_sql_text(stmt, 5)),
        .point = geo_none(),
    };
    const enum err err = column_point(q, stmt, 6, &h.point);
    return err ? err : q->take.hamlet(q->ctx, &h);
}

enum err workspace_each_hamlet(struct workspace *ws, workspace_hamlet_fn take, void *ctx)
{
    struct query q = {.ws = ws, .row = hamlet_row, .take.hamlet = take, .ctx = ctx};
    return run_query(&q,
                     "SELECT hamlet_code, name, commune_code, households, electricity, "
                     "difficult, geom FROM hamlet");
}

static enum err area_row(struct query *q, sqlite3_stmt *stmt)
{
    struct workspace_area a = {
        .area_code = workspace_sql_text(stmt, 0),
        .hamlet_code = workspace_sql_text(stmt, 1),
        .name = workspace_sql_text(stmt, 3),
        .households = column_count(stmt, 4, ID_UNKNOWN),
        .point = geo_none(),
    };
    const char *kind = workspace_sql_text(stmt, 2);
    for (int k = AREA_CENTRE; k <= AREA_POLYGON; k++) {
        if (strcmp(kind, model_area_kind_name((enum area_kind)k)) == 0)
            a.kind = (enum area_kind)k;
    }
    const enum err err = column_shape_or_point(q, stmt, 5, &a);
    return err ? err : q->take.area(q->ctx, &a);
}

enum err workspace_each_area(struct workspace *ws, workspace_area_fn take, void *ctx)
{
    struct query q = {.ws = ws, .row = area_row, .take.area = take, .ctx = ctx};
    return run_query(&q, "SELECT area_code, hamlet_code, area_kind, name, households, "
                         "geom FROM test_area");
}

static enum err commune_row(struct query *q, sqlite3_stmt *stmt)
{
    struct workspace_commune c = {
        .code = workspace_sql_text(stmt, 0),
        .name = workspace_sql_text(stmt, 1),
        .province_code = workspace_sql_text(stmt, 2),
        .province = workspace_sql_text(stmt, 3),
    };
    const enum err err = column_wkb(q, stmt, 4, &c.shape);
    return err ? err : q->take.commune(q->ctx, &c);
}

enum err workspace_each_commune(struct workspace *ws, workspace_commune_fn take,
                                void *ctx)
{
    struct query q = {.ws = ws, .row = commune_row, .take.commune = take, .ctx = ctx};
    return run_query(&q, "SELECT code, name, province_code, province, geom "
                         "FROM commune ORDER BY code");
}

static enum err take_rejected(struct workspace *ws, int64_t log_id,
                              struct quality_counts *counts)
{
    sqlite3_stmt *stmt = NULL;
    const enum err err = workspace_sql_prepare(
        ws, "SELECT reason, rows FROM log_rejected WHERE log_id = ?", &stmt);
    if (!err)
        sqlite3_bind_int64(stmt, 1, log_id);
    while (!err && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *reason = workspace_sql_text(stmt, 0);
        for (int r = 0; r < QUALITY_REASON_COUNT; r++) {
            if (strcmp(reason, quality_reason_name((enum quality_reason)r)) == 0)
                counts->rejected[r] = sqlite3_column_int64(stmt, 1);
        }
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err log_row(struct query *q, sqlite3_stmt *stmt)
{
    const int64_t log_id = sqlite3_column_int64(stmt, 0);
    struct model_log log = {
        .file = workspace_sql_text(stmt, 1),
        .sha256 = workspace_sql_text(stmt, 2),
        .trip_uuid = workspace_sql_text(stmt, 3),
        .format = workspace_sql_text(stmt, 4),
        .seal = workspace_sql_text(stmt, 8),
        .options = workspace_sql_text(stmt, 9),
        .counts = {.rows = sqlite3_column_int64(stmt, 5),
                   .accepted = sqlite3_column_int64(stmt, 6),
                   .level_blanked = sqlite3_column_int64(stmt, 7),
                   .level_corrected = sqlite3_column_int64(stmt, 10),
                   .probes = sqlite3_column_int64(stmt, 11),
                   .probes_counted = sqlite3_column_int64(stmt, 12)},
    };
    enum err err = take_rejected(q->ws, log_id, &log.counts);
    if (!err)
        err = workspace_sql_get_suspects(q->ws, log_id, &log.suspects);
    return err ? err : q->take.log(q->ctx, log_id, &log);
}

enum err workspace_each_log(struct workspace *ws, workspace_log_fn take, void *ctx)
{
    struct query q = {.ws = ws, .row = log_row, .take.log = take, .ctx = ctx};
    return run_query(&q,
                     "SELECT log_id, file, sha256, trip_uuid, format, rows, accepted, "
                     "level_blanked, seal, options, level_corrected, probes, "
                     "probes_counted FROM log ORDER BY file, sha256");
}

static enum err place_file_row(struct query *q, sqlite3_stmt *stmt)
{
    const struct model_place_file f = {
        .role = workspace_sql_text(stmt, 0),
        .file = workspace_sql_text(stmt, 1),
        .sha256 = workspace_sql_text(stmt, 2),
    };
    return q->take.place_file(q->ctx, &f);
}

enum err workspace_each_place_file(struct workspace *ws, workspace_place_file_fn take,
                                   void *ctx)
{
    struct query q = {
        .ws = ws, .row = place_file_row, .take.place_file = take, .ctx = ctx};
    return run_query(&q, "SELECT role, file, sha256 FROM place_file ORDER BY role");
}

enum err workspace_get_rule(struct workspace *ws, struct workspace_rule *rule)
{
    sqlite3_stmt *stmt = NULL;
    *rule = (struct workspace_rule){0};
    const enum err err =
        workspace_sql_prepare(ws, "SELECT text, as_of_day FROM rule", &stmt);
    if (!err && sqlite3_step(stmt) == SQLITE_ROW) {
        rule->text = xstrdup(workspace_sql_text(stmt, 0));
        rule->has_as_of = sqlite3_column_type(stmt, 1) != SQLITE_NULL;
        rule->as_of_day = sqlite3_column_int(stmt, 1);
    }
    sqlite3_finalize(stmt);
    return err;
}
