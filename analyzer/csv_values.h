/* The values of a row of lomsong CSV: read from the fields that libcsv split, or by
 * csv_fast.c from the bytes of a plain line. */
#ifndef LOMSONG_CSV_VALUES_H
#define LOMSONG_CSV_VALUES_H

#include "csv_layout.h"

struct csv_values {
    struct import_row row;
    bool decimal_comma; /* see csv_layout */
    double level_dbm;   /* of the row's technology */
    int64_t offset_s;
    bool level_given;
    char mcc[8];
    char mnc[8];
};

/* Nothing read yet. */
struct csv_values csv_values_begin(const struct import_options *o);
/* What the columns say together. `tech_text` is the technology as written. */
void csv_values_finish(struct csv_values *v, const struct csv_layout *l,
                       const char *tech_text, const struct import_options *o);

/* Begins, reads a whole row and finishes; a row that cannot be read is marked malformed,
 * with its fault. Texts in it are those of `csv`. */
void csv_values_read(struct csv_values *v, const struct csv_layout *l,
                     const struct csvio_row *csv, const struct import_options *o);

#endif
