/* Crosswalks, and the names in them against one another. */
#include "crosswalk.h"
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct crosswalk c = {0};
    char *path = fuzz_write(".csv", data, size);
    if (crosswalk_load(path, &c) == ERR_OK) {
        CHECK(c.count > 0 && c.by_old_code_count <= c.count);
        for (size_t i = 0; i < c.count && i < 64; i++) {
            const struct crosswalk_row *r = &c.rows[i];
            size_t first = 0, *items = NULL;
            const size_t count = place_names_find(c.old_names, r->old_name, NULL, &items);
            CHECK(count <= 2 * c.count);
            free(items);
            if (place_name_same(PLACE_COMMUNE, r->old_name, r->old_name))
                CHECK(count > 0);
            if (r->old_code[0] != '\0')
                CHECK(crosswalk_find_code(&c, r->old_code, &first) > 0);
        }
    }
    crosswalk_free(&c);
    fuzz_remove(path);
    return 0;
}
