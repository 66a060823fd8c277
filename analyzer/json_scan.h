/* JSON taken apart in place, token by token: enough for plain files, which are large.
 * What is not plain is refused, and its reader hands the text to a whole parser. */
#ifndef LOMSONG_JSON_SCAN_H
#define LOMSONG_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The text that is left; a NUL stands behind it. Where a function returns false, what is
 * left is no longer of use. */
struct json_scan {
    const char *at;
};

enum json_kind { JSON_NULL, JSON_TEXT, JSON_WHOLE, JSON_REAL, JSON_TRUTH };

/* A value that is neither object nor array, as its bytes stand; a text's without quotes.
 */
struct json_value {
    enum json_kind kind;
    const char *at;
    size_t len;
    bool has_escapes; /* a text's */
};

/* Blanks, then the mark; where it is not there, nothing else is taken. */
bool json_take(struct json_scan *s, char mark);
/* A member's name and the colon; false for a name with escapes, too. */
bool json_take_key(struct json_scan *s, struct json_value *key);
/* A text's control characters and bytes that are not UTF-8 are refused. */
bool json_take_value(struct json_scan *s, struct json_value *value);
/* A finite number. Zero with a sign and whole numbers over 15 digits are refused. */
bool json_take_number(struct json_scan *s, double *number);

bool json_is(const struct json_value *text, const char *same);
/* A text with its escapes resolved; NULL where one is a control character or a half of a
 * character. The caller frees. */
char *json_copy(const struct json_value *text);

#endif
