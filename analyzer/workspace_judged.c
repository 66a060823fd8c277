/* What has to be judged again: the tiles whose evidence changed since the verdicts were
 * kept. */
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "workspace.h"
#include "workspace_sql.h"
#include "xmem.h"

/* Not in a workspace made before there were such tables, and not changed since. */
static bool has_changes(struct workspace *ws)
{
    return sqlite3_table_column_metadata(ws->db, NULL, "changed_tile", "tile_x", NULL,
                                         NULL, NULL, NULL, NULL) == SQLITE_OK;
}

/* By this rule, this program, all hamlets, and on evidence from which day on? `all` stays
 * where not. */
static enum err read_judged(struct workspace *ws, const struct rule *rule,
                            struct workspace_changes *c, int32_t *oldest_day)
{
    sqlite3_stmt *stmt = NULL;
    const enum err err =
        workspace_sql_prepare(ws,
                              "SELECT oldest_day FROM judged WHERE rule_sha256 = ?1 AND "
                              "version = ?2 AND EXISTS (SELECT 1 FROM rule WHERE sha256 "
                              "= ?1) AND (SELECT count(*) FROM verdict) = (SELECT "
                              "count(*) FROM hamlet)",
                              &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, rule->sha256);
        workspace_sql_bind_text(stmt, 2, LOMSONG_VERSION);
        if (sqlite3_step(stmt) == SQLITE_ROW) {
            *oldest_day = sqlite3_column_int(stmt, 0);
            c->all = false;
        }
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err read_last(struct workspace *ws, struct workspace_changes *c)
{
    sqlite3_stmt *stmt = NULL;
    const enum err err =
        workspace_sql_prepare(ws, "SELECT max(change_id) FROM changed_tile", &stmt);
    if (!err && sqlite3_step(stmt) == SQLITE_ROW)
        c->last = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return err;
}

/* Evidence of the days from first on, but before `end`, counts no more, or again. */
static enum err read_tiles(struct workspace *ws, int32_t first, int32_t end,
                           struct workspace_changes *c)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws,
        first < end
            ? "SELECT tile_x, tile_y FROM changed_tile WHERE change_id <= ?3 UNION "
              "SELECT tile_x, tile_y FROM tally WHERE last_day >= ?1 AND first_day < ?2 "
              "UNION SELECT bin_x >> 6, bin_y >> 6 FROM probe WHERE day >= ?1 AND day < "
              "?2 ORDER BY 1, 2"
            : "SELECT tile_x, tile_y FROM changed_tile WHERE change_id <= ?3 ORDER BY 1, "
              "2",
        &stmt);
    int code = SQLITE_DONE;
    if (!err) {
        sqlite3_bind_int(stmt, 1, first);
        sqlite3_bind_int(stmt, 2, end);
        sqlite3_bind_int64(stmt, 3, c->last);
    }
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        c->tiles = xgrow(c->tiles, c->count, &c->capacity, sizeof *c->tiles);
        c->tiles[c->count++] =
            (struct bin_tile){sqlite3_column_int(stmt, 0), sqlite3_column_int(stmt, 1)};
    }
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    return err;
}

enum err workspace_get_changes(struct workspace *ws, const struct rule *rule,
                               int32_t oldest_day, struct workspace_changes *changes)
{
    int32_t before = oldest_day;
    *changes = (struct workspace_changes){.all = true};
    if (!has_changes(ws) || sqlite3_db_readonly(ws->db, "main") == 1)
        return ERR_OK; /* nothing is kept where nothing can be written */
    enum err err = read_last(ws, changes);
    if (!err)
        err = read_judged(ws, rule, changes, &before);
    if (err || changes->all)
        return err;
    const int32_t first = before < oldest_day ? before : oldest_day;
    const int32_t end = before < oldest_day ? oldest_day : before;
    err = read_tiles(ws, first, end, changes);
    if (err)
        workspace_changes_free(changes);
    return err;
}

void workspace_changes_free(struct workspace_changes *changes)
{
    free(changes->tiles);
    *changes = (struct workspace_changes){0};
}
