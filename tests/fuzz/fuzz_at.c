/* Answers of modems: any lines through any dialect. What comes out is in range or
 * missing, ends, and no service never has a level. */
#include <math.h>

#include "at_dialect.h"
#include "harness.h"
#include "units.h"

enum { LINE_SIZE = 600 };

static void check_id(int64_t id, int64_t max)
{
    CHECK(id == ID_UNKNOWN || (id >= 0 && id <= max));
}

static void check_range(double value, double min, double max)
{
    CHECK(isnan(value) || (value >= min && value <= max));
}

static void check_cell(const struct sample *s)
{
    CHECK(s->tech <= TECH_COUNT && s->state == STATE_UNKNOWN);
    check_id(s->tac, 0xFFFFFF);
    check_id(s->cell_id, INT64_C(0xFFFFFFFFF));
    check_id(s->pci, 1007);
    check_id(s->arfcn, 3279165);
    check_id(s->ta, 63);
    for (unsigned t = 0; t < TECH_COUNT; t++) {
        const double level_dbm = sample_level_dbm(s, (enum tech)t);
        CHECK(isnan(level_dbm) || units_level_dbm((enum tech)t, level_dbm) != LEVEL_NONE);
    }
    check_range(s->rsrq_db, -34, 2.5);
    check_range(s->sinr_db, -30, 40);
    check_range(s->rssi_dbm, -125, 0);
    check_range(s->ecno_db, -32.5, 0);
    check_range(s->ss_rsrq_db, -43.5, 20);
    check_range(s->ss_sinr_db, -30, 40);
    char code[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, code);
    CHECK(s->mccmnc == 0 || mccmnc_parse(code) == s->mccmnc);
}

static void check_reading(const struct modem_reading *r)
{
    CHECK(r->state < STATE_COUNT);
    CHECK(memchr(r->band, '\0', sizeof r->band) != NULL);
    CHECK(r->neighbour_count >= 0 && r->neighbour_count <= MODEM_NEIGHBOURS_MAX);
    check_cell(&r->radio);
    for (int i = 0; i < r->neighbour_count; i++)
        check_cell(&r->neighbours[i]);
    const bool heard = r->state == STATE_IN_SERVICE || r->state == STATE_LIMITED;
    CHECK(heard || (r->radio.tech == TECH_NONE && r->neighbour_count == 0));
    for (unsigned t = 0; t < TECH_COUNT && !heard; t++)
        CHECK(isnan(sample_level_dbm(&r->radio, (enum tech)t)));
}

/* Scrubbing keeps the length, changes nothing the second time, and leaves no long number.
 */
static void check_scrub(const char *line)
{
    enum { IDENTITY_DIGITS = 14 };
    char once[LINE_SIZE];
    char twice[LINE_SIZE];
    memcpy(once, line, LINE_SIZE);
    at_scrub(once);
    CHECK(strlen(once) == strlen(line));
    memcpy(twice, once, LINE_SIZE);
    at_scrub(twice);
    CHECK(strcmp(once, twice) == 0);
    size_t run = 0;
    for (const char *p = once; *p != '\0'; p++) {
        run = *p >= '0' && *p <= '9' ? run + 1 : 0;
        CHECK(run < IDENTITY_DIGITS);
    }
}

static void play(const struct at_dialect *dialect, const uint8_t *data, size_t size)
{
    static struct modem_reading reading;
    struct at_context context = {0};
    char line[LINE_SIZE];
    size_t len = 0;
    modem_reading_clear(&reading);
    for (size_t i = 0; i <= size; i++) {
        if (i < size && data[i] != '\n' && data[i] != '\0' && len + 1 < sizeof line) {
            line[len++] = (char)data[i];
            continue;
        }
        memset(line + len, 0, sizeof line - len);
        CHECK(at_dialect_parse(dialect, line, &context, &reading) <= AT_OUT_OF_RANGE);
        check_scrub(line);
        len = 0;
    }
    at_reading_finish(&reading);
    check_reading(&reading);
    const struct modem_reading before = reading;
    at_reading_finish(&reading);
    CHECK(reading.state == before.state && reading.radio.tech == before.radio.tech);
}

/* The first byte names the dialect ('0' is the table's first row), lines follow. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        play(&at_dialects[data[0] % at_dialect_count], data + 1, size - 1);
    return 0;
}
