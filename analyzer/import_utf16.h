/* UTF-16 text, as Excel saves it and phones share it, read as UTF-8. */
#ifndef LOMSONG_IMPORT_UTF16_H
#define LOMSONG_IMPORT_UTF16_H

#include "csvio.h"

struct utf16;

/* A converter where the first four bytes of a text say that it is UTF-16 of either byte
 * order, by its mark or by the zeros beside its ASCII; NULL otherwise. */
struct utf16 *utf16_open(const unsigned char first[4]);
void utf16_close(struct utf16 *u);
/* The source begins anew. */
void utf16_rewind(struct utf16 *u);

struct utf16_text {
    char *buf;
    size_t size; /* 4 or more */
};
/* Fills `text` with UTF-8 from what `read` gives; as a csvio_read_fn. What is no
 * character becomes U+FFFD. */
long utf16_read(struct utf16 *u, csvio_read_fn read, void *source,
                const struct utf16_text *text);

#endif
