/* Progress of long work. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_EVERY_MS = 100, LINE_EVERY_MS = 10000, BAR_WIDTH = 30 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct progress progress_begin(bool quiet, const char *label, int64_t total)
{
    struct progress p = {.quiet = quiet || total <= 0,
                         .terminal = isatty(STDERR_FILENO) == 1,
                         .label = label,
                         .total = total};
    /* the first plain line comes when the work has proved to be long */
    p.next_ms = p.quiet || p.terminal ? 0 : now_ms() + LINE_EVERY_MS;
    return p;
}

void progress_bar(const struct progress *p, int64_t done, char bar[PROGRESS_BAR_SIZE])
{
    const int filled = (int)(done * BAR_WIDTH / p->total);
    char cells[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++)
        cells[i] = i < filled ? '#' : '.';
    cells[BAR_WIDTH] = '\0';
    snprintf(bar, PROGRESS_BAR_SIZE, "%s [%s] %3d %%  %" PRId64 "/%" PRId64, p->label,
             cells, (int)(done * 100 / p->total), done, p->total);
}

void progress_step(struct progress *p, int64_t done)
{
    if (p->quiet)
        return;
    const int64_t now = now_ms();
    if (now < p->next_ms)
        return;
    p->next_ms = now + (p->terminal ? BAR_EVERY_MS : LINE_EVERY_MS);
    char bar[PROGRESS_BAR_SIZE];
    progress_bar(p, done, bar);
    if (p->terminal) /* back to the line's start: a message goes over the bar */
        fprintf(stderr, "\r%s\x1b[K\r", bar);
    else
        fprintf(stderr, "%s: %d %%, %" PRId64 "/%" PRId64 "\n", p->label,
                (int)(done * 100 / p->total), done, p->total);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (!p->quiet && p->terminal)
        fputs("\r\x1b[K", stderr);
}
