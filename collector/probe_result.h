/* What an active test found, and how the end of a transfer or ping is judged. Pure. */
#ifndef LOMSONG_PROBE_RESULT_H
#define LOMSONG_PROBE_RESULT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* PROBE_VOID: nothing was learned about the network; counts as no attempt. */
enum probe_verdict {
    PROBE_OK,
    PROBE_TIMEOUT,
    PROBE_REFUSED,
    PROBE_ERROR,
    PROBE_VOID,
    PROBE_VERDICTS
};

/* Name in the trip log: "ok", "timeout", "refused", "error", "void". */
const char *probe_verdict_name(enum probe_verdict verdict);

enum { PROBE_REASON_SIZE = 24, PROBE_DETAIL_SIZE = 400 };

struct probe_result {
    enum probe_verdict verdict;
    char reason[PROBE_REASON_SIZE]; /* "" when ok */
    double rtt_ms;                  /* NAN where there is none, as the next two */
    double loss_share;
    double rate_kbps;
    int64_t sent_bytes;
    int64_t received_bytes;
    char detail[PROBE_DETAIL_SIZE]; /* for people */
};

/* Without numbers. */
struct probe_result probe_result_of(enum probe_verdict verdict, const char *reason);

/* Failures before anything was sent, by errno: a socket that was refused, a host without
 * a route. */
struct probe_result probe_result_of_errno(int code);

/* The end of a transfer as libcurl tells it. */
struct probe_http_end {
    CURLcode code;
    long status;        /* of HTTP; 0: no answer */
    long os_error;      /* of the failed connect */
    long verify_result; /* of OpenSSL: X509_V_... */
    bool is_upload;
    bool clock_trusted;  /* certificates were checked against a time from GPS */
    bool enough;         /* cut off by us: max_bytes were there */
    bool limit_reached;  /* cut off by us: the day's bytes are used up */
    int64_t body_bytes;  /* received, or acknowledged by the other side */
    int64_t transfer_us; /* from the request's last header to the end */
    const char *timing;  /* "dns_ms=…"; may be NULL */
    const char *message; /* libcurl's; may be NULL */
    int64_t sent_bytes, received_bytes;
};
struct probe_result probe_result_of_http(const struct probe_http_end *end);

/* The end of a ping: the round trips that were answered, in any order (sorted here). */
struct probe_result probe_result_of_ping(double *rtt_ms, int answered, int sent);

#endif
