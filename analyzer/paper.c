/* Pages of A4: text, page numbers, bookmarks. Tables: paper_table.c. */
#include "paper.h"

#include <cairo-pdf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "doc_text.h"
#include "lang.h"
#include "palette.h"
#include "paper_layout.h"
#include "xmem.h"

/* Noto has the letters of every script of the country; DejaVu those of Vietnamese. */
static const char font_family[] = "Noto Sans, DejaVu Sans, sans-serif";

enum { TEXT_MAX = 4000 }; /* characters of a paragraph: less than a page */
#define FOOT_HEIGHT (8 * PAPER_MM)

static const struct {
    double points;
    bool bold;
} style_table[PAPER_STYLES] = {
    [PAPER_TITLE] = {17, true},   [PAPER_HEADING] = {12.5, true},
    [PAPER_STRONG] = {10, true},  [PAPER_BODY] = {10, false},
    [PAPER_CELL] = {7.5, false},  [PAPER_CELL_STRONG] = {7.5, true},
    [PAPER_LABEL] = {6.5, false}, [PAPER_FINE] = {6, false},
};

static void make_styles(struct paper *p)
{
    for (int i = 0; i < PAPER_STYLES; i++) {
        p->styles[i] = pango_font_description_new();
        pango_font_description_set_family_static(p->styles[i], font_family);
        pango_font_description_set_absolute_size(p->styles[i],
                                                 style_table[i].points * PANGO_SCALE);
        if (style_table[i].bold)
            pango_font_description_set_weight(p->styles[i], PANGO_WEIGHT_BOLD);
    }
}

/* Letters where they are by design, not on the dots of some screen. */
static void make_context(struct paper *p)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    p->fonts = pango_cairo_font_map_new();
    p->context = pango_font_map_create_context(p->fonts);
    pango_cairo_context_set_font_options(p->context, options);
    pango_cairo_context_set_resolution(p->context, 72);
    pango_context_set_language(p->context, pango_language_from_string("vi"));
    pango_context_set_round_glyph_positions(p->context, FALSE);
    cairo_font_options_destroy(options);
    p->layouts = paper_layouts_new(p->context);
}

static bool has_fonts(struct paper *p)
{
    PangoFont *font =
        pango_font_map_load_font(p->fonts, p->context, p->styles[PAPER_BODY]);
    if (font)
        g_object_unref(font);
    return font != NULL;
}

bool paper_open(struct paper *p)
{
    make_styles(p);
    make_context(p);
    p->page = 1;
    p->y = PAPER_MARGIN;
    return has_fonts(p);
}

void paper_begin(struct paper *p, cairo_write_func_t write, void *closure)
{
    p->surface =
        cairo_pdf_surface_create_for_stream(write, closure, PAPER_WIDTH, PAPER_HEIGHT);
    p->cr = cairo_create(p->surface);
    p->page_count = p->page;
    p->page = 1;
    p->y = PAPER_MARGIN;
}

static void draw_foot(struct paper *p)
{
    const double y = PAPER_HEIGHT - PAPER_MARGIN;
    if (!p->cr)
        return;
    char *number = xasprintf(_("Page %d/%d"), p->page, p->page_count);
    const struct paper_size size = paper_lay(p, PAPER_FINE, number, 0);
    paper_colour(p, palette_verdict(VERDICT_NOT_ENOUGH_DATA)->light);
    paper_show(p, PAPER_WIDTH - PAPER_MARGIN - size.width, y);
    paper_lay(p, PAPER_FINE, p->foot, 0);
    paper_show(p, PAPER_MARGIN, y);
    free(number);
}

cairo_status_t paper_close(struct paper *p)
{
    draw_foot(p);
    cairo_status_t status = CAIRO_STATUS_SUCCESS;
    if (p->cr) {
        cairo_show_page(p->cr);
        cairo_surface_finish(p->surface);
        status = cairo_status(p->cr);
        if (status == CAIRO_STATUS_SUCCESS)
            status = cairo_surface_status(p->surface);
        cairo_destroy(p->cr);
        cairo_surface_destroy(p->surface);
    }
    paper_layouts_free(p->layouts);
    g_object_unref(p->context);
    g_object_unref(p->fonts);
    for (int i = 0; i < PAPER_STYLES; i++)
        pango_font_description_free(p->styles[i]);
    return status;
}

void paper_new_page(struct paper *p)
{
    draw_foot(p);
    if (p->cr)
        cairo_show_page(p->cr);
    p->page++;
    p->y = PAPER_MARGIN;
}

double paper_room(const struct paper *p)
{
    return PAPER_HEIGHT - PAPER_MARGIN - FOOT_HEIGHT - p->y;
}

void paper_need(struct paper *p, double height)
{
    if (paper_room(p) < height && p->y > PAPER_MARGIN)
        paper_new_page(p);
}

void paper_space(struct paper *p, double height)
{
    p->y += height;
}

struct paper_size paper_lay(struct paper *p, enum paper_style style, const char *text,
                            double width)
{
    int w, h;
    const struct paper_layout_key key = {p->styles[style], width, p->right};
    p->layout = paper_layouts_get(p->layouts, &key, text);
    pango_layout_get_size(p->layout, &w, &h);
    return (struct paper_size){(double)w / PANGO_SCALE, (double)h / PANGO_SCALE};
}

void paper_show(struct paper *p, double x, double y)
{
    if (!p->cr)
        return;
    cairo_move_to(p->cr, x, y);
    pango_cairo_show_layout(p->cr, p->layout);
}

void paper_colour(struct paper *p, const char *colour)
{
    uint8_t rgb[3];
    palette_rgb(colour, rgb);
    cairo_set_source_rgb(p->cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
}

void paper_text(struct paper *p, enum paper_style style, const char *text)
{
    char *clean = doc_text_clean(text);
    char *clipped = doc_text_clip(clean, TEXT_MAX);
    struct paper_size size = paper_lay(p, style, clipped, PAPER_TEXT_WIDTH);
    if (paper_room(p) < size.height && p->y > PAPER_MARGIN) {
        paper_new_page(p); /* writes its foot with the same layout */
        size = paper_lay(p, style, clipped, PAPER_TEXT_WIDTH);
    }
    if (p->cr) {
        paper_colour(p, palette_colours[PALETTE_INK].light);
        paper_show(p, PAPER_MARGIN, p->y);
    }
    p->y += size.height;
    free(clipped);
    free(clean);
}

void paper_bookmark(struct paper *p, const char *title)
{
    if (!p->surface)
        return;
    char *clean = doc_text_clean(title);
    char *target = xasprintf("page=%d", p->page);
    cairo_pdf_surface_add_outline(p->surface, CAIRO_PDF_OUTLINE_ROOT, clean, target, 0);
    free(target);
    free(clean);
}
