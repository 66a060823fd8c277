/* Delimited text: columns by name, numbers, and rows out. */
#include "csvio.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int csvio_column(const struct csvio_row *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        if (strcasecmp(header->fields[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* Both are exact in a double, so that one division rounds once and correctly. */
enum { EXACT_DIGITS = 15, EXACT_POWER = 22 };
static const double powers_of_ten[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What nearly all fields of a log are: -112.5, 105.8342317. */
static bool plain_decimal(const char *text, size_t len, double *value)
{
    const bool minus = text[0] == '-';
    size_t i = minus || text[0] == '+' ? 1 : 0;
    int64_t digits = 0;
    size_t digit_count = 0, decimals = 0;
    for (bool point = false; i < len; i++) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(text[i]) || digit_count == EXACT_DIGITS)
            return false;
        digits = digits * 10 + (text[i] - '0');
        digit_count++;
        decimals += point;
    }
    if (digit_count == 0)
        return false;
    const double magnitude = (double)digits / powers_of_ten[decimals];
    *value = minus ? -magnitude : magnitude;
    return true;
}

static bool named_number(const char *text, size_t len, double *value)
{
    const bool minus = text[0] == '-';
    if (minus || text[0] == '+') {
        text++;
        len--;
    }
    if (len == 3 && strncasecmp(text, "nan", len) == 0)
        *value = NAN;
    else if ((len == 3 && strncasecmp(text, "inf", len) == 0) ||
             (len == 8 && strncasecmp(text, "infinity", len) == 0))
        *value = minus ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

/* Exponents and long mantissas; the C library alone would take hexadecimal and words too.
 */
static bool any_decimal(const char *text, size_t len, double *value)
{
    if (strspn(text, "+-.0123456789eE") < len)
        return false;
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0)
        return false;
    char *end = NULL;
    const double number = strtod_l(text, &end, c_locale);
    freelocale(c_locale);
    if (end != text + len)
        return false;
    *value = number;
    return true;
}

bool csvio_number(const char *field, double *value)
{
    const char *text = field + strspn(field, " \t");
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    if (len == 0) {
        *value = NAN;
        return true;
    }
    return plain_decimal(text, len, value) || any_decimal(text, len, value) ||
           named_number(text, len, value);
}

/* "22,65" as "22.65"; false where the text is no such number. */
static bool comma_number(const char *text, double *value)
{
    char point[64];
    const char *comma = strchr(text, ',');
    const size_t len = strlen(text);
    if (!comma || len >= sizeof point)
        return false;
    memcpy(point, text, len + 1);
    point[comma - text] = '.';
    return csvio_number(point, value);
}

bool csvio_local_number(const char *field, bool decimal_comma, double *value)
{
    return csvio_number(field, value) || (decimal_comma && comma_number(field, value));
}

static bool needs_quotes(const char *field)
{
    const size_t len = strlen(field);
    if (len == 0)
        return false;
    const bool outer_blank =
        strchr(" \t", field[0]) != NULL || strchr(" \t", field[len - 1]) != NULL;
    return outer_blank || strpbrk(field, ",\"\r\n") != NULL;
}

void csvio_put(FILE *out, const char *field, bool first)
{
    if (!first)
        (void)fputc(',', out);
    if (!needs_quotes(field)) {
        (void)fputs(field, out);
        return;
    }
    (void)fputc('"', out);
    for (; *field != '\0'; field++) {
        if (*field == '"')
            (void)fputc('"', out);
        (void)fputc(*field, out);
    }
    (void)fputc('"', out);
}

void csvio_end(FILE *out)
{
    (void)fputs("\r\n", out);
}
