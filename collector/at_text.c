/* Text of AT answers. */
#include "at_text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "sample.h"

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

bool at_begins(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

bool at_holds(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

const char *at_body(const char *line, const char *name)
{
    line = skip_blanks(line);
    if (*line == '[') {
        /* Tools that log a port put a stamp before each line: "[01-23_08:42:40] AT< +CSQ:
         * 9". */
        const char *answer = strstr(line, "AT< ");
        if (answer == NULL)
            return NULL;
        line = skip_blanks(answer + 4);
    }
    if (!at_begins(line, name))
        return NULL;
    line = skip_blanks(line + strlen(name));
    return *line == ':' ? skip_blanks(line + 1) : NULL;
}

/* Where the field that starts here ends, quotes apart. */
static const char *plain_end(const char *start)
{
    const char *end = start;
    while (*end != '\0' && *end != ',' && *end != '"') {
        if (*end == ' ' && end > start && at_begins(skip_blanks(end), "0x"))
            break;
        end++;
    }
    return end;
}

static bool is_end_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Noise on the line; names of operators, in quotes, may have any byte beyond ASCII. */
static bool is_garbled(const char *start, const char *end, bool quoted)
{
    for (; start < end; start++) {
        const unsigned char c = (unsigned char)*start;
        if ((c < ' ' && c != '\t') || c == 0x7F || (c > 0x7F && !quoted))
            return true;
    }
    return false;
}

/* Adds the text in [start, end); false where it does not fit. */
static bool add_field(struct at_fields *f, size_t *used, const char *start,
                      const char *end)
{
    const size_t len = (size_t)(end - start);
    if (f->count == AT_FIELDS_MAX || *used + len + 1 > sizeof f->text)
        return false;
    char *to = f->text + *used;
    memcpy(to, start, len);
    to[len] = '\0';
    f->field[f->count].text = to;
    f->count++;
    *used += len + 1;
    return true;
}

static bool is_field_end(const char *p)
{
    p = skip_blanks(p);
    return *p == ',' || *p == '\0' || *p == '\r' || *p == '\n';
}

/* Where the text inside quotes ends. Where the closing quote was lost, the next field's
 * opening one is taken for it: then a comma stands before it and none after it. */
static const char *quoted_end(const char *start)
{
    const char *end = strchr(start, '"');
    if (end != NULL && !(end > start && end[-1] == ',' && !is_field_end(end + 1)))
        return end;
    return start + strcspn(start, ",");
}

/* Behind the field: past its closing quote, also one that was never opened. */
static const char *after_field(const char *end, bool quoted)
{
    if (*end == '"' && (quoted || is_field_end(end + 1)))
        end++;
    return skip_blanks(end);
}

void at_split(const char *body, struct at_fields *fields)
{
    fields->status = AT_PARSED;
    fields->count = 0;
    size_t used = 0;
    for (const char *p = body;;) {
        p = skip_blanks(p);
        const bool quoted = *p == '"';
        const char *start = quoted ? skip_blanks(p + 1) : p;
        const char *next = quoted ? quoted_end(start) : plain_end(start);
        const char *end = next;
        while (end > start && is_end_blank(end[-1]))
            end--;
        /* A quote that is still open at the end of the line: the rest of it was lost. */
        const bool cut = quoted && *next == '\0';
        if (cut || is_garbled(start, end, quoted) ||
            !add_field(fields, &used, start, end)) {
            fields->status = AT_MALFORMED;
            return;
        }
        fields->field[fields->count - 1].quoted = quoted;
        p = after_field(next, quoted);
        if (*p == ',')
            p++;
        else if (*p == '\0' || *p == '\r' || *p == '\n')
            return;
    }
}

const char *at_text(const struct at_fields *fields, int i)
{
    if (i < 0 || i >= fields->count)
        return "";
    const char *text = fields->field[i].text;
    return text[strspn(text, "-")] == '\0' ? "" : text;
}

bool at_is(const struct at_fields *fields, int i, const char *text)
{
    return strcasecmp(at_text(fields, i), text) == 0;
}

/* Only the first fault counts: later ones follow from it. */
static void note(struct at_fields *fields, enum at_parse fault)
{
    if (fields->status == AT_PARSED)
        fields->status = fault;
}

/* Reads digits; false without any, or with more than a double holds exactly. */
static bool read_digits(const char **text, double *value, double *scale)
{
    enum { DIGITS_MAX = 15 };
    int count = 0;
    *value = 0;
    *scale = 1;
    for (; isdigit((unsigned char)**text); (*text)++) {
        *value = *value * 10 + (**text - '0');
        *scale *= 10;
        if (++count > DIGITS_MAX)
            return false;
    }
    return count > 0;
}

bool at_parse_number(const char *text, double *value)
{
    bool negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    double whole, fraction = 0, scale;
    if (!read_digits(&text, &whole, &scale))
        return false;
    scale = 1;
    if (*text == '.') {
        text++;
        if (*text == '-') {
            negative = true;
            text++;
        }
        if (!read_digits(&text, &fraction, &scale))
            return false;
    }
    if (*text != '\0')
        return false;
    const double size = whole + fraction / scale;
    *value = negative ? -size : size;
    return true;
}

/* What fills a field that has no value: the ends of 16 and 32 bit integers. */
static bool is_filler(double value)
{
    static const double fillers[] = {32767,      32768,      65535,
                                     2147483647, 2147483648, 4294967295};
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
        if (fabs(value) == fillers[i])
            return true;
    }
    return false;
}

double at_check(struct at_fields *fields, double value, double min, double max)
{
    if (isfinite(value) && value >= min && value <= max)
        return value;
    if (isfinite(value))
        note(fields, AT_OUT_OF_RANGE);
    return NAN;
}

double at_number(struct at_fields *fields, int i, double min, double max)
{
    const char *text = at_text(fields, i);
    double value;
    if (*text == '\0')
        return NAN;
    if (!at_parse_number(text, &value)) {
        note(fields, AT_MALFORMED);
        return NAN;
    }
    return is_filler(value) ? (double)NAN : at_check(fields, value, min, max);
}

int64_t at_int(struct at_fields *fields, int i, int64_t min, int64_t max)
{
    const double value = at_number(fields, i, (double)min, (double)max);
    if (!isfinite(value))
        return ID_UNKNOWN;
    if (floor(value) != value) {
        note(fields, AT_MALFORMED);
        return ID_UNKNOWN;
    }
    return (int64_t)value;
}

/* The digits behind "0x"; NULL where the field is missing or not hexadecimal. */
static const char *hex_digits(struct at_fields *fields, int i)
{
    enum { HEX_DIGITS_MAX = 15 };
    const char *text = at_text(fields, i);
    if (at_begins(text, "0x"))
        text += 2;
    const size_t len = strlen(text);
    if (len > 0 && len <= HEX_DIGITS_MAX && strspn(text, "0123456789abcdefABCDEF") == len)
        return text;
    if (len > 0)
        note(fields, AT_MALFORMED);
    return NULL;
}

int64_t at_hex(struct at_fields *fields, int i, int64_t max)
{
    const char *text = hex_digits(fields, i);
    if (text == NULL)
        return ID_UNKNOWN;
    int64_t value = 0;
    for (; *text != '\0'; text++) {
        const int c = tolower((unsigned char)*text);
        value = value * 16 + (isdigit(c) ? c - '0' : c - 'a' + 10);
    }
    if (value <= max)
        return value;
    const bool all_ones = ((value + 1) & value) == 0;
    if (!all_ones)
        note(fields, AT_OUT_OF_RANGE);
    return ID_UNKNOWN;
}

void at_copy(char *to, size_t size, const char *text)
{
    const size_t len = strnlen(text, size - 1);
    memcpy(to, text, len);
    to[len] = '\0';
}
