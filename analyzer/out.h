/* Outputs: each is one file out_*.c and one row in outputs.c. */
#ifndef LOMSONG_OUT_H
#define LOMSONG_OUT_H

#include <stdio.h>

#include "err.h"
#include "model.h"

/* Writes files into the directory `dir` (which exists), beside other outputs that do so
 * in other threads, each with a `model` whose CRS is its own. All errors are reported
 * with the file's name, and the caller throws the whole directory away. Languages:
 * lang.h. */
typedef enum err (*out_write_fn)(const struct model *model, const char *dir);

enum output_company {
    OUTPUT_BESIDE, /* others may be written at the same time */
    OUTPUT_ALONE,  /* switches the language while it writes */
};

struct output {
    const char *name; /* for --only: "bins" */
    out_write_fn write;
    const char *help; /* N_() */
    enum output_company company;
};

extern const struct output outputs[];
extern const size_t output_count;

/* Files for other programs, written where --also names them: rows of sinks.c. */
extern const struct output sinks[];
extern const size_t sink_count;

enum err out_hamlets_csv(const struct model *model, const char *dir);
enum err out_areas_csv(const struct model *model, const char *dir);
enum err out_bins_csv(const struct model *model, const char *dir);
enum err out_communes_csv(const struct model *model, const char *dir);
enum err out_provinces_csv(const struct model *model, const char *dir);
/* crosswalk.csv; no file where the survey was made without one */
enum err out_crosswalk_csv(const struct model *model, const char *dir);
enum err out_summary(const struct model *model, const char *dir);
enum err out_gpkg(const struct model *model, const char *dir);     /* survey.gpkg */
enum err out_coverage(const struct model *model, const char *dir); /* *.tif, *.qml */
enum err out_qgis(const struct model *model, const char *dir);     /* survey.qgs */
enum err out_xlsx(const struct model *model, const char *dir);     /* report.xlsx */
enum err out_pdf(const struct model *model, const char *dir);      /* report.pdf */
enum err out_map(const struct model *model, const char *dir);      /* map.html */

/* A file of that name in `dir`, for writing; NULL, reported, where it cannot be made. */
FILE *out_open(const char *dir, const char *name);
/* Likewise of a table, with its BOM and header: a comma separated list of names. */
FILE *out_open_csv(const char *dir, const char *name, const char *header);
/* Flushes to disk and closes; any earlier write error counts. Reports. */
MUST_CHECK enum err out_close(FILE *f, const char *dir, const char *name);

/* Number texts of the contract: 6 decimals, "-0.000000" never, "" for NAN. */
enum { OUT_NUMBER_SIZE = 32 };
const char *out_share(double value, char buf[OUT_NUMBER_SIZE]);
/* Whole dBm; "" for LEVEL_NONE. */
const char *out_dbm(int dbm, char buf[OUT_NUMBER_SIZE]);
const char *out_integer(int64_t value, char buf[OUT_NUMBER_SIZE]);
/* "" for ID_UNKNOWN. */
const char *out_count(int64_t value, char buf[OUT_NUMBER_SIZE]);

/* The same at the end of a text that has room for OUT_NUMBER_SIZE; return its new end. */
char *out_put_share(char *at, double value);
char *out_put_dbm(char *at, int dbm);
char *out_put_integer(char *at, int64_t value);

#endif
