/* Databases as input that begin as a whole one, changed by the input's SQL or, where it
 * begins with 'b', in some of its bytes. */
#ifndef LOMSONG_FUZZ_BASE_INPUT_H
#define LOMSONG_FUZZ_BASE_INPUT_H

#include "sql_input.h"

struct base_input {
    uint8_t *data;
    size_t size;
};

/* Takes a file over: it is removed and its path freed. */
static inline struct base_input base_take(char *path)
{
    struct base_input base = {0};
    FILE *f = fopen(path, "rb");
    CHECK(f && fseek(f, 0, SEEK_END) == 0);
    base.size = (size_t)ftell(f);
    base.data = xmalloc(base.size);
    rewind(f);
    CHECK(fread(base.data, 1, base.size, f) == base.size);
    fclose(f);
    fuzz_remove(path);
    return base;
}

/* Each four bytes of input: where in the file, low byte first, and what stands there. */
static inline void base_change_bytes(uint8_t *file, size_t file_size, const uint8_t *data,
                                     size_t size)
{
    for (; size >= 4; data += 4, size -= 4) {
        const size_t at = data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16;
        file[at % file_size] = data[3];
    }
}

/* The base with the input's changes as a file; the caller frees the path. */
static inline char *base_write(const struct base_input *base, const char *suffix,
                               const uint8_t *data, size_t size)
{
    const bool bytes = size > 0 && data[0] == 'b';
    uint8_t *file = xmalloc(base->size);
    memcpy(file, base->data, base->size);
    if (bytes)
        base_change_bytes(file, base->size, data + 1, size - 1);
    char *path = fuzz_write(suffix, file, base->size);
    free(file);
    if (!bytes)
        sql_apply(path, data, size);
    return path;
}

#endif
