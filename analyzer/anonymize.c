/* Samples for strangers. */
#include "anonymize.h"

#include <math.h>

enum { MINUTE_MS = 60000 };

static double middle(double m, double size_m)
{
    return (floor(m / size_m) + 0.5) * size_m;
}

enum err anonymize_sample(struct anonymizer *a, struct sample *s)
{
    if (!a->crs) {
        const enum err err =
            crs_open(region_epsg(a->region, s->pos), a->region->operation, &a->crs);
        if (err)
            return err;
    }
    const struct xy at = crs_forward(a->crs, s->pos);
    const struct xy centre = {.x_m = middle(at.x_m, a->bin_size_m),
                              .y_m = middle(at.y_m, a->bin_size_m)};
    struct sample kept = sample_empty();
    kept.t_utc_ms = s->t_utc_ms - s->t_utc_ms % MINUTE_MS;
    kept.pos = crs_inverse(a->crs, centre);
    kept.fix_mode = s->fix_mode;
    kept.state = s->state;
    kept.tech = s->tech;
    kept.mccmnc = s->mccmnc;
    kept.rsrp_dbm = s->rsrp_dbm;
    kept.rsrq_db = s->rsrq_db;
    kept.sinr_db = s->sinr_db;
    kept.rssi_dbm = s->rssi_dbm;
    kept.rscp_dbm = s->rscp_dbm;
    kept.ecno_db = s->ecno_db;
    kept.rxlev_dbm = s->rxlev_dbm;
    kept.ss_rsrp_dbm = s->ss_rsrp_dbm;
    kept.ss_rsrq_db = s->ss_rsrq_db;
    kept.ss_sinr_db = s->ss_sinr_db;
    *s = kept;
    return ERR_OK;
}

void anonymize_end(struct anonymizer *a)
{
    crs_close(a->crs);
    a->crs = NULL;
}
