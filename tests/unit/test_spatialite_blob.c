/* Blobs are SpatiaLite's own, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
    *state = own;
    return 0;
}

static int close_own(void **state)
{
    struct own *own = *state;
    sqlite3_finalize(own->stmt);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_points, open_own, close_own),
        cmocka_unit_test_setup_teardown(test_polygons, open_own, close_own),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
