/* Allocation that ends the process when memory runs out. */
#include "xmem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "lang.h"

enum { FIRST_CAPACITY = 16 };

static _Noreturn void die(size_t count, size_t size)
{
    err_report(_("out of memory: %zu × %zu bytes could not be had; free memory or give "
                 "the program less to do at once"),
               count, size);
    exit(ERR_FAILED);
}

void *xmalloc(size_t size)
{
    void *p = malloc(size > 0 ? size : 1);
    if (p == NULL)
        die(1, size);
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    const bool empty = count == 0 || size == 0;
    void *p = empty ? calloc(1, 1) : calloc(count, size);
    if (p == NULL)
        die(count, size);
    return p;
}

void *xaligned_alloc(size_t alignment, size_t size)
{
    void *p = aligned_alloc(alignment, size);
    if (p == NULL)
        die(1, size);
    return p;
}

void *xreallocarray(void *old, size_t count, size_t size)
{
    const bool empty = count == 0 || size == 0;
    void *p = empty ? realloc(old, 1) : reallocarray(old, count, size);
    if (p == NULL)
        die(count, size);
    return p;
}

char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t len)
{
    char *copy = strndup(text, len);
    if (copy == NULL)
        die(1, len);
    return copy;
}

char *xvasprintf(const char *fmt, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0)
        die(1, strlen(fmt));
    return text;
}

char *xasprintf(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = xvasprintf(fmt, args);
    va_end(args);
    return text;
}

void *xgrow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    if (count > SIZE_MAX / 2)
        die(count, size);
    const size_t wanted = count < FIRST_CAPACITY ? FIRST_CAPACITY : 2 * count;
    items = xreallocarray(items, wanted, size);
    *capacity = wanted;
    return items;
}

void *xshrink(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count == *capacity)
        return items;
    *capacity = count;
    if (count == 0) {
        free(items);
        return NULL;
    }
    void *less = realloc(items, count * size);
    if (!less) /* what was there is room enough */
        return items;
    return less;
}
