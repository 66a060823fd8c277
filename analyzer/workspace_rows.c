/* Many rows of one table: one statement takes them all from a virtual table, whose
 * columns hand out the values. Binding them to a statement's parameters, and opening
 * table and index anew for each, takes as long again as storing them. */
#include <stdlib.h>

#include "workspace_sql.h"
#include "xmem.h"

enum { COLUMNS = 12 };
static const char schema[] =
    "CREATE TABLE x (c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12)";

struct table {
    sqlite3_vtab base;
    const struct workspace_sql_rows *rows;
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct workspace_sql_rows *rows;
    size_t at;
    struct workspace_sql_value values[COLUMNS];
};

static int connect_table(sqlite3 *db, void *rows, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error)
{
    (void)argc, (void)argv, (void)error;
    /* no trigger of a workspace that others changed is to read it */
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    const int code = sqlite3_declare_vtab(db, schema);
    if (code != SQLITE_OK)
        return code;
    struct table *table = xcalloc(1, sizeof *table);
    table->rows = rows;
    *out = &table->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table, (void)info;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct cursor *cursor = xcalloc(1, sizeof *cursor);
    cursor->rows = ((const struct table *)table)->rows;
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    const struct cursor *cursor = (const struct cursor *)base;
    return cursor->at >= cursor->rows->count;
}

static int take_row(struct cursor *cursor)
{
    if (cursor->at < cursor->rows->count)
        cursor->rows->fill(cursor->rows->ctx, cursor->at, cursor->values);
    return SQLITE_OK;
}

static int go_first(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                    sqlite3_value **argv)
{
    (void)plan, (void)name, (void)argc, (void)argv;
    struct cursor *cursor = (struct cursor *)base;
    cursor->at = 0;
    return take_row(cursor);
}

static int go_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    cursor->at++;
    return take_row(cursor);
}

static int get_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
    const struct workspace_sql_value *v = &((struct cursor *)base)->values[column];
    switch (v->type) {
    case SQLITE_INTEGER:
        sqlite3_result_int64(out, v->integer);
        break;
    case SQLITE_FLOAT:
        sqlite3_result_double(out, v->real);
        break;
    case SQLITE_TEXT:
        sqlite3_result_text64(out, v->bytes, v->size, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case SQLITE_BLOB:
        sqlite3_result_blob64(out, v->bytes, v->size, SQLITE_STATIC);
        break;
    default:
        break; /* NULL */
    }
    return SQLITE_OK;
}

static int get_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = (sqlite3_int64)((const struct cursor *)base)->at;
    return SQLITE_OK;
}

enum err workspace_sql_put_rows(struct workspace *ws,
                                const struct workspace_sql_rows *rows)
{
    static const sqlite3_module module = {
        .xConnect = connect_table,
        .xBestIndex = best_index,
        .xDisconnect = disconnect_table,
        .xOpen = open_cursor,
        .xClose = close_cursor,
        .xFilter = go_first,
        .xNext = go_next,
        .xEof = is_at_end,
        .xColumn = get_column,
        .xRowid = get_rowid,
    };
    struct workspace_sql_rows own = *rows;
    sqlite3_stmt *stmt = NULL;
    sqlite3_create_module(ws->db, "lomsong_rows", &module, &own);
    enum err err = workspace_sql_prepare(ws, rows->sql, &stmt);
    if (!err)
        err = workspace_sql_run(ws, stmt);
    sqlite3_finalize(stmt);
    sqlite3_create_module(ws->db, "lomsong_rows", NULL, NULL);
    return err;
}
