/* Tables that survey apps write: what their importers share. An importer names its
 * columns and says what a row means; finding the header, the time, the position and what
 * cannot be read is done here. */
#ifndef LOMSONG_APP_CSV_H
#define LOMSONG_APP_CSV_H

#include "import.h"

enum { APP_CSV_COLUMNS = 40, APP_CSV_ALTERNATIVES = 4 };

struct app_csv_row;

struct app_csv {
    const char *title; /* of the app, for messages */
    char delim;        /* 0: comma, semicolon or tab, whichever the header has most of */
    char quote;
    const char *missing; /* a text that stands for no value besides the empty one, or NULL
                          */
    /* By number of the importer's own enum. "tac|lac": the first of these that is there.
     */
    const char *const *names;
    size_t count;
    /* Sets of columns (bit 1 << number), one of which must be there as a whole; 0 ends.
     */
    uint64_t required[APP_CSV_ALTERNATIVES + 1];
    void (*read)(const struct app_csv_row *row);
    void *extra; /* the importer's own, for read() */
};

/* A row while it is read; `out` begins with what the options say and an empty sample. */
struct app_csv_row {
    const struct app_csv *app;
    const int *at;       /* field of each column; -1: there is none */
    size_t header_count; /* fields of the header */
    bool usable;         /* it has the columns that must be there */
    bool decimal_comma;  /* numbers may be written 22,65: the fields end otherwise */
    const struct csvio_row *csv;
    const struct import_options *options;
    struct import_row *out;
};

/* An importer's detect() and read(). Lines before the header that begin with '#' are
 * comments. */
bool app_csv_detect(const struct app_csv *app, const char *head, size_t size);
MUST_CHECK enum err app_csv_read(const struct app_csv *app, struct import_file *f,
                                 const struct import_options *options,
                                 import_sink_fn sink, void *ctx);

/* The field of a column, "" where it is missing. */
const char *app_csv_text(const struct app_csv_row *row, size_t column);
bool app_csv_has(const struct app_csv_row *row, size_t column);
/* A number that decides (position, level): what is none makes the row malformed. NAN
 * where it is missing. */
double app_csv_number(const struct app_csv_row *row, size_t column);
/* A number that only informs: what is none is missing. */
double app_csv_info(const struct app_csv_row *row, size_t column);
/* True or false, 1 or 0, missing: false. Anything else, such as what a spreadsheet of
 * another language makes of it, makes the row malformed. */
bool app_csv_flag(const struct app_csv_row *row, size_t column);
/* An id or count likewise; Android's largest integers mean "unknown". */
int64_t app_csv_id(const struct app_csv_row *row, size_t column);
/* Time as text, at offset_s where it names no zone, or Unix time. Missing: stays unknown.
 */
void app_csv_time(const struct app_csv_row *row, size_t column, int32_t offset_s);
/* Operator "45204" or "452-04" in one field; what is none makes the row malformed. */
void app_csv_operator(const struct app_csv_row *row, size_t column);
/* Operator in two fields, the MNC a number that may have lost its zeros. */
void app_csv_operator_numbers(const struct app_csv_row *row, size_t mcc, size_t mnc);
void app_csv_malformed(const struct app_csv_row *row, const char *fault);

/* Android's accuracy is the radius of 68 % (Location.getAccuracy, 0 where there is
 * none); the radius of 95 % of the same circular error is sqrt(ln 0.05 / ln 0.32)
 * times as large. */
double app_csv_h95_m(double android_accuracy_m);

/* A row that is no sample of the phone's service, and why. */
void app_csv_no_sample(const struct app_csv_row *row, const char *why);
/* A cell that is heard but does not serve. */
void app_csv_neighbour(const struct app_csv_row *row);

#endif
