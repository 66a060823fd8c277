/* UTC milliseconds and their texts, by the proleptic Gregorian calendar and without the C
 * library's time zones. */
#include "utc.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "csvio.h"
#include "sample.h"

enum {
    HOUR_S = 3600,
    OFFSET_MAX_S = 14 * HOUR_S, /* Kiritimati; no zone is farther from UTC */
    ERA_YEARS = 400,            /* after which the calendar repeats */
    ERA_DAYS = 146097,
    EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
};
#define UNIX_MS_FROM 1e11 /* a smaller number is seconds: 1e11 s is the year 5138 */
#define UNIX_MAX_MS 4e18  /* clamp: leaves room to add days and offsets in 64 bits */

/* Reads exactly `digits` decimal digits; false where others stand there. */
static bool take_int(const char **at, int digits, int32_t *value)
{
    int32_t sum = 0;
    for (int i = 0; i < digits; i++) {
        const char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        sum = sum * 10 + (c - '0');
    }
    *at += digits;
    *value = sum;
    return true;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

/* Years begin in March, so that the leap day is the last one. */
static int32_t days_of_date(int32_t year, int32_t month, int32_t day)
{
    const int32_t y = year + ERA_YEARS - (month <= 2 ? 1 : 0); /* never negative */
    const int32_t year_day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + year_day - ERA_DAYS - EPOCH_DAYS;
}

static int32_t days_of_month(int32_t year, int32_t month)
{
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 2)
        return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static bool take_date(const char **at, char sep, int32_t *days)
{
    int32_t year = 0, month = 0, day = 0;
    if (!take_int(at, 4, &year) || !take_char(at, sep) || !take_int(at, 2, &month) ||
        !take_char(at, sep) || !take_int(at, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    *days = days_of_date(year, month, day);
    return true;
}

/* Second 60 is a leap second; it runs into the next minute. */
static bool take_time(const char **at, char sep, int32_t *time_s)
{
    int32_t hour = 0, minute = 0, second = 0;
    if (!take_int(at, 2, &hour) || !take_char(at, sep) || !take_int(at, 2, &minute) ||
        !take_char(at, sep) || !take_int(at, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *time_s = hour * HOUR_S + minute * 60 + second;
    return true;
}

/* An optional fraction; digits past the millisecond are cut off. */
static bool take_fraction(const char **at, int32_t *ms)
{
    *ms = 0;
    if (**at != '.' && **at != ',')
        return true;
    (*at)++;
    int32_t scale = 100;
    const char *first = *at;
    for (; isdigit((unsigned char)**at); (*at)++) {
        *ms += (**at - '0') * scale;
        scale /= 10;
    }
    return *at > first;
}

static bool offset_in_range(int32_t hour, int32_t minute)
{
    return minute <= 59 && hour * HOUR_S + minute * 60 <= OFFSET_MAX_S;
}

/* Nothing, the letter Z, or +07:00, +0700, +07 to the end of the text. */
static bool take_zone(const char **at, int32_t default_offset_s, struct utc_stamp *stamp)
{
    stamp->has_offset = false;
    stamp->offset_s = default_offset_s;
    if (**at == '\0')
        return true;
    if (**at == 'Z' || **at == 'z') {
        (*at)++;
        stamp->offset_s = 0;
        return **at == '\0';
    }
    const int32_t sign = **at == '-' ? -1 : 1;
    int32_t hour = 0, minute = 0;
    if (!take_char(at, '+') && !take_char(at, '-'))
        return false;
    if (!take_int(at, 2, &hour))
        return false;
    const bool colon = take_char(at, ':');
    if ((colon || **at != '\0') && !take_int(at, 2, &minute))
        return false;
    if (**at != '\0' || !offset_in_range(hour, minute))
        return false;
    stamp->offset_s = sign * (hour * HOUR_S + minute * 60);
    stamp->has_offset = true;
    return true;
}

static bool take_iso(const char *at, int32_t default_offset_s, struct utc_stamp *stamp)
{
    int32_t days = 0, time_s = 0, ms = 0;
    if (!take_date(&at, '-', &days))
        return false;
    if (*at != 'T' && *at != 't' && *at != ' ')
        return false;
    at++;
    if (!take_time(&at, ':', &time_s) || !take_fraction(&at, &ms) ||
        !take_zone(&at, default_offset_s, stamp))
        return false;
    stamp->t_utc_ms = days * UTC_DAY_MS + (time_s - stamp->offset_s) * INT64_C(1000) + ms;
    return true;
}

/* 2025.07.18_22.11.08, the phone's local time. */
static bool take_gnettrack(const char *at, int32_t default_offset_s,
                           struct utc_stamp *stamp)
{
    int32_t days = 0, time_s = 0;
    if (!take_date(&at, '.', &days) || !take_char(&at, '_') ||
        !take_time(&at, '.', &time_s) || *at != '\0')
        return false;
    *stamp = (struct utc_stamp){.offset_s = default_offset_s};
    stamp->t_utc_ms = days * UTC_DAY_MS + (time_s - default_offset_s) * INT64_C(1000);
    return true;
}

enum err utc_parse(const char *text, int32_t default_offset_s, struct utc_stamp *stamp)
{
    struct utc_stamp read;
    if (!take_iso(text, default_offset_s, &read) &&
        !take_gnettrack(text, default_offset_s, &read))
        return ERR_INPUT;
    *stamp = read;
    return ERR_OK;
}

enum err utc_parse_any(const char *text, int32_t default_offset_s,
                       struct utc_stamp *stamp)
{
    double unix_time = NAN;
    if (utc_parse(text, default_offset_s, stamp) == ERR_OK)
        return ERR_OK;
    /* a comma may begin the fraction, as in ISO 8601 */
    if (!csvio_local_number(text, true, &unix_time) || isnan(unix_time))
        return ERR_INPUT;
    /* The half microsecond makes up for seconds that binary fractions hold a trifle low.
     */
    const double ms = fabs(unix_time) < UNIX_MS_FROM ? unix_time * 1e3 + 5e-4 : unix_time;
    const double clamped = fmax(-UNIX_MAX_MS, fmin(UNIX_MAX_MS, floor(ms)));
    *stamp = (struct utc_stamp){.t_utc_ms = (int64_t)clamped};
    stamp->offset_s = default_offset_s;
    return ERR_OK;
}

enum err utc_parse_date(const char *text, int32_t *day)
{
    int32_t days = 0;
    if (!take_date(&text, '-', &days) || *text != '\0')
        return ERR_INPUT;
    *day = days;
    return ERR_OK;
}

enum err utc_parse_offset(const char *text, int32_t *offset_s)
{
    const int32_t sign = *text == '-' ? -1 : 1;
    if (*text == '+' || *text == '-')
        text++;
    int32_t hour = 0, minute = 0;
    const size_t digits = strspn(text, "0123456789");
    if (digits != 1 && digits != 2 && digits != 4)
        return ERR_INPUT;
    if (!take_int(&text, digits == 1 ? 1 : 2, &hour))
        return ERR_INPUT;
    const bool colon = digits < 4 && take_char(&text, ':');
    if ((colon || digits == 4) && !take_int(&text, 2, &minute))
        return ERR_INPUT;
    if (*text != '\0' || !offset_in_range(hour, minute))
        return ERR_INPUT;
    *offset_s = sign * (hour * HOUR_S + minute * 60);
    return ERR_OK;
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

static int64_t floor_mod(int64_t value, int64_t by)
{
    return value % by + (value % by < 0 ? by : 0);
}

static int32_t clamp_day(int64_t day)
{
    return day > INT32_MAX ? INT32_MAX : day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

int32_t utc_local_day(int64_t t_utc_ms, int32_t offset_s)
{
    /* Added as days and rest, so that absurd times do not overflow. */
    const int64_t day = floor_div(t_utc_ms, UTC_DAY_MS);
    const int64_t rest_ms = floor_mod(t_utc_ms, UTC_DAY_MS);
    return clamp_day(day + floor_div(rest_ms + offset_s * INT64_C(1000), UTC_DAY_MS));
}

static bool date_of_days(int32_t day, int32_t *year, int32_t *month, int32_t *month_day)
{
    const int64_t days = (int64_t)day + EPOCH_DAYS;
    const int64_t era = floor_div(days, ERA_DAYS);
    const int32_t era_day = (int32_t)(days - era * ERA_DAYS);
    const int32_t era_year =
        (era_day - era_day / 1460 + era_day / 36524 - era_day / 146096) / 365;
    const int32_t year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
    const int32_t from_march = (5 * year_day + 2) / 153;
    *month_day = year_day - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    const int64_t full_year = era_year + era * ERA_YEARS + (*month <= 2 ? 1 : 0);
    *year = (int32_t)full_year;
    return full_year >= 0 && full_year <= 9999;
}

void utc_format(int64_t t_utc_ms, char text[UTC_TEXT_SIZE])
{
    int32_t year = 0, month = 0, day = 0;
    text[0] = '\0';
    const int64_t days = floor_div(t_utc_ms, UTC_DAY_MS);
    if (t_utc_ms == TIME_UNKNOWN || !date_of_days(clamp_day(days), &year, &month, &day))
        return;
    const int time_s = (int)(floor_mod(t_utc_ms, UTC_DAY_MS) / 1000);
    (void)snprintf(text, UTC_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year,
                   (int)month, (int)day, time_s / HOUR_S, time_s / 60 % 60, time_s % 60);
}

void utc_format_date(int32_t day, char text[UTC_TEXT_SIZE])
{
    int32_t year = 0, month = 0, month_day = 0;
    text[0] = '\0';
    if (date_of_days(day, &year, &month, &month_day))
        (void)snprintf(text, UTC_TEXT_SIZE, "%04d-%02d-%02d", (int)year, (int)month,
                       (int)month_day);
}

int64_t utc_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
