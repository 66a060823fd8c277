/* Numbers of plain fields, eight bytes at a time: what csv_fast.c takes apart. Here, and
 * not behind calls, because it is most of the time of a row. */
#ifndef LOMSONG_CSV_NUMBER_H
#define LOMSONG_CSV_NUMBER_H

#include <endian.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { EXACT_DIGITS = 15 };

/* What is left to read of a field. */
struct cursor {
    const char *at, *end;
};

/* The last number of a column that was long: the rows of several modems share one
 * position. */
struct long_number {
    uint64_t first, last; /* eight bytes of its text */
    ptrdiff_t len;        /* 0: none yet */
    double value;
};

static inline bool at_end(const struct cursor *c)
{
    return c->at == c->end;
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Eight bytes at once, the first one lowest. A line has bytes behind it to read. */
static inline uint64_t eight_bytes(const char *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return le64toh(bytes);
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

/* The number that the first `count` digits are, 0 to 7: of pairs, of fours, of eight. */
static inline uint64_t number_of(uint64_t digits, int count)
{
    digits = digits << 8 << (56 - 8 * count);
    digits = digits * 10 + (digits >> 8);
    const uint64_t pairs = UINT64_C(0x000000ff000000ff);
    return ((digits & pairs) * (100 + (UINT64_C(1000000) << 32)) +
            (digits >> 16 & pairs) * (1 + (UINT64_C(10000) << 32))) >>
           32;
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

static const uint32_t tens[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

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
    const uint64_t digits =
        number_of(before, whole) * tens[decimals] + number_of(behind, (int)decimals);
    const double magnitude = (double)(int64_t)digits / tens[decimals];
    *number = minus ? -magnitude : magnitude;
    return true;
}

/* Digits with at most one point, 15 at most: exact in a double, as is the power of ten,
 * so that one division rounds once (see csvio_number). Nothing is a NAN. */
static inline bool take_number(struct cursor *c, double *number)
{
    static const double powers[EXACT_DIGITS + 1] = {1e0,  1e1,  1e2,  1e3, 1e4,  1e5,
                                                    1e6,  1e7,  1e8,  1e9, 1e10, 1e11,
                                                    1e12, 1e13, 1e14, 1e15};
    if (at_end(c)) {
        *number = NAN;
        return true;
    }
    if (take_usual_number(*c, number))
        return true;
    const bool minus = *c->at == '-';
    uint64_t digits = 0;
    int decimals = 0;
    c->at += minus;
    int count = take_digits(c, &digits);
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        decimals = take_digits(c, &digits);
        count += decimals;
    }
    if (count == 0 || count > EXACT_DIGITS || !at_end(c))
        return false;
    const double magnitude = (double)(int64_t)digits / powers[decimals];
    *number = minus ? -magnitude : magnitude;
    return true;
}

/* As take_number(), for columns whose numbers are long and repeat. */
static inline bool take_long_number(struct long_number *n, struct cursor *c,
                                    double *number)
{
    enum { EIGHT = 8, LONGEST = 16 };
    const ptrdiff_t len = c->end - c->at;
    if (len < EIGHT || len > LONGEST)
        return take_number(c, number);
    const uint64_t first = eight_bytes(c->at), last = eight_bytes(c->end - EIGHT);
    if (len != n->len || first != n->first || last != n->last) {
        double value = NAN;
        if (!take_number(c, &value))
            return false;
        *n = (struct long_number){first, last, len, value};
    }
    *number = n->value;
    return true;
}

/* A whole number, or nothing, which leaves *whole as it is. */
static inline bool take_whole(struct cursor *c, int64_t *whole)
{
    if (at_end(c))
        return true;
    const bool minus = *c->at == '-';
    uint64_t value = 0;
    c->at += minus;
    const int count = take_digits(c, &value);
    if (count == 0 || count > EXACT_DIGITS || !at_end(c))
        return false;
    *whole = minus ? -(int64_t)value : (int64_t)value;
    return true;
}

#endif
