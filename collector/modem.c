/* Modems: their slots, and the sample that their last answer makes. */
#include "modem.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum {
    PROOF_MAX_MS = 5000,  /* silence for longer says nothing about the network */
    WINDOW_MAX_MS = 1000, /* a car goes 20 m, and a network comes and goes */
};

void modem_reading_clear(struct modem_reading *r)
{
    memset(r, 0, sizeof *r);
    r->state = STATE_UNKNOWN;
    r->asked.fix = r->answered.fix = gps_fix_none();
    r->radio = sample_empty();
    for (int d = 0; d < DOMAIN_COUNT; d++) {
        r->heard.domains[d] = (struct modem_registration){.stat = ID_UNKNOWN,
                                                          .act = ID_UNKNOWN,
                                                          .tac = ID_UNKNOWN,
                                                          .cell_id = ID_UNKNOWN};
    }
    r->heard.cfun = ID_UNKNOWN;
    r->heard.sim = ID_UNKNOWN;
    r->heard.cops_act = ID_UNKNOWN;
    r->heard.cell_state = STATE_UNKNOWN;
    r->heard.indexed = sample_empty();
    r->heard.cell = sample_empty();
    r->heard.nr = sample_empty();
}

static bool same(const char *a, const char *b)
{
    return *a != '\0' && strcmp(a, b) == 0;
}

/* Both are known and differ: another modem on the same plug. */
static bool differs(const char *a, const char *b)
{
    return *a != '\0' && *b != '\0' && strcmp(a, b) != 0;
}

static void fill(char to[MODEM_TEXT_SIZE], const char *from)
{
    const size_t len = strnlen(from, MODEM_TEXT_SIZE - 1);
    memcpy(to, from, len);
    to[len] = '\0';
}

static struct modem *new_slot(struct modem_table *t)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        struct modem *m = &t->modems[i];
        if (m->used)
            continue;
        memset(m, 0, sizeof *m);
        m->used = true;
        m->modem_id = i + 1;
        modem_reading_clear(&m->reading);
        m->reading_mono_ms = ID_UNKNOWN;
        m->proof_mono_ms = ID_UNKNOWN;
        m->decided_mono_ms = ID_UNKNOWN;
        return m;
    }
    return NULL;
}

static struct modem *known_slot(struct modem_table *t, const char *imei_hash,
                                const char *usb_path, const char *port)
{
    struct modem *by_path = NULL;
    struct modem *by_port = NULL;
    for (int i = 0; i < MODEM_MAX; i++) {
        struct modem *m = &t->modems[i];
        if (!m->used)
            continue;
        if (same(imei_hash, m->imei_hash))
            return m;
        if (differs(imei_hash, m->imei_hash))
            continue;
        if (by_path == NULL && same(usb_path, m->usb_path))
            by_path = m;
        if (by_port == NULL && !differs(usb_path, m->usb_path) && same(port, m->port))
            by_port = m;
    }
    return by_path != NULL ? by_path : by_port;
}

struct modem *modem_find(struct modem_table *t, const char *imei_hash,
                         const char *usb_path, const char *port)
{
    struct modem *m = known_slot(t, imei_hash, usb_path, port);
    if (m == NULL)
        m = new_slot(t);
    if (m == NULL)
        return NULL;
    if (m->imei_hash[0] == '\0') {
        const size_t len = strnlen(imei_hash, sizeof m->imei_hash - 1);
        memcpy(m->imei_hash, imei_hash, len);
        m->imei_hash[len] = '\0';
    }
    if (m->usb_path[0] == '\0')
        fill(m->usb_path, usb_path);
    if (m->port[0] == '\0')
        fill(m->port, port);
    return m;
}

void modem_identify(struct modem *m, const struct modem *who)
{
    fill(m->name, who->name);
    fill(m->source, who->source);
    fill(m->port, who->port);
    fill(m->usb_path, who->usb_path);
    fill(m->manufacturer, who->manufacturer);
    fill(m->model, who->model);
    fill(m->firmware, who->firmware);
    memcpy(m->imei_hash, who->imei_hash, sizeof m->imei_hash);
    memcpy(m->mount, who->mount, sizeof m->mount);
    m->sim_mccmnc = who->sim_mccmnc;
    m->offset_db = who->offset_db;
    modem_reading_clear(&m->reading); /* what it said before it was pulled is over */
    m->reading_mono_ms = ID_UNKNOWN;
    m->present = m->has_been_present = true;
}

/* The reading tells about now: the modem is there, answered, and proved itself lately. */
static bool is_current(const struct modem *m, int64_t mono_ms)
{
    return m->present && m->reading_mono_ms != ID_UNKNOWN &&
           m->proof_mono_ms != ID_UNKNOWN && mono_ms - m->proof_mono_ms <= PROOF_MAX_MS &&
           m->proof_mono_ms - m->reading_mono_ms <= PROOF_MAX_MS;
}

static void add_fix(struct sample *s, const struct gps_fix *fix, int64_t mono_ms)
{
    s->fix_mode = fix->mode;
    s->satellites = fix->satellites;
    s->hdop = fix->hdop;
    if (!geo_valid(fix->pos))
        return;
    s->pos = fix->pos;
    s->fix_age_ms = gps_fix_age_ms(fix, mono_ms);
    s->acc_h95_m = fix->acc_h95_m;
    s->alt_m = fix->alt_m;
    s->speed_mps = fix->speed_mps;
    s->course_deg = fix->course_deg;
}

static void add_cell(struct sample *s, const struct modem_reading *r)
{
    s->tech = r->radio.tech;
    s->tac = r->radio.tac;
    s->cell_id = r->radio.cell_id;
    s->pci = r->radio.pci;
    s->arfcn = r->radio.arfcn;
    s->band = r->band[0] != '\0' ? r->band : NULL;
}

static void add_levels(struct sample *s, const struct sample *radio)
{
    s->rsrp_dbm = radio->rsrp_dbm;
    s->rsrq_db = radio->rsrq_db;
    s->sinr_db = radio->sinr_db;
    s->rssi_dbm = radio->rssi_dbm;
    s->rscp_dbm = radio->rscp_dbm;
    s->ecno_db = radio->ecno_db;
    s->rxlev_dbm = radio->rxlev_dbm;
    s->ss_rsrp_dbm = radio->ss_rsrp_dbm;
    s->ss_rsrq_db = radio->ss_rsrq_db;
    s->ss_sinr_db = radio->ss_sinr_db;
    s->ta = radio->ta;
}

const struct moment *modem_reading_moment(const struct modem_reading *r,
                                          enum state before, int64_t not_before_ms)
{
    if (r->state != before && r->answered.mono_ms - r->asked.mono_ms > WINDOW_MAX_MS)
        return NULL;
    return r->state == before && r->asked.mono_ms >= not_before_ms ? &r->asked
                                                                   : &r->answered;
}

struct sample modem_silence(const struct modem *m, const struct moment *at,
                            int64_t utc_ms, const char *boot_id)
{
    struct sample s = sample_empty();
    s.modem_id = m->modem_id;
    s.t_utc_ms = utc_ms;
    s.t_mono_ms = at->mono_ms;
    s.boot_id = boot_id;
    s.mccmnc = m->sim_mccmnc;
    if (m->proof_mono_ms != ID_UNKNOWN)
        s.level_age_ms =
            at->mono_ms > m->proof_mono_ms ? at->mono_ms - m->proof_mono_ms : 0;
    add_fix(&s, &at->fix, at->mono_ms);
    return s;
}

struct sample modem_sample(const struct modem *m, const struct moment *at, int64_t utc_ms,
                           const char *boot_id)
{
    struct sample s = modem_silence(m, at, utc_ms, boot_id);
    if (!is_current(m, at->mono_ms))
        return s;
    const struct modem_reading *r = &m->reading;
    s.state = r->state;
    s.raw = r->raw[0] != '\0' ? r->raw : NULL;
    if (s.state == STATE_IN_SERVICE) {
        add_cell(&s, r);
        add_levels(&s, &r->radio);
        if (r->radio.mccmnc != 0)
            s.mccmnc = r->radio.mccmnc;
    } else if (s.state == STATE_LIMITED) {
        /* Another operator's cell: which one is worth knowing, its level would pass for
         * ours. */
        add_cell(&s, r);
    }
    return s;
}
