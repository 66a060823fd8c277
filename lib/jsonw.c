/* JSON written as a stream. */
#include "jsonw.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>

enum { REPLACEMENT = 0xFFFD, LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029 };

static void before_value(struct jsonw *j)
{
    if (j->comma)
        putc(',', j->out);
    j->comma = true;
}

void jsonw_open(struct jsonw *j, char bracket)
{
    before_value(j);
    putc(bracket, j->out);
    j->comma = false;
}

void jsonw_close(struct jsonw *j, char bracket)
{
    putc(bracket, j->out);
    j->comma = true;
}

void jsonw_key(struct jsonw *j, const char *key)
{
    if (j->comma)
        putc(',', j->out);
    fprintf(j->out, "\"%s\":", key);
    j->comma = false;
}

/* A lead byte, and the range of the byte after it that keeps out overlong forms,
 * surrogates and values over U+10FFFF (Unicode 15, table 3-7). */
struct utf8_lead {
    uint8_t first, last;
    uint8_t size;
    uint8_t second_min, second_max;
};

static const struct utf8_lead utf8_leads[] = {
    {0x01, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const struct utf8_lead *find_lead(uint8_t byte)
{
    for (size_t i = 0; i < sizeof utf8_leads / sizeof utf8_leads[0]; i++) {
        if (byte >= utf8_leads[i].first && byte <= utf8_leads[i].last)
            return &utf8_leads[i];
    }
    return NULL;
}

/* The code point at `p` (not at the text's end) and the bytes it takes. A broken sequence
 * gives one U+FFFD for its longest valid beginning, as browsers do. */
static uint32_t utf8_next(const uint8_t *p, size_t *size)
{
    const struct utf8_lead *lead = find_lead(p[0]);
    *size = 1;
    if (lead == NULL)
        return REPLACEMENT;
    if (lead->size == 1)
        return p[0];
    uint32_t code = p[0] & (0x7FU >> lead->size);
    for (size_t i = 1; i < lead->size; i++) {
        const uint8_t min = i == 1 ? lead->second_min : 0x80;
        const uint8_t max = i == 1 ? lead->second_max : 0xBF;
        if (p[i] < min || p[i] > max)
            return REPLACEMENT; /* the terminating NUL ends up here too */
        code = code << 6 | (p[i] & 0x3FU);
        *size = i + 1;
    }
    return code;
}

static bool needs_escape(uint32_t code)
{
    return code < 0x20 || code == '<' || code == 0x7F || code == REPLACEMENT ||
           code == LINE_SEPARATOR || code == PARAGRAPH_SEPARATOR;
}

void jsonw_text(struct jsonw *j, const char *text)
{
    before_value(j);
    putc('"', j->out);
    const uint8_t *p = (const uint8_t *)(text == NULL ? "" : text);
    while (*p != '\0') {
        size_t size;
        const uint32_t code = utf8_next(p, &size);
        if (code == '"' || code == '\\')
            fprintf(j->out, "\\%c", (int)code);
        else if (needs_escape(code))
            fprintf(j->out, "\\u%04" PRIx32, code);
        else
            fwrite(p, 1, size, j->out);
        p += size;
    }
    putc('"', j->out);
}

void jsonw_int(struct jsonw *j, int64_t value)
{
    before_value(j);
    fprintf(j->out, "%" PRId64, value);
}

void jsonw_bool(struct jsonw *j, bool value)
{
    before_value(j);
    fputs(value ? "true" : "false", j->out);
}

void jsonw_null(struct jsonw *j)
{
    before_value(j);
    fputs("null", j->out);
}

void jsonw_number(struct jsonw *j, double value, int decimals)
{
    if (!isfinite(value) || fabs(value) > 9e9) {
        jsonw_null(j);
        return;
    }
    int64_t scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    const int64_t scaled = llround(value * (double)scale);
    const int64_t magnitude = scaled < 0 ? -scaled : scaled;
    int64_t fraction = magnitude % scale;
    before_value(j);
    fprintf(j->out, "%s%" PRId64, scaled < 0 ? "-" : "", magnitude / scale);
    if (fraction == 0)
        return;
    for (; fraction % 10 == 0; decimals--)
        fraction /= 10;
    fprintf(j->out, ".%0*" PRId64, decimals, fraction);
}
