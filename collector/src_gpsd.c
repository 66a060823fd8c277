/* gpsd through libgps 3.22. The library has no call that never blocks when it connects,
 * so a socket of our own knocks first. Its gps_read hides a connection that died behind
 * half a line (0 for ever, the descriptor stays readable) and hangs on some broken ones,
 * so the lines are read here and only whole reports given to it. A silent receiver sends
 * nothing at all: the fix ages by itself. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gpsd_report.h"
#include "lang.h"
#include "source.h"
#include "xmem.h"

enum {
    LINE_SIZE =
        10240, /* gpsd sends none that is longer (gpsd.h, GPS_JSON_RESPONSE_MAX) */
    READS_PER_CALL = 16,
    KNOCK_MS = 3000,   /* longer than any board on the same table needs */
    BACK_OFF_MS = 250, /* doubled up to BACK_OFF_MAX_MS */
    BACK_OFF_MAX_MS = 1000,
    SILENT_MS = 15000, /* gpsd opens a hung receiver anew for a new client */
};

struct source {
    struct hub *hub;
    char host[NI_MAXHOST]; /* numeric */
    char port[NI_MAXSERV];
    char name[NI_MAXHOST + NI_MAXSERV + 2];
    struct sockaddr_storage address;
    socklen_t address_size;
    int knock_fd; /* -1: not knocking */
    bool connected;
    bool reported_lost;
    int64_t next_ms; /* retry, end of the knock, or end of patience */
    int64_t back_off_ms;
    struct gps_data_t data;
    char line[LINE_SIZE];
    size_t line_size;
    bool line_too_long;
};

static void retry_later(struct source *s, int64_t mono_ms)
{
    s->next_ms = mono_ms + s->back_off_ms;
    s->back_off_ms *= 2;
    if (s->back_off_ms > BACK_OFF_MAX_MS)
        s->back_off_ms = BACK_OFF_MAX_MS;
}

static void stop_knocking(struct source *s)
{
    if (s->knock_fd >= 0)
        close(s->knock_fd);
    s->knock_fd = -1;
}

static void disconnect(struct source *s)
{
    if (s->connected)
        (void)gps_close(&s->data);
    s->connected = false;
}

static void give_up(struct source *s, int64_t mono_ms)
{
    stop_knocking(s);
    disconnect(s);
    if (!s->reported_lost)
        hub_event(s->hub, "gpsd", "gpsd_lost", s->name);
    s->reported_lost = true;
    retry_later(s, mono_ms);
}

static void knock(struct source *s, int64_t mono_ms)
{
    s->knock_fd =
        socket(s->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    s->next_ms = mono_ms + KNOCK_MS;
    if (s->knock_fd < 0 || (connect(s->knock_fd, (const struct sockaddr *)&s->address,
                                    s->address_size) != 0 &&
                            errno != EINPROGRESS))
        give_up(s, mono_ms);
}

/* Somebody opened: now libgps connects without waiting. */
static void enter(struct source *s, int64_t mono_ms)
{
    int fault = 0;
    socklen_t size = sizeof fault;
    if (getsockopt(s->knock_fd, SOL_SOCKET, SO_ERROR, &fault, &size) != 0 || fault != 0) {
        give_up(s, mono_ms);
        return;
    }
    stop_knocking(s);
    if (gps_open(s->host, s->port, &s->data) != 0) {
        give_up(s, mono_ms);
        return;
    }
    s->connected = true;
    s->line_size = 0;
    s->line_too_long = false;
    if (gps_stream(&s->data, WATCH_ENABLE | WATCH_JSON, NULL) != 0) {
        give_up(s, mono_ms);
        return;
    }
    s->next_ms = mono_ms + SILENT_MS;
}

static void take_line(struct source *s, int64_t mono_ms)
{
    struct gps_report report;
    if (s->line_size > 0 && s->line[s->line_size - 1] == '\r')
        s->line_size--;
    s->line[s->line_size] = '\0';
    hub_record(s->hub, "gpsd", '<', s->name, s->line);
    if (!gpsd_report_parse(s->line, &s->data, &report))
        return;
    if (s->reported_lost)
        hub_event(s->hub, "gpsd", "gpsd_back", s->name);
    s->reported_lost = false;
    s->back_off_ms = BACK_OFF_MS;
    s->next_ms = mono_ms + SILENT_MS;
    gps_fix_add(&s->hub->fix, &report, mono_ms, GPS_EARLIEST_UTC_MS);
}

static void take_bytes(struct source *s, const char *bytes, size_t size, int64_t mono_ms)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            if (!s->line_too_long)
                take_line(s, mono_ms);
            s->line_size = 0;
            s->line_too_long = false;
        } else if (s->line_size + 1 < sizeof s->line) {
            s->line[s->line_size++] = bytes[i];
        } else {
            s->line_too_long = true;
        }
    }
}

static void read_reports(struct source *s, int64_t mono_ms)
{
    char bytes[4096];
    for (int i = 0; i < READS_PER_CALL; i++) {
        const ssize_t n = recv(s->data.gps_fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n > 0) {
            take_bytes(s, bytes, (size_t)n, mono_ms);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            give_up(s, mono_ms);
            return;
        } else {
            return;
        }
    }
}

static enum err resolve(const struct source_config *config, struct source *s)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char port[NI_MAXSERV];
    snprintf(port, sizeof port, "%d", config->tcp_port);
    int fault = getaddrinfo(config->host, port, &hints, &found);
    if (fault == 0)
        fault = getnameinfo(found->ai_addr, found->ai_addrlen, s->host, sizeof s->host,
                            s->port, sizeof s->port, NI_NUMERICHOST | NI_NUMERICSERV);
    if (fault == 0) {
        memcpy(&s->address, found->ai_addr, found->ai_addrlen);
        s->address_size = found->ai_addrlen;
    } else {
        err_report(
            _("gpsd: '%s' port %d is not an address: %s; expected a name or number "
              "such as 127.0.0.1 in gpsd.host"),
            config->host, config->tcp_port, gai_strerror(fault));
    }
    if (found)
        freeaddrinfo(found);
    return fault == 0 ? ERR_OK : ERR_INPUT;
}

static void gpsd_close(struct source *s)
{
    if (!s)
        return;
    stop_knocking(s);
    disconnect(s);
    free(s);
}

static enum err gpsd_open(const struct source_config *config, struct hub *hub,
                          struct source **source)
{
    struct source *s = xcalloc(1, sizeof *s);
    s->hub = hub;
    s->knock_fd = -1;
    s->back_off_ms = BACK_OFF_MS;
    const enum err e = resolve(config, s);
    if (e != ERR_OK) {
        gpsd_close(s);
        return e;
    }
    snprintf(s->name, sizeof s->name, "%s:%s", s->host, s->port);
    *source = s;
    return ERR_OK;
}

static int gpsd_poll_fds(struct source *s, struct pollfd *fds, int max)
{
    if (max < 1 || (!s->connected && s->knock_fd < 0))
        return 0;
    fds[0] = s->connected
                 ? (struct pollfd){.fd = s->data.gps_fd, .events = POLLIN | POLLRDHUP}
                 : (struct pollfd){.fd = s->knock_fd, .events = POLLOUT};
    return 1;
}

static int64_t gpsd_deadline_ms(const struct source *s)
{
    return s->next_ms;
}

static void gpsd_handle(struct source *s, const struct pollfd *fds, int count,
                        int64_t mono_ms)
{
    const bool ready = count > 0 && fds[0].revents != 0;
    if (s->connected) {
        read_reports(s, mono_ms);
        if (s->connected && mono_ms >= s->next_ms) {
            disconnect(s); /* and knock again: not an event, gpsd itself is there */
            s->next_ms = mono_ms + s->back_off_ms;
        }
    } else if (s->knock_fd >= 0) {
        if (ready)
            enter(s, mono_ms);
        else if (mono_ms >= s->next_ms)
            give_up(s, mono_ms);
    } else if (mono_ms >= s->next_ms) {
        knock(s, mono_ms);
    }
}

const struct source_driver src_gpsd = {
    .name = "gpsd",
    .open = gpsd_open,
    .poll_fds = gpsd_poll_fds,
    .deadline_ms = gpsd_deadline_ms,
    .handle = gpsd_handle,
    .close = gpsd_close,
};
