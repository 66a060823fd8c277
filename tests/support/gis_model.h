/* A small survey made by hand, for the tests of outputs: two hamlets, three test areas,
 * six bins, a commune. Also a directory to write it to. For test programs only, one
 * include each. */
#ifndef LOMSONG_TESTS_GIS_MODEL_H
#define LOMSONG_TESTS_GIS_MODEL_H

#include <dirent.h>
#include <math.h>
#include <ogr_api.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model.h"
#include "units.h"
#include "xmem.h"

enum { EPSG = 3405 };

/* A model and what it points to. */
struct sample_model {
    struct model m;
    struct rule rule;
    mccmnc_t rule_operators[2];
    struct model_log log;
    struct track *track;
    struct model_track tracks[1];
    struct region region;
    struct region_operator names[1];
    struct crs *crs;
    struct hamlet hamlets[2];
    struct area areas[3];
    struct area_operator operators[3];
    struct bin_stat bins[6];
    struct unit communes[2];
    OGRGeometryH polygon;
    uint8_t wkb[512];
};

static struct area_operator make_operator(const char *mccmnc, enum result result,
                                          double share)
{
    return (struct area_operator){
        .mccmnc = mccmnc_parse(mccmnc),
        .in_rule = true,
        .judgement = {.result = result,
                      .availability = share,
                      .low = share - 0.1,
                      .high = share + 0.05,
                      .effective_n = 17.5},
        .bins = 12,
        .samples = 340,
        .first_utc_ms = INT64_C(1752876668000),
        .last_utc_ms = INT64_C(1752880268000),
    };
}

static void make_areas(struct sample_model *s)
{
    s->operators[0] = make_operator("45201", RESULT_PASS, 0.9);
    s->operators[1] = make_operator("45204", RESULT_PASS, 0.95);
    s->operators[2] = make_operator("45201", RESULT_FAIL, 0.25);
    s->areas[0] = (struct area){.area_code = "H1",
                                .name = "Bản Gạo",
                                .kind = AREA_CENTRE,
                                .households = 41,
                                .point = {22.6, 106.2},
                                .radius_m = 300,
                                .bins_total = 113,
                                .operators = s->operators,
                                .operator_count = 2,
                                .rule_operator_count = 2,
                                .result = RESULT_PASS,
                                .best = &s->operators[1]};
    s->areas[1] = (struct area){.area_code = "H1-C1",
                                .name = "",
                                .kind = AREA_CLUSTER,
                                .households = ID_UNKNOWN,
                                .point = {22.61, 106.21},
                                .radius_m = 150,
                                .bins_total = 28,
                                .operators = &s->operators[2],
                                .operator_count = 1,
                                .rule_operator_count = 1,
                                .result = RESULT_FAIL,
                                .best = &s->operators[2]};
    s->areas[2] = (struct area){.area_code = "H2",
                                .name = "Nà Đon",
                                .kind = AREA_POLYGON,
                                .hamlet = 1,
                                .households = 0,
                                .point = {22.65, 106.25},
                                .bins_total = 4};
}

static void make_hamlets(struct sample_model *s)
{
    s->hamlets[0] = (struct hamlet){.hamlet_code = "H1",
                                    .name = "Bản Gạo",
                                    .commune_code = "01273",
                                    .commune = "Xã Thử",
                                    .province_code = "04",
                                    .province = "Cao Bằng",
                                    .households = 41,
                                    .electricity = YES_NO_YES,
                                    .areas = &s->areas[0],
                                    .area_count = 2,
                                    .clusters_failed = 1,
                                    .verdict = VERDICT_DEPRESSION};
    s->hamlets[1] = (struct hamlet){.hamlet_code = "H2",
                                    .name = "Nà Đon",
                                    .commune_code = "",
                                    .commune = "",
                                    .province_code = "",
                                    .province = "",
                                    .households = ID_UNKNOWN,
                                    .areas = &s->areas[2],
                                    .area_count = 1,
                                    .verdict = VERDICT_NOT_ENOUGH_DATA};
}

static struct bin_stat make_bin(int32_t x, int32_t y, const char *mccmnc, enum tech tech,
                                int median_dbm)
{
    const bool level = median_dbm != LEVEL_NONE;
    return (struct bin_stat){.bin_x = x,
                             .bin_y = y,
                             .mccmnc = mccmnc_parse(mccmnc),
                             .tech = tech,
                             .samples = level ? 9 : 0,
                             .median_dbm = median_dbm,
                             .p10_dbm = level ? median_dbm - 4 : LEVEL_NONE,
                             .no_level = level ? 0 : 2,
                             .no_service = 3,
                             .share = level ? 0.75 : 0};
}

static void make_bins(struct sample_model *s)
{
    const struct bin_stat bins[6] = {
        make_bin(-1, 49982, "45204", TECH_LTE, -90),
        make_bin(12464, 49981, "45201", TECH_NONE, LEVEL_NONE),
        make_bin(12464, 49981, "45204", TECH_LTE, -101),
        make_bin(12464, 49982, "45204", TECH_GSM, LEVEL_NONE),
        make_bin(12465, 49983, "45204", TECH_LTE, -117),
        make_bin(12465, 49983, "45204", TECH_NR_SA, -88),
    };
    memcpy(s->bins, bins, sizeof bins);
}

/* A square of 0.2 degrees as ISO WKB, for the commune and the polygon hamlet. */
static struct wkb make_square(struct sample_model *s)
{
    static char text[] =
        "POLYGON((106.2 22.5,106.4 22.5,106.4 22.7,106.2 22.7,106.2 22.5))";
    char *p = text;
    assert_int_equal(OGR_G_CreateFromWkt(&p, NULL, &s->polygon), OGRERR_NONE);
    const size_t size = (size_t)OGR_G_WkbSize(s->polygon);
    assert_true(size <= sizeof s->wkb);
    OGR_G_ExportToIsoWkb(s->polygon, wkbNDR, s->wkb);
    return (struct wkb){s->wkb, size};
}

/* 4G and 5G count, of two operators. */
static void make_rule(struct sample_model *s)
{
    static char id[] = "test-rule", title[] = "Quy tắc [% now() %] <thử> & \"sai\"";
    s->rule_operators[0] = mccmnc_parse("45201");
    s->rule_operators[1] = mccmnc_parse("45204");
    s->rule = (struct rule){.id = id,
                            .title = title,
                            .operators = s->rule_operators,
                            .operator_count = 2,
                            .availability_min = 0.95,
                            .no_signal_max = 0.1};
    s->rule.technologies[TECH_LTE] = (struct rule_technology){true, -115, -105};
    s->rule.technologies[TECH_NR_SA] = (struct rule_technology){true, -115, -105};
}

/* Three bins eastwards, and one alone two minutes later. */
static void make_tracks(struct sample_model *s)
{
    struct track_piece *piece = track_piece_new();
    for (int i = 0; i < 4; i++)
        track_piece_add(piece, &(struct track_point){.mccmnc = mccmnc_parse("45204"),
                                                     .day = 20287,
                                                     .t_utc_ms = INT64_C(1752876668000) +
                                                                 i / 3 * 120000,
                                                     .bin_x = 12464 + i,
                                                     .bin_y = 49981});
    size_t count;
    s->track = track_finish(piece, 0, &count);
    track_piece_free(piece);
    assert_int_equal(count, 1);
    s->log = (struct model_log){.file = "trip.gpkg", .sha256 = "ab12"};
    s->tracks[0] = (struct model_track){.log = &s->log, .track = *s->track};
}

static struct sample_model *make_model(void)
{
    static char viettel[] = "Viettel";
    struct sample_model *s = xcalloc(1, sizeof *s);
    assert_int_equal(crs_open(EPSG, "VN-2000 to WGS 84 (2)", &s->crs), ERR_OK);
    make_areas(s);
    make_hamlets(s);
    make_bins(s);
    make_rule(s);
    make_tracks(s);
    s->areas[2].shape = make_square(s);
    s->communes[0] = (struct unit){.code = "", .name = "", .counts = {.hamlets = 1}};
    s->communes[1] = (struct unit){
        .code = "01273",
        .name = "Xã Thử",
        .shape = s->areas[2].shape,
        .counts = {.hamlets = 1,
                   .verdict = {0, 1, 0, 0},
                   .no_electricity = {0, 0, 6, 7},
                   .households = {0, 41, 0, 0},
                   .households_no_electricity = {0, 0, 8, 9}},
        .broadband_3g4g = PRESENCE_PRESENT,
    };
    s->names[0] = (struct region_operator){mccmnc_parse("45204"), viettel};
    s->region = (struct region){.operators = s->names, .operator_count = 1};
    s->m = (struct model){.rule = &s->rule,
                          .region = &s->region,
                          .crs = s->crs,
                          .bin_size_m = 50,
                          .hamlets = s->hamlets,
                          .hamlet_count = 2,
                          .areas = s->areas,
                          .area_count = 3,
                          .bins = s->bins,
                          .bin_count = 6,
                          .communes = s->communes,
                          .commune_count = 2,
                          .logs = &s->log,
                          .log_count = 1,
                          .tracks = s->tracks,
                          .track_count = 1,
                          .track_bin_size_m = 50,
                          .newest_day = 20287};
    return s;
}

static void free_model(struct sample_model *s)
{
    OGR_G_DestroyGeometry(s->polygon);
    track_free(s->track, 1);
    crs_close(s->crs);
    free(s);
}

static char *make_dir(void)
{
    char *dir = xstrdup("/tmp/test_out_gis_XXXXXX");
    assert_non_null(mkdtemp(dir));
    return dir;
}

static void remove_dir(char *dir)
{
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (e->d_name[0] != '.')
            unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
    assert_int_equal(rmdir(dir), 0);
    free(dir);
}

#endif
