/* Tables of survey apps through import, quality and tally. The first byte says which: the
 * number of the format in the table below, from 'a'. */
#include "harness.h"

static const char *const formats[] = {"network-survey", "tower-collector", "cellmapper",
                                      "rtr"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t which = (size_t)(data[0] - 'a') % (sizeof formats / sizeof *formats);
    struct ingest_options options = fuzz_options(formats[which]);
    options.import.mccmnc = mccmnc_parse("45204");
    options.import.has_day = true;
    options.import.day = 20254;
    char *path = fuzz_write(".csv", data + 1, size - 1);
    (void)fuzz_log(path, &options);
    fuzz_remove(path);
    return 0;
}
