/* Judging again must not miss a hamlet: each stays for every tile that its bins touch. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ogr_api.h>

#include "model_build.h"
#include "tally_pack.h"
#include "xmem.h"

enum { HAMLETS = 300 };

/* 0 to 1, the same on every machine. */
static double next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (1 << 24);
}

/* A slanted quadrangle some hundred metres to 30 km wide. */
static struct wkb quadrangle(struct model *m, struct latlon at, double size_deg)
{
    static const double corners[5][2] = {
        {0, 0.3}, {0.6, 0}, {1, 0.8}, {0.2, 1}, {0, 0.3}};
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    for (int i = 0; i < 5; i++)
        OGR_G_AddPoint_2D(ring, at.lon_deg + size_deg * corners[i][0],
                          at.lat_deg + size_deg * corners[i][1]);
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPolygon);
    OGR_G_AddGeometryDirectly(g, ring);
    struct wkb wkb = {.size = (size_t)OGR_G_WkbSize(g)};
    wkb.data = model_alloc(m, wkb.size, 1);
    OGR_G_ExportToIsoWkb(g, wkbNDR, wkb.data);
    OGR_G_DestroyGeometry(g);
    return wkb;
}

/* All over the country, further from the central meridian than any survey is. */
static void strew(struct model *m)
{
    uint32_t state = 1;
    m->hamlet_count = m->area_count = HAMLETS;
    m->hamlets = model_alloc(m, HAMLETS, sizeof *m->hamlets);
    m->areas = model_alloc(m, HAMLETS, sizeof *m->areas);
    for (size_t i = 0; i < HAMLETS; i++) {
        struct area *a = &m->areas[i];
        a->hamlet = i;
        a->area_code = "";
        a->point = (struct latlon){.lat_deg = 8.6 + 14.7 * next_random(&state),
                                   .lon_deg = 102.2 + 7.2 * next_random(&state)};
        if (i % 2 == 0)
            a->shape = quadrangle(m, a->point, pow(10, -3 + 2.5 * next_random(&state)));
        else
            a->radius_m = 50 + 400 * next_random(&state);
        m->hamlets[i] = (struct hamlet){.hamlet_code = "", .areas = a, .area_count = 1};
    }
}

/* A copy of the hamlets and areas, for model_keep_near() to cut. */
static struct model copy_of(const struct model *m)
{
    struct model copy = {.crs = m->crs,
                         .bin_size_m = m->bin_size_m,
                         .hamlet_count = HAMLETS,
                         .area_count = HAMLETS};
    copy.hamlets = model_alloc(&copy, HAMLETS, sizeof *copy.hamlets);
    copy.areas = model_alloc(&copy, HAMLETS, sizeof *copy.areas);
    memcpy(copy.areas, m->areas, HAMLETS * sizeof *copy.areas);
    for (size_t i = 0; i < HAMLETS; i++)
        copy.hamlets[i] = (struct hamlet){.hamlet_code = "",
                                          .areas = &copy.areas[i],
                                          .area_count = 1,
                                          .households = (int64_t)i};
    return copy;
}

/* Whether hamlet `i` stays for one tile; `kept` counts those that do. */
static bool stays(const struct model *m, size_t i, struct bin_tile tile, size_t *kept)
{
    struct model copy = copy_of(m);
    const struct workspace_changes changes = {.tiles = &tile, .count = 1};
    bool found = false;
    model_keep_near(&copy, &changes);
    assert_int_equal(copy.area_count, copy.hamlet_count);
    for (size_t k = 0; k < copy.hamlet_count; k++) {
        found = found || copy.hamlets[k].households == (int64_t)i;
        assert_ptr_equal(copy.hamlets[k].areas, &copy.areas[k]);
        assert_int_equal(copy.areas[k].hamlet, k);
    }
    *kept += copy.hamlet_count;
    model_free(&copy);
    return found;
}

static void test_none_is_missed(void **state)
{
    (void)state;
    struct model m = {.bin_size_m = 50};
    struct crs *crs = NULL;
    size_t kept = 0, tiles_asked = 0;
    assert_int_equal(crs_open(3405, "VN-2000 to WGS 84 (2)", &crs), ERR_OK);
    m.crs = crs;
    strew(&m);
    for (size_t i = 0; i < HAMLETS; i++) {
        struct bin_list bins = {0};
        struct bin_set set = {0};
        size_t count = 0;
        struct area area = m.areas[i];
        assert_int_equal(model_area_bins(&m, &area, &bins), ERR_OK);
        for (size_t k = 0; k < bins.count; k++)
            bin_set_add(&set, bins.items[k].bin_x, bins.items[k].bin_y);
        struct bin_tile *tiles = bin_set_tiles(&set, &count);
        assert_true(count > 0);
        for (size_t k = 0; k < count; k += 1 + count / 8) {
            assert_true(stays(&m, i, tiles[k], &kept));
            tiles_asked++;
        }
        free(tiles);
        bin_set_free(&set);
        free(bins.items);
    }
    assert_true(kept < 4 * tiles_asked); /* the others go */
    struct model copy = copy_of(&m);
    model_keep_near(&copy, &(struct workspace_changes){.tiles = NULL, .count = 0});
    assert_int_equal(copy.hamlet_count, 0);
    model_free(&copy);
    crs_close(crs);
    model_free(&m);
}

static void test_tiles_are_sorted(void **state)
{
    (void)state;
    struct bin_set set = {0};
    size_t count = 0;
    for (int32_t i = -500; i <= 500; i += 50)
        bin_set_add(&set, -i, i * i % 777);
    struct bin_tile *tiles = bin_set_tiles(&set, &count);
    assert_true(count > 10);
    for (size_t i = 1; i < count; i++)
        assert_true(bin_tile_compare(&tiles[i - 1], &tiles[i]) < 0);
    free(tiles);
    bin_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_is_missed),
        cmocka_unit_test(test_tiles_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
