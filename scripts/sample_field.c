/* The invented radio field: log-distance path loss, ridges that cast shadows, and
 * correlated shadowing of 6 dB. A function of the place alone, so that the truth can be
 * computed. */
#include "sample_field.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* One degree at 22.65° N on WGS 84. */
#define METRES_PER_DEGREE_NORTH 110739.0
#define METRES_PER_DEGREE_EAST 102786.0

struct site {
    struct place_m at;
    bool has[FIELD_OPERATORS];
};

struct ridge {
    struct place_m from, to;
    double loss_db;
};

const char *const field_mccmnc[FIELD_OPERATORS] = {"45201", "45202", "45204", "45205"};

static const struct site sites[] = {
    {{0, 0}, {true, true, true, true}},        /* the commune's seat */
    {{3800, 300}, {false, true, true, false}}, /* east of the valley */
    {{-3900, -200}, {true, false, true, false}},
};
enum { SITES = sizeof sites / sizeof *sites };

static const struct ridge ridges[] = {
    {{-9000, 1500}, {9000, 1600}, 34},   /* the range north of the valley */
    {{-1500, -900}, {3200, -850}, 32},   /* a hill south of it */
    {{-3500, 600}, {-900, 610}, 32},     /* a spur through the middle of a hamlet */
    {{-5000, -2500}, {-5000, 1000}, 21}, /* the pass in the west */
};

/* At 1 km in front of the antenna; the exponent is that of hilly, wooded ground. Lower
 * frequencies bend better: they lose this part of a ridge's loss. */
static const double lte_dbm = -85, wcdma_dbm = -74, gsm_dbm = -68;
static const double exponent = 3.5, low_band_share = 0.6;
static const bool has_wcdma[FIELD_OPERATORS] = {true, false, true, false};
static const bool has_gsm[FIELD_OPERATORS] = {false, true, true, false};

struct latlon field_latlon(struct place_m p)
{
    return (struct latlon){22.65 + p.y_m / METRES_PER_DEGREE_NORTH,
                           106.05 + p.x_m / METRES_PER_DEGREE_EAST};
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double field_uniform(struct field_random *r)
{
    r->state += UINT64_C(0x9E3779B97F4A7C15);
    return (double)(mix(r->state) >> 11) * 0x1p-53;
}

/* Sum of four uniform numbers: near enough, and without libm's last digits. */
double field_normal(struct field_random *r)
{
    double sum = -2;
    for (int i = 0; i < 4; i++)
        sum += field_uniform(r);
    return sum * 1.7320508075688772;
}

/* Shadowing, deviation 1: normal numbers on a lattice of 60 m, blended in between so that
 * the deviation is the same everywhere. */
static double shadowing(uint64_t seed, struct place_m p)
{
    const double u = p.x_m / 60, v = p.y_m / 60;
    const double i = floor(u), j = floor(v);
    double sum = 0, squares = 0;
    for (int corner = 0; corner < 4; corner++) {
        const double di = corner & 1, dj = corner >> 1;
        const double weight = (1 - fabs(u - i - di)) * (1 - fabs(v - j - dj));
        const uint64_t east = (uint64_t)(int64_t)(i + di);
        const uint64_t north = (uint64_t)(int64_t)(j + dj);
        struct field_random r = {mix(seed ^ mix(east ^ mix(north + 77)))};
        sum += weight * field_normal(&r);
        squares += weight * weight;
    }
    return sum / sqrt(squares);
}

static double side(struct place_m a, struct place_m b, struct place_m p)
{
    return (b.x_m - a.x_m) * (p.y_m - a.y_m) - (b.y_m - a.y_m) * (p.x_m - a.x_m);
}

static bool crosses(struct place_m a, struct place_m b, const struct ridge *r)
{
    return (side(a, b, r->from) > 0) != (side(a, b, r->to) > 0) &&
           (side(r->from, r->to, a) > 0) != (side(r->from, r->to, b) > 0);
}

static double ridge_loss_db(struct place_m from, struct place_m to)
{
    double loss_db = 0;
    for (size_t i = 0; i < sizeof ridges / sizeof *ridges; i++) {
        if (crosses(from, to, &ridges[i]))
            loss_db = fmax(loss_db, ridges[i].loss_db);
    }
    return loss_db;
}

struct field_levels field_at(int op, struct place_m p)
{
    struct field_levels best = {-INFINITY, -INFINITY, -INFINITY, -1};
    const double shadow_db =
        6 * 0.7071 * (shadowing(1, p) + shadowing(100 + (uint64_t)op, p));
    for (int s = 0; s < SITES; s++) {
        if (!sites[s].has[op])
            continue;
        const double dx_m = p.x_m - sites[s].at.x_m, dy_m = p.y_m - sites[s].at.y_m;
        const double km = fmax(0.05, sqrt(dx_m * dx_m + dy_m * dy_m) / 1000);
        const double path_db = 10 * exponent * log10(km) - shadow_db;
        const double ridge_db = ridge_loss_db(sites[s].at, p);
        const double low_db = path_db + low_band_share * ridge_db;
        if (lte_dbm - path_db - ridge_db > best.lte_rsrp_dbm) {
            best.lte_rsrp_dbm = lte_dbm - path_db - ridge_db;
            best.site = s;
        }
        if (has_wcdma[op])
            best.wcdma_rscp_dbm = fmax(best.wcdma_rscp_dbm, wcdma_dbm - low_db);
        if (has_gsm[op])
            best.gsm_rxlev_dbm = fmax(best.gsm_rxlev_dbm, gsm_dbm - low_db);
    }
    return best;
}
