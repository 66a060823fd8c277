/* Places in the workspace: they come back as they were, and make a model in the order of
 * the outputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "../support/capture.h"
#include "model_build.h"
#include "workspace_sql.h"
#include "xmem.h"

static enum err take_area(void *ctx, const struct workspace_area *a)
{
    char **all = ctx;
    char *more =
        xasprintf("%s %s/%s/%s/%d/%zu", *all, a->hamlet_code, a->area_code,
                  model_area_kind_name(a->kind), (int)a->households, a->shape.size);
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
    return (struct place){.code = code,
                          .name = "Bản \"Một\"; DROP TABLE log",
                          .parent_code = parent,
                          .parent_name = "",
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
static struct wkb triangle(struct arena *memory)
{
    static const double points[] = {106, 22, 106.1, 22, 106.1, 22.1, 106, 22};
    static const uint32_t head[] = {3 /* polygon */, 1, 4};
    const struct wkb wkb = {.data =
                                arena_alloc(memory, 1 + sizeof head + sizeof points, 1),
                            .size = 1 + sizeof head + sizeof points};
    wkb.data[0] = 1;
    memcpy(wkb.data + 1, head, sizeof head);
    memcpy(wkb.data + 1 + sizeof head, points, sizeof points);
    return wkb;
}

/* Two hamlets, one of them a polygon, and two clusters; none of them in order. */
static struct workspace *new_workspace(void)
{
    const struct workspace_settings settings = {.epsg = 3405, .bin_size_m = 50};
    struct workspace *ws = NULL;
    struct places p = {.middle = geo_none()};
    assert_int_equal(workspace_create(":memory:", &settings, &ws), ERR_OK);
    add_place(&p.hamlets, place("H2", "09901"));
    add_place(&p.hamlets, place("H1", ""));
    p.hamlets.items[1].households = 0;
    p.hamlets.items[1].polygon = triangle(&p.hamlets.memory);
    add_place(&p.clusters, place("C9", "H2"));
    add_place(&p.clusters, place("C1", "H2"));
    assert_int_equal(workspace_begin(ws), ERR_OK);
    assert_int_equal(workspace_put_places(ws, &p), ERR_OK);
    assert_int_equal(workspace_commit(ws), ERR_OK);
    places_free(&p);
    return ws;
}

static void test_places(void **state)
{
    struct workspace *ws = new_workspace();
    char *areas = xstrdup(""), *hamlets = xstrdup("");
    (void)state;
    assert_int_equal(workspace_each_hamlet(ws, take_hamlet, &hamlets), ERR_OK);
    assert_string_equal(hamlets, " H2/Bản \"Một\"; DROP TABLE log/09901/-1/no/unknown"
                                 " H1/Bản \"Một\"; DROP TABLE log//0/no/unknown");
    assert_int_equal(workspace_each_area(ws, take_area, &areas), ERR_OK);
    /* hamlets and clusters merged by code, as far as they were in order; a polygon comes
     * with its WKB */
    assert_string_equal(areas, " H2/C9/cluster/-1/0 H2/C1/cluster/-1/0"
                               " H2/H2/centre/-1/0 H1/H1/polygon/0/77");
    free(areas);
    free(hamlets);
    workspace_close(ws);
}

static char *describe(const struct model *m)
{
    char *all = xstrdup("");
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct hamlet *h = &m->hamlets[i];
        for (size_t k = 0; k < h->area_count; k++) {
            const struct area *a = &h->areas[k];
            assert_ptr_equal(&m->hamlets[a->hamlet], h);
            char *more =
                xasprintf("%s %s/%s/%zu/%.1f,%.1f/%g", all, h->hamlet_code, a->area_code,
                          a->shape.size, a->point.lat_deg, a->point.lon_deg, a->radius_m);
            free(all);
            all = more;
        }
    }
    return all;
}

/* Whatever another program made of the tables, the model is in the order of the outputs.
 */
static void test_model(void **state)
{
    static const char in_order[] = " H1/H1/77/22.6,106.1/0 H2/H2/0/22.6,106.1/300"
                                   " H2/C1/0/22.6,106.1/100 H2/C9/0/22.6,106.1/100";
    static const struct {
        const char *sql, *expected;
    } rows[] = {
        {"SELECT 1", in_order},
        {"CREATE TABLE t AS SELECT * FROM test_area; DELETE FROM test_area;"
         "INSERT INTO test_area SELECT * FROM t ORDER BY area_code;"
         "UPDATE hamlet SET rowid = 9 WHERE hamlet_code = 'H2'",
         in_order},
        {"UPDATE test_area SET geom = TinyPointEncode(geom) WHERE area_kind <> "
         "'polygon'; UPDATE hamlet SET geom = TinyPointEncode(geom);"
         "UPDATE test_area SET geom = CompressGeometry(geom)",
         in_order},
        {"UPDATE hamlet SET geom = MakePoint(106.2, 22.7, 4326)",
         " H1/H1/77/22.7,106.2/0 H2/H2/0/22.6,106.1/300"
         " H2/C1/0/22.6,106.1/100 H2/C9/0/22.6,106.1/100"},
        {"UPDATE hamlet SET geom = NULL; UPDATE test_area SET hamlet_code = 'H1' WHERE "
         "area_code = 'C9'",
         " H1/H1/77/nan,nan/0 H1/C9/0/22.6,106.1/100 H2/H2/0/22.6,106.1/300"
         " H2/C1/0/22.6,106.1/100"},
    };
    const struct rule rule = {.centre_radius_m = 300, .cluster_radius_m = 100};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct workspace *ws = new_workspace();
        struct model m = {.rule = &rule};
        char *message = NULL;
        sqlite3_db_config(ws->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
        if (sqlite3_exec(ws->db, rows[i].sql, NULL, NULL, &message) != SQLITE_OK)
            fail_msg("%s", message);
        assert_int_equal(model_load_places(ws, &m), ERR_OK);
        char *found = describe(&m);
        assert_string_equal(found, rows[i].expected);
        free(found);
        model_free(&m);
        workspace_close(ws);
    }
}

static void test_damage(void **state)
{
    static const struct {
        const char *sql, *message;
    } rows[] = {
        {"DELETE FROM hamlet WHERE hamlet_code = 'H2'", "a test area without its hamlet"},
        {"UPDATE test_area SET hamlet_code = NULL WHERE area_code = 'C1'",
         "a test area without its hamlet (\"C1\")"},
        {"DELETE FROM test_area WHERE area_code = 'H1'",
         "a hamlet without a test area (\"H1\")"},
        {"UPDATE test_area SET geom = NULL WHERE area_code = 'C1'",
         "a test area without a position (\"C1\")"},
    };
    const struct rule rule = {.centre_radius_m = 300, .cluster_radius_m = 100};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct workspace *ws = new_workspace();
        struct model m = {.rule = &rule};
        struct capture c;
        if (sqlite3_exec(ws->db,
                         "CREATE TABLE t AS SELECT * FROM test_area; DROP TABLE "
                         "test_area; ALTER TABLE t RENAME TO test_area",
                         NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(ws->db, rows[i].sql, NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s", sqlite3_errmsg(ws->db));
        capture_start(&c);
        const enum err err = model_load_places(ws, &m);
        const char *message = capture_stop(&c);
        assert_int_equal(err, ERR_INPUT);
        if (!strstr(message, rows[i].message))
            fail_msg("\"%s\" is not in: %s", rows[i].message, message);
        model_free(&m);
        workspace_close(ws);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
