/* The rings of a polygon's WKB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ogr_api.h>

#include "wkb_rings.h"

/* "4 4 | 3" would be two rings of four points and one of three; "-" refused, "x" broken.
 */
static const char *lengths(const struct wkb *wkb, char *to, size_t size)
{
    struct wkb_rings rings;
    struct wkb_ring ring;
    size_t at = 0;
    if (!wkb_rings_open(wkb, &rings))
        return "-";
    to[0] = '\0';
    while (wkb_rings_next(&rings, &ring))
        at += (size_t)snprintf(to + at, size - at, "%u ", ring.count);
    return rings.at ? to : "x";
}

static size_t write_wkb(const char *wkt, OGRwkbByteOrder order, uint8_t *bytes)
{
    OGRGeometryH g = NULL;
    char copy[512], *at = copy;
    memcpy(copy, wkt, strlen(wkt) + 1);
    assert_int_equal(OGR_G_CreateFromWkt(&at, NULL, &g), OGRERR_NONE);
    const size_t size = (size_t)OGR_G_WkbSize(g);
    OGR_G_ExportToIsoWkb(g, order, bytes);
    OGR_G_DestroyGeometry(g);
    return size;
}

static void test_rings(void **state)
{
    static const struct {
        const char *wkt;
        const char *lengths;
    } rows[] = {
        {"POLYGON ((1 2, 3 4, 5 2, 1 2))", "4 "},
        {"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1))", "5 4 "},
        {"MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1)), "
         "((10 0, 11 0, 11 1, 10 0)))",
         "5 4 4 "},
        {"MULTIPOLYGON EMPTY", ""},
        {"POLYGON EMPTY", ""},
        {"POINT (1 2)", "-"},
        {"LINESTRING (1 2, 3 4)", "-"},
        {"GEOMETRYCOLLECTION (POLYGON ((1 2, 3 4, 5 2, 1 2)))", "-"},
        {"POLYGON Z ((1 2 3, 3 4 3, 5 2 3, 1 2 3))", "-"},
    };
    uint8_t bytes[1024];
    char text[64];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wkb wkb = {bytes, write_wkb(rows[i].wkt, wkbNDR, bytes)};
        assert_string_equal(lengths(&wkb, text, sizeof text), rows[i].lengths);
        write_wkb(rows[i].wkt, wkbXDR, bytes);
        assert_string_equal(lengths(&wkb, text, sizeof text), "-");
    }
}

/* Whatever is broken off is found before it is read; the bytes end where they do. */
static void test_broken_off(void **state)
{
    uint8_t bytes[1024];
    char text[64];
    (void)state;
    const size_t size = write_wkb("MULTIPOLYGON (((1 2, 3 4, 5 2, 1 2)), "
                                  "((11 2, 13 4, 15 2, 11 2)))",
                                  wkbNDR, bytes);
    for (size_t shorter = 0; shorter < size; shorter++) {
        uint8_t *exact = malloc(shorter + 1);
        memcpy(exact, bytes, shorter);
        const struct wkb wkb = {exact, shorter};
        assert_string_equal(lengths(&wkb, text, sizeof text), shorter < 9 ? "-" : "x");
        free(exact);
    }
}

static void test_points(void **state)
{
    uint8_t bytes[1024];
    struct wkb_rings rings;
    struct wkb_ring ring;
    (void)state;
    const struct wkb wkb = {
        bytes, write_wkb("POLYGON ((1.5 2, 3 4.25, 5 2, 1.5 2))", wkbNDR, bytes)};
    assert_true(wkb_rings_open(&wkb, &rings) && wkb_rings_next(&rings, &ring));
    assert_true(wkb_ring_point(&ring, 0).lon_deg == 1.5);
    assert_true(wkb_ring_point(&ring, 1).lat_deg == 4.25);
    assert_false(wkb_rings_next(&rings, &ring));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_broken_off),
        cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
