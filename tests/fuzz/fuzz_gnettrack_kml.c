/* G-NetTrack's KML through import, quality and tally. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ingest_options options = fuzz_options("gnettrack-kml");
    options.import.mccmnc = mccmnc_parse("45204");
    char *path = fuzz_write(".kml", data, size);
    (void)fuzz_log(path, &options);
    fuzz_remove(path);
    return 0;
}
