/* AT dialects: which commands a modem family is asked every round, and pure parsers of
 * the answers. A family is one file at_*.c and one row in at_dialects.c. */
#ifndef LOMSONG_AT_DIALECT_H
#define LOMSONG_AT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "modem.h"

/* What a parser makes of one line. */
enum at_parse {
    AT_PARSED,
    AT_NOT_MINE,     /* another command's answer, an echo, noise */
    AT_MALFORMED,    /* mine, but cannot be read */
    AT_OUT_OF_RANGE, /* mine and readable, a value is impossible; nothing was taken */
};

/* Several-line answers (NSA's two cells, !GSTATUS?, +UCGED) keep what came before here.
 */
struct at_context {
    int line;         /* of the current answer, from 0 */
    int mode;         /* the dialect's own */
    char command[32]; /* the command whose answer is being read, without "AT" */
};

struct at_dialect {
    const char *name;
    /* By +CGMI and +CGMM (any case); the generic 3GPP row matches everything and is last.
     */
    bool (*matches)(const char *manufacturer, const char *model);
    /* Sent once after the port answers, e.g. "+CEREG=2"; NULL-terminated. */
    const char *const *setup;
    /* Asked every round besides what all are asked (+CFUN? +CPIN? +CEREG? +C5GREG?
     * +CGREG? +CREG? +COPS?), in order; NULL-terminated. */
    const char *const *polls;
    enum at_parse (*parse)(const char *line, struct at_context *context,
                           struct modem_reading *reading);
};

extern const struct at_dialect at_dialects[];
extern const size_t at_dialect_count;

/* The first dialect that matches; never NULL. */
const struct at_dialect *at_dialect_find(const char *manufacturer, const char *model);

/* Answers of TS 27.007 that every dialect shares: +CSQ +CESQ +CREG +CGREG +CEREG +C5GREG
 * +COPS +CFUN +CPIN. Registration of the packet domain decides reading->state: the best
 * of CEREG, C5GREG, CGREG by `in service` > limited > no service; CREG only where no
 * other answered. */
enum at_parse at_3gpp_parse(const char *line, struct at_context *context,
                            struct modem_reading *reading);

/* Parses a line by the dialect, then by 3GPP. Final results are lines, too: OK ends an
 * answer, and +CME ERROR tells of a SIM that is missing. */
enum at_parse at_dialect_parse(const struct at_dialect *dialect, const char *line,
                               struct at_context *context, struct modem_reading *reading);

/* At the end of a round: combines what the answers said into state, technology and levels
 * (a dialect's own cell answer wins over +CESQ; AcT of the registration names the
 * technology where nothing else does; a level without registration is dropped). A
 * dialect's answer that says less service than registration (searching, limited) is
 * believed, one that says more is not. */
void at_reading_finish(struct modem_reading *reading);

/* The state that the answers so far make. */
enum state at_reading_state(const struct modem_reading *reading);
/* True where what was heard between tells of the service: registration, radio, SIM. */
bool at_reading_tells(const struct modem_heard *before, const struct modem_heard *now);

/* Replaces identifiers of a subscriber by 'x' in place: IMSI and IMEI (runs of 14 to 16
 * digits), ICCID (18 to 20 digits, F allowed), phone numbers (+ and 8 or more digits) —
 * but not cell ids in the known answers. */
void at_scrub(char *line);

#endif
