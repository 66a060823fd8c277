/* A trip put together from its parts. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arrivals.h"
#include "lang.h"
#include "push_manifest.h"
#include "xmem.h"

enum { PART_MAX_BYTES = 1 << 28 };

/* A whole regular file in `dir` of at most `max` bytes; NULL, reported, for anything
 * else. The caller frees. */
static char *read_file(const char *dir, const char *name, size_t max, size_t *size)
{
    char *path = xasprintf("%s/%s", dir, name), *data = NULL;
    struct stat st;
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) != 0) {
        err_report(_("%s: cannot be read: %s"), path, strerror(errno));
    } else if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max) {
        err_report(_("%s: is no file of at most %zu bytes"), path, max);
    } else {
        data = xmalloc((size_t)st.st_size + 1);
        size_t have = 0;
        ssize_t got;
        while (have < (size_t)st.st_size &&
               (got = read(fd, data + have, (size_t)st.st_size - have)) > 0)
            have += (size_t)got;
        *size = have;
    }
    if (fd >= 0)
        close(fd);
    free(path);
    return data;
}

static enum err append_part(const char *dir, const struct push_manifest *m, size_t i,
                            FILE *out)
{
    char name[PUSH_MANIFEST_PART_SIZE], sha256[SHA256_TEXT_SIZE];
    const size_t expected = (size_t)push_manifest_part_bytes(m, i);
    size_t size = 0;
    push_manifest_part(i, m->parts[i], name);
    char *data = read_file(dir, name, PART_MAX_BYTES, &size);
    if (!data)
        return ERR_INPUT;
    enum err err = ERR_OK;
    sha256_buffer(data, size, sha256);
    if (size != expected || strcmp(sha256, m->parts[i]) != 0) {
        err_report(
            _("%s/%s: %zu bytes with another SHA-256 than its name says; %zu bytes "
              "were expected"),
            dir, name, size, expected);
        err = ERR_INPUT;
    } else if (fwrite(data, 1, size, out) != size) {
        err = ERR_FAILED;
    }
    free(data);
    return err;
}

static enum err write_parts(const char *dir, const struct push_manifest *m,
                            const char *path)
{
    char sha256[SHA256_TEXT_SIZE];
    FILE *out = fopen(path, "wbe");
    enum err err = out ? ERR_OK : ERR_FAILED;
    for (size_t i = 0; !err && i < m->part_count; i++)
        err = append_part(dir, m, i, out);
    if (!err && (fflush(out) != 0 || fsync(fileno(out)) != 0))
        err = ERR_FAILED;
    if (err == ERR_FAILED)
        err_report(_("%s: cannot be written: %s"), path, strerror(errno));
    if (out)
        (void)fclose(out); /* flushed */
    if (!err)
        err = sha256_file(path, sha256);
    if (!err && strcmp(sha256, m->sha256) != 0) {
        err_report(_("%s: the parts together have another SHA-256 than the trip"), dir);
        err = ERR_INPUT;
    }
    return err;
}

static enum err read_manifest(const char *dir, struct push_manifest *m)
{
    const char *slash = strrchr(dir, '/'), *fault = NULL;
    size_t size = 0;
    char *text = read_file(dir, PUSH_MANIFEST_FILE, PUSH_MANIFEST_MAX_SIZE, &size);
    if (!text)
        return ERR_INPUT;
    const bool ok = push_manifest_read(text, size, m, &fault);
    free(text);
    if (ok && strcmp(m->sha256, slash ? slash + 1 : dir) != 0) {
        fault = _("\"sha256\" is not the name of the directory");
        push_manifest_free(m);
    }
    if (!fault)
        return ERR_OK;
    err_report(_("%s/%s: no manifest of a push: %s"), dir, PUSH_MANIFEST_FILE, fault);
    return ERR_INPUT;
}

enum err arrivals_assemble(const char *parts_dir, const char *dir, char **path)
{
    struct push_manifest m = {.bytes = 0};
    enum err err = read_manifest(parts_dir, &m);
    if (err)
        return err;
    char *whole = xasprintf("%s/%s", dir, m.name);
    char *temp = xasprintf("%s.part", whole);
    err = write_parts(parts_dir, &m, temp);
    if (!err && rename(temp, whole) != 0) {
        err_report(_("%s: cannot be written: %s"), whole, strerror(errno));
        err = ERR_FAILED;
    }
    if (err)
        unlink(temp);
    free(temp);
    push_manifest_free(&m);
    if (err)
        free(whole);
    else
        *path = whole;
    return err;
}
