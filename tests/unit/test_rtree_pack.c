/* Packed trees, checked by SQLite's own module and compared with a search of all boxes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rtree_pack.h"
#include "xmem.h"

static sqlite3 *open_tree(int page_size)
{
    sqlite3 *db = NULL;
    char *sql = sqlite3_mprintf("PRAGMA page_size = %d; CREATE VIRTUAL TABLE t USING "
                                "rtree(id, x0, x1, y0, y1)",
                                page_size);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    return db;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* 0 to 1, the same on every machine. */
static double next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (1 << 24);
}

/* Boxes strewn over 1000 km, ids with gaps and in no order. */
static struct rtree_entry *strew(size_t count)
{
    uint32_t state = 1;
    struct rtree_entry *entries = xcalloc(count + 1, sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        const double x = 5e5 + 1e6 * next_random(&state);
        const double y = 2.4e6 + 1e6 * next_random(&state);
        const double box[] = {x, x + 50 * next_random(&state), y, y + 50};
        entries[i] = rtree_pack_entry((int64_t)(3 * (count - i) + i % 2), box);
    }
    return entries;
}

static size_t count_in(const struct rtree_entry *entries, size_t count,
                       const double box[4])
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const float *b = entries[i].box;
        found += (double)b[1] >= box[0] && (double)b[0] <= box[1] &&
                 (double)b[3] >= box[2] && (double)b[2] <= box[3];
    }
    return found;
}

static void check_search(sqlite3 *db, const struct rtree_entry *entries, size_t count)
{
    uint32_t state = 7;
    for (int i = 0; i < 20; i++) {
        const double x = 5e5 + 1e6 * next_random(&state);
        const double y = 2.4e6 + 1e6 * next_random(&state);
        const double size = 4e5 * next_random(&state);
        const double box[] = {x, x + size, y, y + size};
        char *sql = sqlite3_mprintf("SELECT count(*) FROM t WHERE x1 >= %f AND x0 <= %f "
                                    "AND y1 >= %f AND y0 <= %f",
                                    box[0], box[1], box[2], box[3]);
        assert_int_equal(ask(db, sql), count_in(entries, count, box));
        sqlite3_free(sql);
    }
}

struct row {
    size_t count;
    int page_size; /* small pages make small nodes, and so high trees */
};

static const struct row rows[] = {{0, 4096},    {1, 4096},   {51, 4096}, {52, 4096},
                                  {2602, 4096}, {9999, 512}, {307, 512}, {20000, 65536}};

static void test_pack(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t count = rows[i].count;
        sqlite3 *db = open_tree(rows[i].page_size);
        struct rtree_entry *entries = strew(count);
        assert_int_equal(rtree_pack(db, "t", entries, count), SQLITE_OK);
        assert_int_equal(ask(db, "SELECT rtreecheck('t') = 'ok'"), 1);
        assert_int_equal(ask(db, "SELECT count(*) FROM t"), count);
        check_search(db, entries, count);
        free(entries);
        sqlite3_close(db);
    }
}

/* What QGIS does when somebody edits. */
static void test_edit_afterwards(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    sqlite3 *db = open_tree(4096);
    struct rtree_entry *entries = strew(COUNT);
    assert_int_equal(rtree_pack(db, "t", entries, COUNT), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "CREATE TABLE gone AS SELECT id FROM t LIMIT 1000; "
                     "DELETE FROM t WHERE id IN gone; "
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                     "LIMIT 500) INSERT INTO t SELECT 1000000 + i, 5e5 + i, 5e5 + i, "
                     "2.4e6, 2.4e6 FROM n",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(ask(db, "SELECT rtreecheck('t') = 'ok'"), 1);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), COUNT - 1000 + 500);
    free(entries);
    sqlite3_close(db);
}

/* Floats hold the box, and no more than they must. */
static void test_entry(void **state)
{
    (void)state;
    const double box[] = {552585.86853576, 552585.86853576, -0.1, -0.1};
    const struct rtree_entry e = rtree_pack_entry(7, box);
    assert_int_equal(e.id, 7);
    for (int i = 0; i < 4; i += 2) {
        assert_true((double)e.box[i] <= box[i] && (double)e.box[i + 1] >= box[i]);
        assert_true(nextafterf(e.box[i], INFINITY) == e.box[i + 1]);
    }
    const double whole[] = {551400, 551450, 2466700, 2466750};
    const struct rtree_entry w = rtree_pack_entry(1, whole);
    for (int i = 0; i < 4; i++)
        assert_true((double)w.box[i] == whole[i]);
}

/* No such tree; a full one. */
static void test_refused(void **state)
{
    (void)state;
    struct rtree_entry *entries = strew(100);
    sqlite3 *db = open_tree(4096);
    assert_int_equal(rtree_pack(db, "other", entries, 100), SQLITE_ERROR);
    assert_int_equal(rtree_pack(db, "t", entries, 100), SQLITE_OK);
    assert_int_equal(rtree_pack(db, "t", entries, 100), SQLITE_CONSTRAINT);
    sqlite3_close(db);
    free(entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_edit_afterwards),
        cmocka_unit_test(test_entry),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
