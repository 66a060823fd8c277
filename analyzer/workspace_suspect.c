/* The suspicious patterns of logs, in the workspace. */
#include <string.h>

#include "workspace_sql.h"

enum err workspace_sql_put_suspects(struct workspace *ws, const struct ingest_log *log,
                                    int64_t log_id)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws,
        "INSERT INTO log_suspect (log_id, kind, times, first_row) VALUES (?, ?, ?, ?)",
        &stmt);
    for (int k = 0; !err && k < SUSPECT_COUNT; k++) {
        if (log->suspects.count[k] == 0)
            continue;
        sqlite3_bind_int64(stmt, 1, log_id);
        workspace_sql_bind_text(stmt, 2, suspect_name((enum suspect)k));
        sqlite3_bind_int64(stmt, 3, log->suspects.count[k]);
        sqlite3_bind_int64(stmt, 4, log->suspects.first_line[k]);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

enum err workspace_sql_get_suspects(struct workspace *ws, int64_t log_id,
                                    struct suspects_found *found)
{
    sqlite3_stmt *stmt = NULL;
    *found = (struct suspects_found){.count = {0}};
    if (!workspace_sql_has(ws, "log_suspect"))
        return ERR_OK; /* made before they were kept */
    const enum err err = workspace_sql_prepare(
        ws, "SELECT kind, times, first_row FROM log_suspect WHERE log_id = ?", &stmt);
    if (!err)
        sqlite3_bind_int64(stmt, 1, log_id);
    while (!err && sqlite3_step(stmt) == SQLITE_ROW) {
        for (int k = 0; k < SUSPECT_COUNT; k++) {
            if (strcmp(workspace_sql_text(stmt, 0), suspect_name((enum suspect)k)) != 0)
                continue;
            found->count[k] = sqlite3_column_int64(stmt, 1);
            found->first_line[k] = sqlite3_column_int64(stmt, 2);
        }
    }
    sqlite3_finalize(stmt);
    return err;
}
