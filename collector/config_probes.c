/* The active tests in the collector's configuration. */
#include "config_probes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "lang.h"
#include "probe_http.h"
#include "probe_ping.h"
#include "probe_usage.h"
#include "xmem.h"

#define TEXT(type, key, flags)                                                           \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | (flags), struct type, key, 0,      \
                           CYAML_UNLIMITED)
#define OPTIONAL CYAML_FLAG_OPTIONAL

struct raw_probe {
    char *host, *count, *url, *max_bytes, *bytes, *max_s;
};

static const cyaml_schema_field_t ping_fields[] = {
    TEXT(raw_probe, host, 0),
    TEXT(raw_probe, count, OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t download_fields[] = {
    TEXT(raw_probe, url, 0),
    TEXT(raw_probe, max_bytes, OPTIONAL),
    TEXT(raw_probe, max_s, OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t upload_fields[] = {
    TEXT(raw_probe, url, 0),
    TEXT(raw_probe, bytes, OPTIONAL),
    TEXT(raw_probe, max_s, OPTIONAL),
    CYAML_FIELD_END,
};

const cyaml_schema_field_t config_probes_fields[] = {
    TEXT(raw_probes, interval_s, OPTIONAL),
    TEXT(raw_probes, bytes_per_day, OPTIONAL),
    TEXT(raw_probes, dns, OPTIONAL),
    TEXT(raw_probes, ca_file, OPTIONAL),
    CYAML_FIELD_MAPPING_PTR("ping", CYAML_FLAG_POINTER | OPTIONAL, struct raw_probes,
                            ping, ping_fields),
    CYAML_FIELD_MAPPING_PTR("download", CYAML_FLAG_POINTER | OPTIONAL, struct raw_probes,
                            download, download_fields),
    CYAML_FIELD_MAPPING_PTR("upload", CYAML_FLAG_POINTER | OPTIONAL, struct raw_probes,
                            upload, upload_fields),
    CYAML_FIELD_END,
};

void config_probes_defaults(struct config_probes *p)
{
    *p = (struct config_probes){.interval_s = 300,
                                .bytes_per_day = INT64_C(20000000),
                                .dns = xstrdup("8.8.8.8,1.1.1.1")};
}

void config_probes_free(struct config_probes *p)
{
    for (int kind = 0; kind < PLAN_KINDS; kind++) {
        free(p->kinds[kind].target);
        free(p->kinds[kind].host);
    }
    free(p->dns);
    free(p->ca_file);
}

/* Takes a whole number where the key is there; keeps the default otherwise. */
static enum err take_whole(const struct yaml_doc *doc, const char *path, const char *text,
                           struct yaml_range range, int64_t *value)
{
    double number = 0;
    range.whole = true;
    const enum err err = text ? yaml_doc_number(doc, path, text, range, &number) : ERR_OK;
    if (!err && text)
        *value = (int64_t)number;
    return err;
}

static bool is_host(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-:";
    const size_t len = strlen(text);
    return len > 0 && len < 254 && strspn(text, letters) == len && text[0] != '-';
}

static enum err take_ping(const struct yaml_doc *doc, const struct raw_probe *raw,
                          struct config_probe *p)
{
    int64_t count = 5;
    if (!is_host(raw->host))
        return yaml_doc_error(doc, "probes.ping.host",
                              _("is \"%.60s\", expected a name or an address"),
                              raw->host);
    const enum err err =
        take_whole(doc, "probes.ping.count", raw->count,
                   (struct yaml_range){.min = 1, .max = PROBE_PING_MAX}, &count);
    if (err)
        return err;
    p->target = xstrdup(raw->host);
    p->host = xstrdup(raw->host);
    p->count = (int)count;
    p->max_ms = PROBE_PING_DNS_MS + (int)(count - 1) * PROBE_PING_EVERY_MS +
                PROBE_PING_PATIENCE_MS;
    return ERR_OK;
}

/* A download or an upload, `name`; `size` is the key of its bytes. */
static enum err take_transfer(const struct yaml_doc *doc, const char *name,
                              const struct raw_probe *raw, struct config_probe *p)
{
    char path[48];
    int64_t max_s = 10;
    const bool up = strcmp(name, "upload") == 0;
    const struct yaml_range bytes = {.min = 16000, .max = 1e9};
    const struct yaml_range seconds = {.min = 1, .max = 120};
    snprintf(path, sizeof path, "probes.%s.url", name);
    if (strlen(raw->url) > 500 || !probe_http_url(raw->url, &p->host, &p->port))
        return yaml_doc_error(doc, path,
                              _("is \"%.60s\", expected an http or https URL without a "
                                "user's name"),
                              raw->url);
    p->target = xstrdup(raw->url);
    p->bytes = up ? 250000 : 1000000;
    snprintf(path, sizeof path, "probes.%s.%s", name, up ? "bytes" : "max_bytes");
    enum err err =
        take_whole(doc, path, up ? raw->bytes : raw->max_bytes, bytes, &p->bytes);
    snprintf(path, sizeof path, "probes.%s.max_s", name);
    if (!err)
        err = take_whole(doc, path, raw->max_s, seconds, &max_s);
    p->max_ms = (int)max_s * 1000;
    return err;
}

static enum err take_limits(const struct yaml_doc *doc, const struct raw_probes *raw,
                            struct config_probes *p)
{
    int64_t interval_s = p->interval_s;
    enum err err = take_whole(doc, "probes.interval_s", raw->interval_s,
                              (struct yaml_range){.min = 30, .max = 86400}, &interval_s);
    p->interval_s = (int)interval_s;
    if (!err)
        err = take_whole(doc, "probes.bytes_per_day", raw->bytes_per_day,
                         (struct yaml_range){.min = 100000, .max = 1e12},
                         &p->bytes_per_day);
    if (!err && raw->dns && !probe_dns_servers_valid(raw->dns))
        err = yaml_doc_error(doc, "probes.dns",
                             _("is \"%.60s\", expected addresses with commas between"),
                             raw->dns);
    if (!err && raw->dns) {
        free(p->dns);
        p->dns = xstrdup(raw->dns);
    }
    if (!err && raw->ca_file) {
        p->ca_file = xstrdup(raw->ca_file);
        if (access(p->ca_file, R_OK) != 0)
            err =
                yaml_doc_error(doc, "probes.ca_file", _("\"%.200s\" cannot be read: %s"),
                               p->ca_file, strerror(errno));
    }
    return err;
}

/* A round that takes longer than the interval would never rest. */
static enum err check_round(const struct yaml_doc *doc, const struct config_probes *p)
{
    int all_ms = 0;
    for (int kind = 0; kind < PLAN_KINDS; kind++)
        all_ms += p->kinds[kind].max_ms;
    if (all_ms <= p->interval_s * 1000)
        return ERR_OK;
    return yaml_doc_error(doc, "probes",
                          _("the tests may take %d s, more than interval_s (%d)"),
                          (all_ms + 999) / 1000, p->interval_s);
}

enum err config_probes_take(const struct yaml_doc *doc, const struct raw_probes *raw,
                            struct config_probes *p)
{
    if (!raw)
        return ERR_OK;
    enum err err = take_limits(doc, raw, p);
    if (!err && raw->ping)
        err = take_ping(doc, raw->ping, &p->kinds[PLAN_PING]);
    if (!err && raw->download)
        err = take_transfer(doc, "download", raw->download, &p->kinds[PLAN_GET]);
    if (!err && raw->upload)
        err = take_transfer(doc, "upload", raw->upload, &p->kinds[PLAN_PUT]);
    return err ? err : check_round(doc, p);
}

static bool is_interface(const char *text)
{
    const size_t len = strlen(text);
    return len > 0 && len < PROBE_INTERFACE_SIZE && strcspn(text, "/ \t\n!:") == len;
}

static enum err check_interface(const struct yaml_doc *doc, const char *interface,
                                const struct config *c)
{
    char path[64];
    const size_t last = c->modem_count - 1;
    snprintf(path, sizeof path, "modems.%zu.interface", last);
    if (!is_interface(interface))
        return yaml_doc_error(doc, path,
                              _("is \"%.40s\", expected a network interface such as "
                                "wwan0"),
                              interface);
    for (size_t i = 0; i < last; i++) {
        if (strcmp(c->modems[i].interface, interface) == 0)
            return yaml_doc_error(doc, path, _("\"%s\" is another modem's already"),
                                  interface);
    }
    /* without it, a test could not be told to belong to this modem */
    if (strcmp(c->modems[last].source, "modemmanager") == 0 &&
        c->modems[last].imei[0] == '\0')
        return yaml_doc_error(doc, path, _("needs an imei beside it"));
    return ERR_OK;
}

enum err config_probes_take_modem(const struct yaml_doc *doc, const char *interface,
                                  const char *probes, struct config *c)
{
    char path[64];
    struct config_modem *m = &c->modems[c->modem_count - 1];
    enum err err = interface ? check_interface(doc, interface, c) : ERR_OK;
    m->interface = xstrdup(interface ? interface : "");
    m->probes = interface != NULL;
    if (err || !probes)
        return err;
    snprintf(path, sizeof path, "modems.%zu.probes", c->modem_count - 1);
    m->probes = strcmp(probes, "true") == 0;
    if (!m->probes && strcmp(probes, "false") != 0)
        return yaml_doc_error(doc, path, _("is \"%.40s\", expected true or false"),
                              probes);
    return m->probes && !interface ? yaml_doc_error(doc, path,
                                                    _("needs an interface beside it"))
                                   : ERR_OK;
}

bool config_probes_any(const struct config *c)
{
    bool tests = false, modems = false;
    for (int kind = 0; kind < PLAN_KINDS; kind++)
        tests = tests || c->probes.kinds[kind].target;
    for (size_t i = 0; i < c->modem_count; i++)
        modems = modems || c->modems[i].probes;
    return tests && modems;
}
