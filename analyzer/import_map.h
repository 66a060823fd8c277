/* The text of --map: which columns of a foreign CSV have which meaning. */
#ifndef LOMSONG_IMPORT_MAP_H
#define LOMSONG_IMPORT_MAP_H

#include "import.h"

enum { IMPORT_MAP_MAX = 64 };

struct import_maps {
    struct import_map items[IMPORT_MAP_MAX];
    size_t count;
};

enum import_map_fault {
    IMPORT_MAP_OK,
    IMPORT_MAP_FORM, /* not ours=theirs,ours=theirs,..., or over IMPORT_MAP_MAX of them */
    IMPORT_MAP_COLUMN, /* `bad` is no column of lomsong CSV */
};

/* Cuts up `text`, in which the maps then point. */
MUST_CHECK enum import_map_fault import_map_parse(char *text, struct import_maps *maps,
                                                  const char **bad);

#endif
