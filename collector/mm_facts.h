/* What ModemManager says of a modem, as key=value texts, and the reading that follows
 * from it. Pure: D-Bus replies and recordings both come in as texts. */
#ifndef LOMSONG_MM_FACTS_H
#define LOMSONG_MM_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modem.h"

enum mm_family { MM_GSM, MM_UMTS, MM_LTE, MM_NR5G, MM_FAMILY_COUNT };
enum mm_quantity {
    MM_RSSI,
    MM_RSRP,
    MM_RSRQ,
    MM_SNR,
    MM_RSCP,
    MM_ECIO,
    MM_QUANTITY_COUNT
};

/* Values of enums are ModemManager's (ModemManager-enums.h 1.20). */
struct mm_facts {
    int64_t state;        /* MMModemState, -1 failed … 11 connected */
    int64_t power;        /* MMModemPowerState: 1 off, 2 low, 3 on; 0 missing */
    int64_t technologies; /* MMModemAccessTechnology, bits; 0 missing */
    int64_t registration; /* MMModem3gppRegistrationState; 4 unknown or missing */
    mccmnc_t mccmnc;      /* of the serving network */
    double levels[MM_FAMILY_COUNT][MM_QUANTITY_COUNT]; /* NAN missing */
    bool has_location;
    mccmnc_t location_mccmnc;
    int64_t lac, cell_id, tac; /* ID_UNKNOWN missing */
};

/* Values a reply brings together: each reply replaces its own group. */
enum mm_group { MM_MODEM, MM_3GPP, MM_SIGNAL, MM_LOCATION, MM_GROUP_COUNT };

enum { MM_STATE_DISABLED = 3, MM_STATE_ENABLED = 6, MM_REGISTRATION_UNKNOWN = 4 };

void mm_facts_clear(struct mm_facts *f);
void mm_facts_clear_group(struct mm_facts *f, enum mm_group group);

/* Takes a value: "State", "Lte.rsrp", "3gpp" (a location "MCC,MNC,LAC,CI,TAC")… False
 * where the key is none of ours or the value cannot be meant: it stays missing. */
bool mm_facts_take(struct mm_facts *f, const char *key, const char *value);

bool mm_facts_has_level(const struct mm_facts *f);

/* The facts of the groups (bits 1 << enum mm_group) as "key=value;key=value", always the
 * same text for the same facts; cut where it does not fit. */
enum { MM_ALL_GROUPS = (1 << MM_GROUP_COUNT) - 1, MM_TEXT_SIZE = 640 };
void mm_facts_format(const struct mm_facts *f, unsigned groups, char text[MM_TEXT_SIZE]);
/* Reads such a text. False where nothing in it was understood. */
bool mm_facts_parse(struct mm_facts *f, const char *text);

/* Service state by registration; radio off where the modem is disabled, locked or failed.
 */
enum state mm_facts_state(const struct mm_facts *f);
/* The whole reading, raw text included. Technology, cell and level only in service. */
void mm_facts_reading(const struct mm_facts *f, struct modem_reading *reading);
/* Takes back all but the raw text: the modem itself did not confirm it. */
void mm_facts_doubt(struct modem_reading *reading);

#endif
