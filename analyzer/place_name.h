/* Names of places as people write them: with or without diacritics, with or without the
 * word for what the place is, that word whole or cut short. Pure. */
#ifndef LOMSONG_PLACE_NAME_H
#define LOMSONG_PLACE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* What a name is of: each has its own words before it. */
enum place_kind {
    PLACE_HAMLET,   /* thôn, bản, ấp, khóm, tổ dân phố… */
    PLACE_COMMUNE,  /* xã, phường, thị trấn, đặc khu */
    PLACE_DISTRICT, /* huyện, quận, thị xã, thành phố */
    PLACE_PROVINCE, /* tỉnh, thành phố */
};

/* Names to be searched; each stands for an item, a number of the caller's. */
struct place_names;
struct place_names *place_names_new(enum place_kind kind);
void place_names_free(struct place_names *names);
void place_names_add(struct place_names *names, const char *name, size_t item);

/* Which items may be found. */
typedef bool (*place_names_allow_fn)(void *ctx, size_t item);
struct place_names_filter {
    place_names_allow_fn allow; /* NULL: all */
    void *ctx;
    bool any_kind; /* at last under another word, too: "Xã A" that became "Phường A" */
};

/* Items whose name is `name`, first those that are written more like it: the same, then
 * the same but for a missing "xã" on one side, then the same without diacritics, then
 * without both. Only the first of these that finds any counts. Returns how many items
 * there are; the caller frees *items. */
size_t place_names_find(struct place_names *names, const char *name,
                        const struct place_names_filter *filter, size_t **items);

/* True where two names are the same by any of these, the word before them too. */
bool place_name_same(enum place_kind kind, const char *a, const char *b);

#endif
