/* Recordings, read. They come from anybody: every field is checked. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "recording.h"
#include "utc.h"
#include "xmem.h"

/* A text of which every byte is escaped, and what stands before it. */
enum { LINE_SIZE = 4 * (RECORDING_TEXT_SIZE + RECORDING_PORT_SIZE) + 128 };

/* The year 9999; a monotonic clock is far below. */
#define LATEST_MS INT64_C(253402300799999)

struct recording_reader {
    FILE *file;
    char *path;
    int64_t line_number;
    int64_t last_mono_ms;
    char line[LINE_SIZE];
};

static const struct {
    const char *source, *kinds;
} sources[] = {
    {"clock", "."},
    {"at", "[]><=-!"},
    {"modemmanager", "><?=-!"},
    {"gpsd", "<!"},
};

enum err recording_fault(const struct recording_reader *r, const char *text,
                         const char *expected)
{
    err_report(_("%s:%" PRId64 ": is \"%.60s\", expected %s"), r->path, r->line_number,
               text, expected);
    return ERR_INPUT;
}

/* 1 with a whole line without its end, 0 at the end, -1 where it cannot be one. */
static int read_line(struct recording_reader *r)
{
    errno = 0;
    if (!fgets(r->line, sizeof r->line, r->file)) {
        if (!ferror(r->file))
            return 0;
        err_report(_("%s: cannot be read: %s"), r->path, strerror(errno));
        return -1;
    }
    r->line_number++;
    const size_t size = strlen(r->line);
    if (size > 0 && r->line[size - 1] == '\n') {
        r->line[size - 1] = '\0';
        return 1;
    }
    if (feof(r->file)) {
        err_warn(_("%s:%" PRId64 ": the last line has no end; it is left out"), r->path,
                 r->line_number);
        return 0;
    }
    const enum err err =
        recording_fault(r, r->line, _("a line of text, and no longer one"));
    return err ? -1 : 1;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes \xHH in place; false where a backslash begins something else. */
static bool unescape(char *text)
{
    char *to = text;
    for (; *text; text++) {
        if (*text != '\\') {
            *to++ = *text;
            continue;
        }
        const int high = text[1] == 'x' ? hex_digit(text[2]) : -1;
        const int low = high >= 0 ? hex_digit(text[3]) : -1;
        if (low < 0 || high + low == 0)
            return false;
        *to++ = (char)(high << 4 | low);
        text += 3;
    }
    *to = '\0';
    return true;
}

static bool read_number(const char *text, int64_t *value)
{
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number < 0)
        return false;
    *value = number;
    return true;
}

/* The field that ends at the next blank; NULL where there is none. */
static char *next_field(char **rest)
{
    char *field = *rest;
    char *blank = field ? strchr(field, ' ') : NULL;
    if (!blank || blank == field)
        return NULL;
    *blank = '\0';
    *rest = blank + 1;
    return field;
}

static const char *kinds_of(const char *source)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (strcmp(sources[i].source, source) == 0)
            return sources[i].kinds;
    }
    return NULL;
}

static enum err split(struct recording_reader *r, struct recording_line *line)
{
    char *rest = r->line;
    const char *mono = next_field(&rest), *source = mono ? next_field(&rest) : NULL;
    const char *kind = source ? next_field(&rest) : NULL;
    char *port = kind ? next_field(&rest) : NULL;
    if (!port)
        return recording_fault(r, r->line,
                               _("milliseconds, source, kind, port and text"));
    if (!read_number(mono, &line->mono_ms) || line->mono_ms > LATEST_MS)
        return recording_fault(r, mono, _("milliseconds"));
    if (line->mono_ms < r->last_mono_ms)
        return recording_fault(r, mono, _("a time not before the line above"));
    const char *kinds = kinds_of(source);
    if (!kinds)
        return recording_fault(r, source, _("clock, at, modemmanager or gpsd"));
    if (kind[1] != '\0' || !strchr(kinds, kind[0]))
        return recording_fault(r, kind, kinds);
    if (!unescape(port) || strlen(port) >= RECORDING_PORT_SIZE)
        return recording_fault(r, port, _("a port"));
    if (!unescape(rest) || strlen(rest) >= RECORDING_TEXT_SIZE)
        return recording_fault(r, rest, _("text with \\xHH for what is no plain text"));
    r->last_mono_ms = line->mono_ms;
    line->source = source;
    line->kind = kind[0];
    line->port = port;
    line->text = rest;
    return ERR_OK;
}

int recording_next(struct recording_reader *r, struct recording_line *line)
{
    const int got = read_line(r);
    if (got <= 0)
        return got;
    return split(r, line) == ERR_OK ? 1 : -1;
}

/* The lines of the head, in order; text of `size`, or a number. */
static enum err read_key(struct recording_reader *r, const char *key, const char **value)
{
    const size_t length = strlen(key);
    const int got = read_line(r);
    if (got < 0)
        return ERR_INPUT;
    if (got == 0) { /* the file ends where the line should be */
        r->line[0] = '\0';
        r->line_number++;
    }
    if (strncmp(r->line, key, length) != 0 || r->line[length] != ' ') {
        char expected[64];
        snprintf(expected, sizeof expected, "%s …", key);
        return recording_fault(r, r->line, expected);
    }
    *value = r->line + length + 1;
    return ERR_OK;
}

static enum err read_text(struct recording_reader *r, const char *key, char *text,
                          size_t size)
{
    const char *value = NULL;
    const enum err err = read_key(r, key, &value);
    if (err)
        return err;
    if (strlen(value) >= size)
        return recording_fault(r, value, _("a shorter text"));
    snprintf(text, size, "%s", value);
    return ERR_OK;
}

static enum err read_whole(struct recording_reader *r, const char *key, int64_t max,
                           int64_t *number)
{
    const char *value = NULL;
    const enum err err = read_key(r, key, &value);
    if (err)
        return err;
    if (!read_number(value, number) || *number > max)
        return recording_fault(r, value, _("a whole number in its range"));
    return ERR_OK;
}

static enum err read_distance(struct recording_reader *r, double *distance_m)
{
    const char *value = NULL;
    char *end = NULL;
    const enum err err = read_key(r, "distance_m", &value);
    if (err)
        return err;
    *distance_m = strtod(value, &end);
    if (end == value || *end != '\0' || !(*distance_m >= 0 && *distance_m <= 10000))
        return recording_fault(r, value, "0…10000");
    return ERR_OK;
}

static enum err read_header(struct recording_reader *r, struct recording_header *h)
{
    char format[8];
    int64_t interval_ms = 0;
    enum err err = read_text(r, "lomsong-recording", format, sizeof format);
    if (!err && strcmp(format, "1") != 0)
        err = recording_fault(r, format, "1");
    if (!err)
        err = read_text(r, "version", h->version, sizeof h->version);
    if (!err)
        err = read_text(r, "device", h->device, sizeof h->device);
    if (!err)
        err = read_text(r, "date", h->date, sizeof h->date);
    if (!err)
        err = read_text(r, "boot_id", h->boot_id, sizeof h->boot_id);
    if (!err)
        err = read_whole(r, "started_mono_ms", LATEST_MS, &h->started_mono_ms);
    if (!err)
        err = read_whole(r, "started_utc_ms", LATEST_MS, &h->started_utc_ms);
    if (!err)
        err = read_whole(r, "interval_ms", 60000, &interval_ms);
    if (!err && interval_ms < 1)
        err = recording_fault(r, "0", "1…60000");
    h->interval_ms = (int)interval_ms;
    if (!err)
        err = read_distance(r, &h->distance_m);
    if (!err && (read_line(r) <= 0 || r->line[0] != '\0'))
        err = recording_fault(r, r->line, _("an empty line after the head"));
    r->last_mono_ms = h->started_mono_ms;
    return err;
}

enum err recording_open(const char *path, struct recording_header *h,
                        struct recording_reader **reader)
{
    struct recording_reader *r = xcalloc(1, sizeof *r);
    struct recording_header header = {0};
    enum err err = ERR_OK;
    r->path = xstrdup(path);
    r->file = fopen(path, "re");
    if (!r->file) {
        err_report(_("%s: cannot be read: %s"), path, strerror(errno));
        err = ERR_INPUT;
    }
    if (!err)
        err = read_header(r, &header);
    if (err) {
        recording_close(r);
        return err;
    }
    *h = header;
    *reader = r;
    return ERR_OK;
}

void recording_close(struct recording_reader *r)
{
    if (!r)
        return;
    if (r->file)
        fclose(r->file);
    free(r->path);
    free(r);
}
