/* The officer's notes in the workspace. */
#include "lang.h"
#include "workspace.h"
#include "workspace_sql.h"

static enum err query_flag(struct workspace *ws, const char *sql, const char *text,
                           bool *found)
{
    sqlite3_stmt *stmt = NULL;
    const enum err err = workspace_sql_prepare(ws, sql, &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, text);
        *found = sqlite3_step(stmt) == SQLITE_ROW;
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err check_hamlet(struct workspace *ws, const char *hamlet_code)
{
    bool found = false;
    const enum err err =
        query_flag(ws, "SELECT 1 FROM hamlet WHERE hamlet_code = ?", hamlet_code, &found);
    if (err || found)
        return err;
    err_report(_("%s: no hamlet of the code \"%s\"; the codes stand in hamlets.csv"),
               ws->path, hamlet_code);
    return ERR_INPUT;
}

static enum err insert_note(struct workspace *ws, const char *hamlet_code,
                            const struct note *note)
{
    sqlite3_stmt *stmt = NULL;
    enum err err =
        workspace_sql_prepare(ws,
                              "INSERT INTO note (hamlet_code, decision, noted_by, "
                              "noted_day, reason) VALUES (?, ?, ?, ?, ?)",
                              &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, hamlet_code);
        workspace_sql_bind_text(stmt, 2, model_decision_name(note->decision));
        workspace_sql_bind_text(stmt, 3, note->by);
        sqlite3_bind_int(stmt, 4, note->day);
        workspace_sql_bind_text(stmt, 5, note->reason);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

enum err workspace_add_note(struct workspace *ws, const char *hamlet_code,
                            const struct note *note)
{
    enum err err = workspace_begin(ws);
    if (!err)
        err = check_hamlet(ws, hamlet_code);
    if (!err)
        err = workspace_sql_section(ws, "workspace_note");
    if (!err)
        err = insert_note(ws, hamlet_code, note);
    if (!err)
        err = workspace_commit(ws);
    if (err)
        workspace_rollback(ws);
    return err;
}

enum err workspace_each_note(struct workspace *ws, workspace_note_fn take, void *ctx)
{
    bool there = false;
    sqlite3_stmt *stmt = NULL;
    enum err err =
        query_flag(ws, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
                   "note", &there);
    if (err || !there) /* made by an older program, and never noted in */
        return err;
    err = workspace_sql_prepare(ws,
                                "SELECT hamlet_code, decision, noted_by, reason, "
                                "noted_day FROM note "
                                "ORDER BY hamlet_code, noted_day, note_id",
                                &stmt);
    int code = SQLITE_DONE;
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct note note = {
            .decision = judge_verdict_parse(workspace_sql_text(stmt, 1)),
            .by = workspace_sql_text(stmt, 2),
            .reason = workspace_sql_text(stmt, 3),
            .day = sqlite3_column_int(stmt, 4),
        };
        err = take(ctx, workspace_sql_text(stmt, 0), &note);
    }
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    return err;
}
