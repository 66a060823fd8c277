/* Work on several processors: the same function on each, over a queue of its own. */
#ifndef LOMSONG_PARALLEL_H
#define LOMSONG_PARALLEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { PARALLEL_MAX = 64 };

/* How many workers to run: `wanted`, or one per processor for 0; at most `jobs` and
 * PARALLEL_MAX, at least 1. */
size_t parallel_count(int wanted, size_t jobs);

/* Calls work() with each of `count` workers, an array of elements of `size` bytes, at the
 * same time where threads can be had; returns when all have returned. */
void parallel_run(void (*work)(void *worker), void *workers, size_t count, size_t size);

/* Some of the items of a list that workers share. */
enum { PARALLEL_AT_ONCE = 64 };
struct parallel_share {
    size_t from, end;
};
/* The next items that no worker has taken; false where none are left. */
bool parallel_take(atomic_size_t *next, size_t count, struct parallel_share *share);

#endif
