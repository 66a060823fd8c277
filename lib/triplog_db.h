/* What the writer, reader and verifier of trip logs share. Not for other modules. */
#ifndef LOMSONG_TRIPLOG_DB_H
#define LOMSONG_TRIPLOG_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* The tables that hold content, with their primary keys; gpkg_* only describe them. */
struct triplog_table {
    const char *name;
    const char *key;
};
enum { TRIPLOG_SAMPLE_TABLE = 2, TRIPLOG_TABLE_COUNT = 6 };
extern const struct triplog_table triplog_tables[TRIPLOG_TABLE_COUNT];

/* Opens a file nobody vouches for: read-only, defensive, with low limits, leaving nothing
 * beside it where it can be avoided. ERR_INPUT, reported, where it is no SQLite database.
 */
MUST_CHECK enum err triplog_db_open(const char *path, sqlite3 **db);

/* ERR_INPUT, reported, where a content table is a view or virtual table, or `sample`
 * misses. */
MUST_CHECK enum err triplog_db_check_tables(sqlite3 *db, const char *path);

/* From now on only plain reads of the content tables are possible, none through a view.
 */
void triplog_db_restrict(sqlite3 *db);

/* True where the (real) table exists. */
bool triplog_db_has_table(sqlite3 *db, const char *name);

/* A value of a result row as typed, length-prefixed bytes: head, then data. */
struct triplog_value {
    uint8_t head[9]; /* type 'N' 'I' 'R' 'T' 'B', size of data as 8 bytes, big endian */
    uint8_t number[8];
    const void *data; /* may point at number: do not copy the struct */
    size_t size;
};
void triplog_db_value(sqlite3_stmt *stmt, int column, struct triplog_value *value);
/* The bits of a real. */
uint64_t triplog_db_bits(sqlite3_stmt *stmt, int column);

/* The result column of that name, -1 where there is none. */
int triplog_value_column(sqlite3_stmt *stmt, const char *name);
/* A whole number, also where another program stored it as real or text; false, and the
 * value untouched, for anything else. An empty text is missing: true and untouched. */
bool triplog_value_int(sqlite3_stmt *stmt, int column, int64_t *value);
/* Likewise for any number; empty text is NAN. */
bool triplog_value_double(sqlite3_stmt *stmt, int column, double *value);
/* "" for NULL, a BLOB and column -1. */
const char *triplog_value_text(sqlite3_stmt *stmt, int column);

/* The seal of the content as it is: JSON with row counts and SHA-256. Returns SQLite's
 * code; `text` is untouched on failure, `rows` (of sample) may be NULL. */
enum { TRIPLOG_SEAL_SIZE = 512 };
int triplog_db_seal(sqlite3 *db, char text[TRIPLOG_SEAL_SIZE], int64_t *rows);

#endif
