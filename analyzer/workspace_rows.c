/* Many rows of one table: as many as go into one statement at a time. What a statement
 * costs by itself, cursors, the search for the end of table and index, is more than what
 * a row does. */
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "workspace_sql.h"
#include "xmem.h"

/* "INSERT INTO ... VALUES (?, ?), (?, ?), ..." */
static enum err prepare(struct workspace *ws, const struct workspace_sql_rows *rows,
                        size_t count, sqlite3_stmt **stmt)
{
    const size_t head = strlen(rows->head), row = strlen(rows->row);
    char *sql = xmalloc(head + count * (row + 2) + 1);
    size_t at = head;
    memcpy(sql, rows->head, head);
    for (size_t i = 0; i < count; i++) {
        memcpy(sql + at, i > 0 ? ", " : "  ", 2);
        memcpy(sql + at + 2, rows->row, row);
        at += row + 2;
    }
    sql[at] = '\0';
    const enum err err = workspace_sql_prepare(ws, sql, stmt);
    free(sql);
    return err;
}

/* Rows from..from + count. */
static enum err put(struct workspace *ws, const struct workspace_sql_rows *rows,
                    sqlite3_stmt *stmt, size_t from, size_t count)
{
    const int columns = sqlite3_bind_parameter_count(stmt) / (int)count;
    for (size_t i = 0; i < count; i++)
        rows->bind(rows->ctx, from + i, stmt, (int)i * columns);
    return workspace_sql_run(ws, stmt);
}

enum err workspace_sql_put_rows(struct workspace *ws,
                                const struct workspace_sql_rows *rows)
{
    sqlite3_stmt *many = NULL, *rest = NULL;
    const size_t left = rows->count % WORKSPACE_SQL_ROWS;
    const size_t end = rows->count - left;
    enum err err = ERR_OK;
    if (end > 0)
        err = prepare(ws, rows, WORKSPACE_SQL_ROWS, &many);
    for (size_t i = 0; !err && i < end; i += WORKSPACE_SQL_ROWS)
        err = put(ws, rows, many, i, WORKSPACE_SQL_ROWS);
    if (!err && left > 0)
        err = prepare(ws, rows, left, &rest);
    if (!err && left > 0)
        err = put(ws, rows, rest, end, left);
    sqlite3_finalize(many);
    sqlite3_finalize(rest);
    return err;
}
