/* Plain CSV: names in the first row that are no numbers, and no two alike; in every other
 * row no more fields than those, each with quotes around all of it or with none; lat and
 * lon as numbers of digits alone. Whatever else a file holds, or has beside it, is for
 * GDAL to make out. */
#include "places_csv.h"

#include <cpl_string.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csvio.h"
#include "places_cut.h"
#include "xmem.h"

enum {
    COLUMNS_MAX = 64,
    ROW_MAX = 1 << 20,  /* bytes; GDAL has a limit, too */
    FILE_MAX = 1 << 28, /* bytes; it is in memory as a whole */
    NO_COLUMN = -1,
};

static const char extension[] = ".csv";
static const char bom[] = "\xef\xbb\xbf";

struct row {
    char *fields[COLUMNS_MAX]; /* in the text, each with a NUL behind */
    size_t count;
};

struct reader {
    char *at;        /* what is still to be read */
    const char *end; /* where a NUL stands */
    char delim;
    struct row header, row;
    int fields[PLACES_FIELDS]; /* their columns, or NO_COLUMN */
    int lat, lon;
};

/* What stands between quotes, two of them for one. NULL where the line ends first. */
static char *take_quoted(struct reader *r)
{
    char *const field = ++r->at;
    char *to = field;
    for (; r->at[0] != '"' || r->at[1] == '"'; r->at++) {
        if ((unsigned char)*r->at <= '\r')
            return NULL;
        r->at += *r->at == '"';
        *to++ = *r->at;
    }
    r->at++;
    *to = '\0';
    return field;
}

static char *take_field(struct reader *r)
{
    char *const field = r->at;
    if (*field == '"')
        return take_quoted(r);
    while (*r->at != r->delim && *r->at != '"' && (unsigned char)*r->at > '\r')
        r->at++;
    return field;
}

/* Puts a NUL behind a field; returns what stood there: LF for CRLF. */
static char end_field(struct reader *r)
{
    const bool is_crlf = r->at[0] == '\r' && r->at[1] == '\n';
    const char mark = r->at[is_crlf];
    r->at[0] = '\0';
    r->at += is_crlf + (mark != '\0');
    return mark;
}

static bool take_row(struct reader *r, struct row *row)
{
    const char *const from = r->at;
    char mark;
    row->count = 0;
    if (strncmp(from, bom, sizeof bom - 1) == 0)
        return false; /* GDAL leaves it out in any line */
    do {
        if (row->count == COLUMNS_MAX || !(row->fields[row->count++] = take_field(r)))
            return false;
        mark = end_field(r);
    } while (mark == r->delim);
    return (mark == '\n' || (mark == '\0' && r->at == r->end)) && r->at - from <= ROW_MAX;
}

/* A name that no one takes for a number, or trims, or splits. */
static bool is_plain_name(const char *name)
{
    const size_t len = strlen(name);
    bool is_plain = len > 0 && !strchr("0123456789- ", name[0]) && name[len - 1] != ' ';
    for (const char *c = name; is_plain && *c; c++)
        is_plain = (unsigned char)*c >= 0x80 || isalnum((unsigned char)*c) ||
                   strchr("_- ", *c) != NULL;
    return is_plain && CPLIsUTF8(name, -1);
}

/* Of a list with commas between the names, letters of either case. */
static bool is_listed(const char *name, const char *list)
{
    const size_t len = strlen(name);
    for (;;) {
        const size_t listed_len = strcspn(list, ",");
        if (listed_len == len && strncasecmp(list, name, len) == 0)
            return true;
        if (list[listed_len] == '\0')
            return false;
        list += listed_len + 1;
    }
}

static int column_index(void *header, const char *name)
{
    const struct row *h = header;
    for (size_t i = 0; i < h->count; i++) {
        if (strcasecmp(h->fields[i], name) == 0)
            return (int)i;
    }
    return NO_COLUMN;
}

/* False where there are two of them. */
static bool set_once(int *column, size_t i)
{
    const bool is_first = *column == NO_COLUMN;
    *column = (int)i;
    return is_first;
}

static bool take_name(struct reader *r, size_t i)
{
    const char *name = r->header.fields[i];
    if (!is_plain_name(name) || column_index(&r->header, name) != (int)i ||
        is_listed(name, "WKT") || strncasecmp(name, "_WKT", 4) == 0)
        return false;
    if (is_listed(name, PLACES_LON_NAMES))
        return set_once(&r->lon, i);
    return !is_listed(name, PLACES_LAT_NAMES) || set_once(&r->lat, i);
}

static bool take_header(struct reader *r, const struct places_role *role)
{
    r->delim = r->at[strcspn(r->at, ",;\t\n")];
    if (r->delim == '\n' || r->delim == '\0' || !take_row(r, &r->header))
        return false;
    r->lat = r->lon = NO_COLUMN;
    for (size_t i = 0; i < r->header.count; i++) {
        if (!take_name(r, i))
            return false;
    }
    for (int i = 0; i < PLACES_FIELDS; i++)
        r->fields[i] =
            places_find_field(role, (enum places_field)i, column_index, &r->header);
    return r->lat >= 0 && r->lon >= 0 && places_fields_suffice(role, r->fields);
}

/* A row may have fewer fields than the header. */
static const char *field_at(const struct row *row, int column)
{
    return column >= 0 && (size_t)column < row->count ? row->fields[column] : "";
}

static bool take_degrees(const char *text, double most, double *degrees)
{
    return text[strspn(text, "-.0123456789")] == '\0' && csvio_number(text, degrees) &&
           fabs(*degrees) <= most; /* not so where the text is empty */
}

static bool take_place(const struct reader *r, const struct places_source *source,
                       struct places_part *part)
{
    struct places_attributes a = {0};
    struct place *p = NULL;
    for (int i = 0; i < PLACES_FIELDS; i++) {
        const char *text = field_at(&r->row, r->fields[i]);
        a.texts[i] = places_trimmed(source, text, strlen(text));
    }
    const bool ok = places_take_attributes(source, &a, part, &p) == ERR_OK;
    return ok &&
           (!p || (take_degrees(field_at(&r->row, r->lat), 90, &p->point.lat_deg) &&
                   take_degrees(field_at(&r->row, r->lon), 180, &p->point.lon_deg)));
}

static void skip_empty_lines(struct reader *r)
{
    while (r->at[0] == '\n' || (r->at[0] == '\r' && r->at[1] == '\n'))
        r->at++;
}

static bool read_rows(struct reader *r, const struct places_source *source,
                      struct places_part *part)
{
    if (!take_header(r, source->role))
        return false;
    for (skip_empty_lines(r); r->at < r->end; skip_empty_lines(r)) {
        if (!take_row(r, &r->row) || r->row.count > r->header.count ||
            !take_place(r, source, part))
            return false;
    }
    return true;
}

/* XML is told by what stands somewhere at the beginning, and is no CSV then. */
static bool read_text(char *text, size_t size, const struct places_role *role,
                      struct places_part *part)
{
    const struct places_source source = {
        .role = role, .is_silent = true, .memory = &part->list.memory};
    struct reader r = {.at = text, .end = text + size};
    if (memchr(text, '<', size))
        return false;
    if (strncmp(text, bom, sizeof bom - 1) == 0)
        r.at += sizeof bom - 1;
    return read_rows(&r, &source, part);
}

/* Types of the columns and a CRS may stand in files of the same name. */
static bool stands_alone(const char *path, size_t stem_len)
{
    static const char *const beside[] = {"csvt", "prj"};
    bool is_alone = true;
    for (size_t i = 0; is_alone && i < sizeof beside / sizeof *beside; i++) {
        char *other = xasprintf("%.*s.%s", (int)stem_len, path, beside[i]);
        is_alone = access(other, F_OK) != 0 && errno == ENOENT;
        free(other);
    }
    return is_alone;
}

/* A driver or a layer may be named before or behind a colon. */
static bool is_named_csv(const char *path)
{
    const size_t len = strlen(path), extension_len = sizeof extension - 1;
    return len > extension_len && !strchr(path, ':') &&
           strcasecmp(path + len - extension_len, extension) == 0 &&
           stands_alone(path, len - extension_len);
}

/* NULL where it is no file, or too large a one. The caller frees. */
static char *load(const char *path, size_t *size)
{
    struct stat st;
    char *text = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX) {
        *size = (size_t)st.st_size;
        text = places_cut_text(fd, (struct places_span){0, st.st_size});
    }
    if (fd >= 0)
        close(fd);
    return text;
}

bool places_csv_read(const char *path, const struct places_role *role,
                     struct places_part *part)
{
    size_t size = 0;
    char *text = !role->polygons_only && is_named_csv(path) ? load(path, &size) : NULL;
    const bool ok = text && read_text(text, size, role, part);
    free(text);
    if (!ok) {
        place_list_free(&part->list);
        *part = (struct places_part){0};
    }
    return ok;
}
