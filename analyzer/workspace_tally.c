/* Tallies in the workspace: a row per log and tile of the grid. */
#include <limits.h>
#include <stdlib.h>

#include "lang.h"
#include "workspace.h"
#include "workspace_sql.h"
#include "xmem.h"

struct put {
    struct workspace *ws;
    sqlite3_stmt *stmt;
    int64_t log_id;
};

static enum err put_pack(void *ctx, const struct tally_pack *pack)
{
    const struct put *p = ctx;
    sqlite3_bind_int(p->stmt, 1, pack->tile_x);
    sqlite3_bind_int(p->stmt, 2, pack->tile_y);
    sqlite3_bind_int64(p->stmt, 3, p->log_id);
    sqlite3_bind_int(p->stmt, 4, pack->first_day);
    sqlite3_bind_int(p->stmt, 5, pack->last_day);
    sqlite3_bind_blob64(p->stmt, 6, pack->bytes, pack->size, SQLITE_STATIC);
    return workspace_sql_run(p->ws, p->stmt);
}

enum err workspace_put_tally(struct workspace *ws, const struct tally *tally,
                             int64_t log_id)
{
    struct put p = {.ws = ws, .log_id = log_id};
    enum err err = workspace_sql_prepare(
        ws,
        "INSERT INTO tally (tile_x, tile_y, log_id, first_day, last_day, cells) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        &p.stmt);
    if (!err)
        err = tally_pack(tally, put_pack, &p);
    sqlite3_finalize(p.stmt);
    return err;
}

struct workspace_packs {
    struct workspace *ws;
    sqlite3_stmt *stmt;
    int64_t log_id;               /* of the last pack */
    const struct bin_tile *tiles; /* whose packs are wanted; NULL: all */
    size_t tile_count, next_tile;
};

static enum err damaged(const struct workspace *ws)
{
    err_report(_("%s: a row of the table tally is damaged; make the workspace again"),
               ws->path);
    return ERR_INPUT;
}

/* The order among logs is of no matter: cells add up. */
#define PACKS "SELECT tile_x, tile_y, log_id, first_day, last_day, cells FROM tally"

static enum err open_packs(struct workspace *ws, const char *sql,
                           struct workspace_packs **packs)
{
    struct workspace_packs *p = xcalloc(1, sizeof *p);
    p->ws = ws;
    const enum err err = workspace_sql_prepare(ws, sql, &p->stmt);
    if (err) {
        workspace_packs_close(p);
        return err;
    }
    *packs = p;
    return ERR_OK;
}

enum err workspace_packs_open(struct workspace *ws, struct workspace_packs **packs)
{
    return open_packs(ws, PACKS " ORDER BY tile_x, tile_y", packs);
}

enum err workspace_packs_open_tiles(struct workspace *ws, const struct bin_tile *tiles,
                                    size_t count, struct workspace_packs **packs)
{
    const enum err err = open_packs(ws, PACKS " WHERE tile_x = ? AND tile_y = ?", packs);
    if (!err) {
        (*packs)->tiles = tiles;
        (*packs)->tile_count = count;
    }
    return err;
}

/* SQLITE_ROW with the next row, of the next tile that has one. */
static int step(struct workspace_packs *p)
{
    if (!p->tiles)
        return sqlite3_step(p->stmt);
    int code = p->next_tile > 0 ? sqlite3_step(p->stmt) : SQLITE_DONE;
    while (code == SQLITE_DONE && p->next_tile < p->tile_count) {
        const struct bin_tile *tile = &p->tiles[p->next_tile++];
        sqlite3_reset(p->stmt);
        sqlite3_bind_int(p->stmt, 1, tile->x);
        sqlite3_bind_int(p->stmt, 2, tile->y);
        code = sqlite3_step(p->stmt);
    }
    return code;
}

void workspace_packs_close(struct workspace_packs *packs)
{
    if (!packs)
        return;
    sqlite3_finalize(packs->stmt);
    free(packs);
}

/* The bins of a tile must be numbers of a bin. */
static bool is_tile(int64_t tile)
{
    return tile >= INT32_MIN / TALLY_TILE_BINS && tile <= INT32_MAX / TALLY_TILE_BINS;
}

int workspace_packs_next(struct workspace_packs *p, struct tally_pack *pack)
{
    const int code = step(p);
    if (code == SQLITE_DONE)
        return 0;
    if (code != SQLITE_ROW) {
        (void)workspace_sql_fail(p->ws, _("the workspace cannot be read"));
        return -1;
    }
    const int64_t tile_x = sqlite3_column_int64(p->stmt, 0);
    const int64_t tile_y = sqlite3_column_int64(p->stmt, 1);
    p->log_id = sqlite3_column_int64(p->stmt, 2);
    *pack = (struct tally_pack){
        .tile_x = (int32_t)tile_x,
        .tile_y = (int32_t)tile_y,
        .first_day = sqlite3_column_int(p->stmt, 3),
        .last_day = sqlite3_column_int(p->stmt, 4),
        .bytes = sqlite3_column_blob(p->stmt, 5),
        .size = (size_t)sqlite3_column_bytes(p->stmt, 5),
    };
    if (pack->size > 0 && is_tile(tile_x) && is_tile(tile_y))
        return 1;
    (void)damaged(p->ws);
    return -1;
}

static enum err each_cell(const struct workspace_packs *p, const struct tally_pack *pack,
                          workspace_tally_fn take, void *ctx)
{
    struct tally_unpacker u;
    struct tally_cell cell;
    struct tally_level levels[LEVEL_SPAN];
    enum err err = ERR_OK;
    int got = tally_unpack_begin(&u, pack) ? 1 : -1;
    while (!err && got > 0 && (got = tally_unpack_next(&u, &cell, levels)) > 0)
        err = take(ctx, &cell, p->log_id);
    return !err && got < 0 ? damaged(p->ws) : err;
}

/* Reads the packs to their end, and closes them. */
static enum err each_pack(struct workspace_packs *packs, workspace_tally_fn take,
                          void *ctx)
{
    struct tally_pack pack;
    int got = 0;
    enum err err = ERR_OK;
    while (!err && (got = workspace_packs_next(packs, &pack)) > 0)
        err = each_cell(packs, &pack, take, ctx);
    workspace_packs_close(packs);
    return !err && got < 0 ? ERR_INPUT : err;
}

enum err workspace_each_tally(struct workspace *ws, workspace_tally_fn take, void *ctx)
{
    struct workspace_packs *packs = NULL;
    const enum err err = workspace_packs_open(ws, &packs);
    return err ? err : each_pack(packs, take, ctx);
}

enum err workspace_each_tally_near(struct workspace *ws, const struct workspace_box *box,
                                   workspace_tally_fn take, void *ctx)
{
    struct workspace_packs *packs = NULL;
    const enum err err = open_packs(
        ws, PACKS " WHERE tile_x BETWEEN ? AND ? AND tile_y BETWEEN ? AND ?", &packs);
    if (err)
        return err;
    sqlite3_bind_int(packs->stmt, 1, tally_tile(box->x_min));
    sqlite3_bind_int(packs->stmt, 2, tally_tile(box->x_max));
    sqlite3_bind_int(packs->stmt, 3, tally_tile(box->y_min));
    sqlite3_bind_int(packs->stmt, 4, tally_tile(box->y_max));
    return each_pack(packs, take, ctx);
}

enum err workspace_days(struct workspace *ws, int32_t *first, int32_t *last)
{
    sqlite3_stmt *stmt = NULL;
    *first = *last = INT32_MIN;
    const enum err err = workspace_sql_prepare(
        ws, "SELECT min(first_day), max(last_day) FROM tally", &stmt);
    if (!err && sqlite3_step(stmt) == SQLITE_ROW &&
        sqlite3_column_type(stmt, 0) != SQLITE_NULL) {
        *first = sqlite3_column_int(stmt, 0);
        *last = sqlite3_column_int(stmt, 1);
    }
    sqlite3_finalize(stmt);
    return err;
}
