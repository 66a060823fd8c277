/* The workspace: logs go in and out exactly, a failed change leaves no trace, settings
 * come back as they were. */
#include "../support/scratch.h"

#include <sqlite3.h>
#include <unistd.h>

#include "../support/capture.h"
#include "workspace.h"
#include "workspace_sql.h"

static const struct workspace_settings settings = {
    .region = "vn",
    .epsg = 3405,
    .bin_size_m = 50,
    .limits = {.max_acc_m = 33.25, .max_fix_age_ms = 4000, .max_level_age_ms = 6000}};

static struct workspace *new_workspace(void)
{
    struct workspace *ws = NULL;
    assert_int_equal(workspace_create(":memory:", &settings, &ws), ERR_OK);
    return ws;
}

/* A log with a tally of its own, made from its number. */
static struct ingest_log new_log(int number, const char *trip_uuid, int64_t rows)
{
    struct ingest_log log = {
        .path = "dir/log",
        .format = &import_formats[0],
        .counts = {.rows = rows, .accepted = rows - 1, .level_blanked = number},
        .first_utc_ms = 1000 + number,
        .last_utc_ms = 2000 + number,
        .tally = tally_new(),
    };
    snprintf(log.file, sizeof log.file, "log%d.csv", number % 100);
    snprintf(log.sha256, sizeof log.sha256, "%064d", number);
    snprintf(log.trip_uuid, sizeof log.trip_uuid, "%s", trip_uuid);
    log.counts.rejected[QUALITY_STALE_FIX] = 1;
    for (int i = 0; i < 5; i++) {
        struct tally_cell *c = tally_cell(
            log.tally,
            (struct tally_key){.bin_x = i,
                               .bin_y = -number,
                               .mccmnc = mccmnc_parse(i % 2 ? "45204" : "310410"),
                               .day = 20000 + i,
                               .tech = (uint8_t)(i == 4 ? TECH_NONE : i)});
        tally_add_level(c, -100 - i, (uint32_t)number + 1);
        tally_add_level(c, -60, 2);
        tally_add_level(c, LEVEL_NONE, 3);
        c->no_service = (uint64_t)i;
        tally_add_time(c, 1000 + number);
    }
    return log;
}

static void put(struct workspace *ws, int number, const char *trip_uuid, int64_t rows)
{
    struct ingest_log log = new_log(number, trip_uuid, rows);
    assert_int_equal(workspace_begin(ws), ERR_OK);
    assert_int_equal(workspace_put_log(ws, &log), ERR_OK);
    assert_int_equal(workspace_commit(ws), ERR_OK);
    tally_free(log.tally);
}

static int fate(struct workspace *ws, int number, const char *trip_uuid, int64_t rows)
{
    struct ingest_log log = new_log(number, trip_uuid, rows);
    const int result = workspace_log_fate(ws, &log);
    tally_free(log.tally);
    return result;
}

/* All that is stored of the logs, as a text without the numbers of the logs. */
static char *evidence(struct workspace *ws)
{
    static const char *const queries[] = {
        "SELECT "
        "file||sha256||trip_uuid||format||rows||'/'||accepted||'/'||level_blanked||"
        "'/'||first_utc_ms||last_utc_ms FROM log ORDER BY 1",
        "SELECT sha256||reason||r.rows FROM log_rejected r LEFT JOIN log USING (log_id) "
        "ORDER BY 1",
        "SELECT coalesce(sha256, 'orphan')||'/'||tile_x||'/'||tile_y||'/'||first_day||"
        "'/'||last_day||hex(cells) FROM tally t LEFT JOIN log USING (log_id) ORDER BY 1"};
    char *all = xstrdup("");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        sqlite3_stmt *stmt = NULL;
        assert_int_equal(workspace_sql_prepare(ws, queries[i], &stmt), ERR_OK);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            char *more = xasprintf("%s\n%s", all, workspace_sql_text(stmt, 0));
            free(all);
            all = more;
        }
        sqlite3_finalize(stmt);
    }
    return all;
}

static void assert_evidence(struct workspace *ws, const char *expected)
{
    char *now = evidence(ws);
    assert_string_equal(now, expected);
    free(now);
}

static void remove_log(struct workspace *ws, const char *name, const char *expected_file)
{
    char *removed = NULL;
    assert_int_equal(workspace_begin(ws), ERR_OK);
    assert_int_equal(workspace_remove_log(ws, name, &removed), ERR_OK);
    assert_int_equal(workspace_commit(ws), ERR_OK);
    assert_string_equal(removed, expected_file);
    free(removed);
}

/* Removing fails with a message that names the log. */
static void assert_not_removed(struct workspace *ws, const char *name)
{
    struct capture c;
    char *removed = NULL;
    char *before = evidence(ws);
    capture_start(&c);
    const enum err err = workspace_remove_log(ws, name, &removed);
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    assert_null(removed);
    assert_non_null(strstr(message, name));
    assert_evidence(ws, before);
    free(before);
}

static void test_put_and_remove(void **state)
{
    struct workspace *ws = new_workspace();
    (void)state;
    char *empty = evidence(ws);
    put(ws, 1, "", 10);
    char *one = evidence(ws);
    put(ws, 2, "trip-2", 20);
    char *two = evidence(ws);
    put(ws, 3, "", 30);
    assert_string_not_equal(one, two);
    remove_log(ws, "elsewhere/log3.csv", "log3.csv"); /* by the name of a path's file */
    assert_evidence(ws, two);
    remove_log(ws, "trip-2", "log2.csv");
    assert_evidence(ws, one);
    char hash[SHA256_TEXT_SIZE];
    snprintf(hash, sizeof hash, "%064d", 1);
    remove_log(ws, hash, "log1.csv");
    assert_evidence(ws, empty);
    free(empty);
    free(one);
    free(two);
    workspace_close(ws);
}

static void test_not_removed(void **state)
{
    struct workspace *ws = new_workspace();
    (void)state;
    put(ws, 1, "", 10);
    put(ws, 101, "", 10); /* of the same file name */
    assert_not_removed(ws, "log1.csv");
    assert_not_removed(ws, "nowhere.csv");
    assert_not_removed(ws, "0000000");  /* too short for a hash */
    assert_not_removed(ws, "00000000"); /* begins both hashes */
    assert_not_removed(ws, "%");
    workspace_close(ws);
}

static void test_same_bytes(void **state)
{
    struct workspace *ws = new_workspace();
    (void)state;
    put(ws, 1, "trip-1", 10);
    char *before = evidence(ws);
    assert_int_equal(fate(ws, 1, "trip-1", -1), LOG_KNOWN);
    put(ws, 1, "trip-1", 10);
    assert_evidence(ws, before);
    free(before);
    workspace_close(ws);
}

/* Of a trip's states the one with more rows stays, in any order. */
static void test_trip_states(void **state)
{
    static const int orders[6][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3},
                                     {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    (void)state;
    struct workspace *alone = new_workspace();
    put(alone, 3, "trip", 300);
    char *expected = evidence(alone);
    workspace_close(alone);
    for (size_t i = 0; i < 6; i++) {
        struct workspace *ws = new_workspace();
        for (size_t k = 0; k < 3; k++)
            put(ws, orders[i][k], "trip", orders[i][k] * 100);
        assert_evidence(ws, expected);
        assert_int_equal(fate(ws, 4, "trip", 299), LOG_OLDER);
        assert_int_equal(fate(ws, 4, "trip", 301), LOG_REPLACES);
        assert_int_equal(fate(ws, 4, "other", 1), LOG_NEW);
        assert_int_equal(fate(ws, 4, "", 1), LOG_NEW);
        workspace_close(ws);
    }
    free(expected);
}

/* States with the same number of rows: one of them, whichever came first. */
static void test_equal_states(void **state)
{
    struct workspace *one = new_workspace();
    struct workspace *two = new_workspace();
    (void)state;
    put(one, 1, "trip", 10);
    put(one, 2, "trip", 10);
    put(two, 2, "trip", 10);
    put(two, 1, "trip", 10);
    char *expected = evidence(one);
    assert_evidence(two, expected);
    free(expected);
    workspace_close(one);
    workspace_close(two);
}

static void test_rollback(void **state)
{
    struct workspace *ws = new_workspace();
    struct ingest_log log = new_log(2, "trip", 20);
    char *removed = NULL;
    (void)state;
    put(ws, 1, "trip", 10);
    char *before = evidence(ws);
    assert_int_equal(workspace_begin(ws), ERR_OK);
    assert_int_equal(workspace_put_log(ws, &log), ERR_OK);
    assert_int_equal(workspace_remove_log(ws, "log2.csv", &removed), ERR_OK);
    workspace_rollback(ws);
    assert_evidence(ws, before);
    workspace_rollback(ws); /* without a change is legal */
    free(removed);
    free(before);
    tally_free(log.tally);
    workspace_close(ws);
}

/* A full disk in the middle of one log: neither it nor what comes after is kept. */
static void test_full(void **state)
{
    struct workspace *ws = new_workspace();
    struct ingest_log first_log = new_log(2, "", 20);
    struct ingest_log second_log = new_log(3, "", 30);
    struct capture c;
    (void)state;
    for (int i = 0; i < 40000; i++) {
        const struct tally_key key = {.bin_x = 10 + i, .mccmnc = 45204};
        tally_add_level(tally_cell(first_log.tally, key), -90, 1);
        tally_add_level(tally_cell(second_log.tally, key), -90, 1);
    }
    put(ws, 1, "", 10);
    char *before = evidence(ws);
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(workspace_sql_prepare(ws, "PRAGMA page_count", &stmt), ERR_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    char *limit =
        xasprintf("PRAGMA max_page_count = %d", sqlite3_column_int(stmt, 0) + 20);
    sqlite3_finalize(stmt);
    assert_int_equal(workspace_sql_exec(ws, limit), ERR_OK);
    capture_start(&c);
    assert_int_equal(workspace_begin(ws), ERR_OK);
    const enum err first = workspace_put_log(ws, &first_log);
    const enum err second = workspace_put_log(ws, &second_log);
    workspace_rollback(ws);
    const char *message = capture_stop(&c);
    assert_int_equal(first, ERR_FAILED);
    assert_int_equal(second, ERR_FAILED);
    assert_non_null(strstr(message, "full"));
    assert_evidence(ws, before);
    free(before);
    free(limit);
    tally_free(first_log.tally);
    tally_free(second_log.tally);
    workspace_close(ws);
}

struct sum {
    uint64_t levels, no_level, no_service;
    int cells;
    int64_t log_id;
};

static enum err take_cell(void *ctx, const struct tally_cell *c, int64_t log_id)
{
    struct sum *s = ctx;
    s->levels += tally_level_sum(c);
    s->no_level += c->no_level;
    s->no_service += c->no_service;
    s->cells++;
    s->log_id = log_id;
    if (c->key.bin_x == 4) {
        assert_int_equal(c->key.tech, TECH_NONE);
        assert_int_equal(c->key.mccmnc, mccmnc_parse("310410"));
        assert_int_equal(c->key.bin_y, -7);
        assert_int_equal(c->key.day, 20004);
        assert_int_equal(c->level_count, 2);
        assert_int_equal(c->levels[0].dbm, -104);
        assert_int_equal(c->levels[0].count, 8);
        assert_true(c->first_utc_ms == 1007);
    }
    return ERR_OK;
}

static enum err stop(void *ctx, const struct tally_cell *c, int64_t log_id)
{
    (void)c;
    (void)log_id;
    (*(int *)ctx)++;
    return ERR_USAGE;
}

static void test_read_tally(void **state)
{
    struct workspace *ws = new_workspace();
    struct sum sum = {.cells = 0};
    int calls = 0;
    struct capture c;
    (void)state;
    put(ws, 7, "", 10);
    assert_int_equal(workspace_each_tally(ws, take_cell, &sum), ERR_OK);
    assert_int_equal(sum.cells, 5);
    assert_int_equal(sum.levels, 5 * (8 + 2));
    assert_int_equal(sum.no_level, 5 * 3);
    assert_int_equal(sum.no_service, 0 + 1 + 2 + 3 + 4);
    assert_int_equal(workspace_each_tally(ws, stop, &calls), ERR_USAGE);
    assert_int_equal(calls, 1);
    /* what another program broke is told, not counted */
    assert_int_equal(workspace_sql_exec(ws, "UPDATE tally SET cells = x'0102'"), ERR_OK);
    capture_start(&c);
    const enum err err = workspace_each_tally(ws, take_cell, &sum);
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(message, "tally"));
    workspace_close(ws);
}

static enum err take_log(void *ctx, int64_t log_id, const struct model_log *log)
{
    char **names = ctx;
    char *more = xasprintf("%s %s", *names, log->file);
    (void)log_id;
    free(*names);
    *names = more;
    assert_int_equal(log->counts.rows,
                     log->counts.accepted + log->counts.rejected[QUALITY_STALE_FIX]);
    return ERR_OK;
}

static void test_read_logs(void **state)
{
    struct workspace *ws = new_workspace();
    char *names = xstrdup("");
    (void)state;
    put(ws, 9, "", 10);
    put(ws, 1, "", 10);
    put(ws, 5, "", 10);
    assert_int_equal(workspace_each_log(ws, take_log, &names), ERR_OK);
    assert_string_equal(names, " log1.csv log5.csv log9.csv");
    free(names);
    workspace_close(ws);
}

static void test_file(void **state)
{
    struct scratch *s = *state;
    struct workspace *ws = NULL, *other = NULL;
    struct capture c;
    const char *path = scratch_path(s, "work.sqlite");
    assert_int_equal(workspace_create(path, &settings, &ws), ERR_OK);
    put(ws, 1, "", 10);
    char *before = evidence(ws);
    workspace_close(ws);
    assert_int_equal(workspace_open(path, &ws), ERR_OK);
    assert_evidence(ws, before);
    const struct workspace_settings *kept = workspace_settings(ws);
    assert_string_equal(kept->region, "vn");
    assert_int_equal(kept->epsg, 3405);
    assert_true(kept->bin_size_m == 50 && kept->limits.max_acc_m == 33.25);
    assert_int_equal(kept->limits.max_fix_age_ms, 4000);
    assert_int_equal(kept->limits.max_level_age_ms, 6000);
    capture_start(&c);
    const enum err made = workspace_create(path, &settings, &other);
    const char *message = capture_stop(&c);
    assert_int_equal(made, ERR_FAILED);
    assert_non_null(strstr(message, path));
    assert_evidence(ws, before);
    free(before);
    workspace_close(ws);
}

static void assert_not_opened(const char *path, const char *expected)
{
    struct workspace *ws = NULL;
    struct capture c;
    capture_start(&c);
    const enum err err = workspace_open(path, &ws);
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    assert_null(ws);
    assert_non_null(strstr(message, path));
    assert_non_null(strstr(message, expected));
}

static void test_no_workspace(void **state)
{
    struct scratch *s = *state;
    assert_not_opened(scratch_path(s, "nowhere.sqlite"), "make one");
    assert_not_opened(
        scratch_write(s, "text.sqlite", "no database at all, but long enough"),
        "not a workspace");
    assert_not_opened(scratch_write(s, "empty.sqlite", ""), "not a workspace");
    assert_int_not_equal(access(scratch_path(s, "nowhere.sqlite"), F_OK), 0);
}

/* What other versions of the program have made. */
static void test_other_form(void **state)
{
    static const struct {
        const char *sql;
        const char *expected;
    } rows[] = {
        {"PRAGMA user_version = 1", "older"},
        {"PRAGMA user_version = 9999", "newer"},
        {"PRAGMA application_id = 1", "not a workspace"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scratch *s = *state;
        struct workspace *ws = NULL;
        sqlite3 *db = NULL;
        const char *path = scratch_path(s, "work.sqlite");
        assert_int_equal(workspace_create(path, &settings, &ws), ERR_OK);
        workspace_close(ws);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_not_opened(path, rows[i].expected);
        assert_int_equal(unlink(path), 0);
    }
}

/* Two copies of a log, both read before either was kept: the smaller name stays. */
static void test_copies(void **state)
{
    static const struct {
        const char *first, *second, *kept;
    } rows[] = {{"b.csv", "a.csv", "a.csv"}, {"a.csv", "b.csv", "a.csv"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct workspace *ws = new_workspace();
        struct ingest_log log = new_log(1, "", 10);
        assert_int_equal(workspace_begin(ws), ERR_OK);
        snprintf(log.file, sizeof log.file, "%s", rows[i].first);
        assert_int_equal(workspace_put_log(ws, &log), ERR_OK);
        char *before = evidence(ws);
        snprintf(log.file, sizeof log.file, "%s", rows[i].second);
        assert_int_equal(workspace_put_log(ws, &log), ERR_OK);
        assert_int_equal(workspace_commit(ws), ERR_OK);
        memcpy(strstr(before, rows[i].first), rows[i].kept, strlen(rows[i].kept));
        assert_evidence(ws, before);

        /* what was there before this transaction keeps its name */
        assert_int_equal(workspace_begin(ws), ERR_OK);
        snprintf(log.file, sizeof log.file, "0.csv");
        assert_int_equal(workspace_put_log(ws, &log), ERR_OK);
        assert_int_equal(workspace_commit(ws), ERR_OK);
        assert_evidence(ws, before);
        tally_free(log.tally);
        free(before);
        workspace_close(ws);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_and_remove),
        cmocka_unit_test(test_not_removed),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_trip_states),
        cmocka_unit_test(test_equal_states),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_read_tally),
        cmocka_unit_test(test_read_logs),
        SCRATCH_TEST(test_file),
        SCRATCH_TEST(test_no_workspace),
        SCRATCH_TEST(test_other_form),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
