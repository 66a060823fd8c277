/* One ping. Linux lets everyone in net.ipv4.ping_group_range have a datagram socket for
 * echoes; a raw one takes CAP_NET_RAW. */
#include "probe_ping.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "probe_link.h"
#include "pump.h"

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void probe_ping_init(struct probe_ping *p, struct probe_io *io, int index)
{
    *p = (struct probe_ping){.io = io, .index = index, .fd = -1};
}

static int open_socket(struct probe_ping *p, int family)
{
    const int protocol = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
    const int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    p->icmp.is_v6 = family == AF_INET6;
    p->icmp.is_raw = false;
    p->fd = socket(family, SOCK_DGRAM | flags, protocol);
    if (p->fd < 0) {
        p->icmp.is_raw = true;
        p->fd = socket(family, SOCK_RAW | flags, protocol);
    }
    if (p->fd >= 0)
        return 0;
    return errno == EACCES ? EPERM : errno;
}

int probe_ping_start(struct probe_ping *p, const struct probe_address *to,
                     const char *interface, int count)
{
    const int on = 1;
    struct probe_io *io = p->io;
    probe_ping_init(p, io, p->index);
    p->count = count < PROBE_PING_MAX ? count : PROBE_PING_MAX;
    int code = open_socket(p, to->address.ss_family);
    if (code == 0)
        code = probe_link_bind(p->fd, interface);
    /* connected: answers of other hosts are not delivered */
    if (code == 0 && connect(p->fd, (const struct sockaddr *)&to->address, to->size) != 0)
        code = errno;
    if (code == 0 && (getrandom(p->icmp.token, sizeof p->icmp.token, 0) < 0 ||
                      getrandom(&p->icmp.id, sizeof p->icmp.id, 0) < 0))
        code = errno;
    if (code != 0) {
        probe_ping_stop(p);
        return code;
    }
    (void)setsockopt(p->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    probe_io_watch(io, (struct probe_watch){PROBE_OF_PING, p->index, p->fd}, true, false);
    p->next_ms = pump_real_ms();
    return 0;
}

static void send_one(struct probe_ping *p, int64_t mono_ms)
{
    uint8_t packet[ICMP_PACKET_SIZE];
    probe_icmp_write(&p->icmp, (uint16_t)p->sent, packet);
    p->requests[p->sent].rtt_ms = NAN;
    p->requests[p->sent].sent_real_ns = now_ns(CLOCK_REALTIME);
    p->requests[p->sent].sent_ns = now_ns(CLOCK_MONOTONIC);
    if (send(p->fd, packet, sizeof packet, 0) < 0)
        p->error = errno;
    p->sent++;
    p->next_ms = mono_ms + PROBE_PING_EVERY_MS;
    p->end_ms = mono_ms + PROBE_PING_PATIENCE_MS;
}

static int64_t received_real_ns(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        struct timespec t;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
            continue;
        memcpy(&t, CMSG_DATA(c), sizeof t);
        return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    }
    return -1;
}

/* From the kernel's stamp of arrival, for our loop may have been busy; from the monotonic
 * clock where the system's clock was set meanwhile. */
static void take_answer(struct probe_ping *p, int sequence, int64_t real_ns)
{
    const int64_t busy_ns = now_ns(CLOCK_MONOTONIC) - p->requests[sequence].sent_ns;
    const int64_t stamp_ns = real_ns - p->requests[sequence].sent_real_ns;
    const bool plausible = real_ns >= 0 && stamp_ns >= 0 && stamp_ns <= busy_ns;
    if (!isnan(p->requests[sequence].rtt_ms))
        return; /* twice */
    p->requests[sequence].rtt_ms = (double)(plausible ? stamp_ns : busy_ns) / 1e6;
    p->answered++;
}

/* One message; false where there is none. */
static bool receive(struct probe_ping *p)
{
    uint8_t bytes[256];
    union {
        struct cmsghdr header;
        uint8_t bytes[128];
    } control;
    struct iovec part = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    const ssize_t size = recvmsg(p->fd, &message, 0);
    if (size < 0)
        return false;
    const int sequence = probe_icmp_read(&p->icmp, bytes, (size_t)size);
    if (sequence >= 0 && sequence < p->sent)
        take_answer(p, sequence, received_real_ns(&message));
    return true;
}

int64_t probe_ping_deadline_ms(const struct probe_ping *p)
{
    if (p->fd < 0)
        return INT64_MAX;
    return p->sent < p->count ? p->next_ms : p->end_ms;
}

bool probe_ping_step(struct probe_ping *p, int64_t mono_ms)
{
    enum { AT_ONCE = 64 }; /* a flood of foreign answers must not hold us */
    for (int i = 0; i < AT_ONCE && receive(p); i++)
        ;
    if (p->sent < p->count && mono_ms >= p->next_ms)
        send_one(p, mono_ms);
    if (p->sent < p->count)
        return false;
    return p->answered == p->sent || mono_ms >= p->end_ms;
}

struct probe_result probe_ping_finish(struct probe_ping *p)
{
    double rtt_ms[PROBE_PING_MAX];
    int answered = 0;
    for (int i = 0; i < p->sent; i++) {
        if (!isnan(p->requests[i].rtt_ms))
            rtt_ms[answered++] = p->requests[i].rtt_ms;
    }
    struct probe_result r = probe_result_of_ping(rtt_ms, answered, p->sent);
    if (answered == 0 && p->error != 0) {
        r = probe_result_of_errno(p->error);
        r.loss_share = 1;
    }
    r.sent_bytes = (int64_t)p->sent * ICMP_PACKET_SIZE;
    r.received_bytes = (int64_t)answered * ICMP_PACKET_SIZE;
    probe_ping_stop(p);
    return r;
}

void probe_ping_stop(struct probe_ping *p)
{
    if (p->fd >= 0) {
        probe_io_watch(p->io, (struct probe_watch){PROBE_OF_PING, p->index, p->fd}, false,
                       false);
        close(p->fd);
    }
    p->fd = -1;
}
