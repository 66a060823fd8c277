/* The peer of the benchmark for trip logs: one connection that steps through a table with
 * sqlite3_step() and asks for every value, and nothing else:
 *
 *     scan COLUMNS TRIP...          COLUMNS as in "SELECT COLUMNS FROM sample"
 *
 * Prints the rows and the sum of what the values have of bytes, so that nothing can be
 * left out. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "err.h"
#include "xmem.h"

struct scan {
    int64_t rows;
    int64_t bytes;
};

/* As a program that reads the value would ask for it; returns its bytes. */
static int64_t ask(sqlite3_stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        return sqlite3_column_int64(stmt, column) != INT64_MIN ? 8 : 0;
    case SQLITE_FLOAT:
        return sqlite3_column_double(stmt, column) < 1e300 ? 8 : 0;
    case SQLITE_TEXT:
        return sqlite3_column_text(stmt, column) ? sqlite3_column_bytes(stmt, column) : 0;
    case SQLITE_BLOB:
        return sqlite3_column_blob(stmt, column) ? sqlite3_column_bytes(stmt, column) : 0;
    default:
        return 0;
    }
}

static enum err scan_file(const char *path, const char *columns, struct scan *scan)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    char *sql = xasprintf("SELECT %s FROM sample", columns);
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    const int count = sqlite3_column_count(stmt);
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (int i = 0; i < count; i++)
            scan->bytes += ask(stmt, i);
        scan->rows++;
        rc = SQLITE_OK;
    }
    if (rc != SQLITE_DONE)
        fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    free(sql);
    return rc == SQLITE_DONE ? ERR_OK : ERR_INPUT;
}

int main(int argc, char **argv)
{
    struct scan scan = {0};
    enum err err = ERR_OK;
    if (argc < 3) {
        fprintf(stderr, "usage: scan COLUMNS TRIP...\n");
        return ERR_USAGE;
    }
    for (int i = 2; !err && i < argc; i++)
        err = scan_file(argv[i], argv[1], &scan);
    printf("%" PRId64 " rows, %" PRId64 " bytes\n", scan.rows, scan.bytes);
    return err;
}
