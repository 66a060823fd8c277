/* The search behind need.h: the set of k further bins of an area that leaves the least
 * variance V (judge.h) between what was observed and the area as a whole.
 *
 * V = P/m² - 2Q/m + C, with P the sum of rho over ordered pairs of observed bins, Q the
 * sum over observed bins of their mean rho with the area, m how many they are. Adding or
 * swapping a bin changes P and Q by terms that are kept for every candidate. */
#ifndef LOMSONG_NEED_SEARCH_H
#define LOMSONG_NEED_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "judge.h"

enum { NEED_MAX_CANDIDATES = 256 }; /* of larger areas every n-th unseen bin is one */

struct need_search;
struct need_search *need_search_new(size_t max_area_count);
void need_search_free(struct need_search *s);

/* Begins with what an operator has seen. */
void need_search_begin(struct need_search *s, const struct judge_evidence *e,
                       const struct judge_steps *steps, double correlation_m);
/* Adds a bin that stays chosen, if it is a candidate. */
void need_search_pin(struct need_search *s, struct judge_bin bin);

/* Candidates, and how many of them are chosen (pinned ones are). */
size_t need_search_candidates(const struct need_search *s);
size_t need_search_count(const struct need_search *s);
struct judge_bin need_search_chosen(const struct need_search *s, size_t at);

/* Chooses one more, the best by itself. */
void need_search_grow(struct need_search *s);
/* Swaps chosen and other bins while that lowers V. */
void need_search_improve(struct need_search *s);
double need_search_variance(const struct need_search *s);

/* Chooses `count` anew, beginning with candidate `first`. */
void need_search_begin_with(struct need_search *s, size_t first, size_t count);

/* Looks at all sets of `count` candidates that hold the pinned ones, as long as *steps
 * last. 1: one has V <= v_max, and is chosen now; 0: none has; -1: not to be told. */
int need_search_all(struct need_search *s, size_t count, double v_max, size_t *steps);

#endif
