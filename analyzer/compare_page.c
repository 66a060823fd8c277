/* compare.html: the sentence, a map and the hamlets that changed. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "compare_out.h"
#include "embed.h"
#include "html.h"
#include "html_head.h"
#include "lang.h"
#include "out.h"
#include "sentence.h"
#include "shape.h"
#include "xmem.h"

enum { MAP_PX = 900, MAX_LABELS = 100 };

/* How a change is drawn; a shape besides the colour. */
static const struct mark {
    const char *path; /* in a box of -8 .. 8 */
    const char *fill;
    const char *stroke;
} marks[CHANGE_COUNT] = {
    [CHANGE_FIXED] = {"M0-7L7 6H-7z", "pass", "halo"},
    [CHANGE_IMPROVED] = {"M0-7L7 6H-7z", "halo", "pass"},
    [CHANGE_WORSE] = {"M0 7L7-6H-7z", "fail", "halo"},
    [CHANGE_SAME] = {"M-2-2h4v4h-4z", "unknown", "unknown"},
    [CHANGE_NOT_COMPARABLE] = {"M0-4L4 0L0 4L-4 0z", "halo", "unknown"},
};

struct frame {
    double west_m, north_m, scale, width_px, height_px;
};

static struct xy place(const struct compared *c, const struct comparison *one)
{
    return crs_forward(c->after->crs, compare_hamlet(one)->areas[0].point);
}

static struct frame frame_of(const struct compared *c)
{
    double west = INFINITY, east = -INFINITY, south = INFINITY, north = -INFINITY;
    for (size_t i = 0; i < c->all->count; i++) {
        const struct xy p = place(c, &c->all->items[i]);
        if (!isfinite(p.x_m))
            continue;
        west = fmin(west, p.x_m);
        east = fmax(east, p.x_m);
        south = fmin(south, p.y_m);
        north = fmax(north, p.y_m);
    }
    if (!(west <= east))
        west = east = south = north = 0;
    const double side = fmax(fmax(east - west, north - south), 200);
    const double margin = 0.05 * side;
    struct frame f = {.west_m = west - margin,
                      .north_m = north + margin,
                      .scale = MAP_PX / (side + 2 * margin)};
    f.width_px = (east - west + 2 * margin) * f.scale;
    f.height_px = (north - south + 2 * margin) * f.scale;
    return f;
}

static void put_ring(FILE *out, const struct frame *f, const struct shape *s)
{
    size_t from = 0;
    for (size_t r = 0; r < s->ring_count; r++) {
        for (size_t i = from; i < s->ring_ends[r]; i++)
            fprintf(out, "%c%.1f %.1f", i == from ? 'M' : 'L',
                    (s->points[i].x_m - f->west_m) * f->scale,
                    (f->north_m - s->points[i].y_m) * f->scale);
        fputc('z', out);
        from = s->ring_ends[r];
    }
}

static void put_communes(FILE *out, const struct compared *c, const struct frame *f)
{
    fputs("<path class=\"border\" d=\"", out);
    for (size_t i = 0; i < c->after->commune_count; i++) {
        const struct unit *u = &c->after->communes[i];
        struct shape s = {0};
        if (u->shape.size == 0 || shape_project(&u->shape, c->after->crs, &s) != ERR_OK)
            continue;
        put_ring(out, f, &s);
        shape_free(&s);
    }
    fputs("\"/>\n", out);
}

/* The many that did not change are one path, without titles. */
static void put_quiet(FILE *out, const struct compared *c, const struct frame *f,
                      enum change change)
{
    const struct mark *m = &marks[change];
    fprintf(out, "<path class=\"%s\" fill=\"var(--%s)\" stroke=\"var(--%s)\" d=\"",
            compare_change_name(change), m->fill, m->stroke);
    for (size_t i = 0; i < c->all->count; i++) {
        const struct xy p = place(c, &c->all->items[i]);
        if (c->all->items[i].change != change || !isfinite(p.x_m))
            continue;
        fprintf(out,
                change == CHANGE_SAME ? "M%.1f %.1fm-2-2h4v4h-4z"
                                      : "M%.1f %.1fm0-4l4 4l-4 4l-4-4z",
                (p.x_m - f->west_m) * f->scale, (f->north_m - p.y_m) * f->scale);
    }
    fputs("\"/>\n", out);
}

static int64_t changed_count(const struct comparisons *all)
{
    return all->changes[CHANGE_FIXED] + all->changes[CHANGE_IMPROVED] +
           all->changes[CHANGE_WORSE];
}

static void put_changed(FILE *out, const struct compared *c, const struct frame *f,
                        enum change change)
{
    const struct mark *m = &marks[change];
    for (size_t i = 0; i < c->all->count; i++) {
        const struct comparison *one = &c->all->items[i];
        const struct xy p = place(c, one);
        if (one->change != change || !isfinite(p.x_m))
            continue;
        fprintf(out,
                "<path class=\"%s\" transform=\"translate(%.1f %.1f)\" d=\"%s\" "
                "fill=\"var(--%s)\" stroke=\"var(--%s)\" stroke-width=\"1.5\"><title>",
                compare_change_name(change), (p.x_m - f->west_m) * f->scale,
                (f->north_m - p.y_m) * f->scale, m->path, m->fill, m->stroke);
        html_text(out, compare_hamlet(one)->name);
        fputs(": ", out);
        html_text(out, compare_change_word(change));
        fputs("</title></path>\n", out);
        if (changed_count(c->all) > MAX_LABELS)
            continue;
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\">", (p.x_m - f->west_m) * f->scale,
                (f->north_m - p.y_m) * f->scale + 20);
        html_text(out, compare_hamlet(one)->name);
        fputs("</text>\n", out);
    }
}

static void put_map(FILE *out, const struct compared *c)
{
    const struct frame f = frame_of(c);
    fprintf(out,
            "<svg id=\"map\" viewBox=\"0 0 %.1f %.1f\" width=\"%.1f\" height=\"%.1f\" "
            "role=\"img\">",
            f.width_px, f.height_px, f.width_px, f.height_px);
    html_element(out, "title", "%s", _("Hamlets by what became of them"));
    put_communes(out, c, &f);
    put_quiet(out, c, &f, CHANGE_SAME);
    put_quiet(out, c, &f, CHANGE_NOT_COMPARABLE);
    put_changed(out, c, &f, CHANGE_IMPROVED);
    put_changed(out, c, &f, CHANGE_FIXED);
    put_changed(out, c, &f, CHANGE_WORSE);
    fputs("</svg>\n<ul class=\"key\">\n", out);
    for (int i = 0; i < CHANGE_COUNT; i++) {
        char number[SENTENCE_NUMBER_SIZE];
        fprintf(out,
                "<li data-change=\"%s\"><svg viewBox=\"-9 -9 18 18\" width=\"18\" "
                "height=\"18\"><path d=\"%s\" fill=\"var(--%s)\" stroke=\"var(--%s)\" "
                "stroke-width=\"1.5\"/></svg> ",
                compare_change_name((enum change)i), marks[i].path, marks[i].fill,
                marks[i].stroke);
        html_text(out, compare_change_word((enum change)i));
        fprintf(out, ": %s</li>\n", sentence_number(c->all->changes[i], number));
    }
    fputs("</ul>\n", out);
}

static void put_interval(FILE *out, const struct area *a, const struct rule *rule)
{
    if (!a) {
        html_element(out, "td", "–");
        return;
    }
    const struct area_interval i = compare_interval(a, rule);
    html_element(out, "td class=\"n\"", "%.1f … %.1f %%", 100 * i.low, 100 * i.high);
}

static void put_row(FILE *out, const struct compared *all, const struct comparison *c)
{
    const struct hamlet *h = compare_hamlet(c);
    const struct area *area = c->deciding_after ? c->deciding_after : c->deciding_before;
    fprintf(out, "<tr class=\"%s\">", compare_change_name(c->change));
    html_element(out, "td", "%s", h->hamlet_code);
    html_element(out, "td", "%s", h->name);
    html_element(out, "td", "%s", h->commune);
    html_element(out, "td", "%s", c->before ? sentence_verdict(c->before->verdict) : "–");
    html_element(out, "td", "%s", c->after ? sentence_verdict(c->after->verdict) : "–");
    html_element(out, "td", "%s%s%s", compare_change_word(c->change),
                 c->reason == REASON_NONE ? "" : ": ", compare_reason_word(c->reason));
    html_element(out, "td", "%s", area->area_code);
    put_interval(out, c->deciding_before, all->before->rule);
    put_interval(out, c->deciding_after, all->after->rule);
    fputs("</tr>\n", out);
}

/* Those that changed, or did so but for chance; the others stand in compare.csv. */
static bool listed(const struct comparison *c)
{
    return c->change <= CHANGE_WORSE || c->reason == REASON_INTERVALS_OVERLAP;
}

static void put_table(FILE *out, const struct compared *c)
{
    const char *const heads[] = {_("code"),   _("hamlet"),          _("commune"),
                                 _("before"), _("after"),           _("change"),
                                 _("area"),   _("interval before"), _("interval after")};
    html_element(out, "h2", "%s", _("Hamlets that changed"));
    fputs("<div class=\"wide\"><table id=\"changes\"><thead><tr>", out);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        html_element(out, "th", "%s", heads[i]);
    fputs("</tr></thead><tbody>\n", out);
    for (size_t i = 0; i < c->all->count; i++) {
        if (listed(&c->all->items[i]))
            put_row(out, c, &c->all->items[i]);
    }
    fputs("</tbody></table></div>\n", out);
    html_element(
        out, "p", "%s",
        _("A change counts only where both surveys decide the hamlet by the same "
          "rule and areas, and the interval of an area that made the difference "
          "lies wholly above or below what it was. All hamlets stand in "
          "compare.csv."));
}

enum err compare_page(const struct compared *c, const char *dir)
{
    FILE *f = out_open(dir, "compare.html");
    if (!f)
        return ERR_FAILED;
    char *title = xasprintf("%s → %s", c->before_file, c->after_file);
    html_head(f, title);
    fputs("<body>\n<header>\n", f);
    html_element(f, "h1", "%s", title);
    free(title);
    char *sentence = compare_sentence(c);
    html_element(f, "p id=\"sentence\"", "%s", sentence);
    free(sentence);
    char *caveat = sentence_caveat(c->after->rule);
    html_element(f, "p class=\"rule\"", _("Rule %s. %s"), c->after->rule->id, caveat);
    free(caveat);
    fputs("</header>\n<main>\n", f);
    put_map(f, c);
    put_table(f, c);
    fputs("</main>\n</body>\n</html>\n", f);
    return out_close(f, dir, "compare.html");
}
