/* Blobs are SpatiaLite's own, byte for byte, and read as SpatiaLite reads them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ogr_api.h>
#include <sqlite3.h>

#include <spatialite.h>

#include "spatialite_blob.h"

struct own {
    sqlite3 *db;
    void *spatialite;
    sqlite3_stmt *stmt;
    sqlite3_stmt *back;
};

static int open_own(void **state)
{
    struct own *own = calloc(1, sizeof *own);
    assert_int_equal(sqlite3_open(":memory:", &own->db), SQLITE_OK);
    own->spatialite = spatialite_alloc_connection();
    spatialite_init_ex(own->db, own->spatialite, 0);
    assert_int_equal(
        sqlite3_prepare_v2(own->db, "SELECT GeomFromWKB(?, 4326)", -1, &own->stmt, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(own->db, "SELECT AsBinary(?1), X(?1), Y(?1)", -1,
                                        &own->back, NULL),
                     SQLITE_OK);
    *state = own;
    return 0;
}

static int close_own(void **state)
{
    struct own *own = *state;
    sqlite3_finalize(own->stmt);
    sqlite3_finalize(own->back);
    sqlite3_close(own->db);
    spatialite_cleanup_ex(own->spatialite);
    free(own);
    return 0;
}

/* A text's WKB; the caller frees. */
static struct wkb wkb_of(const char *wkt, OGRwkbByteOrder order)
{
    OGRGeometryH g = NULL;
    char *copy = strdup(wkt), *at = copy;
    assert_int_equal(OGR_G_CreateFromWkt(&at, NULL, &g), OGRERR_NONE);
    const size_t size = (size_t)OGR_G_WkbSize(g);
    const struct wkb wkb = {malloc(size), size};
    OGR_G_ExportToIsoWkb(g, order, wkb.data);
    OGR_G_DestroyGeometry(g);
    free(copy);
    return wkb;
}

/* True where it is read, which has to be as SpatiaLite reads it. */
static bool read_alike(const struct own *own, const uint8_t *blob, size_t size)
{
    uint8_t *copy = malloc(size + 1), *wkb = malloc(size + 1);
    struct latlon p = {0, 0};
    memcpy(copy, blob, size);
    sqlite3_reset(own->back);
    sqlite3_bind_blob64(own->back, 1, blob, size, SQLITE_STATIC);
    const bool is_point = spatialite_blob_get_point(copy, size, &p);
    const size_t wkb_size = spatialite_blob_get_polygons(copy, size, wkb);
    if (is_point || wkb_size > 0)
        assert_int_equal(sqlite3_step(own->back), SQLITE_ROW);
    if (is_point && !isnan(p.lon_deg) && !isnan(p.lat_deg)) {
        assert_true(p.lon_deg == sqlite3_column_double(own->back, 1));
        assert_true(p.lat_deg == sqlite3_column_double(own->back, 2));
    }
    if (wkb_size > 0) {
        assert_int_equal(sqlite3_column_bytes(own->back, 0), wkb_size);
        assert_memory_equal(sqlite3_column_blob(own->back, 0), wkb, wkb_size);
    }
    free(copy);
    free(wkb);
    return is_point || wkb_size > 0;
}

/* Read whole; and changed in any byte, or cut off anywhere, alike or not at all. */
static void expect_read(const struct own *own, const uint8_t *blob, size_t size)
{
    static const uint8_t changes[] = {0x01, 0x02, 0x80, 0xff};
    uint8_t *changed = malloc(size);
    assert_true(read_alike(own, blob, size));
    for (size_t i = 0; i < size; i++) {
        for (size_t c = 0; c < sizeof changes; c++) {
            memcpy(changed, blob, size);
            changed[i] ^= changes[c];
            (void)read_alike(own, changed, size);
        }
        assert_false(read_alike(own, blob, i));
    }
    free(changed);
}

static void expect_own(const struct own *own, const struct wkb *wkb, const uint8_t *blob,
                       size_t size)
{
    sqlite3_reset(own->stmt);
    sqlite3_bind_blob64(own->stmt, 1, wkb->data, wkb->size, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(own->stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(own->stmt, 0), size);
    assert_memory_equal(sqlite3_column_blob(own->stmt, 0), blob, size);
}

static void test_points(void **state)
{
    static const struct {
        const char *wkt;
        struct latlon point;
    } rows[] = {{"POINT (106.1 22.6)", {22.6, 106.1}},
                {"POINT (-70.25 -33.5)", {-33.5, -70.25}},
                {"POINT (0 0)", {0, 0}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t blob[SPATIALITE_POINT_SIZE];
        struct wkb wkb = wkb_of(rows[i].wkt, wkbNDR);
        spatialite_blob_point(rows[i].point, blob);
        expect_own(*state, &wkb, blob, sizeof blob);
        expect_read(*state, blob, sizeof blob);
        free(wkb.data);
    }
}

static void test_polygons(void **state)
{
    static const char *const rows[] = {
        "POLYGON ((106 22, 106.1 22, 106.1 22.1, 106 22))",
        "MULTIPOLYGON (((106 22, 106.1 22, 106.1 22.1, 106 22)))",
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1), (3 3, 4 3, 4 4, "
        "3 3)), ((-10 -20, 11 0, 11 1, -10 -20)), ((20 0, 21 0, 21 1, 20 0), (20.5 0.1, "
        "20.6 0.1, 20.6 0.2, 20.5 0.1)))",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wkb wkb = wkb_of(rows[i], wkbNDR);
        uint8_t *blob = malloc(wkb.size + SPATIALITE_BLOB_MORE);
        const size_t size = spatialite_blob_polygons(&wkb, blob);
        assert_int_equal(size, wkb.size + SPATIALITE_BLOB_MORE);
        expect_own(*state, &wkb, blob, size);
        expect_read(*state, blob, size);
        free(blob);
        free(wkb.data);
    }
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *wkt;
        OGRwkbByteOrder order;
        size_t less;
    } rows[] = {{"POINT (1 2)", wkbNDR, 0},
                {"LINESTRING (1 2, 3 4)", wkbNDR, 0},
                {"POLYGON ((1 2, 3 4, 5 2, 1 2))", wkbXDR, 0},
                {"POLYGON ((1 2, 3 4, 5 2, 1 2))", wkbNDR, 1},
                {"MULTIPOLYGON (((1 2, 3 4, 5 2, 1 2)))", wkbNDR, 64}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wkb wkb = wkb_of(rows[i].wkt, rows[i].order);
        uint8_t *blob = malloc(wkb.size + SPATIALITE_BLOB_MORE);
        wkb.size -= rows[i].less;
        assert_int_equal(spatialite_blob_polygons(&wkb, blob), 0);
        free(blob);
        free(wkb.data);
    }
}

/* What SpatiaLite and others write in other ways is left to SpatiaLite. */
static void test_what_is_not_read(void **state)
{
    static const char *const rows[] = {
        "MakePointZ(1, 2, 3, 4326)",
        "GeomFromText('POLYGONZ ((0 0 1, 1 0 1, 1 1 1, 0 0 1))', 4326)",
        "GeomFromText('LINESTRING (0 0, 1 1)', 4326)",
        "GeomFromText('MULTIPOINT (0 0, 1 1)', 4326)",
        "CompressGeometry(GeomFromText('POLYGON ((0 0, 1 0, 1 1, 0 0))', 4326))",
        "AsGPB(GeomFromText('POLYGON ((0 0, 1 0, 1 1, 0 0))', 4326))",
        "TinyPointEncode(GeomFromText('POINT (1 2)', 4326))",
        "x''",
        "zeroblob(60)",
        /* parts without a ring, which are none for SpatiaLite */
        "x'0001E6100000000000000000000000000000000000000000000000000000000000000000"
        "00007C06000000010000006903000000000000"
        "00FE'",
    };
    const struct own *own = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sqlite3_stmt *stmt = NULL;
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT %s", rows[i]);
        assert_int_equal(sqlite3_prepare_v2(own->db, sql, -1, &stmt, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        const uint8_t *blob = sqlite3_column_blob(stmt, 0);
        const size_t size = (size_t)sqlite3_column_bytes(stmt, 0);
        assert_int_equal(size > 0, strcmp(rows[i], "x''") != 0);
        assert_false(read_alike(own, size ? blob : (const uint8_t *)"", size));
        sqlite3_finalize(stmt);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_points, open_own, close_own),
        cmocka_unit_test_setup_teardown(test_polygons, open_own, close_own),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test_setup_teardown(test_what_is_not_read, open_own, close_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
