/* Active tests: ping, download and upload through each modem's own interface, one after
 * another, in the collector's poll loop and never in its way. Off unless configured. */
#ifndef LOMSONG_PROBER_H
#define LOMSONG_PROBER_H

#include "config.h"
#include "loop.h"
#include "probe_result.h"

struct prober;

/* *p is NULL where the configuration asks for no tests. */
MUST_CHECK enum err prober_open(const struct config *config, struct prober **p);
/* Ends what runs, as rows that count for nothing. NULL is legal. */
void prober_close(struct prober *p, const struct loop *loop);

/* To be among the loop's views; with NULL it does nothing. */
struct loop_view prober_view(struct prober *p);

/* The test of a modem that ended last, for people to see. */
struct probe_last {
    int64_t modem_id; /* 0: of no modem yet */
    enum plan_kind kind;
    int64_t t_utc_ms;
    int64_t duration_ms;
    struct probe_result result;
    int64_t bytes_today; /* of the modem's tests */
};
/* NULL where there is none. */
const struct probe_last *prober_last(const struct prober *p, int64_t modem_id);

#endif
