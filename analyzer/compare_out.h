/* What compare writes. */
#ifndef LOMSONG_COMPARE_OUT_H
#define LOMSONG_COMPARE_OUT_H

#include <stdio.h>

#include "compare.h"

struct compared {
    const struct model *before, *after;
    const char *before_file, *after_file; /* base names of the workspaces */
    const struct comparisons *all;
};

/* "fixed" and "intervals overlap" as people say them. */
const char *compare_change_word(enum change c);
const char *compare_reason_word(enum change_reason r);
/* What changed, in one sentence; the caller frees. */
char *compare_sentence(const struct compared *c);

/* compare.json, to any stream; its error flag tells. */
void compare_json(FILE *f, const struct compared *c);

/* The hamlet of a comparison, as it is now, else as it was. */
const struct hamlet *compare_hamlet(const struct comparison *c);

/* compare.csv, compare.json, compare.geojson, compare.html into a directory; reported. */
MUST_CHECK enum err compare_write(const struct compared *c, const char *dir);
MUST_CHECK enum err compare_page(const struct compared *c, const char *dir);

#endif
