/* For tests: reads what map_pack.c packs, by another way. */
#ifndef LOMSONG_UNPACK_H
#define LOMSONG_UNPACK_H

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct unpack {
    uint8_t *bytes;
    size_t size;
    size_t at;
};

/* The caller frees bytes. */
static inline struct unpack unpack_open(const char *base64)
{
    const size_t digits = strlen(base64);
    struct unpack u = {.bytes = calloc(1, digits + 1)};
    const int size = EVP_DecodeBlock(u.bytes, (const unsigned char *)base64, (int)digits);
    u.size = size < 0 ? 0 : (size_t)size;
    for (size_t end = digits; end > 0 && base64[end - 1] == '='; end--)
        u.size--; /* the decoder counts the padding */
    return u;
}

static inline uint64_t unpack_uint(struct unpack *u)
{
    uint64_t value = 0;
    for (unsigned shift = 0; u->at < u->size; shift += 7) {
        const uint8_t byte = u->bytes[u->at++];
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

static inline int64_t unpack_int(struct unpack *u)
{
    const uint64_t value = unpack_uint(u);
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

#endif
