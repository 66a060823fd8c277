/* Numbers as WKB and its kin have them, the lowest byte first. */
#ifndef LOMSONG_WKB_PUT_H
#define LOMSONG_WKB_PUT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Each returns where the next number goes. */
static inline uint8_t *wkb_put_uint32(uint8_t *to, uint32_t value)
{
    const uint32_t bytes = htole32(value);
    memcpy(to, &bytes, sizeof bytes);
    return to + sizeof bytes;
}

static inline uint8_t *wkb_put_doubles(uint8_t *to, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bytes;
        memcpy(&bytes, &values[i], sizeof bytes);
        bytes = htole64(bytes);
        memcpy(to, &bytes, sizeof bytes);
        to += sizeof bytes;
    }
    return to;
}

#endif
