/* The hub: what sources and loop share. Sources tell it of modems, readings and fixes;
 * whoever runs them listens. */
#ifndef LOMSONG_HUB_H
#define LOMSONG_HUB_H

#include "gps_fix.h"
#include "modem.h"

struct hub {
    struct modem_table modems;
    struct gps_fix fix;
    const unsigned char *imei_key; /* 32 bytes: HMAC key made on this device */
    /* Notes an event for the trip log and the screen: "modem_lost", "gps_lost"… */
    void (*event)(void *ctx, const char *kind, const char *detail);
    /* A modem has a new reading; NULL: nobody waits for it. */
    void (*reading)(void *ctx, struct modem *m);
    /* Raw traffic for `run --record`; NULL: not wanted. direction '<' received, '>' sent.
     */
    void (*record)(void *ctx, const char *source, const char *port, char direction,
                   const char *bytes, size_t size);
    void *ctx;
};

void hub_event(struct hub *hub, const char *kind, const char *detail);

/* This instant, with the position known now. */
struct moment hub_moment(const struct hub *hub, int64_t mono_ms);

/* A modem has told who it is: gives it its slot, as present and without a reading. NULL,
 * and an event, where all slots are taken. */
struct modem *hub_adopt(struct hub *hub, const struct modem *who);

/* A round is over: the modem's reading from now on. */
void hub_publish(struct hub *hub, struct modem *m, const struct modem_reading *reading,
                 int64_t mono_ms);

/* The modem was pulled, or does not answer any more; NULL is legal. */
void hub_lose(struct hub *hub, struct modem *m);

#endif
