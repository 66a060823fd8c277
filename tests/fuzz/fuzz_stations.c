/* Lists of stations, as CSV. */
#include "harness.h"

#include <gdal.h>

#include "stations.h"

static enum err take(void *near, const struct station *station)
{
    CHECK(geo_valid(station->pos) && station->tech <= TECH_NONE);
    CHECK(strlen(station->name) < SIZE_MAX);
    return station_near_offer(near, station);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct region region = {0};
    struct station_near near = {.from = {22.6, 106.1}};
    char *path = fuzz_write(".csv", data, size);
    GDALAllRegister();
    if (stations_read(path, &region, take, &near) == ERR_OK)
        CHECK(near.count > 0);
    station_near_sort(&near);
    for (size_t i = 1; i < near.count; i++)
        CHECK(near.items[i - 1].station.mccmnc <= near.items[i].station.mccmnc);
    fuzz_remove(path);
    return 0;
}
