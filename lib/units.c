/* 3GPP ranges and index conversions. */
#include "units.h"

#include <math.h>
#include <stddef.h>

static const struct units_range level_ranges[TECH_COUNT] = {
    [TECH_GSM] = {-113, -47},    /* TS 45.008 §8.1.4, TS 27.007 §8.5 */
    [TECH_WCDMA] = {-120, -25},  /* TS 25.133 §9.1.1.3 */
    [TECH_LTE] = {-140, -43},    /* TS 36.133 §9.1.4 */
    [TECH_NR_NSA] = {-156, -31}, /* TS 38.133 §10.1.6 */
    [TECH_NR_SA] = {-156, -31},
};

struct units_range units_level_range(enum tech tech)
{
    /* No level lies in an interval whose ends are exchanged. */
    return tech < TECH_COUNT ? level_ranges[tech] : (struct units_range){0, -1};
}

int units_level_dbm(enum tech tech, double dbm)
{
    const struct units_range range = units_level_range(tech);
    if (!(dbm >= range.min_dbm && dbm <= range.max_dbm))
        return LEVEL_NONE;
    return (int)round(dbm); /* halves away from zero, whatever the rounding mode */
}

double units_corrected_dbm(enum tech tech, double dbm, double offset_db)
{
    const struct units_range range = units_level_range(tech);
    if (!(dbm >= range.min_dbm && dbm <= range.max_dbm))
        return NAN;
    return fmin(range.max_dbm, fmax(range.min_dbm, dbm + offset_db));
}

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
