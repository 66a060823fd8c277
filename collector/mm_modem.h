/* One modem behind ModemManager: the rounds in which it is asked, and what counts as
 * proof that the answers are the modem's and not ModemManager's memory. */
#ifndef LOMSONG_MM_MODEM_H
#define LOMSONG_MM_MODEM_H

#include <systemd/sd-bus.h>

#include "mm_facts.h"
#include "source.h"

#define MM_SERVICE "org.freedesktop.ModemManager1"
#define MM_MODEM_INTERFACE MM_SERVICE ".Modem"
#define MM_3GPP_INTERFACE MM_SERVICE ".Modem.Modem3gpp"

enum { MM_PATH_SIZE = 96, MM_CALLS_MAX = 8, MM_IMEI_SIZE = 24 };

enum mm_step {
    MM_IDENTIFY,     /* who is it */
    MM_IDENTIFY_SIM, /* and its SIM's operator */
    MM_FORGET,       /* ModemManager is made to drop levels and cell */
    MM_VERIFY,       /* it did */
    MM_ASK,          /* the modem is asked for them */
    MM_READ,         /* what came */
};

struct mm_modem;
typedef void (*mm_take_fn)(struct mm_modem *m, sd_bus_message *reply);

struct mm_call {
    struct mm_modem *modem;
    sd_bus_slot *slot; /* NULL: free */
    mm_take_fn take;   /* called with a good reply only */
};

/* What all modems of a source share. */
struct mm_context {
    struct hub *hub;
    const struct source_config *config;
    sd_bus *bus;
    int64_t mono_ms; /* of the call of the source */
};

struct mm_modem {
    bool used;
    struct mm_context *context;
    char path[MM_PATH_SIZE];
    struct mm_call calls[MM_CALLS_MAX];
    int pending;
    enum mm_step step;      /* under way, or next where nothing is pending */
    int64_t next_ms;        /* when the next step is due */
    bool due;               /* a round is to begin */
    struct moment asked;    /* when the modem itself was asked in this round */
    int64_t next_enable_ms; /* not asked to enable again before */
    int rereads;            /* of this round */

    struct modem *slot;      /* NULL while unknown or not wanted */
    bool unwanted;           /* another modem's IMEI is configured */
    char imei[MM_IMEI_SIZE]; /* only until its hash is made */
    struct modem identity;   /* the texts of it */
    char sim_path[MM_PATH_SIZE];
    bool denied; /* a call was refused, and that has been said */

    struct mm_facts facts;
    enum state told; /* by the reading published last */
    /* Facts of the round before, to see a change where nothing better proves life. */
    char known[MM_TEXT_SIZE];
    char known_levels[MM_TEXT_SIZE];
    int64_t location_enabled; /* MMModemLocationSource, bits; ID_UNKNOWN: no interface */
    bool location_signals;
    bool gives_location; /* has ever named a cell */
    /* In this round: */
    bool levels_forgotten; /* levels there now are new */
    bool location_forgotten;
    bool answered;  /* a question that only the modem can answer */
    bool disturbed; /* a signal came between the replies */
};

/* mm_identity.c: takes a value of the interface Modem (ctx: struct mm_modem)… */
void mm_identity_take(void *ctx, const char *key, const char *value);
/* …and, when all are there, gives the modem its slot, unless it is not wanted. */
void mm_identity_adopt(struct mm_modem *m);

void mm_modem_start(struct mm_modem *m, struct mm_context *context, const char *path);
/* Cancels what is under way; the modem is no longer present. */
void mm_modem_stop(struct mm_modem *m);
/* A round is to begin, now or when the one under way is over. */
void mm_modem_begin(struct mm_modem *m);
/* Does what is due. */
void mm_modem_step(struct mm_modem *m);
/* When that is; INT64_MAX while replies are awaited. */
int64_t mm_modem_deadline_ms(const struct mm_modem *m);
/* A PropertiesChanged of the modem. */
void mm_modem_changed(struct mm_modem *m, sd_bus_message *signal);

#endif
