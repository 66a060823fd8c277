/* Inside the workspace: its struct and the few SQLite calls that its files share. */
#ifndef LOMSONG_WORKSPACE_SQL_H
#define LOMSONG_WORKSPACE_SQL_H

#include <sqlite3.h>
#include <string.h>

#include "workspace.h"

struct workspace {
    char *path;
    sqlite3 *db;
    void *spatialite;
    struct workspace_settings settings;
    int write_cache_kib;
    int64_t last_old_log; /* log_ids above it came in this transaction */
    int64_t last_log;     /* the highest log_id given out in it */
};

/* Reports SQLite's last message with the path; returns ERR_FAILED. */
enum err workspace_sql_fail(const struct workspace *ws, const char *what);
MUST_CHECK enum err workspace_sql_exec(struct workspace *ws, const char *sql);
MUST_CHECK enum err workspace_sql_prepare(struct workspace *ws, const char *sql,
                                          sqlite3_stmt **stmt);
/* Runs a section of schema.sql. */
MUST_CHECK enum err workspace_sql_section(struct workspace *ws, const char *name);
/* Steps a statement that returns no row, and resets it. */
MUST_CHECK enum err workspace_sql_run(struct workspace *ws, sqlite3_stmt *stmt);

/* A value of a column, of one of SQLite's types. */
struct workspace_sql_value {
    int type;
    size_t size; /* of a text or blob, which has to stay until the next row */
    union {
        int64_t integer;
        double real;
        const void *bytes;
    };
};

static inline struct workspace_sql_value workspace_sql_of_text(const char *text)
{
    return (struct workspace_sql_value){
        .type = SQLITE_TEXT, .size = text ? strlen(text) : 0, .bytes = text ? text : ""};
}

static inline struct workspace_sql_value workspace_sql_of_blob(const void *bytes,
                                                               size_t size)
{
    return (struct workspace_sql_value){
        .type = SQLITE_BLOB, .size = size, .bytes = bytes};
}

/* NULL for ID_UNKNOWN and TIME_UNKNOWN. */
static inline struct workspace_sql_value workspace_sql_of_count(int64_t value)
{
    const bool known = value != ID_UNKNOWN && value != TIME_UNKNOWN;
    return (struct workspace_sql_value){.type = known ? SQLITE_INTEGER : SQLITE_NULL,
                                        .integer = value};
}

/* NULL for NAN. */
static inline struct workspace_sql_value workspace_sql_of_real(double value)
{
    return (struct workspace_sql_value){.type = SQLITE_FLOAT, .real = value};
}

/* Rows to be inserted. fill() sets the values c1, c2... of row i; it is called for each
 * row once, in order. They come as a table of the connection's own: one of this name in
 * the workspace has no say. */
#define WORKSPACE_SQL_ROWS "temp.lomsong_rows"
struct workspace_sql_rows {
    const char *sql; /* "INSERT INTO t (a, b) SELECT c1, c2 FROM " WORKSPACE_SQL_ROWS */
    size_t count;
    void (*fill)(void *ctx, size_t i, struct workspace_sql_value *values);
    void *ctx;
};
MUST_CHECK enum err workspace_sql_put_rows(struct workspace *ws,
                                           const struct workspace_sql_rows *rows);

/* True where there is a table of that name. */
bool workspace_sql_has(struct workspace *ws, const char *table);

/* Stores how hamlets came into their communes, where there was a crosswalk. */
MUST_CHECK enum err workspace_sql_put_moves(struct workspace *ws,
                                            const struct places *places);

/* Stores a tally as a part of a log's. */
MUST_CHECK enum err workspace_put_tally(struct workspace *ws, const struct tally *tally,
                                        int64_t log_id);

/* Stores the tracks of a log. */
MUST_CHECK enum err workspace_sql_put_tracks(struct workspace *ws,
                                             const struct ingest_log *log,
                                             int64_t log_id);

/* A log's suspicious patterns. */
MUST_CHECK enum err workspace_sql_put_suspects(struct workspace *ws,
                                               const struct ingest_log *log,
                                               int64_t log_id);
MUST_CHECK enum err workspace_sql_get_suspects(struct workspace *ws, int64_t log_id,
                                               struct suspects_found *found);

/* Not copied: the text has to stay until the statement has run. */
void workspace_sql_bind_text(sqlite3_stmt *stmt, int at, const char *text);
/* NULL for ID_UNKNOWN and TIME_UNKNOWN. */
void workspace_sql_bind_count(sqlite3_stmt *stmt, int at, int64_t value);
/* NULL for NAN. */
void workspace_sql_bind_real(sqlite3_stmt *stmt, int at, double value);
/* "" for NULL. */
const char *workspace_sql_text(sqlite3_stmt *stmt, int at);

/* A log's active tests. */
MUST_CHECK enum err workspace_put_probes(struct workspace *ws,
                                         const struct ingest_log *log, int64_t log_id);

#endif
