/* Suspicious patterns of a log. */
#include "suspects.h"

#include <math.h>

static void note(struct suspects *s, enum suspect kind, int64_t line)
{
    if (s->count[kind]++ == 0)
        s->first_line[kind] = line;
}

/* NULL where there are too many modems; *fresh where this is its first row. */
static struct suspects_modem *find_modem(struct suspects *s, int64_t modem_id,
                                         bool *fresh)
{
    *fresh = false;
    for (size_t i = 0; i < s->modem_count; i++) {
        if (s->modems[i].modem_id == modem_id)
            return &s->modems[i];
    }
    if (s->modem_count == SUSPECTS_MODEMS)
        return NULL;
    *fresh = true;
    return &s->modems[s->modem_count++];
}

static void begin_position(struct suspects_modem *m, const struct sample *row,
                           int64_t line)
{
    m->still_rows = 1;
    m->still_since_ms = row->t_utc_ms;
    m->still_line = line;
}

static void begin_level(struct suspects_modem *m, int64_t line)
{
    m->level_rows = 1;
    m->level_line = line;
    m->level_m = 0;
}

static void check_position(struct suspects *s, struct suspects_modem *m,
                           const struct sample *row, int64_t line)
{
    const struct latlon was = m->last.pos;
    if (row->pos.lat_deg != was.lat_deg || row->pos.lon_deg != was.lon_deg) {
        begin_position(m, row, line);
        return;
    }
    /* told once per run: when it has become long enough */
    const int64_t before_ms = m->last.t_utc_ms - m->still_since_ms;
    const bool was_long =
        m->still_rows >= SUSPECTS_STILL_ROWS && before_ms >= SUSPECTS_STILL_MS;
    m->still_rows++;
    if (!was_long && m->still_rows >= SUSPECTS_STILL_ROWS &&
        row->t_utc_ms - m->still_since_ms >= SUSPECTS_STILL_MS)
        note(s, SUSPECT_POSITION, m->still_line);
}

static void check_level(struct suspects *s, struct suspects_modem *m,
                        const struct sample *row, int64_t line)
{
    const double dbm = sample_level_dbm(row, row->tech);
    if (row->tech != m->last.tech || !(dbm == sample_level_dbm(&m->last, m->last.tech))) {
        begin_level(m, line);
        return;
    }
    const bool was_long =
        m->level_rows >= SUSPECTS_LEVEL_ROWS && m->level_m >= SUSPECTS_LEVEL_M;
    m->level_rows++;
    m->level_m += geo_distance_m(m->last.pos, row->pos);
    if (!was_long && m->level_rows >= SUSPECTS_LEVEL_ROWS &&
        m->level_m >= SUSPECTS_LEVEL_M)
        note(s, SUSPECT_LEVEL, m->level_line);
}

/* Many logs have whole seconds: the true interval may be one longer. */
static void check_time(struct suspects *s, const struct suspects_modem *m,
                       const struct sample *row, int64_t line)
{
    const int64_t dt_ms = row->t_utc_ms - m->last.t_utc_ms;
    if (dt_ms < 0)
        note(s, SUSPECT_CLOCK, line);
    else if (dt_ms > 0 && geo_distance_m(m->last.pos, row->pos) >
                              SUSPECTS_MAX_MPS * ((double)dt_ms / 1000 + 1))
        note(s, SUSPECT_JUMP, line);
}

void suspects_add(struct suspects *s, const struct sample *sample, int64_t line)
{
    bool fresh = false;
    struct suspects_modem *m = find_modem(s, sample->modem_id, &fresh);
    if (!m)
        return;
    if (fresh) {
        m->modem_id = sample->modem_id;
        begin_position(m, sample, line);
        begin_level(m, line);
    } else {
        check_time(s, m, sample, line);
        check_position(s, m, sample, line);
        check_level(s, m, sample, line);
    }
    m->last = *sample;
}
