/* Databases as input: since changed bytes rarely make another table, the SQL that makes
 * or changes one. */
#ifndef LOMSONG_FUZZ_SQL_INPUT_H
#define LOMSONG_FUZZ_SQL_INPUT_H

#include <sqlite3.h>

#include "harness.h"

enum { MAX_STATEMENTS = 64, STEPS = 1000, MAX_PAUSES = 300 };

/* The SQL may do anything to its own file and nothing to others. */
static inline int sql_authorize(void *unused, int action, const char *name,
                                const char *value, const char *schema,
                                const char *trigger)
{
    (void)unused;
    (void)value;
    (void)schema;
    (void)trigger;
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
        return SQLITE_DENY;
    if (action == SQLITE_PRAGMA)
        return name && sqlite3_stricmp(name, "encoding") == 0 ? SQLITE_OK : SQLITE_DENY;
    return SQLITE_OK;
}

static inline int sql_pause_or_stop(void *pauses)
{
    return ++*(int *)pauses > MAX_PAUSES;
}

/* Runs what can be run; a statement that is not SQL is skipped. */
static inline void sql_run_each(sqlite3 *db, const char *sql)
{
    for (int i = 0; sql && *sql && i < MAX_STATEMENTS; i++) {
        sqlite3_stmt *stmt = NULL;
        const char *rest = sql;
        if (sqlite3_prepare_v2(db, sql, -1, &stmt, &rest) != SQLITE_OK || rest == sql) {
            sql = strchr(sql, ';');
            sql = sql ? sql + 1 : NULL;
            continue;
        }
        while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
            ;
        sqlite3_finalize(stmt);
        sql = rest;
    }
}

/* True for input that is a database itself, maybe gzipped. */
static inline bool sql_is_file(const uint8_t *data, size_t size)
{
    return (size >= 16 && memcmp(data, "SQLite format 3", 16) == 0) ||
           (size >= 2 && memcmp(data, "\x1f\x8b", 2) == 0);
}

/* Runs the input's statements on a database, which is made where there is none. */
static inline void sql_apply(const char *path, const uint8_t *data, size_t size)
{
    char *sql = xstrndup((const char *)data, size);
    sqlite3 *db = NULL;
    int pauses = 0;
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "PRAGMA page_size=512; PRAGMA journal_mode=OFF;", NULL, NULL,
                       NULL) == SQLITE_OK);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_progress_handler(db, STEPS, sql_pause_or_stop, &pauses);
    CHECK(sqlite3_set_authorizer(db, sql_authorize, NULL) == SQLITE_OK);
    sql_run_each(db, sql);
    CHECK(sqlite3_close(db) == SQLITE_OK);
    free(sql);
}

/* A database made by the input's statements, or the input itself; the caller frees the
 * path. */
static inline char *sql_write(const uint8_t *data, size_t size)
{
    if (sql_is_file(data, size))
        return fuzz_write(".gpkg", data, size);
    char *path = fuzz_path(".gpkg");
    (void)unlink(path);
    sql_apply(path, data, size);
    return path;
}

#endif
