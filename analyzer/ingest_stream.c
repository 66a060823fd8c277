/* Chunks of a log, each of whole lines: small enough that what has been unpacked is still
 * in the processor's cache when it is read. */
#include "ingest_stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

enum { CHUNK_SIZE = 1 << 18 };

/* The bytes of a log as they come by. */
struct stream {
    struct import_file *file;
    char *buf;
    size_t capacity;
    size_t size; /* in buf */
    bool at_end;
    bool irregular; /* found: see import_piece */
};

static enum err fill(struct stream *s)
{
    while (!s->at_end && s->size < s->capacity) {
        const long n = import_file_read(s->file, s->buf + s->size, s->capacity - s->size);
        if (n < 0)
            return ERR_INPUT;
        s->at_end = n == 0;
        s->size += (size_t)n;
    }
    memset(s->buf + s->size, 0, IMPORT_PIECE_BEHIND);
    return ERR_OK;
}

/* Moves the bytes from `from` on to the beginning. */
static void drop(struct stream *s, size_t from)
{
    memmove(s->buf, s->buf + from, s->size - from);
    s->size -= from;
}

/* Skips what stands before the rows. */
static enum err skip_head(struct stream *s, size_t offset)
{
    enum err err = import_file_rewind(s->file);
    while (!err && offset > 0) {
        err = fill(s);
        const size_t n = offset < s->size ? offset : s->size;
        if (!err && n == 0)
            break; /* shorter than when its head was read: there are no rows */
        drop(s, n);
        offset -= n;
    }
    return err;
}

/* The whole lines in the buffer behind `from`; 0 where none ends in a full buffer. */
static size_t whole_lines(const struct stream *s, size_t from)
{
    if (s->at_end)
        return s->size - from;
    const char *end = memrchr(s->buf + from, '\n', s->size - from);
    return end ? (size_t)(end - s->buf) + 1 - from : 0;
}

/* Reads chunk by chunk; the last row of one stays in the buffer before the next. */
static enum err read_chunks(struct stream *s, const struct import_pieces *format,
                            const struct import_body *body, struct ingest_rows *rows)
{
    struct import_piece p = {.first_line = body->line};
    void *reader = format->reader(body->pieces);
    size_t from = 0;
    enum err err = ERR_OK;
    while (!err && (err = fill(s)) == ERR_OK && (s->size > from || !s->at_end)) {
        p.data = s->buf + from;
        p.size = whole_lines(s, from);
        if (p.size > 0)
            err = format->read(reader, &p, ingest_take_row, rows);
        s->irregular = p.irregular || p.size == 0;
        if (s->irregular)
            break;
        p.first_line += p.lines;
        from += p.size;
        const size_t before = p.before ? (size_t)(p.before - s->buf) : from;
        drop(s, before);
        from -= before;
        p.before = p.before ? s->buf : NULL;
    }
    format->reader_free(reader);
    return err;
}

bool ingest_stream_suits(const struct import_format *format,
                         const struct ingest_options *options)
{
    return format->pieces && !format->pieces->seek && !options->import.track &&
           options->piece_size != SIZE_MAX;
}

enum err ingest_stream_read(const struct import_format *format, struct import_file *f,
                            struct ingest_rows *rows, bool *done)
{
    const struct ingest_options *o = rows->options;
    struct import_body body = {0};
    *done = false;
    enum err err = format->pieces->open(f, &o->import, 0, &body);
    if (err || !body.pieces)
        return err;
    struct stream s = {.file = f,
                       .capacity = o->piece_size > 0 ? o->piece_size : CHUNK_SIZE};
    s.buf = xmalloc(s.capacity + IMPORT_PIECE_BEHIND);
    err = skip_head(&s, body.offset);
    if (!err)
        err = read_chunks(&s, format->pieces, &body, rows);
    *done = !err && !s.irregular;
    free(s.buf);
    format->pieces->close(body.pieces);
    return err;
}
