/* The beginning of a page of ours: colours, style, nothing from outside. */
#ifndef LOMSONG_HTML_HEAD_H
#define LOMSONG_HTML_HEAD_H

#include <stdio.h>

/* Up to </head>. */
void html_head(FILE *f, const char *title);

#endif
