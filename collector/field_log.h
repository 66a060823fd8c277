/* Reads the trip logs of the output directory into the field, as the analyzer would: the
 * same rows, quality, duplicates and operators. Earlier logs first, then the one that is
 * being written, a part at a time, so that recording never waits. */
#ifndef LOMSONG_FIELD_LOG_H
#define LOMSONG_FIELD_LOG_H

#include "field.h"

struct field_log;

/* Finds the logs in a directory, but for `current`, which comes last; NULL: none is being
 * written. Logs that the plan knows wholly are left out. */
MUST_CHECK enum err field_log_open(struct field *field, const char *directory,
                                   const char *current, struct field_log **log);
/* NULL is legal. */
void field_log_close(struct field_log *l);

/* Goes on with at most `max_rows` rows, of which `current` may have new ones, and judges.
 * True when there is nothing more to read. */
bool field_log_read(struct field_log *l, const char *current, int max_rows);
/* Rows have changed (they were dated anew): all is counted again from the beginning. */
void field_log_restart(struct field_log *l);
/* True after a log could not be read or did not fit: what is shown is too little. */
bool field_log_failed(const struct field_log *l);

#endif
