/* Statistics of the rules of judging. Pure. */
#ifndef LOMSONG_STATS_H
#define LOMSONG_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Quantile of the standard normal distribution, p in (0,1), error below 1e-14. */
double stats_normal_quantile(double p);

struct stats_interval {
    double low;
    double high;
};

/* Wilson score interval of a share with (fractional) n > 0 at a two-sided confidence,
 * clamped to [0,1] (Wilson 1927). */
struct stats_interval stats_wilson(double share, double n, double confidence);

/* Rank (1-based) of the lower median and of the 10 % quantile among n >= 1 values. */
uint64_t stats_median_rank(uint64_t n);
uint64_t stats_p10_rank(uint64_t n);

#endif
