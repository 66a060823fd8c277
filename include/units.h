/* 3GPP value ranges and index conversions: their only home. */
#ifndef LOMSONG_UNITS_H
#define LOMSONG_UNITS_H

#include <stdbool.h>

#include "sample.h"

enum { LEVEL_MIN_DBM = -156, LEVEL_MAX_DBM = -25, LEVEL_SPAN = 132 };
#define LEVEL_NONE 0 /* no level: never a valid one, all are negative */

/* A closed interval of dBm. */
struct units_range {
    double min_dbm;
    double max_dbm;
};

/* Range of the level of a technology, ends included; here, and not behind a call, as are
 * the next two, since each row asks for it several times. No level lies in an interval
 * whose ends are exchanged: that of no technology. */
static inline struct units_range units_level_range(enum tech tech)
{
    static const struct units_range ranges[TECH_COUNT + 1] = {
        [TECH_GSM] = {-113, -47},    /* TS 45.008 §8.1.4; lower end TS 27.007 §8.5 */
        [TECH_WCDMA] = {-120, -25},  /* TS 25.133 §9.1.1.3 */
        [TECH_LTE] = {-140, -43},    /* TS 36.133 §9.1.4; upper end TS 27.007 §8.69 */
        [TECH_NR_NSA] = {-156, -31}, /* TS 38.133 §10.1.6 */
        [TECH_NR_SA] = {-156, -31},  [TECH_NONE] = {0, -1},
    };
    return ranges[tech < TECH_COUNT ? tech : TECH_NONE];
}

/* The level rounded to whole dBm, halves away from zero; LEVEL_NONE where it is missing,
 * not finite or outside the technology's range, which is tested before rounding. */
static inline int units_level_dbm(enum tech tech, double dbm)
{
    const struct units_range range = units_level_range(tech);
    if (!(dbm >= range.min_dbm && dbm <= range.max_dbm))
        return LEVEL_NONE;
    /* as round(), which is a call without SSE 4.1: all levels are below -0.5 */
    return (int)(dbm - 0.5);
}

/* The level that a reference handset outdoors would have shown where a modem with this
 * offset_db (see triplog.h) read `dbm`. The range test is about the modem's word, so it
 * comes first: NAN for what is no level. The sum stays inside the range as 3GPP's own
 * end values do: the lower end is "so much or less". */
static inline double units_corrected_dbm(enum tech tech, double dbm, double offset_db)
{
    const struct units_range range = units_level_range(tech);
    if (!(dbm >= range.min_dbm && dbm <= range.max_dbm))
        return (double)NAN;
    const double sum_dbm = dbm + offset_db;
    if (!(sum_dbm > range.min_dbm))
        return range.min_dbm;
    return sum_dbm < range.max_dbm ? sum_dbm : range.max_dbm;
}

/* Index to value (TS 27.007 §8.5, §8.69). An index n stands for an interval; the value is
 * its lower end, and index 0 ("below") gives the range's lower end. NAN for "unknown"
 * (99, 255, 127 for SS-RSRP) and for any index outside the range. */
double units_csq_rssi_dbm(int index);     /* 0..31: -113 + 2n */
double units_cesq_rxlev_dbm(int index);   /* 0..63: n - 111, 0: -113 */
double units_cesq_rscp_dbm(int index);    /* 0..96: n - 121, 0: -120 */
double units_cesq_ecno_db(int index);     /* 0..49: n/2 - 24.5 */
double units_cesq_rsrq_db(int index);     /* 0..34: n/2 - 20 */
double units_cesq_rsrp_dbm(int index);    /* 0..97: n - 141, 0: -140 */
double units_cesq_ss_rsrq_db(int index);  /* 0..126: n/2 - 43.5 */
double units_cesq_ss_rsrp_dbm(int index); /* 0..126: n - 157, 0: -156 */
double units_cesq_ss_sinr_db(int index);  /* 0..127: n/2 - 23.5 */

/* Registration state of +CREG, +CGREG, +CEREG, +C5GREG (TS 27.007 §7.2, §10.1.20…):
 * 1, 5 in service; 0, 2 no service; 3, 8 limited; anything else unknown. */
enum state units_registration_state(int stat);

/* True for whole odd values in -113..-51: what -113 + 2·ASU gives (TS 27.007 §8.5). */
bool units_looks_like_asu_rssi(double dbm);

#endif
