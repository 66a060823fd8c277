/* Who a modem of ModemManager is: by IMEI, of which only a keyed hash is kept, and by the
 * USB path; object paths and port names change with every plugging. */
#include <stdio.h>
#include <string.h>

#include "identity.h"
#include "mm_modem.h"

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
    copy_text(who->source, sizeof who->source, "modemmanager");
    copy_text(who->mount, sizeof who->mount, c->mount ? c->mount : "");
    who->offset_db = c->offset_db;
    if (c->mccmnc)
        who->sim_mccmnc = c->mccmnc;
    m->slot = hub_adopt(m->context->hub, who);
    m->unwanted = !m->slot;
}
