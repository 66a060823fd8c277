/* Work on several processors: the same function on each, over a queue of its own. */
#ifndef LOMSONG_PARALLEL_H
#define LOMSONG_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MAX = 64 };

/* How many workers to run: `wanted`, or one per processor for 0; at most `jobs` and
 * PARALLEL_MAX, at least 1. */
size_t parallel_count(int wanted, size_t jobs);

/* Calls work() with each of `count` workers, an array of elements of `size` bytes, at the
 * same time where threads can be had; returns when all have returned. */
void parallel_run(void (*work)(void *worker), void *workers, size_t count, size_t size);

#endif
