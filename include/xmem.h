/* Allocation for programs that cannot go on without memory: a failure ends the process
 * with a message and exit code 1. Never used by the collector after its start. */
#ifndef LOMSONG_XMEM_H
#define LOMSONG_XMEM_H

#include <stdarg.h>
#include <stddef.h>

/* All return memory that free() releases, never NULL; sizes are checked for overflow. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
/* As aligned_alloc: the size is a multiple of the alignment. */
void *xaligned_alloc(size_t alignment, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

/* Makes room for one more element behind `count`, doubling the capacity; the usual use is
 *     a->items = xgrow(a->items, a->count, &a->capacity, sizeof *a->items);
 *     a->items[a->count++] = item; */
void *xgrow(void *items, size_t count, size_t *capacity, size_t size);
/* Gives back the room behind the last element of what has done growing; NULL for none. */
void *xshrink(void *items, size_t count, size_t *capacity, size_t size);

#endif
