/* Suspicious patterns of a log. */
#include "suspects.h"

#include <math.h>

const char *suspect_name(enum suspect kind)
{
    static const char *const names[SUSPECT_COUNT] = {"position_frozen", "level_frozen",
                                                     "jump", "clock_back"};
    return names[kind];
}

static void note(struct suspects_found *f, enum suspect kind, int64_t line)
{
    if (f->count[kind]++ == 0 || line < f->first_line[kind])
        f->first_line[kind] = line;
}

static bool is_long(const struct suspects_run *r, enum suspect kind)
{
    if (kind == SUSPECT_POSITION)
        return r->rows >= SUSPECTS_STILL_ROWS &&
               r->until_ms - r->since_ms >= SUSPECTS_STILL_MS;
    return r->rows >= SUSPECTS_LEVEL_ROWS && r->way_mm >= SUSPECTS_LEVEL_MM;
}

static void close_run(struct suspects_found *f, const struct suspects_run *r,
                      enum suspect kind)
{
    if (is_long(r, kind))
        note(f, kind, r->line);
}

/* Good to some per cent, and cheap: the cosine as a series. */
static double distance_m(struct latlon a, struct latlon b)
{
    static const double m_per_deg = 111195;
    const double radians = a.lat_deg * (M_PI / 180);
    const double x2 = radians * radians;
    const double cosine = 1 - x2 / 2 + x2 * x2 / 24 - x2 * x2 * x2 / 720;
    const double north = (b.lat_deg - a.lat_deg) * m_per_deg;
    double step = fabs(b.lon_deg - a.lon_deg);
    step = step > 180 ? 360 - step : step;
    const double east = step * m_per_deg * cosine;
    return sqrt(north * north + east * east);
}

static bool same_pos(const struct suspects_row *a, const struct suspects_row *b)
{
    return a->pos.lat_deg == b->pos.lat_deg && a->pos.lon_deg == b->pos.lon_deg;
}

static bool same_level(const struct suspects_row *a, const struct suspects_row *b)
{
    return a->tech == b->tech && a->dbm == b->dbm; /* NAN is never the same */
}

/* Many logs have whole seconds: the true interval may be one longer. */
static inline void check_pair(struct suspects_found *f, const struct suspects_row *before,
                              const struct suspects_row *row)
{
    const int64_t dt_ms = row->t_utc_ms - before->t_utc_ms;
    if (dt_ms < 0)
        note(f, SUSPECT_CLOCK, row->line);
    else if (dt_ms > 0 && distance_m(before->pos, row->pos) >
                              SUSPECTS_MAX_MPS * ((double)dt_ms / 1000 + 1))
        note(f, SUSPECT_JUMP, row->line);
}

static void begin_run(struct suspects_run *r, const struct suspects_row *row)
{
    r->rows = 1;
    r->line = row->line;
    r->since_ms = r->until_ms = row->t_utc_ms;
    r->way_mm = 0;
}

static void go_on(struct suspects_run *r, const struct suspects_row *row, int64_t step_mm)
{
    r->rows++;
    r->until_ms = row->t_utc_ms > r->until_ms ? row->t_utc_ms : r->until_ms;
    r->way_mm += step_mm;
}

/* The one after the other, `step_mm` between them. */
static void lengthen(struct suspects_run *r, const struct suspects_run *by,
                     int64_t step_mm)
{
    r->rows += by->rows;
    r->until_ms = by->until_ms > r->until_ms ? by->until_ms : r->until_ms;
    r->way_mm += by->way_mm + step_mm;
}

/* The open run has ended. The first one of all is kept: it may have begun earlier. */
static inline void end_run(struct suspects_runs *r, enum suspect kind,
                           struct suspects_found *f)
{
    if (r->split)
        close_run(f, &r->open, kind);
    else
        r->head = r->open;
    r->split = true;
}

static int64_t step_mm(const struct suspects_row *a, const struct suspects_row *b)
{
    return same_pos(a, b) ? 0 : llround(distance_m(a->pos, b->pos) * 1000);
}

/* NULL where there are too many modems; *fresh where this is its first row. */
static inline struct suspects_modem *find_modem(struct suspects *s, int64_t modem_id,
                                                bool *fresh)
{
    *fresh = false;
    if (s->modem_count > 0 && s->modems[s->recent].modem_id == modem_id)
        return &s->modems[s->recent];
    for (size_t i = 0; i < s->modem_count; i++) {
        if (s->modems[i].modem_id == modem_id) {
            s->recent = i;
            return &s->modems[i];
        }
    }
    if (s->modem_count == SUSPECTS_MODEMS) {
        s->crowded = true;
        return NULL;
    }
    *fresh = true;
    s->recent = s->modem_count;
    return &s->modems[s->modem_count++];
}

static void set_row(struct suspects_row *row, const struct sample *sample, int64_t line)
{
    row->t_utc_ms = sample->t_utc_ms;
    row->line = line;
    row->pos = sample->pos;
    row->dbm = sample_level_dbm(sample, sample->tech);
    row->tech = sample->tech;
}

/* m->last is the new row. */
static void add_row(struct suspects_modem *m, const struct suspects_row *before)
{
    const struct suspects_row *row = &m->last;
    check_pair(&m->found, before, row);
    if (same_pos(before, row)) {
        go_on(&m->still.open, row, 0);
    } else {
        end_run(&m->still, SUSPECT_POSITION, &m->found);
        begin_run(&m->still.open, row);
    }
    if (same_level(before, row)) {
        go_on(&m->level.open, row, step_mm(before, row));
    } else {
        end_run(&m->level, SUSPECT_LEVEL, &m->found);
        begin_run(&m->level.open, row);
    }
}

void suspects_add(struct suspects *s, const struct sample *sample, int64_t line)
{
    bool fresh = false;
    struct suspects_modem *m = find_modem(s, sample->modem_id, &fresh);
    if (!m)
        return;
    const struct suspects_row before = m->last;
    set_row(&m->last, sample, line);
    if (!fresh) {
        add_row(m, &before);
        return;
    }
    m->modem_id = sample->modem_id;
    m->first = m->last;
    begin_run(&m->still.open, &m->last);
    begin_run(&m->level.open, &m->last);
}

static void shift(struct suspects_modem *m, int64_t lines)
{
    m->first.line += lines;
    m->last.line += lines;
    m->still.head.line += lines;
    m->still.open.line += lines;
    m->level.head.line += lines;
    m->level.open.line += lines;
    for (int k = 0; k < SUSPECT_COUNT; k++)
        m->found.first_line[k] += m->found.count[k] > 0 ? lines : 0;
}

static void add_found(struct suspects_found *into, const struct suspects_found *from)
{
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        if (from->count[k] > 0 &&
            (into->count[k] == 0 || from->first_line[k] < into->first_line[k]))
            into->first_line[k] = from->first_line[k];
        into->count[k] += from->count[k];
    }
}

/* Where two pieces meet. */
struct seam {
    enum suspect kind;
    bool same; /* the run goes on over it */
    int64_t step_mm;
};

static void join_runs(struct suspects_runs *r, const struct suspects_runs *later,
                      const struct seam *seam, struct suspects_found *f)
{
    const struct suspects_run *next = later->split ? &later->head : &later->open;
    if (seam->same) {
        lengthen(&r->open, next, seam->step_mm);
    } else {
        end_run(r, seam->kind, f);
        r->open = *next;
    }
    if (later->split) {
        end_run(r, seam->kind, f);
        r->open = later->open;
    }
}

static void join_modem(struct suspects_modem *m, const struct suspects_modem *later)
{
    const struct seam still = {.kind = SUSPECT_POSITION,
                               .same = same_pos(&m->last, &later->first)};
    const struct seam level = {.kind = SUSPECT_LEVEL,
                               .same = same_level(&m->last, &later->first),
                               .step_mm = step_mm(&m->last, &later->first)};
    check_pair(&m->found, &m->last, &later->first);
    add_found(&m->found, &later->found);
    join_runs(&m->still, &later->still, &still, &m->found);
    join_runs(&m->level, &later->level, &level, &m->found);
    m->last = later->last;
}

void suspects_join(struct suspects *s, const struct suspects *later, int64_t lines_before)
{
    for (size_t i = 0; i < later->modem_count; i++) {
        bool fresh = false;
        struct suspects_modem own = later->modems[i];
        shift(&own, lines_before);
        struct suspects_modem *m = find_modem(s, own.modem_id, &fresh);
        if (m && fresh)
            *m = own;
        else if (m)
            join_modem(m, &own);
    }
}

struct suspects_found suspects_finish(const struct suspects *s)
{
    struct suspects_found all = {.count = {0}};
    for (size_t i = 0; i < s->modem_count; i++) {
        const struct suspects_modem *m = &s->modems[i];
        add_found(&all, &m->found);
        close_run(&all, &m->still.open, SUSPECT_POSITION);
        close_run(&all, &m->level.open, SUSPECT_LEVEL);
        if (m->still.split)
            close_run(&all, &m->still.head, SUSPECT_POSITION);
        if (m->level.split)
            close_run(&all, &m->level.head, SUSPECT_LEVEL);
    }
    return all;
}
