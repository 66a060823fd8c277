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

/* The highest bits of the bytes that are none. The sum carries only out of a byte that
 * is neither a digit nor a point, and so hides nothing but what lies behind one. */
static inline uint64_t not_digits(uint64_t digits)
{
    return ((digits + EACH_BYTE(0x80 - 10)) | digits) & EACH_BYTE(0x80);
}

/* How many are digits, before the first that is none. */
static inline int digit_run(uint64_t digits)
{
    const uint64_t others = not_digits(digits);
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

/* Moves over digits, reading them onto *number; returns how many. */
static inline int take_digits(const char **at, uint64_t *number)
{
    const char *first = *at;
    uint64_t n = *number;
    for (; is_digit(**at); ++*at)
        n = n * 10 + (unsigned)(**at - '0');
    *number = n;
    return (int)(*at - first);
}

/* All exact in a double. */
static const double powers_of_ten[EXACT_DIGITS + 1] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* Digits with at most one point, 15 at most: exact in a double, as is the power of ten,
 * so that one division rounds once (see csvio_number). NAN where nothing stands there.
 * Returns where it ends, NULL where it is none. */
static inline const char *take_any_number(const char *at, double *number)
{
    const char *start = at;
    const bool minus = *at == '-';
    uint64_t digits = 0;
    int decimals = 0;
    at += minus;
    int count = take_digits(&at, &digits);
    if (*at == '.') {
        at++;
        decimals = take_digits(&at, &digits);
        count += decimals;
    }
    *number = NAN;
    if (at == start)
        return at;
    if (count == 0 || count > EXACT_DIGITS)
        return NULL;
    const double magnitude = (double)(int64_t)digits / powers_of_ten[decimals];
    *number = minus ? -magnitude : magnitude;
    return at;
}

/* What of a number stands behind its sign: 1 to 7 digits and, where there is a point, at
 * most 7 behind it. Returns its length, 0 where it is another. */
static inline __attribute__((always_inline)) int take_usual_number(const char *at,
                                                                   double *number)
{
    const uint64_t text = eight_digits(at), others = not_digits(text);
    const int whole = others ? __builtin_ctzll(others) / 8 : 0;
    if (whole == 0)
        return 0;
    const double before = (double)(int64_t)number_of(text, whole);
    if (at[whole] != '.') {
        *number = before;
        return whole;
    }
    /* Where the end is among the same bytes it is looked for there: the next field can
     * begin no sooner than this one's end is known. */
    const uint64_t ends = others & (others - 1);
    uint64_t behind = text >> 8 * whole >> 8;
    int len = ends ? __builtin_ctzll(ends) / 8 : 0;
    if (len == 0) {
        behind = eight_digits(at + whole + 1);
        len = whole + 1 + digit_run(behind);
    }
    const int decimals = len - whole - 1;
    if (decimals > 7)
        return 0;
    *number = (before * powers_of_ten[decimals] +
               (double)(int64_t)number_of(behind, decimals)) /
              powers_of_ten[decimals];
    return len;
}

/* A number, or nothing: NAN. Returns where it ends, NULL where it is none. The sign is a
 * branch, which the processor guesses well by the column, and no number to be added: then
 * the digits need not wait for it. */
static inline const char *take_number(const char *at, double *number)
{
    double magnitude = NAN;
    int len = 0;
    if (*at == '-') {
        if ((len = take_usual_number(at + 1, &magnitude)) > 0) {
            *number = -magnitude;
            return at + 1 + len;
        }
    } else if ((len = take_usual_number(at, number)) > 0) {
        return at + len;
    }
    return take_any_number(at, number);
}

/* A whole number, or nothing: `none`. */
static inline const char *take_whole(const char *at, int64_t none, int64_t *whole)
{
    const char *start = at;
    const bool minus = *at == '-';
    uint64_t value = 0;
    at += minus;
    const int count = take_digits(&at, &value);
    *whole = none;
    if (at == start)
        return at;
    if (count == 0 || count > EXACT_DIGITS)
        return NULL;
    *whole = minus ? -(int64_t)value : (int64_t)value;
    return at;
}

#endif
