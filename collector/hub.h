/* The hub: what sources and loop share. Sources tell it of modems, readings and fixes;
 * whoever runs them listens. */
#ifndef LOMSONG_HUB_H
#define LOMSONG_HUB_H

#include "gps_fix.h"
#include "modem.h"
#include "recording.h"

struct hub {
    int64_t mono_ms; /* now: set before sources are called, by whoever runs them */
    struct modem_table modems;
    struct gps_fix fix;
    const unsigned char *imei_key; /* 32 bytes: HMAC key made on this device */
    /* Notes an event for the trip log and the screen: "modem_lost", "gps_lost"… */
    void (*event)(void *ctx, const char *kind, const char *detail);
    /* A modem has a new reading; NULL: nobody waits for it. */
    void (*reading)(void *ctx, struct modem *m);
    /* Raw traffic for `run --record`; NULL: not wanted. */
    void (*record)(void *ctx, const struct recording_line *line);
    /* What only a recording says: a tick with the system's UTC, and the end. */
    void (*tick)(void *ctx, int64_t system_utc_ms);
    void (*end)(void *ctx, enum err err);
    void *ctx;
};

/* An event of a source, about a port or an address. */
void hub_event(struct hub *hub, const char *source, const char *kind, const char *detail);
/* A line for the recording, where one is made. */
void hub_record(struct hub *hub, const char *source, char kind, const char *port,
                const char *text);

/* This instant, with the position known now. */
struct moment hub_moment(const struct hub *hub);

/* A modem has told who it is: gives it its slot, as present and without a reading. NULL,
 * and an event, where all slots are taken. */
struct modem *hub_adopt(struct hub *hub, const struct modem *who);

/* A round is over: the modem's reading from now on. */
void hub_publish(struct hub *hub, struct modem *m, const struct modem_reading *reading);

/* The modem was pulled, or does not answer any more; NULL is legal. */
void hub_lose(struct hub *hub, struct modem *m);

#endif
