/* Samples, as they are tallied. */
#include "tally_sample.h"

#include <math.h>

static void set_level(struct tally_part *part, const struct sample *s, enum tech tech,
                      double offset_db)
{
    const double read_dbm = sample_level_dbm(s, tech);
    part->tech = (uint8_t)tech;
    part->dbm = units_level_dbm(tech, units_corrected_dbm(tech, read_dbm, offset_db));
    part->in_service = true;
    part->blanked = part->dbm == LEVEL_NONE;
}

int tally_parts(const struct sample *s, double offset_db,
                struct tally_part parts[TALLY_PARTS])
{
    const bool in_service = s->state == STATE_IN_SERVICE;
    if (!in_service || s->tech == TECH_NONE) {
        parts[0] = (struct tally_part){
            .tech = TECH_NONE, .dbm = LEVEL_NONE, .in_service = in_service};
        return 1;
    }
    if (s->tech != TECH_NR_NSA) {
        set_level(&parts[0], s, s->tech, offset_db);
        return 1;
    }
    /* the anchor holds the phone on the network */
    set_level(&parts[0], s, TECH_LTE, offset_db);
    set_level(&parts[1], s, TECH_NR_NSA, offset_db);
    return 2;
}

void tally_add_part(struct tally_cell *c, const struct tally_part *part)
{
    if (part->in_service)
        tally_count_level(c, part->dbm);
    else
        c->no_service++;
}

bool tally_place(struct xy p, double bin_size_m, int32_t *bin_x, int32_t *bin_y)
{
    const double x = crs_floor(p.x_m / bin_size_m);
    const double y = crs_floor(p.y_m / bin_size_m);
    if (!(fabs(x) < 1e9 && fabs(y) < 1e9)) /* NAN, too */
        return false;
    *bin_x = (int32_t)x;
    *bin_y = (int32_t)y;
    return true;
}
