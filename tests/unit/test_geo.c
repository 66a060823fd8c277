/* Points, distances and GeoPackage blobs. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "geo.h"

#include <math.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void test_valid(void **unused)
{
    (void)unused;
    static const struct {
        struct latlon p;
        bool valid;
    } rows[] = {
        {{22.67, 106.26}, true},
        {{90, 180}, true},
        {{-90, -180}, true},
        {{0, 105}, true},
        {{21, 0}, true},
        {{0, 0}, false},
        {{-0.0, 0}, false},
        {{1e-9, 0}, true},
        {{90.0001, 106}, false},
        {{22, 180.0001}, false},
        {{106.26, 22.67}, false}, /* exchanged */
        {{(double)NAN, 106}, false},
        {{22, (double)NAN}, false},
        {{(double)INFINITY, 106}, false},
        {{22, -(double)INFINITY}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(geo_valid(rows[i].p), rows[i].valid);
    assert_false(geo_valid(geo_none()));
}

static void test_distance(void **unused)
{
    (void)unused;
    static const struct {
        struct latlon a, b;
        double expected_m, tolerance_m;
    } rows[] = {
        {{22.67, 106.26}, {22.67, 106.26}, 0, 0},
        {{0, 0}, {0, 1}, 111195.08, 0.01},
        {{0, 0}, {1, 0}, 111195.08, 0.01},
        {{22.5, 106}, {22.5, 106.0001}, 10.273, 0.001},
        {{21.0285, 105.8542}, {10.7769, 106.7009}, 1143300, 3000}, /* Hà Nội, TP.HCM */
        {{0, 179.5}, {0, -179.5}, 111195.08, 0.01},
        {{90, 0}, {-90, 0}, 20015114.4, 1},
        {{0, 0}, {0, 180}, 20015114.4, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const double there = geo_distance_m(rows[i].a, rows[i].b);
        assert_true(fabs(there - rows[i].expected_m) <= rows[i].tolerance_m);
        assert_true(there == geo_distance_m(rows[i].b, rows[i].a));
    }
    assert_true(isnan(geo_distance_m(geo_none(), (struct latlon){1, 1})));
}

/* POINT(1 2), SRS 4326, byte for byte by the standard. */
static const uint8_t point_1_2[GEO_BLOB_SIZE] = {
    'G', 'P', 0, 1, 0xe6, 0x10, 0,    0,    /* header */
    1,   1,   0, 0, 0,                      /* WKB point, little endian */
    0,   0,   0, 0, 0,    0,    0xf0, 0x3f, /* x 1 */
    0,   0,   0, 0, 0,    0,    0,    0x40, /* y 2 */
};

static void test_blob_write(void **unused)
{
    (void)unused;
    uint8_t blob[GEO_BLOB_SIZE];
    geo_blob_write((struct latlon){.lat_deg = 2, .lon_deg = 1}, blob);
    assert_memory_equal(blob, point_1_2, GEO_BLOB_SIZE);
}

static void test_blob_round_trip(void **unused)
{
    (void)unused;
    static const struct latlon points[] = {
        {22.671234567, 106.2598765}, {-90, 180}, {0, -0.0}};
    uint8_t blob[GEO_BLOB_SIZE];
    for (size_t i = 0; i < COUNT(points); i++) {
        struct latlon p = geo_none();
        geo_blob_write(points[i], blob);
        assert_int_equal(geo_blob_read(blob, sizeof blob, &p), ERR_OK);
        assert_memory_equal(&p, &points[i], sizeof p);
    }
    struct latlon p = {1, 1};
    geo_blob_write(geo_none(), blob);
    assert_int_equal(blob[3], 0x11); /* empty */
    assert_int_equal(geo_blob_read(blob, sizeof blob, &p), ERR_OK);
    assert_true(isnan(p.lat_deg) && isnan(p.lon_deg));
}

/* Header with each envelope, WKB of each byte order and dimension. */
static void test_blob_variants(void **unused)
{
    (void)unused;
    static const size_t envelope_sizes[] = {0, 32, 48, 48, 64};
    static const uint8_t big_endian[] = {0, 0, 0,    0, 1, 0x3f, 0xf0, 0, 0, 0, 0,
                                         0, 0, 0x40, 0, 0, 0,    0,    0, 0, 0};
    for (size_t kind = 0; kind < COUNT(envelope_sizes); kind++) {
        uint8_t blob[8 + 64 + 21] = {'G', 'P', 0, (uint8_t)(kind << 1), 0, 0, 0x10, 0xe6};
        const size_t at = 8 + envelope_sizes[kind];
        struct latlon p = geo_none();
        memcpy(blob + at, big_endian, sizeof big_endian);
        assert_int_equal(geo_blob_read(blob, at + 21, &p), ERR_OK);
        assert_true(p.lat_deg == 2 && p.lon_deg == 1);
        memcpy(blob + at, point_1_2 + 8, 21);
        p = geo_none();
        assert_int_equal(geo_blob_read(blob, at + 21, &p), ERR_OK);
        assert_true(p.lat_deg == 2 && p.lon_deg == 1);
        assert_int_equal(geo_blob_read(blob, at + 20, &p), ERR_INPUT);
    }
    /* type 1001: with a height behind x and y */
    uint8_t high[GEO_BLOB_SIZE + 8] = {0};
    memcpy(high, point_1_2, sizeof point_1_2);
    high[9] = 1001 & 255;
    high[10] = 1001 >> 8;
    struct latlon p = geo_none();
    assert_int_equal(geo_blob_read(high, sizeof high, &p), ERR_OK);
    assert_true(p.lat_deg == 2 && p.lon_deg == 1);
}

static void test_blob_refused(void **unused)
{
    (void)unused;
    static const struct {
        size_t at;
        uint8_t value;
    } damages[] = {
        {0, 'X'},  {1, 'X'}, {2, 1}, {3, 0x21}, {3, 0x0b}, {3, 0x0d},
        {3, 0x0f}, {8, 2},   {9, 2}, {9, 3},    {9, 0},    {12, 1},
    };
    for (size_t i = 0; i < COUNT(damages); i++) {
        uint8_t blob[GEO_BLOB_SIZE];
        struct latlon p = {7, 8};
        memcpy(blob, point_1_2, sizeof blob);
        blob[damages[i].at] = damages[i].value;
        assert_int_equal(geo_blob_read(blob, sizeof blob, &p), ERR_INPUT);
        assert_true(p.lat_deg == 7 && p.lon_deg == 8);
    }
    for (size_t size = 0; size < GEO_BLOB_SIZE; size++) {
        struct latlon p = {7, 8};
        assert_int_equal(geo_blob_read(point_1_2, size, &p), ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),         cmocka_unit_test(test_distance),
        cmocka_unit_test(test_blob_write),    cmocka_unit_test(test_blob_round_trip),
        cmocka_unit_test(test_blob_variants), cmocka_unit_test(test_blob_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
