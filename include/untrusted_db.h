/* SQLite files that may be hostile. A file from elsewhere is input: its schema is not
 * believed, its views and triggers never run. */
#ifndef LOMSONG_UNTRUSTED_DB_H
#define LOMSONG_UNTRUSTED_DB_H

#include <sqlite3.h>
#include <stdbool.h>

#include "err.h"

/* Opens a file nobody vouches for: read-only, defensive, with low limits, leaving nothing
 * beside it where it can be avoided. ERR_INPUT, reported, where it is no SQLite database;
 * the message says what was `wanted` ("a trip log (.gpkg)", translated). */
MUST_CHECK enum err untrusted_db_open(const char *path, const char *wanted, sqlite3 **db);

/* Whether the file is only whole together with another beside it (-wal, -journal). */
bool untrusted_db_is_live(const char *path);

/* 1 for a real table, 0 where nothing has that name, -1 for anything else (a view, a
 * virtual table). */
int untrusted_db_table_kind(sqlite3 *db, const char *name);

/* From now on only plain reads of these tables (NULL ends the list, which must outlive
 * the connection) are possible, none through a view. */
void untrusted_db_restrict(sqlite3 *db, const char *const *tables);

#endif
