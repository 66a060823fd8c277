/* JSON taken apart in place. */
#include "json_scan.h"

#include <cpl_string.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

enum { EXACT_DIGITS = 15 }; /* in a double, as the powers of ten up to it are */

static void skip_blanks(struct json_scan *s)
{
    while (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t')
        s->at++;
}

bool json_take(struct json_scan *s, char mark)
{
    skip_blanks(s);
    const bool is_there = *s->at == mark;
    s->at += is_there;
    return is_there;
}

static bool is_utf8(const struct json_value *text)
{
    for (size_t i = 0; i < text->len; i++) {
        if ((unsigned char)text->at[i] >= 0x80)
            return CPLIsUTF8(text->at + i, (int)(text->len - i));
    }
    return true;
}

/* The number that four hexadecimal digits are; -1 where they are none. */
static int hexadecimal(const char *at)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char *const digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = at[i] ? strchr(digits, at[i]) : NULL;
        if (!digit)
            return -1;
        value = value * 16 + (int)(digit - digits) % 16;
    }
    return value;
}

/* What a backslash begins, by JSON's grammar. */
static bool is_escape(const char *at)
{
    return at[1] != '\0' &&
           (strchr("\"\\/bfnrt", at[1]) || (at[1] == 'u' && hexadecimal(at + 2) >= 0));
}

/* From behind the first quote to behind the last. */
static bool take_text(struct json_scan *s, struct json_value *text)
{
    *text = (struct json_value){.kind = JSON_TEXT, .at = s->at};
    for (; *s->at != '"'; s->at++) {
        if ((unsigned char)*s->at < ' ')
            return false;
        if (*s->at != '\\')
            continue;
        if (!is_escape(s->at))
            return false;
        text->has_escapes = true;
        s->at++; /* the quote behind a backslash does not end the text */
    }
    text->len = (size_t)(s->at - text->at);
    s->at++;
    return is_utf8(text);
}

bool json_take_key(struct json_scan *s, struct json_value *key)
{
    return json_take(s, '"') && take_text(s, key) && !key->has_escapes &&
           json_take(s, ':');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number by JSON's grammar; its digits as one whole number where they are few. */
struct number {
    const char *at;
    size_t digits, decimals; /* how many; those behind the point among them */
    uint64_t value;
    bool minus, is_whole, has_exponent;
};

static bool take_digits(struct json_scan *s, struct number *n)
{
    const char *const first = s->at;
    for (; is_digit(*s->at); s->at++)
        n->value = n->value * 10 + (unsigned)(*s->at - '0');
    n->digits += (size_t)(s->at - first);
    return s->at > first;
}

static bool take_exponent(struct json_scan *s)
{
    struct number exponent = {0};
    s->at += *s->at == '-' || *s->at == '+';
    return take_digits(s, &exponent);
}

static bool scan_number(struct json_scan *s, struct number *n)
{
    *n = (struct number){.at = s->at, .is_whole = true};
    n->minus = *s->at == '-';
    s->at += n->minus;
    const char first = *s->at;
    if (!take_digits(s, n) || (first == '0' && n->digits > 1))
        return false;
    if (*s->at == '.') {
        const size_t before = n->digits;
        n->is_whole = false;
        s->at++;
        if (!take_digits(s, n))
            return false;
        n->decimals = n->digits - before;
    }
    if (*s->at == 'e' || *s->at == 'E') {
        n->is_whole = false;
        n->has_exponent = true;
        s->at++;
        return take_exponent(s);
    }
    return true;
}

bool json_take_number(struct json_scan *s, double *number)
{
    static const double powers_of_ten[EXACT_DIGITS + 1] = {
        1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    struct number n;
    skip_blanks(s);
    if (!scan_number(s, &n))
        return false;
    if (n.digits <= EXACT_DIGITS && !n.has_exponent) {
        /* both are exact, so that the division rounds once */
        const double magnitude = (double)(int64_t)n.value / powers_of_ten[n.decimals];
        *number = n.minus ? -magnitude : magnitude;
        return !n.minus || n.value > 0;
    }
    *number = strtod(n.at, NULL); /* the decimal point is the C locale's everywhere */
    return !n.is_whole && isfinite(*number) && *number != 0;
}

static bool take_word(struct json_scan *s, const char *word, size_t len)
{
    const bool is_there = strncmp(s->at, word, len) == 0;
    s->at += is_there ? len : 0;
    return is_there;
}

bool json_take_value(struct json_scan *s, struct json_value *value)
{
    struct number n;
    bool ok = false;
    skip_blanks(s);
    *value = (struct json_value){.at = s->at};
    switch (*s->at) {
    case '"':
        s->at++;
        return take_text(s, value);
    case 'n':
        value->kind = JSON_NULL;
        ok = take_word(s, "null", 4);
        break;
    case 't':
        value->kind = JSON_TRUTH;
        ok = take_word(s, "true", 4);
        break;
    case 'f':
        value->kind = JSON_TRUTH;
        ok = take_word(s, "false", 5);
        break;
    default:
        ok = scan_number(s, &n);
        value->kind = n.is_whole ? JSON_WHOLE : JSON_REAL;
        break;
    }
    value->len = (size_t)(s->at - value->at);
    return ok;
}

bool json_is(const struct json_value *text, const char *same)
{
    return strlen(same) == text->len && memcmp(text->at, same, text->len) == 0;
}

/* UTF-8 of what two bytes hold; returns how many bytes it has. */
static size_t put_character(unsigned code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3f));
    to[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}

/* What a backslash begins; returns how many bytes it has, 0 where it is refused. */
static size_t resolve(const char *at, char **to)
{
    if (at[1] == '"' || at[1] == '\\' || at[1] == '/') {
        *(*to)++ = at[1];
        return 2;
    }
    const int code = at[1] == 'u' ? hexadecimal(at + 2) : 0;
    const bool is_half = code >= 0xd800 && code < 0xe000; /* of a pair */
    if (code < ' ' || is_half)
        return 0;
    *to += put_character((unsigned)code, *to);
    return 6;
}

char *json_copy(const struct json_value *text)
{
    if (!text->has_escapes)
        return xstrndup(text->at, text->len);
    char *copy = xmalloc(text->len + 1); /* an escape is never shorter than its meaning */
    char *to = copy;
    for (const char *at = text->at; at < text->at + text->len;) {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        const size_t taken = resolve(at, &to);
        if (taken == 0) {
            free(copy);
            return NULL;
        }
        at += taken;
    }
    *to = '\0';
    return copy;
}
