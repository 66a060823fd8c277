/* Texts laid out by Pango, kept for when the same text comes again: tables say the same
 * words row by row, and laying them out is most of the work of a document. */
#ifndef LOMSONG_PAPER_LAYOUT_H
#define LOMSONG_PAPER_LAYOUT_H

#include <pango/pango.h>
#include <stdbool.h>

struct paper_layout_key {
    const PangoFontDescription *font; /* compared by its address */
    double width;                     /* in points; 0: as wide as it gets */
    bool right;                       /* lines end at the right of the width */
};

struct paper_layouts;

/* The context must outlive it. */
struct paper_layouts *paper_layouts_new(PangoContext *context);
void paper_layouts_free(struct paper_layouts *l);

/* The text's layout: valid until the next call. */
PangoLayout *paper_layouts_get(struct paper_layouts *l,
                               const struct paper_layout_key *key, const char *text);

#endif
