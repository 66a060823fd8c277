/* Judging: pure functions from observed shares to results and verdicts. */
#ifndef LOMSONG_JUDGE_H
#define LOMSONG_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "rule.h"

/* Of all comparisons: shares are quotients, the numbers of rules are decimals. */
#define JUDGE_TOLERANCE 1e-9

enum result { RESULT_UNKNOWN, RESULT_FAIL, RESULT_PASS, RESULT_COUNT };

enum verdict {
    VERDICT_COVERED,
    VERDICT_DEPRESSION,
    VERDICT_NO_SIGNAL,
    VERDICT_NOT_ENOUGH_DATA,
    VERDICT_COUNT
};

/* "pass" "fail" "unknown"; "covered" "depression" "no_signal" "not_enough_data". */
const char *judge_result_name(enum result result);
const char *judge_verdict_name(enum verdict verdict);
/* The verdict of such a name; VERDICT_COUNT for anything else. */
enum verdict judge_verdict_parse(const char *name);

struct judge_bin {
    int32_t bin_x;
    int32_t bin_y;
};

/* Correlations within areas of less than so many columns and rows, added up beforehand
 * for those who judge many. */
enum { JUDGE_RHO_BINS = 64 };
struct judge_rho {
    double per_bin; /* bin size in correlation lengths */
    double sum[JUDGE_RHO_BINS][2 * JUDGE_RHO_BINS + 1]; /* by columns apart: judge.c */
};
void judge_rho_fill(struct judge_rho *known, double bin_size_m, double correlation_m);

/* Mean correlations over all ordered pairs … */
struct judge_seen_rho {
    double seen;  /* of two seen bins */
    double cross; /* of a seen bin and any bin of the area */
};

/* What one operator showed in one test area. Bins are sorted by (bin_x, bin_y). */
struct judge_evidence {
    const struct judge_bin *area; /* all N bins of the area */
    size_t area_count;            /* at least 1 */
    const struct judge_bin *seen; /* the m observed of them */
    const double *share;          /* of each observed bin, 0..1 */
    size_t seen_count;
    int64_t samples; /* all evidence samples */
    double bin_size_m;
    double area_rho;             /* judge_area_rho(); the same for every operator; not
                                    looked at where no bin is seen, or each */
    const struct judge_rho *rho; /* NULL: each is computed when it is needed */
    /* judge_seen_rho(), for those who saw the same bins; NULL: computed when needed */
    const struct judge_seen_rho *seen_rho;
};

struct judgement {
    enum result result;
    double availability; /* NAN without an observed bin */
    double low;
    double high;
    double effective_n; /* 0 without an observed bin */
};

/* Mean correlation over all ordered pairs of an area's bins; of the evidence only what
 * stands before `seen`, the bin size and `rho` are looked at. */
double judge_area_rho(const struct judge_evidence *e, double correlation_m);
/* Those of the seen bins, of which there is one at least; likewise without shares. */
struct judge_seen_rho judge_seen_rho(const struct judge_evidence *e,
                                     double correlation_m);

/* The comparisons with the rule's numbers, 1e-9 allowed. Passes with the first three,
 * fails with the first and the last. */
struct judge_tests {
    bool enough_bins;         /* seen >= min(min_bins, area) */
    bool enough_availability; /* availability >= availability_min */
    bool enough_evidence;     /* low >= evidence_min */
    bool surely_below;        /* high < availability_min */
};
struct judge_tests judge_test(const struct judgement *j, const struct judge_evidence *e,
                              const struct rule *rule);

/* The terms behind a judgement, for those who want to do it again by hand. */
struct judge_steps {
    double rho_seen;  /* mean correlation over ordered pairs of two seen bins */
    double rho_cross; /* … of a seen bin and any bin of the area */
    double variance;  /* rho_seen - 2 rho_cross + area_rho */
    double z;         /* standard normal quantile of the rule's two-sided confidence */
};
/* NAN terms where no bin was seen. */
struct judge_steps judge_explain(const struct judge_evidence *e, const struct rule *rule);

/* Judges one operator in one area. */
struct judgement judge_operator(const struct judge_evidence *e, const struct rule *rule);

/* Three-valued any / all over the rule's operators; no operator gives unknown. */
enum result judge_combine(const enum result *results, size_t count,
                          enum rule_combine combine);

/* The verdict table. `availability` is the centre's, of its best operator. */
enum verdict judge_hamlet(enum result centre, double availability,
                          const enum result *clusters, size_t cluster_count,
                          double no_signal_max);

#endif
