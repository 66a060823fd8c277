/* Time: UTC milliseconds in 64 bits, and the texts in which logs write it. */
#ifndef LOMSONG_UTC_H
#define LOMSONG_UTC_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define UTC_2000_MS INT64_C(946684800000)
#define UTC_DAY_MS INT64_C(86400000)

/* What a text said: the instant, and the offset it named. */
struct utc_stamp {
    int64_t t_utc_ms;
    int32_t offset_s; /* of local time, east positive; valid if has_offset */
    bool has_offset;  /* an explicit offset other than the letter Z */
};

/* ISO 8601 date and time: "2025-07-18T22:11:08[.123][Z|+07:00|+0700|+07]", a blank for
 * the T,
 * '.' or ',' before the fraction. Without a zone the text is local at default_offset_s.
 * Also G-NetTrack's "2025.07.18_22.11.08". ERR_INPUT for anything else and for dates that
 * do not exist. */
MUST_CHECK enum err utc_parse(const char *text, int32_t default_offset_s,
                              struct utc_stamp *stamp);

/* As utc_parse, and Unix seconds (below 1e11, fraction allowed) or milliseconds as well.
 */
MUST_CHECK enum err utc_parse_any(const char *text, int32_t default_offset_s,
                                  struct utc_stamp *stamp);

/* "2025-07-18" to days since 1970-01-01. */
MUST_CHECK enum err utc_parse_date(const char *text, int32_t *day);

/* "+07:00", "-0330", "7" to seconds, within ±14 h. */
MUST_CHECK enum err utc_parse_offset(const char *text, int32_t *offset_s);

/* Days since 1970-01-01 of the local date at an offset. */
int32_t utc_local_day(int64_t t_utc_ms, int32_t offset_s);

/* "2025-07-18T22:11:08Z", fraction cut off; "" for TIME_UNKNOWN and years outside
 * 0..9999. */
enum { UTC_TEXT_SIZE = 32 };
void utc_format(int64_t t_utc_ms, char text[UTC_TEXT_SIZE]);
/* "2025-07-18" */
void utc_format_date(int32_t day, char text[UTC_TEXT_SIZE]);

/* The system's clock. The only call that reads it; pure code is given the value. */
int64_t utc_now_ms(void);

#endif
