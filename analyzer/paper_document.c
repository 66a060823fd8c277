/* Whole documents: counted, then put on paper. */
#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>

#include "lang.h"
#include "paper.h"

static void set_metadata(struct paper *p, const struct paper_document *d)
{
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, d->title);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, d->subject);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR,
                                   "lomsong " LOMSONG_VERSION);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, d->made);
}

static cairo_status_t write_bytes(void *closure, const unsigned char *data,
                                  unsigned int length)
{
    return fwrite(data, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS
                                                      : CAIRO_STATUS_WRITE_ERROR;
}

enum err paper_write(const struct paper_document *d, FILE *out)
{
    struct paper p = {.foot = d->foot};
    const bool ready = paper_open(&p);
    if (ready) {
        d->put(&p, d->ctx);
        paper_begin(&p, write_bytes, out);
        set_metadata(&p, d);
        d->put(&p, d->ctx);
    }
    const cairo_status_t status = paper_close(&p);
    free(p.heights.items);
    if (!ready)
        err_report(_("%s: no font is installed; install fonts-noto-core or "
                     "fonts-dejavu-core"),
                   d->file_name);
    else if (status != CAIRO_STATUS_SUCCESS && status != CAIRO_STATUS_WRITE_ERROR)
        err_report("%s: %s", d->file_name, cairo_status_to_string(status));
    else
        return ERR_OK;
    return ERR_FAILED;
}
