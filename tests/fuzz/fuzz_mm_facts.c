/* What ModemManager says, as texts: any text. What comes out is in range or missing, the
 * text of the facts gives the same facts again, and no service has no level. */
#include <math.h>

#include "harness.h"
#include "mm_facts.h"
#include "units.h"

static void check_range(double value, double min, double max)
{
    CHECK(isnan(value) || (value >= min && value <= max));
}

static void check_reading(const struct modem_reading *r)
{
    const struct sample *s = &r->radio;
    CHECK(r->state < STATE_COUNT && s->tech <= TECH_COUNT);
    CHECK(r->state == STATE_IN_SERVICE || s->tech == TECH_NONE);
    CHECK(s->tac == ID_UNKNOWN || (s->tac > 0 && s->tac <= 0xFFFFFF));
    CHECK(s->cell_id == ID_UNKNOWN ||
          (s->cell_id > 0 && s->cell_id <= INT64_C(0xFFFFFFFFF)));
    for (unsigned t = 0; t < TECH_COUNT; t++) {
        const double level_dbm = sample_level_dbm(s, (enum tech)t);
        CHECK(isnan(level_dbm) || units_level_dbm((enum tech)t, level_dbm) != LEVEL_NONE);
        CHECK(isnan(level_dbm) || s->tech != TECH_NONE);
    }
    check_range(s->rsrq_db, -43.5, 20);
    check_range(s->sinr_db, -30, 40);
    check_range(s->rssi_dbm, -125, 0);
    check_range(s->ecno_db, -32.5, 0);
    check_range(s->ss_rsrq_db, -43.5, 20);
    check_range(s->ss_sinr_db, -30, 40);
    CHECK(memchr(r->raw, '\0', sizeof r->raw) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = xmalloc(size + 1);
    char once[MM_TEXT_SIZE], twice[MM_TEXT_SIZE];
    struct mm_facts facts;
    static struct modem_reading reading;
    memcpy(text, data, size);
    text[size] = '\0';
    (void)mm_facts_parse(&facts, text);
    mm_facts_reading(&facts, &reading);
    check_reading(&reading);
    mm_facts_format(&facts, MM_ALL_GROUPS, once);
    (void)mm_facts_parse(&facts, once);
    mm_facts_format(&facts, MM_ALL_GROUPS, twice);
    CHECK(strcmp(once, twice) == 0);
    free(text);
    return 0;
}
