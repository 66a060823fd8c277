/* G-NetTrack logs through detection, import, quality and tally. The first byte says
 * which: 't' the text log, any other the dataset's CSV. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const bool text = data[0] == 't';
    struct ingest_options options =
        fuzz_options(text ? "gnettrack" : "gnettrack-dataset");
    if (!text) /* the dataset never names an operator */
        options.import.mccmnc = mccmnc_parse("45204");
    char *path = fuzz_write(".log", data + 1, size - 1);
    (void)fuzz_log(path, &options);
    fuzz_remove(path);
    return 0;
}
