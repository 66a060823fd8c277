/* Plans that a device loads: a good one, changed by the input's SQL, or the input itself.
 * What is opened keeps what plan.h promises. */
#include "sql_input.h"

/* The scene of the unit tests, without their library. */
#define LOMSONG_SCRATCH_H
#define assert_true(condition) CHECK(condition)
#define assert_int_equal(a, b) CHECK((a) == (b))
#include "../support/plan_scene.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static uint8_t *base;
static size_t base_size;

static void no_corners(const void *ctx, struct judge_bin bin, struct latlon out[4])
{
    (void)ctx;
    for (int i = 0; i < 4; i++)
        out[i] = (struct latlon){bin.bin_y * 1e-5, bin.bin_x * 1e-5};
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct plan_scene scene;
    const struct plan_drawing drawing = {.corners = no_corners};
    (void)argc;
    (void)argv;
    char *path = fuzz_path("-base.gpkg");
    plan_scene_fill(&scene);
    CHECK(plan_write(path, &scene.plan, &drawing) == ERR_OK);
    rule_free(&scene.plan.rule);
    FILE *f = fopen(path, "rb");
    CHECK(f && fseek(f, 0, SEEK_END) == 0);
    base_size = (size_t)ftell(f);
    base = xmalloc(base_size);
    rewind(f);
    CHECK(fread(base, 1, base_size, f) == base_size);
    fclose(f);
    fuzz_remove(path);
    return 0;
}

static void check_area(const struct plan_area *a)
{
    CHECK(*a->area_code && a->name && a->kind && geo_valid(a->point));
    CHECK(a->bin_count > 0);
    for (size_t i = 0; i < a->need_count; i++)
        CHECK(a->needs[i].mccmnc != 0 && a->needs[i].result < RESULT_COUNT);
    for (size_t i = 1; i < a->bin_count; i++)
        CHECK(a->bins[i - 1].bin_x < a->bins[i].bin_x ||
              (a->bins[i - 1].bin_x == a->bins[i].bin_x &&
               a->bins[i - 1].bin_y < a->bins[i].bin_y));
}

static void check_plan(const struct plan *plan)
{
    CHECK(plan->survey && plan->epsg > 0 && plan->bin_size_m > 0);
    for (size_t i = 0; i < plan->hamlet_count; i++) {
        const struct plan_hamlet *h = &plan->hamlets[i];
        CHECK(*h->hamlet_code && h->name && h->commune && h->area_count > 0);
        for (size_t k = 0; k < h->area_count; k++)
            check_area(&h->areas[k]);
    }
    for (size_t i = 0; i < plan->stop_count; i++)
        CHECK(plan->stops[i].hamlet < plan->hamlet_count && plan->stops[i].team > 0);
    for (size_t i = 0; i < plan->log_count; i++)
        CHECK(plan->logs[i].trip_uuid != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool whole = sql_is_file(data, size);
    char *path = fuzz_write(".gpkg", whole ? data : base, whole ? size : base_size);
    if (!whole)
        sql_apply(path, data, size);
    struct plan plan;
    if (plan_open(path, &plan) == ERR_OK) {
        check_plan(&plan);
        plan_close(&plan);
    }
    fuzz_remove(path);
    return 0;
}
