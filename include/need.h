/* What is still missing: the fewest further bins of a test area that settle an operator's
 * result, by the formulas of judge.h. Pure: the caller brings the space to work in.
 *
 * "Settle" is a promise about an even truth: observe these bins, with so many samples of
 * each operator in each, and
 *   - where all of these samples pass, the operator passes;
 *   - where none does, it fails
 * (of the two, those that are still possible at all), and where an operator is settled
 * and its truth goes on as it was found, it stays so. Where the truth is mixed, or other
 * bins are observed besides, the need is simply found anew: it is cheap. Bins that were
 * seen before count with the share they have; going there again is never asked for. */
#ifndef LOMSONG_NEED_H
#define LOMSONG_NEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge.h"
#include "rule.h"

/* Room for areas of up to so many bins; never grows. max_steps is what the proof that
 * fewer will not do may cost: 10 000 steps take about a millisecond, and a circle of 30
 * bins needs some hundred thousand. Without a proof the answer is rarely one bin longer.
 */
struct need_space;
struct need_space *need_open(size_t max_area_count, size_t max_steps);
void need_close(struct need_space *space);

enum need_state {
    NEED_SETTLED,    /* the result is no longer unknown */
    NEED_BINS,       /* further bins, or (count 0) only further samples in seen ones */
    NEED_IMPOSSIBLE, /* even with every bin of the area observed it may stay unknown */
};

/* What one operator lacks to pass, or to fail. */
struct need_goal {
    bool possible;
    size_t count;    /* fewest further bins */
    int64_t samples; /* at least so many further samples, over all of them */
    bool exact;      /* proved to be the fewest; else found by search */
};
struct need_goal need_goal(const struct judge_evidence *e, const struct rule *rule,
                           enum result goal, struct need_space *space);

/* What an area lacks: bins for all operators at once, since one walk hears them all. */
struct need {
    enum need_state state;
    size_t count; /* of `bins` */
    int64_t
        samples_each; /* of each operator in each bin; with count 0: in any seen bin */
    bool exact;
};

/* `e` is the area's evidence, one element per operator of the rule; those that are
 * settled are no trouble any more. With `any`, an area is settled by one that passes,
 * with `all` by one that fails; for it is not known which one that will be, the bins
 * settle each. `bins` gets those to be observed, sorted; it has room for area_count. */
struct need need_area(const struct judge_evidence *e, size_t operator_count,
                      const struct rule *rule, struct need_space *space,
                      struct judge_bin *bins);

#endif
