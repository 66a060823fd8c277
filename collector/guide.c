/* The guide: the plan's field, fed from the trip logs, seen from where one is. */
#include "guide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crs.h"
#include "field_log.h"
#include "lang.h"
#include "xmem.h"

enum { ROWS_AT_ONCE = 5000 }; /* some hundredths of a second, even on a small board */

struct guide {
    struct plan plan;
    struct field *field;
    struct field_log *log;
    struct crs *crs;
    int64_t utc_minus_mono_ms; /* a change dates all rows of this boot anew */
    bool *known;               /* areas whose end was told, by index */
    struct guide_sight sight;
};

enum err guide_open(const char *path, int64_t team, struct guide **guide)
{
    struct guide *g = xcalloc(1, sizeof *g);
    enum err err = plan_open(path, &g->plan);
    if (!err)
        err = field_open(&g->plan, team, &g->field);
    if (!err)
        err = crs_open(g->plan.epsg, g->plan.operation, &g->crs);
    if (err) {
        guide_close(g);
        return err;
    }
    g->known = xcalloc(g->field->area_count + 1, sizeof *g->known);
    g->sight = (struct guide_sight){
        .field = g->field, .pos = geo_none(), .distance_m = (double)NAN};
    *guide = g;
    return ERR_OK;
}

enum err guide_begin(struct guide *g, const char *output, const char *current)
{
    return field_log_open(g->field, output, current, &g->log);
}

void guide_close(struct guide *g)
{
    if (!g)
        return;
    field_log_close(g->log);
    crs_close(g->crs);
    field_close(g->field);
    if (g->plan.memory)
        plan_close(&g->plan);
    free(g->known);
    free(g);
}

struct guide_sight guide_sight(const struct guide *g)
{
    return g->sight;
}

double guide_distance_m(const struct guide_sight *s, struct latlon to)
{
    return s->has_pos ? geo_distance_m(s->pos, to) : (double)NAN;
}

double guide_bearing_deg(struct latlon from, struct latlon to)
{
    const double rad = M_PI / 180;
    const double dlon = (to.lon_deg - from.lon_deg) * rad;
    const double y = sin(dlon) * cos(to.lat_deg * rad);
    const double x = cos(from.lat_deg * rad) * sin(to.lat_deg * rad) -
                     sin(from.lat_deg * rad) * cos(to.lat_deg * rad) * cos(dlon);
    const double deg = atan2(y, x) / rad;
    return deg < 0 ? deg + 360 : deg;
}

/* An area became complete: told once, and not what earlier trips had done. */
static void tell_completed(struct guide *g, bool aloud)
{
    size_t at = 0;
    for (size_t i = 0; i < g->field->hamlet_count; i++) {
        const struct field_hamlet *h = &g->field->hamlets[i];
        for (size_t k = 0; k < h->area_count; k++, at++) {
            if (h->areas[k].result == RESULT_UNKNOWN || g->known[at])
                continue;
            g->known[at] = true;
            if (!aloud)
                continue;
            g->sight.completed++;
            g->sight.last = &h->areas[k];
            g->sight.last_hamlet = h;
        }
    }
}

/* The nearest area of a hamlet that asks for a visit, the first where no position is
 * known; NULL: none does. */
static const struct field_area *nearest_area(const struct guide_sight *s,
                                             const struct field_hamlet *h,
                                             double *distance_m)
{
    const struct field_area *found = NULL;
    double least_m = HUGE_VAL;
    for (size_t i = 0; i < h->area_count; i++) {
        const struct field_area *a = &h->areas[i];
        if (field_area_done(h, a))
            continue;
        const double m = guide_distance_m(s, a->plan->point);
        if (!found || m < least_m) {
            found = a;
            least_m = m;
        }
    }
    *distance_m = least_m;
    return found;
}

/* The next stop that is undecided, in the order of the routes; of one team only. */
static const struct plan_stop *next_stop(const struct field *f)
{
    const struct plan *p = f->plan;
    for (size_t i = 0; i < p->stop_count; i++) {
        const struct plan_stop *stop = &p->stops[i];
        if (f->team == 0 && stop->team != p->stops[0].team)
            return NULL; /* whose route it is cannot be said */
        if ((f->team == 0 || stop->team == f->team) &&
            !field_hamlet_done(&f->hamlets[stop->hamlet]))
            return stop;
    }
    return NULL;
}

/* The undecided hamlet with the nearest area; that of the next stop before there is a
 * position. */
static void aim(struct guide *g)
{
    struct guide_sight *s = &g->sight;
    const struct field_hamlet *was = s->hamlet;
    s->stop = next_stop(g->field);
    s->hamlet = NULL;
    s->area = NULL;
    s->distance_m = (double)NAN;
    double least_m = HUGE_VAL;
    for (size_t i = 0; i < g->field->hamlet_count; i++) {
        const struct field_hamlet *h = &g->field->hamlets[i];
        double m;
        if (!h->ours || field_hamlet_done(h) || !h->plan->possible)
            continue;
        const struct field_area *a = nearest_area(s, h, &m);
        const bool first = !s->hamlet || (!s->has_pos && s->stop && s->stop->hamlet == i);
        if (a && (first || m < least_m)) {
            s->hamlet = h;
            s->area = a;
            s->distance_m = s->has_pos ? m : (double)NAN;
            least_m = m;
        }
    }
    s->changes += s->hamlet != was;
}

static void find_needs(struct guide *g)
{
    const struct field_hamlet *h = g->sight.hamlet;
    for (size_t i = 0; h && i < h->area_count; i++) {
        g->sight.changes += h->areas[i].need_stale;
        field_need(g->field, &h->areas[i]);
    }
}

static void take_position(struct guide *g, struct latlon pos)
{
    struct guide_sight *s = &g->sight;
    if (!geo_valid(pos))
        return;
    s->pos = pos;
    s->has_pos = tally_place(crs_forward(g->crs, pos), g->plan.bin_size_m, &s->bin.bin_x,
                             &s->bin.bin_y);
}

static void look(struct guide *g)
{
    tell_completed(g, g->sight.ready);
    g->sight.failed = field_log_failed(g->log);
    aim(g);
    find_needs(g);
}

void guide_find_all(struct guide *g)
{
    for (size_t i = 0; i < g->field->area_count; i++)
        field_need(g->field, &g->field->areas[i]);
}

enum err guide_parse_team(const char *text, int64_t *team)
{
    char *end = NULL;
    const long value = text ? strtol(text, &end, 10) : 0;
    if (text && (end == text || *end || value < 1 || value > 100000)) {
        err_report(_("--team is \"%s\", expected a whole number from 1"), text);
        return ERR_USAGE;
    }
    *team = value;
    return ERR_OK;
}

static void tick(void *ctx, const struct loop *l)
{
    struct guide *g = ctx;
    if (g->utc_minus_mono_ms != 0 &&
        g->utc_minus_mono_ms != l->timebase.utc_minus_mono_ms) {
        field_log_restart(g->log);
        g->sight.ready = false;
    }
    g->utc_minus_mono_ms = l->timebase.utc_minus_mono_ms;
    const bool done = field_log_read(g->log, recorder_path(l->recorder), ROWS_AT_ONCE);
    take_position(g, l->pump.hub.fix.pos);
    look(g);
    g->sight.ready = g->sight.ready || done;
}

struct loop_view guide_view(struct guide *g)
{
    return (struct loop_view){.ctx = g, .tick = tick};
}

void guide_catch_up(struct guide *g)
{
    while (!field_log_read(g->log, NULL, ROWS_AT_ONCE))
        ;
    look(g);
    g->sight.ready = true;
}
