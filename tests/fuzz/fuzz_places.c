/* Hamlets, clusters and communes from CSV or, where the input begins with '{', GeoJSON,
 * which are the same read without GDAL; then set into a survey. GDAL's other drivers are
 * not ours to test. */
#include <gdal.h>
#include <math.h>

#include "crs.h"
#include "harness.h"
#include "places.h"
#include "places_pieces.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static void remove_driver(GDALDriverH driver)
{
    GDALDeregisterDriver(driver);
    GDALDestroyDriver(driver);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    GDALAllRegister();
    for (int i = GDALGetDriverCount() - 1; i >= 0; i--) {
        GDALDriverH driver = GDALGetDriver(i);
        const char *name = GDALGetDriverShortName(driver);
        if (strcmp(name, "CSV") != 0 && strcmp(name, "GeoJSON") != 0)
            remove_driver(driver);
    }
    return 0;
}

static void check_places(const struct place_list *list, bool polygons_only)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct place *p = &list->items[i];
        CHECK(*p->code && *p->name && p->parent_code && p->parent_name);
        CHECK(p->households >= ID_UNKNOWN && p->households < 1000000000);
        CHECK((p->polygon.size > 0) == (p->polygon.data != NULL));
        CHECK(p->polygon.size > 0 || !polygons_only);
        CHECK(p->polygon.size > 0 ||
              (isfinite(p->point.lat_deg) && fabs(p->point.lat_deg) <= 90 &&
               fabs(p->point.lon_deg) <= 180));
    }
}

static void check_same(const struct place_list *a, const struct place_list *b)
{
    CHECK(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct place *p = &a->items[i];
        const struct place *q = &b->items[i];
        CHECK(strcmp(p->code, q->code) == 0 && strcmp(p->name, q->name) == 0);
        CHECK(strcmp(p->parent_code, q->parent_code) == 0);
        CHECK(strcmp(p->parent_name, q->parent_name) == 0);
        CHECK(strcmp(p->district, q->district) == 0);
        CHECK(strcmp(p->province, q->province) == 0);
        CHECK(p->households == q->households && p->electricity == q->electricity);
        CHECK(p->difficult == q->difficult && p->repaired == q->repaired);
        CHECK(memcmp(&p->point, &q->point, sizeof p->point) == 0);
        CHECK(p->polygon.size == q->polygon.size);
        CHECK(p->polygon.size == 0 ||
              memcmp(p->polygon.data, q->polygon.data, p->polygon.size) == 0);
    }
}

static void check_pieces(const char *path, const char *role, enum err err,
                         const struct place_list *row)
{
    const struct places_sources how = {.threads = 2, .piece_size = 1};
    struct place_list pieces = {0};
    CHECK(places_read_pieces(path, role, &how, &pieces) == err);
    if (!err)
        check_same(row, &pieces);
    place_list_free(&pieces);
}

static bool read_places(const char *path, const char *role, struct place_list *list)
{
    const enum err err = places_read(path, role, list);
    check_pieces(path, role, err, list);
    if (err)
        return false;
    check_places(list, strcmp(role, "commune") == 0);
    return true;
}

static void settle(struct places *places)
{
    struct region region;
    struct crs *crs = NULL;
    CHECK(region_load("vn", &region) == ERR_OK);
    CHECK(crs_open(region.crs[0].epsg, region.operation, &crs) == ERR_OK);
    if (places_settle(places, &(struct places_settling){&region, crs, 1}) == ERR_OK) {
        for (size_t i = 0; i < places->hamlets.count; i++)
            CHECK(geo_valid(places->hamlets.items[i].point));
    }
    crs_close(crs);
    region_free(&region);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool json = size > 0 && data[0] == '{';
    char *path = fuzz_write(json ? ".geojson" : ".csv", data, size);
    struct places places = {.middle = geo_none()};
    const bool hamlets = read_places(path, "hamlet", &places.hamlets);
    const bool clusters = read_places(path, "cluster", &places.clusters);
    const bool communes = read_places(path, "commune", &places.communes);
    if (hamlets || clusters || communes)
        settle(&places);
    places_free(&places);
    fuzz_remove(path);
    return 0;
}
