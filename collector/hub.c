/* The hub. */
#include "hub.h"

#include "modem_who.h"

void hub_record(struct hub *hub, const char *source, char kind, const char *port,
                const char *text)
{
    const struct recording_line line = {.mono_ms = hub->mono_ms,
                                        .source = source,
                                        .kind = kind,
                                        .port = port,
                                        .text = text};
    if (hub->record)
        hub->record(hub->ctx, &line);
}

void hub_event(struct hub *hub, const char *source, const char *kind, const char *detail)
{
    hub_record(hub, source, '!', detail, kind);
    hub->event(hub->ctx, kind, detail);
}

struct moment hub_moment(const struct hub *hub)
{
    return (struct moment){.mono_ms = hub->mono_ms, .fix = hub->fix};
}

struct modem *hub_adopt(struct hub *hub, const struct modem *who)
{
    char text[MODEM_WHO_SIZE];
    modem_who_format(who, text);
    hub_record(hub, who->source, '=', who->port, text);
    struct modem *m = modem_find(&hub->modems, who->imei_hash, who->usb_path, who->port);
    if (!m) {
        hub->event(hub->ctx, "too_many_modems", who->name);
        return NULL;
    }
    const bool returned = m->has_been_present && !m->present;
    modem_identify(m, who);
    hub->event(hub->ctx, returned ? "modem_back" : "modem_found", m->name);
    return m;
}

void hub_publish(struct hub *hub, struct modem *m, const struct modem_reading *reading)
{
    m->reading = *reading;
    m->reading_mono_ms = hub->mono_ms;
    m->proof_mono_ms = hub->mono_ms;
    m->decided_mono_ms = ID_UNKNOWN;
    if (hub->reading)
        hub->reading(hub->ctx, m);
}

void hub_lose(struct hub *hub, struct modem *m)
{
    if (!m || !m->present)
        return;
    hub_record(hub, m->source, '-', m->port, "");
    m->present = false;
    m->decided_mono_ms = ID_UNKNOWN;
    modem_reading_clear(&m->reading); /* what it said before it was pulled is over */
    hub->event(hub->ctx, "modem_lost", m->name);
}
