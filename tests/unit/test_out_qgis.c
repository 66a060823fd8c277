/* survey.qgs of a small model: well-formed, whole in itself, and harmless. What QGIS
 * makes of it is tested by `make check-qgis`. */
#include <cpl_conv.h>
#include <cpl_minixml.h>
#include <gdal.h>
#include <stdio.h>

#include "../support/gis_model.h"
#include "column_title.h"
#include "out.h"
#include "out_gpkg.h"

static char *make_project(const struct model *m)
{
    char *dir = make_dir();
    assert_int_equal(out_qgis(m, dir), ERR_OK);
    char *path = xasprintf("%s/survey.qgs", dir);
    CPLXMLNode *tree = CPLParseXMLFile(path);
    assert_non_null(tree);
    char *text = CPLSerializeXMLTree(CPLGetXMLNode(tree, "=qgis"));
    CPLDestroyXMLNode(tree);
    free(path);
    remove_dir(dir);
    return text;
}

/* Calls `check` for every element of a name. */
static void each(const CPLXMLNode *node, const char *name,
                 void (*check)(const CPLXMLNode *node, const CPLXMLNode *root),
                 const CPLXMLNode *root)
{
    for (; node; node = node->psNext) {
        if (node->eType == CXT_Element && strcmp(node->pszValue, name) == 0)
            check(node, root);
        if (node->eType == CXT_Element)
            each(node->psChild, name, check, root);
    }
}

static bool has_layer(const CPLXMLNode *root, const char *id)
{
    const CPLXMLNode *layers =
        CPLGetXMLNode((CPLXMLNode *)(uintptr_t)root, "projectlayers");
    for (CPLXMLNode *layer = layers->psChild; layer; layer = layer->psNext) {
        if (strcmp(CPLGetXMLValue(layer, "id", ""), id) == 0)
            return true;
    }
    return false;
}

static const char *value(const CPLXMLNode *node, const char *path)
{
    return CPLGetXMLValue((CPLXMLNode *)(uintptr_t)node, path, "");
}

static void check_leaf(const CPLXMLNode *leaf, const CPLXMLNode *root)
{
    assert_true(has_layer(root, value(leaf, "id")));
    assert_memory_equal(value(leaf, "source"), "./", 2);
}

static void check_layer(const CPLXMLNode *layer, const CPLXMLNode *root)
{
    (void)root;
    assert_memory_equal(value(layer, "datasource"), "./", 2);
    assert_string_equal(value(layer, "srs.spatialrefsys.authid"), "EPSG:3405");
    assert_true(strlen(value(layer, "id")) > 10); /* QGIS replaces shorter ones */
}

static void check_atlas(const CPLXMLNode *atlas, const CPLXMLNode *root)
{
    assert_true(has_layer(root, value(atlas, "coverageLayer")));
}

static void test_every_name_leads_somewhere(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    char *text = make_project(&s->m);
    CPLXMLNode *root = CPLParseXMLString(text);
    each(root, "layer-tree-layer", check_leaf, root);
    each(root, "maplayer", check_layer, root);
    each(root, "Atlas", check_atlas, root);
    assert_string_equal(value(root, "projectCrs.spatialrefsys.authid"), "EPSG:3405");
    assert_true(has_layer(root, "bin_45204_LTE"));
    assert_true(has_layer(root, "raster_availability_45201"));
    CPLDestroyXMLNode(root);
    CPLFree(text);
    free_model(s);
}

/* --crs moves the layers of survey.gpkg, but not the rasters, which are the grid. */
static void test_layers_in_another_crs(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    struct crs *out_crs = NULL;
    assert_int_equal(crs_open(9210, "VN-2000 to WGS 84 (2)", &out_crs), ERR_OK);
    s->m.out_crs = out_crs;
    char *text = make_project(&s->m);
    CPLXMLNode *root = CPLParseXMLString(text);
    for (CPLXMLNode *l = CPLGetXMLNode(root, "projectlayers")->psChild; l;
         l = l->psNext) {
        const bool raster = strcmp(value(l, "type"), "raster") == 0;
        assert_string_equal(value(l, "srs.spatialrefsys.authid"),
                            raster ? "EPSG:3405" : "EPSG:9210");
    }
    assert_string_equal(value(root, "projectCrs.spatialrefsys.authid"), "EPSG:3405");
    CPLDestroyXMLNode(root);
    CPLFree(text);
    crs_close(out_crs);
    free_model(s);
}

static void test_a_rule_does_not_run(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    char *text = make_project(&s->m);
    assert_null(strstr(text, "[% now() %]"));
    assert_non_null(strstr(text, "(% now() %] &lt;thử&gt; &amp; &quot;sai&quot;"));
    assert_non_null(strstr(text, "Viettel (45204)"));
    CPLFree(text);
    free_model(s);
}

static void test_a3_is_a4_enlarged(void **state)
{
    (void)state;
    static const char *const words[] = {
        "size=\"297,210,mm\"", "size=\"420.021,296.985,mm\"", "\"Sans Serif,17,",
        "\"Sans Serif,24,", "enabled=\"1\" coverageLayer="};
    struct sample_model *s = make_model();
    char *text = make_project(&s->m);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(strstr(text, words[i]));
    CPLFree(text);
    s->m.commune_count = 1; /* the one without a boundary: nothing to turn pages by */
    text = make_project(&s->m);
    assert_null(strstr(text, "coverageLayer="));
    CPLFree(text);
    free_model(s);
}

static void test_an_empty_survey_has_a_project(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    s->m.hamlet_count = s->m.area_count = s->m.bin_count = s->m.commune_count = 0;
    s->m.track_count = 0;
    s->m.newest_day = INT32_MIN;
    char *text = make_project(&s->m);
    assert_null(strstr(text, "inf"));
    assert_null(strstr(text, "nan"));
    CPLFree(text);
    free_model(s);
}

static void test_every_column_has_a_title(void **state)
{
    (void)state;
    for (int i = 0; i < gpkg_layer_count; i++) {
        for (int c = 0; c < gpkg_layers[i].column_count; c++) {
            const char *column = gpkg_layers[i].columns[c].name;
            if (strcmp(column_title(column), column) == 0)
                fail_msg("%s.%s has no title", gpkg_layers[i].name, column);
        }
    }
    assert_string_equal(column_title("no_such_column"), "no_such_column");
}

static void test_no_directory(void **state)
{
    (void)state;
    struct sample_model *s = make_model();
    assert_int_equal(out_qgis(&s->m, "/nonexistent/dir"), ERR_FAILED);
    free_model(s);
}

int main(void)
{
    GDALAllRegister();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_name_leads_somewhere),
        cmocka_unit_test(test_layers_in_another_crs),
        cmocka_unit_test(test_a_rule_does_not_run),
        cmocka_unit_test(test_a3_is_a4_enlarged),
        cmocka_unit_test(test_an_empty_survey_has_a_project),
        cmocka_unit_test(test_every_column_has_a_title),
        cmocka_unit_test(test_no_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
