/* Transfers of active tests: libcurl's multi interface inside the collector's poll. */
#ifndef LOMSONG_PROBE_HTTP_H
#define LOMSONG_PROBE_HTTP_H

#include "probe_dns.h"
#include "probe_plan.h"

/* What all modems' transfers share: the list of certificate authorities is read once. */
struct probe_http {
    struct probe_io *io;
    CURLM *multi;
    int64_t timer_ms; /* when libcurl wants to be called; INT64_MAX: not */
};

struct probe_job {
    const char *url; /* http or https, checked */
    const char *host;
    int port;
    const char *interface;
    const char *ca_file; /* NULL: the system's */
    bool is_upload;
    int64_t wanted_bytes; /* of content: at most, or to be sent */
    struct probe_allowance allowance;
    int64_t max_ms;     /* for all of it, from now on */
    int64_t utc_s;      /* the time to check certificates against */
    bool clock_trusted; /* it comes from GPS */
    int64_t dns_ms;     /* for the record */
};

struct probe_transfer {
    CURL *easy; /* reused */
    bool running, done;
    struct probe_job job;
    struct curl_slist *resolve;
    struct curl_slist *headers; /* of uploads, kept */
    char error[CURL_ERROR_SIZE];
    CURLcode code;
    bool enough, limit_reached;
    int64_t content_bytes; /* taken or given so far */
    int64_t header_bytes;
    /* of closed sockets; sent: repeated ones included */
    int64_t tcp_sent_bytes, tcp_acked_bytes, tcp_received_bytes;
    uint64_t noise; /* state of what is uploaded */
};

MUST_CHECK enum err probe_http_open(struct probe_http *h, struct probe_io *io);
void probe_http_close(struct probe_http *h);

/* What a URL names; false unless it is http or https, without a user's name. `host` is
 * to be freed. */
bool probe_http_url(const char *url, char **host, int *port);

MUST_CHECK enum err probe_transfer_open(struct probe_transfer *t);
void probe_transfer_close(struct probe_transfer *t, struct probe_http *h);

/* Begins; what fails at once is told by probe_transfer_finish. */
void probe_transfer_start(struct probe_transfer *t, struct probe_http *h,
                          const struct probe_job *job, const struct probe_dns *dns);

/* A socket is ready; or NULL: the timer. Sets `done` in the transfers that ended. */
void probe_http_step(struct probe_http *h, const struct probe_ready *ready);

/* Ends a transfer, done or not, and judges it. */
struct probe_result probe_transfer_finish(struct probe_transfer *t, struct probe_http *h);

#endif
