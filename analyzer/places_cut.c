/* Brackets, strings and the commas between features: what JSON's grammar says of bytes,
 * without their values. Reading is others'. */
#include "places_cut.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xmem.h"

enum {
    BUFFER_SIZE = 1 << 18,
    KEY_SIZE = 16,
    AROUND_MAX = 1 << 16, /* bytes before and behind the features */
    COLLECTION = 1,       /* depths: inside the object, */
    FEATURES = 2,         /* inside the array, */
};

/* What is known before a byte. */
struct scan {
    struct places_cut *cut;
    size_t span_size;
    off_t from; /* of the span that has begun */
    int depth;
    bool in_string, escaped;
    char key[KEY_SIZE]; /* the last string of the collection itself */
    size_t key_len;     /* over KEY_SIZE: longer, or with an escape */
    bool is_features;   /* the member whose value comes */
    bool inside, done;  /* of the features */
    char last;          /* the last byte that was no space */
};

static const char features_key[] = "features";

static void push_span(struct scan *s, off_t end)
{
    struct places_cut *c = s->cut;
    c->spans = xgrow(c->spans, c->count, &c->capacity, sizeof *c->spans);
    c->spans[c->count++] = (struct places_span){s->from, end};
    s->from = end + 1;
}

static void take_in_string(struct scan *s, char c)
{
    if (s->escaped)
        s->escaped = false;
    else if (c == '\\')
        s->escaped = true;
    else if (c == '"')
        s->in_string = false;
    if (!s->in_string || s->depth != COLLECTION)
        return;
    if (s->key_len < KEY_SIZE && c != '\\')
        s->key[s->key_len++] = c;
    else
        s->key_len = KEY_SIZE + 1;
}

static bool take_open(struct scan *s, char c, off_t at)
{
    if (s->depth == 0 && (c != '{' || s->last != '\0'))
        return false;
    if (s->inside && s->depth == FEATURES &&
        (c != '{' || (s->last != '[' && s->last != ',')))
        return false;
    if (s->depth == COLLECTION && s->is_features) {
        if (c != '[' || s->done)
            return false;
        s->inside = true;
        s->cut->head = s->from = at + 1;
    }
    s->depth++;
    return true;
}

static bool take_close(struct scan *s, char c, off_t at)
{
    s->depth--;
    if (s->inside && s->depth == COLLECTION) {
        if (c != ']' || s->last != '}')
            return false;
        push_span(s, at);
        s->cut->tail = at;
        s->inside = false;
        s->done = true;
    }
    return s->depth >= 0;
}

static bool take_comma(struct scan *s, off_t at)
{
    if (s->depth == COLLECTION)
        s->is_features = false;
    if (!s->inside || s->depth != FEATURES)
        return true;
    if (at - s->from >= (off_t)s->span_size)
        push_span(s, at);
    return s->last == '}';
}

/* A string's first byte, or one of a number or word. */
static bool take_value(struct scan *s, char c)
{
    if (s->depth == 0 || (s->inside && s->depth == FEATURES))
        return false;
    if (c == '"') {
        s->in_string = true;
        s->key_len = 0;
    }
    return true;
}

static bool take_colon(struct scan *s)
{
    const size_t len = sizeof features_key - 1;
    if (s->depth != COLLECTION)
        return s->depth > FEATURES || (s->depth == FEATURES && !s->inside);
    s->is_features = s->key_len == len && memcmp(s->key, features_key, len) == 0;
    return s->key_len <= KEY_SIZE; /* else it may be the same word by another spelling */
}

/* False where the file is not of the kind that can be cut. */
static bool take(struct scan *s, char c, off_t at)
{
    bool ok = true;
    if (s->in_string) {
        take_in_string(s, c);
        return true;
    }
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return true;
    case '{':
    case '[':
        ok = take_open(s, c, at);
        break;
    case '}':
    case ']':
        ok = take_close(s, c, at);
        break;
    case ',':
        ok = take_comma(s, at);
        break;
    case ':':
        ok = take_colon(s);
        break;
    default:
        ok = take_value(s, c);
        break;
    }
    s->last = c;
    return ok;
}

/* Inside a feature only strings and brackets matter: numbers are most of the file. */
static const char *skip(const struct scan *s, const char *p, const char *end)
{
    static const bool matters[UINT8_MAX + 1] = {
        ['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true};
    if (s->inside && !s->in_string && s->depth > FEATURES) {
        while (p < end && !matters[(unsigned char)*p])
            p++;
    }
    return p;
}

static bool scan_bytes(struct scan *s, const char *bytes, size_t count, off_t at)
{
    const char *const end = bytes + count;
    for (const char *p = skip(s, bytes, end); p < end; p = skip(s, p + 1, end)) {
        if (!take(s, *p, at + (p - bytes)))
            return false;
    }
    return true;
}

bool places_cut_find(int fd, size_t span_size, struct places_cut *cut)
{
    struct scan s = {.cut = cut, .span_size = span_size};
    char *buffer = xmalloc(BUFFER_SIZE);
    bool ok = true;
    ssize_t n = 0;
    *cut = (struct places_cut){0};
    while (ok && (n = pread(fd, buffer, BUFFER_SIZE, cut->size)) > 0) {
        ok = scan_bytes(&s, buffer, (size_t)n, cut->size);
        cut->size += n;
    }
    free(buffer);
    ok = ok && n == 0 && s.done && s.depth == 0 && !s.in_string &&
         cut->head + (cut->size - cut->tail) <= AROUND_MAX;
    if (!ok)
        places_cut_free(cut);
    return ok;
}

void places_cut_free(struct places_cut *cut)
{
    free(cut->spans);
    *cut = (struct places_cut){0};
}

char *places_cut_text(int fd, struct places_span span)
{
    char *text = xmalloc((size_t)(span.end - span.from) + 1);
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
    return text;
}
