/* Where the names stand on a map. */
#include "pdf_labels.h"

#include <math.h>
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

static int cell_at(double at, double from, double size)
{
    const double cell = floor((at - from) / size * PDF_LABELS_CELLS);
    return cell > 0 ? (int)fmin(cell, PDF_LABELS_CELLS - 1) : 0;
}

/* The cells that a box reaches into; those at the edge stand for all beyond. */
struct cells {
    int x0, x1, y0, y1;
};

static struct cells cells_of(const struct pdf_box *frame, const struct pdf_box *box)
{
    return (struct cells){cell_at(box->x, frame->x, frame->width),
                          cell_at(box->x + box->width, frame->x, frame->width),
                          cell_at(box->y, frame->y, frame->height),
                          cell_at(box->y + box->height, frame->y, frame->height)};
}

void pdf_labels_take(struct pdf_labels *l, struct pdf_box box)
{
    const struct cells c = cells_of(&l->frame, &box);
    for (int x = c.x0; x <= c.x1; x++) {
        for (int y = c.y0; y <= c.y1; y++) {
            l->taken = xgrow(l->taken, l->count, &l->capacity, sizeof *l->taken);
            l->taken[l->count++] = (struct pdf_taken){box, l->cells[x][y]};
            l->cells[x][y] = l->count;
        }
    }
}

static bool is_free(const struct pdf_labels *l, const struct pdf_box *box)
{
    const struct cells c = cells_of(&l->frame, box);
    if (!inside(&l->frame, box))
        return false;
    for (int x = c.x0; x <= c.x1; x++) {
        for (int y = c.y0; y <= c.y1; y++) {
            for (size_t i = l->cells[x][y]; i > 0; i = l->taken[i - 1].next) {
                if (overlap(&l->taken[i - 1].box, box))
                    return false;
            }
        }
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
