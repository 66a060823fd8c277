/* One ping: several echo requests to one address through one interface. */
#ifndef LOMSONG_PROBE_PING_H
#define LOMSONG_PROBE_PING_H

#include <netinet/in.h>

#include "probe_icmp.h"
#include "probe_io.h"
#include "probe_result.h"

enum {
    PROBE_PING_MAX = 20,           /* requests */
    PROBE_PING_EVERY_MS = 500,     /* between two */
    PROBE_PING_PATIENCE_MS = 2000, /* for the answer to the last one */
    PROBE_PING_DNS_MS = 6000,      /* for the address, before */
};

struct probe_address {
    struct sockaddr_storage address;
    socklen_t size;
};

struct probe_ping {
    struct probe_io *io;
    int index; /* for the io's watches */
    int fd;    /* -1: no ping runs */
    struct probe_icmp icmp;
    int count, sent, answered;
    struct {
        int64_t sent_ns;      /* monotonic */
        int64_t sent_real_ns; /* by the clock of the kernel's receive stamps */
        double rtt_ms;        /* NAN: not answered */
    } requests[PROBE_PING_MAX];
    int64_t next_ms, end_ms;
    int error; /* errno of the last request that could not be sent */
};

void probe_ping_init(struct probe_ping *p, struct probe_io *io, int index);

/* Begins. 0, or errno: EPERM where this user may not ping. */
int probe_ping_start(struct probe_ping *p, const struct probe_address *to,
                     const char *interface, int count);

/* When probe_ping_step wants to be called; INT64_MAX while none runs. */
int64_t probe_ping_deadline_ms(const struct probe_ping *p);
/* Takes answers and sends what is due; true when all is over. */
bool probe_ping_step(struct probe_ping *p, int64_t mono_ms);

/* What was found; closes the socket. */
struct probe_result probe_ping_finish(struct probe_ping *p);
void probe_ping_stop(struct probe_ping *p);

#endif
