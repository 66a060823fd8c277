/* Region files: whatever is accepted must give every place a CRS and every operator a
 * name. */
#include <math.h>

#include "harness.h"
#include "region.h"

static void check_region(const struct region *r)
{
    const double lons_deg[] = {-180, -1, 105.5, 108, 108.1, 180};
    char digits[MCCMNC_TEXT_SIZE];
    CHECK(*r->name && (!r->operation || *r->operation));
    CHECK(abs(r->utc_offset_s) <= 14 * 3600);
    CHECK(r->west_deg < r->east_deg && r->south_deg < r->north_deg);
    CHECK(r->west_deg >= -180 && r->east_deg <= 180);
    CHECK(r->south_deg >= -90 && r->north_deg <= 90);
    for (size_t i = 0; i < sizeof lons_deg / sizeof *lons_deg; i++) {
        const int epsg = region_epsg(r, (struct latlon){22.5, lons_deg[i]});
        CHECK(epsg >= 1024 && epsg <= 32767);
    }
    for (size_t i = 0; i < r->operator_count; i++) {
        const struct region_operator *o = &r->operators[i];
        CHECK(o->mccmnc != 0 && *o->name);
        CHECK(region_operator_name(r, o->mccmnc, digits) == o->name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct region region = {0};
    char *path = fuzz_write(".yaml", data, size);
    if (region_load(path, &region) == ERR_OK)
        check_region(&region);
    region_free(&region);
    fuzz_remove(path);
    return 0;
}
