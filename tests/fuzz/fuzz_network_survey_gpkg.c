/* GeoPackages of Network Survey through import, quality and tally. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ingest_options options = fuzz_options("network-survey-gpkg");
    options.import.mccmnc = mccmnc_parse("45204");
    char *path = fuzz_write(".gpkg", data, size);
    (void)fuzz_log(path, &options);
    fuzz_remove(path);
    return 0;
}
