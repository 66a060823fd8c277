/* A plan in memory for the tests of the field: one hamlet, a centre of 7 x 7 bins around
 * 22.65° N 106.05° E and a cluster that shares a column of bins with it. */
#ifndef LOMSONG_FIELD_SCENE_H
#define LOMSONG_FIELD_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crs.h"
#include "field.h"

enum { FIELD_SIDE = 7, FIELD_DAY = 20336 };

struct field_scene {
    struct plan plan;
    struct crs *crs;
    struct judge_bin middle; /* of the centre */
    struct judge_bin bins[2][FIELD_SIDE * FIELD_SIDE];
    struct plan_area areas[2];
    struct plan_hamlet hamlet;
    struct plan_stop stop;
    struct plan_log log;
    struct tally_pack pack;
    uint8_t bytes[4096];
};

static inline struct latlon field_scene_at(const struct field_scene *s,
                                           struct judge_bin bin)
{
    return crs_inverse(s->crs, (struct xy){(bin.bin_x + 0.5) * s->plan.bin_size_m,
                                           (bin.bin_y + 0.5) * s->plan.bin_size_m});
}

static inline void field_scene_area(struct field_scene *s, int which, int32_t x_shift)
{
    struct plan_area *a = &s->areas[which];
    for (int i = 0; i < FIELD_SIDE * FIELD_SIDE; i++)
        s->bins[which][i] = (struct judge_bin){
            s->middle.bin_x + x_shift + i / FIELD_SIDE - FIELD_SIDE / 2,
            s->middle.bin_y + i % FIELD_SIDE - FIELD_SIDE / 2};
    *a = (struct plan_area){
        .area_code = which ? "C1" : "H1",
        .name = which ? "Xóm Một" : "Bản Một",
        .kind = which ? "cluster" : "centre",
        .bins = s->bins[which],
        .bin_count = FIELD_SIDE * FIELD_SIDE,
    };
    a->point =
        field_scene_at(s, (struct judge_bin){s->middle.bin_x + x_shift, s->middle.bin_y});
}

static inline void field_scene_open(struct field_scene *s)
{
    memset(s, 0, sizeof *s);
    s->plan = (struct plan){.survey = "test",
                            .epsg = 3405,
                            .operation = "VN-2000 to WGS 84 (2)",
                            .bin_size_m = 50,
                            .utc_offset_s = 7 * 3600,
                            .limits = quality_default_limits(0),
                            .as_of_day = FIELD_DAY - 1,
                            .hamlets = &s->hamlet,
                            .hamlet_count = 1,
                            .stops = &s->stop,
                            .stop_count = 1};
    assert_int_equal(rule_load_default(&s->plan.rule), ERR_OK);
    assert_int_equal(crs_open(s->plan.epsg, s->plan.operation, &s->crs), ERR_OK);
    assert_true(tally_place(crs_forward(s->crs, (struct latlon){22.65, 106.05}),
                            s->plan.bin_size_m, &s->middle.bin_x, &s->middle.bin_y));
    field_scene_area(s, 0, 0);
    field_scene_area(s, 1, FIELD_SIDE - 1);
    s->hamlet = (struct plan_hamlet){.hamlet_code = "H1",
                                     .name = "Bản Một",
                                     .commune = "Xã Hai",
                                     .point = s->areas[0].point,
                                     .possible = true,
                                     .areas = s->areas,
                                     .area_count = 2};
    s->stop = (struct plan_stop){.team = 2, .day = 1, .order = 1};
}

static inline enum err field_scene_keep_pack(void *ctx, const struct tally_pack *pack)
{
    struct field_scene *s = ctx;
    assert_true(pack->size <= sizeof s->bytes);
    memcpy(s->bytes, pack->bytes, pack->size);
    s->pack = *pack;
    s->pack.bytes = s->bytes;
    s->plan.packs = &s->pack;
    s->plan.pack_count = 1;
    return ERR_OK;
}

/* The evidence that the plan comes with; all of it within one tile. */
static inline void field_scene_give(struct field_scene *s, const struct tally *t)
{
    assert_int_equal(tally_pack(t, field_scene_keep_pack, s), ERR_OK);
}

static inline void field_scene_close(struct field_scene *s)
{
    rule_free(&s->plan.rule);
    crs_close(s->crs);
}

#endif
