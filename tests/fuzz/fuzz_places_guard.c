/* SQLite files of places, before GDAL opens them: what is let through has no view that
 * poses as a table, and a layer that is let through is a plain table. */
#include "places_guard.h"
#include "sql_input.h"

static int64_t count(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t value = -1;
    CHECK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = sql_write(data, size);
    const bool is_database = size > 0 && data[0] != 0x1f && access(path, F_OK) == 0 &&
                             count(path, "SELECT count(*) FROM sqlite_schema") > 0;
    if (places_guard_file(path) == ERR_OK && is_database)
        CHECK(count(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND "
                          "lower(name) IN ('gpkg_contents', 'geometry_columns')") == 0);
    if (places_guard_layer(path, "hamlets") == ERR_OK && is_database)
        CHECK(count(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
                          "lower(name) = 'hamlets' AND rootpage > 0") == 1);
    fuzz_remove(path);
    return 0;
}
