/* The reader of delimited text. The first byte chooses: 't' tab without quotes, 's'
 * semicolon, any other comma. The byte 1 stands for many delimiters, so that small inputs
 * reach the limit of fields; rows of a megabyte are left to the unit tests. */
#include "csvio.h"
#include "harness.h"

enum { DELIMITERS = 600, MAX_EXPANDED = 4 };

struct bytes {
    char *data;
    size_t size;
    size_t at;
    size_t step; /* at most so many are given at once */
};

static long read_bytes(void *source, void *buf, size_t size)
{
    struct bytes *b = source;
    size_t n = b->size - b->at;
    n = n < size ? n : size;
    n = n < b->step ? n : b->step;
    memcpy(buf, b->data + b->at, n);
    b->at += n;
    return (long)n;
}

static struct bytes expand(const uint8_t *data, size_t size, char delim)
{
    struct bytes b = {.data = xmalloc(size + MAX_EXPANDED * DELIMITERS)};
    int expanded = 0;
    for (size_t i = 0; i < size; i++) {
        const bool expands = data[i] == 1 && expanded < MAX_EXPANDED;
        const size_t n = expands ? DELIMITERS : 1;
        memset(b.data + b.size, expands ? delim : data[i], n);
        b.size += n;
        expanded += expands;
    }
    b.data = xreallocarray(b.data, b.size, 1); /* so that reading past it shows */
    return b;
}

static void check_row(const struct csvio_row *row, const struct bytes *b, int64_t line)
{
    CHECK(row->line > line && row->raw_len > 0 && row->raw_len <= CSVIO_MAX_ROW);
    CHECK(row->count <= CSVIO_MAX_FIELDS && row->malformed == (row->count == 0));
    CHECK(row->raw_len <= b->size);
    for (size_t i = 0; i < row->count; i++) {
        double value;
        CHECK(row->fields[i][row->lengths[i]] == '\0');
        CHECK(row->lengths[i] <= row->raw_len);
        (void)csvio_number(row->fields[i], &value);
    }
    CHECK(row->count == 0 || csvio_column(row, row->fields[0]) == 0);
}

static bool same_row(const struct csvio_row *a, const struct csvio_row *b)
{
    if (a->count != b->count || a->line != b->line || a->malformed != b->malformed ||
        a->raw_len != b->raw_len || memcmp(a->raw, b->raw, a->raw_len) != 0)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->lengths[i] != b->lengths[i] ||
            memcmp(a->fields[i], b->fields[i], a->lengths[i]) != 0)
            return false;
    }
    return true;
}

/* Text without NUL must be read back as it was written. */
static void check_written(const struct csvio_row *row)
{
    struct bytes b = {.step = SIZE_MAX};
    FILE *f = open_memstream(&b.data, &b.size);
    CHECK(f != NULL);
    csvio_put(f, "first", true); /* a BOM and a lone empty field have their meaning */
    for (size_t i = 0; i < row->count; i++)
        csvio_put(f, row->fields[i], false);
    csvio_end(f);
    CHECK(fclose(f) == 0);
    struct csvio_reader *r = csvio_open(read_bytes, &b, ',', '"');
    struct csvio_row read;
    CHECK(csvio_next(r, &read) == 1 && !read.malformed && read.count == row->count + 1);
    for (size_t i = 0; i < row->count; i++)
        CHECK(strcmp(read.fields[i + 1], row->fields[i]) == 0);
    CHECK(csvio_next(r, &read) == 0);
    csvio_close(r);
    free(b.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char delim = data[0] == 't' ? '\t' : data[0] == 's' ? ';' : ',';
    const char quote = data[0] == 't' ? '\0' : '"';
    struct bytes whole = expand(data + 1, size - 1, delim);
    struct bytes parts = whole;
    whole.step = SIZE_MAX;
    parts.step = 1;
    struct csvio_reader *a = csvio_open(read_bytes, &whole, delim, quote);
    struct csvio_reader *b = csvio_open(read_bytes, &parts, delim, quote);
    struct csvio_row row, part;
    int64_t line = 0;
    bool written = false;
    int got;
    while ((got = csvio_next(a, &row)) == 1) {
        check_row(&row, &whole, line);
        CHECK(csvio_next(b, &part) == 1 && same_row(&row, &part));
        line = row.line;
        /* One row is enough, and much cheaper than all. */
        if (!written && row.count > 1 && row.count < CSVIO_MAX_FIELDS) {
            check_written(&row);
            written = true;
        }
    }
    CHECK(got == 0 && csvio_next(b, &part) == 0);
    csvio_close(b);
    csvio_close(a);
    free(whole.data);
    return 0;
}
