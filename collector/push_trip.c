/* Handing one trip over. */
#include "push_trip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lang.h"
#include "push_manifest.h"
#include "push_state.h"
#include "triplog.h"
#include "xmem.h"

struct push {
    struct push_http *http;
    const char *path;
    const char *name; /* of the file, without its directory */
    const struct push_options *options;
    struct push_state state;
    struct push_manifest manifest;
    char *buffer; /* of one part */
    int fd;
    bool fresh; /* the server had no directory for it */
    struct push_result result;
};

const char *push_end_name(enum push_end end)
{
    static const char *const names[PUSH_END_COUNT] = {"handed_over", "already",
                                                      "unsealed", "at_work", "left"};
    return names[end];
}

/* ERR_OK where the trip is whole and sealed; else `end` says what it is. */
static enum err check_trip(struct push *p, enum push_end *end)
{
    struct triplog_verdict v;
    struct stat st;
    char *wal = xasprintf("%s-wal", p->path);
    const bool in_use = stat(wal, &st) == 0 && st.st_size > 0;
    free(wal);
    *end = PUSH_UNSEALED;
    if (in_use || triplog_is_unborn(p->path))
        return ERR_FAILED;
    *end = PUSH_LEFT;
    if (triplog_verify(p->path, &v) != ERR_OK)
        return push_http_fail(p->http, _("%s: cannot be read, and stays here"), p->path);
    if (!v.intact)
        return push_http_fail(p->http, _("%s: damaged, and stays here"), p->path);
    if (v.sealed && !v.seal_matches)
        err_warn(_("%s: the trip was changed after it was sealed"), p->path);
    *end = v.sealed ? PUSH_LEFT : PUSH_UNSEALED;
    return v.sealed ? ERR_OK : ERR_FAILED;
}

/* The directory of the trip, and the one around it where that is missing. */
static enum err make_dir(struct push *p)
{
    struct push_answer a;
    char path[SHA256_TEXT_SIZE + 1];
    snprintf(path, sizeof path, "/%s", p->manifest.sha256);
    enum err err = push_http_make_dir(p->http, path, &a);
    if (!err && (a.status == 409 || a.status == 404)) {
        err = push_http_make_dir(p->http, "", &a);
        if (!err)
            err = push_http_make_dir(p->http, path, &a);
    }
    /* 405: it is there, or the server makes directories by itself */
    if (!err && (a.status == 409 || a.status == 404)) {
        push_http_blame_server(p->http);
        err = push_http_fail(p->http, _("%s: is not there (MKCOL: HTTP %d)"),
                             p->options->config->url, a.status);
    }
    p->fresh = !err && a.status == 201;
    return err;
}

/* Sends a body until it can be read back as it is. */
static enum err put_and_compare(struct push *p, const char *path,
                                const struct push_body *body)
{
    struct push_answer a = {.status = 0};
    for (int i = 0; i < p->options->config->tries; i++) {
        enum err err = push_http_put(p->http, path, body, &a);
        if (!err && a.status >= 400) {
            push_http_blame_server(p->http);
            return push_http_fail(p->http, _("%s%s: cannot be put there (HTTP %d)"),
                                  p->options->config->url, path, a.status);
        }
        if (!err)
            err = push_http_compare(p->http, path, body, &a);
        if (err || a.same)
            return err;
    }
    push_http_blame_server(p->http);
    return push_http_fail(p->http,
                          _("%s%s: what comes back is not what was sent (HTTP %d); "
                            "something on the way changes it"),
                          p->options->config->url, path, a.status);
}

static enum err read_part(struct push *p, size_t i, struct push_body *body)
{
    const int64_t at = (int64_t)i * p->manifest.part_bytes;
    *body = (struct push_body){.data = p->buffer,
                               .size = (size_t)push_manifest_part_bytes(&p->manifest, i)};
    size_t have = 0;
    ssize_t got = 1;
    while (have < body->size && (got = pread(p->fd, p->buffer + have, body->size - have,
                                             (off_t)(at + (int64_t)have))) > 0)
        have += (size_t)got;
    if (have == body->size)
        return ERR_OK;
    return push_http_fail(p->http, _("%s: cannot be read at byte %lld: %s"), p->path,
                          (long long)at, got < 0 ? strerror(errno) : _("it is shorter"));
}

/* What an earlier push confirmed is only asked for; what the server has without our
 * knowing is read back; the rest is sent. */
static enum err settle_part(struct push *p, size_t i, const char *path,
                            const struct push_body *body)
{
    struct push_answer a = {.status = 404};
    const bool confirmed =
        i < p->state.part_count && strcmp(p->state.parts[i], p->manifest.parts[i]) == 0;
    enum err err = p->fresh ? ERR_OK : push_http_ask(p->http, path, &a);
    if (err)
        return err;
    const bool there = a.status == 200 && a.length == (int64_t)body->size;
    if (there && confirmed && !p->options->delete_after)
        return ERR_OK;
    if (there) {
        err = push_http_compare(p->http, path, body, &a);
        if (err || a.same)
            return err;
    }
    p->result.sent_bytes += (int64_t)body->size;
    return put_and_compare(p, path, body);
}

static void show_progress(const struct push *p, size_t parts)
{
    if (!p->options->progress)
        return;
    fputc('\r', stderr);
    if (parts < p->manifest.part_count)
        fprintf(stderr, _("%s: %zu of %zu parts "), p->name, parts,
                p->manifest.part_count);
    else
        fputs("\033[K", stderr); /* to the end of the line: nothing */
}

static enum err send_parts(struct push *p)
{
    char name[PUSH_MANIFEST_PART_SIZE];
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < p->manifest.part_count; i++) {
        struct push_body body;
        err = read_part(p, i, &body);
        if (err)
            break;
        sha256_buffer(body.data, body.size, p->manifest.parts[i]);
        push_manifest_part(i, p->manifest.parts[i], name);
        char *path = xasprintf("/%s/%s", p->manifest.sha256, name);
        err = settle_part(p, i, path, &body);
        free(path);
        if (!err && i >= p->state.part_count)
            err = push_state_add_part(&p->state, p->manifest.parts[i]);
        show_progress(p, i + 1);
    }
    return err;
}

static enum err send_manifest(struct push *p)
{
    struct push_body body = {.data = NULL};
    struct push_answer a;
    char *text = push_manifest_write(&p->manifest, &body.size);
    if (!text)
        return push_http_fail(p->http, _("%s: not enough memory"), p->path);
    body.data = text;
    char *path = xasprintf("/%s/" PUSH_MANIFEST_FILE, p->manifest.sha256);
    enum err err = push_http_compare(p->http, path, &body, &a);
    if (!err && !a.same)
        err = put_and_compare(p, path, &body);
    free(path);
    free(text);
    return err;
}

/* The hash of the whole was taken before the parts were read. */
static enum err check_unchanged(struct push *p)
{
    char now[SHA256_TEXT_SIZE];
    if (sha256_file(p->path, now) == ERR_OK && strcmp(now, p->manifest.sha256) == 0)
        return ERR_OK;
    return push_http_fail(p->http, _("%s: was changed while it was sent; push it again"),
                          p->path);
}

static enum err hand_over(struct push *p)
{
    struct push_manifest *m = &p->manifest;
    enum err err = sha256_file(p->path, m->sha256);
    if (err)
        return push_http_fail(p->http, _("%s: cannot be read, and stays here"), p->path);
    memcpy(p->result.sha256, m->sha256, sizeof m->sha256);
    m->bytes = p->state.size;
    m->part_bytes = p->options->config->part_bytes;
    m->part_count = push_manifest_count(m->bytes, m->part_bytes);
    m->parts = xcalloc(m->part_count, sizeof *m->parts);
    push_manifest_set_name(m, p->name);
    p->buffer = xmalloc((size_t)m->part_bytes);
    p->fd = open(p->path, O_RDONLY | O_CLOEXEC);
    if (p->fd < 0)
        return push_http_fail(p->http, _("%s: cannot be read: %s"), p->path,
                              strerror(errno));
    err = push_state_set_hash(&p->state, m->sha256);
    if (!err)
        err = make_dir(p);
    if (!err)
        err = send_parts(p);
    if (!err)
        err = check_unchanged(p);
    if (!err)
        err = send_manifest(p);
    return err ? err : push_state_set_done(&p->state);
}

static void delete_trip(struct push *p)
{
    p->result.deleted = unlink(p->path) == 0;
    if (p->result.deleted)
        push_state_remove(&p->state);
    else
        err_warn(_("%s: cannot be deleted: %s"), p->path, strerror(errno));
}

/* With the trip's state, and so its lock, in hand. */
static enum push_end push_locked(struct push *p)
{
    enum push_end end = PUSH_LEFT;
    memcpy(p->result.sha256, p->state.sha256, sizeof p->state.sha256);
    const bool was_done = p->state.done;
    if (was_done && !p->options->delete_after)
        return PUSH_ALREADY;
    if (check_trip(p, &end) != ERR_OK)
        return end;
    if (hand_over(p) != ERR_OK)
        return PUSH_LEFT;
    if (p->options->delete_after)
        delete_trip(p);
    return was_done ? PUSH_ALREADY : PUSH_HANDED_OVER;
}

struct push_result push_trip(struct push_http *h, const char *path,
                             const struct push_options *options)
{
    const struct push_target to = {.url = options->config->url,
                                   .part_bytes = options->config->part_bytes,
                                   .anew = options->again};
    const char *slash = strrchr(path, '/');
    struct push p = {.http = h,
                     .path = path,
                     .name = slash ? slash + 1 : path,
                     .options = options,
                     .fd = -1};
    switch (push_state_open(path, &to, &p.state)) {
    case PUSH_LOCKED:
        p.result.bytes = p.state.size;
        p.result.end = push_locked(&p);
        break;
    case PUSH_BUSY:
        p.result.end = PUSH_AT_WORK;
        break;
    case PUSH_UNKEPT:
        p.result.end = PUSH_LEFT;
        break;
    }
    if (p.fd >= 0)
        close(p.fd);
    free(p.buffer);
    push_manifest_free(&p.manifest);
    push_state_close(&p.state);
    return p.result;
}
