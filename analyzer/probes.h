/* Active tests of broadband: read from a log, then given a place, an operator and a day
 * by the samples around them. Pure. */
#ifndef LOMSONG_PROBES_H
#define LOMSONG_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample.h"

enum probe_kind { PROBE_DOWN, PROBE_UP, PROBE_PING, PROBE_KIND_COUNT };

/* As the trip log names them: "http_get" "http_put" "ping". */
const char *probe_kind_name(enum probe_kind kind);
/* PROBE_KIND_COUNT for a kind that is not counted. */
enum probe_kind probe_kind_parse(const char *text);

/* A test that counts. */
struct probe {
    int32_t bin_x;
    int32_t bin_y;
    mccmnc_t mccmnc;
    int32_t day; /* local, of the sample that gave it its place */
    enum probe_kind kind;
    bool ok;
    int64_t value; /* whole kbit/s, or ms of a ping; ID_UNKNOWN: nothing came through */
};
/* By place, operator, day, kind, result and value: the same order for any inputs. */
int probe_compare(const void *a, const void *b);

/* A test that waits for its place. */
struct probe_wish {
    enum probe_kind kind;
    bool ok;
    int64_t value;
    int64_t modem_id;
    int64_t sample_id; /* that has its place; ID_UNKNOWN: not told */
    int64_t t_utc_ms;
};

/* A sample that may give a test its place. */
struct probe_anchor {
    int64_t sample_id;
    int64_t modem_id;
    int64_t t_utc_ms;
    int32_t bin_x;
    int32_t bin_y;
    mccmnc_t mccmnc;
    int32_t day;
};

/* The tests of one log, while it is read. All zero to begin with. */
struct probes {
    struct probe_wish *wishes;
    size_t wish_count, wish_capacity;
    int64_t *wanted_ids; /* sorted sample_ids of the wishes */
    struct probe_anchor *anchors;
    size_t anchor_count, anchor_capacity;
    bool is_shared;  /* the wishes are another's */
    bool is_unnamed; /* found: an anchor names no operator */
};
void probes_free(struct probes *p);

/* First all wishes, then the samples that are wanted, in any order. */
void probes_wish(struct probes *p, const struct probe_wish *wish);
void probes_end_wishes(struct probes *p);
bool probes_want(const struct probes *p, const struct probe_anchor *sample);
void probes_offer(struct probes *p, const struct probe_anchor *sample);

/* For readers of parts of a log: they share the wishes of one, whose the anchors become
 * in the end. */
void probes_share(struct probes *p, const struct probes *of);
void probes_join(struct probes *p, const struct probes *from);

/* Places the tests: each at its own sample, or else at the nearest of its modem within
 * PROBE_REACH_MS (the earlier where two are as near; of equal times the first of the
 * log). `placed` has room for wish_count; returns how many there are. Those without a
 * sample are left out. */
enum { PROBE_REACH_MS = 5000 };
size_t probes_place(struct probes *p, struct probe *placed);

#endif
