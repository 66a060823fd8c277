/* Recordings, written. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "recording.h"
#include "xmem.h"

enum { BUFFER_SIZE = 256 * 1024, LINE_MAX_SIZE = 128 * 1024 };

struct recording_writer {
    int fd;
    char *path;
    size_t used;
    char buffer[BUFFER_SIZE];
};

static void put(struct recording_writer *w, char c)
{
    if (w->used < sizeof w->buffer)
        w->buffer[w->used++] = c;
}

static void put_text(struct recording_writer *w, const char *text)
{
    while (*text)
        put(w, *text++);
}

/* What would end the field, or the line, is written \xHH; so is a backslash. */
static void put_escaped(struct recording_writer *w, const char *text, bool blanks)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char first = blanks ? ' ' : '!';
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c >= first && c < 0x7f && c != '\\') {
            put(w, *text);
            continue;
        }
        put_text(w, "\\x");
        put(w, digits[c >> 4]);
        put(w, digits[c & 15]);
    }
}

static enum err fail(const struct recording_writer *w)
{
    err_report(_("%s: the recording cannot be written: %s"), w->path, strerror(errno));
    return ERR_FAILED;
}

enum err recording_flush(struct recording_writer *w)
{
    size_t done = 0;
    while (done < w->used) {
        const ssize_t n = write(w->fd, w->buffer + done, w->used - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(w);
        done += (size_t)n;
    }
    w->used = 0;
    return ERR_OK;
}

enum err recording_create(const char *path, const struct recording_header *h,
                          struct recording_writer **writer)
{
    struct recording_writer *w = xcalloc(1, sizeof *w);
    char head[512];
    w->path = xstrdup(path);
    w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    enum err err = w->fd >= 0 ? ERR_OK : fail(w);
    if (!err) {
        snprintf(head, sizeof head,
                 "lomsong-recording 1\nversion %s\ndevice %s\ndate %s\nboot_id %s\n"
                 "started_mono_ms %" PRId64 "\nstarted_utc_ms %" PRId64
                 "\ninterval_ms %d\ndistance_m %.10g\n\n",
                 h->version, h->device, h->date, h->boot_id, h->started_mono_ms,
                 h->started_utc_ms, h->interval_ms, h->distance_m);
        put_text(w, head);
        err = recording_flush(w);
    }
    if (err) {
        const enum err finished = recording_finish(w);
        return err ? err : finished;
    }
    *writer = w;
    return ERR_OK;
}

enum err recording_write(struct recording_writer *w, const struct recording_line *line)
{
    char head[64];
    enum err err = ERR_OK;
    if (w->used + LINE_MAX_SIZE > sizeof w->buffer)
        err = recording_flush(w);
    if (err)
        return err;
    snprintf(head, sizeof head, "%" PRId64 " %s %c ", line->mono_ms, line->source,
             line->kind);
    put_text(w, head);
    put_escaped(w, line->port[0] ? line->port : "-", false);
    put(w, ' ');
    put_escaped(w, line->text, true);
    put(w, '\n');
    return ERR_OK;
}

enum err recording_finish(struct recording_writer *w)
{
    if (!w)
        return ERR_OK;
    enum err err = ERR_OK;
    if (w->fd >= 0) {
        err = recording_flush(w);
        if (close(w->fd) != 0 && !err)
            err = fail(w);
    }
    free(w->path);
    free(w);
    return err;
}
