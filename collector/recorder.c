/* The recorder. */
#include "recorder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "lang.h"
#include "xmem.h"

enum { KEY_SIZE = 32 };

struct recorder {
    const struct config *config;
    struct triplog_writer *writer;
    char *path;
    int lock_fd;
    int64_t samples, committed;
    bool has_modem[MODEM_MAX + 1]; /* in the current log, by modem_id */
    unsigned char imei_key[KEY_SIZE];
};

static char *in_output(const struct recorder *r, const char *name)
{
    return xasprintf("%s/%s", r->config->output, name);
}

static enum err make_output(const struct recorder *r)
{
    if (mkdir(r->config->output, 0755) == 0 || errno == EEXIST)
        return ERR_OK;
    err_report(_("%s: the directory for trip logs cannot be made: %s"), r->config->output,
               strerror(errno));
    return ERR_FAILED;
}

static enum err take_lock(struct recorder *r)
{
    char *path = in_output(r, ".lock");
    r->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    enum err err = ERR_FAILED;
    if (r->lock_fd < 0)
        err_report(_("%s: cannot be written: %s; is the medium read-only, or does the "
                     "directory belong to another user?"),
                   path, strerror(errno));
    else if (flock(r->lock_fd, LOCK_EX | LOCK_NB) != 0)
        err_report(
            _("%s: another collector writes there already; stop it, or choose another "
              "directory with --output"),
            r->config->output);
    else
        err = ERR_OK;
    free(path);
    return err;
}

/* The key lives beside the logs, readable by their owner only. */
static enum err load_key(struct recorder *r)
{
    char *path = in_output(r, ".imei-key");
    enum err err = ERR_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read(fd, r->imei_key, KEY_SIZE) == KEY_SIZE;
    if (fd >= 0)
        close(fd);
    if (!ok && getrandom(r->imei_key, KEY_SIZE, 0) == KEY_SIZE) {
        (void)unlink(path); /* an old file would keep its mode; FAT knows no fchmod */
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        ok = fd >= 0 && write(fd, r->imei_key, KEY_SIZE) == KEY_SIZE && fsync(fd) == 0;
        if (fd >= 0)
            close(fd);
    }
    if (!ok) {
        err_report(_("%s: the key for IMEIs cannot be kept: %s"), path, strerror(errno));
        err = ERR_FAILED;
    }
    free(path);
    return err;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), tail = strlen(end);
    return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* A log that a crash cut off before it held anything is no log: every reader would refuse
 * it. */
static bool remove_unborn(const char *path)
{
    if (!triplog_is_unborn(path) || unlink(path) != 0)
        return false;
    err_warn(
        _("%s: was just begun when the collector or the power was cut off; empty, and "
          "removed"),
        path);
    return true;
}

/* Seals one log that a crash left open; a log that cannot be sealed is left as it is. */
static void recover(const char *path)
{
    struct triplog_writer *writer = NULL;
    bool sealed = false;
    int64_t last_utc_ms = TIME_UNKNOWN;
    if (remove_unborn(path))
        return;
    if (triplog_resume(path, &writer, &sealed, &last_utc_ms) != ERR_OK || sealed)
        return;
    if (triplog_add_event(writer, last_utc_ms, "recovered",
                          "sealed at the next start: the run did not end in order") !=
        ERR_OK) {
        triplog_abandon(writer);
        return;
    }
    if (triplog_seal(writer, last_utc_ms) == ERR_OK)
        err_warn(_("%s: was left open by a crash or power cut; recovered and sealed"),
                 path);
}

static void recover_all(const struct recorder *r)
{
    DIR *dir = opendir(r->config->output);
    const struct dirent *e;
    while (dir && (e = readdir(dir)) != NULL) {
        if (e->d_name[0] == '.' || !ends_with(e->d_name, ".gpkg"))
            continue;
        char *path = in_output(r, e->d_name);
        recover(path);
        free(path);
    }
    if (dir)
        closedir(dir);
}

enum err recorder_open(const struct config *config, struct recorder **out)
{
    struct recorder *r = xcalloc(1, sizeof *r);
    r->config = config;
    r->lock_fd = -1;
    r->path = xstrdup("");
    enum err err = make_output(r);
    if (!err)
        err = take_lock(r);
    if (!err)
        err = load_key(r);
    if (err) {
        const enum err closed = recorder_close(r, TIME_UNKNOWN); /* nothing to seal yet */
        return err ? err : closed;
    }
    recover_all(r);
    *out = r;
    return ERR_OK;
}

enum err recorder_close(struct recorder *r, int64_t utc_ms)
{
    if (!r)
        return ERR_OK;
    const enum err err = r->writer ? triplog_seal(r->writer, utc_ms) : ERR_OK;
    if (r->lock_fd >= 0)
        close(r->lock_fd);
    free(r->path);
    free(r);
    return err;
}

/* A random UUID (RFC 4122 version 4). */
static enum err make_uuid(char uuid[37])
{
    unsigned char b[16];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
        err_report(_("the system gives no random numbers: %s"), strerror(errno));
        return ERR_FAILED;
    }
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(uuid, 37,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
             b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
             b[13], b[14], b[15]);
    return ERR_OK;
}

static char *make_path(const struct recorder *r, int64_t utc_ms, const char *uuid)
{
    const time_t seconds = (time_t)(utc_ms / 1000);
    struct tm tm = {0};
    char stamp[32] = "";
    if (gmtime_r(&seconds, &tm))
        strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
    return xasprintf("%s/trip-%s-%.8s.gpkg", r->config->output, stamp, uuid);
}

enum err recorder_begin(struct recorder *r, int64_t utc_ms)
{
    char uuid[37];
    char device[65] = "";
    enum err err = ERR_OK;
    if (r->writer) {
        struct triplog_writer *old = r->writer;
        r->writer = NULL;
        err = triplog_seal(old, utc_ms);
        if (!err)
            r->committed = r->samples;
    }
    if (!err)
        err = make_uuid(uuid);
    if (err)
        return err;
    gethostname(device, sizeof device - 1);
    free(r->path);
    r->path = make_path(r, utc_ms, uuid);
    memset(r->has_modem, 0, sizeof r->has_modem);
    const struct triplog_trip trip = {
        .trip_uuid = uuid,
        .collector_version = LOMSONG_VERSION,
        .device = device,
        .started_utc_ms = utc_ms,
        .ended_utc_ms = TIME_UNKNOWN,
        .utc_offset_s = r->config->utc_offset_s,
        .has_utc_offset = r->config->has_utc_offset,
    };
    return triplog_create(r->path, &trip, &r->writer);
}

const char *recorder_path(const struct recorder *r)
{
    return r->path;
}

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

enum err recorder_modem(struct recorder *r, const struct modem *m)
{
    if (!r->writer)
        return ERR_FAILED;
    if (m->modem_id < 1 || m->modem_id > MODEM_MAX || r->has_modem[m->modem_id])
        return ERR_OK;
    const struct triplog_modem row = {
        .modem_id = m->modem_id,
        .model = or_null(m->model),
        .firmware = or_null(m->firmware),
        .port = or_null(m->port),
        .imei_hash = or_null(m->imei_hash),
        .sim_mccmnc = m->sim_mccmnc,
        .mount = or_null(m->mount),
        .offset_db = m->offset_db,
    };
    const enum err err = triplog_add_modem(r->writer, &row);
    r->has_modem[m->modem_id] = !err;
    return err;
}

enum err recorder_sample(struct recorder *r, const struct modem *m,
                         const struct sample *s)
{
    enum err err = recorder_modem(r, m);
    if (!err)
        err = triplog_add_sample(r->writer, s);
    r->samples += !err;
    return err;
}

enum err recorder_neighbours(struct recorder *r, const struct modem_reading *reading)
{
    enum err err = r->writer ? ERR_OK : ERR_FAILED;
    for (int i = 0; !err && i < reading->neighbour_count; i++)
        err = triplog_add_neighbour(r->writer, &reading->neighbours[i]);
    return err;
}

enum err recorder_event(struct recorder *r, const struct triplog_event *e)
{
    return r->writer ? triplog_add_dated_event(r->writer, e) : ERR_FAILED;
}

enum err recorder_probe(struct recorder *r, const struct modem *m,
                        const struct triplog_probe *p)
{
    const enum err err = recorder_modem(r, m);
    return err ? err : triplog_add_probe(r->writer, p);
}

enum err recorder_redate(struct recorder *r, const char *boot_id,
                         int64_t utc_minus_mono_ms)
{
    return r->writer ? triplog_redate(r->writer, boot_id, utc_minus_mono_ms) : ERR_FAILED;
}

enum err recorder_commit(struct recorder *r)
{
    const enum err err = r->writer ? triplog_commit(r->writer) : ERR_FAILED;
    if (!err)
        r->committed = r->samples;
    return err;
}

bool recorder_is_full(const struct recorder *r)
{
    struct stat st;
    return r->writer && stat(r->path, &st) == 0 &&
           st.st_size >= r->config->max_file_bytes;
}

int64_t recorder_samples(const struct recorder *r)
{
    return r->committed;
}

int64_t recorder_free_bytes(const struct recorder *r)
{
    struct statvfs fs;
    if (statvfs(r->config->output, &fs) != 0)
        return -1;
    return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

const unsigned char *recorder_imei_key(const struct recorder *r)
{
    return r->imei_key;
}
