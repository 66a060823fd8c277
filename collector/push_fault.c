/* What went wrong with a request of a push. */
#include "push_fault.h"

#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "lang.h"
#include "utc.h"

static bool is_answer(const struct push_try *t)
{
    return t->code == CURLE_OK;
}

/* Certificates and files do not mend themselves in a minute. */
bool push_fault_may_pass(const struct push_try *t)
{
    if (is_answer(t))
        return t->status == 408 || t->status == 425 || t->status == 429 ||
               (t->status >= 500 && t->status != 501 && t->status != 505 &&
                t->status != 507);
    switch ((int)t->code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_SEND_FAIL_REWIND:
        return true;
    default:
        return false;
    }
}

static void describe_certificate(const struct push_try *t, char *text, size_t size)
{
    char now[UTC_TEXT_SIZE];
    utc_format(utc_now_ms(), now);
    if (t->verify_result == X509_V_ERR_CERT_NOT_YET_VALID)
        snprintf(text, size,
                 _("the server's certificate is not valid yet by this device's clock, "
                   "which says %s; set the clock (GPS, NTP), then push again"),
                 now);
    else if (t->verify_result == X509_V_ERR_CERT_HAS_EXPIRED)
        snprintf(text, size,
                 _("the server's certificate has expired by this device's clock, which "
                   "says %s"),
                 now);
    else
        snprintf(text, size,
                 _("the server cannot prove who it is (%s); is push.ca_file the right "
                   "one?"),
                 t->words);
}

static void describe_no_answer(const struct push_try *t, char *text, size_t size)
{
    switch ((int)t->code) {
    case CURLE_PEER_FAILED_VERIFICATION:
        describe_certificate(t, text, size);
        break;
    case CURLE_SSL_CACERT_BADFILE:
        snprintf(text, size, _("push.ca_file cannot be used (%s)"), t->words);
        break;
    case CURLE_SSL_CERTPROBLEM:
        snprintf(text, size, _("push.cert_file and push.key_file cannot be used (%s)"),
                 t->words);
        break;
    default:
        snprintf(text, size, _("no answer (%s)"),
                 t->words[0] ? t->words : curl_easy_strerror(t->code));
    }
}

/* Statuses with a known cause. */
static const char *cause(long status)
{
    if (status >= 300 && status < 400)
        return N_("sends elsewhere, which is not followed: name the last address in "
                  "push.url, or pay the portal in between");
    switch (status) {
    case 400:
        return N_("refuses the request; does it want a client certificate "
                  "(push.cert_file)?");
    case 401:
        return N_("wants another token or certificate (push.token_file, push.cert_file)");
    case 403:
        return N_("forbids it; may this token or certificate write there?");
    case 413:
        return N_("takes no bodies of this size; make push.part_kb smaller");
    case 500:
        return N_("failed; its log says why: a full disk, or no right to write");
    case 507:
        return N_("has no room left");
    default:
        return N_("does not do it");
    }
}

bool push_fault_describe(const struct push_try *t, char *text, size_t size)
{
    if (!is_answer(t)) {
        describe_no_answer(t, text, size);
        return true;
    }
    if ((t->status >= 200 && t->status < 300) || t->status == 404 || t->status == 405 ||
        t->status == 409)
        return false;
    snprintf(text, size, _("the server %s (%s: HTTP %ld)"), _(cause(t->status)),
             t->method, t->status);
    return true;
}
