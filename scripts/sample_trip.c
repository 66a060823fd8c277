/* Walking, driving, reading. One epoch every three seconds; all modems share its
 * position. */
#include "sample_trip.h"

#include <math.h>

#include "sample_places.h"

#define EPOCH_S (TRIP_EPOCH_MS / 1000.0)
#define WALK_MPS 1.4
#define DRIVE_MPS 9.0
#define TAU 6.283185307179586

/* Below these a modem leaves the technology for the next older one. */
#define LTE_MIN_DBM (-124.0)
#define WCDMA_MIN_DBM (-112.0)
#define GSM_MIN_DBM (-106.0)
#define NSA_MIN_DBM (-88.0)

enum { GNSS_GOOD = TRIP_DRIVE }; /* no fault in trip_act's terms */

struct walker {
    const struct trip *trip;
    trip_sink_fn sink;
    void *log;
    struct field_random random;
    int64_t t_utc_ms;
    struct place_m at;
    struct place_m error; /* of the receiver, drifting */
    double speed_mps;
    enum trip_act gps;
    int gps_left;
    struct place_m stuck_at;
    int64_t stuck_since_ms;
    int silent_op;
    int silent_left;
    int64_t silent_since_ms;
    struct sample last[FIELD_OPERATORS];
    bool ok;
};

static double noise(struct walker *w, double deviation)
{
    return deviation * field_normal(&w->random);
}

/* Whether any other operator would take an emergency call here. */
static mccmnc_t emergency_network(int own, struct place_m p)
{
    for (int op = 0; op < FIELD_OPERATORS; op++) {
        if (op != own && field_at(op, p).lte_rsrp_dbm >= LTE_MIN_DBM + 4)
            return mccmnc_parse(field_mccmnc[op]);
    }
    return 0;
}

static void set_lte(struct sample *s, double rsrp_dbm, const struct field_levels *f,
                    int op)
{
    const bool nsa = op == 2 && f->site == 0 && rsrp_dbm >= NSA_MIN_DBM;
    s->tech = nsa ? TECH_NR_NSA : TECH_LTE;
    s->rsrp_dbm = round(rsrp_dbm);
    s->rsrq_db = round(fmax(-19, fmin(-6, -8 + (rsrp_dbm + 95) / 3)));
    s->sinr_db = round(fmax(-12, fmin(28, (rsrp_dbm + 117) / 1.8)));
    if (nsa)
        s->ss_rsrp_dbm = round(rsrp_dbm - 4);
    s->arfcn = 1300 + 50 * op;
    s->band = "3";
    s->tac = 7100 + op;
    s->pci = 30 * f->site + 7 * op + 3;
    s->cell_id = 256 * (99000 + 10 * f->site + op) + 1;
}

static void read_radio(struct walker *w, struct sample *s, int op)
{
    const struct field_levels f = field_at(op, w->at);
    const double lte_dbm = f.lte_rsrp_dbm + noise(w, 1.5);
    const double wcdma_dbm = f.wcdma_rscp_dbm + noise(w, 1.5);
    const double gsm_dbm = f.gsm_rxlev_dbm + noise(w, 1.5);
    s->state = STATE_IN_SERVICE;
    s->mccmnc = mccmnc_parse(field_mccmnc[op]);
    if (lte_dbm >= LTE_MIN_DBM) {
        set_lte(s, lte_dbm, &f, op);
    } else if (wcdma_dbm >= WCDMA_MIN_DBM) {
        s->tech = TECH_WCDMA;
        s->rscp_dbm = round(wcdma_dbm);
        s->ecno_db = -9;
        s->cell_id = 4200000 + op;
    } else if (gsm_dbm >= GSM_MIN_DBM) {
        s->tech = TECH_GSM;
        s->rxlev_dbm = round(gsm_dbm);
        s->cell_id = 31000 + op;
    } else {
        s->mccmnc = emergency_network(op, w->at);
        s->state = s->mccmnc ? STATE_LIMITED : STATE_NO_SERVICE;
    }
}

/* What drivers print for "unknown", instead of a level. */
static void spoil_level(struct walker *w, struct sample *s)
{
    static const double sentinels_dbm[] = {2147483647, -200, -164, -24};
    if (s->tech == TECH_LTE && field_uniform(&w->random) < 0.006)
        s->rsrp_dbm = sentinels_dbm[(int)(4 * field_uniform(&w->random))];
}

static void read_gps(const struct walker *w, struct sample *s)
{
    struct place_m p = {w->at.x_m + w->error.x_m, w->at.y_m + w->error.y_m};
    s->fix_mode = 3;
    s->fix_age_ms = 150 + (w->t_utc_ms % 7) * 40;
    s->acc_h95_m = 4 + (double)(w->t_utc_ms / TRIP_EPOCH_MS % 9) * 0.5;
    s->hdop = 0.9;
    s->satellites = 14;
    s->alt_m = round(420 + p.y_m * 0.03 + 60 * sin(p.x_m / 900));
    s->speed_mps = w->speed_mps;
    if (w->gps == TRIP_GPS_POOR) {
        p.x_m += 200;
        s->acc_h95_m = 180;
        s->hdop = 14;
        s->satellites = 4;
    } else if (w->gps == TRIP_GPS_STALE) {
        p = w->stuck_at;
        s->fix_age_ms = w->t_utc_ms - w->stuck_since_ms;
    }
    s->pos = field_latlon(p);
    if (w->gps == TRIP_GPS_ZERO) {
        s->pos = (struct latlon){0, 0};
    } else if (w->gps == TRIP_GPS_LOST) {
        s->pos = geo_none();
        s->fix_mode = 1;
        s->fix_age_ms = ID_UNKNOWN;
        s->acc_h95_m = s->hdop = s->alt_m = s->speed_mps = (double)NAN;
        s->satellites = 3;
    }
}

/* A modem that died keeps showing what it last knew; then not even rows come. */
static bool read_silent(const struct walker *w, struct sample *s, int op)
{
    *s = w->last[op];
    s->level_age_ms = w->t_utc_ms - w->silent_since_ms;
    s->state = s->level_age_ms <= 12000 ? STATE_IN_SERVICE : STATE_UNKNOWN;
    return w->silent_left > 40;
}

static void read_modem(struct walker *w, int op)
{
    struct sample s = sample_empty();
    if (w->silent_left > 0 && w->silent_op == op) {
        if (!read_silent(w, &s, op))
            return;
    } else {
        read_radio(w, &s, op);
        spoil_level(w, &s);
        s.level_age_ms = 200 + 31 * op;
        w->last[op] = s;
    }
    s.modem_id = op + 1;
    s.t_utc_ms = w->t_utc_ms;
    s.t_mono_ms = w->t_utc_ms - w->trip->started_utc_ms + 41000;
    s.boot_id = "5b0e7a52";
    read_gps(w, &s);
    w->ok = w->ok && w->sink(w->log, &s, op);
    if (field_uniform(&w->random) < 0.004) /* written twice */
        w->ok = w->ok && w->sink(w->log, &s, op);
}

static void epoch(struct walker *w)
{
    w->t_utc_ms += TRIP_EPOCH_MS;
    w->error.x_m = 0.9 * w->error.x_m + noise(w, 1);
    w->error.y_m = 0.9 * w->error.y_m + noise(w, 1);
    for (int op = 0; op < FIELD_OPERATORS; op++) {
        if (w->trip->only_op == TRIP_ALL_OPERATORS || w->trip->only_op == op)
            read_modem(w, op);
    }
    if (w->silent_left > 0)
        w->silent_left--;
    if (w->gps_left > 0 && --w->gps_left == 0)
        w->gps = (enum trip_act)GNSS_GOOD;
}

static void move_to(struct walker *w, struct place_m to, double speed_mps)
{
    const double step_m = speed_mps * EPOCH_S;
    const struct place_m from = w->at;
    const double length_m = hypot(to.x_m - from.x_m, to.y_m - from.y_m);
    w->speed_mps = speed_mps;
    for (double gone_m = step_m; gone_m < length_m; gone_m += step_m) {
        const double share = gone_m / length_m;
        w->at.x_m = from.x_m + share * (to.x_m - from.x_m);
        w->at.y_m = from.y_m + share * (to.y_m - from.y_m);
        epoch(w);
    }
    w->at = to;
}

/* A loop through the area at this part of its size; paths are not circles. */
static struct place_m loop_point(const struct place_area *a, double scale, double turn)
{
    double dx_m, dy_m;
    if (a->corner_count == 0) {
        const double r_m = scale * a->radius_m + 5 * sin(3 * TAU * turn);
        dx_m = r_m * cos(TAU * turn);
        dy_m = r_m * sin(TAU * turn);
    } else {
        const double edge = turn * (double)a->corner_count;
        const size_t i = (size_t)edge % a->corner_count, j = (i + 1) % a->corner_count;
        const double along = edge - floor(edge);
        dx_m = a->corners[i].x_m + along * (a->corners[j].x_m - a->corners[i].x_m);
        dy_m = a->corners[i].y_m + along * (a->corners[j].y_m - a->corners[i].y_m);
        dx_m = scale * (dx_m - a->centre.x_m);
        dy_m = scale * (dy_m - a->centre.y_m);
    }
    return (struct place_m){a->centre.x_m + dx_m, a->centre.y_m + dy_m};
}

static void walk_area(struct walker *w, const struct place_area *area)
{
    static const double wide[] = {0.17, 0.5, 0.84}, narrow[] = {0.25, 0.75};
    const bool is_wide = area->radius_m > 120;
    const size_t loops = is_wide ? 3 : 2;
    for (size_t i = 0; i < loops; i++) {
        const double scale = is_wide ? wide[i] : narrow[i];
        move_to(w, loop_point(area, scale, 0), i == 0 ? DRIVE_MPS : WALK_MPS);
        const int steps = (int)ceil(TAU * scale * area->radius_m / (WALK_MPS * EPOCH_S));
        w->speed_mps = WALK_MPS;
        for (int k = 1; k <= steps; k++) {
            w->at = loop_point(area, scale, (double)k / steps);
            epoch(w);
        }
    }
}

static void do_step(struct walker *w, const struct trip_step *step)
{
    switch (step->act) {
    case TRIP_WALK: {
        const struct place_area area = places_area(step->code);
        walk_area(w, &area);
        return;
    }
    case TRIP_DRIVE:
        move_to(w, step->to, DRIVE_MPS);
        return;
    case TRIP_SILENT:
        w->silent_op = step->op;
        w->silent_left = step->epochs;
        w->silent_since_ms = w->t_utc_ms;
        return;
    case TRIP_GPS_LOST:
    case TRIP_GPS_POOR:
    case TRIP_GPS_STALE:
    case TRIP_GPS_ZERO:
        w->gps = step->act;
        w->gps_left = step->epochs;
        w->stuck_at = w->at;
        w->stuck_since_ms = w->t_utc_ms;
        return;
    }
}

bool trip_run(const struct trip *trip, trip_sink_fn sink, void *log,
              int64_t *ended_utc_ms)
{
    struct walker w = {
        .trip = trip,
        .sink = sink,
        .log = log,
        .random = {trip->seed},
        .t_utc_ms = trip->started_utc_ms,
        .at = trip->from,
        .gps = (enum trip_act)GNSS_GOOD,
        .ok = true,
    };
    for (size_t i = 0; w.ok && i < trip->step_count; i++)
        do_step(&w, &trip->steps[i]);
    *ended_utc_ms = w.t_utc_ms;
    return w.ok;
}
