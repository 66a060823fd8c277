/* Places: attributes under their names and kin, geometry repaired, faults named. */
#include "../support/scratch.h"

#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "../support/capture.h"
#include "places.h"

#define HAMLETS "hamlet_code,name,lat,lon\nH1,Một,22.6,106.1\nH2,Hai,22.7,106.2\n"
#define SQUARE(x, y)                                                                     \
    "{\"type\":\"Polygon\",\"coordinates\":[[[" x "," y "],[" x ".1," y "],[" x ".1," y  \
    ".1],[" x "," y ".1],[" x "," y "]]]}"
#define FEATURE(properties, geometry)                                                    \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" geometry "}"
#define COLLECTION(features)                                                             \
    "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"

static struct places load(const struct places_sources *sources, enum err expected)
{
    struct places places = {.middle = geo_none()};
    assert_int_equal(places_load(sources, &places), expected);
    return places;
}

static struct places load_hamlets(void **state, const char *name, const char *text)
{
    const struct places_sources sources = {.hamlets = scratch_write(*state, name, text)};
    return load(&sources, ERR_OK);
}

/* Loading fails with a message that holds both texts. */
static void refused(const struct places_sources *sources, const char *one,
                    const char *two)
{
    struct capture c;
    capture_start(&c);
    struct places places = {.middle = geo_none()};
    const enum err err = places_load(sources, &places);
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    if (!strstr(message, one) || !strstr(message, two))
        fail_msg("\"%s\" or \"%s\" is not in: %s", one, two, message);
    places_free(&places);
}

static void hamlets_refused(void **state, const char *text, const char *expected)
{
    const struct places_sources sources = {
        .hamlets = scratch_write(*state, "hamlets.csv", text)};
    refused(&sources, "hamlets.csv", expected);
}

static void test_csv(void **state)
{
    struct places p =
        load_hamlets(state, "hamlets.csv",
                     "\xEF\xBB\xBFhamlet_code,name,commune_code,households,electricity,"
                     "difficult,lat,lon\r\n"
                     "H2, Nà Lình ,09902,87,no,yes,22.65,106.08\r\n"
                     "H10,\"Khuổi \"\"Đàm\"\", Hạ\",,,,unknown,22.66,106.01\r\n"
                     "007,,,0,Không,CÓ,22.64,106.02\r\n");
    const struct place *h = p.hamlets.items;
    assert_int_equal(p.hamlets.count, 3);
    /* by code as bytes, zeros kept */
    assert_string_equal(h[0].code, "007");
    assert_string_equal(h[1].code, "H10");
    assert_string_equal(h[2].code, "H2");
    assert_string_equal(h[0].name, "007"); /* a hamlet without a name shows its code */
    assert_string_equal(h[1].name, "Khuổi \"Đàm\", Hạ");
    assert_string_equal(h[2].name, "Nà Lình");
    assert_string_equal(h[2].parent_code, "09902");
    assert_int_equal(h[0].households, 0);
    assert_int_equal(h[1].households, ID_UNKNOWN);
    assert_int_equal(h[2].households, 87);
    assert_int_equal(h[0].electricity, YES_NO_NO);
    assert_int_equal(h[1].electricity, YES_NO_UNKNOWN);
    assert_int_equal(h[0].difficult, YES_NO_YES);
    assert_true(h[2].point.lat_deg == 22.65 && h[2].point.lon_deg == 106.08);
    assert_true(fabs(p.middle.lat_deg - 22.65) < 1e-12);
    assert_true(fabs(p.middle.lon_deg - 106.045) < 1e-12);
    places_free(&p);
}

static void test_csv_headers(void **state)
{
    static const char *const texts[] = {
        "code,NAME,LAT,LON\nH1,A,22.6,106.1\n",
        "Hamlet_Code,name,lat_deg,lon_deg\nH1,A,22.6,106.1\n",
        "hamlet_code;name;latitude;longitude\nH1;A;22.6;106.1\n",
        "x,y,name,hamlet_code\n106.1,22.6,A,H1\n",
        "hamlet_code,name,lat,lon\nH1,A,\"22,6\",\"106,1\"\n", /* as a Vietnamese Excel */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct places p = load_hamlets(state, "hamlets.csv", texts[i]);
        assert_int_equal(p.hamlets.count, 1);
        assert_string_equal(p.hamlets.items[0].code, "H1");
        assert_string_equal(p.hamlets.items[0].name, "A");
        assert_true(p.hamlets.items[0].point.lat_deg == 22.6);
        assert_true(p.hamlets.items[0].point.lon_deg == 106.1);
        places_free(&p);
    }
}

static void test_geojson(void **state)
{
    struct places p = load_hamlets(
        state, "hamlets.geojson",
        COLLECTION(FEATURE("\"hamlet_code\":\"H1\",\"name\":\"A\",\"households\":"
                           "12,"
                           "\"electricity\":true",
                           "{\"type\":\"Point\",\"coordinates\":[106.1,22.6,350]"
                           "}") "," FEATURE("\"hamlet_code\":\"H2\",\"name\":"
                                            "null,\"electricity\":null",
                                            SQUARE("106", "22"))));
    assert_int_equal(p.hamlets.count, 2);
    assert_int_equal(p.hamlets.items[0].households, 12);
    assert_int_equal(p.hamlets.items[0].electricity, YES_NO_YES);
    assert_int_equal(p.hamlets.items[0].polygon.size, 0);
    assert_true(p.hamlets.items[0].point.lon_deg == 106.1);
    assert_true(p.hamlets.items[1].polygon.size > 0);
    assert_string_equal(p.hamlets.items[1].name, "H2");
    places_free(&p);
}

static void write_layer(GDALDatasetH d, const char *layer_name, int epsg,
                        const char *code, double x, double y)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(srs, epsg);
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    OGRLayerH layer = GDALDatasetCreateLayer(d, layer_name, srs, wkbPoint, NULL);
    OGRFieldDefnH field = OGR_Fld_Create("hamlet_code", OFTString);
    assert_int_equal(OGR_L_CreateField(layer, field, 1), OGRERR_NONE);
    OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_AddPoint_2D(g, x, y);
    OGR_F_SetFieldString(f, 0, code);
    OGR_F_SetGeometryDirectly(f, g);
    assert_int_equal(OGR_L_CreateFeature(layer, f), OGRERR_NONE);
    OGR_F_Destroy(f);
    OGR_Fld_Destroy(field);
    OSRDestroySpatialReference(srs);
}

/* Two layers of a GeoPackage in different CRS; one is named, or has the role's name. */
static void test_gpkg(void **state)
{
    const char *path = scratch_path(*state, "places.gpkg");
    GDALDatasetH d =
        GDALCreate(GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(d);
    write_layer(d, "hamlets", 4326, "H1", 106.1, 22.6);
    write_layer(d, "projected", 32648, "P1", 500000, 2500000);
    GDALClose(d);
    const struct places_sources by_role = {.hamlets = path};
    struct places p = load(&by_role, ERR_OK);
    assert_string_equal(p.hamlets.items[0].code, "H1");
    places_free(&p);

    char *named = xasprintf("%s:projected", path);
    const struct places_sources by_name = {.hamlets = named};
    p = load(&by_name, ERR_OK);
    assert_string_equal(p.hamlets.items[0].code, "P1");
    /* brought to WGS 84 */
    assert_true(fabs(p.hamlets.items[0].point.lon_deg - 105) < 1e-7);
    assert_true(fabs(p.hamlets.items[0].point.lat_deg - 22.6072) < 1e-3);
    places_free(&p);
    free(named);

    named = xasprintf("%s:nolayer", path);
    const struct places_sources missing = {.hamlets = named};
    refused(&missing, "nolayer", "projected");
    free(named);
}

/* A shapefile keeps ten bytes of a field's name. */
static void test_shapefile(void **state)
{
    const char *path = scratch_path(*state, "hamlets.shp");
    CPLPushErrorHandler(CPLQuietErrorHandler); /* that it cuts the names */
    GDALDatasetH d = GDALCreate(GDALGetDriverByName("ESRI Shapefile"), path, 0, 0, 0,
                                GDT_Unknown, NULL);
    assert_non_null(d);
    write_layer(d, "hamlets", 4326, "H1", 106.1, 22.6);
    GDALClose(d);
    CPLPopErrorHandler();
    const struct places_sources sources = {.hamlets = path};
    struct places p = load(&sources, ERR_OK);
    assert_string_equal(p.hamlets.items[0].code, "H1");
    places_free(&p);
}

static void test_communes(void **state)
{
    struct scratch *s = *state;
    char *hamlets = xstrdup(scratch_write(s, "hamlets.csv", HAMLETS));
    const struct places_sources sources = {
        .hamlets = hamlets,
        .communes = scratch_write(
            s, "communes.geojson",
            COLLECTION(
                FEATURE("\"code\":\"01002\",\"name\":\"Mây\",\"fullName\":\"Xã Mây\","
                        "\"province_code\":\"01\",\"province\":\"Tỉnh\"",
                        SQUARE("106", "22")) "," FEATURE("\"code\":\"01001\",\"name\":"
                                                         "\"Sao\",\"fullName\":\"\"",
                                                         SQUARE("107", "22"))))};
    struct places p = load(&sources, ERR_OK);
    assert_int_equal(p.communes.count, 2);
    assert_string_equal(p.communes.items[0].name, "Sao"); /* fullName is empty */
    assert_string_equal(p.communes.items[0].parent_code, "");
    assert_string_equal(p.communes.items[1].name, "Xã Mây");
    assert_string_equal(p.communes.items[1].parent_code, "01");
    assert_string_equal(p.communes.items[1].parent_name, "Tỉnh");
    places_free(&p);
    free(hamlets);
}

/* A bow tie becomes its two triangles, with a warning; a line is refused. */
static void test_repair(void **state)
{
    struct capture c;
    const char *bow_tie = COLLECTION(FEATURE(
        "\"hamlet_code\":\"H1\"",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[106.1,22.1],[106.1,22],"
        "[106,22.1],[106,22]]]}"));
    const struct places_sources sources = {
        .hamlets = scratch_write(*state, "hamlets.geojson", bow_tie)};
    struct places p = {.middle = geo_none()};
    capture_start(&c);
    const enum err err = places_load(&sources, &p);
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_OK);
    assert_non_null(strstr(message, "hamlets.geojson"));
    assert_non_null(strstr(message, "H1"));
    OGRGeometryH g = NULL;
    const struct wkb *wkb = &p.hamlets.items[0].polygon;
    assert_int_equal(OGR_G_CreateFromWkb(wkb->data, NULL, &g, (int)wkb->size),
                     OGRERR_NONE);
    assert_true(OGR_G_IsValid(g));
    assert_true(fabs(OGR_G_Area(g) - 0.005) < 1e-9);
    OGR_G_DestroyGeometry(g);
    places_free(&p);

    const struct places_sources line = {
        .hamlets = scratch_write(
            *state, "line.geojson",
            COLLECTION(
                FEATURE("\"hamlet_code\":\"H9\"",
                        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[106.1,22],"
                        "[106.2,22],[106,22]]]}")))};
    refused(&line, "line.geojson", "H9");
    const struct places_sources string = {
        .hamlets = scratch_write(
            *state, "string.geojson",
            COLLECTION(FEATURE(
                "\"hamlet_code\":\"H9\"",
                "{\"type\":\"LineString\",\"coordinates\":[[106,22],[106.1,22]]}")))};
    refused(&string, "string.geojson", "H9");
}

static void test_faults(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"name,lat,lon\nA,22.6,106.1\n", "hamlet_code"},
        {"hamlet_code,name,lat,lon\n,A,22.6,106.1\n", "hamlet_code"},
        {"hamlet_code,name,lat,lon\nH1,A,22.6,106.1\nH1,B,22.6,106.1\n", "H1"},
        {"hamlet_code,name,lat,lon\nH1,A,22.6,\n", "H1"},
        {"hamlet_code,name,lat,lon\nH1,A,north,106.1\n", "H1"},
        {"hamlet_code,name,lat,lon\nH1,A,2500000,613000\n", "CRS"},
        {"hamlet_code,name,lat,lon\nH1,A,106.1,22.6\n", "H1"},
        {"hamlet_code,name,households,lat,lon\nH1,A,12.5,22.6,106.1\n", "12.5"},
        {"hamlet_code,name,households,lat,lon\nH1,A,-3,22.6,106.1\n", "-3"},
        {"hamlet_code,name,households,lat,lon\nH1,A,inf,22.6,106.1\n", "inf"},
        {"hamlet_code,name,electricity,lat,lon\nH1,A,some,22.6,106.1\n", "some"},
        {"hamlet_code,name,lat,lon\n", "hamlet"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        hamlets_refused(state, rows[i].text, rows[i].expected);
}

static void test_clusters(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"cluster_code,name,lat,lon\nC1,A,22.6,106.1\n", "hamlet_code"},
        {"cluster_code,hamlet_code,lat,lon\nC1,H3,22.6,106.1\n", "H3"},
        {"cluster_code,hamlet_code,lat,lon\nC1,,22.6,106.1\n", "C1"},
        {"cluster_code,hamlet_code,lat,lon\nC1,H1,22.6,106.1\nC1,H2,22.6,106.1\n", "C1"},
        {"cluster_code,hamlet_code,lat,lon\nH2,H1,22.6,106.1\n", "H2"},
        {"cluster_code,hamlet_code,lat,lon\nC1,H2,22.6,106.1\nC2,H1,22.6,106.1\n"
         "C3,H12,22.6,106.1\n",
         "H12"},
        {"cluster_code,hamlet_code,lat,lon\nA,H2,22.6,106.1\nH1,H2,22.6,106.1\n"
         "H11,H1,22.6,106.1\n",
         "\"H1\" is also"},
        {"cluster_code,hamlet,lat,lon\nC1,Ba,22.6,106.1\n", "a name that 0 hamlets"},
        {"cluster_code,hamlet_code,hamlet,lat,lon\nC1,H3,Hai,22.6,106.1\n", "H3"},
    };
    char *hamlets = xstrdup(scratch_write(*state, "hamlets.csv", HAMLETS));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct places_sources sources = {
            .hamlets = hamlets,
            .clusters = scratch_write(*state, "clusters.csv", rows[i].text)};
        refused(&sources, "clusters.csv", rows[i].expected);
    }
    const struct places_sources good = {
        .hamlets = hamlets,
        .clusters = scratch_write(*state, "clusters.csv",
                                  "cluster_code,hamlet_code,name,households,lat,lon\n"
                                  "C2,H1,B,4,22.6,106.1\nC1,H2,A,,22.7,106.2\n")};
    struct places p = load(&good, ERR_OK);
    assert_string_equal(p.clusters.items[0].code, "C1");
    assert_string_equal(p.clusters.items[0].parent_code, "H2");
    assert_int_equal(p.clusters.items[1].households, 4);
    places_free(&p);
    /* by the hamlet's name, where there is one of it */
    const struct places_sources named = {
        .hamlets = hamlets,
        .clusters =
            scratch_write(*state, "clusters.csv",
                          "cluster_code,hamlet,lat,lon\nC1,THÔN HAI,22.7,106.2\n")};
    p = load(&named, ERR_OK);
    assert_string_equal(p.clusters.items[0].parent_code, "H2");
    places_free(&p);
    free(hamlets);
    hamlets = xstrdup(scratch_write(*state, "hamlets.csv",
                                    "hamlet_code,name,lat,lon\nH1,Bản Mới,22.6,106.1\n"
                                    "H2,bản moi,22.7,106.2\nH3,Bản Moi,22.7,106.2\n"));
    const struct places_sources twice = {
        .hamlets = hamlets,
        .clusters = scratch_write(*state, "clusters.csv",
                                  "cluster_code,hamlet,lat,lon\nC1,moi,22.7,106.2\n")};
    refused(&twice, "C1", "2 hamlets");
    free(hamlets);
}

/* Sets hamlets into the region; the middle is where the communes are. */
static enum err settle(struct places *p, const char *region_name)
{
    struct region region;
    struct crs *crs = NULL;
    assert_int_equal(region_load(region_name, &region), ERR_OK);
    assert_int_equal(crs_open(region_epsg(&region, p->middle), region.operation, &crs),
                     ERR_OK);
    const enum err err = places_settle(p, &(struct places_settling){&region, crs, 0});
    crs_close(crs);
    region_free(&region);
    return err;
}

static void test_settle(void **state)
{
    struct scratch *s = *state;
    char *hamlets = xstrdup(scratch_write(
        s, "hamlets.geojson",
        COLLECTION(FEATURE(
            "\"hamlet_code\":\"H1\"",
            "{\"type\":"
            "\"Point\","
            "\"coordinates\":"
            "[106.05,22.05]}") "," FEATURE("\"hamlet_code\":\"H2\",\"commune_code\":"
                                           "\"own\"",
                                           "{\"type\":\"Point\",\"coordinates\":[106.05,"
                                           "22.05]}") "," FEATURE("\"hamlet_code\":"
                                                                  "\"H3\"",
                                                                  "{\"type\":\"Point\","
                                                                  "\"coordinates\":[106."
                                                                  "5,"
                                                                  "22.5]}") "," FEATURE("\"hamlet_code\":\"H4\"",
                                                                                        SQUARE(
                                                                                            "106",
                                                                                            "22")))));
    const struct places_sources sources = {
        .hamlets = hamlets,
        .communes = scratch_write(
            s, "communes.geojson",
            COLLECTION(FEATURE("\"code\":\"C2\"", SQUARE("106", "22")) "," FEATURE(
                "\"code\":\"C1\"", SQUARE("106", "22"))))};
    struct places p = load(&sources, ERR_OK);
    assert_int_equal(settle(&p, "vn"), ERR_OK);
    assert_string_equal(p.hamlets.items[0].parent_code, "C1"); /* the lowest of two */
    assert_string_equal(p.hamlets.items[1].parent_code, "own");
    assert_string_equal(p.hamlets.items[2].parent_code, "");
    assert_string_equal(p.hamlets.items[3].parent_code, "C1");
    assert_true(p.hamlets.items[3].point.lat_deg > 22 &&
                p.hamlets.items[3].point.lat_deg < 22.1);
    places_free(&p);
    free(hamlets);
}

static void test_outside_the_region(void **state)
{
    struct capture c;
    struct places p =
        load_hamlets(state, "hamlets.csv", "hamlet_code,name,lat,lon\nH7,A,60.1,22.6\n");
    capture_start(&c);
    const enum err err = settle(&p, "vn");
    const char *message = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(message, "H7"));
    assert_non_null(strstr(message, "hamlets.csv"));
    assert_int_equal(settle(&p, NULL), ERR_OK); /* the whole world */
    places_free(&p);
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_csv),
        SCRATCH_TEST(test_csv_headers),
        SCRATCH_TEST(test_geojson),
        SCRATCH_TEST(test_gpkg),
        SCRATCH_TEST(test_shapefile),
        SCRATCH_TEST(test_communes),
        SCRATCH_TEST(test_repair),
        SCRATCH_TEST(test_faults),
        SCRATCH_TEST(test_clusters),
        SCRATCH_TEST(test_settle),
        SCRATCH_TEST(test_outside_the_region),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, set_up, NULL);
}
