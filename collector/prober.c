/* Active tests: one runner per modem that is tested. A runner is idle, waits for an
 * address, or waits for its ping or transfer; each end is one row of the table probe. */
#include "prober.h"

#include <ares.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "probe_http.h"
#include "probe_link.h"
#include "probe_modem.h"
#include "probe_usage.h"
#include "utc.h"
#include "xmem.h"

enum phase { PHASE_IDLE, PHASE_ADDRESS, PHASE_TEST };

struct runner {
    const struct config_modem *modem;
    struct probe_plan plan;
    enum phase phase;
    enum plan_kind kind;
    int64_t modem_id, t_utc_ms, t_mono_ms, address_mono_ms;
    struct probe_allowance allowance;
    int32_t charged_day;    /* that the running test was charged to */
    int64_t reserved_bytes; /* charged in advance: a crash must not make them free */
    int64_t run_bytes;      /* charged to the present day by this run */
    int32_t limit_day;      /* whose limit was told of */
    struct probe_dns dns;
    struct probe_ping ping;
    struct probe_transfer transfer;
    struct probe_last last;
};

struct prober {
    const struct config *config;
    struct probe_io io;
    struct probe_http http;
    struct probe_usage usage;
    bool has_day;
    int32_t day;
    int64_t utc_minus_mono_ms; /* when the day was looked at last */
    struct runner runners[MODEM_MAX];
    int count;
};

static enum err open_runner(struct prober *p, struct runner *r)
{
    const int index = (int)(r - p->runners);
    r->limit_day = INT32_MIN;
    r->dns.io = &p->io;
    r->dns.index = index;
    r->dns.interface = r->modem->interface;
    const enum err err = probe_dns_open(&r->dns, p->config->probes.dns);
    return err ? err : probe_transfer_open(&r->transfer);
}

static unsigned wanted_kinds(const struct config_probes *c)
{
    unsigned kinds = 0;
    for (int kind = 0; kind < PLAN_KINDS; kind++)
        kinds |= c->kinds[kind].target ? 1u << kind : 0;
    return kinds;
}

static enum err open_all(struct prober *p)
{
    const struct config *c = p->config;
    enum err err = probe_usage_open(&p->usage, c->output);
    if (!err)
        err = probe_io_open(&p->io);
    if (!err)
        err = probe_http_open(&p->http, &p->io);
    for (size_t i = 0; i < c->modem_count; i++) {
        if (!c->modems[i].probes)
            continue;
        probe_ping_init(&p->runners[p->count].ping, &p->io, p->count);
        p->runners[p->count++].modem = &c->modems[i];
    }
    for (int i = 0; !err && i < p->count; i++) {
        struct runner *r = &p->runners[i];
        r->plan = probe_plan_start(pump_real_ms(), (int64_t)c->probes.interval_s * 1000,
                                   wanted_kinds(&c->probes), i, p->count);
        err = open_runner(p, r);
    }
    return err;
}

enum err prober_open(const struct config *config, struct prober **out)
{
    *out = NULL;
    if (!config_probes_any(config))
        return ERR_OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
        err_report(_("probes: libcurl cannot be started"));
        return ERR_FAILED;
    }
    struct prober *p = xcalloc(1, sizeof *p);
    p->config = config;
    p->io = (struct probe_io){.epoll_fd = -1, .timer_fd = -1};
    const enum err err = open_all(p);
    if (err)
        prober_close(p, NULL);
    else
        *out = p;
    return err;
}

/* ---- bytes ---- */

static enum err charge(struct prober *p, struct runner *r, int64_t bytes)
{
    const enum err err =
        probe_usage_add(&p->usage, r->charged_day, r->modem->interface, bytes);
    if (!err && r->charged_day == p->day)
        r->run_bytes += bytes;
    return err;
}

/* At midnight a day begins with nothing used. When the clock was set right, the bytes of
 * this run go with it: they were used on the day that it really is. */
static void follow_day(struct prober *p, const struct loop *l)
{
    const struct config *c = p->config;
    const int32_t before = p->day;
    const bool stepped = p->utc_minus_mono_ms != l->timebase.utc_minus_mono_ms;
    p->utc_minus_mono_ms = l->timebase.utc_minus_mono_ms;
    p->day = utc_local_day(timebase_utc_ms(&l->timebase, pump_real_ms()),
                           c->has_utc_offset ? c->utc_offset_s : 0);
    if (p->has_day && p->day == before)
        return;
    for (int i = 0; i < p->count; i++) {
        struct runner *r = &p->runners[i];
        const int64_t bytes = r->run_bytes;
        if (!p->has_day || !stepped || bytes == 0) {
            r->run_bytes = 0;
            continue;
        }
        /* reported where it fails; what runs is charged to the right day at its end */
        if (probe_usage_add(&p->usage, p->day, r->modem->interface, bytes) == ERR_OK &&
            probe_usage_add(&p->usage, before, r->modem->interface, -bytes) == ERR_OK)
            r->charged_day = p->day;
    }
    p->has_day = true;
}

/* ---- the end of a test ---- */

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

/* A row that cannot be written was reported, and the next commit ends the recording. */
static void write_row(struct prober *p, const struct loop *l, const struct runner *r)
{
    const struct probe_result *result = &r->last.result;
    const struct triplog_probe row = {
        .modem_id = r->modem_id,
        .t_utc_ms = timebase_utc_ms(&l->timebase, r->t_mono_ms),
        .t_mono_ms = r->t_mono_ms,
        .boot_id = l->boot_id,
        .kind = probe_plan_name(r->kind),
        .target = p->config->probes.kinds[r->kind].target,
        .interface = r->modem->interface,
        .result = probe_verdict_name(result->verdict),
        .reason = or_null(result->reason),
        .duration_ms = r->last.duration_ms,
        .rtt_ms = result->rtt_ms,
        .loss_share = result->loss_share,
        .sent_bytes = result->sent_bytes,
        .received_bytes = result->received_bytes,
        .rate_kbps = result->rate_kbps,
        .raw = or_null(result->detail),
    };
    const struct modem *m = probe_modem_find(l, r->modem);
    if (m)
        (void)!recorder_probe(l->recorder, m, &row);
}

static void finish(struct prober *p, const struct loop *l, struct runner *r,
                   struct probe_result result)
{
    const int64_t used = result.sent_bytes + result.received_bytes;
    const bool failed = result.verdict != PROBE_OK && result.verdict != PROBE_VOID;
    if (r->reserved_bytes > 0)
        (void)!charge(p, r, used - r->reserved_bytes); /* else it stays reserved */
    r->reserved_bytes = 0;
    if (failed && !probe_modem_testable(l, probe_modem_find(l, r->modem))) {
        result.verdict = PROBE_VOID;
        snprintf(result.reason, sizeof result.reason, "modem_lost");
    }
    r->last = (struct probe_last){
        .modem_id = r->modem_id,
        .kind = r->kind,
        .t_utc_ms = r->t_utc_ms,
        .duration_ms = pump_real_ms() - r->t_mono_ms,
        .result = result,
        .bytes_today = probe_usage_bytes(&p->usage, p->day, r->modem->interface),
    };
    write_row(p, l, r);
    r->phase = PHASE_IDLE;
    r->kind = PLAN_NONE;
}

/* ---- the beginning ---- */

/* What the day's limit allows; total_bytes 0: nothing any more. */
static struct probe_allowance allow(const struct prober *p, const struct runner *r)
{
    enum { ECHO_BYTES = 2 * ICMP_PACKET_SIZE };
    const struct config_probe *c = &p->config->probes.kinds[r->kind];
    const int64_t left = p->config->probes.bytes_per_day -
                         probe_usage_bytes(&p->usage, p->day, r->modem->interface);
    if (r->kind != PLAN_PING)
        return probe_plan_allow(left, c->bytes);
    const int64_t ping = (int64_t)c->count * ECHO_BYTES;
    return (struct probe_allowance){.total_bytes = left >= ping ? ping : 0};
}

/* A test that does not begin is a row, too; the day's limit is one row a day. */
static void refuse(struct prober *p, const struct loop *l, struct runner *r,
                   const char *trouble)
{
    const bool by_limit = !trouble && r->reserved_bytes == 0;
    const bool told = by_limit && r->limit_day == p->day;
    r->reserved_bytes = 0;
    if (by_limit)
        r->limit_day = p->day;
    if (told)
        r->kind = PLAN_NONE;
    else if (trouble)
        finish(p, l, r, probe_modem_trouble(l, probe_modem_find(l, r->modem), trouble));
    else
        finish(p, l, r, probe_result_of(PROBE_VOID, by_limit ? "daily_limit" : "device"));
}

static void begin(struct prober *p, const struct loop *l, struct runner *r)
{
    const struct modem *m = probe_modem_find(l, r->modem);
    if (r->phase != PHASE_IDLE)
        return;
    r->kind = probe_plan_next(&r->plan, pump_real_ms(), probe_modem_testable(l, m));
    if (r->kind == PLAN_NONE)
        return;
    r->modem_id = m->modem_id;
    r->charged_day = p->day;
    r->allowance = allow(p, r);
    r->reserved_bytes = r->allowance.total_bytes;
    const char *trouble = probe_link_trouble(r->modem->interface);
    const bool charged =
        !trouble && r->reserved_bytes > 0 && charge(p, r, r->reserved_bytes) == ERR_OK;
    r->t_mono_ms = pump_real_ms(); /* the disk's time is not the network's */
    r->t_utc_ms = timebase_utc_ms(&l->timebase, r->t_mono_ms);
    if (!charged) {
        refuse(p, l, r, trouble);
        return;
    }
    r->phase = PHASE_ADDRESS;
    probe_dns_start(&r->dns, p->config->probes.kinds[r->kind].host);
}

static void start_ping(struct prober *p, const struct loop *l, struct runner *r)
{
    const struct probe_address *to = &r->dns.addresses[0];
    for (int i = r->dns.count; i-- > 0;) { /* IPv4 where there is one */
        if (r->dns.addresses[i].address.ss_family == AF_INET)
            to = &r->dns.addresses[i];
    }
    const int code = probe_ping_start(&r->ping, to, r->modem->interface,
                                      p->config->probes.kinds[PLAN_PING].count);
    if (code != 0)
        finish(p, l, r, probe_result_of_errno(code));
}

static void start_transfer(struct prober *p, const struct loop *l, struct runner *r)
{
    const struct config_probe *c = &p->config->probes.kinds[r->kind];
    const int64_t mono_ms = pump_real_ms();
    const int64_t left_ms = r->t_mono_ms + c->max_ms - mono_ms;
    const struct probe_job job = {
        .url = c->target,
        .host = c->host,
        .port = c->port,
        .interface = r->modem->interface,
        .ca_file = p->config->probes.ca_file,
        .is_upload = r->kind == PLAN_PUT,
        .wanted_bytes = c->bytes,
        .allowance = r->allowance,
        .max_ms = left_ms > 1 ? left_ms : 1,
        .utc_s = timebase_utc_ms(&l->timebase, mono_ms) / 1000,
        .clock_trusted = l->timebase.from_gps,
        .dns_ms = mono_ms - r->t_mono_ms,
    };
    probe_transfer_start(&r->transfer, &p->http, &job, &r->dns);
}

/* ---- under way ---- */

static int64_t address_end_ms(const struct prober *p, const struct runner *r)
{
    const int max_ms = r->kind == PLAN_PING ? PROBE_PING_DNS_MS
                                            : p->config->probes.kinds[r->kind].max_ms;
    return r->t_mono_ms + max_ms;
}

static void advance_address(struct prober *p, const struct loop *l, struct runner *r)
{
    const int64_t mono_ms = pump_real_ms();
    if (!r->dns.done && mono_ms >= r->address_mono_ms)
        probe_dns_step(&r->dns, NULL);
    if (!r->dns.done && mono_ms >= address_end_ms(p, r))
        probe_dns_cancel(&r->dns);
    if (!r->dns.done)
        return;
    r->phase = PHASE_TEST;
    if (r->dns.count == 0)
        finish(p, l, r, r->dns.result);
    else if (r->kind == PLAN_PING)
        start_ping(p, l, r);
    else
        start_transfer(p, l, r);
}

static void advance(struct prober *p, const struct loop *l, struct runner *r)
{
    if (r->phase == PHASE_ADDRESS)
        advance_address(p, l, r);
    if (r->phase != PHASE_TEST)
        return;
    if (r->kind == PLAN_PING) {
        if (probe_ping_step(&r->ping, pump_real_ms()))
            finish(p, l, r, probe_ping_finish(&r->ping));
    } else if (r->transfer.done) {
        finish(p, l, r, probe_transfer_finish(&r->transfer, &p->http));
    }
}

static void advance_all(struct prober *p, const struct loop *l)
{
    const int64_t mono_ms = pump_real_ms();
    if (mono_ms >= p->http.timer_ms)
        probe_http_step(&p->http, NULL);
    int64_t next_ms = INT64_MAX;
    for (int i = 0; i < p->count; i++) {
        struct runner *r = &p->runners[i];
        int64_t due_ms = INT64_MAX;
        advance(p, l, r);
        if (r->phase == PHASE_ADDRESS) {
            const int64_t end_ms = address_end_ms(p, r);
            due_ms = probe_dns_deadline_ms(&r->dns, mono_ms);
            due_ms = due_ms < end_ms ? due_ms : end_ms;
            r->address_mono_ms = due_ms;
        } else if (r->phase == PHASE_TEST && r->kind == PLAN_PING) {
            due_ms = probe_ping_deadline_ms(&r->ping);
        }
        next_ms = due_ms < next_ms ? due_ms : next_ms;
    }
    probe_io_alarm(&p->io, p->http.timer_ms < next_ms ? p->http.timer_ms : next_ms);
}

static int poll_fds(void *ctx, struct pollfd *fds, int max)
{
    const struct prober *p = ctx;
    if (!p || max < 1)
        return 0;
    fds[0] = (struct pollfd){.fd = p->io.epoll_fd, .events = POLLIN};
    return 1;
}

static void handle(void *ctx, const struct loop *l, const struct pollfd *fds, int count)
{
    enum { AT_ONCE = 16 };
    struct prober *p = ctx;
    struct probe_ready ready[AT_ONCE];
    (void)fds;
    (void)count;
    const int ready_count = probe_io_ready(&p->io, ready, AT_ONCE);
    for (int i = 0; i < ready_count; i++) {
        if (ready[i].watch.owner == PROBE_OF_HTTP)
            probe_http_step(&p->http, &ready[i]);
        else if (ready[i].watch.owner == PROBE_OF_DNS)
            probe_dns_step(&p->runners[ready[i].watch.index].dns, &ready[i]);
    }
    advance_all(p, l);
}

/* After the samples of a tick: a test that begins has its position in the log. */
static void tick(void *ctx, const struct loop *l)
{
    struct prober *p = ctx;
    if (!p)
        return;
    follow_day(p, l);
    for (int i = 0; i < p->count; i++)
        begin(p, l, &p->runners[i]);
    advance_all(p, l);
}

struct loop_view prober_view(struct prober *p)
{
    return (struct loop_view){
        .ctx = p, .poll_fds = poll_fds, .handle = handle, .tick = tick};
}

const struct probe_last *prober_last(const struct prober *p, int64_t modem_id)
{
    for (int i = 0; p && i < p->count; i++) {
        if (p->runners[i].last.modem_id == modem_id)
            return &p->runners[i].last;
    }
    return NULL;
}

static void stop(struct prober *p, const struct loop *l, struct runner *r)
{
    struct probe_result result = probe_result_of(PROBE_VOID, "stopped");
    if (r->phase == PHASE_IDLE)
        return;
    if (r->phase == PHASE_TEST) {
        const struct probe_result cut =
            r->kind == PLAN_PING ? probe_ping_finish(&r->ping)
                                 : probe_transfer_finish(&r->transfer, &p->http);
        result.sent_bytes = cut.sent_bytes;
        result.received_bytes = cut.received_bytes;
    }
    finish(p, l, r, result);
}

void prober_close(struct prober *p, const struct loop *l)
{
    if (!p)
        return;
    for (int i = 0; i < p->count; i++) {
        struct runner *r = &p->runners[i];
        if (l)
            stop(p, l, r);
        r->phase = PHASE_IDLE;
        probe_ping_stop(&r->ping);
        probe_dns_close(&r->dns);
        probe_transfer_close(&r->transfer, &p->http);
    }
    probe_http_close(&p->http);
    probe_io_close(&p->io);
    probe_usage_close(&p->usage);
    free(p);
    ares_library_cleanup();
    curl_global_cleanup();
}
