/* map.html: the survey as one page that needs no network, no server and no other file.
 * The template maps/web/map.html names its parts in comments, `<!--@part-->`. */
#include <assert.h>
#include <string.h>

#include "embed.h"
#include "lang.h"
#include "map_data.h"
#include "out.h"

static const char file_name[] = "map.html";
static const char mark_open[] = "<!--@";
static const char mark_close[] = "-->";

/* Text in memory, not ended by NUL. */
struct span {
    const char *at;
    size_t size;
};

static void put(FILE *out, const char *from, const char *to)
{
    fwrite(from, 1, (size_t)(to - from), out);
}

/* The first `what` in [from, end), or NULL. */
static const char *find(const char *from, const char *end, const char *what)
{
    return memmem(from, (size_t)(end - from), what, strlen(what));
}

static void write_plain(FILE *out, struct span text)
{
    fwrite(text.at, 1, text.size, out);
}

/* Where the text ends for a reader who has no developer tools open: those would fetch the
 * source map, which the last line of the text names. */
static const char *end_without_source_map(struct span text, const char *mark)
{
    const char *end = text.at + text.size;
    const char *map = find(text.at, end, mark);
    return map == NULL ? end : map;
}

/* Leaflet's pictures lie in files of their own, which a single page does not have and
 * this one does not use; without the addresses no browser asks for them. */
static void write_css(FILE *out, struct span text)
{
    const char *end = end_without_source_map(text, "/*# sourceMappingURL=");
    const char *from = text.at;
    for (const char *url; (url = find(from, end, "url(")) != NULL;) {
        put(out, from, url);
        fputs("none", out);
        const char *close = find(url, end, ")");
        from = close == NULL ? end : close + 1;
    }
    put(out, from, end);
}

static void write_js(FILE *out, struct span text)
{
    put(out, text.at, end_without_source_map(text, "//# sourceMappingURL="));
}

struct part {
    const char *mark;
    const char *file; /* embedded; NULL: from the model */
    void (*write)(FILE *out, struct span text);
};

static const struct part parts[] = {
    {"leaflet.css", "leaflet/leaflet.css", write_css},
    {"leaflet.js", "leaflet/leaflet.js", write_js},
    {"map.css", "maps/web/map.css", write_plain},
    {"text.js", "maps/web/text.js", write_plain},
    {"tools.js", "maps/web/tools.js", write_plain},
    {"pack.js", "maps/web/pack.js", write_plain},
    {"bins.js", "maps/web/bins.js", write_plain},
    {"binlayer.js", "maps/web/binlayer.js", write_plain},
    {"ground.js", "maps/web/ground.js", write_plain},
    {"places.js", "maps/web/places.js", write_plain},
    {"stations.js", "maps/web/stations.js", write_plain},
    {"panel.js", "maps/web/panel.js", write_plain},
    {"dossier.js", "maps/web/dossier.js", write_plain},
    {"legend.js", "maps/web/legend.js", write_plain},
    {"map.js", "maps/web/map.js", write_plain},
    {"data", NULL, NULL},
    {"lang", NULL, NULL},
};

static struct span embedded(const char *name)
{
    const struct embed_file *file = embed_find(name);
    assert(file != NULL); /* the build embeds all of maps/web */
    return (struct span){file->data, file->size};
}

static void write_part(FILE *out, const char *mark, size_t size,
                       const struct model *model)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strlen(parts[i].mark) != size || memcmp(parts[i].mark, mark, size) != 0)
            continue;
        if (parts[i].file != NULL)
            parts[i].write(out, embedded(parts[i].file));
        else if (strcmp(parts[i].mark, "data") == 0)
            map_data_write(out, model);
        else
            fputs(lang_get() == LANG_EN ? "en" : "vi", out);
        return;
    }
    assert(false && "a mark in maps/web/map.html that is not in the table of parts");
}

enum err out_map(const struct model *model, const char *dir)
{
    FILE *out = out_open(dir, file_name);
    if (out == NULL)
        return ERR_FAILED;
    const struct span page = embedded("maps/web/map.html");
    const char *end = page.at + page.size;
    const char *from = page.at;
    for (const char *mark; (mark = find(from, end, mark_open)) != NULL;) {
        put(out, from, mark);
        mark += strlen(mark_open);
        const char *close = find(mark, end, mark_close);
        assert(close != NULL);
        write_part(out, mark, (size_t)(close - mark), model);
        from = close + strlen(mark_close);
    }
    put(out, from, end);
    return out_close(out, dir, file_name);
}
