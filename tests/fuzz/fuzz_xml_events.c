/* XML: elements that end have begun, none is too deep, no text too long. */
#include "harness.h"
#include "xml_events.h"

struct open {
    int depth;
};

static void start(void *ctx, const char *name, const char *const *attributes)
{
    struct open *o = ctx;
    CHECK(++o->depth <= XML_MAX_DEPTH && !strchr(name, ':'));
    for (size_t i = 0; attributes[i]; i += 2)
        CHECK(*attributes[i] && attributes[i + 1]);
}

static enum err end(void *ctx, const char *name, const char *text, int64_t line)
{
    struct open *o = ctx;
    CHECK(--o->depth >= 0 && line > 0);
    CHECK(strlen(text) <= XML_MAX_TEXT);
    return strcmp(name, "stop") == 0 ? ERR_INPUT : ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_events events = {.start = start, .end = end};
    struct open open = {0};
    struct import_file *f = NULL;
    char *path = fuzz_write(".xml", data, size);
    if (import_file_open(path, &f) == ERR_OK) {
        size_t head_size = 0;
        const char *head = import_file_head(f, &head_size);
        (void)xml_events_is(head, head_size, "gpx");
        if (xml_events_read(f, &events, &open) == ERR_OK)
            CHECK(open.depth == 0);
        import_file_close(f);
    }
    fuzz_remove(path);
    return 0;
}
