/* HTML written as a stream. */
#include "html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

void html_text(FILE *f, const char *text)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '&')
            fputs("&amp;", f);
        else if (c == '<')
            fputs("&lt;", f);
        else if (c == '>')
            fputs("&gt;", f);
        else if (c == '"')
            fputs("&quot;", f);
        else if (c == '\'')
            fputs("&#39;", f);
        else if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
            fputs("\xEF\xBF\xBD", f);
        else
            putc(c, f);
    }
}

void html_element(FILE *f, const char *tag, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = xvasprintf(fmt, args);
    va_end(args);
    fprintf(f, "<%s>", tag);
    html_text(f, text);
    fprintf(f, "</%.*s>\n", (int)strcspn(tag, " "), tag);
    free(text);
}
