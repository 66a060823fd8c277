/* Tracks in the workspace. */
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "workspace.h"
#include "workspace_sql.h"
#include "xmem.h"

enum err workspace_sql_put_tracks(struct workspace *ws, const struct ingest_log *log,
                                  int64_t log_id)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws,
        "INSERT INTO track (log_id, day, first_utc_ms, last_utc_ms, samples, operators, "
        "path) VALUES (?, ?, ?, ?, ?, ?, ?)",
        &stmt);
    for (size_t i = 0; !err && i < log->track_count; i++) {
        const struct track *t = &log->tracks[i];
        sqlite3_bind_int64(stmt, 1, log_id);
        sqlite3_bind_int(stmt, 2, t->day);
        workspace_sql_bind_count(stmt, 3, t->first_utc_ms);
        workspace_sql_bind_count(stmt, 4, t->last_utc_ms);
        sqlite3_bind_int64(stmt, 5, t->samples);
        workspace_sql_bind_text(stmt, 6, t->operators);
        sqlite3_bind_blob64(stmt, 7, t->path, t->path_size, SQLITE_STATIC);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err take_row(sqlite3_stmt *stmt, workspace_track_fn take, void *ctx)
{
    const size_t size = (size_t)sqlite3_column_bytes(stmt, 6);
    struct track t = {
        .day = sqlite3_column_int(stmt, 1),
        .first_utc_ms = sqlite3_column_int64(stmt, 2),
        .last_utc_ms = sqlite3_column_int64(stmt, 3),
        .samples = sqlite3_column_int64(stmt, 4),
        .operators = xstrdup(workspace_sql_text(stmt, 5)),
        .path = xmalloc(size + 1),
        .path_size = size,
    };
    if (size > 0)
        memcpy(t.path, sqlite3_column_blob(stmt, 6), size);
    const enum err err = take(ctx, workspace_sql_text(stmt, 0), &t);
    free(t.operators);
    free(t.path);
    return err;
}

enum err workspace_each_track(struct workspace *ws, workspace_track_fn take, void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    if (!workspace_sql_has(ws, "track"))
        return ERR_OK; /* made before there were tracks */
    enum err err = workspace_sql_prepare(
        ws,
        "SELECT sha256, day, track.first_utc_ms, track.last_utc_ms, samples, operators, "
        "path FROM track JOIN log USING (log_id) ORDER BY file, sha256, day",
        &stmt);
    int code = SQLITE_DONE;
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        err = take_row(stmt, take, ctx);
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    return err;
}
