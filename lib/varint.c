/* Numbers of several bytes. */
#include "varint.h"

#include <stddef.h>

struct varint_read varint_get_long(const uint8_t *at, const uint8_t *end)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64 && at < end; shift += 7) {
        const uint8_t byte = *at++;
        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return (struct varint_read){.end = at, .value = v};
    }
    return (struct varint_read){.end = NULL};
}
