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

static const double m_per_deg = 111195;

/* Good to some per cent, and cheap: the cosine as a series. */
static double distance_m(struct latlon a, struct latlon b)
{
    const double radians = a.lat_deg * (M_PI / 180);
    const double x2 = radians * radians;
    const double cosine = 1 - x2 / 2 + x2 * x2 / 24 - x2 * x2 * x2 / 720;
    const double north = (b.lat_deg - a.lat_deg) * m_per_deg;
    double step = fabs(b.lon_deg - a.lon_deg);
    step = step > 180 ? 360 - step : step;
    const double east = step * m_per_deg * cosine;
    return sqrt(north * north + east * east);
}

static inline bool same_pos(struct latlon a, struct latlon b)
{
    return a.lat_deg == b.lat_deg && a.lon_deg == b.lon_deg;
}

static inline bool same_level(const struct suspects_level *a,
                              const struct suspects_level *b)
{
    return a->tech == b->tech && a->dbm == b->dbm; /* NAN is never the same */
}

/* True for most steps, at little cost: none is longer than its legs along the meridian
 * and the equator together. */
static inline bool is_within(const struct latlon *a, const struct latlon *b, double m)
{
    const double legs_deg = fabs(b->lat_deg - a->lat_deg) + fabs(b->lon_deg - a->lon_deg);
    return legs_deg * (m_per_deg + 1) < m; /* beyond all rounding */
}

/* Many logs have whole seconds: the true interval may be one longer. */
static inline void check_pair(struct suspects_found *f, const struct suspects_row *before,
                              const struct suspects_row *row)
{
    const int64_t dt_ms = row->t_utc_ms - before->t_utc_ms;
    const double reach_m = SUSPECTS_MAX_MPS * ((double)dt_ms / 1000 + 1);
    if (dt_ms < 0)
        note(f, SUSPECT_CLOCK, row->line);
    else if (dt_ms > 0 && !is_within(&before->pos, &row->pos, reach_m) &&
             distance_m(before->pos, row->pos) > reach_m)
        note(f, SUSPECT_JUMP, row->line);
}

static inline void begin_run(struct suspects_run *r, const struct suspects_row *row)
{
    r->rows = 1;
    r->line = row->line;
    r->since_ms = r->until_ms = row->t_utc_ms;
    r->way_mm = 0;
}

static inline void go_on(struct suspects_run *r, const struct suspects_row *row,
                         int64_t step_mm)
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

static int64_t step_mm(struct latlon a, struct latlon b)
{
    return same_pos(a, b) ? 0 : llround(distance_m(a, b) * 1000);
}

/* NULL where there are too many modems; a new one has no rows yet. */
static struct suspects_modem *find_modem(struct suspects *s, int64_t modem_id)
{
    for (size_t i = 0; i < s->modem_count; i++) {
        if (s->modems[i].modem_id == modem_id)
            return &s->modems[i];
    }
    s->crowded |= s->modem_count == SUSPECTS_MODEMS;
    if (s->modem_count == SUSPECTS_MODEMS)
        return NULL;
    struct suspects_modem *m = &s->modems[s->modem_count++];
    m->modem_id = modem_id;
    m->lane = SUSPECTS_LANES;
    return m;
}

/* SUSPECTS_LANES where there are too many; a new one has no rows yet. A row without an
 * operator belongs to the one that its modem named last. */
static size_t find_lane(struct suspects *s, size_t modem, mccmnc_t op)
{
    if (op == 0 && s->modems[modem].lane < s->lane_count)
        return s->modems[modem].lane;
    size_t at = 0;
    while (at < s->lane_count &&
           (s->lanes[at].modem != modem || s->lanes[at].mccmnc != op))
        at++;
    s->crowded |= at == SUSPECTS_LANES;
    if (at == s->lane_count && at < SUSPECTS_LANES) {
        s->lanes[at] = (struct suspects_lane){.modem = modem, .mccmnc = op};
        s->lane_count++;
    }
    return at;
}

/* Rows of several operators share a time and a place. */
static inline bool is_there(const struct suspects_row *last,
                            const struct suspects_row *row)
{
    return row->t_utc_ms == last->t_utc_ms && same_pos(row->pos, last->pos);
}

static inline void add_pos(struct suspects_modem *m, const struct suspects_row *row)
{
    struct suspects_run *open = &m->still.open;
    if (open->rows == 0) {
        m->first = *row;
        begin_run(open, row);
    } else if (is_there(&m->last, row)) {
        open->rows++;
        return;
    } else {
        check_pair(&m->found, &m->last, row);
        if (same_pos(m->last.pos, row->pos)) {
            go_on(open, row, 0);
        } else {
            end_run(&m->still, SUSPECT_POSITION, &m->found);
            begin_run(open, row);
        }
    }
    m->last = *row;
}

static inline void add_level(struct suspects_lane *lane, struct suspects_found *found,
                             const struct sample *sample, const struct suspects_row *row)
{
    struct suspects_run *open = &lane->runs.open;
    const struct suspects_level level = {.pos = row->pos,
                                         .dbm = sample_level_dbm(sample, sample->tech),
                                         .tech = sample->tech};
    if (open->rows == 0) {
        lane->first = level;
        begin_run(open, row);
    } else if (same_level(&lane->last, &level)) {
        go_on(open, row, step_mm(lane->last.pos, level.pos));
    } else {
        end_run(&lane->runs, SUSPECT_LEVEL, found);
        begin_run(open, row);
    }
    lane->last = level;
}

/* Modems and operators take turns: the lane that came after the last one before comes
 * mostly again. NULL where it does not. */
static inline struct suspects_lane *guess_lane(struct suspects *s,
                                               const struct sample *sample)
{
    const size_t at = s->lanes[s->recent].next;
    struct suspects_lane *lane = &s->lanes[at];
    if (sample->mccmnc == 0 || lane->mccmnc != sample->mccmnc ||
        s->modems[lane->modem].modem_id != sample->modem_id)
        return NULL;
    s->recent = at;
    s->modems[lane->modem].lane = at;
    return lane;
}

/* NULL where there are too many. */
static struct suspects_lane *search_lane(struct suspects *s, struct suspects_modem *m,
                                         mccmnc_t op)
{
    m->lane = find_lane(s, (size_t)(m - s->modems), op);
    if (m->lane == SUSPECTS_LANES)
        return NULL;
    s->lanes[s->recent].next = m->lane;
    s->recent = m->lane;
    return &s->lanes[m->lane];
}

void suspects_add(struct suspects *s, const struct sample *sample, int64_t line)
{
    const struct suspects_row row = {
        .t_utc_ms = sample->t_utc_ms, .line = line, .pos = sample->pos};
    struct suspects_lane *lane = guess_lane(s, sample);
    struct suspects_modem *m =
        lane ? &s->modems[lane->modem] : find_modem(s, sample->modem_id);
    if (!m)
        return;
    add_pos(m, &row);
    if (!lane)
        lane = search_lane(s, m, sample->mccmnc);
    if (lane)
        add_level(lane, &m->found, sample, &row);
}

static void shift_runs(struct suspects_runs *r, int64_t lines)
{
    r->head.line += lines;
    r->open.line += lines;
}

static void shift(struct suspects_modem *m, int64_t lines)
{
    m->first.line += lines;
    m->last.line += lines;
    shift_runs(&m->still, lines);
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
                               .same = same_pos(m->last.pos, later->first.pos)};
    check_pair(&m->found, &m->last, &later->first);
    add_found(&m->found, &later->found);
    join_runs(&m->still, &later->still, &still, &m->found);
    m->last = later->last;
}

/* Where the modems of a later piece stand in the log. */
static void join_modems(struct suspects *s, const struct suspects *later, int64_t lines,
                        struct suspects_modem *modems[SUSPECTS_MODEMS])
{
    for (size_t i = 0; i < later->modem_count; i++) {
        struct suspects_modem own = later->modems[i];
        shift(&own, lines);
        struct suspects_modem *m = find_modem(s, own.modem_id);
        modems[i] = m;
        if (m && m->still.open.rows == 0) {
            *m = own;
            m->lane = SUSPECTS_LANES;
        } else if (m) {
            join_modem(m, &own);
        }
    }
}

/* Lanes come in the order of their first rows: one without an operator is a modem's
 * first, and goes on where the modem was. */
static void join_lane(struct suspects *s, struct suspects_modem *m,
                      const struct suspects_lane *later, int64_t lines)
{
    const size_t at = find_lane(s, (size_t)(m - s->modems), later->mccmnc);
    if (at == SUSPECTS_LANES)
        return;
    struct suspects_lane *lane = &s->lanes[at];
    struct suspects_runs runs = later->runs;
    shift_runs(&runs, lines);
    const struct seam seam = {.kind = SUSPECT_LEVEL,
                              .same = same_level(&lane->last, &later->first),
                              .step_mm = step_mm(lane->last.pos, later->first.pos)};
    if (lane->runs.open.rows == 0) {
        lane->first = later->first;
        lane->runs = runs;
    } else {
        join_runs(&lane->runs, &runs, &seam, &m->found);
    }
    lane->last = later->last;
}

void suspects_join(struct suspects *s, const struct suspects *later, int64_t lines_before)
{
    struct suspects_modem *modems[SUSPECTS_MODEMS];
    join_modems(s, later, lines_before, modems);
    for (size_t i = 0; i < later->lane_count; i++) {
        struct suspects_modem *m = modems[later->lanes[i].modem];
        if (m)
            join_lane(s, m, &later->lanes[i], lines_before);
    }
    for (size_t i = 0; i < later->modem_count; i++) {
        const size_t lane = later->modems[i].lane;
        if (modems[i] && lane < later->lane_count)
            modems[i]->lane =
                find_lane(s, (size_t)(modems[i] - s->modems), later->lanes[lane].mccmnc);
    }
}

static void close_runs(struct suspects_found *all, const struct suspects_runs *r,
                       enum suspect kind)
{
    close_run(all, &r->open, kind);
    if (r->split)
        close_run(all, &r->head, kind);
}

struct suspects_found suspects_finish(const struct suspects *s)
{
    struct suspects_found all = {.count = {0}};
    for (size_t i = 0; i < s->modem_count; i++) {
        add_found(&all, &s->modems[i].found);
        close_runs(&all, &s->modems[i].still, SUSPECT_POSITION);
    }
    for (size_t i = 0; i < s->lane_count; i++)
        close_runs(&all, &s->lanes[i].runs, SUSPECT_LEVEL);
    return all;
}
