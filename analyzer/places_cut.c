/* Brackets and commas that look as between features. Where they stand inside one, in a
 * text, say, both pieces are no features: their reader finds that out, and GDAL reads the
 * file. */
#include "places_cut.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "places_plain.h"
#include "xmem.h"

enum {
    AROUND_MAX = 1 << 16, /* bytes before and behind the features */
    WINDOW = 1 << 12,
};

/* Behind the bracket before the features; 0 where there is none. */
static off_t find_begin(int fd, off_t size)
{
    char *text = places_cut_text(
        fd, (struct places_span){0, size < AROUND_MAX ? size : AROUND_MAX});
    const char *begin = text ? places_plain_begin(text) : NULL;
    const off_t at = begin ? begin - text : 0;
    free(text);
    return at;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Steps back over blanks and the mark before them. */
static bool step_back(const char *text, const char **end, char mark)
{
    while (*end > text && is_blank((*end)[-1]))
        (*end)--;
    return *end > text && *--*end == mark;
}

/* The bracket behind the features; 0 where it and one more are not all that is there. */
static off_t find_end(int fd, off_t size)
{
    const off_t from = size < AROUND_MAX ? 0 : size - AROUND_MAX;
    char *text = places_cut_text(fd, (struct places_span){from, size});
    const char *end = text ? text + (size - from) : NULL;
    const bool ok = text && step_back(text, &end, '}') && step_back(text, &end, ']');
    const off_t at = ok ? from + (end - text) : 0;
    free(text);
    return at;
}

/* The comma of the next "},{", which may have blanks between; `end` where none is. */
static off_t find_comma(int fd, off_t from, off_t end)
{
    char window[WINDOW];
    char last = '\0', before_last = '\0'; /* that are no blanks */
    off_t comma = end;
    for (ssize_t n; from < end; from += n) {
        const off_t left = end - from;
        n = pread(fd, window, left < WINDOW ? (size_t)left : WINDOW, from);
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++) {
            if (is_blank(window[i]))
                continue;
            if (before_last == '}' && last == ',' && window[i] == '{')
                return comma;
            if (window[i] == ',')
                comma = from + i;
            before_last = last;
            last = window[i];
        }
    }
    return end;
}

bool places_cut_find(int fd, off_t size, size_t span_size, struct places_cut *cut)
{
    const off_t end = find_end(fd, size);
    off_t from = end > 0 ? find_begin(fd, size) : 0;
    *cut = (struct places_cut){0};
    while (from > 0 && from < end) {
        const off_t comma = find_comma(fd, from + (off_t)span_size, end);
        cut->spans = xgrow(cut->spans, cut->count, &cut->capacity, sizeof *cut->spans);
        cut->spans[cut->count++] = (struct places_span){from, comma};
        from = comma + 1;
    }
    return cut->count > 0;
}

void places_cut_free(struct places_cut *cut)
{
    free(cut->spans);
    *cut = (struct places_cut){0};
}

char *places_cut_text(int fd, struct places_span span)
{
    const size_t size = (size_t)(span.end - span.from);
    char *text = xmalloc(size + 1);
    char *to = text;
    while (span.from < span.end) {
        const ssize_t n = pread(fd, to, (size_t)(span.end - span.from), span.from);
        if (n <= 0) {
            free(text);
            return NULL;
        }
        to += n;
        span.from += n;
    }
    *to = '\0';
    if (memchr(text, '\0', size)) {
        free(text);
        return NULL;
    }
    return text;
}
