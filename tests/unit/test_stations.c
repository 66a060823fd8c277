/* Stations: the way to them, the nearest of each kind, and the lists they come from. */
#include "../support/scratch.h"

#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <sqlite3.h>

#include "../support/capture.h"
#include "stations.h"
#include "xmem.h"

/* Computed by GeographicLib (WGS 84): within 0.6 % of a sphere's distance, 0.5 degrees.
 */
static void test_way(void **unused)
{
    static const struct {
        struct latlon to;
        double distance_m, bearing_deg;
    } rows[] = {
        {{22.7, 106.1}, 11074, 0},      {{22.6, 106.2}, 10284, 89.98},
        {{22.5, 106.1}, 11074, 180},    {{22.6, 106.0}, 10284, 270.02},
        {{22.61, 106.11}, 1510, 42.88}, {{22.61, 106.09}, 1510, 317.12},
        {{22.6, 106.1}, 0, 0},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct station_way way =
            station_way((struct latlon){22.6, 106.1}, rows[i].to);
        assert_true(fabs(way.distance_m - rows[i].distance_m) <=
                    0.006 * rows[i].distance_m + 1);
        assert_float_equal(way.bearing_deg, rows[i].bearing_deg, 0.5);
    }
}

static void test_near(void **unused)
{
    struct station_near near = {.from = {22.6, 106.1}};
    const struct station given[] = {
        {"far", mccmnc_parse("45204"), TECH_LTE, {22.8, 106.1}},
        {"b", mccmnc_parse("45204"), TECH_LTE, {22.61, 106.1}},
        {"a", mccmnc_parse("45204"), TECH_LTE, {22.61, 106.1}}, /* by name then */
        {"c", mccmnc_parse("45204"), TECH_GSM, {22.605, 106.1}},
        {"d", mccmnc_parse("45201"), TECH_LTE, {22.7, 106.1}},
        {"e", 0, TECH_NONE, {22.9, 106.1}},
        {"farther", mccmnc_parse("45204"), TECH_LTE, {23.8, 106.1}},
    };
    static const char *const expected[] = {"e", "d", "c", "a"};
    (void)unused;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        assert_int_equal(station_near_offer(&near, &given[i]), ERR_OK);
    station_near_sort(&near);
    assert_int_equal(near.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < near.count; i++)
        assert_string_equal(near.items[i].name, expected[i]);
}

/* More kinds than there is room for: the nearest stay. */
static void test_many(void **unused)
{
    struct station_near near = {.from = {22.6, 106.1}};
    (void)unused;
    for (int i = 0; i < 3 * STATIONS_NEAR; i++) {
        char code[8];
        const int far = i * 7 % (3 * STATIONS_NEAR); /* 0…, each once */
        snprintf(code, sizeof code, "452%02d", far);
        const struct station s = {
            "s", mccmnc_parse(code), TECH_LTE, {22.6 + far / 1000., 106.1}};
        assert_int_equal(station_near_offer(&near, &s), ERR_OK);
    }
    station_near_sort(&near);
    assert_int_equal(near.count, STATIONS_NEAR);
    for (size_t i = 0; i < near.count; i++)
        assert_true(fabs(near.items[i].station.pos.lat_deg - 22.6 - (double)i / 1000) <
                    1e-9);
}

struct taken {
    size_t count;
    struct station items[8];
    char names[8][32];
};

static enum err take(void *ctx, const struct station *station)
{
    struct taken *t = ctx;
    assert_true(t->count < 8);
    snprintf(t->names[t->count], sizeof t->names[0], "%s", station->name);
    t->items[t->count++] = *station;
    return ERR_OK;
}

static void test_lists(void **state)
{
    static const char *const texts[] = {
        "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,"
        "averageSignal\n"
        "LTE,452,4,24101,77,0,106.1,22.6,1000,5,1,1459813819,1459813819,0\n"
        "UMTS,452,1,501,78,,106.2,22.7,1000,5,1,1459813819,1459813819,0\n",
        "site_name,operator,tech,lat,lon\n24101-77,viettel,4G,22.6,106.1\n"
        "501-78,45201,3G,22.7,106.2\nnowhere,45201,3G,,\n",
    };
    struct region region = {0};
    GDALAllRegister();
    assert_int_equal(region_load("vn", &region), ERR_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct taken t = {0};
        struct capture c;
        const char *path = scratch_write(*state, "stations.csv", texts[i]);
        capture_start(&c);
        const enum err err = stations_read(path, &region, take, &t);
        const char *message = capture_stop(&c);
        assert_int_equal(err, ERR_OK);
        assert_int_equal(strstr(message, "the first is feature 3") != NULL, i == 1);
        assert_int_equal(t.count, 2);
        assert_string_equal(t.names[0], "24101-77");
        assert_int_equal(t.items[0].mccmnc, mccmnc_parse("45204"));
        assert_int_equal(t.items[0].tech, TECH_LTE);
        assert_float_equal(t.items[0].pos.lat_deg, 22.6, 1e-9);
        assert_string_equal(t.names[1], "501-78");
        assert_int_equal(t.items[1].mccmnc, mccmnc_parse("45201"));
        assert_int_equal(t.items[1].tech, TECH_WCDMA);
        assert_float_equal(t.items[1].pos.lon_deg, 106.2, 1e-9);
    }
    region_free(&region);
}

/* A layer of several in a file, in metres; what is no plain table is not read. */
static void test_layer(void **state)
{
    struct region region = {0};
    struct taken t = {0};
    const char *path = scratch_path(*state, "sites.gpkg");
    char *named = xasprintf("%s:site", path), *view = xasprintf("%s:seen", path);
    GDALAllRegister();
    GDALDatasetH d =
        GDALCreate(GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    OGRSpatialReferenceH utm = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(utm, 32648);
    GDALDatasetCreateLayer(d, "other", utm, wkbPoint, NULL);
    OGRLayerH layer = GDALDatasetCreateLayer(d, "site", utm, wkbPoint, NULL);
    OGRFieldDefnH name = OGR_Fld_Create("name", OFTString);
    OGR_L_CreateField(layer, name, true);
    OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGRGeometryH at = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(at, 0, 613064, 2499658); /* 22.6 N, 106.1 E by cs2cs */
    OGR_F_SetFieldString(f, 0, "A");
    OGR_F_SetGeometryDirectly(f, at);
    assert_int_equal(OGR_L_CreateFeature(layer, f), OGRERR_NONE);
    OGR_F_Destroy(f);
    OGR_Fld_Destroy(name);
    OSRDestroySpatialReference(utm);
    GDALClose(d);
    assert_int_equal(stations_read(named, &region, take, &t), ERR_OK);
    assert_int_equal(t.count, 1);
    assert_string_equal(t.names[0], "A");
    assert_float_equal(t.items[0].pos.lat_deg, 22.6, 1e-4);
    assert_float_equal(t.items[0].pos.lon_deg, 106.1, 1e-4);

    sqlite3 *db = NULL;
    struct capture c;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "CREATE VIEW seen AS SELECT * FROM site", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    capture_start(&c);
    const enum err err = stations_read(view, &region, take, &t);
    assert_non_null(strstr(capture_stop(&c), "sites.gpkg"));
    assert_int_equal(err, ERR_INPUT);
    free(named);
    free(view);
}

static void test_refused(void **state)
{
    static const char *const texts[] = {"name,lat,lon\n", "name,lat,lon\na,,\n"};
    struct region region = {0};
    GDALAllRegister();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct taken t = {0};
        struct capture c;
        const char *path = scratch_write(*state, "stations.csv", texts[i]);
        capture_start(&c);
        const enum err err = stations_read(path, &region, take, &t);
        assert_non_null(strstr(capture_stop(&c), "stations.csv"));
        assert_int_equal(err, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_way),  cmocka_unit_test(test_near),
        cmocka_unit_test(test_many), SCRATCH_TEST(test_lists),
        SCRATCH_TEST(test_layer),    SCRATCH_TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
