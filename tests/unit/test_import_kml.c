/* G-NetTrack's KML: the ways in which a point says its values, and XML that is refused.
 */
#include "../support/ingest_scene.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml><Document>"
#define TAIL "</Document></kml>\n"
#define POINT "<Point><coordinates>106.1,22.6,210</coordinates></Point>"

static void test_spellings(void **state)
{
    static const char *const descriptions[] = {
        "<description><![CDATA[Timestamp: 2025.06.15_15.06.40<br>Operator: 45204<br>"
        "NetworkTech: 4G<br/>Level: -97 dBm<br>Qual: -11]]></description>",
        "<description>TIME=2025-06-15T15:06:40Z\nOPERATOR=45204\nTECH=LTE\nRSRP=-97"
        "</description>",
        "<description><![CDATA[<table><tr><td><b>Time</b></td><td>2025.06.15_15.06.40"
        "</td></tr><tr><td>MCCMNC</td><td>45204</td></tr><tr><td>Network tech</td>"
        "<td>4G</td></tr><tr><td>Level</td><td>-97</td></tr></table>]]></description>",
        "<TimeStamp><when>2025-06-15T15:06:40Z</when></TimeStamp><ExtendedData>"
        "<Data name=\"Operator\"><value>45204</value></Data><Data name=\"NETWORK_TECH\">"
        "<value>4G</value></Data><Data name=\"Level\"><value> -97 </value></Data>"
        "<Data name=\"else\"><value>-1</value></Data></ExtendedData>",
        "<TimeStamp><when>2025-06-15T15:06:40Z</when></TimeStamp><ExtendedData>"
        "<SchemaData><SimpleData name=\"Operator\">45204</SimpleData>"
        "<SimpleData name=\"Tech\">4G</SimpleData><SimpleData name=\"Level\">-97"
        "</SimpleData></SchemaData></ExtendedData>",
    };
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 HEAD "<Placemark><name>start</name>" POINT "</Placemark>"
                      "<Placemark>%s" POINT "</Placemark>"
                      "<Placemark><description>Level: -1</description><LineString>"
                      "<coordinates>1,2 3,4</coordinates></LineString></Placemark>" TAIL,
                 descriptions[i]);
        const struct result r = ingest_text(state, "log.kml", text);
        assert_string_equal(r.log.format->name, "gnettrack-kml");
        assert_int_equal(r.log.counts.rows, 1);
        assert_int_equal(r.log.counts.accepted, 1);
        assert_true(r.log.first_utc_ms == T0);
        assert_int_equal(r.mccmnc, mccmnc_parse("45204"));
        assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -97);
    }
}

/* Another program's way to write the same: prefixes, indents, UTF-16. */
static void test_rewritten(void **state)
{
    static const char text[] =
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<k:kml xmlns:k=\"x\"><k:Placemark>"
        "<k:TimeStamp>\n  <k:when>\n    2025-06-15T15:06:40Z\n  </k:when></k:TimeStamp>"
        "<k:description>Operator: 45204\nTech: 4G\nLevel: -97</k:description>"
        "<k:Point><k:coordinates>\n  106.1,22.6\n</k:coordinates></k:Point>"
        "</k:Placemark></k:kml>\n";
    char *wide = xcalloc(2, sizeof text);
    for (size_t i = 0; i + 1 < sizeof text; i++)
        wide[2 * i] = text[i];
    const char *path = scratch_path(*state, "log.kml");
    FILE *f = fopen(path, "wb");
    assert_int_equal(fwrite(wide, 2, sizeof text - 1, f), sizeof text - 1);
    fclose(f);
    free(wide);
    const struct ingest_options options = default_options();
    const struct result r = ingest(path, &options);
    assert_int_equal(r.log.counts.rows, 1);
    assert_int_equal(r.log.counts.accepted, 1);
    assert_true(r.log.first_utc_ms == T0);
}

#define ROW(time, op, tech, level)                                                       \
    "<Placemark><description>Timestamp: " time "&lt;br&gt;Operatorname: " op             \
    "&lt;br&gt;Operator: 45204&lt;br&gt;NetworkTech: " tech "&lt;br&gt;Level: " level    \
    "</description>" POINT "</Placemark>\n"

static void test_log(void **state)
{
    const struct result r = ingest_text(
        state, "log.kml",
        HEAD ROW("2025.06.15_15.06.40", "V", "4G", "-97")
            ROW("2025.06.15_15.06.40", "V", "4G", "-97") /* twice */
        ROW("2025.06.15_15.06.41", "NO_COVERAGE", "--", "-200")
            ROW("2025.06.15_15.06.42", "V", "3G", "-91") /* -113 + 2·ASU */
        ROW("2025.06.15_15.06.43", "V", "4G", "-")
            ROW("2025.06.15_25.06.43", "V", "4G", "-90") ROW("", "V", "4G", "-90") TAIL);
    assert_int_equal(r.log.counts.rows, 7);
    assert_int_equal(r.log.counts.accepted, 4);
    assert_int_equal(r.log.counts.rejected[QUALITY_DUPLICATE], 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_MALFORMED], 1);
    assert_int_equal(r.log.counts.rejected[QUALITY_NO_TIME], 1);
    assert_int_equal(r.no_service, 1);
    assert_int_equal(r.log.counts.level_blanked, 2);
    assert_int_equal(r.no_level[TECH_WCDMA], 1);
}

static void test_refused(void **state)
{
    const struct ingest_options options = default_options();
    refused(state, "<!DOCTYPE kml [<!ENTITY a \"b\">]><kml>&a;</kml>", &options, "DTD");
    refused(state, HEAD "<Placemark>", &options, "not XML");
    refused(state, HEAD TAIL, &options, "no rows");
    char deep[1024] = "<kml>";
    for (size_t n = 5; n + 4 < sizeof deep; n += 3)
        memcpy(deep + n, "<a>", 4);
    refused(state, deep, &options, "nested too deeply");
    /* a comment without end, and a text, of which only the beginning is kept */
    const size_t size = 3 << 20;
    char *text = xmalloc(size);
    memset(text, 'x', size);
    text[size - 1] = '\0';
    memcpy(text, "<kml><!--", 9);
    refused(state, text, &options, "1 MiB");
    memcpy(text, "<kml><a> ", 9);
    memcpy(text + size - 12, "</a></kml>\n", 12);
    refused(state, text, &options, "no rows");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_spellings),
        SCRATCH_TEST(test_rewritten),
        SCRATCH_TEST(test_log),
        SCRATCH_TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
