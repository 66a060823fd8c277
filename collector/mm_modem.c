/* A modem behind ModemManager 1.20 (measured with 1.20.4).
 *
 * ModemManager remembers: levels stay when the modem answers "unknown" or nothing, a lost
 * registration without an unsolicited line stays "home" for minutes, and nothing carries
 * a time. So every round it is made to forget and to ask the modem again:
 *
 *     Signal.Setup(0) drops the levels, Location.Setup without 3GPP drops the cell;
 *     Signal.Setup(1) asks for levels at once, Location.Setup with 3GPP runs the
 * registration queries again (broadband modems do so "to get up to date location
 * information"); ProfileManager.List always goes to the modem and back: alive, whatever
 * the network.
 *
 * What is there after that is the modem's own word of this second. Where ModemManager
 * does not forget (not allowed, another version), only a change proves anything. */
#include "mm_modem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm_dict.h"

#define SIGNAL_INTERFACE MM_SERVICE ".Modem.Signal"
#define LOCATION_INTERFACE MM_SERVICE ".Modem.Location"
#define PROFILES_INTERFACE MM_SERVICE ".Modem.Modem3gpp.ProfileManager"
#define SIM_INTERFACE MM_SERVICE ".Sim"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"

enum {
    LOCATION_3GPP = 1, /* MM_MODEM_LOCATION_SOURCE_3GPP_LAC_CI */
    ENABLE_AGAIN_MS = 15000,
    IDENTIFY_AGAIN_MS = 1000,
    REREAD_MS = 60, /* registration is asked in several commands of some 10 ms each */
    REREADS_MAX = 8,
    SETTLE_REREADS = 3, /* before "no service" is no memory of the round before */
    SILENT_EXTRA_MS = 500,
};

static void advance(struct mm_modem *m);

static void event(const struct mm_modem *m, const char *kind)
{
    hub_event(m->context->hub, "modemmanager", kind, m->identity.name);
}

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%.*s", (int)size - 1, from);
}

static void note_denied(struct mm_modem *m, const sd_bus_error *error)
{
    if (m->denied || !error || !error->name ||
        (!strstr(error->name, "AccessDenied") && !strstr(error->name, "Unauthorized")))
        return;
    m->denied = true;
    event(m, "modem_denied");
}

static int reply_arrived(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
    (void)unused;
    struct mm_call *call = userdata;
    struct mm_modem *m = call->modem;
    call->slot = sd_bus_slot_unref(call->slot);
    m->pending--;
    if (sd_bus_message_is_method_error(reply, NULL))
        note_denied(m, sd_bus_message_get_error(reply));
    else if (call->take)
        call->take(m, reply);
    if (m->pending == 0)
        advance(m);
    return 0;
}

/* An object's method and who takes its reply. */
struct method {
    const char *path, *interface, *member;
    mm_take_fn take;
};

static void call(struct mm_modem *m, struct method method, const char *types, ...)
{
    struct mm_call *c = m->calls;
    while (c < m->calls + MM_CALLS_MAX && c->slot)
        c++;
    if (c == m->calls + MM_CALLS_MAX)
        return;
    sd_bus_message *message = NULL;
    va_list args;
    va_start(args, types);
    int r = sd_bus_message_new_method_call(m->context->bus, &message, MM_SERVICE,
                                           method.path, method.interface, method.member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(message, false);
    if (r >= 0)
        r = sd_bus_message_appendv(message, types, args);
    va_end(args);
    c->take = method.take;
    if (r >= 0 &&
        sd_bus_call_async(m->context->bus, &c->slot, message, reply_arrived, c, 0) >= 0)
        m->pending++;
    sd_bus_message_unref(message);
}

static void get_all(struct mm_modem *m, const char *interface, mm_take_fn take)
{
    call(m, (struct method){m->path, PROPERTIES_INTERFACE, "GetAll", take}, "s",
         interface);
}

static void take_fact(void *ctx, const char *key, const char *value)
{
    (void)mm_facts_take(ctx, key, value);
}

static void take_identity(struct mm_modem *m, sd_bus_message *reply)
{
    mm_facts_clear_group(&m->facts, MM_MODEM);
    (void)mm_dict_read(reply, mm_identity_take, m);
}

static void take_facts(struct mm_modem *m, sd_bus_message *reply)
{
    (void)mm_dict_read(reply, take_fact, &m->facts);
}

static void take_cell(struct mm_modem *m, sd_bus_message *reply)
{
    (void)mm_dict_read_location(reply, take_fact, &m->facts);
}

static void take_levels_after_forget(struct mm_modem *m, sd_bus_message *reply)
{
    mm_facts_clear_group(&m->facts, MM_SIGNAL);
    m->levels_forgotten =
        mm_dict_read(reply, take_fact, &m->facts) >= 0 && !mm_facts_has_level(&m->facts);
}

static void take_cell_after_forget(struct mm_modem *m, sd_bus_message *reply)
{
    mm_facts_clear_group(&m->facts, MM_LOCATION);
    m->location_forgotten =
        mm_dict_read_location(reply, take_fact, &m->facts) >= 0 && !m->facts.has_location;
}

static void take_location_setting(void *ctx, const char *key, const char *value)
{
    struct mm_modem *m = ctx;
    if (strcmp(key, "Enabled") == 0)
        m->location_enabled = strtol(value, NULL, 10);
    if (strcmp(key, "SignalsLocation") == 0)
        m->location_signals = strcmp(value, "1") == 0;
}

static void take_location_settings(struct mm_modem *m, sd_bus_message *reply)
{
    (void)mm_dict_read(reply, take_location_setting, m);
}

static void take_answer(struct mm_modem *m, sd_bus_message *reply)
{
    (void)reply; /* profiles hold passwords: not read */
    m->answered = true;
}

static void take_sim(struct mm_modem *m, sd_bus_message *reply)
{
    const char *op = NULL;
    if (sd_bus_message_read(reply, "v", "s", &op) > 0)
        m->identity.sim_mccmnc = mccmnc_parse(op);
}

static void set_location(struct mm_modem *m, bool with_cell)
{
    if (m->location_enabled == ID_UNKNOWN)
        return;
    const uint32_t others = (uint32_t)m->location_enabled & ~(uint32_t)LOCATION_3GPP;
    call(m, (struct method){m->path, LOCATION_INTERFACE, "Setup", NULL}, "ub",
         others | (with_cell ? (uint32_t)LOCATION_3GPP : 0), (int)m->location_signals);
}

static void set_signal(struct mm_modem *m, uint32_t rate_s)
{
    call(m, (struct method){m->path, SIGNAL_INTERFACE, "Setup", NULL}, "u", rate_s);
}

static void send_verify(struct mm_modem *m)
{
    get_all(m, SIGNAL_INTERFACE, take_levels_after_forget);
    call(m,
         (struct method){m->path, LOCATION_INTERFACE, "GetLocation",
                         take_cell_after_forget},
         "");
}

/* Where the modem has its slot, the recording is told. */
static void note_asked(struct mm_modem *m)
{
    m->asked = hub_moment(m->context->hub);
    if (m->slot)
        hub_record(m->context->hub, "modemmanager", '>', m->slot->port, "");
}

static void send_ask(struct mm_modem *m)
{
    note_asked(m);
    set_signal(m, 1);
    set_location(m, true);
    call(m, (struct method){m->path, PROFILES_INTERFACE, "List", take_answer}, "");
}

static void send_read(struct mm_modem *m)
{
    mm_facts_clear(&m->facts);
    m->disturbed = false;
    get_all(m, MM_MODEM_INTERFACE, take_facts);
    get_all(m, MM_3GPP_INTERFACE, take_facts);
    get_all(m, SIGNAL_INTERFACE, take_facts);
    get_all(m, LOCATION_INTERFACE, take_location_settings);
    call(m, (struct method){m->path, LOCATION_INTERFACE, "GetLocation", take_cell}, "");
}

static void enable(struct mm_modem *m)
{
    if (m->context->mono_ms < m->next_enable_ms)
        return;
    m->next_enable_ms = m->context->mono_ms + ENABLE_AGAIN_MS;
    call(m, (struct method){m->path, MM_MODEM_INTERFACE, "Enable", NULL}, "b", 1);
}

static void begin_round(struct mm_modem *m)
{
    m->due = false;
    note_asked(m);
    m->rereads = 0;
    m->levels_forgotten = m->location_forgotten = m->answered = false;
    if (m->facts.state >= MM_STATE_ENABLED) {
        set_signal(m, 0);
        set_location(m, false);
        return;
    }
    if (m->facts.state == MM_STATE_DISABLED)
        enable(m);
    m->step = MM_READ;
    send_read(m);
}

static void publish(struct mm_modem *m, struct modem_reading *reading, bool confirmed)
{
    hub_record(m->context->hub, "modemmanager", confirmed ? '<' : '?', m->slot->port,
               reading->raw);
    reading->asked = m->asked;
    reading->answered = hub_moment(m->context->hub);
    m->told = reading->state;
    hub_publish(m->context->hub, m->slot, reading);
}

/* What the replies of a round are worth. */
struct worth {
    bool cell_is_new; /* registered, by the modem's word */
    bool level_is_new;
    bool changed;
    char known[MM_TEXT_SIZE], levels[MM_TEXT_SIZE];
};

static void weigh(const struct mm_modem *m, struct worth *w)
{
    mm_facts_format(&m->facts, 1U << MM_MODEM | 1U << MM_3GPP, w->known);
    mm_facts_format(&m->facts, 1U << MM_SIGNAL, w->levels);
    const bool levels_changed = strcmp(w->levels, m->known_levels) != 0;
    w->cell_is_new = m->location_forgotten && m->facts.has_location;
    w->level_is_new =
        mm_facts_has_level(&m->facts) && (m->levels_forgotten || levels_changed);
    /* an object that no longer answers has no state: that is no news of the modem */
    w->changed = m->facts.state != 0 && strcmp(w->known, m->known) != 0;
}

/* Registered by ModemManager's memory alone is not registered. Where the cell was
 * forgotten and used to come back, nothing else counts: a modem shows levels of cells it
 * may not use. */
static bool is_confirmed(const struct mm_modem *m, const struct worth *w)
{
    if (m->gives_location && m->location_forgotten)
        return w->cell_is_new;
    return w->cell_is_new || w->level_is_new;
}

static void publish_round(struct mm_modem *m, const struct worth *w, bool confirmed)
{
    struct modem_reading reading;
    /* Levels are asked for before registration is: where service has just come back they
     * may be those that the modem went on telling without it. */
    if (!w->level_is_new || m->told != STATE_IN_SERVICE)
        mm_facts_clear_group(&m->facts, MM_SIGNAL);
    mm_facts_reading(&m->facts, &reading);
    if (!confirmed)
        mm_facts_doubt(&reading);
    publish(m, &reading, confirmed);
}

static void finish_round(struct mm_modem *m)
{
    struct worth w;
    weigh(m, &w);
    const bool in_service = mm_facts_state(&m->facts) == STATE_IN_SERVICE;
    const bool confirmed = !in_service || is_confirmed(m, &w);
    m->gives_location |= m->facts.has_location;
    const bool settled = in_service || m->rereads >= SETTLE_REREADS;
    if ((m->disturbed || !settled || (!confirmed && m->answered)) &&
        m->rereads < REREADS_MAX) {
        m->rereads++;
        m->next_ms = m->context->mono_ms + REREAD_MS;
        return;
    }
    m->step = MM_FORGET;
    m->next_ms = m->due ? m->context->mono_ms : INT64_MAX;
    copy_text(m->known, sizeof m->known, w.known);
    copy_text(m->known_levels, sizeof m->known_levels, w.levels);
    /* without proof the last reading grows old */
    if (m->slot && (m->answered || w.cell_is_new || w.level_is_new || w.changed))
        publish_round(m, &w, confirmed);
}

static void identify(struct mm_modem *m)
{
    get_all(m, MM_MODEM_INTERFACE, take_identity);
    get_all(m, LOCATION_INTERFACE, take_location_settings);
}

/* The SIM's operator alone: asking for all would bring the IMSI. */
static void identify_sim(struct mm_modem *m)
{
    if (m->sim_path[0] == '/' && m->sim_path[1] != '\0')
        call(m, (struct method){m->sim_path, PROPERTIES_INTERFACE, "Get", take_sim}, "ss",
             SIM_INTERFACE, "OperatorIdentifier");
}

/* All replies of a step are there. */
static void advance(struct mm_modem *m)
{
    m->next_ms = m->context->mono_ms;
    switch (m->step) {
    case MM_IDENTIFY:
        /* not yet initialised: the IMEI comes later */
        if (m->imei[0] == '\0' && m->facts.state >= 0 &&
            m->facts.state < MM_STATE_DISABLED)
            m->next_ms += IDENTIFY_AGAIN_MS;
        else
            m->step = MM_IDENTIFY_SIM;
        return;
    case MM_IDENTIFY_SIM:
        mm_identity_adopt(m);
        m->step = MM_FORGET;
        return;
    case MM_FORGET:
        m->step = MM_VERIFY;
        return;
    case MM_VERIFY:
        m->step = MM_ASK;
        return;
    case MM_ASK:
        m->step = MM_READ;
        return;
    case MM_READ:
        finish_round(m);
        return;
    }
}

static void send_step(struct mm_modem *m)
{
    switch (m->step) {
    case MM_IDENTIFY:
        identify(m);
        return;
    case MM_IDENTIFY_SIM:
        identify_sim(m);
        return;
    case MM_FORGET:
        begin_round(m);
        return;
    case MM_VERIFY:
        send_verify(m);
        return;
    case MM_ASK:
        send_ask(m);
        return;
    case MM_READ:
        send_read(m);
        return;
    }
}

/* When the last reading has been without proof for so long that a round is missing. */
static int64_t silent_ms(const struct mm_modem *m)
{
    if (!m->slot || m->slot->reading.state == STATE_UNKNOWN)
        return INT64_MAX;
    return m->slot->proof_mono_ms + 2 * m->context->config->round_ms + SILENT_EXTRA_MS;
}

void mm_modem_begin(struct mm_modem *m)
{
    m->due = true;
    if (m->step == MM_FORGET && m->pending == 0 && m->next_ms == INT64_MAX)
        m->next_ms = m->context->mono_ms;
}

void mm_modem_step(struct mm_modem *m)
{
    const int64_t mono_ms = m->context->mono_ms;
    if (mono_ms >= silent_ms(m))
        modem_reading_clear(&m->slot->reading);
    if (m->unwanted || m->pending > 0 || m->next_ms > mono_ms)
        return;
    send_step(m);
    if (m->pending == 0) { /* nothing to ask, or the bus took nothing */
        advance(m);
        if (m->next_ms <= mono_ms && m->step == MM_READ)
            m->next_ms = mono_ms + IDENTIFY_AGAIN_MS;
    }
}

int64_t mm_modem_deadline_ms(const struct mm_modem *m)
{
    if (!m->used)
        return INT64_MAX;
    const int64_t silent = silent_ms(m);
    const int64_t next = m->unwanted || m->pending > 0 ? INT64_MAX : m->next_ms;
    return next < silent ? next : silent;
}

/* Registration lost or the radio off: said at once, whatever the round is waiting for. */
static void publish_loss(struct mm_modem *m, const struct mm_facts *said)
{
    struct modem_reading reading;
    mm_facts_reading(said, &reading);
    publish(m, &reading, true);
}

void mm_modem_changed(struct mm_modem *m, sd_bus_message *signal)
{
    const char *interface = NULL;
    struct mm_facts said;
    mm_facts_clear(&said);
    if (!m->slot || sd_bus_message_read(signal, "s", &interface) <= 0 ||
        mm_dict_read(signal, take_fact, &said) < 0)
        return;
    const bool registration = strcmp(interface, MM_3GPP_INTERFACE) == 0 &&
                              said.registration != MM_REGISTRATION_UNKNOWN;
    const bool modem = strcmp(interface, MM_MODEM_INTERFACE) == 0 && said.state != 0;
    if (!registration && !modem)
        return;
    m->disturbed = true;
    if (registration)
        said.state = MM_STATE_ENABLED;
    const enum state state = mm_facts_state(&said);
    if (state == STATE_LIMITED || state == STATE_NO_SERVICE || state == STATE_RADIO_OFF)
        publish_loss(m, &said);
    else if (m->pending == 0 && m->step == MM_FORGET)
        m->next_ms = m->context->mono_ms;
}

void mm_modem_start(struct mm_modem *m, struct mm_context *context, const char *path)
{
    *m = (struct mm_modem){
        .used = true, .context = context, .location_enabled = ID_UNKNOWN};
    copy_text(m->path, sizeof m->path, path);
    mm_facts_clear(&m->facts);
    for (int i = 0; i < MM_CALLS_MAX; i++)
        m->calls[i].modem = m;
    m->next_ms = context->mono_ms;
}

void mm_modem_stop(struct mm_modem *m)
{
    for (int i = 0; i < MM_CALLS_MAX; i++)
        m->calls[i].slot = sd_bus_slot_unref(m->calls[i].slot);
    hub_lose(m->context->hub, m->slot);
    *m = (struct mm_modem){0};
}
