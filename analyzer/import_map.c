/* The text of --map. */
#include "import_map.h"

#include <string.h>

enum import_map_fault import_map_parse(char *text, struct import_maps *maps,
                                       const char **bad)
{
    maps->count = 0;
    for (char *at = text; at;) {
        char *next = strchr(at, ',');
        if (next)
            *next++ = '\0';
        char *equals = strchr(at, '=');
        if (!equals || equals == at || equals[1] == '\0' || maps->count == IMPORT_MAP_MAX)
            return IMPORT_MAP_FORM;
        *equals = '\0';
        if (!import_lomsong_csv_knows(at)) {
            *bad = at;
            return IMPORT_MAP_COLUMN;
        }
        maps->items[maps->count++] =
            (struct import_map){.ours = at, .theirs = equals + 1};
        at = next;
    }
    return IMPORT_MAP_OK;
}
