/* Crosswalk: what the communes of a list from before a reform are today. */
#ifndef LOMSONG_CROSSWALK_H
#define LOMSONG_CROSSWALK_H

#include "err.h"
#include "place_name.h"

/* An old commune and one that it went into. Texts are "" where the file has none. */
struct crosswalk_row {
    char *old_code, *old_name, *old_district, *old_province;
    char *new_code, *new_name, *new_province;
};

/* Zeroed: empty. */
struct crosswalk {
    struct crosswalk_row *rows;
    size_t count, capacity;
    size_t *by_old_code; /* rows that have one, in its order */
    size_t by_old_code_count;
    struct place_names *old_names; /* items are rows */
};

/* Reads a CSV of the columns old_code, old_name, old_district, old_province, new_code,
 * new_name, new_province: old_code or old_name and new_code or new_name must be there. An
 * old commune that went into several has several rows. ERR_INPUT, reported. */
MUST_CHECK enum err crosswalk_load(const char *path, struct crosswalk *c);
void crosswalk_free(struct crosswalk *c);

/* Codes are the same but for zeros lost in front. */
int crosswalk_compare_codes(const char *a, const char *b);
/* The rows of an old code: c->by_old_code[*first] and on; returns how many. */
size_t crosswalk_find_code(const struct crosswalk *c, const char *old_code,
                           size_t *first);

#endif
