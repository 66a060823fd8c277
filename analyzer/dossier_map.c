/* The map: for each operator the areas' bins by share, unseen ones apart from bad ones,
 * with the areas' outlines by result. Drawn in the survey's CRS, so that circles are
 * round and bins square. */
#include <math.h>
#include <stdlib.h>

#include "dossier.h"
#include "html.h"
#include "lang.h"
#include "palette.h"
#include "sentence.h"
#include "xmem.h"

enum { MAP_PX = 300, MAX_UNSEEN_BINS = 20000 };

/* What the maps of one page share. */
struct frame {
    double west_m, north_m; /* of the upper left corner */
    double scale;           /* px per metre */
    double width_px, height_px;
    struct shape *shapes; /* of polygon areas, by area */
};

static double to_x(const struct frame *f, double x_m)
{
    return (x_m - f->west_m) * f->scale;
}

static double to_y(const struct frame *f, double y_m)
{
    return (f->north_m - y_m) * f->scale;
}

struct extent {
    double west, east, south, north;
};

static void extend(struct extent *e, double x_m, double y_m, double by_m)
{
    e->west = fmin(e->west, x_m - by_m);
    e->east = fmax(e->east, x_m + by_m);
    e->south = fmin(e->south, y_m - by_m);
    e->north = fmax(e->north, y_m + by_m);
}

static struct extent measure(const struct dossier *d, const struct frame *f)
{
    const double size = d->m->bin_size_m;
    struct extent e = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t i = 0; i < d->h->area_count; i++) {
        const struct area *a = &d->h->areas[i];
        const struct bin_list *bins = &d->e->areas[i];
        const struct xy at = crs_forward(d->m->crs, a->point);
        extend(&e, at.x_m, at.y_m, a->radius_m);
        for (size_t k = 0; k < bins->count; k++)
            extend(&e, (bins->items[k].bin_x + 0.5) * size,
                   (bins->items[k].bin_y + 0.5) * size, size / 2);
        const struct shape *s = &f->shapes[i];
        for (size_t k = 0; s->ring_count > 0 && k < s->ring_ends[s->ring_count - 1]; k++)
            extend(&e, s->points[k].x_m, s->points[k].y_m, 0);
    }
    return e;
}

static void open_frame(const struct dossier *d, struct frame *f)
{
    f->shapes = xcalloc(d->h->area_count, sizeof *f->shapes);
    for (size_t i = 0; i < d->h->area_count; i++) {
        /* without its outline a polygon still has its bins */
        if (d->h->areas[i].shape.size > 0 &&
            shape_project(&d->h->areas[i].shape, d->m->crs, &f->shapes[i]) != ERR_OK)
            f->shapes[i] = (struct shape){0};
    }
    const struct extent e = measure(d, f);
    const double side_m = fmax(e.east - e.west, e.north - e.south);
    const double margin_m = 0.04 * side_m;
    f->scale = MAP_PX / (side_m + 2 * margin_m);
    f->west_m = e.west - margin_m;
    f->north_m = e.north + margin_m;
    f->width_px = (e.east - e.west + 2 * margin_m) * f->scale;
    f->height_px = (e.north - e.south + 2 * margin_m) * f->scale;
}

static void close_frame(const struct dossier *d, struct frame *f)
{
    for (size_t i = 0; i < d->h->area_count; i++)
        shape_free(&f->shapes[i]);
    free(f->shapes);
}

static void put_bin(const struct dossier *d, const struct frame *f, struct judge_bin bin)
{
    const double size = d->m->bin_size_m;
    fprintf(d->f, "M%.1f %.1fh%.1fv%.1fh-%.1fz", to_x(f, bin.bin_x * size),
            to_y(f, (bin.bin_y + 1.0) * size), size * f->scale, size * f->scale,
            size * f->scale);
}

/* The class of a share, as every map draws it. */
static int share_class(const struct dossier *d, double share)
{
    double edges[PALETTE_SHARES - 1];
    palette_share_edges(d->m->rule, edges);
    int class = share > edges[0] + 1e-9 ? 1 : 0;
    for (int i = 1; class == i && i < PALETTE_SHARES - 1; i++)
        class += share >= edges[i] - 1e-9;
    return class;
}

static const struct area_operator *find_operator(const struct area *a, mccmnc_t op)
{
    for (size_t i = 0; i < a->operator_count; i++) {
        if (a->operators[i].mccmnc == op)
            return &a->operators[i];
    }
    return NULL;
}

/* The bins of all areas of one class; PALETTE_SHARES: those not seen. One path each. */
static void put_bins(const struct dossier *d, const struct frame *f, mccmnc_t op,
                     int class)
{
    const bool unseen = class == PALETTE_SHARES;
    fprintf(d->f, "<path class=\"%s\" ", unseen ? "unseen" : "seen");
    if (!unseen)
        fprintf(d->f, "fill=\"var(--share_%d)\" ", class);
    fputs("d=\"", d->f);
    size_t drawn = 0;
    for (size_t i = 0; i < d->h->area_count; i++) {
        const struct bin_list *bins = &d->e->areas[i];
        const struct area_operator *o = find_operator(&d->h->areas[i], op);
        size_t at = 0;
        for (size_t k = 0; k < bins->count && drawn < MAX_UNSEEN_BINS; k++) {
            const struct judge_bin b = bins->items[k];
            const bool seen = o && at < (size_t)o->bins && o->seen[at].bin_x == b.bin_x &&
                              o->seen[at].bin_y == b.bin_y;
            const int own = seen ? share_class(d, o->share[at]) : PALETTE_SHARES;
            at += seen;
            if (own == class)
                put_bin(d, f, b);
            drawn += own == class && unseen;
        }
    }
    fputs("\"/>\n", d->f);
}

static void put_ring(const struct dossier *d, const struct frame *f,
                     const struct shape *s)
{
    size_t from = 0;
    fputs("<path d=\"", d->f);
    for (size_t r = 0; r < s->ring_count; r++) {
        for (size_t i = from; i < s->ring_ends[r]; i++)
            fprintf(d->f, "%c%.1f %.1f", i == from ? 'M' : 'L', to_x(f, s->points[i].x_m),
                    to_y(f, s->points[i].y_m));
        fputc('z', d->f);
        from = s->ring_ends[r];
    }
    fputc('"', d->f);
}

static void put_outline(const struct dossier *d, const struct frame *f, size_t area,
                        mccmnc_t op)
{
    const struct area *a = &d->h->areas[area];
    const struct area_operator *o = find_operator(a, op);
    const enum result result = o ? o->judgement.result : RESULT_UNKNOWN;
    const struct xy at = crs_forward(d->m->crs, a->point);
    if (a->radius_m > 0)
        fprintf(d->f, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", to_x(f, at.x_m),
                to_y(f, at.y_m), a->radius_m * f->scale);
    else
        put_ring(d, f, &f->shapes[area]);
    fprintf(d->f, " class=\"area\" stroke=\"var(--%s)\"", judge_result_name(result));
    if (palette_dashes(result)[0])
        fprintf(d->f, " stroke-dasharray=\"%s\"", palette_dashes(result));
    fputs("><title>", d->f);
    html_text(d->f, a->area_code);
    fputs(": ", d->f);
    html_text(d->f, sentence_result(result));
    fprintf(d->f, "</title></%s>\n", a->radius_m > 0 ? "circle" : "path");
}

/* Numbers beside the areas: codes are long, and stand in the key below. */
static void put_labels(const struct dossier *d, const struct frame *f)
{
    for (size_t i = 0; i < d->h->area_count; i++) {
        const struct xy at = crs_forward(d->m->crs, d->h->areas[i].point);
        fprintf(d->f, "<text x=\"%.1f\" y=\"%.1f\">%zu</text>\n", to_x(f, at.x_m),
                to_y(f, at.y_m) + 4, i + 1);
    }
}

/* A length of 1, 2 or 5 times a power of ten, about a quarter of the map. */
static void put_scale(const struct dossier *d, const struct frame *f)
{
    const double about_m = MAP_PX / 4.0 / f->scale;
    const double power = pow(10, floor(log10(about_m)));
    const double lead = about_m / power;
    const double length_m = power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
    const double y = f->height_px + 12;
    fprintf(d->f,
            "<path class=\"scale\" d=\"M6 %.1fv6h%.1fv-6\"/>"
            "<text class=\"scale\" x=\"%.1f\" y=\"%.1f\">%.0f m</text>"
            "<path class=\"scale\" d=\"M%.1f %.1fv-14m-4 5l4-5l4 5\"/>\n",
            y, length_m * f->scale, length_m * f->scale + 12, y + 7, length_m,
            f->width_px - 10, y + 8);
}

static void put_map(const struct dossier *d, const struct frame *f, mccmnc_t op)
{
    char digits[MCCMNC_TEXT_SIZE], code[MCCMNC_TEXT_SIZE];
    mccmnc_format(op, code);
    const char *name = dossier_operator(d, op, digits);
    fprintf(d->f, "<figure data-mccmnc=\"%s\">", code);
    html_element(d->f, "figcaption", "%s", name);
    fprintf(d->f,
            "<svg viewBox=\"0 0 %.1f %.1f\" width=\"%.1f\" height=\"%.1f\" "
            "role=\"img\">",
            f->width_px, f->height_px + 26, f->width_px, f->height_px + 26);
    html_element(d->f, "title", _("Bins and areas as %s serves them"), name);
    for (int class = 0; class <= PALETTE_SHARES; class ++)
        put_bins(d, f, op, class);
    for (size_t i = 0; i < d->h->area_count; i++)
        put_outline(d, f, i, op);
    put_labels(d, f);
    put_scale(d, f);
    fputs("</svg></figure>\n", d->f);
}

static void put_swatch(const struct dossier *d, int class, const char *text)
{
    fputs("<li><svg width=\"14\" height=\"14\"><rect x=\"1\" y=\"1\" width=\"12\" "
          "height=\"12\" ",
          d->f);
    if (class < PALETTE_SHARES)
        fprintf(d->f, "class=\"seen\" fill=\"var(--share_%d)\"/></svg> ", class);
    else
        fputs("class=\"unseen\"/></svg> ", d->f);
    html_text(d->f, text);
    fputs("</li>\n", d->f);
}

static void put_key(const struct dossier *d)
{
    double edges[PALETTE_SHARES - 1];
    palette_share_edges(d->m->rule, edges);
    fputs("<ul class=\"key\">\n", d->f);
    char *texts[PALETTE_SHARES] = {
        xasprintf(_("share of samples at the level up to %g %%"), 100 * edges[0]),
        xasprintf(_("below %g %%"), 100 * edges[1]),
        xasprintf(_("below %g %%"), 100 * edges[2]),
        xasprintf(_("%g %% and more"), 100 * edges[2]),
    };
    for (int i = 0; i < PALETTE_SHARES; i++) {
        put_swatch(d, i, texts[i]);
        free(texts[i]);
    }
    put_swatch(d, PALETTE_SHARES, _("not seen: unknown, not bad"));
    for (int r = 0; r < RESULT_COUNT; r++) {
        const char *dashes = palette_dashes((enum result)r);
        fprintf(d->f,
                "<li><svg width=\"34\" height=\"14\"><path d=\"M1 7h32\" class=\"area\" "
                "stroke=\"var(--%s)\"%s%s%s/></svg> ",
                judge_result_name((enum result)r), *dashes ? " stroke-dasharray=\"" : "",
                dashes, *dashes ? "\"" : "");
        html_text(d->f, sentence_result((enum result)r));
        fputs("</li>\n", d->f);
    }
    fputs("</ul>\n<ol class=\"areas\">\n", d->f);
    for (size_t i = 0; i < d->h->area_count; i++) {
        const struct area *a = &d->h->areas[i];
        html_element(d->f, "li", "%s %s “%s”: %s", sentence_area_kind(a->kind),
                     a->area_code, a->name, sentence_result(a->result));
    }
    fputs("</ol>\n", d->f);
}

static int compare_operators(const void *a, const void *b)
{
    const mccmnc_t x = *(const mccmnc_t *)a, y = *(const mccmnc_t *)b;
    return x < y ? -1 : x > y;
}

void dossier_map(const struct dossier *d)
{
    struct frame f = {0};
    mccmnc_t *operators = NULL;
    size_t count = 0, capacity = 0;
    open_frame(d, &f);
    for (size_t i = 0; i < d->h->area_count; i++) {
        for (size_t k = 0; k < d->h->areas[i].operator_count; k++) {
            operators = xgrow(operators, count, &capacity, sizeof *operators);
            operators[count++] = d->h->areas[i].operators[k].mccmnc;
        }
    }
    if (count > 0)
        qsort(operators, count, sizeof *operators, compare_operators);
    html_element(d->f, "h2", "%s", _("What was seen"));
    fputs("<div class=\"maps\">\n", d->f);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || operators[i] != operators[i - 1])
            put_map(d, &f, operators[i]);
    }
    fputs("</div>\n", d->f);
    put_key(d);
    free(operators);
    close_frame(d, &f);
}
