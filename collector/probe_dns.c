/* Names to addresses through one interface. The system's resolver would ask whichever
 * modem holds the default route: where that one has no network, the tests of all others
 * would fail for it. */
#include "probe_dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/time.h>

#include "lang.h"
#include "probe_link.h"

enum { TRY_MS = 2000, TRIES = 3 };

static void watch_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
    const struct probe_dns *d = ctx;
    probe_io_watch(d->io, (struct probe_watch){PROBE_OF_DNS, d->index, fd}, readable != 0,
                   writable != 0);
}

static int bind_socket(ares_socket_t fd, int type, void *ctx)
{
    const struct probe_dns *d = ctx;
    (void)type;
    return probe_link_bind(fd, d->interface) == 0 ? 0 : -1;
}

bool probe_dns_servers_valid(const char *servers)
{
    ares_channel channel = NULL;
    struct ares_addr_port_node *list = NULL;
    const bool valid = ares_init(&channel) == ARES_SUCCESS &&
                       ares_set_servers_ports_csv(channel, servers) == ARES_SUCCESS &&
                       ares_get_servers_ports(channel, &list) == ARES_SUCCESS &&
                       servers[0] != '\0' && list;
    if (list)
        ares_free_data(list);
    if (channel)
        ares_destroy(channel);
    return valid;
}

enum err probe_dns_open(struct probe_dns *d, const char *servers)
{
    char lookups[] = "fb"; /* /etc/hosts, then the servers */
    ares_channel channel = NULL;
    struct ares_options options = {.flags = ARES_FLAG_NOSEARCH,
                                   .timeout = TRY_MS,
                                   .tries = TRIES,
                                   .lookups = lookups,
                                   .sock_state_cb = watch_socket,
                                   .sock_state_cb_data = d};
    int code = ares_init_options(&channel, &options,
                                 ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                     ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
    if (code == ARES_SUCCESS)
        code = ares_set_servers_ports_csv(channel, servers);
    if (code != ARES_SUCCESS) {
        err_report(_("probes: no name service with %s: %s"), servers,
                   ares_strerror(code));
        if (channel)
            ares_destroy(channel);
        return ERR_FAILED;
    }
    ares_set_socket_configure_callback(channel, bind_socket, d);
    d->channel = channel;
    return ERR_OK;
}

void probe_dns_close(struct probe_dns *d)
{
    if (d->channel)
        ares_destroy(d->channel);
    d->channel = NULL;
}

static struct probe_result failure(int status)
{
    struct probe_result r;
    switch (status) {
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
        r = probe_result_of(PROBE_TIMEOUT, "dns_timeout");
        break;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_ESERVFAIL:
        r = probe_result_of(PROBE_ERROR, "dns_no_address");
        break;
    case ARES_ECONNREFUSED: /* no server could be reached at all */
        r = probe_result_of(PROBE_ERROR, "dns_unreachable");
        break;
    case ARES_ENOMEM:
        r = probe_result_of(PROBE_VOID, "device");
        break;
    default:
        r = probe_result_of(PROBE_ERROR, "dns");
        break;
    }
    snprintf(r.detail, sizeof r.detail, "%s", ares_strerror(status));
    return r;
}

static void take_answer(void *ctx, int status, int timeouts, struct ares_addrinfo *found)
{
    struct probe_dns *d = ctx;
    (void)timeouts;
    const struct ares_addrinfo_node *n = found ? found->nodes : NULL;
    for (; n && d->count < PROBE_ADDRESSES_MAX; n = n->ai_next) {
        struct probe_address *a = &d->addresses[d->count];
        if (n->ai_addrlen > sizeof a->address)
            continue;
        memcpy(&a->address, n->ai_addr, n->ai_addrlen);
        a->size = n->ai_addrlen;
        d->count++;
    }
    if (d->count == 0)
        d->result = failure(status == ARES_SUCCESS ? ARES_ENODATA : status);
    d->done = true;
    if (found)
        ares_freeaddrinfo(found);
}

/* An address written as such; c-ares would ask the servers for it. */
static bool take_literal(struct probe_dns *d, const char *host)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct probe_address *a = &d->addresses[0];
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(&a->address, &v4, sizeof v4);
        a->size = sizeof v4;
    } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
        memcpy(&a->address, &v6, sizeof v6);
        a->size = sizeof v6;
    } else {
        return false;
    }
    d->count = 1;
    d->done = true;
    return true;
}

void probe_dns_start(struct probe_dns *d, const char *host)
{
    /* not sorted: that asks the system's routes, not the interface's */
    const struct ares_addrinfo_hints hints = {
        .ai_flags = ARES_AI_NOSORT, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    d->done = false;
    d->count = 0;
    if (!take_literal(d, host))
        ares_getaddrinfo(d->channel, host, NULL, &hints, take_answer, d);
}

void probe_dns_cancel(struct probe_dns *d)
{
    if (d->channel)
        ares_cancel(d->channel);
}

int64_t probe_dns_deadline_ms(const struct probe_dns *d, int64_t mono_ms)
{
    struct timeval left;
    if (!ares_timeout(d->channel, NULL, &left))
        return INT64_MAX;
    return mono_ms + left.tv_sec * 1000 + left.tv_usec / 1000 + 1;
}

void probe_dns_step(struct probe_dns *d, const struct probe_ready *ready)
{
    ares_process_fd(d->channel,
                    ready && ready->readable ? ready->watch.fd : ARES_SOCKET_BAD,
                    ready && ready->writable ? ready->watch.fd : ARES_SOCKET_BAD);
}
