/* Hamlets, clusters and communes from CSV or, where the input begins with '{', GeoJSON;
 * then set into a survey. GDAL's other drivers are not ours to test. */
#include <gdal.h>
#include <math.h>

#include "crs.h"
#include "harness.h"
#include "places.h"

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

static bool read_places(const char *path, const char *role, struct place_list *list)
{
    if (places_read(path, role, list) != ERR_OK)
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
