/* One modem lies in the car: it reads less than a handset outside would. */
#include "sample_mount.h"

#include <math.h>

const struct mounting mountings[FIELD_OPERATORS] = {
    {"outdoor", 0}, {"vehicle", 6.5}, {"outdoor", 0}, {"outdoor", 0}};

struct sample mounted(const struct sample *handset, int op)
{
    struct sample s = *handset;
    double *const levels[] = {&s.rsrp_dbm, &s.rscp_dbm, &s.rxlev_dbm, &s.ss_rsrp_dbm};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        *levels[i] = round(*levels[i] - mountings[op].offset_db);
    return s;
}
