/* An input file: plain or gzip, a path or standard input, read as often as needed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gunzip.h"
#include "import.h"
#include "import_utf16.h"
#include "lang.h"
#include "xmem.h"

struct import_file {
    char *name;     /* shown */
    char *path;     /* on disk */
    char *unpacked; /* temporary copy without gzip, or NULL */
    bool spooled;   /* path is a temporary copy of standard input */
    struct gunzip *bytes;
    int64_t packed_size;   /* on disk */
    int64_t unpacked_size; /* what has been read since the last rewind */
    struct utf16 *utf16;   /* NULL: the text is not UTF-16 */
    bool is_packed;        /* gzip */
    bool is_plain;         /* not gzip, not UTF-16 */
    size_t head_size;
    char head[IMPORT_HEAD_SIZE];
};

static char *temp_path(void)
{
    const char *dir = getenv("TMPDIR");
    return xasprintf("%s/lomsong-XXXXXX", dir && *dir ? dir : "/tmp");
}

static bool write_all(int fd, const char *buf, size_t size)
{
    while (size > 0) {
        const ssize_t n = write(fd, buf, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        buf += n;
        size -= (size_t)n;
    }
    return true;
}

/* Copies what `read` gives to a new temporary file at *made. ERR_INPUT where reading
 * fails, ERR_FAILED where there is no room for the copy. */
static enum err spool(csvio_read_fn reader, void *source, const char *name, char **made)
{
    enum { CHUNK = 1 << 16 };
    char *path = temp_path();
    char *buf = xmalloc(CHUNK);
    enum err err = ERR_FAILED;
    const int fd = mkstemp(path);
    if (fd < 0) {
        err_report(_("%s: cannot make the temporary file %s: %s"), name, path,
                   strerror(errno));
        goto done;
    }
    long n;
    while ((n = reader(source, buf, CHUNK)) > 0) {
        if (!write_all(fd, buf, (size_t)n)) {
            err_report(_("%s: cannot write the temporary file %s: %s (set TMPDIR to a "
                         "directory with room)"),
                       name, path, strerror(errno));
            goto done;
        }
    }
    err = n == 0 ? ERR_OK : ERR_INPUT;
done:
    if (fd >= 0)
        close(fd);
    if (err && fd >= 0)
        unlink(path);
    if (err)
        free(path);
    else
        *made = path;
    free(buf);
    return err;
}

static long read_stdin(void *source, void *buf, size_t size)
{
    (void)source;
    ssize_t n;
    do
        n = read(STDIN_FILENO, buf, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        err_report(_("standard input: cannot be read: %s"), strerror(errno));
    return n;
}

/* A directory or a device is refused before anything is read from it. */
static enum err check_regular(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        err_report(_("%s: cannot be opened: %s"), path, strerror(errno));
        return ERR_INPUT;
    }
    if (S_ISDIR(st.st_mode)) {
        err_report(_("%s: is a directory; name the log files in it"), path);
        return ERR_INPUT;
    }
    return ERR_OK;
}

/* The first bytes tell whether the text is UTF-16; if so it is read anew. */
static enum err find_encoding(struct import_file *f)
{
    enum err err = import_file_rewind(f);
    unsigned char first[4] = {0};
    const long n = err ? -1 : import_file_read(f, first, sizeof first);
    if (n < 0)
        return ERR_INPUT;
    if (n == sizeof first)
        f->utf16 = utf16_open(first);
    return import_file_rewind(f);
}

static enum err read_head(struct import_file *f)
{
    enum err err = find_encoding(f);
    while (!err && f->head_size < sizeof f->head) {
        const long n =
            import_file_read(f, f->head + f->head_size, sizeof f->head - f->head_size);
        if (n < 0)
            err = ERR_INPUT;
        if (n <= 0)
            break;
        f->head_size += (size_t)n;
    }
    f->is_packed = !err && !gunzip_is_plain(f->bytes);
    f->is_plain = !err && !f->is_packed && !f->utf16;
    return err;
}

enum err import_file_open(const char *path, struct import_file **file)
{
    struct import_file *f = xcalloc(1, sizeof *f);
    enum err err = ERR_INPUT;
    if (strcmp(path, "-") == 0) {
        f->name = xstrdup("stdin");
        err = spool(read_stdin, NULL, f->name, &f->path);
        f->spooled = err == ERR_OK;
        if (err)
            goto done;
    } else {
        f->name = xstrdup(path);
        f->path = xstrdup(path);
        if ((err = check_regular(path)) != ERR_OK)
            goto done;
    }
    err = read_head(f);
done:
    if (err) {
        import_file_close(f);
        return err;
    }
    *file = f;
    return ERR_OK;
}

void import_file_close(struct import_file *f)
{
    if (!f)
        return;
    gunzip_close(f->bytes);
    utf16_close(f->utf16);
    if (f->spooled)
        unlink(f->path);
    if (f->unpacked)
        unlink(f->unpacked);
    free(f->unpacked);
    free(f->path);
    free(f->name);
    free(f);
}

const char *import_file_name(const struct import_file *f)
{
    return f->name;
}

const char *import_file_head(const struct import_file *f, size_t *size)
{
    *size = f->head_size;
    return f->head;
}

bool import_file_has_wal(const struct import_file *f)
{
    char *wal = xasprintf("%s-wal", f->path);
    struct stat st;
    const bool has = stat(wal, &st) == 0 && st.st_size > 0;
    free(wal);
    return has;
}

const char *import_file_plain_path(const struct import_file *f)
{
    return f->is_plain ? f->path : NULL;
}

enum err import_file_sha256(const struct import_file *f, char hex[SHA256_TEXT_SIZE])
{
    return sha256_file(f->path, hex);
}

enum err import_file_rewind(struct import_file *f)
{
    if (f->bytes)
        gunzip_rewind(f->bytes);
    else
        f->bytes = gunzip_open(f->path);
    if (!f->bytes) {
        err_report(_("%s: cannot be opened: %s"), f->name, strerror(errno));
        return ERR_INPUT;
    }
    struct stat st;
    f->packed_size = stat(f->path, &st) == 0 ? st.st_size : 0;
    f->unpacked_size = 0;
    if (f->utf16)
        utf16_rewind(f->utf16);
    return ERR_OK;
}

/* A log packs to a tenth, one of a parked car to a hundredth; what swells more than that
 * was made to fill a disk. */
static bool swells(struct import_file *f, long n)
{
    enum { FREE_SIZE = 1 << 28, MAX_RATIO = 150 };
    f->unpacked_size += n > 0 ? n : 0;
    return f->unpacked_size > FREE_SIZE && f->unpacked_size / MAX_RATIO > f->packed_size;
}

static long read_bytes(void *source, void *buf, size_t size)
{
    struct import_file *f = source;
    const long n = gunzip_read(f->bytes, buf, size);
    if (n < 0) {
        err_report(
            _("%s: cannot be read to its end: %s; the file is damaged or was cut off, "
              "copy it again"),
            f->name, gunzip_fault(f->bytes));
        return -1;
    }
    if (swells(f, n)) {
        err_report(
            _("%s: unpacks to more than 150 times its size, over %lld MB: no log does "
              "so; if it is one all the same, unpack it first"),
            f->name, (long long)(f->unpacked_size >> 20));
        return -1;
    }
    return n;
}

long import_file_read(void *source, void *buf, size_t size)
{
    struct import_file *f = source;
    return f->utf16 ? utf16_read(f->utf16, read_bytes, f, &(struct utf16_text){buf, size})
                    : read_bytes(f, buf, size);
}

enum err import_file_unpack(struct import_file *f, const char **path)
{
    enum err err = ERR_OK;
    if (!f->unpacked) {
        if (!f->is_packed) {
            *path = f->path;
            return ERR_OK;
        }
        err = import_file_rewind(f);
        if (!err)
            err = spool(import_file_read, f, f->name, &f->unpacked);
    }
    if (!err)
        *path = f->unpacked;
    return err;
}
