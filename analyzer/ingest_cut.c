/* Pieces of a text log. */
#include "ingest_cut.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lang.h"

enum {
    AROUND = INGEST_CUT_AROUND,
    STEP = 1 << 17, /* bytes read at once: they are still in the processor's own cache
                     * when they are hashed */
};

/* Bytes from..to of the file, of which the piece owns own_from..own_to. */
struct window {
    off_t from, to;
    off_t own_from, own_to;
    const char *data;
};

/* Adds what is the piece's own of the bytes that have come, at..at + size. */
static void hash(struct sha256 *sum, const struct window *win, off_t at, size_t size)
{
    off_t from = at, to = at + (off_t)size;
    if (from < win->own_from)
        from = win->own_from;
    if (to > win->own_to)
        to = win->own_to;
    if (from < to)
        sha256_add(sum, win->data + (from - win->from), (size_t)(to - from));
}

static bool fill(const struct ingest_cut_source *s, struct ingest_cut *c,
                 const struct window *win)
{
    size_t have = 0;
    const size_t wanted = (size_t)(win->to - win->from);
    while (have < wanted) {
        const off_t at = win->from + (off_t)have;
        const size_t step = wanted - have < STEP ? wanted - have : STEP;
        const ssize_t n = pread(s->fd, c->buf + have, step, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            err_report(_("%s: cannot be read: %s"), s->name,
                       n < 0 ? strerror(errno) : _("it was cut while it was read"));
            return false;
        }
        if (c->sum)
            hash(c->sum, win, at, (size_t)n);
        have += (size_t)n;
    }
    memset(c->buf + have, 0, IMPORT_PIECE_BEHIND);
    return true;
}

/* Where the first line at or behind `at` begins; behind the window where none does. */
static off_t line_start(const struct ingest_cut_source *s, const struct window *win,
                        off_t at)
{
    if (at <= s->rows_at)
        return s->rows_at;
    if (at >= s->size)
        return s->size;
    const char *from = win->data + (at - 1 - win->from);
    const char *end = memchr(from, '\n', (size_t)(win->to - at + 1));
    if (end)
        return win->from + (end - win->data) + 1;
    return win->to == s->size ? s->size : win->to + 1;
}

/* The last line before `at` that is not empty; false where the window does not show it.
 */
static bool find_before(const struct ingest_cut_source *s, const struct window *win,
                        off_t at, struct import_piece *p)
{
    const char *rows = win->data + (win->from < s->rows_at ? s->rows_at - win->from : 0);
    const char *end = win->data + (at - win->from);
    while (end > rows && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    const char *start = end;
    while (start > rows && start[-1] != '\n')
        start--;
    if (start == rows && win->from > s->rows_at)
        return false;
    p->before = end > start ? start : NULL;
    p->before_len = (size_t)(end - start);
    return true;
}

/* The whole lines before a piece that the window shows; all of them, where `whole`. */
static struct import_piece lines_before(const struct ingest_cut_source *s,
                                        const struct window *win, off_t at, bool *whole)
{
    *whole = win->from <= s->rows_at;
    const char *end = win->data + (at - win->from);
    const char *from = win->data;
    if (*whole) {
        from += s->rows_at - win->from;
    } else {
        const char *next = memchr(from, '\n', (size_t)(end - from));
        from = next ? next + 1 : end;
    }
    return (struct import_piece){
        .data = from, .size = (size_t)(end - from), .first_line = 1};
}

enum err ingest_cut_open(const char *path, struct ingest_cut_source *source)
{
    struct stat st;
    source->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0 || fstat(source->fd, &st) != 0) {
        err_report(_("%s: cannot be opened: %s"), path, strerror(errno));
        return ERR_INPUT;
    }
    source->size = st.st_size;
    return ERR_OK;
}

size_t ingest_cut_count(const struct ingest_cut_source *s)
{
    const off_t rows = s->size - s->rows_at; /* below 0: cut off since */
    return rows > 0 ? ((size_t)rows + s->piece_size - 1) / s->piece_size : 0;
}

size_t ingest_cut_room(const struct ingest_cut_source *s)
{
    return s->piece_size + 2 * (size_t)AROUND + IMPORT_PIECE_BEHIND;
}

/* The bytes to be read for a piece. */
static struct window window_of(const struct ingest_cut_source *s, size_t number,
                               const char *buf)
{
    const off_t at = s->rows_at + (off_t)number * (off_t)s->piece_size;
    const off_t end = at + (off_t)s->piece_size;
    struct window win = {.from = at > AROUND ? at - AROUND : 0,
                         .to = end + AROUND < s->size ? end + AROUND : s->size,
                         .own_to = end < s->size ? end : s->size,
                         .data = buf};
    win.own_from = number == 0 ? win.from : at;
    return win;
}

enum err ingest_cut(const struct ingest_cut_source *s, size_t number,
                    struct ingest_cut *c)
{
    struct import_piece *p = &c->piece;
    const struct window win = window_of(s, number, c->buf);
    if (!fill(s, c, &win))
        return ERR_INPUT;
    const off_t at = s->rows_at + (off_t)number * (off_t)s->piece_size;
    const off_t from = line_start(s, &win, at);
    const off_t to = line_start(s, &win, at + (off_t)s->piece_size);
    c->irregular = from > win.to || to > win.to || !find_before(s, &win, from, p);
    if (c->irregular)
        return ERR_OK;
    p->data = win.data + (from - win.from);
    p->size = (size_t)(to - from);
    p->first_line = 1;
    c->lead = lines_before(s, &win, from, &c->lead_is_all);
    return ERR_OK;
}
