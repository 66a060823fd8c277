/* The better the level, the faster the transfer; WCDMA crawls; a test now and then falls
 * to the daily limit and says nothing about the network. */
#include "sample_probes.h"

#include <math.h>

#include "sample_trip.h"

enum { EPOCHS_PER_TEST = 20, TESTS_PER_VOID = 7, MIN_OK_KBPS = 1000 };

static double down_kbps(const struct sample *s)
{
    if (s->state != STATE_IN_SERVICE)
        return 0;
    if (s->tech == TECH_LTE || s->tech == TECH_NR_NSA)
        return s->rsrp_dbm < 0 ? fmax(0, 350 * (s->rsrp_dbm + 118)) : 0;
    return s->tech == TECH_WCDMA ? 280 : 0;
}

static void transfer(struct triplog_probe *p, double rate_kbps)
{
    const bool moves = rate_kbps > 0, ok = rate_kbps >= MIN_OK_KBPS;
    p->target = "http://speed.invalid/";
    p->result = ok ? "ok" : "timeout";
    p->reason = ok ? NULL : moves ? "too_slow" : "no_answer";
    if (moves)
        p->rate_kbps = rate_kbps;
}

static void ping(struct triplog_probe *p, double rate_kbps)
{
    const bool answered = rate_kbps > 0;
    p->target = "192.0.2.1";
    p->result = answered ? "ok" : "timeout";
    p->reason = answered ? NULL : "no_answer";
    p->loss_share = answered ? 0 : 1;
    if (answered)
        p->rtt_ms = 25.5 + round(60000 / (rate_kbps + 100));
}

enum err sample_probe_put(struct triplog_writer *w, const struct sample *handset, int op)
{
    static const char *const kinds[] = {"http_get", "ping", "http_put"};
    const int64_t epoch = handset->t_mono_ms / TRIP_EPOCH_MS + 4 * op;
    const int64_t turn = epoch / EPOCHS_PER_TEST;
    if (epoch % EPOCHS_PER_TEST != 0 || handset->state == STATE_UNKNOWN)
        return ERR_OK;
    struct triplog_probe p = {
        .modem_id = handset->modem_id,
        .t_utc_ms = handset->t_utc_ms + 400,
        .t_mono_ms = handset->t_mono_ms + 400,
        .boot_id = handset->boot_id,
        .kind = kinds[turn % 3],
        .interface = "wwan0",
        .duration_ms = 2500,
        .rtt_ms = (double)NAN,
        .loss_share = (double)NAN,
        .sent_bytes = ID_UNKNOWN,
        .received_bytes = ID_UNKNOWN,
        .rate_kbps = (double)NAN,
    };
    const double rate_kbps = down_kbps(handset);
    if (turn % 3 == 1)
        ping(&p, rate_kbps);
    else
        transfer(&p, turn % 3 == 2 ? rate_kbps / 4 : rate_kbps);
    if (turn % TESTS_PER_VOID == TESTS_PER_VOID - 1) {
        p.result = "void";
        p.reason = "daily_limit";
    }
    return triplog_add_probe(w, &p);
}
