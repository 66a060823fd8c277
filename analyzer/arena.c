#include "arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

/* Cut off from both sides: arrays in front, texts, which need no alignment, behind. */
struct arena_chunk {
    struct arena_chunk *next;
    size_t from, to; /* what is left */
    _Alignas(16) unsigned char data[];
};

/* A sanitizer sees what goes beyond its end where each has a chunk of its own; clang
 * makes the fuzzers alone. */
#if defined __SANITIZE_ADDRESS__ || defined __clang__
enum { CHUNK_SIZE = 0, ALIGNMENT = 1 };
#else
enum { CHUNK_SIZE = 1 << 20, ALIGNMENT = 16 };
#endif

static struct arena_chunk *with_room(struct arena *a, size_t size)
{
    struct arena_chunk *first = a->chunks;
    if (first && first->to - first->from >= size)
        return first;
    const bool is_large = size > CHUNK_SIZE / 4;
    const size_t room = is_large ? size : CHUNK_SIZE;
    struct arena_chunk *c = xcalloc(1, sizeof *c + room);
    c->to = room;
    if (first && is_large) { /* the first has room for small ones still */
        c->next = first->next;
        first->next = c;
    } else {
        c->next = first;
        a->chunks = c;
    }
    return c;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    const size_t bytes = (count ? count : 1) * size;
    const size_t padded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct arena_chunk *c = with_room(a, padded);
    void *start = c->data + c->from;
    c->from += padded;
    return start;
}

const char *arena_textn(struct arena *a, const char *text, size_t len)
{
    struct arena_chunk *c = with_room(a, len + 1);
    c->to -= len + 1;
    c->data[c->to + len] = '\0';
    return memcpy(c->data + c->to, text, len);
}

const char *arena_text(struct arena *a, const char *text)
{
    return arena_textn(a, text, strlen(text));
}

void arena_join(struct arena *a, struct arena *from)
{
    struct arena_chunk *last = from->chunks;
    if (!last)
        return;
    while (last->next)
        last = last->next;
    last->next = a->chunks;
    a->chunks = from->chunks;
    from->chunks = NULL;
}

void arena_free(struct arena *a)
{
    struct arena_chunk *c = a->chunks;
    while (c) {
        struct arena_chunk *next = c->next;
        free(c);
        c = next;
    }
    a->chunks = NULL;
}
