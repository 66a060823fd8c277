/* Text for documents: whatever bytes come in, valid UTF-8 without controls goes out, and
 * what is clean stays as it is. */
#include <cpl_string.h>

#include "doc_text.h"
#include "harness.h"

static void check_clip(const char *clean, size_t max)
{
    char *clipped = doc_text_clip(clean, max);
    CHECK(CPLIsUTF8(clipped, -1));
    size_t characters = 0;
    for (const char *at = clipped; *at; at++)
        characters += ((unsigned char)*at & 0xC0) != 0x80;
    CHECK(characters <= max);
    CHECK(characters == max || strcmp(clipped, clean) == 0);
    free(clipped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = xstrndup((const char *)data, size);
    char *clean = doc_text_clean(text);
    char *again = doc_text_clean(clean);
    CHECK(CPLIsUTF8(clean, -1));
    CHECK(strcmp(clean, again) == 0);
    for (const char *at = clean; *at; at++)
        CHECK((unsigned char)*at >= ' ' && *at != 0x7F);
    check_clip(clean, 1);
    check_clip(clean, 7);
    struct doc_text_item items[2] = {{{text, "", "", clean}, "1", text},
                                     {{clean, text, "", ""}, "2", clean}};
    doc_text_sort(items, 2);
    CHECK(items[0].what != items[1].what);
    free(again);
    free(clean);
    free(text);
    return 0;
}
