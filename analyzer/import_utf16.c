/* UTF-16 to UTF-8 by iconv, as a stream. */
#include "import_utf16.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

enum { IN_SIZE = 1 << 15 };

struct utf16 {
    iconv_t to_utf8;
    size_t have; /* bytes in `in` that are not converted yet */
    char in[IN_SIZE];
};

struct utf16 *utf16_open(const unsigned char first[4])
{
    const bool little = (first[0] == 0xff && first[1] == 0xfe) ||
                        (first[0] && !first[1] && first[2] && !first[3]);
    const bool big = (first[0] == 0xfe && first[1] == 0xff) ||
                     (!first[0] && first[1] && !first[2] && first[3]);
    if (!little && !big)
        return NULL;
    struct utf16 *u = xcalloc(1, sizeof *u);
    u->to_utf8 = iconv_open("UTF-8", little ? "UTF-16LE" : "UTF-16BE");
    if (u->to_utf8 == (iconv_t)-1) { /* no C library is without */
        free(u);
        return NULL;
    }
    return u;
}

void utf16_close(struct utf16 *u)
{
    if (!u)
        return;
    iconv_close(u->to_utf8);
    free(u);
}

void utf16_rewind(struct utf16 *u)
{
    u->have = 0;
    (void)iconv(u->to_utf8, NULL, NULL, NULL, NULL);
}

/* Converts what there is; U+FFFD stands for two bytes that are no character. */
static size_t convert(struct utf16 *u, const struct utf16_text *text, bool at_end)
{
    static const char unknown[] = "\xef\xbf\xbd";
    enum { UNKNOWN_LEN = sizeof unknown - 1 };
    char *in = u->in, *out = text->buf;
    size_t left = u->have, room = text->size;
    while (left > 0 && iconv(u->to_utf8, &in, &left, &out, &room) == (size_t)-1) {
        const bool bad = errno == EILSEQ || (errno == EINVAL && at_end);
        if (!bad || room < UNKNOWN_LEN)
            break;
        memcpy(out, unknown, UNKNOWN_LEN);
        out += UNKNOWN_LEN;
        room -= UNKNOWN_LEN;
        const size_t skip = left < 2 ? left : 2;
        in += skip;
        left -= skip;
    }
    memmove(u->in, in, left);
    u->have = left;
    return text->size - room;
}

long utf16_read(struct utf16 *u, csvio_read_fn read, void *source,
                const struct utf16_text *text)
{
    bool at_end = false;
    for (;;) {
        if (u->have < IN_SIZE / 2) {
            const long n = read(source, u->in + u->have, sizeof u->in - u->have);
            if (n < 0)
                return n;
            at_end = n == 0;
            u->have += (size_t)n;
        }
        const size_t got = convert(u, text, at_end);
        if (got > 0 || at_end || text->size < 4)
            return (long)got;
    }
}
