/* What is read from the workspace: rows as the model takes them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
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
    return err;
}

static enum err hamlet_row(struct query *q, sqlite3_stmt *stmt)
{
    const struct workspace_hamlet h = {
        .hamlet_code = workspace_sql_text(stmt, 0),
        .name = workspace_sql_text(stmt, 1),
        .commune_code = workspace_sql_text(stmt, 2),
        .households = column_count(stmt, 3, ID_UNKNOWN),
        .electricity = yes_no_parse(workspace_sql_text(stmt, 4)),
        .difficult = yes_no_parse(workspace_sql_text(stmt, 5)),
    };
    return q->take.hamlet(q->ctx, &h);
}

enum err workspace_each_hamlet(struct workspace *ws, workspace_hamlet_fn take, void *ctx)
{
    struct query q = {.ws = ws, .row = hamlet_row, .take.hamlet = take, .ctx = ctx};
    return run_query(&q,
                     "SELECT hamlet_code, name, commune_code, households, electricity, "
                     "difficult FROM hamlet ORDER BY hamlet_code");
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
    const void *wkb = sqlite3_column_blob(stmt, 5);
    const size_t size = (size_t)sqlite3_column_bytes(stmt, 5);
    if (!wkb || geo_wkb_read(wkb, size, &a.point) != ERR_OK) {
        a.wkb = wkb;
        a.wkb_size = size;
    }
    if (sqlite3_column_type(stmt, 6) != SQLITE_NULL) {
        a.point.lon_deg = sqlite3_column_double(stmt, 6);
        a.point.lat_deg = sqlite3_column_double(stmt, 7);
    }
    return q->take.area(q->ctx, &a);
}

enum err workspace_each_area(struct workspace *ws, workspace_area_fn take, void *ctx)
{
    struct query q = {.ws = ws, .row = area_row, .take.area = take, .ctx = ctx};
    /* A hamlet's own area first, its clusters by code behind it. The point on surface of
     * a hamlet's polygon stands at the hamlet. */
    return run_query(
        &q, "SELECT a.area_code, a.hamlet_code, a.area_kind, a.name, a.households, "
            "AsBinary(a.geom), CASE a.area_kind WHEN 'polygon' THEN X(h.geom) END, "
            "CASE a.area_kind WHEN 'polygon' THEN Y(h.geom) END "
            "FROM test_area a LEFT JOIN hamlet h ON h.hamlet_code = a.hamlet_code "
            "ORDER BY a.hamlet_code, a.area_kind = 'cluster', a.area_code");
}

static enum err commune_row(struct query *q, sqlite3_stmt *stmt)
{
    const struct workspace_commune c = {
        .code = workspace_sql_text(stmt, 0),
        .name = workspace_sql_text(stmt, 1),
        .province_code = workspace_sql_text(stmt, 2),
        .province = workspace_sql_text(stmt, 3),
        .wkb = sqlite3_column_blob(stmt, 4),
        .wkb_size = (size_t)sqlite3_column_bytes(stmt, 4),
    };
    return q->take.commune(q->ctx, &c);
}

enum err workspace_each_commune(struct workspace *ws, workspace_commune_fn take,
                                void *ctx)
{
    struct query q = {.ws = ws, .row = commune_row, .take.commune = take, .ctx = ctx};
    return run_query(&q, "SELECT code, name, province_code, province, AsBinary(geom) "
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
