/* Where the names stand on a map. */
#include "pdf_labels.h"

#include <stdlib.h>

#include "xmem.h"

static bool overlap(const struct pdf_box *a, const struct pdf_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static bool inside(const struct pdf_box *frame, const struct pdf_box *box)
{
    return box->x >= frame->x && box->y >= frame->y &&
           box->x + box->width <= frame->x + frame->width &&
           box->y + box->height <= frame->y + frame->height;
}

void pdf_labels_take(struct pdf_labels *l, struct pdf_box box)
{
    l->taken = xgrow(l->taken, l->count, &l->capacity, sizeof *l->taken);
    l->taken[l->count++] = box;
}

static bool is_free(const struct pdf_labels *l, const struct pdf_box *box)
{
    if (!inside(&l->frame, box))
        return false;
    for (size_t i = 0; i < l->count; i++) {
        if (overlap(&l->taken[i], box))
            return false;
    }
    return true;
}

bool pdf_labels_place(struct pdf_labels *l, const struct pdf_box *symbol,
                      struct pdf_box *label)
{
    /* in parts of the way from left of (above) the symbol, 0, to right of (below) it, 1
     */
    static const double places[][2] = {{1, 0.5}, {0, 0.5}, {1, 0.1}, {1, 0.9},
                                       {0, 0.1}, {0, 0.9}, {0.5, 0}, {0.5, 1},
                                       {1, 0},   {1, 1},   {0, 0},   {0, 1}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct pdf_box at = *label;
        at.x = symbol->x - label->width + places[i][0] * (symbol->width + label->width);
        at.y =
            symbol->y - label->height + places[i][1] * (symbol->height + label->height);
        if (!is_free(l, &at))
            continue;
        *label = at;
        pdf_labels_take(l, at);
        return true;
    }
    return false;
}

void pdf_labels_free(struct pdf_labels *l)
{
    free(l->taken);
    *l = (struct pdf_labels){0};
}
