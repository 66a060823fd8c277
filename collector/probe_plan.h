/* When which active test of a modem is due, and how many bytes it may cost. Pure. */
#ifndef LOMSONG_PROBE_PLAN_H
#define LOMSONG_PROBE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of a round. */
enum plan_kind { PLAN_PING, PLAN_GET, PLAN_PUT, PLAN_KINDS, PLAN_NONE = -1 };

/* Name in the trip log: "ping", "http_get", "http_put". */
const char *probe_plan_name(enum plan_kind kind);

struct probe_plan {
    int64_t interval_ms;
    int64_t next_ms;  /* when the next round is due, by the monotonic clock */
    unsigned kinds;   /* those wanted, 1u << kind */
    unsigned waiting; /* those of this round that have not begun */
};

/* The plan of modem `index` of `count`: the modems begin one after another, so that they
 * do not all transfer at once. */
struct probe_plan probe_plan_start(int64_t mono_ms, int64_t interval_ms, unsigned kinds,
                                   int index, int count);

/* The test to begin now, PLAN_NONE where there is none. To be asked while no test of the
 * modem runs. What is due while the modem cannot be tested waits: once, however long. */
enum plan_kind probe_plan_next(struct probe_plan *plan, int64_t mono_ms, bool may_test);

/* What a transfer may cost where `left_bytes` of the day's limit are left. The parts of
 * `left_bytes` that are kept back are what the network may still deliver after the
 * transfer was cut off (a window) and what surrounds the content (TLS, headers). */
struct probe_allowance {
    int64_t content_bytes; /* to be cut off there; 0: not to be begun */
    int64_t window_bytes;  /* TCP_WINDOW_CLAMP */
    int64_t total_bytes;   /* what all of it can come to at most, <= left_bytes */
};
struct probe_allowance probe_plan_allow(int64_t left_bytes, int64_t wanted_bytes);

#endif
