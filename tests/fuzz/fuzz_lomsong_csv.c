/* lomsong CSV through detection, import, quality and tally. A header that begins with
 * "when" is read with --map, as another program's CSV. */
#include "harness.h"

static const struct import_map map[] = {
    {"t_utc", "when"}, {"lat_deg", "y"}, {"lon_deg", "x"},
    {"mccmnc", "net"}, {"tech", "rat"},  {"level_dbm", "sig"},
};

static bool detected(const char *path, const struct import_options *options)
{
    struct import_file *f = NULL;
    size_t size = 0;
    if (import_file_open(path, &f) != ERR_OK)
        return false;
    const char *head = import_file_head(f, &size);
    const bool found = import_lomsong_csv_detect(head, size, options);
    import_file_close(f);
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ingest_options options = fuzz_options("lomsong");
    char *path = fuzz_write(".csv", data, size);
    if (size >= 4 && memcmp(data, "when", 4) == 0) {
        options.import.map = map;
        options.import.map_count = sizeof map / sizeof *map;
        options.import.mccmnc = mccmnc_parse("45204");
    }
    const bool found = detected(path, &options.import);
    CHECK(fuzz_log(path, &options) < 0 || found);
    fuzz_remove(path);
    return 0;
}
