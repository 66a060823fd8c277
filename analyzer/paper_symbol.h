/* The palette's symbols by Cairo. */
#ifndef LOMSONG_PAPER_SYMBOL_H
#define LOMSONG_PAPER_SYMBOL_H

#include <cairo.h>

#include "judge.h"

struct paper_symbol_place {
    double x, y; /* of its middle, in points */
    double size; /* of its box */
};

void paper_symbol(cairo_t *cr, enum verdict verdict,
                  const struct paper_symbol_place *place);

#endif
