/* Trip logs: a file as it is, maybe gzipped, or, since changed bytes rarely make another
 * table, the SQL that makes one. */
#include <sqlite3.h>

#include "harness.h"
#include "triplog.h"

enum { MAX_STATEMENTS = 64, STEPS = 1000, MAX_PAUSES = 300 };

/* The SQL may do anything to its own file and nothing to others. */
static int authorize(void *unused, int action, const char *name, const char *value,
                     const char *schema, const char *trigger)
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

static int pause_or_stop(void *pauses)
{
    return ++*(int *)pauses > MAX_PAUSES;
}

/* Runs what can be run; a statement that is not SQL is skipped. */
static void run_sql(sqlite3 *db, const char *sql)
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

static char *make_file(const uint8_t *data, size_t size)
{
    char *path = fuzz_path(".gpkg");
    char *sql = xstrndup((const char *)data, size);
    sqlite3 *db = NULL;
    int pauses = 0;
    (void)unlink(path);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "PRAGMA page_size=512; PRAGMA journal_mode=OFF;", NULL, NULL,
                       NULL) == SQLITE_OK);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_progress_handler(db, STEPS, pause_or_stop, &pauses);
    CHECK(sqlite3_set_authorizer(db, authorize, NULL) == SQLITE_OK);
    run_sql(db, sql);
    CHECK(sqlite3_close(db) == SQLITE_OK);
    free(sql);
    return path;
}

static enum err look(void *ctx, const struct triplog_probe_row *row)
{
    (void)ctx;
    CHECK(row->probe.kind && row->probe.result && row->probe.reason && row->probe.raw);
    CHECK(row->malformed || (*row->probe.kind && *row->probe.result));
    return ERR_OK;
}

/* Rows read; -1 where the file cannot be opened or read to its end. */
static int64_t read_rows(const char *path, struct triplog_info *info)
{
    struct triplog_reader *r = NULL;
    struct triplog_row row;
    int64_t rows = 0;
    int rc;
    if (triplog_open(path, &r, info) != ERR_OK)
        return -1;
    CHECK(strlen(info->trip_uuid) < sizeof info->trip_uuid);
    while ((rc = triplog_next(r, &row)) == 1) {
        rows++;
        CHECK(row.sample.state < STATE_COUNT && row.sample.tech <= TECH_NONE);
    }
    triplog_close(r);
    return rc == 0 && triplog_each_probe(path, look, NULL) == ERR_OK ? rows : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool whole = (size >= 16 && memcmp(data, "SQLite format 3", 16) == 0) ||
                       (size >= 2 && memcmp(data, "\x1f\x8b", 2) == 0);
    char *path = whole ? fuzz_write(".gpkg", data, size) : make_file(data, size);
    const struct ingest_options options = fuzz_options("triplog");
    struct triplog_info info = {.rows = 0};
    struct triplog_verdict verdict = {.rows = -1};
    const int64_t rows = read_rows(path, &info);
    if (triplog_verify(path, &verdict) == ERR_OK && verdict.intact && rows >= 0)
        CHECK(rows == info.rows && rows == verdict.rows && info.sealed == verdict.sealed);
    CHECK(whole || rows == -1 || verdict.intact);
    CHECK(fuzz_log(path, &options) == rows ||
          data[0] == 0x1f); /* gzip: by import alone */
    fuzz_remove(path);
    return 0;
}
