/* ModemManager through sd-bus: finds modems, sees them come and go, and outlives
 * ModemManager and the bus. Everything is asynchronous; DBUS_SYSTEM_BUS_ADDRESS names
 * another bus. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mm_modem.h"
#include "xmem.h"

#define MM_ROOT "/org/freedesktop/ModemManager1"
#define MM_MODEM_ROOT MM_ROOT "/Modem/"
#define OBJECTS_INTERFACE "org.freedesktop.DBus.ObjectManager"

enum {
    MESSAGES_PER_CALL = 128,
    RECONNECT_MS = 2000,
    LOOK_AGAIN_MS = 5000, /* while ModemManager is not there */
    CONFIG_TEXT_SIZE = 64,
};

struct source {
    struct mm_context context; /* .bus NULL: not connected */
    struct source_config config;
    char imei[CONFIG_TEXT_SIZE], name[CONFIG_TEXT_SIZE], mount[CONFIG_TEXT_SIZE];
    int64_t next_ms; /* of connecting, or of looking for modems; INT64_MAX: not needed */
    bool there;      /* ModemManager answered */
    bool reported_lost;
    bool more; /* messages left in sd-bus's queue */
    sd_bus_slot *looking;
    struct mm_modem modems[MODEM_MAX];
};

static struct mm_modem *find(struct source *s, const char *path)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        if (s->modems[i].used && strcmp(s->modems[i].path, path) == 0)
            return &s->modems[i];
    }
    return NULL;
}

static void add(struct source *s, const char *path)
{
    if (strncmp(path, MM_MODEM_ROOT, strlen(MM_MODEM_ROOT)) != 0 ||
        strlen(path) >= MM_PATH_SIZE || find(s, path))
        return;
    for (int i = 0; i < MODEM_MAX; i++) {
        if (!s->modems[i].used) {
            mm_modem_start(&s->modems[i], &s->context, path);
            return;
        }
    }
    hub_event(s->context.hub, "modemmanager", "too_many_modems", path);
}

static void remove_all(struct source *s)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        if (s->modems[i].used)
            mm_modem_stop(&s->modems[i]);
    }
}

static void report(struct source *s, bool lost)
{
    if (lost != s->reported_lost)
        hub_event(s->context.hub, "modemmanager",
                  lost ? "modemmanager_lost" : "modemmanager_back", "");
    s->reported_lost = lost;
}

static void modemmanager_gone(struct source *s)
{
    remove_all(s);
    s->looking = sd_bus_slot_unref(s->looking);
    s->there = false;
    s->next_ms = s->context.mono_ms + LOOK_AGAIN_MS;
    report(s, true);
}

/* a{oa{sa{sv}}}: only the paths matter, each modem is asked for itself. */
static int modems_listed(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
    (void)unused;
    struct source *s = userdata;
    s->looking = sd_bus_slot_unref(s->looking);
    if (sd_bus_message_is_method_error(reply, NULL)) {
        modemmanager_gone(s);
        return 0;
    }
    s->there = true;
    s->next_ms = INT64_MAX;
    report(s, false);
    int r = sd_bus_message_enter_container(reply, SD_BUS_TYPE_ARRAY, "{oa{sa{sv}}}");
    while (r >= 0 && (r = sd_bus_message_enter_container(reply, SD_BUS_TYPE_DICT_ENTRY,
                                                         "oa{sa{sv}}")) > 0) {
        const char *path = NULL;
        r = sd_bus_message_read_basic(reply, SD_BUS_TYPE_OBJECT_PATH, (void *)&path);
        if (r >= 0)
            add(s, path);
        if (r >= 0)
            r = sd_bus_message_skip(reply, "a{sa{sv}}");
        if (r >= 0)
            r = sd_bus_message_exit_container(reply);
    }
    return 0;
}

static void look(struct source *s)
{
    s->next_ms = s->context.mono_ms + LOOK_AGAIN_MS;
    if (!s->looking)
        (void)sd_bus_call_method_async(s->context.bus, &s->looking, MM_SERVICE, MM_ROOT,
                                       OBJECTS_INTERFACE, "GetManagedObjects",
                                       modems_listed, s, "");
}

static int interfaces_added(sd_bus_message *signal, void *userdata, sd_bus_error *unused)
{
    (void)unused;
    const char *path = NULL;
    if (sd_bus_message_read_basic(signal, SD_BUS_TYPE_OBJECT_PATH, (void *)&path) > 0)
        add(userdata, path);
    return 0;
}

static int interfaces_removed(sd_bus_message *signal, void *userdata,
                              sd_bus_error *unused)
{
    (void)unused;
    const char *path = NULL, *interface = NULL;
    bool is_modem = false;
    if (sd_bus_message_read_basic(signal, SD_BUS_TYPE_OBJECT_PATH, (void *)&path) <= 0 ||
        sd_bus_message_enter_container(signal, SD_BUS_TYPE_ARRAY, "s") < 0)
        return 0;
    while (sd_bus_message_read_basic(signal, SD_BUS_TYPE_STRING, (void *)&interface) > 0)
        is_modem |= strcmp(interface, MM_MODEM_INTERFACE) == 0;
    struct mm_modem *m = find(userdata, path);
    if (m && is_modem)
        mm_modem_stop(m);
    return 0;
}

static int properties_changed(sd_bus_message *signal, void *userdata,
                              sd_bus_error *unused)
{
    (void)unused;
    const char *path = sd_bus_message_get_path(signal);
    struct mm_modem *m = path ? find(userdata, path) : NULL;
    if (m)
        mm_modem_changed(m, signal);
    return 0;
}

static int owner_changed(sd_bus_message *signal, void *userdata, sd_bus_error *unused)
{
    (void)unused;
    struct source *s = userdata;
    const char *name = "", *before = "", *after = "";
    if (sd_bus_message_read(signal, "sss", &name, &before, &after) <= 0)
        return 0;
    if (before[0] != '\0')
        modemmanager_gone(s);
    if (after[0] != '\0')
        s->next_ms = s->context.mono_ms;
    return 0;
}

static int watch(struct source *s)
{
    static const struct {
        const char *match;
        sd_bus_message_handler_t handler;
    } rows[] = {
        {"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
         "member='NameOwnerChanged',arg0='" MM_SERVICE "'",
         owner_changed},
        {"type='signal',sender='" MM_SERVICE "',interface='" OBJECTS_INTERFACE
         "',member='InterfacesAdded'",
         interfaces_added},
        {"type='signal',sender='" MM_SERVICE "',interface='" OBJECTS_INTERFACE
         "',member='InterfacesRemoved'",
         interfaces_removed},
        {"type='signal',sender='" MM_SERVICE
         "',interface='org.freedesktop.DBus.Properties',"
         "member='PropertiesChanged',arg0='" MM_MODEM_INTERFACE "'",
         properties_changed},
        {"type='signal',sender='" MM_SERVICE
         "',interface='org.freedesktop.DBus.Properties',"
         "member='PropertiesChanged',arg0='" MM_3GPP_INTERFACE "'",
         properties_changed},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const int r = sd_bus_add_match_async(s->context.bus, NULL, rows[i].match,
                                             rows[i].handler, NULL, s);
        if (r < 0)
            return r;
    }
    return 0;
}

static void disconnect(struct source *s)
{
    remove_all(s);
    s->looking = sd_bus_slot_unref(s->looking);
    s->context.bus = sd_bus_close_unref(s->context.bus);
    s->there = s->more = false;
}

static void lose_bus(struct source *s)
{
    disconnect(s);
    report(s, true);
    s->next_ms = s->context.mono_ms + RECONNECT_MS;
}

static void connect_bus(struct source *s)
{
    if (sd_bus_open_system(&s->context.bus) < 0 || watch(s) < 0) {
        lose_bus(s);
        return;
    }
    look(s);
}

static void process(struct source *s)
{
    s->more = false;
    for (int i = 0; i < MESSAGES_PER_CALL; i++) {
        const int r = sd_bus_process(s->context.bus, NULL);
        if (r < 0)
            lose_bus(s);
        if (r <= 0)
            return;
    }
    s->more = true;
}

static void copy_text(char to[CONFIG_TEXT_SIZE], const char *from)
{
    const size_t size = from ? strnlen(from, CONFIG_TEXT_SIZE - 1) : 0;
    if (size > 0)
        memcpy(to, from, size);
    to[size] = '\0';
}

static enum err mm_open(const struct source_config *config, struct hub *hub,
                        struct source **source)
{
    struct source *s = xcalloc(1, sizeof *s);
    s->config = *config;
    copy_text(s->imei, config->imei);
    copy_text(s->name, config->name);
    copy_text(s->mount, config->mount);
    s->config.imei = s->imei;
    s->config.name = s->name;
    s->config.mount = s->mount;
    s->context = (struct mm_context){.hub = hub, .config = &s->config};
    *source = s;
    return ERR_OK;
}

static void mm_close(struct source *s)
{
    if (!s)
        return;
    disconnect(s);
    explicit_bzero(s->imei, sizeof s->imei);
    free(s);
}

static int mm_poll_fds(struct source *s, struct pollfd *fds, int max)
{
    if (!s->context.bus || max < 1)
        return 0;
    const int events = sd_bus_get_events(s->context.bus);
    fds[0] = (struct pollfd){.fd = sd_bus_get_fd(s->context.bus),
                             .events = (short)(events > 0 ? events : 0)};
    return 1;
}

static int64_t bus_deadline_ms(const struct source *s)
{
    uint64_t until_us = UINT64_MAX;
    if (s->more)
        return 0;
    if (!s->context.bus || sd_bus_get_timeout(s->context.bus, &until_us) < 0 ||
        until_us == UINT64_MAX)
        return INT64_MAX;
    return (int64_t)((until_us + 999) / 1000);
}

static int64_t mm_deadline_ms(const struct source *s)
{
    int64_t deadline_ms = bus_deadline_ms(s);
    if (s->next_ms < deadline_ms)
        deadline_ms = s->next_ms;
    for (int i = 0; i < MODEM_MAX; i++) {
        const int64_t d = mm_modem_deadline_ms(&s->modems[i]);
        if (d < deadline_ms)
            deadline_ms = d;
    }
    return deadline_ms;
}

static void mm_begin(struct source *s, int64_t mono_ms)
{
    s->context.mono_ms = mono_ms;
    for (int i = 0; s->context.bus && i < MODEM_MAX; i++) {
        if (s->modems[i].used)
            mm_modem_begin(&s->modems[i]);
    }
}

static void mm_handle(struct source *s, const struct pollfd *fds, int count,
                      int64_t mono_ms)
{
    (void)fds;
    (void)count;
    s->context.mono_ms = mono_ms;
    if (s->context.bus)
        process(s);
    if (mono_ms >= s->next_ms) {
        if (s->context.bus)
            look(s);
        else
            connect_bus(s);
    }
    for (int i = 0; s->context.bus && i < MODEM_MAX; i++) {
        if (s->modems[i].used)
            mm_modem_step(&s->modems[i]);
    }
    if (s->context.bus)
        process(s); /* sends what was queued */
}

const struct source_driver src_modemmanager = {
    .name = "modemmanager",
    .open = mm_open,
    .begin = mm_begin,
    .poll_fds = mm_poll_fds,
    .deadline_ms = mm_deadline_ms,
    .handle = mm_handle,
    .close = mm_close,
};
