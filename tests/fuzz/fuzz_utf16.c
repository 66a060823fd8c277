/* UTF-16 to UTF-8: the same text whatever is read at once, of whole characters, and never
 * longer than three bytes for two. */
#include <cpl_string.h>

#include "harness.h"
#include "import_utf16.h"

struct bytes {
    const uint8_t *data;
    size_t size, at;
    size_t step; /* at most so many are given at once */
};

static long read_bytes(void *source, void *buf, size_t size)
{
    struct bytes *b = source;
    size_t n = b->size - b->at;
    n = n < size ? n : size;
    n = n < b->step ? n : b->step;
    memcpy(buf, b->data + b->at, n);
    b->at += n;
    return (long)n;
}

/* All of it, with a NUL behind; `room` is what is asked for at once. */
static char *convert(struct utf16 *u, struct bytes *b, size_t room, size_t *len)
{
    const size_t most = 2 * b->size + 8;
    char *text = xmalloc(most + room + 1);
    long got;
    *len = 0;
    while ((got = utf16_read(u, read_bytes, b, &(struct utf16_text){text + *len, room})) >
           0) {
        CHECK((size_t)got <= room);
        *len += (size_t)got;
        CHECK(*len <= most);
    }
    CHECK(got == 0);
    text[*len] = '\0';
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    struct utf16 *u = utf16_open(data);
    if (!u)
        return 0;
    struct bytes whole = {.data = data, .size = size, .step = SIZE_MAX};
    struct bytes parts = {.data = data, .size = size, .step = 1 + data[size - 1] % 5};
    size_t len = 0, part_len = 0;
    char *text = convert(u, &whole, 1 << 12, &len);
    utf16_rewind(u);
    char *part = convert(u, &parts, 4 + data[size - 2] % 3, &part_len);
    CHECK(len == part_len && memcmp(text, part, len) == 0);
    /* the mark is the first character, for csvio to drop; NUL is one of its own */
    for (size_t i = 0; i < len; i += strlen(text + i) + 1)
        CHECK(CPLIsUTF8(text + i, -1));
    free(text);
    free(part);
    utf16_close(u);
    return 0;
}
