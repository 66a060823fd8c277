/* The values of a row of lomsong CSV: read from the fields that libcsv split, or by
 * csv_fast.c from the bytes of a plain line. */
#ifndef LOMSONG_CSV_VALUES_H
#define LOMSONG_CSV_VALUES_H

#include "csv_layout.h"

struct csv_values {
    struct import_row row;
    bool decimal_comma; /* see csv_layout */
    /* What columns say of which the row has but what they say together. */
    enum tech tech;
    const char *tech_text; /* as written; "" where it is not */
    mccmnc_t mccmnc;
    char mcc[8];
    char mnc[8];
    double level_dbm; /* of the row's technology */
    bool has_zone;    /* the time names one, */
    int32_t zone_s;   /* this */
    int64_t offset_s;
    enum tech lent; /* the technology that has level_dbm for its own; TECH_NONE */
};

/* Nothing read yet. */
struct csv_values csv_values_begin(const struct import_options *o);
/* What the columns say together. After csv_values_reopen() some may be read anew, and
 * finished again: rows that share values need not read them. */
void csv_values_finish(struct csv_values *v, const struct csv_layout *l,
                       const struct import_options *o);
void csv_values_reopen(struct csv_values *v);

/* Begins, reads a whole row and finishes; a row that cannot be read is marked malformed,
 * with its fault. Texts in it are those of `csv`. */
void csv_values_read(struct csv_values *v, const struct csv_layout *l,
                     const struct csvio_row *csv, const struct import_options *o);

#endif
