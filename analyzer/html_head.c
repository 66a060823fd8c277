/* The beginning of a page of ours. */
#include "html_head.h"

#include <assert.h>
#include <stdbool.h>

#include "embed.h"
#include "html.h"
#include "lang.h"
#include "palette.h"

static void put_colours(FILE *f, const char *selector, bool dark)
{
    fprintf(f, "%s{", selector);
    for (int i = 0; i < PALETTE_COUNT; i++)
        fprintf(f, "--%s:%s;", palette_colours[i].name,
                dark ? palette_colours[i].dark : palette_colours[i].light);
    fputs("}", f);
}

void html_head(FILE *f, const char *title)
{
    const struct embed_file *css = embed_find("maps/web/page.css");
    assert(css); /* part of the program */
    fprintf(f, "<!DOCTYPE html>\n<html lang=\"%s\" data-ready=\"1\">\n<head>\n",
            lang_get() == LANG_VI ? "vi" : "en");
    fputs("<meta charset=\"utf-8\"/>\n<meta http-equiv=\"Content-Security-Policy\" "
          "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
          "base-uri 'none'; form-action 'none'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
          "<link rel=\"icon\" href=\"data:,\"/>\n",
          f);
    html_element(f, "title", "%s", title);
    fputs("<style>\n", f);
    put_colours(f, ":root", false);
    fputs("\n@media screen and (prefers-color-scheme: dark){", f);
    put_colours(f, ":root", true);
    fputs("}\n", f);
    fwrite(css->data, 1, css->size, f);
    fputs("</style>\n</head>\n", f);
}
