/* Data files that are part of the program: schema, rules, regions, web template. The
 * build makes the table from the files named in the Makefile. */
#ifndef LOMSONG_EMBED_H
#define LOMSONG_EMBED_H

#include <stddef.h>

struct embed_file {
    const char *name; /* as in the repository: "maps/regions/vn.yaml" */
    const char *data; /* followed by a NUL that `size` does not count */
    size_t size;
};

extern const struct embed_file embed_files[];
extern const size_t embed_file_count;

/* The file of that name, or NULL. */
const struct embed_file *embed_find(const char *name);

#endif
