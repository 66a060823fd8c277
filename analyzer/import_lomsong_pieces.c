/* lomsong CSV in pieces: plain lines by csv_fast.c, all others by libcsv, line by line.
 */
#include <stdlib.h>
#include <string.h>

#include "csv_fast.h"
#include "xmem.h"

struct pieces {
    struct csv_layout layout;
    struct import_options options;
    char delim;
};

struct reader {
    const struct pieces *pieces;
    struct csv_fast *fast;
    struct csvio_reader *slow;
};

/* The first line of `data` that is not empty, without its end; false where it does not
 * end in `data`, or ends otherwise than with LF or CRLF. */
static bool first_line(const char *data, size_t size, struct import_piece *line)
{
    size_t at = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (line->first_line = 1; at < size; line->first_line++) {
        const char *end = memchr(data + at, '\n', size - at);
        if (!end)
            return false;
        line->data = data + at;
        line->size = (size_t)(end - line->data);
        line->size -= line->size > 0 && end[-1] == '\r';
        at = (size_t)(end - data) + 1;
        if (line->size > 0)
            return !memchr(line->data, '\r', line->size);
    }
    return false;
}

static void pieces_close(void *p)
{
    struct pieces *pieces = p;
    csv_layout_free(&pieces->layout);
    free(pieces);
}

static enum err pieces_open(struct import_file *f, const struct import_options *options,
                            size_t piece_size, struct import_body *body)
{
    (void)piece_size;
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    struct import_piece line = {.data = head};
    struct csvio_row header;
    enum err err = ERR_OK;
    *body = (struct import_body){0};
    if (!first_line(head, size, &line))
        return ERR_OK;
    struct pieces *p = xcalloc(1, sizeof *p);
    p->options = *options;
    p->delim = import_lomsong_delimiter(head, size);
    struct csvio_reader *csv = csvio_open(NULL, NULL, p->delim, '"');
    const bool ok = csvio_line(csv, line.data, line.size, &header) && !header.malformed;
    if (ok) {
        p->layout.decimal_comma = p->delim != ',';
        csv_layout_bind(&p->layout, &header, options);
        err = csv_layout_check(&p->layout, &header, options, import_file_name(f));
    }
    csvio_close(csv);
    if (!ok || err) {
        pieces_close(p);
        return err;
    }
    const char *end = memchr(line.data, '\n', size - (size_t)(line.data - head));
    *body = (struct import_body){
        .pieces = p, .offset = (size_t)(end - head) + 1, .line = line.first_line + 1};
    return ERR_OK;
}

static void *new_reader(const void *pieces)
{
    struct reader *r = xcalloc(1, sizeof *r);
    r->pieces = pieces;
    r->fast = csv_fast_new(&r->pieces->layout, r->pieces->delim, &r->pieces->options);
    r->slow = csvio_open(NULL, NULL, r->pieces->delim, '"');
    return r;
}

static void reader_free(void *reader)
{
    struct reader *r = reader;
    csv_fast_free(r->fast);
    csvio_close(r->slow);
    free(r);
}

/* Where a line of any kind ends. */
static void find_end(const char *end, struct csv_line *line)
{
    const char *line_end = memchr(line->text, '\n', (size_t)(end - line->text));
    line->next = line_end ? line_end + 1 : end;
    line->len = (size_t)((line_end ? line_end : end) - line->text);
    line->len -= line->len > 0 && line_end && line_end[-1] == '\r';
}

/* Reads a line that is not empty by libcsv; false where it is irregular. */
static bool read_unusual(struct reader *r, const struct csv_line *line,
                         struct csv_values *v)
{
    struct csvio_row row;
    if (line->len > CSVIO_MAX_ROW || memchr(line->text, '\r', line->len) ||
        !csvio_line(r->slow, line->text, line->len, &row))
        return false;
    const struct csv_layout *layout = &r->pieces->layout;
    const struct import_options *options = &r->pieces->options;
    csv_values_read(v, layout, &row, options);
    if (!v->row.quality.malformed || !csv_layout_is_header(&row, options))
        return true;
    v->row.fault = import_header_fault();
    return csv_layout_fits(layout, &row, options);
}

/* Whether a line is the one before it once more. Where both are usual it is not asked of
 * most: with two other fields it is another. */
static bool is_repeated(const struct csv_line *line, const struct csv_line *before,
                        bool both_usual)
{
    if (both_usual && line->others > 1)
        return false;
    return before->text && line->len == before->len &&
           memcmp(before->text, line->text, line->len) == 0;
}

static enum err read_piece(void *reader, struct import_piece *p, import_sink_fn sink,
                           void *ctx)
{
    struct reader *r = reader;
    const char *end = p->data + p->size;
    struct csv_line before = {.text = p->before, .len = p->before_len};
    struct csv_line line = {.text = p->data};
    struct csv_values unusual;
    bool usual_before = false;
    p->lines = 0;
    for (; line.text < end; line.text = line.next, p->lines++) {
        struct csv_values *v = csv_fast_line(r->fast, end, &line);
        const bool usual = v != NULL;
        if (!usual)
            find_end(end, &line);
        if (line.len == 0)
            continue;
        if (!usual && !read_unusual(r, &line, &unusual)) {
            p->irregular = true;
            return ERR_OK;
        }
        v = usual ? v : &unusual;
        v->row.line = p->first_line + p->lines;
        v->row.quality.duplicate = is_repeated(&line, &before, usual && usual_before);
        before = line;
        usual_before = usual;
        const enum err err = sink(ctx, &v->row);
        if (err)
            return err;
    }
    p->before = before.text;
    p->before_len = before.len;
    return ERR_OK;
}

const struct import_pieces import_lomsong_pieces = {
    .open = pieces_open,
    .close = pieces_close,
    .reader = new_reader,
    .reader_free = reader_free,
    .read = read_piece,
};
