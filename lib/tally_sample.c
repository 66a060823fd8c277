/* Samples, as they are tallied. */
#include "tally_sample.h"

#include <math.h>

bool tally_place(struct xy p, double bin_size_m, int32_t *bin_x, int32_t *bin_y)
{
    const double x = crs_floor(p.x_m / bin_size_m);
    const double y = crs_floor(p.y_m / bin_size_m);
    if (!(fabs(x) < 1e9 && fabs(y) < 1e9)) /* NAN, too */
        return false;
    *bin_x = (int32_t)x;
    *bin_y = (int32_t)y;
    return true;
}
