/* Transfers of active tests. Each is a connection of its own that ends with it: the time
 * to connect is part of what people feel, and a kept connection would hide a dead
 * network. Bytes are counted by the kernel (TCP_INFO), TLS and headers included: that is
 * what the SIM pays for. */
#include "probe_http.h"

#include <inttypes.h>
#include <linux/tcp.h> /* tcpi_bytes_acked: <netinet/tcp.h> has it not */
#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "pump.h"
#include "xmem.h"

enum {
    HEADER_MAX = 16000, /* bytes; more is no server for tests */
    ANSWER_MAX = 16000, /* to an upload */
    RESOLVE_SIZE = 1024,
};

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *of_socket)
{
    struct probe_http *h = ctx;
    (void)easy;
    (void)of_socket;
    probe_io_watch(h->io, (struct probe_watch){PROBE_OF_HTTP, 0, fd},
                   what == CURL_POLL_IN || what == CURL_POLL_INOUT,
                   what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    return 0;
}

static int set_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct probe_http *h = ctx;
    (void)multi;
    h->timer_ms = timeout_ms < 0 ? INT64_MAX : pump_real_ms() + timeout_ms;
    return 0;
}

enum err probe_http_open(struct probe_http *h, struct probe_io *io)
{
    *h = (struct probe_http){.io = io, .timer_ms = INT64_MAX};
    h->multi = curl_multi_init();
    if (h->multi &&
        curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, set_socket) == CURLM_OK &&
        curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h) == CURLM_OK &&
        curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer) == CURLM_OK &&
        curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h) == CURLM_OK)
        return ERR_OK;
    err_report(_("probes: libcurl cannot be started"));
    return ERR_FAILED;
}

void probe_http_close(struct probe_http *h)
{
    if (h->multi)
        curl_multi_cleanup(h->multi);
    h->multi = NULL;
}

static bool take_part(CURLU *u, CURLUPart part, char **text)
{
    return curl_url_get(u, part, text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) ==
           CURLUE_OK;
}

bool probe_http_url(const char *url, char **host, int *port)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *name = NULL, *number = NULL, *user = NULL, *password = NULL;
    const bool valid = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
                       take_part(u, CURLUPART_SCHEME, &scheme) &&
                       take_part(u, CURLUPART_HOST, &name) &&
                       take_part(u, CURLUPART_PORT, &number) &&
                       (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
                       !take_part(u, CURLUPART_USER, &user) &&
                       !take_part(u, CURLUPART_PASSWORD, &password);
    if (valid) {
        const size_t len = strlen(name);
        const bool v6 = len > 2 && name[0] == '['; /* "[::1]" is "::1" elsewhere */
        *host = v6 ? xasprintf("%.*s", (int)len - 2, name + 1) : xstrdup(name);
        *port = (int)strtol(number, NULL, 10);
    }
    char *const texts[] = {scheme, name, number, user, password};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        curl_free(texts[i]);
    curl_url_cleanup(u);
    return valid;
}

enum err probe_transfer_open(struct probe_transfer *t)
{
    /* no round trip more in which the server says that it is willing */
    *t = (struct probe_transfer){.easy = curl_easy_init(),
                                 .headers = curl_slist_append(NULL, "Expect:")};
    if (t->easy && t->headers)
        return ERR_OK;
    err_report(_("probes: libcurl cannot be started"));
    return ERR_FAILED;
}

/* Takes the transfer away from libcurl, which closes its sockets. */
static void detach(struct probe_transfer *t, struct probe_http *h)
{
    if (t->running)
        (void)curl_multi_remove_handle(h->multi, t->easy);
    t->running = false;
    curl_slist_free_all(t->resolve);
    t->resolve = NULL;
}

void probe_transfer_close(struct probe_transfer *t, struct probe_http *h)
{
    detach(t, h);
    if (t->easy)
        curl_easy_cleanup(t->easy);
    t->easy = NULL;
    curl_slist_free_all(t->headers);
    t->headers = NULL;
}

static bool is_refused(const struct probe_transfer *t)
{
    long status = 0;
    return curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
           status >= 300;
}

/* Content that comes in; returning less than `size` stops the transfer. */
static size_t take_content(char *bytes, size_t one, size_t size, void *ctx)
{
    struct probe_transfer *t = ctx;
    (void)bytes;
    (void)one;
    if (is_refused(t))
        return 0; /* the page that says so is not the test */
    if (t->job.is_upload) {
        t->header_bytes += (int64_t)size;
        return t->header_bytes > HEADER_MAX + ANSWER_MAX ? 0 : size;
    }
    const int64_t room = t->job.allowance.content_bytes - t->content_bytes;
    t->content_bytes += (int64_t)size < room ? (int64_t)size : room;
    if ((int64_t)size < room)
        return size;
    t->enough = t->content_bytes >= t->job.wanted_bytes;
    t->limit_reached = !t->enough;
    return 0;
}

static size_t take_header(char *bytes, size_t one, size_t size, void *ctx)
{
    struct probe_transfer *t = ctx;
    (void)bytes;
    (void)one;
    t->header_bytes += (int64_t)size;
    return t->header_bytes > HEADER_MAX ? 0 : size;
}

/* Noise that no network on the way can compress (splitmix64). */
static uint64_t next_noise(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t give_content(char *bytes, size_t one, size_t size, void *ctx)
{
    struct probe_transfer *t = ctx;
    (void)one;
    const int64_t left = t->job.allowance.content_bytes - t->content_bytes;
    if (left <= 0 && t->content_bytes < t->job.wanted_bytes) {
        t->limit_reached = true;
        return CURL_READFUNC_ABORT;
    }
    const size_t given = (int64_t)size < left ? size : (size_t)(left > 0 ? left : 0);
    for (size_t i = 0; i < given; i += sizeof(uint64_t)) {
        const uint64_t noise = next_noise(&t->noise);
        memcpy(bytes + i, &noise, given - i < sizeof noise ? given - i : sizeof noise);
    }
    t->content_bytes += (int64_t)given;
    return given;
}

/* What may still be under way when the transfer is cut off is bounded, too. */
static int prepare_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
    const struct probe_transfer *t = ctx;
    const int window = (int)t->job.allowance.window_bytes;
    (void)purpose;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &window, sizeof window);
    return CURL_SOCKOPT_OK;
}

static int close_socket(void *ctx, curl_socket_t fd)
{
    struct probe_transfer *t = ctx;
    const struct linger reset = {.l_onoff = 1};
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
        const uint64_t acked = info.tcpi_bytes_acked, sent = info.tcpi_bytes_sent;
        t->tcp_sent_bytes += (int64_t)(sent > acked ? sent : acked);
        t->tcp_acked_bytes += (int64_t)acked;
        t->tcp_received_bytes += (int64_t)info.tcpi_bytes_received;
    }
    if (info.tcpi_notsent_bytes > 0) /* what waits in our buffers is not sent any more */
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    return close(fd);
}

/* Boards without a battery clock start years off, and the system's clock stays so when
 * GPS has told us the time. */
static CURLcode set_tls(CURL *easy, void *tls, void *ctx)
{
    const struct probe_transfer *t = ctx;
    (void)easy;
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(tls), (time_t)t->job.utc_s);
    return CURLE_OK;
}

/* "host:port:address,address" for libcurl, which then asks nobody. */
static bool set_addresses(struct probe_transfer *t, const struct probe_dns *dns)
{
    char line[RESOLVE_SIZE], text[INET6_ADDRSTRLEN];
    size_t used = (size_t)snprintf(line, sizeof line, "%s:%d:", t->job.host, t->job.port);
    if (strchr(t->job.host, ':'))
        return true; /* an IPv6 address stands in the URL itself */
    for (int i = 0; i < dns->count && used < sizeof line; i++) {
        const struct probe_address *a = &dns->addresses[i];
        if (getnameinfo((const struct sockaddr *)&a->address, a->size, text, sizeof text,
                        NULL, 0, NI_NUMERICHOST) != 0)
            return false;
        used +=
            (size_t)snprintf(line + used, sizeof line - used, "%s%s", i ? "," : "", text);
    }
    t->resolve = used < sizeof line ? curl_slist_append(NULL, line) : NULL;
    return t->resolve &&
           curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->resolve) == CURLE_OK;
}

#define SET(option, value) (ok = ok && curl_easy_setopt(e, option, value) == CURLE_OK)

static bool set_direction(struct probe_transfer *t)
{
    CURL *e = t->easy;
    char range[32];
    bool ok = true;
    if (t->job.is_upload) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_READFUNCTION, give_content);
        SET(CURLOPT_READDATA, t);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->job.wanted_bytes);
        SET(CURLOPT_HTTPHEADER, t->headers);
        return ok;
    }
    /* a server that knows ranges sends no more than is wanted */
    snprintf(range, sizeof range, "0-%" PRId64, t->job.allowance.content_bytes - 1);
    SET(CURLOPT_RANGE, range);
    return ok;
}

static bool set_connection(struct probe_transfer *t, const char *device)
{
    CURL *e = t->easy;
    bool ok = true;
    SET(CURLOPT_INTERFACE, device);
    SET(CURLOPT_PROXY, ""); /* not the environment's */
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_TIMEOUT_MS, (long)t->job.max_ms);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)t->job.max_ms);
    SET(CURLOPT_SOCKOPTFUNCTION, prepare_socket);
    SET(CURLOPT_SOCKOPTDATA, t);
    SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    SET(CURLOPT_CLOSESOCKETDATA, t);
    SET(CURLOPT_SSL_CTX_FUNCTION, set_tls);
    SET(CURLOPT_SSL_CTX_DATA, t);
    if (t->job.ca_file) {
        SET(CURLOPT_CAINFO, t->job.ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    return ok;
}

static bool set_request(struct probe_transfer *t)
{
    CURL *e = t->easy;
    bool ok = true;
    SET(CURLOPT_URL, t->job.url);
    SET(CURLOPT_PRIVATE, t);
    SET(CURLOPT_USERAGENT, "lomsong-collect/" LOMSONG_VERSION);
    SET(CURLOPT_ERRORBUFFER, t->error);
    SET(CURLOPT_WRITEFUNCTION, take_content);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, t);
    return ok;
}

#undef SET

void probe_transfer_start(struct probe_transfer *t, struct probe_http *h,
                          const struct probe_job *job, const struct probe_dns *dns)
{
    char device[32];
    CURL *easy = t->easy;
    *t = (struct probe_transfer){.easy = easy,
                                 .headers = t->headers,
                                 .job = *job,
                                 .noise = (uint64_t)pump_real_ms()};
    snprintf(device, sizeof device, "if!%s", job->interface);
    curl_easy_reset(easy);
    if (set_request(t) && set_connection(t, device) && set_direction(t) &&
        set_addresses(t, dns) && curl_multi_add_handle(h->multi, easy) == CURLM_OK) {
        t->running = true;
        return;
    }
    t->code = CURLE_OUT_OF_MEMORY;
    t->done = true;
}

void probe_http_step(struct probe_http *h, const struct probe_ready *ready)
{
    int running = 0, left = 0;
    const int events = ready ? (ready->readable ? CURL_CSELECT_IN : 0) |
                                   (ready->writable ? CURL_CSELECT_OUT : 0)
                             : 0;
    if (!ready)
        h->timer_ms = INT64_MAX; /* libcurl sets it anew where it wants to be called */
    (void)curl_multi_socket_action(
        h->multi, ready ? ready->watch.fd : CURL_SOCKET_TIMEOUT, events, &running);
    const CURLMsg *m;
    while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
        char *owner = NULL;
        if (m->msg != CURLMSG_DONE ||
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &owner) != CURLE_OK)
            continue;
        struct probe_transfer *t = (struct probe_transfer *)(void *)owner;
        t->code = m->data.result;
        t->done = true;
    }
}

static int64_t time_us(CURL *easy, CURLINFO which)
{
    curl_off_t us = 0;
    return curl_easy_getinfo(easy, which, &us) == CURLE_OK ? us : 0;
}

static void describe(const struct probe_transfer *t, long status, char *text, size_t size)
{
    char *address = NULL;
    (void)curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &address);
    snprintf(text, size,
             "dns_ms=%" PRId64 " connect_ms=%" PRId64 " tls_ms=%" PRId64
             " first_byte_ms=%" PRId64 " http=%ld ip=%s",
             t->job.dns_ms, time_us(t->easy, CURLINFO_CONNECT_TIME_T) / 1000,
             time_us(t->easy, CURLINFO_APPCONNECT_TIME_T) / 1000,
             time_us(t->easy, CURLINFO_STARTTRANSFER_TIME_T) / 1000, status,
             address ? address : "");
}

/* Of an upload what the other side has acknowledged: the rest lies in our own buffers. */
static int64_t body_bytes(const struct probe_transfer *t)
{
    return t->job.is_upload && t->tcp_acked_bytes < t->content_bytes ? t->tcp_acked_bytes
                                                                     : t->content_bytes;
}

struct probe_result probe_transfer_finish(struct probe_transfer *t, struct probe_http *h)
{
    char timing[160];
    struct probe_http_end end = {.code = t->done ? t->code : CURLE_OPERATION_TIMEDOUT,
                                 .is_upload = t->job.is_upload,
                                 .clock_trusted = t->job.clock_trusted,
                                 .enough = t->enough,
                                 .limit_reached = t->limit_reached,
                                 .timing = timing,
                                 .message = t->error};
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &end.status);
    (void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &end.os_error);
    (void)curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &end.verify_result);
    end.transfer_us = time_us(t->easy, CURLINFO_TOTAL_TIME_T) -
                      time_us(t->easy, CURLINFO_PRETRANSFER_TIME_T);
    describe(t, end.status, timing, sizeof timing);
    detach(t, h);
    end.body_bytes = body_bytes(t);
    end.sent_bytes = t->tcp_sent_bytes;
    end.received_bytes = t->tcp_received_bytes;
    return probe_result_of_http(&end);
}
