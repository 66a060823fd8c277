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

/* A number of several bytes, and where they end: NULL where they do not. */
struct varint_read {
    const uint8_t *end;
    uint64_t value;
};
struct varint_read varint_get_long(const uint8_t *at, const uint8_t *end);

/* Reads from *at and moves it on; false at the end of the bytes or behind 64 bits. Most
 * numbers are of one byte. */
static inline bool varint_get(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    if (*at < end && **at < 0x80) {
        *value = *(*at)++;
        return true;
    }
    const struct varint_read r = varint_get_long(*at, end);
    if (!r.end)
        return false;
    *at = r.end;
    *value = r.value;
    return true;
}

#endif
