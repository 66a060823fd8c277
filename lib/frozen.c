/* Frozen readings over a window of rows. */
#include "frozen.h"

#include <math.h>
#include <string.h>

#include "units.h"

enum {
    MAX_GAP_MS = 60000,    /* between rows of one run; longer is another story */
    LEVEL_MIN_ROWS = 20,   /* that repeat a reading before it counts as frozen */
    LEVEL_ALONE_TIMES = 4, /* a level with nothing beside it repeats by chance */
};
static const double moving_mps = 2;     /* slower is a receiver's noise */
static const double max_drive_mps = 40; /* faster is no drive but a list of places */
static const double m_per_deg = 111320; /* of latitude; a few per mille are enough here */

_Static_assert(offsetof(struct sample, ss_sinr_db) - offsetof(struct sample, rsrp_dbm) ==
                   (FROZEN_VALUES - 1) * sizeof(double),
               "the values of a reading stand together in a sample");

struct frozen frozen_begin(bool from_start)
{
    return (struct frozen){.from_start = from_start};
}

static double distance_m(struct latlon a, struct latlon b)
{
    const double north = (b.lat_deg - a.lat_deg) * m_per_deg;
    const double east =
        remainder(b.lon_deg - a.lon_deg, 360) * m_per_deg * cos(a.lat_deg * M_PI / 180);
    return hypot(north, east);
}

/* A row without an operator belongs to the one that its modem named last. */
static bool is_of(const struct frozen_track *t, const struct sample *s)
{
    return t->last_row > 0 && t->modem_id == s->modem_id &&
           (t->mccmnc == s->mccmnc || s->mccmnc == 0);
}

/* The track of a row; a new one, with last_row 0, in place of the one silent longest. */
static struct frozen_track *find_track(struct frozen *f, const struct sample *s)
{
    struct frozen_track *found = NULL, *oldest = &f->tracks[0];
    for (int i = 0; i < f->count; i++) {
        struct frozen_track *t = &f->tracks[i];
        if (is_of(t, s) && (!found || t->last_row > found->last_row)) {
            found = t;
            if (s->mccmnc != 0)
                break; /* each modem has one track per operator */
        }
        if (t->last_row < oldest->last_row)
            oldest = t;
    }
    if (found && f->row - found->last_row <= FROZEN_REACH)
        return found;
    if (!found)
        found = f->count < FROZEN_TRACKS ? &f->tracks[f->count++] : oldest;
    *found = (struct frozen_track){
        .modem_id = s->modem_id,
        .mccmnc = s->mccmnc,
        .sure = f->from_start || f->row > FROZEN_REACH ? FROZEN_SURE : 0};
    return found;
}

/* Mostly the one that came after the last one before: each modem has one per operator. */
static struct frozen_track *next_track(struct frozen *f, const struct sample *s)
{
    struct frozen_track *last = &f->tracks[f->last];
    struct frozen_track *t = &f->tracks[last->next];
    if (s->mccmnc == 0 || !is_of(t, s) || f->row - t->last_row > FROZEN_REACH) {
        t = find_track(f, s);
        last->next = (int)(t - f->tracks);
    }
    f->last = last->next;
    return t;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The level that is tallied, where it could freeze: of NR_NSA the anchor's. A range's end
 * is what a modem shows for all that lies beyond, and so is no sign of a frozen one. */
static double freezable_dbm(const struct sample *s)
{
    const enum tech tech = s->tech == TECH_NR_NSA ? TECH_LTE : s->tech;
    struct units_range range = units_level_range(tech);
    const double dbm = sample_level_dbm(s, tech);
    if (tech == TECH_WCDMA) /* the ends of an RSSI, which some loggers give for RSCP */
        range = (struct units_range){-113, -51};
    return s->state == STATE_IN_SERVICE && dbm > range.min_dbm && dbm < range.max_dbm
               ? dbm
               : (double)NAN;
}

/* `dbm` is what freezable_dbm() says of the sample: a level mostly differs. */
static bool same_reading(const struct frozen_reading *r, const struct sample *s,
                         double dbm)
{
    const double *values = &s->rsrp_dbm;
    if (r->level_dbm != dbm || r->tech != s->tech || r->cell_id != s->cell_id ||
        r->pci != s->pci)
        return false;
    for (int i = 0; i < FROZEN_VALUES; i++) {
        if (!same_number(r->values[i], values[i]))
            return false;
    }
    return true;
}

static int known_values(const struct frozen_reading *r)
{
    int known = 0;
    for (int i = 0; i < FROZEN_VALUES; i++)
        known += !isnan(r->values[i]);
    return known;
}

/* Of rows with a position, as quality_check() wants one. */
static bool same_pos(const struct latlon *a, const struct latlon *b)
{
    return a->lat_deg == b->lat_deg && a->lon_deg == b->lon_deg;
}

/* What a row is to its track. */
struct step {
    bool goes_on; /* soon enough after the row before */
    bool same_pos;
    bool claims; /* the receiver says that it moves, and not by the word it said before */
    bool same_reading;
    double level_dbm; /* that could freeze; NAN: none */
    double claimed_m;
};

static struct step look(const struct frozen_track *t, const struct sample *s)
{
    struct step step = {.level_dbm = freezable_dbm(s)};
    const int64_t gap_ms = s->t_utc_ms - t->t_utc_ms;
    step.goes_on = t->last_row > 0 && gap_ms >= 0 && gap_ms <= MAX_GAP_MS;
    if (!step.goes_on)
        return step;
    step.same_pos = same_pos(&t->pos, &s->pos);
    step.claims = s->speed_mps >= moving_mps;
    if (step.same_pos && step.claims) {
        const double since_s = (double)(s->t_utc_ms - t->kept_utc_ms) / 1000;
        const bool says_so_again = same_number(t->speed_mps, s->speed_mps);
        step.claimed_m = t->claimed_m + (says_so_again ? 0 : s->speed_mps * since_s);
    }
    step.same_reading = same_reading(&t->reading, s, step.level_dbm);
    if (step.same_reading && !t->level_frozen && !same_pos(&t->last_pos, &s->pos) &&
        distance_m(t->last_pos, s->pos) > fmax((double)gap_ms / 1000, 1) * max_drive_mps)
        step.same_reading = false;
    return step;
}

static bool fix_is_frozen(const struct frozen_track *t, const struct sample *s,
                          const struct step *step, const struct quality_limits *limits)
{
    if (!step->same_pos)
        return false;
    return (step->claims && t->fix_frozen) ||
           step->claimed_m > limits->max_frozen_fix_m ||
           s->t_utc_ms - t->pos_since_ms > limits->max_frozen_fix_ms;
}

static bool level_is_frozen(const struct frozen_track *t, const struct sample *s,
                            const struct step *step, const struct quality_limits *limits)
{
    if (!step->same_reading)
        return false;
    if (t->level_frozen)
        return true;
    if (t->reading_rows < LEVEL_MIN_ROWS)
        return false;
    const int times = known_values(&t->reading) < 3 ? LEVEL_ALONE_TIMES : 1;
    return t->reading_rows >= times * LEVEL_MIN_ROWS &&
           distance_m(t->reading_pos, s->pos) > times * limits->max_frozen_level_m;
}

static void begin_reading(struct frozen_track *t, const struct sample *s,
                          double level_dbm)
{
    t->reading.level_dbm = level_dbm;
    t->reading.tech = s->tech;
    t->reading.cell_id = s->cell_id;
    t->reading.pci = s->pci;
    memcpy(t->reading.values, &s->rsrp_dbm, sizeof t->reading.values);
    t->reading_pos = s->pos;
    t->reading_rows = 1;
    t->level_frozen = false;
}

/* An accepted row is remembered. */
static void keep(struct frozen_track *t, const struct sample *s, const struct step *step)
{
    if (step->same_reading)
        t->reading_rows++;
    else
        begin_reading(t, s, step->level_dbm);
    if (!step->same_pos)
        t->pos_since_ms = s->t_utc_ms;
    t->claimed_m = step->claimed_m;
    t->kept_utc_ms = s->t_utc_ms;
    t->pos = s->pos;
    t->speed_mps = s->speed_mps;
    if (s->mccmnc != 0)
        t->mccmnc = s->mccmnc;
}

enum quality_reason frozen_check(struct frozen *f, const struct sample *s,
                                 const struct quality_limits *limits)
{
    enum quality_reason reason = QUALITY_ACCEPTED;
    f->row++;
    struct frozen_track *t = next_track(f, s);
    const struct step step = look(t, s);
    const bool fresh =
        t->last_row > 0 && !step.same_reading &&
        !(step.same_pos && (step.claims || limits->max_frozen_fix_ms < INT64_MAX));
    if (t->sure < FROZEN_SURE)
        t->sure = fresh ? t->sure + 1 : 0;
    f->unsure |= t->sure < FROZEN_SURE;
    if (fix_is_frozen(t, s, &step, limits))
        reason = QUALITY_STALE_FIX;
    else if (level_is_frozen(t, s, &step, limits))
        reason = QUALITY_STALE_LEVEL;
    if (reason == QUALITY_ACCEPTED)
        keep(t, s, &step);
    t->fix_frozen = reason == QUALITY_STALE_FIX;
    t->level_frozen |= reason == QUALITY_STALE_LEVEL;
    t->last_row = f->row;
    t->t_utc_ms = s->t_utc_ms;
    t->last_pos = s->pos;
    return reason;
}
