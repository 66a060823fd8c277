/* Memory for small texts and arrays by the million that live and die together: cut from
 * large chunks. */
#ifndef LOMSONG_ARENA_H
#define LOMSONG_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Begins as {0}. */
struct arena {
    struct arena_chunk *chunks;
};

/* Zeroed, and aligned for anything. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
/* Copies, with a NUL behind. */
const char *arena_text(struct arena *a, const char *text);
const char *arena_textn(struct arena *a, const char *text, size_t len);
/* Takes over all that is in another one, which is empty then. */
void arena_join(struct arena *a, struct arena *from);
void arena_free(struct arena *a);

#endif
