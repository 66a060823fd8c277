/* Gzip by ISA-L against zlib: the same bytes, whatever is asked for at once, and what
 * zlib takes is taken. */
#include <zlib.h>

#include "gunzip.h"
#include "harness.h"

enum { MOST = 1 << 22 }; /* of a small bomb no more is compared */

struct text {
    uint8_t *bytes;
    size_t size;
    bool ok;
};

static struct text by_zlib(const char *path)
{
    struct text t = {.bytes = xmalloc(MOST)};
    gzFile f = gzopen(path, "rb");
    CHECK(f != NULL);
    int n, code = Z_OK;
    while (t.size < MOST &&
           (n = gzread(f, t.bytes + t.size, (unsigned)(MOST - t.size))) > 0)
        t.size += (size_t)n;
    (void)gzerror(f, &code);
    t.ok = code == Z_OK || code == Z_STREAM_END;
    gzclose(f);
    return t;
}

static struct text by_us(struct gunzip *g, size_t step)
{
    struct text t = {.bytes = xmalloc(MOST)};
    long n = 0;
    while (t.size < MOST) {
        const size_t room = MOST - t.size;
        n = gunzip_read(g, t.bytes + t.size, room < step ? room : step);
        if (n <= 0)
            break;
        t.size += (size_t)n;
    }
    t.ok = n >= 0;
    CHECK(t.ok || gunzip_fault(g) != NULL);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = fuzz_write(".gz", data, size);
    const struct text expected = by_zlib(path);
    struct gunzip *g = gunzip_open(path);
    CHECK(g != NULL);
    const struct text whole = by_us(g, MOST);
    gunzip_rewind(g);
    const struct text parts = by_us(g, size > 0 ? 1 + (size_t)data[size - 1] * 7 : 1);
    CHECK(whole.ok == parts.ok);
    /* how much comes before damage is up to ISA-L */
    CHECK(!whole.ok || whole.size == parts.size);
    const size_t both = whole.size < parts.size ? whole.size : parts.size;
    CHECK(memcmp(whole.bytes, parts.bytes, both) == 0);
    if (expected.ok) {
        CHECK(whole.ok && whole.size == expected.size);
        CHECK(memcmp(whole.bytes, expected.bytes, expected.size) == 0);
    }
    gunzip_close(g);
    free(expected.bytes);
    free(whole.bytes);
    free(parts.bytes);
    fuzz_remove(path);
    return 0;
}
