/* Drives and hamlets for measuring, the same on every machine:
 *
 *   gen rows|hamlets|clusters COUNT [province|national] [SEED]
 *
 * rows: t_utc,lat_deg,lon_deg,mccmnc,tech,level_dbm,acc_h95_m, a row per operator and
 * second of drives along a net of roads; 2 % of them are what the rules of quality are
 * for. hamlets: polygons along the same roads, as GeoJSON, of 24 to 64 corners some 300
 * to 900 m away from the middle; clusters: two points in each, as CSV. Roads depend on
 * extent and seed alone, drives besides on their number: a shorter file is the beginning
 * of a longer one. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    STEP_M = 25,      /* between the points of a road */
    ROAD_STEPS = 800, /* 20 km */
    OPERATORS = 4,
    CORNERS_LEAST = 24, /* of a hamlet */
    CORNERS_MOST = 64,
    START_S = 1711900000, /* 31 March 2024 */
};

struct extent {
    const char *name;
    double lon0, lon1, lat0, lat1;
    int roads;
};
static const struct extent extents[] = {
    {"province", 105.5, 106.5, 22.3, 23.1, 150},
    {"national", 102.2, 109.4, 8.6, 23.3, 6000},
};

static const int mccmnc[OPERATORS] = {45201, 45202, 45204, 45205};
static const double m_per_deg = 111320;

struct point {
    double lon, lat;
};

struct net {
    const struct extent *extent;
    uint64_t seed;
    struct point *points; /* ROAD_STEPS of each road */
};

/* splitmix64: a stream of numbers from any seed. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t stream(uint64_t seed, uint64_t kind, uint64_t number)
{
    uint64_t s = seed * UINT64_C(0x100000001b3) + kind;
    s = next(&s) ^ number;
    return next(&s);
}

static double uniform(uint64_t *state)
{
    return (double)(next(state) >> 11) / 9007199254740992.0;
}

/* Nearly normal, deviation 1: the sum of four uniforms. */
static double normal(uint64_t *state)
{
    const double sum =
        uniform(state) + uniform(state) + uniform(state) + uniform(state) - 2;
    return sum * sqrt(3);
}

static double m_per_deg_lon(double lat)
{
    return m_per_deg * cos(lat * M_PI / 180);
}

static double held(double v, double low, double high)
{
    return fmin(fmax(v, low), high);
}

static void draw_road(const struct net *net, int number)
{
    const struct extent *e = net->extent;
    const double margin = 0.01; /* hamlets stay inside, too */
    uint64_t state = stream(net->seed, 1, (uint64_t)number);
    struct point p = {e->lon0 + uniform(&state) * (e->lon1 - e->lon0),
                      e->lat0 + uniform(&state) * (e->lat1 - e->lat0)};
    if (number > 3 && uniform(&state) < 0.7) /* most begin at another one */
        p = net->points[(int)(uniform(&state) * number * ROAD_STEPS)];
    double heading = uniform(&state) * 2 * M_PI;
    for (int i = 0; i < ROAD_STEPS; i++) {
        p.lon = held(p.lon, e->lon0 + margin, e->lon1 - margin);
        p.lat = held(p.lat, e->lat0 + margin, e->lat1 - margin);
        net->points[(size_t)number * ROAD_STEPS + (size_t)i] = p;
        heading += 0.08 * normal(&state);
        p.lon += STEP_M * sin(heading) / m_per_deg_lon(p.lat);
        p.lat += STEP_M * cos(heading) / m_per_deg;
    }
}

/* Smooth noise in 0..1 over a lattice of `deg` degrees. */
static double noise(uint64_t seed, struct point p, double deg)
{
    const double x = p.lon / deg, y = p.lat / deg;
    const double fx = floor(x), fy = floor(y);
    double corner[4];
    for (int i = 0; i < 4; i++) {
        const int64_t cx = (int64_t)fx + i % 2, cy = (int64_t)fy + i / 2;
        uint64_t s = seed ^ ((uint64_t)cx << 32) ^ (uint64_t)cy;
        corner[i] = uniform(&s);
    }
    const double u = x - fx, v = y - fy;
    const double su = u * u * (3 - 2 * u), sv = v * v * (3 - 2 * v);
    const double south = corner[0] + (corner[1] - corner[0]) * su;
    const double north = corner[2] + (corner[3] - corner[2]) * su;
    return south + (north - south) * sv;
}

/* What an operator's network gives at a place, without shadowing. */
static double field_dbm(const struct net *net, int op, struct point p)
{
    const uint64_t seed = stream(net->seed, 2, (uint64_t)op);
    return -62 - 62 * noise(seed, p, 0.03) - 14 * noise(seed + 1, p, 0.006);
}

struct drive {
    uint64_t state;
    int road;
    double at;          /* in steps along the road */
    double steps_per_s; /* negative: backwards */
    int64_t utc_s;
    int left_s;
    double shadow_db[OPERATORS];
};

static struct drive start_drive(const struct net *net, uint64_t number)
{
    struct drive d = {.state = stream(net->seed, 3, number)};
    d.road = (int)(uniform(&d.state) * net->extent->roads);
    d.at = uniform(&d.state) * (ROAD_STEPS - 1);
    d.steps_per_s = (3 + 9 * uniform(&d.state)) / STEP_M;
    if (uniform(&d.state) < 0.5)
        d.steps_per_s = -d.steps_per_s;
    d.left_s = 600 + (int)(uniform(&d.state) * 5400);
    d.utc_s = START_S + (int64_t)(number / 20) * 86400 + (int64_t)(number % 20) * 6100;
    return d;
}

static struct point place(const struct net *net, const struct drive *d)
{
    const struct point *road = &net->points[(size_t)d->road * ROAD_STEPS];
    const int i = (int)d->at;
    const double part = d->at - i;
    return (struct point){road[i].lon + (road[i + 1].lon - road[i].lon) * part,
                          road[i].lat + (road[i + 1].lat - road[i].lat) * part};
}

static void move(struct drive *d)
{
    d->at += d->steps_per_s;
    if (d->at < 0 || d->at >= ROAD_STEPS - 1) { /* turns at the end of the road */
        d->steps_per_s = -d->steps_per_s;
        d->at = held(d->at, 0, ROAD_STEPS - 1.001);
    }
    d->utc_s++;
    d->left_s--;
}

struct row {
    char text[128];
    int len;
};

/* One row of 2 % is bad, in one of five ways. */
static void make_row(struct row *row, const char *when, struct drive *d,
                     const struct net *net, struct point p, int op)
{
    d->shadow_db[op] = 0.85 * d->shadow_db[op] + 4 * normal(&d->state);
    const double dbm = field_dbm(net, op, p) + d->shadow_db[op];
    const char *tech = dbm > -118 ? "LTE" : dbm > -128 ? "WCDMA" : "GSM";
    const double level = dbm > -118   ? dbm
                         : dbm > -128 ? dbm + 15
                                      : held(dbm + 30, -112, -48);
    const int bad = uniform(&d->state) < 0.016 ? (int)(uniform(&d->state) * 4) : 4;
    char pos[40] = ",", dbm_text[16] = "";
    if (bad == 0)
        snprintf(pos, sizeof pos, "0.000000,0.000000");
    else if (bad != 1)
        snprintf(pos, sizeof pos, "%.6f,%.6f", p.lat, p.lon);
    if (bad != 2)
        snprintf(dbm_text, sizeof dbm_text, "%.1f", held(level, -139, -45));
    const double acc_m = bad == 3 ? 300 : 3 + 12 * uniform(&d->state);
    row->len = snprintf(row->text, sizeof row->text, "%s,%s,%d,%s,%s,%.1f\n", when, pos,
                        mccmnc[op], tech, dbm_text, acc_m);
}

static void write_rows(const struct net *net, uint64_t count)
{
    struct row row;
    struct drive d = {.left_s = 0};
    puts("t_utc,lat_deg,lon_deg,mccmnc,tech,level_dbm,acc_h95_m");
    for (uint64_t n = 0, drives = 0; n < count; move(&d)) {
        if (d.left_s <= 0)
            d = start_drive(net, drives++);
        const struct point p = place(net, &d);
        const time_t t = (time_t)d.utc_s;
        struct tm tm;
        char when[32];
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
        const bool all = uniform(&d.state) < 0.8;
        for (int op = 0; op < OPERATORS && n < count; op++) {
            if (!all && uniform(&d.state) < 0.4)
                continue;
            make_row(&row, when, &d, net, p, op);
            fwrite(row.text, 1, (size_t)row.len, stdout);
            if (++n < count && uniform(&d.state) < 0.004) { /* a copy of it */
                fwrite(row.text, 1, (size_t)row.len, stdout);
                n++;
            }
        }
    }
}

/* A hamlet's middle: at a road, where others seldom are. */
static struct point hamlet_place(const struct net *net, uint64_t number)
{
    uint64_t state = stream(net->seed, 4, number);
    const size_t points = (size_t)net->extent->roads * ROAD_STEPS;
    return net->points[(size_t)(uniform(&state) * (double)points)];
}

/* A hamlet's outline: a circle with bays, as a hamlet has that reaches up its valleys. */
struct outline {
    double radius_m;
    double bays[4], turns[4]; /* how deep, and turned how far, those of 2 to 5 a round */
    int corners;
};

static struct outline hamlet_outline(uint64_t *state)
{
    struct outline o = {.radius_m = 300 + 600 * uniform(state)};
    for (int i = 0; i < 4; i++) {
        o.bays[i] = 0.12 * uniform(state);
        o.turns[i] = 2 * M_PI * uniform(state);
    }
    o.corners = CORNERS_LEAST +
                (int)(uniform(state) * (double)(CORNERS_MOST - CORNERS_LEAST + 1));
    return o;
}

/* So far off the six decimals of positions that no sample lies on an edge, where tools
 * would not agree on which side it is: with half a step either way a diagonal would meet
 * some. */
#define OFF_LON 0.4142
#define OFF_LAT 0.5

static double off_steps(double deg, double off)
{
    return (floor(deg * 1e6) + off) / 1e6;
}

static void print_corner(const struct outline *o, struct point p, int i)
{
    const double angle = 2 * M_PI * (i % o->corners) / o->corners;
    double r = o->radius_m;
    for (int k = 0; k < 4; k++)
        r += o->radius_m * o->bays[k] * cos((k + 2) * angle + o->turns[k]);
    printf("%s[%.10f,%.7f]", i > 0 ? "," : "",
           off_steps(p.lon + r * cos(angle) / m_per_deg_lon(p.lat), OFF_LON),
           off_steps(p.lat + r * sin(angle) / m_per_deg, OFF_LAT));
}

static void write_hamlets(const struct net *net, uint64_t count)
{
    puts("{\"type\":\"FeatureCollection\",\"name\":\"hamlets\",\"features\":[");
    for (uint64_t n = 0; n < count; n++) {
        uint64_t state = stream(net->seed, 5, n);
        const struct point p = hamlet_place(net, n);
        const struct outline o = hamlet_outline(&state);
        printf("{\"type\":\"Feature\",\"properties\":{\"hamlet_code\":\"H%06" PRIu64
               "\",\"id\":%" PRIu64 ",\"name\":\"Hamlet %" PRIu64
               "\",\"households\":%d},\"geometry\":{\"type\":\"Polygon\","
               "\"coordinates\":[[",
               n, n, n, 20 + (int)(uniform(&state) * 180));
        for (int i = 0; i <= o.corners; i++)
            print_corner(&o, p, i);
        printf("]]}}%s\n", n + 1 < count ? "," : "");
    }
    puts("]}");
}

static void write_clusters(const struct net *net, uint64_t count)
{
    puts("cluster_code,hamlet_code,name,lat,lon");
    for (uint64_t n = 0; n < count; n++) {
        const uint64_t hamlet = n / 2;
        uint64_t state = stream(net->seed, 6, n);
        const struct point p = hamlet_place(net, hamlet);
        const double angle = 2 * M_PI * uniform(&state);
        printf("C%06" PRIu64 ",H%06" PRIu64 ",Cluster %" PRIu64 ",%.6f,%.6f\n", n, hamlet,
               n % 2 + 1, p.lat + 300 * sin(angle) / m_per_deg,
               p.lon + 300 * cos(angle) / m_per_deg_lon(p.lat));
    }
}

static const struct extent *find_extent(const char *name)
{
    for (size_t i = 0; i < sizeof extents / sizeof *extents; i++) {
        if (strcmp(extents[i].name, name) == 0)
            return &extents[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(const struct net *net, uint64_t count);
    } kinds[] = {
        {"rows", write_rows}, {"hamlets", write_hamlets}, {"clusters", write_clusters}};
    struct net net = {.extent = find_extent(argc > 3 ? argv[3] : "province"),
                      .seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1};
    const uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    size_t kind = 0;
    while (kind < 3 && (argc < 2 || strcmp(kinds[kind].name, argv[1]) != 0))
        kind++;
    if (kind == 3 || count == 0 || !net.extent) {
        fputs("usage: gen rows|hamlets|clusters COUNT [province|national] [SEED]\n",
              stderr);
        return 2;
    }
    net.points = calloc((size_t)net.extent->roads * ROAD_STEPS, sizeof *net.points);
    if (!net.points)
        return 1;
    for (int i = 0; i < net.extent->roads; i++)
        draw_road(&net, i);
    kinds[kind].write(&net, count);
    free(net.points);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
