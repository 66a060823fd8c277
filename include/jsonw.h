/* JSON written as a stream, compact, safe inside an HTML script element whatever the
 * texts hold: '<' is escaped, bytes that are not UTF-8 become U+FFFD. Locale-independent.
 */
#ifndef LOMSONG_JSONW_H
#define LOMSONG_JSONW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct jsonw {
    FILE *out;  /* write errors stay in its error flag */
    bool comma; /* the next value of this array or object needs one before it */
};

/* '{' '}' '[' ']', and '"' around a text that the caller writes to `out` himself. */
void jsonw_open(struct jsonw *j, char bracket);
void jsonw_close(struct jsonw *j, char bracket);

/* The name of the member whose value comes next: plain ASCII without quotes. */
void jsonw_key(struct jsonw *j, const char *key);

/* NULL gives "". */
void jsonw_text(struct jsonw *j, const char *text);
void jsonw_int(struct jsonw *j, int64_t value);
void jsonw_bool(struct jsonw *j, bool value);
void jsonw_null(struct jsonw *j);

/* Rounded to `decimals` (0..9), halves away from zero, trailing zeros cut, never "-0";
 * null where the value is not finite or its magnitude over 9e9. */
void jsonw_number(struct jsonw *j, double value, int decimals);

#endif
