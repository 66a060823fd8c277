/* Statistics of the rules of judging: normal quantile, Wilson interval, ranks. */
#include "stats.h"

#include <math.h>

/* Rational approximation for 0 < p <= 1/2, absolute error below 4.5e-4 (Abramowitz and
 * Stegun 1964, 26.2.23): the start of the iteration below. */
static double rough_quantile(double p)
{
    const double t = sqrt(-2.0 * log(p));
    const double top = 2.515517 + t * (0.802853 + t * 0.010328);
    const double bottom = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    return top / bottom - t;
}

/* Halley's method on Phi(x) = p converges cubically: 4e-4, 1e-10, below rounding. erfc
 * keeps its relative accuracy in the lower tail, which is why only that half is computed.
 */
static double lower_quantile(double p)
{
    const double sqrt_2pi = 2.5066282746310005;
    double x = rough_quantile(p);
    for (int i = 0; i < 3; i++) {
        const double excess = 0.5 * erfc(-x * M_SQRT1_2) - p;
        const double step = excess * sqrt_2pi * exp(0.5 * x * x);
        x -= step / (1.0 + 0.5 * x * step);
    }
    return x;
}

double stats_normal_quantile(double p)
{
    if (!(p > 0.0 && p < 1.0))
        return NAN;
    return p <= 0.5 ? lower_quantile(p) : -lower_quantile(1.0 - p);
}

struct stats_interval stats_wilson(double share, double n, double confidence)
{
    const double z = stats_normal_quantile(0.5 + 0.5 * confidence);
    const double zz = z * z / n;
    const double middle = (share + 0.5 * zz) / (1.0 + zz);
    const double spread = fmax(share * (1.0 - share) / n + zz / (4.0 * n), 0.0);
    const double half = z * sqrt(spread) / (1.0 + zz);
    return (struct stats_interval){
        .low = fmax(middle - half, 0.0),
        .high = fmin(middle + half, 1.0),
    };
}

uint64_t stats_median_rank(uint64_t n)
{
    return n / 2 + n % 2;
}

uint64_t stats_p10_rank(uint64_t n)
{
    return n / 10 + (n % 10 != 0);
}
