/* How hamlets came into their communes, in the workspace. */
#include "lang.h"
#include "workspace_sql.h"

static void fill_move(void *ctx, size_t i, struct workspace_sql_value *v)
{
    const struct places *places = *(const struct places *const *)ctx;
    const struct place_move *m = &places->moves[i];
    v[0] = workspace_sql_of_text(places->hamlets.items[i].code);
    v[1] = workspace_sql_of_text(m->old_code);
    v[2] = workspace_sql_of_text(m->old_name);
    v[3] = workspace_sql_of_text(place_how_name(m->how));
    v[4] = workspace_sql_of_text(place_doubt_name(m->doubt));
}

enum err workspace_sql_put_moves(struct workspace *ws, const struct places *places)
{
    const struct workspace_sql_rows rows = {
        .sql = "INSERT INTO commune_move (hamlet_code, old_commune_code, old_commune, "
               "how, doubt) SELECT c1, c2, c3, c4, c5 FROM " WORKSPACE_SQL_ROWS,
        .count = places->hamlets.count,
        .fill = fill_move,
        .ctx = &places,
    };
    if (places->crosswalk.count == 0 || !places->moves)
        return ERR_OK;
    const enum err err = workspace_sql_section(ws, "workspace_move");
    return err ? err : workspace_sql_put_rows(ws, &rows);
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
