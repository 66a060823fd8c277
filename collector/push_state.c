/* How far the push of a trip has come. Lines, each complete with its end or not there:
 *
 *     lomsong-push 1 SIZE MTIME_NS PART_BYTES URL
 *     trip SHA256
 *     part SHA256           in order
 *     done
 *
 * A file with another first line than ours would be is about another state of the trip or
 * another server, and begins anew. */
#include "push_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lang.h"
#include "xmem.h"

static char *state_path(const char *trip, bool of_dir)
{
    const char *slash = strrchr(trip, '/');
    const int dir_len = slash ? (int)(slash - trip) + 1 : 0;
    return xasprintf("%.*s.push%s%s", dir_len, trip, of_dir ? "" : "/",
                     of_dir ? "" : trip + dir_len);
}

/* True where `line` is "WORD HASH". */
static bool is_hash_line(const char *line, const char *word,
                         char sha256[SHA256_TEXT_SIZE])
{
    const size_t len = strlen(word);
    const char *hash = line + len + 1;
    if (strncmp(line, word, len) != 0 || line[len] != ' ' ||
        strlen(hash) != SHA256_TEXT_SIZE - 1 ||
        strspn(hash, "0123456789abcdef") != SHA256_TEXT_SIZE - 1)
        return false;
    memcpy(sha256, hash, SHA256_TEXT_SIZE);
    return true;
}

static void keep_part(struct push_state *s, const char sha256[SHA256_TEXT_SIZE])
{
    s->parts = xgrow(s->parts, s->part_count, &s->part_capacity, sizeof *s->parts);
    memcpy(s->parts[s->part_count++], sha256, SHA256_TEXT_SIZE);
}

/* Takes a line; false where nothing behind it is to be believed. */
static bool take_line(struct push_state *s, const char *line)
{
    char sha256[SHA256_TEXT_SIZE];
    if (s->done)
        return false;
    if (is_hash_line(line, "trip", sha256)) {
        memcpy(s->sha256, sha256, sizeof sha256);
        return true;
    }
    if (s->sha256[0] && is_hash_line(line, "part", sha256)) {
        keep_part(s, sha256);
        return true;
    }
    s->done = s->sha256[0] && strcmp(line, "done") == 0;
    return s->done;
}

/* Reads what is there. Returns where what can be believed ends: 0 where all is new. */
static long read_lines(struct push_state *s, const char *head)
{
    char *line = NULL;
    size_t size = 0;
    long end = 0;
    ssize_t len;
    while ((len = getline(&line, &size, s->file)) > 0) {
        if (line[len - 1] != '\n')
            break;
        line[len - 1] = '\0';
        if (end == 0 ? strcmp(line, head) != 0 : !take_line(s, line))
            break;
        end += len;
    }
    free(line);
    return end;
}

static enum err keep_failed(const struct push_state *s)
{
    err_report(_("%s: how far the push has come cannot be kept: %s"), s->path,
               strerror(errno));
    return ERR_FAILED;
}

static enum err write_line(struct push_state *s, const char *word, const char *rest)
{
    if (fprintf(s->file, "%s%s\n", word, rest) < 0 || fflush(s->file) != 0)
        return keep_failed(s);
    return ERR_OK;
}

static enum push_lock load(struct push_state *s, const struct stat *trip,
                           const struct push_target *to)
{
    char *head = xasprintf("lomsong-push 1 %lld %lld.%09ld %lld %s",
                           (long long)trip->st_size, (long long)trip->st_mtim.tv_sec,
                           trip->st_mtim.tv_nsec, (long long)to->part_bytes, to->url);
    enum push_lock lock = PUSH_LOCKED;
    const long end = to->anew ? 0 : read_lines(s, head);
    if (ftruncate(fileno(s->file), end) != 0 || fseek(s->file, end, SEEK_SET) != 0) {
        (void)keep_failed(s);
        lock = PUSH_UNKEPT;
    } else if (end == 0 && write_line(s, head, "") != ERR_OK) {
        lock = PUSH_UNKEPT;
    }
    free(head);
    return lock;
}

/* Opens the file of the state; NULL with errno. */
static FILE *open_file(const char *trip, const char *path)
{
    char *dir = state_path(trip, true);
    FILE *file = NULL;
    if (mkdir(dir, 0755) == 0 || errno == EEXIST) {
        const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        file = fd >= 0 ? fdopen(fd, "r+") : NULL;
    }
    free(dir);
    return file;
}

enum push_lock push_state_open(const char *trip, const struct push_target *to,
                               struct push_state *s)
{
    struct stat st;
    *s = (struct push_state){.path = state_path(trip, false)};
    if (stat(trip, &st) != 0) {
        err_report(_("%s: cannot be read: %s"), trip, strerror(errno));
        return PUSH_UNKEPT;
    }
    s->file = open_file(trip, s->path);
    if (!s->file) {
        (void)keep_failed(s);
        return PUSH_UNKEPT;
    }
    if (flock(fileno(s->file), LOCK_EX | LOCK_NB) != 0)
        return PUSH_BUSY;
    s->size = st.st_size;
    return load(s, &st, to);
}

enum err push_state_set_hash(struct push_state *s, const char *sha256)
{
    if (strcmp(s->sha256, sha256) == 0)
        return ERR_OK;
    memcpy(s->sha256, sha256, SHA256_TEXT_SIZE);
    s->part_count = 0;
    return write_line(s, "trip ", sha256);
}

enum err push_state_add_part(struct push_state *s, const char *sha256)
{
    keep_part(s, sha256);
    return write_line(s, "part ", sha256);
}

enum err push_state_set_done(struct push_state *s)
{
    if (s->done)
        return ERR_OK;
    s->done = true;
    return write_line(s, "done", "");
}

void push_state_remove(struct push_state *s)
{
    (void)unlink(s->path);
}

void push_state_close(struct push_state *s)
{
    if (s->file)
        (void)fclose(s->file); /* flushed line by line */
    free(s->parts);
    free(s->path);
    *s = (struct push_state){0};
}
