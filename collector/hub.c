/* The hub. */
#include "hub.h"

void hub_event(struct hub *hub, const char *kind, const char *detail)
{
    hub->event(hub->ctx, kind, detail);
}

struct moment hub_moment(const struct hub *hub, int64_t mono_ms)
{
    return (struct moment){.mono_ms = mono_ms, .fix = hub->fix};
}

struct modem *hub_adopt(struct hub *hub, const struct modem *who)
{
    struct modem *m = modem_find(&hub->modems, who->imei_hash, who->usb_path, who->port);
    if (!m) {
        hub_event(hub, "too_many_modems", who->name);
        return NULL;
    }
    const bool returned = m->has_been_present && !m->present;
    modem_identify(m, who);
    hub_event(hub, returned ? "modem_back" : "modem_found", m->name);
    return m;
}

void hub_publish(struct hub *hub, struct modem *m, const struct modem_reading *reading,
                 int64_t mono_ms)
{
    m->reading = *reading;
    m->reading_mono_ms = mono_ms;
    m->proof_mono_ms = mono_ms;
    m->decided_mono_ms = ID_UNKNOWN;
    if (hub->reading)
        hub->reading(hub->ctx, m);
}

void hub_lose(struct hub *hub, struct modem *m)
{
    if (!m || !m->present)
        return;
    m->present = false;
    m->decided_mono_ms = ID_UNKNOWN;
    modem_reading_clear(&m->reading); /* what it said before it was pulled is over */
    hub_event(hub, "modem_lost", m->name);
}
