/* A modem as the collector knows it: who it is, what it last said, and when it last
 * proved to be alive. Sources write it, the loop turns it into samples. */
#ifndef LOMSONG_MODEM_H
#define LOMSONG_MODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "gps_fix.h"
#include "sample.h"

enum {
    MODEM_MAX = 8,
    MODEM_TEXT_SIZE = 64,
    MODEM_BAND_SIZE = 16,
    MODEM_RAW_SIZE = 2048,
    MODEM_NEIGHBOURS_MAX = 32,
};

/* An instant, and the position known then. */
struct moment {
    int64_t mono_ms;
    struct gps_fix fix;
};

/* The domains that +CREG, +CGREG, +CEREG and +C5GREG tell about. */
enum modem_domain { DOMAIN_CS, DOMAIN_GPRS, DOMAIN_EPS, DOMAIN_5GS, DOMAIN_COUNT };

struct modem_registration {
    int stat; /* TS 27.007 §10.1.22; ID_UNKNOWN: not answered */
    int act;  /* TS 27.007 §7.3; ID_UNKNOWN: not said */
    int64_t tac;
    int64_t cell_id;
};

/* What the single AT answers of a round said, until at_reading_finish() combines them. */
struct modem_heard {
    struct modem_registration domains[DOMAIN_COUNT];
    bool unclear; /* a domain's answer was lost, or the SIM is busy: no hole from that */
    int cfun;     /* +CFUN; ID_UNKNOWN: not answered */
    int sim;      /* +CPIN: 1 ready, 0 missing or locked; ID_UNKNOWN: not answered */
    int cops_act;
    mccmnc_t cops;
    enum state cell_state; /* what the dialect's own answer says of the service */
    struct sample indexed; /* levels of +CSQ and +CESQ, of any technology */
    struct sample cell;    /* the dialect's own serving cell */
    struct sample nr;      /* its NR leg in dual connectivity */
};

/* What a modem said in one round of polling. Missing is missing: nothing is carried over
 * from the round before. */
struct modem_reading {
    enum state state; /* from registration; a dialect's own answer may lower it */
    struct moment asked, answered; /* around the answer that decided the state */
    /* tech, mccmnc (serving), tac, cell_id, pci, arfcn, ta, levels */
    struct sample radio;
    char band[MODEM_BAND_SIZE];                     /* "B3", "n78"; "" not said */
    struct sample neighbours[MODEM_NEIGHBOURS_MAX]; /* tech, pci, arfcn, levels */
    int neighbour_count;
    struct modem_heard heard; /* AT only */
    char raw[MODEM_RAW_SIZE]; /* scrubbed answers, ";"-separated lines */
};

struct modem {
    bool used; /* the slot is taken: identities stay through unplugging */
    bool present;
    bool has_been_present;
    int64_t modem_id; /* in the trip log, from 1 */
    char name[MODEM_TEXT_SIZE];
    char source[MODEM_TEXT_SIZE]; /* "at", "modemmanager", "replay" */
    char port[MODEM_TEXT_SIZE];
    char usb_path[MODEM_TEXT_SIZE];
    char manufacturer[MODEM_TEXT_SIZE];
    char model[MODEM_TEXT_SIZE];
    char firmware[MODEM_TEXT_SIZE];
    char imei_hash[65]; /* never the IMEI itself */
    mccmnc_t sim_mccmnc;
    char mount[16];
    double offset_db;
    struct modem_reading reading;
    int64_t reading_mono_ms; /* when it was complete; ID_UNKNOWN: never */
    int64_t proof_mono_ms;   /* last proof of life; ID_UNKNOWN: never */
    int64_t decided_mono_ms; /* the round under way has told the state; ID_UNKNOWN: not */
};

struct modem_table {
    struct modem modems[MODEM_MAX];
};

/* An empty reading: state unknown, everything missing. */
void modem_reading_clear(struct modem_reading *r);

/* The slot of a modem by IMEI hash, else by USB path, else by port; a new one if it is
 * unknown; NULL when all are taken. Empty texts match nothing. */
struct modem *modem_find(struct modem_table *t, const char *imei_hash,
                         const char *usb_path, const char *port);

/* Takes over who a modem says it is. It is present from now on and has said nothing. */
void modem_identify(struct modem *m, const struct modem *who);

/* The moment that a reading is true of. Between being asked and having answered the
 * network may have come or gone: a state that the reading before had, too, is claimed for
 * the moment of asking, which lies between two proofs; a new one for the moment of the
 * answer, or for none (NULL) where that came too late. Never before `not_before_ms`, when
 * something else was known. */
const struct moment *modem_reading_moment(const struct modem_reading *r,
                                          enum state before, int64_t not_before_ms);

/* The sample of a modem at a moment. Pure: a state is only what registration said in a
 * reading not older than the proof of life; silence gives `unknown` and no level.
 * `level_age_ms` counts from the proof of life, fix_age_ms from the fix. A fix older than
 * 5 s by its own clock keeps its age, one that was lost leaves no position. */
struct sample modem_sample(const struct modem *m, const struct moment *at, int64_t utc_ms,
                           const char *boot_id);
/* The sample of a modem that has said nothing of that moment: `unknown`. */
struct sample modem_silence(const struct modem *m, const struct moment *at,
                            int64_t utc_ms, const char *boot_id);

#endif
