/* The sample: one reading of one modem at one instant, with service state and the
 * position then. Its columns have the same names in this struct, in the trip log and in
 * CSV. */
#ifndef LOMSONG_SAMPLE_H
#define LOMSONG_SAMPLE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "geo.h"

#define ID_UNKNOWN (-1)          /* a missing id, count or age */
#define TIME_UNKNOWN (INT64_MIN) /* a missing time; ages and intervals use ID_UNKNOWN */

/* Radio technologies in the order of their names, as outputs sort them. */
enum tech { TECH_GSM, TECH_LTE, TECH_NR_NSA, TECH_NR_SA, TECH_WCDMA, TECH_COUNT };
#define TECH_NONE TECH_COUNT /* no technology known */

/* Registration state of the packet domain in use (TS 27.007 §10.1.20, §10.1.22,
 * §10.1.47). */
enum state {
    STATE_UNKNOWN,    /* no answer, stat 4, stale, silence */
    STATE_IN_SERVICE, /* stat 1, 5 */
    STATE_LIMITED,    /* stat 3, 8 */
    STATE_NO_SERVICE, /* stat 0, 2 */
    STATE_RADIO_OFF,  /* CFUN 0 or 4, no SIM, SIM locked */
    STATE_COUNT
};

/* An operator's MCC and MNC with the MNC's digit count kept, in an integer that sorts as
 * the text does ("310410" before "45204"); 0 is no operator. */
typedef uint32_t mccmnc_t;
enum { MCCMNC_TEXT_SIZE = 7 }; /* six digits and the end */

struct sample {
    int64_t modem_id;
    int64_t t_utc_ms;  /* TIME_UNKNOWN where missing */
    int64_t t_mono_ms; /* monotonic clock, within boot_id */
    const char *boot_id;
    enum state state;
    enum tech tech;  /* TECH_NONE where not known */
    mccmnc_t mccmnc; /* the operator the sample counts for; 0 where not named */
    int64_t tac;     /* or LAC */
    int64_t cell_id; /* ECI, NCI or CI */
    int64_t pci;     /* or PSC, BSIC */
    int64_t arfcn;   /* EARFCN, NR-ARFCN, UARFCN, ARFCN */
    const char *band;
    double rsrp_dbm;
    double rsrq_db;
    double sinr_db;
    double rssi_dbm;
    double rscp_dbm;
    double ecno_db;
    double rxlev_dbm;
    double ss_rsrp_dbm;
    double ss_rsrq_db;
    double ss_sinr_db;
    int64_t ta;
    int64_t fix_mode; /* 0, 1 none, 2 2D, 3 3D (gpsd) */
    int64_t fix_age_ms;
    double acc_h95_m; /* horizontal, 95 % */
    double hdop;
    int64_t satellites;
    double alt_m; /* above mean sea level */
    double speed_mps;
    double course_deg;
    int64_t level_age_ms; /* since the last proof of life of the modem */
    const char *raw;      /* what the modem answered; owned by the source */
    struct latlon pos;    /* geo_none() without a fix */
};

/* A sample in which everything is missing and the state unknown. */
struct sample sample_empty(void);

/* Text <-> enum. Names are those of the contract; tech_parse also takes "NR" and "5G"
 * (NR_SA), "5G_NSA", "NR5G-NSA", "2G" "3G" "4G", "UMTS", "HSPA+", "EDGE" and their kin,
 * in any case.
 * *_parse returns the _COUNT value for a text it does not know. */
const char *tech_name(enum tech tech);
enum tech tech_parse(const char *text);
const char *state_name(enum state state);
enum state state_parse(const char *text);

/* "45204" or "452-04" or "452 04" to code; 0 where the text is not 3 + 2…3 digits. */
mccmnc_t mccmnc_parse(const char *text);
mccmnc_t mccmnc_join(const char *mcc, const char *mnc);
/* As mccmnc_join for an MNC that was kept as a number and lost its zeros: it is filled up
 * to the two or three digits of its country. */
mccmnc_t mccmnc_join_number(const char *mcc, const char *mnc);
/* Writes the 5 or 6 digits, or "" for 0. */
void mccmnc_format(mccmnc_t op, char text[MCCMNC_TEXT_SIZE]);

/* The level that stands for a technology: RxLev, RSCP, RSRP, SS-RSRP (NR_SA and NR_NSA).
 * Its place in a sample, for a technology that is known; here, and not behind a call, as
 * it is asked for several times a row. */
static inline size_t sample_level_offset(enum tech tech)
{
    static const size_t offsets[TECH_COUNT] = {
        [TECH_GSM] = offsetof(struct sample, rxlev_dbm),
        [TECH_LTE] = offsetof(struct sample, rsrp_dbm),
        [TECH_NR_NSA] = offsetof(struct sample, ss_rsrp_dbm),
        [TECH_NR_SA] = offsetof(struct sample, ss_rsrp_dbm),
        [TECH_WCDMA] = offsetof(struct sample, rscp_dbm),
    };
    return offsets[tech];
}

/* NAN where there is none; setting that of no technology does nothing. */
static inline double sample_level_dbm(const struct sample *s, enum tech tech)
{
    const char *sample = (const char *)s;
    return tech < TECH_COUNT
               ? *(const double *)(const void *)(sample + sample_level_offset(tech))
               : (double)NAN;
}

static inline void sample_set_level_dbm(struct sample *s, enum tech tech, double dbm)
{
    if (tech < TECH_COUNT)
        *(double *)(void *)((char *)s + sample_level_offset(tech)) = dbm;
}

/* The columns of the trip log's table `sample` that this struct holds, in their order
 * (mcc and mnc stand for mccmnc; the geometry is lat_deg, lon_deg in CSV). */
enum sample_type {
    SAMPLE_ID,
    SAMPLE_TIME,
    SAMPLE_DOUBLE,
    SAMPLE_TEXT,
    SAMPLE_STATE,
    SAMPLE_TECH,
    SAMPLE_MCC,
    SAMPLE_MNC
};
struct sample_column {
    const char *name;
    enum sample_type type;
    size_t offset; /* of the field in struct sample */
};
extern const struct sample_column sample_columns[];
extern const size_t sample_column_count;

#endif
