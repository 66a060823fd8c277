/* What a running collector shows: plain lines, and a socket that another shell asks. */
#ifndef LOMSONG_SHOW_H
#define LOMSONG_SHOW_H

#include <stdio.h>

#include "loop.h"

/* Plain lines on standard output, one per tick, for a terminal that is none and for logs.
 */
struct show_lines {
    int64_t next_ms;
    int every_ms;
    int64_t changes, completed; /* of the plan, that were shown */
};
struct loop_view show_lines_view(struct show_lines *lines);

/* The status socket OUTPUT/.status: whoever connects is sent one JSON object. */
struct show_status {
    int fd; /* listening; -1: none */
    char path[108];
};
/* A socket that cannot be made is a warning, not an end: recording matters more. */
void show_status_open(struct show_status *status, const char *output);
void show_status_close(struct show_status *status);
struct loop_view show_status_view(struct show_status *status);

/* What an answer of the status socket may take. */
enum { SHOW_ANSWER_SIZE = 65536 };
/* Writes the state of the collector as one JSON object. */
void show_json(FILE *out, const struct loop *loop);

/* Words for people; "? m" where a distance is not known. */
enum { SHOW_METRES_SIZE = 24 };
const char *show_metres(double metres, char buf[SHOW_METRES_SIZE]);
const char *show_state(enum state state);

#endif
