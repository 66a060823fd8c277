/* lomsong's own CSV of samples, as both programs write it: what is read back from it
 * gives the same tally as the log that it was written from. */
#ifndef LOMSONG_SAMPLE_CSV_H
#define LOMSONG_SAMPLE_CSV_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sample.h"

struct sample_csv_row {
    const struct sample *sample; /* its levels settled */
    int64_t sample_id;           /* keeps equal samples apart */
    int32_t utc_offset_s;        /* of the local day */
    bool has_utc_offset;
};

/* Levels as the tally sees them: blank where out of range, the others corrected by the
 * modem's offset_db, which a CSV has no place for. */
void sample_csv_settle(struct sample *s, double offset_db);

/* Write errors stay in the stream's error flag. */
void sample_csv_put_header(FILE *out);
void sample_csv_put(FILE *out, const struct sample_csv_row *row);

#endif
