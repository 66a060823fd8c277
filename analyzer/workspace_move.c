/* How hamlets came into their communes, in the workspace. */
#include "lang.h"
#include "workspace_sql.h"

enum err workspace_sql_put_moves(struct workspace *ws, const struct places *places)
{
    sqlite3_stmt *stmt = NULL;
    if (places->crosswalk.count == 0 || !places->moves)
        return ERR_OK;
    enum err err = workspace_sql_section(ws, "workspace_move");
    if (!err)
        err = workspace_sql_prepare(
            ws,
            "INSERT INTO commune_move (hamlet_code, old_commune_code, old_commune, how, "
            "doubt) VALUES (?, ?, ?, ?, ?)",
            &stmt);
    for (size_t i = 0; !err && i < places->hamlets.count; i++) {
        const struct place_move *m = &places->moves[i];
        workspace_sql_bind_text(stmt, 1, places->hamlets.items[i].code);
        workspace_sql_bind_text(stmt, 2, m->old_code);
        workspace_sql_bind_text(stmt, 3, m->old_name);
        workspace_sql_bind_text(stmt, 4, place_how_name(m->how));
        workspace_sql_bind_text(stmt, 5, place_doubt_name(m->doubt));
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

enum err workspace_each_move(struct workspace *ws, workspace_move_fn take, void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    if (!workspace_sql_has(ws, "commune_move"))
        return ERR_OK; /* made without a crosswalk */
    enum err err = workspace_sql_prepare(
        ws,
        "SELECT hamlet_code, old_commune_code, old_commune, how, doubt FROM commune_move "
        "ORDER BY hamlet_code",
        &stmt);
    int code = SQLITE_DONE;
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct commune_move m = {
            .old_code = workspace_sql_text(stmt, 1),
            .old_name = workspace_sql_text(stmt, 2),
            .how = workspace_sql_text(stmt, 3),
            .doubt = workspace_sql_text(stmt, 4),
        };
        err = take(ctx, workspace_sql_text(stmt, 0), &m);
    }
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    return err;
}
