/* A visit: what the cells of one bin, operator and day say, as the rule counts it. */
#ifndef LOMSONG_VISIT_H
#define LOMSONG_VISIT_H

#include <stdint.h>

#include "rule.h"
#include "tally.h"

struct visit {
    uint64_t passing;
    uint64_t judged; /* denominator of the share */
    uint64_t in_service;
    uint64_t all; /* evidence samples */
};

/* Adds a cell. One of NR_NSA adds nothing: its samples stand under LTE, by their anchor.
 */
void visit_add(struct visit *v, const struct rule *rule, const struct tally_cell *c);

/* The visits of one operator in one bin, added up in the order of their days. */
struct visit_sum {
    double share; /* of the visits' shares */
    double service_share;
    int64_t visits; /* with a share */
    int64_t service_visits;
    int64_t samples; /* all evidence samples */
};
void visit_sum_add(struct visit_sum *sum, const struct visit *v);
/* Means over the visits; NAN where none has one. */
double visit_sum_share(const struct visit_sum *sum);
double visit_sum_service_share(const struct visit_sum *sum);

/* The oldest day whose evidence counts on `as_of_day`. */
int32_t visit_oldest_day(const struct rule *rule, int32_t as_of_day);

#endif
