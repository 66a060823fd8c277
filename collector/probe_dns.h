/* Names to addresses through one interface, so that a modem's test never leans on
 * another modem's network, and without a thread. */
#ifndef LOMSONG_PROBE_DNS_H
#define LOMSONG_PROBE_DNS_H

#include "probe_ping.h"

enum { PROBE_ADDRESSES_MAX = 6 };

struct probe_dns {
    struct probe_io *io;
    int index;             /* for the io's watches */
    const char *interface; /* the caller's */
    void *channel;         /* an ares_channel; NULL: not open */
    bool done;
    struct probe_result result; /* when done: why there is no address */
    struct probe_address addresses[PROBE_ADDRESSES_MAX];
    int count; /* of addresses; 0 when done: a failure */
};

/* True for "8.8.8.8,1.1.1.1", "127.0.0.1:5353", "[2001:db8::1]:53". */
bool probe_dns_servers_valid(const char *servers);

/* index and io for the watches; `interface` is kept, `servers` must be valid. */
MUST_CHECK enum err probe_dns_open(struct probe_dns *d, const char *servers);
void probe_dns_close(struct probe_dns *d);

/* Begins; an address written as such is done at once. */
void probe_dns_start(struct probe_dns *d, const char *host);
void probe_dns_cancel(struct probe_dns *d);

int64_t probe_dns_deadline_ms(const struct probe_dns *d, int64_t mono_ms);
/* A socket is ready; or -1 for what time alone brings. */
void probe_dns_step(struct probe_dns *d, const struct probe_ready *ready);

#endif
