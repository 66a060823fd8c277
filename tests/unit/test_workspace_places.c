/* Places in the workspace: they come back as they were, in the order of the outputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workspace.h"
#include "xmem.h"

static enum err take_area(void *ctx, const struct workspace_area *a)
{
    char **all = ctx;
    char *more =
        xasprintf("%s %s/%s/%s/%d/%zu", *all, a->hamlet_code, a->area_code,
                  model_area_kind_name(a->kind), (int)a->households, a->wkb_size);
    free(*all);
    *all = more;
    return ERR_OK;
}

static enum err take_hamlet(void *ctx, const struct workspace_hamlet *h)
{
    char **all = ctx;
    char *more =
        xasprintf("%s %s/%s/%s/%d/%s/%s", *all, h->hamlet_code, h->name, h->commune_code,
                  (int)h->households, model_yes_no_name(h->electricity),
                  model_yes_no_name(h->difficult));
    free(*all);
    *all = more;
    return ERR_OK;
}

static struct place place(const char *code, const char *parent)
{
    static const struct latlon point = {22.6, 106.1};
    return (struct place){.code = xstrdup(code),
                          .name = xstrdup("Bản \"Một\"; DROP TABLE log"),
                          .parent_code = xstrdup(parent),
                          .parent_name = xstrdup(""),
                          .households = ID_UNKNOWN,
                          .electricity = YES_NO_NO,
                          .point = point};
}

static void add_place(struct place_list *list, struct place p)
{
    list->items = xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = p;
}

/* A triangle as little-endian WKB. */
static struct wkb triangle(void)
{
    static const double points[] = {106, 22, 106.1, 22, 106.1, 22.1, 106, 22};
    static const uint32_t head[] = {3 /* polygon */, 1, 4};
    const struct wkb wkb = {.data = xmalloc(1 + sizeof head + sizeof points),
                            .size = 1 + sizeof head + sizeof points};
    wkb.data[0] = 1;
    memcpy(wkb.data + 1, head, sizeof head);
    memcpy(wkb.data + 1 + sizeof head, points, sizeof points);
    return wkb;
}

static void test_places(void **state)
{
    const struct workspace_settings settings = {.epsg = 3405, .bin_size_m = 50};
    struct workspace *ws = NULL;
    struct places p = {.middle = geo_none()};
    char *areas = xstrdup(""), *hamlets = xstrdup("");
    (void)state;
    assert_int_equal(workspace_create(":memory:", &settings, &ws), ERR_OK);
    add_place(&p.hamlets, place("H2", "09901"));
    add_place(&p.hamlets, place("H1", ""));
    p.hamlets.items[1].households = 0;
    p.hamlets.items[1].polygon = triangle();
    add_place(&p.clusters, place("C9", "H2"));
    add_place(&p.clusters, place("C1", "H2"));
    assert_int_equal(workspace_begin(ws), ERR_OK);
    assert_int_equal(workspace_put_places(ws, &p), ERR_OK);
    assert_int_equal(workspace_commit(ws), ERR_OK);
    assert_int_equal(workspace_each_hamlet(ws, take_hamlet, &hamlets), ERR_OK);
    assert_string_equal(hamlets, " H1/Bản \"Một\"; DROP TABLE log//0/no/unknown"
                                 " H2/Bản \"Một\"; DROP TABLE log/09901/-1/no/unknown");
    assert_int_equal(workspace_each_area(ws, take_area, &areas), ERR_OK);
    /* a hamlet's own area, then its clusters by code; a polygon comes with its WKB */
    assert_string_equal(areas, " H1/H1/polygon/0/77 H2/H2/centre/-1/0 H2/C1/cluster/-1/0"
                               " H2/C9/cluster/-1/0");
    free(areas);
    free(hamlets);
    places_free(&p);
    workspace_close(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
