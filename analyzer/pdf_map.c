/* The map of a commune: its polygon, the test areas at their true size, hamlets by colour
 * and shape, names where they fit, a scale bar and grid north, all in the survey's CRS.
 */
#include "pdf_map.h"

#include <math.h>
#include <stdlib.h>

#include "doc_rows.h"
#include "doc_text.h"
#include "lang.h"
#include "palette.h"
#include "paper_symbol.h"
#include "pdf_labels.h"
#include "sentence.h"
#include "shape.h"
#include "xmem.h"

static const double symbol_size = 9;
static const double ring_max = 24; /* of a test area that names keep away from */
static const double cluster_size = 4;
static const double legend_height = 30; /* two lines */
static const double label_gap = 1.5;
#define MAP_HEIGHT_MIN (80 * PAPER_MM)
#define MAP_HEIGHT_MAX (122 * PAPER_MM)
#define MAP_PAD (8 * PAPER_MM)

/* Easting and northing to points on the page. */
struct view {
    struct pdf_box frame;
    double west_m, north_m;
    double points_per_m;
};

struct extent {
    double west_m, south_m, east_m, north_m;
    bool any;
};

static void extend(struct extent *e, struct xy p, double margin_m)
{
    if (!isfinite(p.x_m) || !isfinite(p.y_m))
        return;
    if (!e->any)
        *e = (struct extent){p.x_m, p.y_m, p.x_m, p.y_m, true};
    e->west_m = fmin(e->west_m, p.x_m - margin_m);
    e->east_m = fmax(e->east_m, p.x_m + margin_m);
    e->south_m = fmin(e->south_m, p.y_m - margin_m);
    e->north_m = fmax(e->north_m, p.y_m + margin_m);
}

static struct extent find_extent(const struct pdf_commune *c, const struct shape *border)
{
    enum { AROUND_POINT_M = 300 };
    struct extent e = {0};
    const size_t points =
        border->ring_count ? border->ring_ends[border->ring_count - 1] : 0;
    for (size_t i = 0; i < points; i++)
        extend(&e, border->points[i], 0);
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = 0; k < c->hamlets[i]->area_count; k++)
            extend(&e, crs_forward(c->model->crs, c->hamlets[i]->areas[k].point),
                   AROUND_POINT_M);
    }
    return e;
}

/* The map's height follows the commune's form, within limits. */
static struct view make_view(const struct extent *e, double top)
{
    const double width_m = fmax(e->east_m - e->west_m, 1);
    const double height_m = fmax(e->north_m - e->south_m, 1);
    const double room = PAPER_TEXT_WIDTH - 2 * MAP_PAD;
    double height = room * height_m / width_m + 2 * MAP_PAD;
    height = fmin(fmax(height, MAP_HEIGHT_MIN), MAP_HEIGHT_MAX);
    struct view v = {.frame = {PAPER_MARGIN, top, PAPER_TEXT_WIDTH, height}};
    v.points_per_m = fmin(room / width_m, (height - 2 * MAP_PAD) / height_m);
    v.west_m = (e->west_m + e->east_m) / 2 - v.frame.width / 2 / v.points_per_m;
    v.north_m = (e->south_m + e->north_m) / 2 + height / 2 / v.points_per_m;
    return v;
}

static double to_x(const struct view *v, struct xy p)
{
    return v->frame.x + (p.x_m - v->west_m) * v->points_per_m;
}

static double to_y(const struct view *v, struct xy p)
{
    return v->frame.y + (v->north_m - p.y_m) * v->points_per_m;
}

/* A path of the rings; vertices that nobody could tell apart are left out. */
static void add_shape(cairo_t *cr, const struct view *v, const struct shape *s)
{
    const double apart = 0.25; /* points */
    size_t i = 0;
    for (size_t ring = 0; ring < s->ring_count; ring++) {
        double x = 0, y = 0;
        bool first = true;
        for (; i < s->ring_ends[ring]; i++) {
            const double px = to_x(v, s->points[i]);
            const double py = to_y(v, s->points[i]);
            if (!first && hypot(px - x, py - y) < apart)
                continue;
            if (first)
                cairo_move_to(cr, px, py);
            else
                cairo_line_to(cr, px, py);
            first = false;
            x = px;
            y = py;
        }
        cairo_close_path(cr);
    }
}

static void draw_border(struct paper *p, const struct view *v, const struct shape *border)
{
    cairo_set_fill_rule(p->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
    add_shape(p->cr, v, border);
    paper_colour(p, "#f6f4ec");
    cairo_fill_preserve(p->cr);
    paper_colour(p, "#6b6658");
    cairo_set_line_width(p->cr, 0.9);
    cairo_stroke(p->cr);
}

static void stroke_area(struct paper *p, enum result result)
{
    paper_colour(p, palette_result(result)->light);
    cairo_set_line_width(p->cr, 0.5);
    cairo_stroke(p->cr);
}

/* A test area at its true size, where that can be seen. */
static void draw_area(struct paper *p, const struct view *v, const struct model *m,
                      const struct area *a)
{
    const double radius = a->radius_m * v->points_per_m;
    struct shape shape;
    cairo_new_path(p->cr);
    if (a->shape.size > 0) {
        if (shape_project(&a->shape, m->crs, &shape) != ERR_OK)
            return;
        add_shape(p->cr, v, &shape);
        shape_free(&shape);
        stroke_area(p, a->result);
    } else if (radius > 1) {
        const struct xy at = crs_forward(m->crs, a->point);
        cairo_arc(p->cr, to_x(v, at), to_y(v, at), radius, 0, 2 * M_PI);
        stroke_area(p, a->result);
    }
}

/* Clusters that fail are full, others hollow. */
static void draw_cluster(struct paper *p, double x, double y, enum result result)
{
    cairo_new_path(p->cr);
    cairo_arc(p->cr, x, y, cluster_size / 2, 0, 2 * M_PI);
    paper_colour(p, result == RESULT_FAIL ? palette_result(result)->light
                                          : palette_colours[PALETTE_HALO].light);
    cairo_fill_preserve(p->cr);
    paper_colour(p, palette_result(result)->light);
    cairo_set_line_width(p->cr, 0.8);
    cairo_stroke(p->cr);
}

static struct pdf_box box_around(double x, double y, double size)
{
    return (struct pdf_box){x - size / 2, y - size / 2, size, size};
}

static struct pdf_box symbol_box(const struct view *v, const struct pdf_commune *c,
                                 size_t i)
{
    const struct xy at = crs_forward(c->model->crs, c->hamlets[i]->areas[0].point);
    const double ring = 2 * c->hamlets[i]->areas[0].radius_m * v->points_per_m;
    return box_around(to_x(v, at), to_y(v, at), fmin(fmax(ring, symbol_size), ring_max));
}

static void draw_areas(struct paper *p, const struct view *v, const struct pdf_commune *c,
                       struct pdf_labels *labels)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct hamlet *h = c->hamlets[i];
        for (size_t k = 0; k < h->area_count; k++)
            draw_area(p, v, c->model, &h->areas[k]);
        for (size_t k = 1; k < h->area_count; k++) {
            const struct xy at = crs_forward(c->model->crs, h->areas[k].point);
            draw_cluster(p, to_x(v, at), to_y(v, at), h->areas[k].result);
            pdf_labels_take(labels, box_around(to_x(v, at), to_y(v, at), cluster_size));
        }
    }
}

/* What is worst lies on top. */
static void draw_symbols(struct paper *p, const struct view *v,
                         const struct pdf_commune *c, struct pdf_labels *labels)
{
    static const enum verdict order[VERDICT_COUNT] = {
        VERDICT_COVERED, VERDICT_NOT_ENOUGH_DATA, VERDICT_DEPRESSION, VERDICT_NO_SIGNAL};
    for (int k = 0; k < VERDICT_COUNT; k++) {
        for (size_t i = 0; i < c->count; i++) {
            const struct pdf_box box = symbol_box(v, c, i);
            if (c->hamlets[i]->verdict != order[k])
                continue;
            paper_symbol(p->cr, order[k],
                         &(struct paper_symbol_place){
                             box.x + box.width / 2, box.y + box.height / 2, symbol_size});
            pdf_labels_take(labels, box);
        }
    }
}

static bool draw_label(struct paper *p, struct pdf_labels *labels,
                       const struct pdf_box *symbol, const char *text)
{
    const struct paper_size size = paper_lay(p, PAPER_LABEL, text, 0);
    struct pdf_box box = {.width = size.width + 2, .height = size.height};
    if (!pdf_labels_place(labels, symbol, &box))
        return false;
    cairo_set_source_rgba(p->cr, 1, 1, 1, 0.7);
    cairo_rectangle(p->cr, box.x, box.y + 1, box.width, box.height - 2);
    cairo_fill(p->cr);
    paper_colour(p, palette_colours[PALETTE_INK].light);
    paper_show(p, box.x + 1, box.y);
    return true;
}

/* Number and name; the number alone where there is no room for both. */
static void draw_labels(struct paper *p, const struct view *v,
                        const struct pdf_commune *c, struct pdf_labels *labels)
{
    enum { NAME_MAX_SHOWN = 28 };
    for (size_t i = 0; i < c->count; i++) {
        struct pdf_box symbol = symbol_box(v, c, i);
        symbol.x -= label_gap;
        symbol.width += 2 * label_gap;
        char *clean = doc_text_clean(c->hamlets[i]->name);
        char *name = doc_text_clip(clean, NAME_MAX_SHOWN);
        char *text = xasprintf("%zu %s", i + 1, name);
        if (!draw_label(p, labels, &symbol, text)) {
            free(text);
            text = xasprintf("%zu", i + 1);
            (void)draw_label(p, labels, &symbol, text);
        }
        free(text);
        free(name);
        free(clean);
    }
}

/* The longest of 1, 2, 5 × 10^n metres within a fifth of the width. */
static double bar_length_m(const struct view *v)
{
    const double room_m = v->frame.width / 5 / v->points_per_m;
    const double decade = pow(10, floor(log10(room_m)));
    if (decade * 5 <= room_m)
        return decade * 5;
    return decade * 2 <= room_m ? decade * 2 : decade;
}

static void draw_scale_bar(struct paper *p, const struct view *v,
                           struct pdf_labels *labels)
{
    const double length_m = bar_length_m(v);
    const double length = length_m * v->points_per_m;
    const double x = v->frame.x + 8;
    const double y = v->frame.y + v->frame.height - 8;
    char *text = length_m >= 1000 ? xasprintf("%g km", length_m / 1000)
                                  : xasprintf("%g m", length_m);
    const struct paper_size size = paper_lay(p, PAPER_LABEL, text, 0);
    free(text);
    const struct pdf_box box = {x - 3, y - 5, length + size.width + 10, 11};
    cairo_set_source_rgba(p->cr, 1, 1, 1, 0.8);
    cairo_rectangle(p->cr, box.x, box.y, box.width, box.height);
    cairo_fill(p->cr);
    paper_colour(p, palette_colours[PALETTE_INK].light);
    cairo_set_line_width(p->cr, 1);
    cairo_move_to(p->cr, x, y - 3);
    cairo_line_to(p->cr, x, y);
    cairo_line_to(p->cr, x + length, y);
    cairo_line_to(p->cr, x + length, y - 3);
    cairo_stroke(p->cr);
    paper_show(p, x + length + 4, y - size.height + 3);
    pdf_labels_take(labels, box);
}

/* North of the grid: the map's upward direction. */
static void draw_north(struct paper *p, const struct view *v, struct pdf_labels *labels)
{
    const double x = v->frame.x + v->frame.width - 16;
    const double y = v->frame.y + 8;
    paper_colour(p, palette_colours[PALETTE_INK].light);
    cairo_move_to(p->cr, x, y);
    cairo_line_to(p->cr, x + 4.5, y + 14);
    cairo_line_to(p->cr, x, y + 11);
    cairo_line_to(p->cr, x - 4.5, y + 14);
    cairo_close_path(p->cr);
    cairo_fill(p->cr);
    const struct paper_size size = paper_lay(p, PAPER_LABEL, _("North"), 0);
    paper_show(p, x - size.width / 2, y + 14);
    pdf_labels_take(labels, (struct pdf_box){x - 8, y - 2, 16, 28});
}

static void draw_map(struct paper *p, const struct view *v, const struct pdf_commune *c,
                     const struct shape *border)
{
    const struct pdf_box *f = &v->frame;
    struct pdf_labels labels = {.frame = *f};
    cairo_save(p->cr);
    cairo_rectangle(p->cr, f->x, f->y, f->width, f->height);
    cairo_clip(p->cr);
    draw_border(p, v, border);
    draw_areas(p, v, c, &labels);
    draw_symbols(p, v, c, &labels);
    draw_scale_bar(p, v, &labels);
    draw_north(p, v, &labels);
    draw_labels(p, v, c, &labels);
    cairo_restore(p->cr);
    paper_colour(p, "#b8c2cc");
    cairo_set_line_width(p->cr, 0.6);
    cairo_rectangle(p->cr, f->x, f->y, f->width, f->height);
    cairo_stroke(p->cr);
    pdf_labels_free(&labels);
}

/* Where the next entry of the legend begins. */
static double legend_text(struct paper *p, double x, double y, const char *text)
{
    const struct paper_size size = paper_lay(p, PAPER_CELL, text, 0);
    paper_colour(p, palette_colours[PALETTE_INK].light);
    paper_show(p, x, y - size.height / 2);
    return x + size.width + 14;
}

static void draw_verdict_legend(struct paper *p, const struct pdf_commune *c, double y)
{
    double x = PAPER_MARGIN;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        char number[SENTENCE_NUMBER_SIZE];
        char *text = xasprintf("%s: %s", sentence_verdict((enum verdict)v),
                               sentence_number(c->unit->counts.verdict[v], number));
        paper_symbol(p->cr, (enum verdict)v,
                     &(struct paper_symbol_place){x + symbol_size / 2, y, symbol_size});
        x = legend_text(p, x + symbol_size + 3, y, text);
        free(text);
    }
}

static void draw_cluster_legend(struct paper *p, double y)
{
    double x = PAPER_MARGIN + (symbol_size - cluster_size) / 2;
    for (int r = RESULT_COUNT - 1; r >= 0; r--) {
        char *text = xasprintf("%s: %s", sentence_area_kind(AREA_CLUSTER),
                               sentence_result((enum result)r));
        draw_cluster(p, x + cluster_size / 2, y, (enum result)r);
        x = legend_text(p, x + cluster_size + 4, y, text);
        free(text);
    }
}

void pdf_map(struct paper *p, const struct pdf_commune *c)
{
    struct shape border = {0};
    if (c->unit->shape.size > 0 &&
        shape_project(&c->unit->shape, c->model->crs, &border) != ERR_OK)
        border = (struct shape){0}; /* the map shows the hamlets alone */
    const struct extent extent = find_extent(c, &border);
    if (extent.any) {
        struct view view = make_view(&extent, 0);
        paper_need(p, view.frame.height + legend_height);
        view.frame.y = p->y;
        if (p->cr) {
            draw_map(p, &view, c, &border);
            draw_verdict_legend(p, c, p->y + view.frame.height + legend_height * 0.3);
            draw_cluster_legend(p, p->y + view.frame.height + legend_height * 0.7);
        }
        p->y += view.frame.height + legend_height;
    }
    shape_free(&border);
}
