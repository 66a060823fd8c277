/* Text of AT answers: the fields of a line, and what a field says. All AT decoders read
 * through this, so that a missing field, a field that is no number and an impossible
 * value are told apart in one place. Pure; no locale is asked. */
#ifndef LOMSONG_AT_TEXT_H
#define LOMSONG_AT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at_dialect.h"

enum {
    AT_FIELDS_MAX = 64,
    AT_FIELDS_SIZE = 640, /* of the text of all fields, their ends included */
};

/* A line cut at its commas. Blanks around a field and its quotes are gone; a comma inside
 * quotes is text. A quote that ends, and a blank before 0x, end a field also where the
 * comma is missing (firmware leaves it out). */
struct at_fields {
    enum at_parse
        status; /* the first fault that a reader below has met; AT_PARSED: none */
    int count;
    struct {
        const char *text;
        bool quoted;
    } field[AT_FIELDS_MAX];
    char text[AT_FIELDS_SIZE];
};

/* What follows "name:" in the line; NULL where the line answers something else. Blanks in
 * front and the stamp of a log ("[…] AT< ") are skipped; the name may be in any case. */
const char *at_body(const char *line, const char *name);

/* Cuts the body. The status is AT_MALFORMED where there are more fields, or more text,
 * than fit, where a quote is open at the end, and for bytes that no modem prints. */
void at_split(const char *body, struct at_fields *fields);

/* The field's text; "" where it is missing: not there, empty, or only dashes. */
const char *at_text(const struct at_fields *fields, int i);

/* True for that text, in any case. */
bool at_is(const struct at_fields *fields, int i, const char *text);

/* Whether a text begins with, or holds, another one; in any case. */
bool at_begins(const char *text, const char *prefix);
bool at_holds(const char *text, const char *part);

/* Numbers. A missing field, or a filler for "no value" (32767, 65535 and their kin, of
 * either sign), gives ID_UNKNOWN or NAN. A text that is no number sets the status to
 * AT_MALFORMED, a value outside [min, max] to AT_OUT_OF_RANGE; both give "missing" too.
 */
int64_t at_int(struct at_fields *fields, int i, int64_t min, int64_t max);
double at_number(struct at_fields *fields, int i, double min, double max);
/* Hexadecimal in [0, max], "0x" allowed; too many ones (FFFF) are a filler. */
int64_t at_hex(struct at_fields *fields, int i, int64_t max);

/* The value where it lies in [min, max], or NAN as above. */
double at_check(struct at_fields *fields, double value, double min, double max);

/* A decimal number without any range: "-7.50" and also "-7.-50" and "0.-50", which
 * firmware prints that formats quotient and remainder of a negative number one after the
 * other. False where the whole text is none. */
bool at_parse_number(const char *text, double *value);

/* Writes a text into a buffer of that size, cut where it is too long. */
void at_copy(char *to, size_t size, const char *text);

#endif
