/* Tables on paper: heads on every page, rows that stay whole, cells that wrap. */
#include <stdlib.h>

#include "doc_text.h"
#include "palette.h"
#include "paper.h"
#include "paper_symbol.h"
#include "xmem.h"

/* A cell never grows over a page: the narrowest column takes some 20 lines for these. */
enum { CELL_MAX = 320 };
static const double pad = 2.5; /* between a cell's edge and its text, in points */
static const double symbol_size = 7;

struct row {
    const char *const *cells;
    enum paper_style style;
    enum verdict verdict; /* VERDICT_COUNT: none */
    const char *ground;   /* colour; NULL: white */
    bool titles;          /* the cells are the columns' titles */
};

static double text_width(const struct paper_column *c, const struct row *row)
{
    const double width = c->width_mm * PAPER_MM - 2 * pad;
    const bool symbol = c->verdict && row->verdict != VERDICT_COUNT;
    return symbol ? width - symbol_size - pad : width;
}

static struct paper_size lay_cell(struct paper_table *t, const struct row *row, size_t i)
{
    char *clean = doc_text_clean(row->titles ? t->columns[i].title : row->cells[i]);
    char *clipped = doc_text_clip(clean, CELL_MAX);
    t->paper->right = t->columns[i].right;
    const struct paper_size size =
        paper_lay(t->paper, row->style, clipped, text_width(&t->columns[i], row));
    t->paper->right = false;
    free(clipped);
    free(clean);
    return size;
}

static double row_height(struct paper_table *t, const struct row *row)
{
    struct paper_heights *h = &t->paper->heights;
    double height = 0;
    if (t->paper->page_count > 0 && t->paper->next_height < h->count)
        return h->items[t->paper->next_height++];
    for (size_t i = 0; i < t->count; i++) {
        const struct paper_size size = lay_cell(t, row, i);
        if (size.height > height)
            height = size.height;
    }
    height += 2 * pad;
    if (t->paper->page_count == 0) {
        h->items = xgrow(h->items, h->count, &h->capacity, sizeof *h->items);
        h->items[h->count++] = height;
    }
    return height;
}

static void fill_ground(struct paper *p, const char *colour, double x, double width,
                        double height)
{
    paper_colour(p, colour);
    cairo_rectangle(p->cr, x, p->y, width, height);
    cairo_fill(p->cr);
}

static void draw_cell(struct paper_table *t, const struct row *row, size_t i, double x)
{
    const struct paper_column *c = &t->columns[i];
    double at = x + pad;
    (void)lay_cell(t, row, i);
    if (c->verdict && row->verdict != VERDICT_COUNT) {
        paper_symbol(t->paper->cr, row->verdict,
                     &(struct paper_symbol_place){at + symbol_size / 2,
                                                  t->paper->y + pad + symbol_size * 0.7,
                                                  symbol_size});
        at += symbol_size + pad;
    }
    paper_colour(t->paper, palette_colours[PALETTE_INK].light);
    paper_show(t->paper, at, t->paper->y + pad);
}

static void draw_rule(struct paper *p, double width)
{
    paper_colour(p, "#b8c2cc");
    cairo_set_line_width(p->cr, 0.4);
    cairo_move_to(p->cr, PAPER_MARGIN, p->y);
    cairo_line_to(p->cr, PAPER_MARGIN + width, p->y);
    cairo_stroke(p->cr);
}

static void draw_row(struct paper_table *t, const struct row *row, double height)
{
    struct paper *p = t->paper;
    double x = PAPER_MARGIN;
    double width = 0;
    for (size_t i = 0; i < t->count; i++)
        width += t->columns[i].width_mm * PAPER_MM;
    if (row->ground)
        fill_ground(p, row->ground, x, width, height);
    for (size_t i = 0; i < t->count; i++) {
        if (t->columns[i].verdict && row->verdict != VERDICT_COUNT)
            fill_ground(p, palette_verdict(row->verdict)->pale, x,
                        t->columns[i].width_mm * PAPER_MM, height);
        draw_cell(t, row, i, x);
        x += t->columns[i].width_mm * PAPER_MM;
    }
    p->y += height;
    draw_rule(p, width);
    p->y -= height;
}

static void put_row(struct paper_table *t, const struct row *row, double height)
{
    if (t->paper->cr)
        draw_row(t, row, height);
    t->paper->y += height;
}

static const struct row head = {.style = PAPER_CELL_STRONG,
                                .verdict = VERDICT_COUNT,
                                .ground = "#e8eef3",
                                .titles = true};

void paper_table_open(struct paper_table *t)
{
    enum { LINES_AFTER = 40 }; /* points: a head alone at the foot of a page is no use */
    const double height = row_height(t, &head);
    paper_need(t->paper, height + LINES_AFTER);
    put_row(t, &head, height);
}

static void add_row(struct paper_table *t, const struct row *row)
{
    const double height = row_height(t, row);
    if (paper_room(t->paper) < height) {
        paper_new_page(t->paper);
        put_row(t, &head, row_height(t, &head));
    }
    put_row(t, row, height);
}

void paper_table_row(struct paper_table *t, const char *const *cells,
                     enum verdict verdict)
{
    add_row(t, &(struct row){.cells = cells, .style = PAPER_CELL, .verdict = verdict});
}

void paper_table_sum(struct paper_table *t, const char *const *cells)
{
    add_row(t, &(struct row){.cells = cells,
                             .style = PAPER_CELL_STRONG,
                             .verdict = VERDICT_COUNT,
                             .ground = "#f4f6f8"});
}
