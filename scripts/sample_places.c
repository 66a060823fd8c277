/* A small commune that does not exist, in a province that does not exist. Its hamlets lie
 * so in the radio field that each verdict occurs, far enough from the limits to be
 * decided. */
#include "sample_places.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "xmem.h"

/* Numbers of analyzer/criteria/1603-2024-interim.yaml. */
#define LEVEL_DBM (-115.0)
#define AVAILABILITY_MIN 0.95
#define NO_SIGNAL_MAX 0.10
#define CENTRE_RADIUS_M 150.0
#define CLUSTER_RADIUS_M 100.0
#define BIN_M 50.0

struct hamlet {
    const char *code;
    const char *name;
    const char *commune_code; /* NULL: not given, the polygon around it tells */
    int households;
    const char *electricity;
    const char *difficult;
    bool surveyed; /* walked through, not just passed */
    struct place_m centre;
};

struct cluster {
    const char *code;
    const char *hamlet_code;
    const char *name;
    int households;
    bool surveyed;
    struct place_m centre;
};

static const struct hamlet hamlets[] = {
    {"H01", "Bản Sao Mây", "99901", 112, "yes", "no", true, {500, 150}},
    {"H02", "Nà Lình Thượng", "99902", 87, "yes", "no", true, {3300, 250}},
    {"H03", "Khuổi Đàm Hạ", "99901", 64, "yes", "unknown", true, {-3300, -100}},
    {"H04", "Pác Thẳm Kẻo", NULL, 41, "yes", "yes", true, {900, -480}},
    {"H05", "Lũng Mười Ngạn", "99901", 76, "yes", "yes", true, {1900, -300}},
    {"H06", "Cốc Nhàn Đỏ", "99901", 53, "yes", "yes", true, {-1900, 600}},
    {"H07", "Thôm Lạ Phiêng", "99901", 38, "no", "yes", true, {-6000, -900}},
    {"H08", "Lũng Khoang Én", "99901", 29, "no", "yes", true, {-2500, 2900}},
    {"H09", "Phja Dạ Sương", "99902", 33, "no", "yes", true, {2800, 3300}},
    {"H10", "Nặm Tốc Vẻn", "99901", 47, "yes", "yes", true, {200, 2600}},
    {"H11", "Slam Kha Mịn", "99902", 25, "no", "yes", false, {4600, 1100}},
    {"H12", "Vằng Ỏi Sâu", "99901", 58, "yes", "no", false, {-1200, -450}},
    {"H13", "Tát Ngần Rộc", "99902", 44, "unknown", "unknown", true, {4700, -300}},
};
enum { HAMLETS = sizeof hamlets / sizeof *hamlets };

static const struct cluster clusters[] = {
    {"H01-1", "H01", "Xóm Chợ Mây", 31, true, {820, 330}},
    {"H02-1", "H02", "Cụm Đầu Cầu", 22, true, {3000, 60}},
    {"H02-2", "H02", "Cụm Ruộng \"Bậc Thang\"", 18, true, {3600, 60}},
    {"H05-1", "H05", "Cụm Gốc Đa", 20, true, {2250, -150}},
    {"H05-2", "H05", "Cụm Sau Đồi", 14, true, {1900, -1250}},
    {"H05-3", "H05", "Cụm Bến Nước", 16, true, {1560, -150}},
    {"H08-1", "H08", "Cụm Hang Én, trên", 9, false, {-2900, 3200}},
    {"H10-1", "H10", "Cụm Thác Nhỏ", 12, true, {520, 2750}},
    {"H13-1", "H13", "Cụm Rộc Trong", 11, false, {5300, -700}},
};
enum { CLUSTERS = sizeof clusters / sizeof *clusters };

/* H03 is given by its outline. */
static const char outlined[] = "H03";
static const struct place_m outline[] = {{-3460, -210}, {-3290, -240}, {-3140, -190},
                                         {-3130, -30},  {-3250, 60},   {-3430, 10}};
enum { CORNERS = sizeof outline / sizeof *outline };

static struct place_area hamlet_area(const struct hamlet *h)
{
    struct place_area area = {.centre = h->centre, .radius_m = CENTRE_RADIUS_M};
    if (strcmp(h->code, outlined) == 0) {
        area.corner_count = CORNERS;
        memcpy(area.corners, outline, sizeof outline);
    }
    return area;
}

struct place_area places_area(const char *code)
{
    for (size_t i = 0; i < HAMLETS; i++) {
        if (strcmp(hamlets[i].code, code) == 0)
            return hamlet_area(&hamlets[i]);
    }
    for (size_t i = 0; i < CLUSTERS; i++) {
        if (strcmp(clusters[i].code, code) == 0)
            return (struct place_area){.centre = clusters[i].centre,
                                       .radius_m = CLUSTER_RADIUS_M};
    }
    assert(false && "no such place");
    abort();
}

static bool inside(const struct place_area *area, struct place_m p)
{
    const double dx_m = p.x_m - area->centre.x_m, dy_m = p.y_m - area->centre.y_m;
    if (area->corner_count == 0)
        return dx_m * dx_m + dy_m * dy_m <= area->radius_m * area->radius_m;
    bool in = false;
    for (size_t i = 0, j = area->corner_count - 1; i < area->corner_count; j = i++) {
        const struct place_m a = area->corners[i], b = area->corners[j];
        if ((a.y_m > p.y_m) != (b.y_m > p.y_m) &&
            p.x_m < a.x_m + (b.x_m - a.x_m) * (p.y_m - a.y_m) / (b.y_m - a.y_m))
            in = !in;
    }
    return in;
}

static double operator_share(const struct place_area *area, int op)
{
    int bins = 0, good = 0;
    for (double dx_m = -400; dx_m < 400; dx_m += BIN_M) {
        for (double dy_m = -400; dy_m < 400; dy_m += BIN_M) {
            const struct place_m p = {area->centre.x_m + dx_m + BIN_M / 2,
                                      area->centre.y_m + dy_m + BIN_M / 2};
            if (!inside(area, p))
                continue;
            bins++;
            good += field_at(op, p).lte_rsrp_dbm >= LEVEL_DBM;
        }
    }
    return (double)good / bins;
}

/* Share of the area's bins that the best operator truly serves. */
static double best_share(const char *code, bool show)
{
    const struct place_area area = places_area(code);
    double best = 0;
    if (show)
        printf("%-6s", code);
    for (int op = 0; op < FIELD_OPERATORS; op++) {
        const double share = operator_share(&area, op);
        best = fmax(best, share);
        if (show)
            printf(" %.3f", share);
    }
    if (show)
        printf("\n");
    return best;
}

static const char *true_verdict(const struct hamlet *h, bool show)
{
    const double centre = best_share(h->code, show);
    bool failed = false, unknown = false;
    for (size_t i = 0; i < CLUSTERS; i++) {
        if (strcmp(clusters[i].hamlet_code, h->code) != 0)
            continue;
        const bool bad = best_share(clusters[i].code, show) < AVAILABILITY_MIN;
        failed |= clusters[i].surveyed && bad;
        unknown |= !clusters[i].surveyed;
    }
    if (!h->surveyed)
        return "not_enough_data";
    if (centre < AVAILABILITY_MIN)
        return centre <= NO_SIGNAL_MAX ? "no_signal" : "depression";
    if (failed)
        return "depression";
    return unknown ? "not_enough_data" : "covered";
}

static void write_position(FILE *f, struct place_m p)
{
    const struct latlon at = field_latlon(p);
    fprintf(f, "[%.6f, %.6f]", at.lon_deg, at.lat_deg);
}

static void write_ring(FILE *f, const struct place_m *corners, size_t count)
{
    fputs("{\"type\": \"Polygon\", \"coordinates\": [[", f);
    for (size_t i = 0; i <= count; i++) {
        if (i > 0)
            fputs(", ", f);
        write_position(f, corners[i % count]);
    }
    fputs("]]}", f);
}

static void write_hamlets(FILE *f, bool show)
{
    (void)show;
    fputs("{\"type\": \"FeatureCollection\", \"name\": \"hamlets\", \"features\": [\n",
          f);
    for (size_t i = 0; i < HAMLETS; i++) {
        const struct hamlet *h = &hamlets[i];
        fprintf(f,
                "{\"type\": \"Feature\", \"properties\": {\"hamlet_code\": \"%s\", "
                "\"name\": \"%s\", \"commune_code\": %s%s%s, \"households\": %d, "
                "\"electricity\": \"%s\", \"difficult\": \"%s\"},\n \"geometry\": ",
                h->code, h->name, h->commune_code ? "\"" : "",
                h->commune_code ? h->commune_code : "null", h->commune_code ? "\"" : "",
                h->households, h->electricity, h->difficult);
        const struct place_area area = hamlet_area(h);
        if (area.corner_count > 0) {
            write_ring(f, area.corners, area.corner_count);
        } else {
            fputs("{\"type\": \"Point\", \"coordinates\": ", f);
            write_position(f, h->centre);
            fputs("}", f);
        }
        fputs(i + 1 < HAMLETS ? "},\n" : "}\n", f);
    }
    fputs("]}\n", f);
}

static void write_clusters(FILE *f, bool show)
{
    (void)show;
    fputs("cluster_code,hamlet_code,name,households,lat,lon\n", f);
    for (size_t i = 0; i < CLUSTERS; i++) {
        const struct cluster *c = &clusters[i];
        const struct latlon at = field_latlon(c->centre);
        fprintf(f, "%s,%s,\"", c->code, c->hamlet_code);
        for (const char *p = c->name; *p; p++)
            fputs(*p == '"' ? "\"\"" : (const char[]){*p, '\0'}, f);
        fprintf(f, "\",%d,%.6f,%.6f\n", c->households, at.lat_deg, at.lon_deg);
    }
}

static void write_communes(FILE *f, bool show)
{
    static const struct {
        const char *code, *name;
        struct place_m corners[5];
    } communes[] = {
        {"99901",
         "Sơn Vọng",
         {{-7200, -2600}, {2600, -2400}, {2450, 800}, {1600, 4600}, {-7000, 4400}}},
        {"99902",
         "Thạch Lĩnh",
         {{2600, -2400}, {6800, -2100}, {6600, 4500}, {1600, 4600}, {2450, 800}}},
    };
    (void)show;
    fputs("{\"type\": \"FeatureCollection\", \"name\": \"communes\", \"features\": [\n",
          f);
    for (size_t i = 0; i < 2; i++) {
        fprintf(f,
                "{\"type\": \"Feature\", \"properties\": {\"code\": \"%s\", \"name\": "
                "\"%s\", \"fullName\": \"Xã %s\", \"province_code\": \"99\", "
                "\"province\": \"Tỉnh Vân Sơn\"},\n \"geometry\": ",
                communes[i].code, communes[i].name, communes[i].name);
        write_ring(f, communes[i].corners, 5);
        fputs(i == 0 ? "},\n" : "}\n", f);
    }
    fputs("]}\n", f);
}

static void write_truth(FILE *f, bool show)
{
    fputs("hamlet_code,verdict\n", f);
    for (size_t i = 0; i < HAMLETS; i++)
        fprintf(f, "%s,%s\n", hamlets[i].code, true_verdict(&hamlets[i], show));
}

bool places_write(const char *dir, bool show)
{
    static const struct {
        const char *name;
        void (*write)(FILE *f, bool show);
    } files[] = {
        {"hamlets.geojson", write_hamlets},
        {"clusters.csv", write_clusters},
        {"communes.geojson", write_communes},
        {"truth.csv", write_truth},
    };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof files / sizeof *files; i++) {
        char *path = xasprintf("%s/%s", dir, files[i].name);
        FILE *f = fopen(path, "wb");
        if (f)
            files[i].write(f, show);
        ok = f && !ferror(f);
        if (f && fclose(f) != 0)
            ok = false;
        if (!ok)
            err_report("%s: cannot write: %s", path, strerror(errno));
        free(path);
    }
    return ok;
}
