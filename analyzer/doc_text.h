/* Text for documents (report.xlsx, report.pdf): names as people wrote them, made safe to
 * print, and in the order of the Vietnamese alphabet, both by ICU. */
#ifndef LOMSONG_DOC_TEXT_H
#define LOMSONG_DOC_TEXT_H

#include <stddef.h>

/* The text in NFC and valid UTF-8: what is not UTF-8 becomes U+FFFD, a control character
 * a blank, and marks that turn the writing direction go. The caller frees. */
char *doc_text_clean(const char *text);

/* The text cut to `max` characters, the last of them "…" where something was cut. The
 * caller frees. */
char *doc_text_clip(const char *text, size_t max);

/* Something to sort: by its names, one after the other, then by its code as bytes. */
enum { DOC_TEXT_NAMES = 4 };
struct doc_text_item {
    const char *names[DOC_TEXT_NAMES]; /* "" where there is none */
    const char *code;
    const void *what;
};

/* By ICU's collation for Vietnamese, digits by their value: "Ấp 2" before "Ấp 10". */
void doc_text_sort(struct doc_text_item *items, size_t count);

#endif
