/* The guide in words. */
#include "guide_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang.h"

/* Columns that a text takes: its letters, but for marks that stand over others. */
static int columns(const char *text)
{
    int n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        const bool goes_on = (*p & 0xc0) == 0x80;
        const bool mark = p[0] == 0xcc || (p[0] == 0xcd && p[1] < 0xb0);
        n += !goes_on && !mark;
    }
    return n;
}

/* Cuts a text to so many columns. */
static void cut(char *text, int width)
{
    while (columns(text) > width) {
        size_t end = strlen(text) - 1;
        while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
            end--;
        text[end] = '\0';
    }
}

static void add_line(struct guide_text *out, enum guide_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void add_line(struct guide_text *out, enum guide_look look, const char *fmt, ...)
{
    va_list args;
    if (out->count == GUIDE_LINES_MAX || out->count >= out->max_rows)
        return;
    struct guide_line *line = &out->lines[out->count++];
    line->look = look;
    va_start(args, fmt);
    vsnprintf(line->text, sizeof line->text, fmt, args);
    va_end(args);
    cut(line->text, out->width);
    if (look == GUIDE_MAP)
        return;
    for (size_t end = strlen(line->text); end > 0 && line->text[end - 1] == ' '; end--)
        line->text[end - 1] = '\0';
}

const char *guide_way(double metres, char text[GUIDE_WAY_SIZE])
{
    if (!isfinite(metres))
        snprintf(text, GUIDE_WAY_SIZE, "?");
    else if (metres < 1000)
        snprintf(text, GUIDE_WAY_SIZE, "%.0f m", metres);
    else
        snprintf(text, GUIDE_WAY_SIZE, "%.1f km", metres / 1000);
    return text;
}

/* The eight winds, from north by east. */
static const struct {
    const char *arrow, *word;
} winds[] = {
    {"↑", N_("north")},      {"↗", N_("north-east")}, {"→", N_("east")},
    {"↘", N_("south-east")}, {"↓", N_("south")},      {"↙", N_("south-west")},
    {"←", N_("west")},       {"↖", N_("north-west")},
};

static int wind_to(const struct guide_sight *s, struct latlon to)
{
    return (int)lround(guide_bearing_deg(s->pos, to) / 45) % 8;
}

const char *guide_way_to(const struct guide_sight *s, struct latlon to,
                         char text[GUIDE_WAY_SIZE])
{
    char way[GUIDE_WAY_SIZE];
    if (!s->has_pos)
        return guide_way((double)NAN, text);
    snprintf(text, GUIDE_WAY_SIZE, "%.16s %s", guide_way(guide_distance_m(s, to), way),
             winds[wind_to(s, to)].arrow);
    return text;
}

const char *guide_wind(const struct guide_sight *s, struct latlon to)
{
    return s->has_pos ? _(winds[wind_to(s, to)].word) : "";
}

const char *guide_area_name(const struct field_area *a, char text[GUIDE_LINE_SIZE])
{
    if (strcmp(a->plan->kind, "cluster") != 0)
        snprintf(text, GUIDE_LINE_SIZE, "%s", _("centre"));
    else
        snprintf(text, GUIDE_LINE_SIZE, "%.120s",
                 a->plan->name[0] ? a->plan->name : a->plan->area_code);
    return text;
}

/* ---- the list ---- */

static const char *result_word(enum result result)
{
    return result == RESULT_PASS ? _("pass") : _("fail");
}

static const char *operator_name(const struct modem_table *modems, mccmnc_t op,
                                 char text[MCCMNC_TEXT_SIZE])
{
    for (int i = 0; modems && i < MODEM_MAX; i++) {
        const struct modem *m = &modems->modems[i];
        if (m->used && m->sim_mccmnc == op && m->name[0])
            return m->name;
    }
    mccmnc_format(op, text);
    return text;
}

/* What an operator alone still lacks, in a word. */
static void put_operator(const struct field_operator *o, const struct modem_table *modems,
                         char *text, size_t size)
{
    char digits[MCCMNC_TEXT_SIZE];
    const char *name = operator_name(modems, o->mccmnc, digits);
    if (o->judgement.result != RESULT_UNKNOWN)
        snprintf(text, size, "%.12s %s", name, result_word(o->judgement.result));
    else if (o->need.state == NEED_IMPOSSIBLE)
        snprintf(text, size, "%.12s –", name);
    else if (o->need.count == 0)
        snprintf(text, size, "%.12s %s", name, _("stay"));
    else
        snprintf(text, size, "%.12s %zu", name, o->need.count);
}

/* The operators of an area, as many to a line as fit. */
static void add_operators(const struct field *f, const struct field_area *a,
                          const struct modem_table *modems, struct guide_text *out)
{
    char line[GUIDE_LINE_SIZE] = "   ";
    char word[64];
    for (size_t i = 0; i < f->operator_count; i++) {
        put_operator(&a->operators[i], modems, word, sizeof word);
        if (columns(line) + 1 + columns(word) > out->width && columns(line) > 3) {
            add_line(out, GUIDE_PLAIN, "%s", line);
            snprintf(line, sizeof line, "   ");
        }
        const size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, " %s%s", word,
                 i + 1 < f->operator_count ? "," : "");
    }
    add_line(out, GUIDE_PLAIN, "%s", line);
}

static void add_area(const struct guide_sight *s, const struct field_area *a,
                     const struct modem_table *modems, struct guide_text *out)
{
    char name[GUIDE_LINE_SIZE], way[GUIDE_WAY_SIZE];
    guide_area_name(a, name);
    cut(name, 14);
    way[0] = '\0';
    if (s->has_pos && a != s->area) /* of that the head says it */
        guide_way_to(s, a->plan->point, way);
    if (a->result != RESULT_UNKNOWN) {
        add_line(out, GUIDE_DONE, "[x] %s: %s", name, result_word(a->result));
        return;
    }
    if (a->need.state == NEED_IMPOSSIBLE)
        add_line(out, GUIDE_TODO, _("[ ] %s: all you can  %s"), name, way);
    else if (a->need.count == 0)
        add_line(out, GUIDE_TODO, _("[ ] %s: stay there  %s"), name, way);
    else
        add_line(out, GUIDE_TODO, _("[ ] %s: bins %zu  %s"), name, a->need.count, way);
    add_operators(s->field, a, modems, out);
}

static void add_head(const struct guide_sight *s, struct guide_text *out)
{
    const struct field_progress p = field_progress(s->field);
    char way[GUIDE_WAY_SIZE];
    if (!s->ready)
        add_line(out, GUIDE_TODO, "%s", _("reading earlier trips …"));
    if (s->failed)
        add_line(out, GUIDE_TODO, "%s", _("some trips could not be counted"));
    if (!s->hamlet) {
        add_line(out, GUIDE_DONE, "%s",
                 p.hamlets_done == p.hamlets ? _("all hamlets of the plan are decided")
                                             : _("nothing left that measuring decides"));
        return;
    }
    const struct plan_hamlet *h = s->hamlet->plan;
    add_line(out, GUIDE_HEAD, h->commune[0] ? "%s (%s)" : "%s%s", h->name, h->commune);
    const struct latlon to = s->area->plan->point;
    add_line(out, GUIDE_PLAIN, _("%s %s  hamlets %zu/%zu"), guide_way_to(s, to, way),
             guide_wind(s, to), p.hamlets_done, p.hamlets);
}

static void add_last(const struct guide_sight *s, struct guide_text *out)
{
    char name[GUIDE_LINE_SIZE];
    if (s->last)
        add_line(out, GUIDE_DONE, _("done: %s, %s"), s->last_hamlet->plan->name,
                 guide_area_name(s->last, name));
}

static void add_next_stop(const struct guide_sight *s, struct guide_text *out)
{
    char way[GUIDE_WAY_SIZE];
    if (!s->stop || &s->field->hamlets[s->stop->hamlet] == s->hamlet)
        return;
    const struct plan_hamlet *h = s->field->hamlets[s->stop->hamlet].plan;
    add_line(out, GUIDE_PLAIN, _("next stop: %s, %s"), h->name,
             guide_way_to(s, h->point, way));
}

/* What asks for a visit first: it must not fall off a small screen. */
void guide_text_list(const struct guide_sight *s, const struct modem_table *modems,
                     struct guide_text *out)
{
    out->count = 0;
    add_head(s, out);
    if (s->hamlet) {
        add_area(s, s->area, modems, out);
        for (int done = 0; done < 2; done++) {
            for (size_t i = 0; i < s->hamlet->area_count; i++) {
                const struct field_area *a = &s->hamlet->areas[i];
                if (a != s->area && field_area_done(s->hamlet, a) == (done == 1))
                    add_area(s, a, modems, out);
            }
        }
    }
    add_next_stop(s, out);
    add_last(s, out);
}

static const char *verdict_word(enum verdict verdict)
{
    static const char *const words[VERDICT_COUNT] = {
        [VERDICT_COVERED] = N_("covered"),
        [VERDICT_DEPRESSION] = N_("signal depression"),
        [VERDICT_NO_SIGNAL] = N_("no signal"),
        [VERDICT_NOT_ENOUGH_DATA] = N_("not enough data"),
    };
    return _(words[verdict]);
}

void guide_text_hamlet(const struct guide_sight *s, const struct field_hamlet *h,
                       struct guide_text *out)
{
    out->count = 0;
    add_line(out, GUIDE_HEAD, "%s %s: %s", h->plan->hamlet_code, h->plan->name,
             verdict_word(h->verdict));
    for (size_t i = 0; i < h->area_count; i++)
        add_area(s, &h->areas[i], NULL, out);
}

/* ---- the map ---- */

struct box {
    int32_t x_min, x_max, y_min, y_max;
};

static struct box area_box(const struct plan_area *a)
{
    struct box b = {INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < a->bin_count; i++) {
        b.x_min = a->bins[i].bin_x < b.x_min ? a->bins[i].bin_x : b.x_min;
        b.x_max = a->bins[i].bin_x > b.x_max ? a->bins[i].bin_x : b.x_max;
        b.y_min = a->bins[i].bin_y < b.y_min ? a->bins[i].bin_y : b.y_min;
        b.y_max = a->bins[i].bin_y > b.y_max ? a->bins[i].bin_y : b.y_max;
    }
    return b;
}

/* At most `room` bins of first…last: all, and besides those up to `here` where there is
 * room for them; of what is too large, the part around `here`. */
static void fit(int32_t *first, int32_t *last, int32_t here, int room)
{
    const int64_t size = (int64_t)*last - *first + 1;
    int64_t from = *first;
    if (size > room) {
        from = (int64_t)here - room / 2;
        from = from < *first ? *first : from;
        from = from + room - 1 > *last ? (int64_t)*last - room + 1 : from;
        *last = (int32_t)(from + room - 1);
    } else if (here < *first && (int64_t)*last - here < room) {
        from = here;
    } else if (here > *last && (int64_t)here - *first < room) {
        *last = here;
    }
    *first = (int32_t)from;
}

static char symbol(uint8_t marks)
{
    if (marks & FIELD_WANTED)
        return marks & FIELD_SEEN ? '+' : 'o';
    return marks & FIELD_SEEN ? '#' : '.';
}

/* One row of bins. Bins are sorted by column, so that each row picks its own. */
static void draw_row(const struct guide_sight *s, const struct box *b, int32_t y,
                     char line[2 * GUIDE_WIDTH_MAX])
{
    const struct field_area *a = s->area;
    const size_t width = (size_t)(2 * (b->x_max - b->x_min) + 1);
    memset(line, ' ', width);
    line[width] = '\0';
    for (size_t i = 0; i < a->plan->bin_count; i++) {
        const struct judge_bin *bin = &a->plan->bins[i];
        if (bin->bin_y == y && bin->bin_x >= b->x_min && bin->bin_x <= b->x_max)
            line[2 * (bin->bin_x - b->x_min)] = symbol(a->marks[i]);
    }
    if (s->has_pos && s->bin.bin_y == y && s->bin.bin_x >= b->x_min &&
        s->bin.bin_x <= b->x_max)
        line[2 * (s->bin.bin_x - b->x_min)] = '@';
}

void guide_text_map(const struct guide_sight *s, struct guide_text *out)
{
    char line[2 * GUIDE_WIDTH_MAX];
    out->count = 0;
    if (!s->area || out->max_rows < 4 || out->width < 8)
        return;
    struct box b = area_box(s->area->plan);
    const struct judge_bin here =
        s->has_pos ? s->bin : (struct judge_bin){b.x_min, b.y_min};
    const int rows = out->max_rows < GUIDE_LINES_MAX ? out->max_rows : GUIDE_LINES_MAX;
    fit(&b.x_min, &b.x_max, here.bin_x, (out->width + 1) / 2);
    fit(&b.y_min, &b.y_max, here.bin_y, rows - 1);
    for (int32_t y = b.y_max; y >= b.y_min; y--) {
        draw_row(s, &b, y, line);
        add_line(out, GUIDE_MAP, "%s", line);
    }
    add_line(out, GUIDE_PLAIN, "%s", _("# seen  o go there  @ you"));
}
