/* Sentences for people, in the language set by lang_set(). */
#ifndef LOMSONG_SENTENCE_H
#define LOMSONG_SENTENCE_H

#include "model.h"

/* "covered", "depression"… as people say them; not the contract's words. */
const char *sentence_verdict(enum verdict verdict);
const char *sentence_result(enum result result);
const char *sentence_area_kind(enum area_kind kind);

/* The verdict of a note; that it takes the last word back, for VERDICT_COUNT. */
const char *sentence_decision(enum verdict decision);
/* How many hamlets have an officer's word, and how many of these differ from the measured
 * verdict; "" where none has. The caller frees. */
char *sentence_notes(const struct model *m);

/* The department's sentence about the whole survey; the caller frees. */
char *sentence_summary(const struct model *m);

/* That the rule's numbers are not the dispatch's, or "" where they are; the caller frees.
 */
char *sentence_caveat(const struct rule *rule);

/* What a suspicious pattern of a log is. */
const char *sentence_suspect(enum suspect kind);
/* All patterns of a log in one text, "; " between; "" for none. The caller frees. */
char *sentence_suspects(const struct suspects_found *found);

/* The nearest of the eight directions, "north-east", to 0..360 degrees from north. */
const char *sentence_direction(double bearing_deg);

/* A whole number with the language's thousands separator. */
enum { SENTENCE_NUMBER_SIZE = 32 };
const char *sentence_number(int64_t value, char buf[SENTENCE_NUMBER_SIZE]);

#endif
