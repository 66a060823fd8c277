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

/* What would be stored in each column: of every type, and what stands for nothing. */
static void fill_values(void *ctx, size_t i, struct workspace_sql_value *v)
{
    (void)ctx;
    v[0] = workspace_sql_of_text(i == 0 ? "a" : NULL);
    v[1] = workspace_sql_of_count(i == 0 ? INT64_MAX : ID_UNKNOWN);
    v[2] = workspace_sql_of_real(i == 0 ? 0.5 : (double)NAN);
    v[3] = workspace_sql_of_blob("\0b", i == 0 ? 2 : 0);
}

static enum err put_values(struct workspace *ws)
{
    const struct workspace_sql_rows rows = {
        .sql = "INSERT INTO target (a, b, c, d) "
               "SELECT c1, c2, c3, c4 FROM " WORKSPACE_SQL_ROWS,
        .count = 2,
        .fill = fill_values,
    };
    return workspace_sql_put_rows(ws, &rows);
}

#define TARGET "CREATE TABLE target (a, b, c, d);"

/* Our rows are stored, and not those of a table that a file has under their name. */
static void test_rows(void **state)
{
    struct workspace *ws =
        changed(state, TARGET "CREATE TABLE lomsong_rows (c1, c2, c3, c4);"
                              "INSERT INTO lomsong_rows VALUES ('theirs', 1, 2, 3)");
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(put_values(ws), ERR_OK);
    assert_int_equal(
        sqlite3_prepare_v2(ws->db,
                           "SELECT group_concat(quote(a) || ' ' || quote(b) || ' ' || "
                           "quote(c) || ' ' || quote(d), '; ') FROM target",
                           -1, &stmt, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0),
                        "'a' 9223372036854775807 0.5 X'0062'; '' NULL NULL X''");
    sqlite3_finalize(stmt);
    workspace_close(ws);
}

/* Nor does a file's trigger get at them. */
static void test_rows_trigger(void **state)
{
    struct workspace *ws =
        changed(state, TARGET "CREATE TRIGGER t AFTER INSERT ON target BEGIN "
                              "INSERT INTO target SELECT * FROM lomsong_rows; END");
    struct capture c;
    capture_start(&c);
    const enum err err = put_values(ws);
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_FAILED);
    assert_non_null(strstr(message, "unsafe use of virtual table"));
    workspace_close(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_long_hash), SCRATCH_TEST(test_functions),
        SCRATCH_TEST(test_views),     SCRATCH_TEST(test_defensive),
        SCRATCH_TEST(test_rows),      SCRATCH_TEST(test_rows_trigger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
