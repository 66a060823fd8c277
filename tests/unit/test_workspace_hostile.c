/* Workspaces that somebody changed: what stands in them is data, and nothing runs. */
#include "../support/scratch.h"

#include <sqlite3.h>

#include "../support/capture.h"
#include "workspace.h"
#include "workspace_sql.h"

#define SHA_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct ingest_log new_log(const char *sha256)
{
    struct ingest_log log = {.path = "log.gpkg",
                             .file = "log.gpkg",
                             .trip_uuid = "trip",
                             .format = &import_formats[0],
                             .counts = {.rows = 10, .accepted = 10},
                             .tally = tally_new()};
    snprintf(log.sha256, sizeof log.sha256, "%s", sha256);
    return log;
}

static enum err put(struct workspace *ws, const char *sha256)
{
    struct ingest_log log = new_log(sha256);
    enum err err = workspace_begin(ws);
    if (!err)
        err = workspace_put_log(ws, &log);
    if (!err)
        err = workspace_commit(ws);
    workspace_rollback(ws);
    tally_free(log.tally);
    return err;
}

/* A workspace with a log, then changed by SQL. */
static struct workspace *changed(void **state, const char *sql)
{
    static const struct workspace_settings settings = {
        .region = "vn", .epsg = 3405, .bin_size_m = 50};
    struct workspace *ws = NULL;
    sqlite3 *db = NULL;
    char *message = NULL;
    const char *path = scratch_path(*state, "work.sqlite");
    assert_int_equal(workspace_create(path, &settings, &ws), ERR_OK);
    assert_int_equal(put(ws, SHA_64), ERR_OK);
    workspace_close(ws);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
    assert_int_equal(workspace_open(path, &ws), ERR_OK);
    return ws;
}

/* Longer than any hash: its beginning decides which of two equal states is kept. */
static void test_long_hash(void **state)
{
    struct workspace *ws = changed(state, "UPDATE log SET sha256 = sha256 || sha256");
    static const struct {
        const char *sha256;
        int fate;
    } rows[] = {{SHA_64, LOG_OLDER}, {"0", LOG_REPLACES}, {"1", LOG_OLDER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ingest_log log = new_log(rows[i].sha256);
        assert_int_equal(workspace_log_fate(ws, &log), rows[i].fate);
        tally_free(log.tally);
    }
    workspace_close(ws);
}

static void assert_failure(struct workspace *ws, const char *expected)
{
    struct capture c;
    capture_start(&c);
    const enum err err = put(ws, "0");
    const char *message = capture_stop(&c);
    assert_int_not_equal(err, ERR_OK);
    if (!strstr(message, expected))
        fail_msg("\"%s\" is not in: %s", expected, message);
    workspace_close(ws);
}

/* SpatiaLite's functions are there for us, not for what a file's triggers make of them.
 */
static void test_functions(void **state)
{
    assert_failure(changed(state, "CREATE TRIGGER t AFTER INSERT ON log BEGIN "
                                  "SELECT ST_AsText(MakePoint(1, 2)); END"),
                   "unsafe use of MakePoint()");
}

static void test_views(void **state)
{
    assert_failure(changed(state, "ALTER TABLE log RENAME TO other;"
                                  "CREATE VIEW log AS SELECT * FROM other"),
                   "views");
}

/* Neither the schema nor what an index keeps can be written as if it were rows. */
static void test_defensive(void **state)
{
    struct workspace *ws = changed(state, "SELECT 1");
    assert_int_not_equal(sqlite3_exec(ws->db,
                                      "PRAGMA writable_schema = ON;"
                                      "UPDATE sqlite_schema SET sql = ''",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
    workspace_close(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_long_hash),
        SCRATCH_TEST(test_functions),
        SCRATCH_TEST(test_views),
        SCRATCH_TEST(test_defensive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
