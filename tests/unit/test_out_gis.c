/* survey.gpkg and coverage_*.tif of a small model made by hand, read back by GDAL. */
#include <cpl_conv.h>
#include <dirent.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../support/gis_model.h"
#include "out.h"

static GDALDatasetH open_file(const char *dir, const char *name)
{
    char *path = xasprintf("%s/%s", dir, name);
    GDALDatasetH file = GDALOpenEx(path, GDAL_OF_READONLY, NULL, NULL, NULL);
    free(path);
    assert_non_null(file);
    return file;
}

/* The value of a column as text; NULL for NULL. */
static const char *value(OGRFeatureH f, const char *column)
{
    const int i = OGR_F_GetFieldIndex(f, column);
    assert_true(i >= 0);
    return OGR_F_IsFieldSetAndNotNull(f, i) ? OGR_F_GetFieldAsString(f, i) : NULL;
}

struct value_row {
    const char *layer;
    int feature; /* from 1 */
    const char *column;
    const char *expected; /* NULL: NULL */
};

static const struct value_row value_rows[] = {
    {"hamlet", 1, "hamlet", "Bản Gạo"},
    {"hamlet", 1, "province_code", "04"},
    {"hamlet", 1, "verdict", "depression"},
    {"hamlet", 1, "centre", "pass"},
    {"hamlet", 1, "clusters", "1"},
    {"hamlet", 1, "clusters_failed", "1"},
    {"hamlet", 1, "operators_pass", "45201;45204"},
    {"hamlet", 1, "best_operator", "45204"},
    {"hamlet", 1, "availability", "0.95"},
    {"hamlet", 1, "first_utc", "2025-07-18T22:11:08Z"},
    {"hamlet", 1, "rule_id", "test-rule"},
    {"hamlet", 2, "commune_code", NULL},
    {"hamlet", 2, "households", NULL},
    {"hamlet", 2, "electricity", "unknown"},
    {"hamlet", 2, "best_operator", NULL},
    {"hamlet", 2, "availability", NULL},
    {"hamlet", 2, "bins", "0"},
    {"hamlet", 2, "bins_total", "4"},
    {"hamlet", 2, "last_utc", NULL},
    {"test_area", 1, "effective_n", "17.5"},
    {"test_area", 2, "hamlet_code", "H1"},
    {"test_area", 2, "name", NULL},
    {"test_area", 2, "area_kind", "cluster"},
    {"test_area", 2, "result", "fail"},
    {"test_area", 2, "samples", "340"},
    {"test_area", 3, "hamlet_code", "H2"},
    {"test_area", 3, "households", "0"},
    {"bin", 1, "bin_x", "-1"},
    {"bin", 1, "median_dbm", "-90"},
    {"bin", 1, "operator", "Viettel"},
    {"bin", 2, "operator", "45201"},
    {"bin", 2, "tech", NULL},
    {"bin", 2, "median_dbm", NULL},
    {"bin", 2, "no_service_samples", "3"},
    {"bin", 4, "tech", "GSM"},
    {"bin", 4, "no_level_samples", "2"},
    {"bin", 6, "tech", "NR_SA"},
    {"bin", 6, "p10_dbm", "-92"},
    {"bin", 1, "class", "band_3"},
    {"bin", 1, "counted", "yes"},
    {"bin", 1, "availability", "0.75"},
    {"bin", 2, "class", "other_service"},
    {"bin", 2, "counted", NULL},
    {"bin", 4, "class", "no_level"},
    {"bin", 4, "counted", "no"},
    {"bin_best", 1, "bin_x", "-1"},
    {"bin_best", 1, "class", "band_3"},
    {"bin_best", 1, "operators_tested", "45204"},
    {"bin_best", 2, "operators_tested", "45201;45204"},
    {"bin_best", 2, "mccmnc", "45204"},
    {"bin_best", 2, "median_dbm", "-101"},
    {"bin_best", 2, "best_operator", "45204"},
    {"bin_best", 3, "class", "other_service"},
    {"bin_best", 3, "mccmnc", NULL},
    {"bin_best", 3, "median_dbm", NULL},
    {"bin_best", 4, "tech", "NR_SA"},
    {"bin_best", 4, "availability", "0.75"},
    {"track", 1, "log", "trip.gpkg"},
    {"track", 1, "operators", "45204"},
    {"track", 1, "date", "2025-07-18"},
    {"track", 1, "first_utc", "2025-07-18T22:11:08Z"},
    {"track", 1, "last_utc", "2025-07-18T22:13:08Z"},
    {"track", 1, "samples", "4"},
    {"track", 1, "length_m", "125"}, /* 100 between bins, 25 in the lone one */
    {"commune", 1, "code", NULL},
    {"commune", 2, "code", "01273"},
    {"commune", 2, "depression", "1"},
    {"commune", 2, "not_enough_data_no_electricity", "7"},
    {"commune", 2, "households_depression", "41"},
    {"commune", 2, "households_no_signal_no_electricity", "8"},
    {"commune", 2, "broadband_3g4g", "present"},
    {"layer_styles", 1, "f_table_name", "hamlet"},
    {"layer_styles", 3, "f_table_name", "bin"},
    {"layer_styles", 3, "useAsDefault", "1"},
    {"layer_styles", 4, "f_table_name", "bin"},
    {"layer_styles", 4, "useAsDefault", "0"},
    {"layer_styles", 4, "f_geometry_column", "geom"},
    {"layer_styles", 4, "update_time", "2025/07/18 00:00:00+00"},
    {"layer_styles", 8, "f_table_name", "track"},
    {"layer_styles", 8, "useAsDefault", "1"},
};

static void test_gpkg_values(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    char *dir = make_dir();
    assert_int_equal(out_gpkg(&s->m, dir), ERR_OK);
    GDALDatasetH file = open_file(dir, "survey.gpkg");
    for (size_t i = 0; i < sizeof value_rows / sizeof *value_rows; i++) {
        const struct value_row *row = &value_rows[i];
        OGRLayerH layer = GDALDatasetGetLayerByName(file, row->layer);
        assert_non_null(layer);
        OGRFeatureH f = OGR_L_GetFeature(layer, row->feature);
        assert_non_null(f);
        const char *got = value(f, row->column);
        if (row->expected) {
            assert_non_null(got);
            assert_string_equal(got, row->expected);
        } else {
            assert_null(got);
        }
        OGR_F_Destroy(f);
    }
    GDALClose(file);
    remove_dir(dir);
    free_model(s);
}

/* The ring of a feature's polygon, or of its multipolygon's first. */
static OGRGeometryH ring_of(OGRFeatureH f)
{
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    assert_non_null(g);
    if (OGR_G_GetGeometryType(g) == wkbMultiPolygon)
        g = OGR_G_GetGeometryRef(g, 0);
    assert_int_equal(OGR_G_GetGeometryType(g), wkbPolygon);
    return OGR_G_GetGeometryRef(g, 0);
}

static void check_layer(GDALDatasetH file, const char *name, int64_t count)
{
    OGRLayerH layer = GDALDatasetGetLayerByName(file, name);
    assert_non_null(layer);
    assert_int_equal(OGR_L_GetFeatureCount(layer, TRUE), count);
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
    assert_string_equal(OSRGetAuthorityCode(srs, NULL), "3405");
}

static void check_shapes(GDALDatasetH file, const struct sample_model *s)
{
    OGRFeatureH f = OGR_L_GetFeature(GDALDatasetGetLayerByName(file, "hamlet"), 1);
    const struct xy at = crs_forward(s->crs, s->areas[0].point);
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    assert_true(fabs(OGR_G_GetX(g, 0) - at.x_m) < 1e-6);
    assert_true(fabs(OGR_G_GetY(g, 0) - at.y_m) < 1e-6);
    OGR_F_Destroy(f);

    f = OGR_L_GetFeature(GDALDatasetGetLayerByName(file, "test_area"), 1);
    g = ring_of(f);
    assert_int_equal(OGR_G_GetPointCount(g), 65);
    for (int i = 0; i < 65; i++)
        assert_true(fabs(hypot(OGR_G_GetX(g, i) - at.x_m, OGR_G_GetY(g, i) - at.y_m) -
                         300) < 1e-6);
    OGR_F_Destroy(f);

    f = OGR_L_GetFeature(GDALDatasetGetLayerByName(file, "bin"), 1);
    g = ring_of(f);
    assert_int_equal(OGR_G_GetPointCount(g), 5);
    assert_true(OGR_G_GetX(g, 0) == -50 && OGR_G_GetY(g, 0) == 2499100);
    assert_true(OGR_G_GetX(g, 2) == 0 && OGR_G_GetY(g, 2) == 2499150);
    OGR_F_Destroy(f);

    OGRLayerH communes = GDALDatasetGetLayerByName(file, "commune");
    f = OGR_L_GetFeature(communes, 1);
    assert_null(OGR_F_GetGeometryRef(f));
    OGR_F_Destroy(f);
    f = OGR_L_GetFeature(communes, 2);
    const struct xy corner = crs_forward(s->crs, (struct latlon){22.7, 106.4});
    assert_true(fabs(OGR_G_GetX(ring_of(f), 2) - corner.x_m) < 1e-6);
    assert_true(fabs(OGR_G_GetY(ring_of(f), 2) - corner.y_m) < 1e-6);
    OGR_F_Destroy(f);
}

/* Straight over three bins, then a dash in the bin after the gap. */
static void check_track(GDALDatasetH file)
{
    OGRFeatureH f = OGR_L_GetFeature(GDALDatasetGetLayerByName(file, "track"), 1);
    char *wkt = NULL;
    OGR_G_ExportToWkt(OGR_F_GetGeometryRef(f), &wkt);
    assert_string_equal(wkt, "MULTILINESTRING ((623225 2499075,623325 2499075),"
                             "(623362.5 2499075.0,623387.5 2499075.0))");
    CPLFree(wkt);
    OGR_F_Destroy(f);
}

static void test_gpkg_shapes(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    char *dir = make_dir();
    assert_int_equal(out_gpkg(&s->m, dir), ERR_OK);
    GDALDatasetH file = open_file(dir, "survey.gpkg");
    check_layer(file, "hamlet", 2);
    check_layer(file, "test_area", 3);
    check_layer(file, "bin", 6);
    check_layer(file, "bin_best", 4);
    check_layer(file, "commune", 2);
    check_layer(file, "track", 1);
    check_track(file);
    check_shapes(file, s);
    GDALClose(file);
    remove_dir(dir);
    free_model(s);
}

static char *read_all(const char *dir, const char *name, size_t *size)
{
    char *path = xasprintf("%s/%s", dir, name);
    FILE *f = fopen(path, "rbe");
    free(path);
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *size = (size_t)ftell(f);
    rewind(f);
    char *data = xmalloc(*size);
    assert_int_equal(fread(data, 1, *size, f), *size);
    fclose(f);
    return data;
}

static void test_same_bytes_twice(void **state)
{
    (void)state;
    static const char *const names[] = {"survey.gpkg", "coverage_45204_LTE.tif",
                                        "coverage_45204_NR_SA.tif"};
    struct sample_model *s = make_model();
    char *dirs[2] = {make_dir(), make_dir()};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out_gpkg(&s->m, dirs[i]), ERR_OK);
        assert_int_equal(out_coverage(&s->m, dirs[i]), ERR_OK);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size[2];
        char *data[2];
        for (int k = 0; k < 2; k++)
            data[k] = read_all(dirs[k], names[i], &size[k]);
        assert_int_equal(size[0], size[1]);
        assert_memory_equal(data[0], data[1], size[0]);
        free(data[0]);
        free(data[1]);
    }
    remove_dir(dirs[0]);
    remove_dir(dirs[1]);
    free_model(s);
}

static int count_files(const char *dir)
{
    DIR *d = opendir(dir);
    assert_non_null(d);
    int count = 0;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        count += e->d_name[0] != '.';
    closedir(d);
    return count;
}

static int pixel(GDALDatasetH file, int column, int row)
{
    int16_t level_dbm = 0;
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(file, 1), GF_Read, column, row, 1, 1,
                                  &level_dbm, 1, 1, GDT_Int16, 0, 0),
                     CE_None);
    return level_dbm;
}

/* Pixels (12465, 2) and (12466, 0), and a lone one, in overviews of half the size each.
 */
static void check_overviews(GDALRasterBandH band)
{
    assert_int_equal(GDALGetOverviewCount(band), 5); /* the last fits a block of 512 */
    const struct {
        int overview, column, row, level_dbm;
    } rows[] = {{0, 6232, 1, -101}, {0, 6233, 0, -117}, {0, 0, 0, -90},
                {1, 3116, 0, -117}, {4, 389, 0, -117},  {4, 0, 0, -90},
                {4, 200, 0, -32768}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int16_t level_dbm = 0;
        assert_int_equal(GDALRasterIO(GDALGetOverview(band, rows[i].overview), GF_Read,
                                      rows[i].column, rows[i].row, 1, 1, &level_dbm, 1, 1,
                                      GDT_Int16, 0, 0),
                         CE_None);
        assert_int_equal(level_dbm, rows[i].level_dbm);
    }
}

/* The stray bin at -1 lies 623 km west of the others. */
static void test_coverage(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    char *dir = make_dir();
    assert_int_equal(out_coverage(&s->m, dir), ERR_OK);
    /* two of levels, none for GSM, which has no level; two of availability */
    assert_int_equal(count_files(dir), 2 * 4);
    GDALDatasetH file = open_file(dir, "coverage_45204_LTE.tif");
    assert_int_equal(GDALGetRasterXSize(file), 12467);
    assert_int_equal(GDALGetRasterYSize(file), 3);
    double corner[6];
    assert_int_equal(GDALGetGeoTransform(file, corner), CE_None);
    const double expected[6] = {-50, 50, 0, 49984.0 * 50, 0, -50};
    assert_memory_equal(corner, expected, sizeof expected);
    const struct {
        int column, row, level_dbm;
    } rows[] = {{0, 1, -90},    {12465, 2, -101},  {12466, 0, -117},
                {0, 0, -32768}, {6000, 1, -32768}, {12466, 1, -32768}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(pixel(file, rows[i].column, rows[i].row), rows[i].level_dbm);
    GDALRasterBandH band = GDALGetRasterBand(file, 1);
    assert_int_equal(GDALGetRasterDataType(band), GDT_Int16);
    check_overviews(band);
    assert_true(GDALGetRasterNoDataValue(band, NULL) == -32768);
    assert_string_equal(GDALGetDescription(band), "median LTE level of 45204, dBm");
    assert_string_equal(OSRGetAuthorityCode(GDALGetSpatialRef(file), NULL), "3405");
    assert_string_equal(GDALGetMetadataItem(file, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
    GDALClose(file);
    remove_dir(dir);
    free_model(s);
}

static void test_availability(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    s->bins[2].share = (double)NAN; /* too old to count */
    char *dir = make_dir();
    assert_int_equal(out_coverage(&s->m, dir), ERR_OK);
    GDALDatasetH file = open_file(dir, "availability_45204.tif");
    GDALRasterBandH band = GDALGetRasterBand(file, 1);
    assert_int_equal(GDALGetRasterDataType(band), GDT_Float32);
    assert_true(GDALGetRasterNoDataValue(band, NULL) == -1);
    assert_string_equal(GDALGetDescription(band), "availability of 45204, 0 to 1");
    assert_string_equal(GDALGetMetadataItem(file, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
    const struct {
        int column, row;
        float share;
    } rows[] = {{0, 1, 0.75F}, {12465, 1, 0}, {12466, 0, 0.75F}, {0, 0, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        float share = 9;
        assert_int_equal(GDALRasterIO(band, GF_Read, rows[i].column, rows[i].row, 1, 1,
                                      &share, 1, 1, GDT_Float32, 0, 0),
                         CE_None);
        assert_true(share == rows[i].share);
    }
    GDALClose(file);
    remove_dir(dir);
    free_model(s);
}

static void test_empty_model(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    s->m.hamlet_count = s->m.area_count = s->m.bin_count = s->m.commune_count = 0;
    s->m.track_count = 0;
    s->m.newest_day = INT32_MIN;
    char *dir = make_dir();
    assert_int_equal(out_gpkg(&s->m, dir), ERR_OK);
    assert_int_equal(out_coverage(&s->m, dir), ERR_OK);
    assert_int_equal(count_files(dir), 1);
    GDALDatasetH file = open_file(dir, "survey.gpkg");
    check_layer(file, "hamlet", 0);
    check_layer(file, "commune", 0);
    GDALClose(file);
    remove_dir(dir);
    free_model(s);
}

static void test_no_directory(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    assert_int_equal(out_gpkg(&s->m, "/nonexistent/dir"), ERR_FAILED);
    assert_int_equal(out_coverage(&s->m, "/nonexistent/dir"), ERR_FAILED);
    free_model(s);
}

/* A limit on file size stands for the full disk: writes fail in the middle of a file. */
static void test_write_fails(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    char *dir = make_dir();
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    char *whole = make_dir();
    struct stat st;
    assert_int_equal(out_gpkg(&s->m, whole), ERR_OK);
    char *path = xasprintf("%s/survey.gpkg", whole);
    assert_int_equal(stat(path, &st), 0);
    free(path);
    remove_dir(whole);
    const rlim_t gpkg_limits[] = {0, 4096, 40960, 98304, (rlim_t)st.st_size - 4096};
    for (size_t i = 0; i < sizeof gpkg_limits / sizeof *gpkg_limits; i++) {
        char *sub = make_dir();
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){gpkg_limits[i], old.rlim_max});
        assert_int_equal(out_gpkg(&s->m, sub), ERR_FAILED);
        remove_dir(sub);
    }
    const rlim_t tif_limits[] = {0, 512};
    for (size_t i = 0; i < sizeof tif_limits / sizeof *tif_limits; i++) {
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){tif_limits[i], old.rlim_max});
        assert_int_equal(out_coverage(&s->m, dir), ERR_FAILED);
    }
    setrlimit(RLIMIT_FSIZE, &old);
    remove_dir(dir);
    free_model(s);
}

int main(void)
{
    GDALAllRegister();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gpkg_values),      cmocka_unit_test(test_gpkg_shapes),
        cmocka_unit_test(test_same_bytes_twice), cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_availability),     cmocka_unit_test(test_empty_model),
        cmocka_unit_test(test_no_directory),     cmocka_unit_test(test_write_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
