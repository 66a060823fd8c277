/* The small decoders: points, times, numbers and names, all of them on each
 * input. */
#include <locale.h>
#include <math.h>

#include "csvio.h"
#include "geo.h"
#include "harness.h"
#include "lang.h"
#include "utc.h"

static void check_blob(const uint8_t *data, size_t size)
{
    struct latlon p = {1, 2}, again = {3, 4};
    uint8_t blob[GEO_BLOB_SIZE];
    if (geo_blob_read(data, size, &p) != ERR_OK) {
        CHECK(p.lat_deg == 1 && p.lon_deg == 2);
        return;
    }
    geo_blob_write(p, blob);
    CHECK(geo_blob_read(blob, sizeof blob, &again) == ERR_OK);
    CHECK(p.lat_deg == again.lat_deg || (isnan(p.lat_deg) && isnan(again.lat_deg)));
    CHECK(p.lon_deg == again.lon_deg || (isnan(p.lon_deg) && isnan(again.lon_deg)));
}

/* An instant that was read must be read again from what it is written as. */
static void check_instant(const char *text)
{
    struct utc_stamp stamp, again;
    char written[UTC_TEXT_SIZE];
    if (utc_parse_any(text, 7 * 3600, &stamp) != ERR_OK) {
        CHECK(utc_parse(text, 7 * 3600, &stamp) != ERR_OK);
        return;
    }
    CHECK(abs(stamp.offset_s) <= 14 * 3600);
    (void)utc_local_day(stamp.t_utc_ms, stamp.offset_s);
    utc_format(stamp.t_utc_ms, written);
    if (written[0] == '\0')
        return;
    CHECK(utc_parse(written, 0, &again) == ERR_OK);
    CHECK(again.t_utc_ms <= stamp.t_utc_ms && again.t_utc_ms > stamp.t_utc_ms - 1000);
}

static void check_date(const char *text)
{
    int32_t day = 0, offset_s = 0;
    char written[UTC_TEXT_SIZE];
    if (utc_parse_date(text, &day) == ERR_OK) {
        utc_format_date(day, written);
        CHECK(strcmp(text, written) == 0);
    }
    if (utc_parse_offset(text, &offset_s) == ERR_OK)
        CHECK(abs(offset_s) <= 14 * 3600);
}

/* Decimal numbers are those of the C library, to the last bit. */
static void check_number(const char *text)
{
    double value = 0;
    const bool ok = csvio_number(text, &value);
    if (*text == '\0' || strspn(text, "+-.0123456789eE") < strlen(text))
        return;
    char *end = NULL;
    const double expected = strtod(text, &end); /* the locale is "C": none was set */
    CHECK(ok == (*end == '\0'));
    CHECK(!ok || (value == expected && !signbit(value) == !signbit(expected)));
}

static void check_names(const char *text)
{
    char written[MCCMNC_TEXT_SIZE];
    const mccmnc_t op = mccmnc_parse(text);
    mccmnc_format(op, written);
    CHECK(op == 0 ? written[0] == '\0' : strlen(written) >= 5);
    CHECK(mccmnc_parse(written) == op);
    (void)mccmnc_join(text, text);
    const enum tech tech = tech_parse(text);
    const enum state state = state_parse(text);
    CHECK(tech == TECH_COUNT || tech_parse(tech_name(tech)) == tech);
    CHECK(state == STATE_COUNT || state_parse(state_name(state)) == state);
    CHECK(lang_parse(text) >= -1 && lang_parse(text) <= LANG_EN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_blob(data, size);
    char *text = xstrndup((const char *)data, size);
    check_instant(text);
    check_date(text);
    check_number(text);
    check_names(text);
    free(text);
    return 0;
}
