/* formats: what is read, with a header and a row of each. */
#include <stdio.h>

#include "lang.h"
#include "options.h"

enum err cmd_formats(const struct options *o)
{
    (void)o;
    for (size_t i = 0; i < import_format_count; i++) {
        const struct import_format *f = &import_formats[i];
        printf("%s: %s\n", f->name, _(f->help));
        bool at_start = true;
        for (const char *c = f->example ? f->example : ""; *c; c++) {
            if (at_start)
                fputs("    ", stdout);
            putchar(*c);
            at_start = *c == '\n';
        }
    }
    puts(_("Every format is found from the content, gzip-compressed or not; the columns "
           "of a table may stand in any order, and there may be more of them."));
    return ERR_OK;
}
