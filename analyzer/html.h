/* HTML written as a stream, well-formed as XML too, safe whatever the texts hold. Write
 * errors stay in the stream's error flag. */
#ifndef LOMSONG_HTML_H
#define LOMSONG_HTML_H

#include <stdio.h>

#include "err.h"

/* Text with & < > " ' as references; control characters, which XML has no place for,
 * become U+FFFD. */
void html_text(FILE *f, const char *text);

/* <tag>text</tag> and a newline; `tag` may carry attributes ("p class='why'"), which are
 * written as they are. */
void html_element(FILE *f, const char *tag, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
