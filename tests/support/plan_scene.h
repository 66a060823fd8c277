/* A plan of two hamlets: one with a centre and a cluster, one with a centre alone. */
#ifndef LOMSONG_PLAN_SCENE_H
#define LOMSONG_PLAN_SCENE_H

#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "tally.h"

struct plan_scene {
    struct plan plan;
    struct judge_bin bins[3][4];
    struct judge_bin wanted[3][2];
    struct plan_need needs[3][2];
    struct plan_area areas[3];
    struct plan_hamlet hamlets[2];
    struct plan_stop stops[2];
    struct plan_log logs[1];
    struct tally_pack packs[1];
    uint8_t bytes[4096];
};

/* For tests and fuzz targets alike. */
static inline void plan_scene_must(bool ok)
{
    if (!ok)
        abort();
}

static inline enum err plan_scene_pack(void *ctx, const struct tally_pack *pack)
{
    struct plan_scene *s = ctx;
    plan_scene_must(s->plan.pack_count == 0 && pack->size <= sizeof s->bytes);
    s->packs[0] = *pack;
    memcpy(s->bytes, pack->bytes, pack->size);
    s->packs[0].bytes = s->bytes;
    s->plan.pack_count = 1;
    return ERR_OK;
}

/* Two visits of the first bin by Viettel: 30 samples of -90 dBm, then 10 without service.
 */
static inline void plan_scene_tally(struct plan_scene *s)
{
    struct tally *t = tally_new();
    const struct judge_bin b = s->bins[0][0];
    struct tally_key key = {b.bin_x, b.bin_y, mccmnc_parse("45204"), 20000, TECH_LTE};
    tally_add_level(tally_cell(t, key), -90, 30);
    key.day = 20001;
    key.tech = TECH_NONE;
    tally_cell(t, key)->no_service += 10;
    plan_scene_must(tally_pack(t, plan_scene_pack, s) == ERR_OK);
    s->plan.packs = s->packs;
    tally_free(t);
}

static inline void plan_scene_area(struct plan_scene *s, size_t i, const char *code)
{
    static const char *const operators[2] = {"45201", "45204"};
    for (int k = 0; k < 4; k++)
        s->bins[i][k] = (struct judge_bin){10900 + 10 * (int)i + k / 2, 26000 + k % 2};
    s->wanted[i][0] = s->bins[i][3];
    s->wanted[i][1] = s->bins[i][1];
    for (int k = 0; k < 2; k++)
        s->needs[i][k] = (struct plan_need){.mccmnc = mccmnc_parse(operators[k]),
                                            .result = RESULT_UNKNOWN,
                                            .bins_seen = k,
                                            .bins_to_pass = k ? ID_UNKNOWN : 2,
                                            .bins_to_fail = 1};
    s->areas[i] = (struct plan_area){.area_code = code,
                                     .name = "Nhà văn hóa",
                                     .kind = i == 1 ? "cluster" : "centre",
                                     .households = i == 1 ? 20 : ID_UNKNOWN,
                                     .point = {21.5 + 0.01 * (double)i, 103.5},
                                     .result = RESULT_UNKNOWN,
                                     .bins = s->bins[i],
                                     .bin_count = 4,
                                     .wanted = s->wanted[i],
                                     .wanted_count = 2,
                                     .samples_each = 13,
                                     .needs = s->needs[i],
                                     .need_count = 2};
}

/* The plan points into the scene; its rule is to be freed. */
static inline void plan_scene_fill(struct plan_scene *s)
{
    memset(s, 0, sizeof *s);
    plan_scene_must(rule_load_default(&s->plan.rule) == ERR_OK);
    plan_scene_area(s, 0, "H1");
    plan_scene_area(s, 1, "H1-c1");
    plan_scene_area(s, 2, "H2");
    s->hamlets[0] = (struct plan_hamlet){.hamlet_code = "H1",
                                         .name = "Bản Nậm Pồ",
                                         .commune = "Xã Nà Hỳ",
                                         .households = 80,
                                         .difficult = true,
                                         .point = s->areas[0].point,
                                         .value = 160,
                                         .service_s = 1200,
                                         .possible = true,
                                         .areas = s->areas,
                                         .area_count = 2};
    s->hamlets[1] = (struct plan_hamlet){.hamlet_code = "H2",
                                         .name = "Bản Huổi Lếch",
                                         .commune = "",
                                         .households = ID_UNKNOWN,
                                         .point = s->areas[2].point,
                                         .value = 60,
                                         .service_s = 900,
                                         .areas = s->areas + 2,
                                         .area_count = 1};
    s->stops[0] = (struct plan_stop){1, 1, 1, 1, 600, 1500, 4000};
    s->stops[1] = (struct plan_stop){1, 1, 2, 0, 1800, 3000, 1500};
    s->logs[0] = (struct plan_log){"0a1b", 40};
    s->plan.survey = "pilot";
    s->plan.epsg = 3405;
    s->plan.operation = "VN-2000 to WGS 84 (2)";
    s->plan.bin_size_m = 50;
    s->plan.utc_offset_s = 25200;
    s->plan.limits = quality_default_limits(0);
    s->plan.as_of_day = 20001;
    s->plan.start = (struct latlon){21.4, 103.4};
    s->plan.hamlets = s->hamlets;
    s->plan.hamlet_count = 2;
    s->plan.stops = s->stops;
    s->plan.stop_count = 2;
    s->plan.logs = s->logs;
    s->plan.log_count = 1;
    plan_scene_tally(s);
}

#endif
