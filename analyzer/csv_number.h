/* Numbers of plain fields, eight bytes at a time: what csv_fast.c takes apart. Here, and
 * not behind calls, because it is much of the time of a row. */
#ifndef LOMSONG_CSV_NUMBER_H
#define LOMSONG_CSV_NUMBER_H

#include <math.h>

#include "csv_bytes.h"

enum { EXACT_DIGITS = 15 };

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* The bytes as values of digits: '0' becomes 0. */
static inline uint64_t eight_digits(const char *at)
{
    return eight_bytes(at) ^ EACH_BYTE('0');
}

/* How many of them are digits, before the first that is none. The sum carries out of a
 * byte that is none only, into bytes behind it. */
static inline int digit_run(uint64_t digits)
{
    const uint64_t others = ((digits + EACH_BYTE(0x80 - 10)) | digits) & EACH_BYTE(0x80);
    return others ? __builtin_ctzll(others) / 8 : 8;
}

/* The number that eight digits are: of pairs, of fours, of eight. */
static inline uint64_t number_of_eight(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    const uint64_t pairs = UINT64_C(0x000000ff000000ff);
    return ((digits & pairs) * (100 + (UINT64_C(1000000) << 32)) +
            (digits >> 16 & pairs) * (1 + (UINT64_C(10000) << 32))) >>
           32;
}

/* The number that the first `count` digits are, 0 to 7. */
static inline uint64_t number_of(uint64_t digits, int count)
{
    return number_of_eight(digits << 8 << (56 - 8 * count));
}

/* Moves over digits of a field, reading them onto *number; returns how many. */
static inline int take_digits(struct cursor *c, uint64_t *number)
{
    const char *first = c->at;
    uint64_t n = *number;
    for (; c->at < c->end && is_digit(*c->at); c->at++)
        n = n * 10 + (unsigned)(*c->at - '0');
    *number = n;
    return (int)(c->at - first);
}

/* All exact in a double. */
static const double powers_of_ten[EXACT_DIGITS + 1] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* A number of at most 8 bytes: its digits are moved together over the point, the last one
 * into the highest byte, where zeros come before the first. False, *number untouched,
 * where it is none. */
static inline bool take_short_number(struct cursor c, double *number)
{
    const bool minus = *c.at == '-';
    c.at += minus;
    const int len = (int)(c.end - c.at);
    if (len == 0)
        return false;
    uint64_t digits = eight_digits(c.at) << (64 - 8 * len);
    int decimals = 0;
    const int whole = digit_run(digits);
    if (whole < 8) {
        const uint64_t before = digits & ((UINT64_C(1) << 8 * whole) - 1);
        const uint64_t behind = digits >> 8 * whole >> 8 << 8 * whole << 8;
        if ((digits >> 8 * whole & 0xff) != ('.' ^ '0') || digit_run(behind) < 8 ||
            len == 1)
            return false;
        digits = before << 8 | behind;
        decimals = 7 - whole;
    }
    const double magnitude =
        (double)(int64_t)number_of_eight(digits) / powers_of_ten[decimals];
    *number = minus ? -magnitude : magnitude;
    return true;
}

/* A number of at most 7 digits before its point and 7 behind it, or none of either; the
 * lengths are found without a loop. False, *number untouched, for any other. */
static inline bool take_usual_number(struct cursor c, double *number)
{
    const bool minus = *c.at == '-';
    c.at += minus;
    const uint64_t before = eight_digits(c.at);
    const int whole = digit_run(before);
    const char *point = c.at + whole;
    if (whole == 0 || whole > 7 || point >= c.end || *point != '.')
        return false;
    const ptrdiff_t decimals = c.end - point - 1;
    const uint64_t behind = eight_digits(point + 1);
    if (decimals > 7 || digit_run(behind) < decimals)
        return false;
    const double digits =
        (double)(int64_t)number_of(before, whole) * powers_of_ten[decimals] +
        (double)(int64_t)number_of(behind, (int)decimals);
    const double magnitude = digits / powers_of_ten[decimals];
    *number = minus ? -magnitude : magnitude;
    return true;
}

/* Digits with at most one point, 15 at most: exact in a double, as is the power of ten,
 * so that one division rounds once (see csvio_number). */
static inline bool take_any_number(struct cursor c, double *number)
{
    const bool minus = *c.at == '-';
    uint64_t digits = 0;
    int decimals = 0;
    c.at += minus;
    int count = take_digits(&c, &digits);
    if (c.at < c.end && *c.at == '.') {
        c.at++;
        decimals = take_digits(&c, &digits);
        count += decimals;
    }
    if (count == 0 || count > EXACT_DIGITS || !at_end(&c))
        return false;
    const double magnitude = (double)(int64_t)digits / powers_of_ten[decimals];
    *number = minus ? -magnitude : magnitude;
    return true;
}

static inline bool take_any_whole(struct cursor c, int64_t *whole)
{
    const bool minus = *c.at == '-';
    uint64_t value = 0;
    c.at += minus;
    const int count = take_digits(&c, &value);
    if (count == 0 || count > EXACT_DIGITS || !at_end(&c))
        return false;
    *whole = minus ? -(int64_t)value : (int64_t)value;
    return true;
}

/* The last value of a column: rows of several modems share one position. */
struct known_number {
    struct short_text text; /* empty: none yet */
    double number;
    int64_t whole;
};

/* A number, or nothing: NAN. */
static inline bool take_number(struct known_number *known, struct cursor c,
                               double *number)
{
    if (!is_short(&c)) {
        *number = NAN;
        return at_end(&c) || take_any_number(c, number);
    }
    const struct short_text text = short_text(&c);
    if (!same_text(text, known->text)) {
        double value = NAN;
        if (!(c.end - c.at <= 8
                  ? take_short_number(c, &value)
                  : take_usual_number(c, &value) || take_any_number(c, &value)))
            return false;
        known->text = text;
        known->number = value;
    }
    *number = known->number;
    return true;
}

/* A whole number, or nothing: `none`. */
static inline bool take_whole(struct known_number *known, struct cursor c, int64_t none,
                              int64_t *whole)
{
    if (!is_short(&c)) {
        *whole = none;
        return at_end(&c) || take_any_whole(c, whole);
    }
    const struct short_text text = short_text(&c);
    if (!same_text(text, known->text)) {
        int64_t value = 0;
        if (!take_any_whole(c, &value))
            return false;
        known->text = text;
        known->whole = value;
    }
    *whole = known->whole;
    return true;
}

#endif
