/* The last pages of report.pdf: how it was judged, and what of. */
#ifndef LOMSONG_PDF_METHOD_H
#define LOMSONG_PDF_METHOD_H

#include "model.h"
#include "paper.h"

void pdf_method(struct paper *p, const struct model *m);
void pdf_sources(struct paper *p, const struct model *m);

#endif
