/* SQLite files of places before GDAL opens them: which are let through. */
#include "../support/scratch.h"

#include <sqlite3.h>

#include "../support/capture.h"
#include "places_guard.h"

static const char *make_db(void **state, const char *sql)
{
    const char *path = scratch_path(*state, "places.gpkg");
    sqlite3 *db = NULL;
    (void)unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return path;
}

/* The outcome, and what was said in capture.text. */
static enum err guard(const char *path, const char *layer, struct capture *c)
{
    capture_start(c);
    const enum err err =
        layer ? places_guard_layer(path, layer) : places_guard_file(path);
    (void)capture_stop(c);
    return err;
}

static const struct {
    const char *sql;
    const char *layer; /* NULL: the file as a whole */
    const char *said;  /* NULL: it is let through */
} rows[] = {
    {"CREATE TABLE hamlets (fid INTEGER PRIMARY KEY)", NULL, NULL},
    {"CREATE TABLE hamlets (fid INTEGER PRIMARY KEY)", "hamlets", NULL},
    {"CREATE TABLE hamlets (fid INTEGER PRIMARY KEY)", "HAMLETS", NULL},
    {"CREATE TABLE hamlets (fid INTEGER PRIMARY KEY)", "villages", "\"villages\""},
    {"CREATE VIEW mine AS SELECT 1", NULL, NULL}, /* a view of the user's own */
    {"CREATE VIEW mine AS SELECT 1", "mine", "\"mine\""},
    {"CREATE VIEW gpkg_contents AS SELECT 1", NULL, "\"gpkg_contents\""},
    {"CREATE VIEW GPKG_geometry_columns AS SELECT 1", NULL, "\"GPKG_geometry_columns\""},
    {"CREATE VIEW spatial_ref_sys AS SELECT 1", NULL, "\"spatial_ref_sys\""},
    {"CREATE VIEW Layer_Styles AS SELECT 1", NULL, "\"Layer_Styles\""},
    {"CREATE VIRTUAL TABLE index_of USING rtree (id, x0, x1)", NULL, NULL},
    {"CREATE VIRTUAL TABLE index_of USING \"rtree\" (id, x0, x1)", NULL, NULL},
    {"CREATE VIRTUAL TABLE words USING fts4 (body)", NULL, NULL},
    {"CREATE VIRTUAL TABLE words USING fts4 (body)", "words", "\"words\""},
    {"PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'spy', "
     "'spy', 0, 'CREATE VIRTUAL TABLE spy USING VirtualText(\"/etc/passwd\", UTF-8)')",
     NULL, "\"spy\""},
    {"PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', NULL, "
     "NULL, 0, 'CREATE VIRTUAL TABLE spy USING VirtualText(\"/etc/passwd\", UTF-8)')",
     NULL, ""}, /* without a name */
    /* what says that it is a table and is none */
    {"PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'odd', "
     "'odd', 0, 'CREATE VIRTUAL  TABLE odd USING spy')",
     "odd", "\"odd\""},
};

static void test_rows(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        const char *path = make_db(state, rows[i].sql);
        const enum err err = guard(path, rows[i].layer, &c);
        if (err != (rows[i].said ? ERR_INPUT : ERR_OK))
            fail_msg("%s: %d, %s", rows[i].sql, (int)err, c.text);
        if (rows[i].said && (!strstr(c.text, rows[i].said) || !strstr(c.text, path)))
            fail_msg("%s: %s", rows[i].sql, c.text);
    }
}

/* Damage is found by whichever looks first; what is no SQLite file is GDAL's matter. */
static void test_other_files(void **state)
{
    struct capture c;
    assert_int_equal(guard("/nowhere/hamlets.csv", NULL, &c), ERR_OK);
    assert_int_equal(guard("/nowhere/hamlets.csv", "hamlets", &c), ERR_OK);
    const char *path = scratch_write(*state, "hamlets.csv", "name,lat,lon\n");
    assert_int_equal(guard(path, NULL, &c), ERR_OK);
    assert_int_equal(guard(path, "hamlets", &c), ERR_OK);

    path = make_db(state, "CREATE TABLE hamlets (name TEXT);"
                          "CREATE INDEX by_name ON hamlets (name);"
                          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1"
                          "  FROM n WHERE i < 5000)"
                          "  INSERT INTO hamlets SELECT 'name ' || i FROM n");
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 3 * 4096 + 100, SEEK_SET), 0);
    for (int i = 0; i < 9000; i++)
        fputc(i % 251, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(guard(path, NULL, &c), ERR_INPUT);
    assert_non_null(strstr(c.text, "damaged"));
    assert_int_equal(guard(path, "hamlets", &c), ERR_INPUT);
    assert_non_null(strstr(c.text, "damaged"));
    assert_int_equal(truncate(path, 50), 0); /* the head alone */
    assert_int_equal(guard(path, NULL, &c), ERR_INPUT);
}

/* Why GDAL may not have opened a file. */
static void test_likely_cause(void **state)
{
    static const struct {
        const char *text, *cause;
    } causes[] = {
        {"", "empty"},          {"\xff\xfeh", "UTF-16"},
        {"\xfe\xff", "UTF-16"}, {"\x1f\x8b\x08", "compressed"},
        {"x", "CSV"},           {"name;lat;lon", "CSV"},
    };
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        const char *path = scratch_write(*state, "places", causes[i].text);
        assert_non_null(strstr(places_guard_likely_cause(path), causes[i].cause));
    }
    assert_non_null(strstr(places_guard_likely_cause("/nowhere"), "empty"));
}

static void test_drivers(void **unused)
{
    static const char *const never[] = {"OGR_VRT", "WFS",  "PostgreSQL", "MySQL",
                                        "CAD",     "HTTP", "PDF",        "Memory"};
    (void)unused;
    for (const char *const *d = places_guard_drivers; *d; d++) {
        for (size_t i = 0; i < sizeof never / sizeof *never; i++)
            assert_string_not_equal(*d, never[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_rows),
        SCRATCH_TEST(test_other_files),
        SCRATCH_TEST(test_likely_cause),
        cmocka_unit_test(test_drivers),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
