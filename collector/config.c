/* The collector's configuration. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lang.h"
#include "triplog.h"
#include "utc.h"
#include "xmem.h"
#include "yaml_doc.h"

#define TEXT(type, key, flags)                                                           \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | (flags), struct type, key, 0,      \
                           CYAML_UNLIMITED)

static const char default_path[] = "/etc/lomsong/collector.yaml";

struct raw_gpsd {
    char *host;
    char *port;
};

struct raw_modem {
    char *source, *port, *imei, *name, *mount, *offset_db, *mccmnc, *file, *speed;
    char *interface, *probes;
};

struct raw_config {
    char *output, *interval_ms, *distance_m, *max_file_mb, *disk_warn_mb, *disk_stop_mb;
    char *utc_offset, *led, *plan, *team;
    struct raw_gpsd *gpsd;
    struct raw_probes *probes;
    struct raw_push *push;
    struct raw_modem *modems;
    unsigned modems_count;
};

static const cyaml_schema_field_t gpsd_fields[] = {
    TEXT(raw_gpsd, host, CYAML_FLAG_OPTIONAL),
    TEXT(raw_gpsd, port, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t modem_fields[] = {
    TEXT(raw_modem, source, 0),
    TEXT(raw_modem, port, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, imei, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, name, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, mount, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, offset_db, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, mccmnc, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, file, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, speed, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, interface, CYAML_FLAG_OPTIONAL),
    TEXT(raw_modem, probes, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t modem_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_modem, modem_fields),
};

static const cyaml_schema_field_t config_fields[] = {
    TEXT(raw_config, output, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, interval_ms, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, distance_m, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, max_file_mb, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, disk_warn_mb, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, disk_stop_mb, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, utc_offset, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, led, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, plan, CYAML_FLAG_OPTIONAL),
    TEXT(raw_config, team, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_MAPPING_PTR("gpsd", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct raw_config, gpsd, gpsd_fields),
    CYAML_FIELD_MAPPING_PTR("probes", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct raw_config, probes, config_probes_fields),
    CYAML_FIELD_MAPPING_PTR("push", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct raw_config, push, config_push_fields),
    CYAML_FIELD_SEQUENCE("modems", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct raw_config, modems, &modem_entry, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t config_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_config, config_fields),
};

/* Takes a number where the key is there; keeps the default otherwise. */
static enum err take_number(const struct yaml_doc *doc, const char *path,
                            const char *text, double min, double max, bool whole,
                            double *value)
{
    const struct yaml_range range = {.min = min, .max = max, .whole = whole};
    return text ? yaml_doc_number(doc, path, text, range, value) : ERR_OK;
}

static enum err take_sizes(const struct yaml_doc *doc, const struct raw_config *raw,
                           struct config *c)
{
    enum { MEGA = 1000000 };
    double file = 512, warn = 200, stop = 20;
    enum err err =
        take_number(doc, "max_file_mb", raw->max_file_mb, 1, 4096, false, &file);
    if (!err)
        err = take_number(doc, "disk_warn_mb", raw->disk_warn_mb, 1, 1e6, false, &warn);
    if (!err)
        err = take_number(doc, "disk_stop_mb", raw->disk_stop_mb, 1, 1e6, false, &stop);
    if (!err && stop >= warn)
        err = yaml_doc_error(doc, raw->disk_stop_mb ? "disk_stop_mb" : "disk_warn_mb",
                             _("disk_stop_mb (%g) must be below disk_warn_mb (%g)"), stop,
                             warn);
    c->max_file_bytes = (int64_t)(file * MEGA);
    c->disk_warn_bytes = (int64_t)(warn * MEGA);
    c->disk_stop_bytes = (int64_t)(stop * MEGA);
    return err;
}

static enum err take_gpsd(const struct yaml_doc *doc, const struct raw_gpsd *raw,
                          struct config *c)
{
    double port = 2947;
    enum err err = ERR_OK;
    if (raw && raw->host) {
        err = yaml_doc_line(doc, "gpsd.host", raw->host);
        free(c->gpsd_host);
        c->gpsd_host = xstrdup(raw->host);
    }
    if (!err && raw)
        err = take_number(doc, "gpsd.port", raw->port, 1, 65535, true, &port);
    c->gpsd_port = (int)port;
    return err;
}

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(text, *words) == 0)
            return true;
    }
    return false;
}

static enum err check_modem(const struct yaml_doc *doc, size_t i,
                            const struct raw_modem *raw)
{
    static const char *const sources[] = {"at", "modemmanager", "replay", NULL};
    static const char *const mounts[] = {"outdoor", "vehicle", "indoor", NULL};
    char path[64];
    snprintf(path, sizeof path, "modems.%zu.source", i);
    if (!one_of(raw->source, sources))
        return yaml_doc_error(doc, path,
                              _("is \"%.40s\", expected at, modemmanager or replay"),
                              raw->source);
    if (strcmp(raw->source, "at") == 0 && (!raw->port || !raw->port[0]))
        return yaml_doc_error(doc, path, _("\"%s\" needs a port beside it"), raw->source);
    if (strcmp(raw->source, "replay") == 0 && (!raw->file || !raw->file[0]))
        return yaml_doc_error(doc, path, _("\"%s\" needs a file beside it"), raw->source);
    snprintf(path, sizeof path, "modems.%zu.mount", i);
    if (raw->mount && !one_of(raw->mount, mounts))
        return yaml_doc_error(doc, path,
                              _("is \"%.40s\", expected outdoor, vehicle or indoor"),
                              raw->mount);
    snprintf(path, sizeof path, "modems.%zu.mccmnc", i);
    if (raw->mccmnc && mccmnc_parse(raw->mccmnc) == 0)
        return yaml_doc_error(doc, path, _("is \"%.40s\", expected 5 or 6 digits"),
                              raw->mccmnc);
    return ERR_OK;
}

static enum err take_modem(const struct yaml_doc *doc, size_t i,
                           const struct raw_modem *raw, struct config *c)
{
    char path[64];
    snprintf(path, sizeof path, "modems.%zu.offset_db", i);
    struct config_modem *m = &c->modems[c->modem_count++];
    m->speed = 1;
    enum err err = check_modem(doc, i, raw);
    if (!err)
        err = take_number(doc, path, raw->offset_db, -TRIPLOG_MAX_OFFSET_DB,
                          TRIPLOG_MAX_OFFSET_DB, false, &m->offset_db);
    snprintf(path, sizeof path, "modems.%zu.speed", i);
    if (!err)
        err = take_number(doc, path, raw->speed, 0, 1000, false, &m->speed);
    snprintf(path, sizeof path, "modems.%zu.source", i);
    if (!err && i > 0 && (strcmp(raw->source, "replay") == 0 || config_replay(c)))
        err = yaml_doc_error(doc, path,
                             _("is \"%.40s\": a recording is replayed alone, without "
                               "other modems"),
                             raw->source);
    m->source = xstrdup(raw->source);
    m->port = xstrdup(raw->port ? raw->port : "");
    m->imei = xstrdup(raw->imei ? raw->imei : "");
    m->name = xstrdup(raw->name ? raw->name : "");
    m->mount = xstrdup(raw->mount ? raw->mount : "outdoor");
    m->mccmnc = raw->mccmnc ? mccmnc_parse(raw->mccmnc) : 0;
    m->file = xstrdup(raw->file ? raw->file : "");
    return err ? err : config_probes_take_modem(doc, raw->interface, raw->probes, c);
}

static enum err take_all(const struct yaml_doc *doc, struct config *c)
{
    const struct raw_config *raw = yaml_doc_data(doc);
    double interval = c->interval_ms, team = 0;
    enum err err =
        take_number(doc, "interval_ms", raw->interval_ms, 200, 60000, true, &interval);
    c->interval_ms = (int)interval;
    if (!err)
        err = take_number(doc, "distance_m", raw->distance_m, 0, 10000, false,
                          &c->distance_m);
    if (!err)
        err = take_number(doc, "team", raw->team, 1, 100000, true, &team);
    c->team = (int64_t)team;
    if (!err)
        err = take_sizes(doc, raw, c);
    if (!err)
        err = take_gpsd(doc, raw->gpsd, c);
    if (!err)
        err = config_probes_take(doc, raw->probes, &c->probes);
    if (!err)
        err = config_push_take(doc, raw->push, &c->push);
    if (!err && raw->modems_count > MODEM_MAX)
        err = yaml_doc_error(doc, "modems", _("lists %u modems; at most %d are logged"),
                             raw->modems_count, MODEM_MAX);
    for (size_t i = 0; !err && i < raw->modems_count; i++)
        err = take_modem(doc, i, &raw->modems[i], c);
    if (!err && raw->utc_offset) {
        c->has_utc_offset = true;
        if (utc_parse_offset(raw->utc_offset, &c->utc_offset_s) != ERR_OK)
            err = yaml_doc_error(doc, "utc_offset",
                                 _("is \"%.40s\", expected such as +07:00"),
                                 raw->utc_offset);
    }
    if (raw->output) {
        free(c->output);
        c->output = xstrdup(raw->output);
    }
    if (raw->led)
        c->led = xstrdup(raw->led);
    if (raw->plan)
        c->plan = xstrdup(raw->plan);
    return err;
}

static void set_defaults(struct config *c)
{
    *c = (struct config){
        .output = xstrdup("/var/lib/lomsong"),
        .interval_ms = 1000,
        .max_file_bytes = INT64_C(512000000),
        .disk_warn_bytes = INT64_C(200000000),
        .disk_stop_bytes = INT64_C(20000000),
        .gpsd_host = xstrdup("127.0.0.1"),
        .gpsd_port = 2947,
    };
    config_probes_defaults(&c->probes);
    config_push_defaults(&c->push);
    /* the local day of a visit: the system's offset, unless the system has none set */
    struct tm local;
    const time_t now = time(NULL);
    if (localtime_r(&now, &local) && local.tm_gmtoff != 0) {
        c->has_utc_offset = true;
        c->utc_offset_s = (int32_t)local.tm_gmtoff;
    }
}

enum err config_load(const char *path, struct config *config)
{
    char *text = NULL;
    size_t size = 0;
    struct yaml_doc *doc = NULL;
    struct config c;
    set_defaults(&c);
    enum err err = ERR_OK;
    if (!path && access(default_path, F_OK) == 0)
        path = default_path;
    if (path) {
        err = yaml_doc_read(path, &text, &size);
        if (!err)
            err = yaml_doc_load(path, text, size, &config_schema, &doc);
        if (!err)
            err = take_all(doc, &c);
    }
    yaml_doc_free(doc);
    free(text);
    if (err)
        config_free(&c);
    else
        *config = c;
    return err;
}

enum err config_load_for(const char *path, const char *output, struct config *config)
{
    const enum err err = config_load(path, config);
    if (!err && output) {
        free(config->output);
        config->output = xstrdup(output);
    }
    return err;
}

const struct config_modem *config_replay(const struct config *config)
{
    const struct config_modem *first = &config->modems[0];
    return config->modem_count > 0 && strcmp(first->source, "replay") == 0 ? first : NULL;
}

static void free_modems(struct config *c)
{
    for (size_t i = 0; i < c->modem_count; i++) {
        free(c->modems[i].source);
        free(c->modems[i].port);
        free(c->modems[i].imei);
        free(c->modems[i].name);
        free(c->modems[i].mount);
        free(c->modems[i].file);
        free(c->modems[i].interface);
    }
    c->modem_count = 0;
}

void config_set_replay(struct config *c, const char *file, double speed)
{
    free_modems(c);
    c->modem_count = 1;
    c->modems[0] = (struct config_modem){.source = xstrdup("replay"),
                                         .port = xstrdup(""),
                                         .imei = xstrdup(""),
                                         .name = xstrdup(""),
                                         .mount = xstrdup(""),
                                         .file = xstrdup(file),
                                         .interface = xstrdup(""),
                                         .speed = speed};
}

void config_free(struct config *c)
{
    free_modems(c);
    free(c->output);
    config_probes_free(&c->probes);
    config_push_free(&c->push);
    free(c->gpsd_host);
    free(c->led);
    free(c->plan);
    *c = (struct config){0};
}
