/* What the documents (report.xlsx, report.pdf) say of a survey, in the order and the
 * words of people: their one home, so that both say the same. */
#ifndef LOMSONG_DOC_ROWS_H
#define LOMSONG_DOC_ROWS_H

#include "model.h"

/* By names: province, commune (and its code: communes stay together), hamlet. What has no
 * commune comes last. The caller frees the array. */
const struct hamlet **doc_rows_hamlets(const struct model *m);
/* By province and name; the row of hamlets outside all communes (code "") last. */
const struct unit **doc_rows_communes(const struct model *m);

/* Operators that some test area names: the rule's by mccmnc, then others seen. The caller
 * frees. */
mccmnc_t *doc_rows_operators(const struct model *m, size_t *count);

/* An area's row of an operator; NULL where there is none. */
const struct area_operator *doc_rows_operator(const struct area *a, mccmnc_t op);

/* "yes", "no", "not known" as people say them. */
const char *doc_rows_yes_no(enum yes_no v);
const char *doc_rows_presence(enum presence v);
/* "4G (LTE)" */
const char *doc_rows_tech(enum tech tech);
/* Why a row was refused, in words. */
const char *doc_rows_reason(enum quality_reason reason);
/* What a file of places holds: the word for "hamlets", "clusters", "communes". */
const char *doc_rows_role(const char *role);

/* Local day of a time; INT32_MIN for TIME_UNKNOWN. */
int32_t doc_rows_day(const struct model *m, int64_t t_utc_ms);
/* The day as the language writes it, "31/12/2025" or "2025-12-31"; "" for INT32_MIN. */
enum { DOC_ROWS_DAY_SIZE = 32 };
const char *doc_rows_date(int32_t day, char buf[DOC_ROWS_DAY_SIZE]);

/* Texts of a hamlet; the caller frees. */
char *doc_rows_weak_clusters(const struct hamlet *h); /* "Nà Lầu (12 households); …" */
/* The officer's word, and why it is not decided; "" where there is neither. */
char *doc_rows_remark(const struct model *m, const struct hamlet *h);
/* Facts that the list of hamlets does not have: "households, electricity". */
char *doc_rows_missing(const struct hamlet *h);

/* Names of the survey's provinces, "" where none is known; the caller frees. */
char *doc_rows_provinces(const struct model *m);
/* "2025-09-20T00:00:00Z": the newest evidence, the date that documents bear, for the
 * same inputs give the same bytes; 1970 where there is no evidence. */
const char *doc_rows_made(const struct model *m, char buf[DOC_ROWS_DAY_SIZE]);

#endif
