/* 3GPP ranges and index conversions. */
#include "units.h"

#include <math.h>
#include <stddef.h>

/* Value of index n in 0..last: base + step·n. */
static double indexed(int index, int last, double base, double step)
{
    if (index < 0 || index > last)
        return NAN;
    return base + step * index;
}

double units_csq_rssi_dbm(int index)
{
    return indexed(index, 31, -113, 2);
}

double units_cesq_rxlev_dbm(int index)
{
    return index == 0 ? -113 : indexed(index, 63, -111, 1);
}

double units_cesq_rscp_dbm(int index)
{
    return index == 0 ? -120 : indexed(index, 96, -121, 1);
}

double units_cesq_ecno_db(int index)
{
    return indexed(index, 49, -24.5, 0.5);
}

double units_cesq_rsrq_db(int index)
{
    return indexed(index, 34, -20, 0.5);
}

double units_cesq_rsrp_dbm(int index)
{
    return index == 0 ? -140 : indexed(index, 97, -141, 1);
}

double units_cesq_ss_rsrq_db(int index)
{
    return indexed(index, 126, -43.5, 0.5);
}

double units_cesq_ss_rsrp_dbm(int index)
{
    return index == 0 ? -156 : indexed(index, 126, -157, 1);
}

double units_cesq_ss_sinr_db(int index)
{
    return indexed(index, 127, -23.5, 0.5);
}

enum state units_registration_state(int stat)
{
    switch (stat) {
    case 1: /* registered, home */
    case 5: /* registered, roaming */
        return STATE_IN_SERVICE;
    case 3: /* denied */
    case 8: /* emergency calls only */
        return STATE_LIMITED;
    case 0: /* not searching */
    case 2: /* searching */
        return STATE_NO_SERVICE;
    default:
        return STATE_UNKNOWN;
    }
}

bool units_looks_like_asu_rssi(double dbm)
{
    return dbm >= -113 && dbm <= -51 && fabs(fmod(dbm, 2)) == 1;
}
