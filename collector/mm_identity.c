/* Who a modem of ModemManager is: by IMEI, of which only a keyed hash is kept, and by the
 * USB path; object paths and port names change with every plugging. */
#include <stdio.h>
#include <string.h>

#include "identity.h"
#include "mm_modem.h"

static void event(const struct mm_modem *m, const char *kind)
{
    m->context->hub->event(m->context->hub->ctx, kind, m->identity.name);
}

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%.*s", (int)size - 1, from);
}

/* The IMEI itself is forgotten here. */
static void hash_imei(struct mm_modem *m)
{
    m->identity.imei_hash[0] = '\0';
    if (m->context->hub->imei_key)
        identity_hash_imei(m->imei, m->context->hub->imei_key, m->identity.imei_hash);
    explicit_bzero(m->imei, sizeof m->imei);
}

static bool is_wanted(const struct mm_modem *m)
{
    const char *imei = m->context->config->imei;
    return !imei || imei[0] == '\0' || strcmp(imei, m->imei) == 0;
}

static void make_name(struct mm_modem *m)
{
    const struct source_config *c = m->context->config;
    const bool one = c->imei && c->imei[0] != '\0' && c->name && c->name[0] != '\0';
    if (one)
        copy_text(m->identity.name, MODEM_TEXT_SIZE, c->name);
    else
        snprintf(m->identity.name, MODEM_TEXT_SIZE, "%.30s %.30s", m->identity.model,
                 m->identity.port);
}

void mm_identity_take(void *ctx, const char *key, const char *value)
{
    struct mm_modem *m = ctx;
    const struct {
        const char *key;
        char *text;
        size_t size;
    } texts[] = {
        {"Manufacturer", m->identity.manufacturer, MODEM_TEXT_SIZE},
        {"Model", m->identity.model, MODEM_TEXT_SIZE},
        {"Revision", m->identity.firmware, MODEM_TEXT_SIZE},
        {"Device", m->identity.usb_path, MODEM_TEXT_SIZE},
        {"PrimaryPort", m->identity.port, MODEM_TEXT_SIZE},
        {"EquipmentIdentifier", m->imei, sizeof m->imei},
        {"Sim", m->sim_path, sizeof m->sim_path},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].key, key) == 0)
            copy_text(texts[i].text, texts[i].size, value);
    }
    (void)mm_facts_take(&m->facts, key, value);
}

void mm_identity_adopt(struct mm_modem *m)
{
    const struct source_config *c = m->context->config;
    struct modem *who = &m->identity;
    make_name(m);
    m->unwanted = !is_wanted(m);
    hash_imei(m);
    if (m->unwanted)
        return;
    struct modem *slot =
        modem_find(&m->context->hub->modems, who->imei_hash, who->usb_path, who->port);
    if (!slot) {
        m->unwanted = true;
        event(m, "too_many_modems");
        return;
    }
    const bool returned = slot->reading_mono_ms != ID_UNKNOWN && !slot->present;
    copy_text(slot->name, sizeof slot->name, who->name);
    copy_text(slot->source, sizeof slot->source, "modemmanager");
    copy_text(slot->port, sizeof slot->port, who->port);
    copy_text(slot->usb_path, sizeof slot->usb_path, who->usb_path);
    copy_text(slot->manufacturer, sizeof slot->manufacturer, who->manufacturer);
    copy_text(slot->model, sizeof slot->model, who->model);
    copy_text(slot->firmware, sizeof slot->firmware, who->firmware);
    copy_text(slot->imei_hash, sizeof slot->imei_hash, who->imei_hash);
    copy_text(slot->mount, sizeof slot->mount, c->mount ? c->mount : "");
    slot->offset_db = c->offset_db;
    slot->sim_mccmnc = c->mccmnc ? c->mccmnc : who->sim_mccmnc;
    slot->present = true;
    m->slot = slot;
    event(m, returned ? "modem_back" : "modem_found");
}
