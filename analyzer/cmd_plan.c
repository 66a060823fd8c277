/* plan: what to visit next, for QGIS, the collector, any handset, and on paper. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lang.h"
#include "plan_out.h"
#include "sentence.h"
#include "untrusted_db.h"
#include "xmem.h"

/* OUT.gpkg, and the files beside it. */
struct targets {
    char *dir;
    char *stem; /* without ".gpkg" */
};

static enum err find_targets(const char *path, struct targets *t)
{
    static const char suffix[] = ".gpkg";
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const size_t size = strlen(name), tail = sizeof suffix - 1;
    if (size <= tail || strcmp(name + size - tail, suffix) != 0) {
        err_report(_("%s: expected the name of a GeoPackage, such as plan.gpkg"), path);
        return ERR_USAGE;
    }
    const size_t dir_size = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
    t->dir = slash ? xstrndup(path, dir_size) : xstrdup(".");
    t->stem = xstrndup(name, size - tail);
    return ERR_OK;
}

/* A plan is made anew as often as one likes; what is no plan may be somebody's log. */
static enum err check_replaceable(const char *path)
{
    struct stat st;
    sqlite3 *db = NULL;
    if (lstat(path, &st) != 0 || (S_ISREG(st.st_mode) && st.st_size == 0))
        return ERR_OK;
    bool is_plan = false;
    if (S_ISREG(st.st_mode) &&
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        is_plan = untrusted_db_table_kind(db, "plan") == 1;
    sqlite3_close(db);
    if (is_plan)
        return ERR_OK;
    err_report(_("%s: is there and is no plan, and so is not written over; give another "
                 "name"),
               path);
    return ERR_USAGE;
}

static enum err check_size(const struct options *o)
{
    enum { MAX_TOURS = 2000 };
    if (o->teams * o->days <= MAX_TOURS)
        return ERR_OK;
    err_report(_("--teams %d --days %d: that is over %d routes; plan for fewer days"),
               o->teams, o->days, MAX_TOURS);
    return ERR_USAGE;
}

static enum err write_beside(const struct plan_draft *draft, const struct model *m,
                             const struct targets *t)
{
    char *gpx = xasprintf("%s.gpx", t->stem);
    char *pdf = xasprintf("%s.pdf", t->stem);
    enum err err = plan_gpx(draft, t->dir, gpx);
    if (!err)
        err = plan_paper(draft, m, t->dir, pdf);
    free(gpx);
    free(pdf);
    return err;
}

static void print_left(const struct plan *plan, bool possible, const char *title)
{
    enum { SHOWN = 20 };
    size_t count = 0;
    const struct plan_hamlet **left = plan_left_out(plan, possible, &count);
    if (count > 0)
        printf("%s: %zu\n", title, count);
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        char number[SENTENCE_NUMBER_SIZE];
        const int64_t households = left[i]->households;
        printf("  %s %s", left[i]->hamlet_code, left[i]->name);
        if (households != ID_UNKNOWN)
            printf(_(", %s households"), sentence_number(households, number));
        putchar('\n');
    }
    if (count > SHOWN)
        printf(_("  and %zu more: plan_hamlet, visits = 0\n"), count - SHOWN);
    free(left);
}

static void print_need(const struct plan_counts *c)
{
    char bins[SENTENCE_NUMBER_SIZE];
    printf(_("hamlets without enough data: %zu; further bins can settle %zu of them: %s "
             "bins in %zu test areas, proved to be the fewest in %zu\n"),
           c->hamlets, c->possible, sentence_number(c->bins, bins), c->areas, c->proved);
}

static void print_routes(const struct plan_draft *draft)
{
    const struct plan_counts *c = &draft->counts;
    const double share = c->value_all > 0 ? c->value / c->value_all : 1.0;
    for (size_t i = 0; i < draft->drawing.route_count; i++) {
        const struct plan_route *r = &draft->drawing.routes[i];
        char time[PLAN_TIME_SIZE];
        printf(_("  team %" PRId64 ", day %" PRId64 ": %" PRId64
                 " hamlets, %.1f km, %s h\n"),
               r->team, r->day, r->stops, (double)r->way_m / 1000,
               plan_time(r->time_s, time));
    }
    printf(
        _("hamlets visited: %zu; routes: %zu, together %.1f km; %.1f %% of the value of "
          "all\n"),
        c->stops, draft->drawing.route_count, (double)c->road_m / 1000, 100 * share);
}

static void print_plan(const struct plan_draft *draft)
{
    if (draft->counts.hamlets == 0) {
        printf("%s\n", _("Every hamlet has its verdict: nothing to visit."));
        return;
    }
    if (draft->counts.possible > 0 && draft->counts.stops == 0)
        err_warn(_("no hamlet can be reached and measured within a day's hours; are "
                   "--start, --hours, --speed and --roads right?"));
    print_need(&draft->counts);
    print_routes(draft);
    print_left(&draft->plan, true, _("hamlets that do not fit, most valuable first"));
    print_left(&draft->plan, false,
               _("hamlets that no further bin would settle (visit bins that were seen "
                 "again, on another day)"));
}

static enum err make_and_write(struct session *s, const struct options *o,
                               const struct targets *t)
{
    const struct plan_request request = {.teams = o->teams,
                                         .days = o->days,
                                         .hours = o->hours,
                                         .start = o->start,
                                         .speed_kmh = o->speed_kmh,
                                         .detour = o->detour,
                                         .roads = o->roads};
    struct plan_draft draft;
    enum err err = plan_make(s, &request, &draft);
    if (err)
        return err;
    plan_styles(&draft.drawing);
    err = write_beside(&draft, &s->model, t);
    if (!err)
        err = plan_write(o->args[1], &draft.plan, &draft.drawing);
    if (!err)
        print_plan(&draft);
    plan_styles_free(&draft.drawing);
    return err;
}

enum err cmd_plan(const struct options *o)
{
    struct session s = {.keep_evidence = true};
    struct targets t = {0};
    enum err err = find_targets(o->args[1], &t);
    if (!err)
        err = check_replaceable(o->args[1]);
    if (!err)
        err = check_size(o);
    if (!err)
        err = session_open(&s, o->args[0]);
    if (!err)
        err = session_load_rule(&s, o);
    if (!err)
        err = session_judge(&s, o, false);
    if (!err)
        err = make_and_write(&s, o, &t);
    free(t.dir);
    free(t.stem);
    session_close(&s);
    return err;
}
