/* check: what is connected, what answers, and what to do about what does not. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "lang.h"
#include "probe_link.h"
#include "pump.h"
#include "show.h"
#include "xmem.h"

enum { CHECK_MS = 15000 };

static void ignore_event(void *ctx, const char *kind, const char *detail)
{
    (void)ctx;
    (void)kind;
    (void)detail;
}

/* True when there is nothing left to wait for. */
static bool all_known(const struct pump *p, size_t wanted)
{
    size_t known = 0;
    for (int i = 0; i < MODEM_MAX; i++)
        known += p->hub.modems.modems[i].used &&
                 p->hub.modems.modems[i].reading_mono_ms != ID_UNKNOWN;
    return known >= wanted && wanted > 0 && geo_valid(p->hub.fix.pos) &&
           isfinite(p->hub.fix.acc_h95_m);
}

static void listen_for(struct pump *p, size_t wanted)
{
    struct pollfd fds[PUMP_FDS_MAX];
    const int64_t end_ms = pump_real_ms() + CHECK_MS;
    while (pump_real_ms() < end_ms && !all_known(p, wanted)) {
        const int count = pump_fds(p, fds, PUMP_FDS_MAX);
        const int wait_ms = pump_wait_ms(p, pump_deadline_ms(p));
        if (poll(fds, (nfds_t)count, wait_ms < 200 ? wait_ms : 200) < 0 && errno != EINTR)
            return;
        const int64_t mono_ms = pump_clock_ms(p);
        pump_serve(p, fds, mono_ms);
        pump_begin(p, mono_ms);
    }
}

static void report_output(const struct config *c)
{
    if (access(c->output, W_OK) == 0)
        printf(_("output   %s: can be written\n"), c->output);
    else
        printf(
            _("output   %s: CANNOT BE WRITTEN (%s); make it, give it to the user of the "
              "service, or name another with --output\n"),
            c->output, strerror(errno));
}

static void report_gps(const struct config *c, const struct pump *p)
{
    const struct gps_fix *f = &p->hub.fix;
    const int64_t now = pump_now_ms(p);
    char metres[SHOW_METRES_SIZE];
    if (gps_fix_is_fresh(f, now, 5000))
        printf(_("gps      fix %" PRId64 "D, accuracy %s, %" PRId64 " satellites\n"),
               f->mode, show_metres(f->acc_h95_m, metres), f->satellites);
    else if (f->report_mono_ms != ID_UNKNOWN)
        printf("%s",
               _("gps      the receiver talks but has no fix yet; go under open sky and "
                 "wait up to 10 minutes\n"));
    else
        printf(_("gps      NOTHING from gpsd at %s:%d; is gpsd running (systemctl status "
                 "gpsd) "
                 "and the receiver plugged in?\n"),
               c->gpsd_host, c->gpsd_port);
}

static void report_modem(const struct pump *p, const struct modem *m)
{
    const struct moment now = hub_moment(&p->hub);
    const struct sample s = modem_sample(m, &now, TIME_UNKNOWN, "");
    char op[MCCMNC_TEXT_SIZE], sim[MCCMNC_TEXT_SIZE];
    mccmnc_format(s.mccmnc, op);
    mccmnc_format(m->sim_mccmnc, sim);
    printf(_("modem    %s: %s %s, SIM of %s, %s"), m->name, m->manufacturer, m->model,
           sim[0] ? sim : _("no known operator"), show_state(s.state));
    if (s.tech != TECH_NONE) {
        const double level = sample_level_dbm(&s, s.tech);
        printf(" %s", tech_name(s.tech));
        if (isfinite(level))
            printf(" %.0f dBm", level);
    }
    putchar('\n');
    if (s.state == STATE_RADIO_OFF)
        printf("%s",
               _("         the radio is off or there is no SIM: insert the SIM, take off "
                 "its PIN, or turn the radio on\n"));
    else if (s.state == STATE_UNKNOWN)
        printf("%s", _("         it does not answer: unplug it and plug it in again\n"));
    if (m->sim_mccmnc == 0)
        printf("%s",
               _("         whose SIM it is could not be read: name it with mccmnc in the "
                 "configuration, or its holes belong to nobody\n"));
}

static const struct modem *modem_of_port(const struct pump *p, const char *port)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        const struct modem *m = &p->hub.modems.modems[i];
        if (m->used && strcmp(m->port, port) == 0)
            return m;
    }
    return NULL;
}

/* Ports of the configuration that told nothing. */
static void report_missing(const struct config *c, const struct pump *p)
{
    for (size_t i = 0; i < c->modem_count; i++) {
        const struct config_modem *m = &c->modems[i];
        if (strcmp(m->source, "at") != 0 || modem_of_port(p, m->port))
            continue;
        if (access(m->port, R_OK | W_OK) == 0)
            printf(_("modem    %s: %s is there but NOTHING ANSWERS; is it the AT port, "
                     "and is "
                     "ModemManager or another program holding it?\n"),
                   m->name, m->port);
        else
            printf(_("modem    %s: %s cannot be opened: %s; is the modem plugged in, and "
                     "is the "
                     "user in the group dialout?\n"),
                   m->name, m->port, strerror(errno));
    }
}

/* The network interfaces of active tests. */
static void report_interfaces(const struct config *c)
{
    for (size_t i = 0; i < c->modem_count && config_probes_any(c); i++) {
        const char *interface = c->modems[i].interface;
        if (!c->modems[i].probes)
            continue;
        const char *trouble = probe_link_trouble(interface);
        if (!trouble)
            printf(_("tests    %s: connected\n"), interface);
        else if (strcmp(trouble, "no_interface") == 0)
            printf(_("tests    %s: NO SUCH INTERFACE; what does \"ip link\" list?\n"),
                   interface);
        else if (strcmp(trouble, "no_address") == 0)
            printf(_("tests    %s: NOT CONNECTED; set up its connection, with "
                     "NetworkManager for example\n"),
                   interface);
        else
            printf(_("tests    %s: this user may not use it; run as the service does, or "
                     "as root\n"),
                   interface);
    }
}

static enum err check(const struct config *c)
{
    static const unsigned char no_key[32];
    struct pump *p = xcalloc(1, sizeof *p);
    p->hub = (struct hub){.mono_ms = pump_real_ms(),
                          .fix = gps_fix_none(),
                          .imei_key = no_key,
                          .event = ignore_event};
    enum err err = pump_open(p, c);
    if (!err) {
        printf(_("listening for up to %d seconds…\n"), CHECK_MS / 1000);
        fflush(stdout);
        listen_for(p, c->modem_count);
        report_output(c);
        report_gps(c, p);
        int found = 0;
        for (int i = 0; i < MODEM_MAX; i++) {
            if (p->hub.modems.modems[i].used) {
                report_modem(p, &p->hub.modems.modems[i]);
                found++;
            }
        }
        report_missing(c, p);
        report_interfaces(c);
        if (found == 0 && c->modem_count == 0)
            printf(
                "%s",
                _("modem    NONE known to ModemManager; is it running (systemctl status "
                  "ModemManager) and a modem plugged in?\n"));
    }
    pump_close(p);
    free(p);
    return err;
}

enum err cmd_check(const struct arguments *a)
{
    struct config config;
    enum err err = config_load_for(a->config, a->output, &config);
    if (err)
        return err;
    err = check(&config);
    config_free(&config);
    return err;
}
