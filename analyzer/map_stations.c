/* Stations for the map:
 *
 *     {"kinds": [["45204", "Viettel", "LTE"], …],
 *      "places": [[kind, lat_deg, lon_deg, "name"], …]}
 *
 * A kind is an operator and a technology, "" for what is not told. A list of the whole
 * country is cut to what lies around the survey. */
#include "map_stations.h"

#include <math.h>

static const double around_deg = 0.3; /* some 30 km: as far as any cell reaches */

struct box {
    double south, north, west, east;
};

static struct box box_of(const struct model *m)
{
    struct box b = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t i = 0; i < m->area_count; i++) {
        const struct latlon p = m->areas[i].point;
        b.south = fmin(b.south, p.lat_deg);
        b.north = fmax(b.north, p.lat_deg);
        b.west = fmin(b.west, p.lon_deg);
        b.east = fmax(b.east, p.lon_deg);
    }
    return (struct box){b.south - around_deg, b.north + around_deg, b.west - around_deg,
                        b.east + around_deg};
}

static bool is_in(const struct box *b, struct latlon p)
{
    return p.lat_deg >= b->south && p.lat_deg <= b->north && p.lon_deg >= b->west &&
           p.lon_deg <= b->east;
}

/* Stations come by operator and technology. */
static bool same_kind(const struct station *a, const struct station *b)
{
    return a->mccmnc == b->mccmnc && a->tech == b->tech;
}

static void write_kinds(struct jsonw *j, const struct model *m)
{
    jsonw_key(j, "kinds");
    jsonw_open(j, '[');
    for (size_t i = 0; i < m->station_count; i++) {
        const struct station *s = &m->stations[i];
        char code[MCCMNC_TEXT_SIZE], digits[MCCMNC_TEXT_SIZE];
        if (i > 0 && same_kind(s, s - 1))
            continue;
        mccmnc_format(s->mccmnc, code);
        jsonw_open(j, '[');
        jsonw_text(j, code);
        jsonw_text(j,
                   s->mccmnc ? region_operator_name(m->region, s->mccmnc, digits) : "");
        jsonw_text(j, s->tech < TECH_COUNT ? tech_name(s->tech) : "");
        jsonw_close(j, ']');
    }
    jsonw_close(j, ']');
}

static void write_places(struct jsonw *j, const struct model *m, const struct box *box)
{
    enum { DECIMALS = 5 };
    int64_t kind = -1;
    jsonw_key(j, "places");
    jsonw_open(j, '[');
    for (size_t i = 0; i < m->station_count; i++) {
        const struct station *s = &m->stations[i];
        kind += i == 0 || !same_kind(s, s - 1);
        if (!is_in(box, s->pos))
            continue;
        jsonw_open(j, '[');
        jsonw_int(j, kind);
        jsonw_number(j, s->pos.lat_deg, DECIMALS);
        jsonw_number(j, s->pos.lon_deg, DECIMALS);
        jsonw_text(j, s->name);
        jsonw_close(j, ']');
    }
    jsonw_close(j, ']');
}

void map_stations_write(struct jsonw *j, const struct model *m)
{
    const struct box box = box_of(m);
    bool any = false;
    for (size_t i = 0; i < m->station_count && !any; i++)
        any = is_in(&box, m->stations[i].pos);
    if (!any)
        return;
    jsonw_key(j, "stations");
    jsonw_open(j, '{');
    write_kinds(j, m);
    write_places(j, m, &box);
    jsonw_close(j, '}');
}
