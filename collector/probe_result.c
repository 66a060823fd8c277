/* What an active test found. */
#include "probe_result.h"

#include <errno.h>
#include <math.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *probe_verdict_name(enum probe_verdict verdict)
{
    static const char *const names[PROBE_VERDICTS] = {[PROBE_OK] = "ok",
                                                      [PROBE_TIMEOUT] = "timeout",
                                                      [PROBE_REFUSED] = "refused",
                                                      [PROBE_ERROR] = "error",
                                                      [PROBE_VOID] = "void"};
    return names[verdict];
}

struct probe_result probe_result_of(enum probe_verdict verdict, const char *reason)
{
    struct probe_result r = {
        .verdict = verdict, .rtt_ms = NAN, .loss_share = NAN, .rate_kbps = NAN};
    snprintf(r.reason, sizeof r.reason, "%s", reason);
    return r;
}

struct probe_result probe_result_of_errno(int code)
{
    switch (code) {
    case ECONNREFUSED:
        return probe_result_of(PROBE_REFUSED, "connection_refused");
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
        return probe_result_of(PROBE_ERROR, "unreachable");
    case ETIMEDOUT:
        return probe_result_of(PROBE_TIMEOUT, "no_answer");
    case ECONNRESET:
    case EPIPE:
        return probe_result_of(PROBE_ERROR, "connection_lost");
    case EPERM:
    case EACCES:
        return probe_result_of(PROBE_VOID, "not_permitted");
    case ENODEV:
    case ENXIO:
        return probe_result_of(PROBE_VOID, "no_interface");
    default: /* our own trouble: out of descriptors, of memory */
        return probe_result_of(PROBE_VOID, "device");
    }
}

/* A certificate that is not yet or no longer valid by a clock that nobody vouches for
 * says more about the clock: boards without a battery start years off. */
static struct probe_result of_certificate(const struct probe_http_end *end)
{
    const bool by_date = end->verify_result == X509_V_ERR_CERT_NOT_YET_VALID ||
                         end->verify_result == X509_V_ERR_CERT_HAS_EXPIRED;
    return by_date && !end->clock_trusted ? probe_result_of(PROBE_VOID, "clock")
                                          : probe_result_of(PROBE_ERROR, "certificate");
}

static struct probe_result of_status(long status)
{
    char reason[PROBE_REASON_SIZE];
    if (status >= 200 && status < 300)
        return probe_result_of(PROBE_OK, "");
    /* a redirection is not followed: it is how a portal says that nothing is paid for */
    snprintf(reason, sizeof reason, "http_%ld", status);
    return probe_result_of(PROBE_ERROR, reason);
}

static struct probe_result of_code(const struct probe_http_end *end)
{
    switch ((int)end->code) { /* of a hundred codes, those that can come */
    case CURLE_OK:
        return of_status(end->status);
    case CURLE_COULDNT_CONNECT:
        return probe_result_of_errno(end->os_error ? (int)end->os_error : ETIMEDOUT);
    case CURLE_OPERATION_TIMEDOUT:
        return probe_result_of(PROBE_TIMEOUT,
                               end->body_bytes > 0 ? "too_slow" : "no_answer");
    case CURLE_PARTIAL_FILE:
        return probe_result_of(PROBE_ERROR, "truncated");
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return probe_result_of(PROBE_ERROR, "connection_lost");
    case CURLE_PEER_FAILED_VERIFICATION:
        return of_certificate(end);
    case CURLE_SSL_CONNECT_ERROR:
        return probe_result_of(PROBE_ERROR, "tls");
    case CURLE_SSL_CACERT_BADFILE:
        return probe_result_of(PROBE_VOID, "ca_file");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: /* the answer is not HTTP/1 */
        return probe_result_of(PROBE_ERROR, "not_http");
    case CURLE_INTERFACE_FAILED:
        return probe_result_of(PROBE_VOID, "no_interface");
    case CURLE_OUT_OF_MEMORY:
        return probe_result_of(PROBE_VOID, "device");
    default:
        return probe_result_of(PROBE_ERROR, "other");
    }
}

static struct probe_result judge(const struct probe_http_end *end)
{
    if (end->status >= 300 &&
        end->code != CURLE_OPERATION_TIMEDOUT) /* we stop at its first byte */
        return of_status(end->status);
    if (end->limit_reached)
        return probe_result_of(PROBE_VOID, "daily_limit");
    return end->enough ? probe_result_of(PROBE_OK, "") : of_code(end);
}

struct probe_result probe_result_of_http(const struct probe_http_end *end)
{
    struct probe_result r = judge(end);
    const bool refused = end->status >= 300;
    if (end->body_bytes > 0 && end->transfer_us > 0 && !refused)
        r.rate_kbps = (double)end->body_bytes * 8000 / (double)end->transfer_us;
    r.sent_bytes = end->sent_bytes;
    r.received_bytes = end->received_bytes;
    const bool has_message =
        end->message && end->message[0] != '\0' && r.verdict != PROBE_OK;
    snprintf(r.detail, sizeof r.detail, "%s%s%s", end->timing ? end->timing : "",
             has_message ? "; " : "", has_message ? end->message : "");
    return r;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct probe_result probe_result_of_ping(double *rtt_ms, int answered, int sent)
{
    struct probe_result r = answered > 0 ? probe_result_of(PROBE_OK, "")
                                         : probe_result_of(PROBE_TIMEOUT, "no_answer");
    qsort(rtt_ms, (size_t)answered, sizeof *rtt_ms, compare);
    if (answered > 0)
        r.rtt_ms = rtt_ms[(answered - 1) / 2]; /* the lower one, as all medians here */
    if (sent > 0)
        r.loss_share = (double)(sent - answered) / sent;
    return r;
}
