/* Whole numbers in as few bytes as they need: LEB128, seven bits to a byte, low bits
 * first; zigzag makes small negative numbers small. */
#ifndef LOMSONG_VARINT_H
#define LOMSONG_VARINT_H

#include <stdbool.h>
#include <stdint.h>

enum { VARINT_SIZE = 10 };

static inline uint64_t varint_zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t varint_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* Writes at most VARINT_SIZE bytes; returns where they end. */
static inline uint8_t *varint_put(uint8_t *at, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        *at++ = (uint8_t)(v | 0x80);
    *at++ = (uint8_t)v;
    return at;
}

/* Reads from *at and moves it on; false at the end of the bytes or behind 64 bits. */
static inline bool varint_get(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64 && *at < end; shift += 7) {
        const uint8_t byte = *(*at)++;
        if (shift == 63 && byte > 1)
            return false;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = v;
            return true;
        }
    }
    return false;
}

#endif
