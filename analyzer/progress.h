/* Progress of long work on standard error: a bar on a terminal, and elsewhere, where the
 * work takes long, a plain line now and then. */
#ifndef LOMSONG_PROGRESS_H
#define LOMSONG_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool quiet;
    bool terminal;
    const char *label;
    int64_t total;
    int64_t next_ms; /* monotonic: nothing is shown before */
};

/* A step of the work: `label` in the user's language, `total` things to do. */
struct progress progress_begin(bool quiet, const char *label, int64_t total);
/* `done` of them are done. */
void progress_step(struct progress *p, int64_t done);
/* Takes the bar away. */
void progress_end(struct progress *p);

/* "label [####......]  40 %  12/30" */
enum { PROGRESS_BAR_SIZE = 256 };
void progress_bar(const struct progress *p, int64_t done, char bar[PROGRESS_BAR_SIZE]);

#endif
