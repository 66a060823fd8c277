/* Where the names stand on a map: beside their symbol, over nothing else. Pure but for
 * the list of what is taken. */
#ifndef LOMSONG_PDF_LABELS_H
#define LOMSONG_PDF_LABELS_H

#include <stdbool.h>
#include <stddef.h>

struct pdf_box {
    double x, y; /* upper left */
    double width, height;
};

/* The frame is cut into so many cells each way, to find what is near. */
enum { PDF_LABELS_CELLS = 40 };

/* A box that reaches into a cell. */
struct pdf_taken {
    struct pdf_box box;
    size_t next; /* of the same cell, counted from 1; 0: the last */
};

/* Zeroed but for the frame, nothing is taken. */
struct pdf_labels {
    struct pdf_box frame; /* nothing stands outside */
    struct pdf_taken *taken;
    size_t count;
    size_t capacity;
    size_t cells[PDF_LABELS_CELLS][PDF_LABELS_CELLS]; /* the first of each, as `next` */
};

/* Keeps labels away from a box. */
void pdf_labels_take(struct pdf_labels *l, struct pdf_box box);

/* A place for a label of this size beside the symbol: right, left, and round about. Takes
 * it; false where everything is full. */
bool pdf_labels_place(struct pdf_labels *l, const struct pdf_box *symbol,
                      struct pdf_box *label);

void pdf_labels_free(struct pdf_labels *l);

#endif
