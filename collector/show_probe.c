/* How the last active test of a modem is shown. */
#include "show_probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lang.h"
#include "utc.h"

static const char *kind_word(enum plan_kind kind)
{
    static const char *const words[PLAN_KINDS] = {
        [PLAN_PING] = N_("ping"), [PLAN_GET] = N_("download"), [PLAN_PUT] = N_("upload")};
    return _(words[kind]);
}

/* The reasons of the trip log in words that fit a phone; HTTP's own are shown as they
 * are.
 */
static const char *reason_words(const char *reason)
{
    static const struct {
        const char *reason, *words;
    } rows[] = {
        {"no_answer", N_("no answer")},
        {"too_slow", N_("too slow")},
        {"connection_refused", N_("refused")},
        {"unreachable", N_("unreachable")},
        {"connection_lost", N_("connection lost")},
        {"truncated", N_("ended too early")},
        {"certificate", N_("certificate not trusted")},
        {"tls", N_("no secure connection")},
        {"not_http", N_("answer is not HTTP")},
        {"dns_timeout", N_("name service silent")},
        {"dns_unreachable", N_("no name service")},
        {"dns_no_address", N_("name not found")},
        {"dns", N_("name service failed")},
        {"daily_limit", N_("daily limit reached")},
        {"no_interface", N_("no such interface")},
        {"no_address", N_("interface not connected")},
        {"not_permitted", N_("not permitted")},
        {"modem_lost", N_("modem lost")},
        {"stopped", N_("stopped")},
        {"clock", N_("clock not set")},
        {"ca_file", N_("ca_file unusable")},
        {"device", N_("trouble of this device")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].reason, reason) == 0)
            return _(rows[i].words);
    }
    return reason;
}

const char *show_probe_text(const struct probe_last *last, char text[SHOW_PROBE_SIZE])
{
    const struct probe_result *r = &last->result;
    const char *kind = kind_word(last->kind);
    if (r->verdict != PROBE_OK)
        snprintf(text, SHOW_PROBE_SIZE, "%s: %s", kind, reason_words(r->reason));
    else if (last->kind != PLAN_PING)
        snprintf(text, SHOW_PROBE_SIZE, _("%s %.1f Mbit/s"), kind,
                 isfinite(r->rate_kbps) ? r->rate_kbps / 1000 : 0);
    else if (r->loss_share > 0)
        snprintf(text, SHOW_PROBE_SIZE, _("%s %.0f ms, %.0f %% lost"), kind, r->rtt_ms,
                 r->loss_share * 100);
    else
        snprintf(text, SHOW_PROBE_SIZE, _("%s %.0f ms"), kind, r->rtt_ms);
    return text;
}

void show_probe_json(struct jsonw *j, const struct probe_last *last)
{
    char time[UTC_TEXT_SIZE];
    if (!last) {
        jsonw_null(j);
        return;
    }
    utc_format(last->t_utc_ms, time);
    jsonw_open(j, '{');
    jsonw_key(j, "kind");
    jsonw_text(j, probe_plan_name(last->kind));
    jsonw_key(j, "utc");
    jsonw_text(j, time);
    jsonw_key(j, "result");
    jsonw_text(j, probe_verdict_name(last->result.verdict));
    jsonw_key(j, "reason");
    jsonw_text(j, last->result.reason);
    jsonw_key(j, "duration_ms");
    jsonw_int(j, last->duration_ms);
    jsonw_key(j, "rtt_ms");
    jsonw_number(j, last->result.rtt_ms, 3);
    jsonw_key(j, "loss_share");
    jsonw_number(j, last->result.loss_share, 3);
    jsonw_key(j, "rate_kbps");
    jsonw_number(j, last->result.rate_kbps, 1);
    jsonw_key(j, "bytes_today");
    jsonw_int(j, last->bytes_today);
    jsonw_close(j, '}');
}
