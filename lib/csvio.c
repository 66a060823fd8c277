/* Delimited rows in. libcsv splits a line into fields; this file finds the lines, so that
 * it can keep each row's raw bytes and its line number, and find its way back after a
 * quote that is never closed: such a quote must cost one row, not the rest of the file.
 */
#include "csvio.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lang.h"
#include "xmem.h"

enum {
    CHUNK = 1 << 16, /* bytes asked for at once */
    BUF_SIZE = CSVIO_MAX_ROW + CHUNK,
};

struct csvio_reader {
    csvio_read_fn read;
    void *source;
    const char *name; /* for messages */
    bool quoting;
    bool at_end;   /* the source has no more */
    bool failed;   /* the source broke */
    bool skipping; /* the rest of a line that is too long lies ahead */
    bool begun;    /* the BOM, if any, is behind */

    char *buf;
    size_t start;      /* of the current row in buf */
    size_t end;        /* of the bytes in buf */
    size_t row_size;   /* bytes of the current row with its line end */
    int64_t base;      /* bytes of the stream that came before buf */
    int64_t open_to;   /* see close_quote */
    int64_t line;      /* of the current row's first line */
    int64_t row_lines; /* lines in the current row */

    struct csv_parser parser;
    bool row_done; /* libcsv has seen the end of the row */
    bool too_many; /* more than CSVIO_MAX_FIELDS */
    char *text;    /* the fields, each with a NUL */
    size_t text_len;
    size_t count;
    const char *fields[CSVIO_MAX_FIELDS];
    size_t lengths[CSVIO_MAX_FIELDS];
};

/* A line, relative to the row's start. */
struct line {
    size_t at;
    size_t len;
    size_t end_len; /* 2 for CRLF, 0 at the end of the source */
};

enum line_found { LINE_FOUND, LINE_TOO_LONG, LINE_NONE, LINE_FAILED };

static void *grow_field(void *old, size_t size)
{
    return xreallocarray(old, size, 1);
}

/* libcsv trims blanks around fields that are not quoted; by default it takes TAB for one.
 */
static int is_blank_not_tab(unsigned char c)
{
    return c == ' ';
}

struct csvio_reader *csvio_open(csvio_read_fn read, void *source, char delim, char quote)
{
    struct csvio_reader *r = xcalloc(1, sizeof *r);
    r->read = read;
    r->source = source;
    r->name = _("the input");
    r->quoting = quote != '\0';
    r->line = 1;
    r->buf = xmalloc(BUF_SIZE);
    r->text = xmalloc(CSVIO_MAX_ROW + CSVIO_MAX_FIELDS + 2);
    (void)csv_init(&r->parser, 0); /* cannot fail: the parser is not NULL */
    csv_set_realloc_func(&r->parser, grow_field);
    csv_set_blk_size(&r->parser, 1 << 12);
    csv_set_delim(&r->parser, (unsigned char)delim);
    /* libcsv always has a quote. LF never gets there when lines are cut out and ended
     * with CR. */
    csv_set_quote(&r->parser, r->quoting ? (unsigned char)quote : '\n');
    if (delim == '\t')
        csv_set_space_func(&r->parser, is_blank_not_tab);
    return r;
}

void csvio_name(struct csvio_reader *r, const char *name)
{
    r->name = name;
}

void csvio_close(struct csvio_reader *r)
{
    if (r == NULL)
        return;
    csv_free(&r->parser);
    free(r->text);
    free(r->buf);
    free(r);
}

/* Reads more behind the bytes that the row already has; false when the source failed. */
static bool refill(struct csvio_reader *r)
{
    if (BUF_SIZE - r->end < CHUNK / 2) {
        memmove(r->buf, r->buf + r->start, r->end - r->start);
        r->base += (int64_t)r->start;
        r->end -= r->start;
        r->start = 0;
    }
    const size_t room = BUF_SIZE - r->end;
    const long n = r->read(r->source, r->buf + r->end, room < CHUNK ? room : CHUNK);
    r->failed = n < 0;
    r->at_end = n == 0;
    if (n > 0)
        r->end += (size_t)n;
    return !r->failed;
}

static size_t find_line_end(const char *buf, size_t from, size_t end)
{
    while (from < end && buf[from] != '\n' && buf[from] != '\r')
        from++;
    return from;
}

/* Finds the line at row offset `at`, reading on as needed. Too long is what would make
 * the row longer than CSVIO_MAX_ROW. */
static enum line_found find_line(struct csvio_reader *r, size_t at, struct line *line)
{
    size_t to = at; /* no line end in at..to */
    for (;;) {
        to = find_line_end(r->buf, r->start + to, r->end) - r->start;
        const size_t have = r->end - r->start;
        if (to > CSVIO_MAX_ROW)
            return LINE_TOO_LONG;
        /* A CR that is the last byte may be half of a CRLF. */
        const bool cut = to == have || (to + 1 == have && r->buf[r->end - 1] == '\r');
        if (!cut || r->at_end)
            break;
        if (!refill(r))
            return LINE_FAILED;
    }
    const char *end = r->buf + r->start + to;
    const size_t left = r->end - r->start - to;
    if (left == 0 && to == at)
        return LINE_NONE;
    const bool crlf = left > 1 && end[0] == '\r' && end[1] == '\n';
    *line = (struct line){.at = at, .len = to - at, .end_len = crlf ? 2 : left > 0};
    return LINE_FOUND;
}

static void add_field(void *data, size_t len, void *reader)
{
    struct csvio_reader *r = reader;
    if (r->count == CSVIO_MAX_FIELDS) {
        r->too_many = true;
        return;
    }
    char *field = r->text + r->text_len;
    memcpy(field, data, len);
    field[len] = '\0';
    r->fields[r->count] = field;
    r->lengths[r->count++] = len;
    r->text_len += len + 1;
}

static void end_row(int terminator, void *reader)
{
    (void)terminator;
    ((struct csvio_reader *)reader)->row_done = true;
}

static void feed(struct csvio_reader *r, const char *bytes, size_t size)
{
    (void)csv_parse(&r->parser, bytes, size, add_field, end_row, r);
}

/* Gives libcsv a line and a line end: its own if a quoted field may contain it. */
static void feed_line(struct csvio_reader *r, const struct line *line)
{
    const char *text = r->buf + r->start + line->at;
    if (r->quoting && line->end_len > 0) {
        feed(r, text, line->len + line->end_len);
    } else {
        feed(r, text, line->len);
        feed(r, "\r", 1);
    }
}

static void clear_row(struct csvio_reader *r)
{
    r->row_done = r->too_many = false;
    r->count = r->text_len = 0;
}

/* Follows a row whose quote is open at the end of its first line until it is closed;
 * `last` is then its last line. LINE_TOO_LONG where that does not happen.
 *
 * A parser with an open quote is in the same state at every line end, so where one search
 * found nothing up to `open_to`, a later one that starts before it need not look there
 * again. Without that, a file of lone quotes would be read a million times over. */
static enum line_found close_quote(struct csvio_reader *r, struct line *last)
{
    const size_t known = r->open_to > r->base + (int64_t)r->start
                             ? (size_t)(r->open_to - r->base) - r->start
                             : 0;
    size_t at = last->at + last->len + last->end_len;
    const bool jumped = known > at;
    if (jumped)
        at = known;
    while (!r->row_done) {
        const enum line_found found = find_line(r, at, last);
        if (found == LINE_FAILED)
            return found;
        if (found != LINE_FOUND) {
            r->open_to = r->base + (int64_t)(r->start + at);
            (void)csv_fini(&r->parser, NULL, NULL, NULL);
            return LINE_TOO_LONG;
        }
        feed_line(r, last);
        at = last->at + last->len + last->end_len;
    }
    if (jumped) {
        clear_row(r);
        feed(r, r->buf + r->start, last->at + last->len);
        feed(r, "\r", 1);
    }
    return LINE_FOUND;
}

static int64_t count_lines(const char *text, size_t len)
{
    int64_t lines = 1;
    for (size_t i = find_line_end(text, 0, len); i < len;
         i = find_line_end(text, i + 1, len)) {
        if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
            i++;
        lines++;
    }
    return lines;
}

/* No log has such a line, and a gzip file of a few kilobytes can hold one without end. */
static bool runs_on(struct csvio_reader *r, int64_t skipped)
{
    if (skipped <= CSVIO_MAX_LINE - CSVIO_MAX_ROW)
        return false;
    err_report(_("%s:%lld: the line is longer than %d MiB, and so not of a log; reading "
                 "ends here"),
               r->name, (long long)r->line - 1, CSVIO_MAX_LINE >> 20);
    r->failed = true;
    return true;
}

/* Drops what is left of an over-long line, with its line end; false where the source
 * failed, or the line goes on without end. */
static bool skip_line(struct csvio_reader *r)
{
    const int64_t from = r->base + (int64_t)r->start;
    while (r->skipping) {
        r->start = find_line_end(r->buf, r->start, r->end);
        if (runs_on(r, r->base + (int64_t)r->start - from))
            return false;
        const size_t left = r->end - r->start;
        const bool cut = left == 0 || (left == 1 && r->buf[r->start] == '\r');
        if (cut && !r->at_end) {
            if (!refill(r))
                return false;
            continue;
        }
        if (left > 1 && r->buf[r->start] == '\r' && r->buf[r->start + 1] == '\n')
            r->start++;
        r->start += left > 0;
        r->skipping = false;
    }
    return true;
}

static bool skip_bom(struct csvio_reader *r)
{
    static const char bom[] = "\xef\xbb\xbf";
    const size_t bom_len = sizeof bom - 1;
    while (r->end < bom_len && !r->at_end) {
        if (!refill(r))
            return false;
    }
    if (r->end >= bom_len && memcmp(r->buf, bom, bom_len) == 0)
        r->start = bom_len;
    r->begun = true;
    return true;
}

/* Leaves the row before this one behind. */
static bool advance(struct csvio_reader *r)
{
    if (r->failed || (!r->begun && !skip_bom(r)))
        return false;
    r->start += r->row_size;
    r->line += r->row_lines;
    r->row_size = 0;
    r->row_lines = 0;
    clear_row(r);
    return skip_line(r);
}

/* Splits the row that begins with `line`; then `line` is its last one. */
static enum line_found split_row(struct csvio_reader *r, struct line *line)
{
    const struct line first = *line;
    feed_line(r, line);
    if (r->row_done)
        return LINE_FOUND;
    if (r->parser.quoted) {
        const enum line_found found = close_quote(r, line);
        if (found == LINE_TOO_LONG)
            *line = first;
        return found;
    }
    /* Nothing but blanks, which libcsv takes for no row: one field without a text. */
    add_field(r->text, 0, r);
    return LINE_FOUND;
}

int csvio_next(struct csvio_reader *r, struct csvio_row *row)
{
    struct line line;
    enum line_found found;
    do {
        if (!advance(r))
            return -1;
        found = find_line(r, 0, &line);
        if (found == LINE_FAILED)
            return -1;
        if (found == LINE_NONE)
            return 0;
        r->row_lines = 1;
        if (found == LINE_TOO_LONG) {
            line = (struct line){.len = CSVIO_MAX_ROW};
            r->skipping = true;
        }
        r->row_size = line.len + line.end_len;
    } while (line.len == 0);

    if (found == LINE_FOUND)
        found = split_row(r, &line);
    if (found == LINE_FAILED)
        return -1;
    const bool malformed = found == LINE_TOO_LONG || r->too_many;
    *row = (struct csvio_row){
        .fields = r->fields,
        .lengths = r->lengths,
        .count = malformed ? 0 : r->count,
        .raw = r->buf + r->start,
        .raw_len = line.at + line.len,
        .line = r->line,
        .malformed = malformed,
    };
    r->row_size = row->raw_len + line.end_len;
    if (line.at > 0)
        r->row_lines = count_lines(row->raw, row->raw_len);
    return 1;
}

bool csvio_line(struct csvio_reader *r, const char *line, size_t len,
                struct csvio_row *row)
{
    clear_row(r);
    feed(r, line, len);
    feed(r, "\r", 1);
    if (!r->row_done && r->parser.quoted) {
        (void)csv_fini(&r->parser, NULL, NULL, NULL);
        return false;
    }
    if (!r->row_done)
        add_field(r->text, 0, r); /* as split_row() */
    *row = (struct csvio_row){
        .fields = r->fields,
        .lengths = r->lengths,
        .count = r->too_many ? 0 : r->count,
        .raw = line,
        .raw_len = len,
        .malformed = r->too_many,
    };
    return true;
}
