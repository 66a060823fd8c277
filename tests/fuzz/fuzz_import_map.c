/* The text of --map. */
#include "harness.h"
#include "import_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct import_maps maps;
    const char *bad = NULL;
    char *text = xstrndup((const char *)data, size);
    const size_t len = strlen(text);
    switch (import_map_parse(text, &maps, &bad)) {
    case IMPORT_MAP_OK:
        CHECK(maps.count > 0 && maps.count <= IMPORT_MAP_MAX);
        for (size_t i = 0; i < maps.count; i++) {
            CHECK(import_lomsong_csv_knows(maps.items[i].ours) && *maps.items[i].theirs);
            CHECK(maps.items[i].theirs + strlen(maps.items[i].theirs) <= text + len);
        }
        break;
    case IMPORT_MAP_COLUMN:
        CHECK(bad && *bad && !import_lomsong_csv_knows(bad));
        break;
    case IMPORT_MAP_FORM:
        break;
    }
    free(text);
    return 0;
}
