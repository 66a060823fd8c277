/* How far the push of a trip has come: a small file beside the trip, in .push/. It is the
 * lock of the trip, too: of two pushes at once one goes on. */
#ifndef LOMSONG_PUSH_STATE_H
#define LOMSONG_PUSH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sha256.h"

/* What a state is about; of anything else it says nothing. */
struct push_target {
    const char *url;
    int64_t part_bytes;
    bool anew; /* nothing that was kept is believed */
};

struct push_state {
    FILE *file;
    char *path;
    char sha256[SHA256_TEXT_SIZE];   /* of the trip; "" where not known yet */
    int64_t size;                    /* of the trip, as it is now */
    char (*parts)[SHA256_TEXT_SIZE]; /* the first parts, which the server has confirmed */
    size_t part_count;
    size_t part_capacity;
    bool done; /* all of it was confirmed */
};

enum push_lock { PUSH_LOCKED, PUSH_BUSY, PUSH_UNKEPT };

/* PUSH_BUSY: another push is at it. PUSH_UNKEPT, reported: nothing can be kept there. */
enum push_lock push_state_open(const char *trip, const struct push_target *to,
                               struct push_state *s);
/* Each is kept at once. ERR_FAILED, reported. */
MUST_CHECK enum err push_state_set_hash(struct push_state *s, const char *sha256);
MUST_CHECK enum err push_state_add_part(struct push_state *s, const char *sha256);
MUST_CHECK enum err push_state_set_done(struct push_state *s);
/* The trip is gone, and its state with it. */
void push_state_remove(struct push_state *s);
void push_state_close(struct push_state *s);

#endif
