/* Pages of A4 by Cairo, letters by Pango: text that wraps, tables that go on over pages
 * with their heads, page numbers. All lengths are points (1/72 inch) from the upper left
 * corner.
 *
 * A document is made twice by the same calls: first without a surface, to learn how many
 * pages there are ("Page x/y"), then on paper. */
#ifndef LOMSONG_PAPER_H
#define LOMSONG_PAPER_H

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "judge.h"

#define PAPER_MM (72 / 25.4)
#define PAPER_WIDTH (210 * PAPER_MM)
#define PAPER_HEIGHT (297 * PAPER_MM)
#define PAPER_MARGIN (15 * PAPER_MM)
#define PAPER_TEXT_WIDTH (PAPER_WIDTH - 2 * PAPER_MARGIN)

enum paper_style {
    PAPER_TITLE,
    PAPER_HEADING,
    PAPER_STRONG, /* as body, bold */
    PAPER_BODY,
    PAPER_CELL,
    PAPER_CELL_STRONG,
    PAPER_LABEL, /* on maps */
    PAPER_FINE,  /* hashes, footers */
    PAPER_STYLES
};

struct paper {
    cairo_surface_t *surface; /* NULL: only counting */
    cairo_t *cr;              /* NULL: only counting */
    PangoFontMap *fonts;
    PangoContext *context;
    struct paper_layouts *layouts;
    PangoLayout *layout; /* the one at work */
    bool right;          /* what is laid out ends at the right of its width */
    PangoFontDescription *styles[PAPER_STYLES];
    const char *foot; /* left of the page number */
    int page;         /* from 1 */
    int page_count;   /* as counted before; 0 while counting */
    double y;         /* where the next thing goes */
    /* of the rows of tables, in their order: found while counting, then taken as they
     * are, for laying text out is most of the work */
    struct paper_heights {
        double *items;
        size_t count, capacity;
    } heights;
    size_t next_height;
};

/* Fonts and styles, and the first page, for counting. False where no font can be found.
 */
MUST_CHECK bool paper_open(struct paper *p);
/* Ends the counting: the first page again, on paper. */
void paper_begin(struct paper *p, cairo_write_func_t write, void *closure);
/* Ends the last page and the document; Cairo's verdict on it. */
cairo_status_t paper_close(struct paper *p);

/* Ends the page and begins another. */
void paper_new_page(struct paper *p);
/* Begins another page where less than `height` is left on this one. */
void paper_need(struct paper *p, double height);
/* Room left on the page. */
double paper_room(const struct paper *p);
void paper_space(struct paper *p, double height);

/* Text over the width of the page, cleaned (doc_text). */
void paper_text(struct paper *p, enum paper_style style, const char *text);
/* An entry of the outline, which leads to this page. */
void paper_bookmark(struct paper *p, const char *title);

/* Lays text out in p->layout, `width` wide (0: as wide as it gets), and gives its size.
 * paper_show puts it at x, y in the current colour. */
struct paper_size {
    double width, height;
};
struct paper_size paper_lay(struct paper *p, enum paper_style style, const char *text,
                            double width);
void paper_show(struct paper *p, double x, double y);

/* The colour "#rrggbb" of the palette for what is drawn next. Not while counting. */
void paper_colour(struct paper *p, const char *colour);

struct paper_column {
    const char *title; /* translated */
    double width_mm;
    bool right;   /* numbers */
    bool verdict; /* the row's verdict stands there, with its symbol */
};

struct paper_table {
    struct paper *paper;
    const struct paper_column *columns;
    size_t count;
};

/* The head; it is drawn again on every page. */
void paper_table_open(struct paper_table *t);
/* A row of t->count cells, kept on one page. `verdict` is VERDICT_COUNT where the row has
 * none. */
void paper_table_row(struct paper_table *t, const char *const *cells,
                     enum verdict verdict);
/* A row in bold: the sum. */
void paper_table_sum(struct paper_table *t, const char *const *cells);

/* A document: written to `out` by put(), which is called twice and must do the same. What
 * cannot be written shows when the file is closed; all else is reported. */
struct paper_document {
    const char *file_name; /* for messages */
    const char *foot;      /* clean */
    const char *title;
    const char *subject; /* clean */
    const char *made;    /* day, as PDF writes it */
    void (*put)(struct paper *p, const void *ctx);
    const void *ctx;
};
MUST_CHECK enum err paper_write(const struct paper_document *d, FILE *out);

#endif
