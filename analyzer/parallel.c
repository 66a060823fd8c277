/* Threads. A worker that gets no thread is run by the caller, so that nothing is left
 * undone. */
#include "parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

size_t parallel_count(int wanted, size_t jobs)
{
    const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = wanted > 0 ? (size_t)wanted : cpus > 0 ? (size_t)cpus : 1;
    if (n > PARALLEL_MAX)
        n = PARALLEL_MAX;
    if (n > jobs)
        n = jobs;
    return n > 0 ? n : 1;
}

struct start {
    void (*work)(void *worker);
    void *worker;
};

static void *run(void *arg)
{
    const struct start *s = arg;
    s->work(s->worker);
    return NULL;
}

void parallel_run(void (*work)(void *worker), void *workers, size_t count, size_t size)
{
    pthread_t threads[PARALLEL_MAX];
    struct start starts[PARALLEL_MAX];
    bool started[PARALLEL_MAX] = {false};
    for (size_t i = 0; i < count && i < PARALLEL_MAX; i++) {
        starts[i] = (struct start){.work = work, .worker = (char *)workers + i * size};
        started[i] = i > 0 && pthread_create(&threads[i], NULL, run, &starts[i]) == 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (i >= PARALLEL_MAX || !started[i])
            work((char *)workers + i * size);
    }
    for (size_t i = 0; i < count && i < PARALLEL_MAX; i++) {
        if (started[i])
            pthread_join(threads[i], NULL);
    }
}

bool parallel_take(atomic_size_t *next, size_t count, struct parallel_share *share)
{
    share->from = atomic_fetch_add(next, PARALLEL_AT_ONCE);
    share->end = share->from + PARALLEL_AT_ONCE;
    if (share->end > count)
        share->end = count;
    return share->from < count;
}
