/* Look-up in the table of embedded files that the build makes. */
#include "embed.h"

#include <string.h>

const struct embed_file *embed_find(const char *name)
{
    for (size_t i = 0; i < embed_file_count; i++) {
        if (strcmp(embed_files[i].name, name) == 0)
            return &embed_files[i];
    }
    return NULL;
}
