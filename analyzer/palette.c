/* The tables of colours and symbols. */
#include "palette.h"

#include <assert.h>
#include <stdlib.h>

#include "units.h"

const struct palette_colour palette_colours[PALETTE_COUNT] = {
    [PALETTE_COVERED] = {"covered", "#0072b2", "#4aa8e8", "#d3e7f4"},
    [PALETTE_DEPRESSION] = {"depression", "#e69f00", "#f2b134", "#fbe7c0"},
    [PALETTE_NO_SIGNAL] = {"no_signal", "#7a0c3e", "#d6336c", "#ecd0dc"},
    [PALETTE_NOT_ENOUGH_DATA] = {"not_enough_data", "#5f6b76", "#b8c2cc", "#e6e9ec"},
    [PALETTE_RESULT_UNKNOWN] = {"unknown", "#5f6b76", "#b8c2cc", ""},
    [PALETTE_RESULT_FAIL] = {"fail", "#b3123f", "#ff6b8b", ""},
    [PALETTE_RESULT_PASS] = {"pass", "#0072b2", "#5db4f0", ""},
    [PALETTE_BAND + 0] = {"band_0", "#dd6b00", "#e07a1f", ""},
    [PALETTE_BAND + 1] = {"band_1", "#fdc274", "#f5c583", ""},
    [PALETTE_BAND + 2] = {"band_2", "#b3d7ee", "#d5e9f7", ""},
    [PALETTE_BAND + 3] = {"band_3", "#6fb0dc", "#8fc5ee", ""},
    [PALETTE_BAND + 4] = {"band_4", "#2f7fc1", "#4c98dc", ""},
    [PALETTE_BAND + 5] = {"band_5", "#0b4a8f", "#2868c4", ""},
    [PALETTE_SHARE + 0] = {"share_0", "#7a0c3e", "#d6336c", ""},
    [PALETTE_SHARE + 1] = {"share_1", "#dd6b00", "#e07a1f", ""},
    [PALETTE_SHARE + 2] = {"share_2", "#fdc274", "#f5c583", ""},
    [PALETTE_SHARE + 3] = {"share_3", "#2f7fc1", "#4c98dc", ""},
    [PALETTE_NO_SERVICE] = {"no_service", "#5c1033", "#b01e5c", ""},
    [PALETTE_OTHER_SERVICE] = {"other_service", "#a3a9af", "#6d757d", ""},
    [PALETTE_NO_LEVEL] = {"no_level", "#d8cfe4", "#a596bd", ""},
    [PALETTE_INK] = {"ink", "#1d2730", "#e8edf2", ""},
    [PALETTE_HALO] = {"halo", "#ffffff", "#0f1418", ""},
};

const struct palette_colour *palette_verdict(enum verdict verdict)
{
    return &palette_colours[PALETTE_COVERED + (int)verdict];
}

const struct palette_colour *palette_result(enum result result)
{
    return &palette_colours[PALETTE_RESULT_UNKNOWN + (int)result];
}

const struct palette_symbol *palette_symbol(enum verdict verdict)
{
    static const struct palette_symbol symbols[VERDICT_COUNT] = {
        [VERDICT_COVERED] = {"circle", "M0-8.5A8.5 8.5 0 1 0 0 8.5A8.5 8.5 0 1 0 0-8.5Z",
                             NULL, false},
        [VERDICT_DEPRESSION] = {"triangle", "M0-9.5L9.5 8H-9.5Z", NULL, false},
        [VERDICT_NO_SIGNAL] = {"square", "M-8-8H8V8H-8Z", "M-4-4L4 4M4-4L-4 4", false},
        [VERDICT_NOT_ENOUGH_DATA] = {"diamond", "M0-8.5L8.5 0L0 8.5L-8.5 0Z", NULL, true},
    };
    return &symbols[verdict];
}

const char *palette_dashes(enum result result)
{
    static const char *const dashes[RESULT_COUNT] = {
        [RESULT_UNKNOWN] = "2 6", [RESULT_FAIL] = "10 5", [RESULT_PASS] = ""};
    return dashes[result];
}

void palette_edges(const struct rule *rule, enum tech tech, int edges[PALETTE_BANDS - 1])
{
    enum { BAND_DB = 10, WEAKEST_PLAIN_DBM = -105 };
    const struct rule_technology *t = &rule->technologies[tech];
    edges[0] = t->counts ? t->level_dbm : WEAKEST_PLAIN_DBM;
    edges[1] = edges[0] + BAND_DB;
    if (t->counts && t->weak_dbm != LEVEL_NONE && t->weak_dbm > t->level_dbm)
        edges[1] = t->weak_dbm;
    for (int i = 2; i < PALETTE_BANDS - 1; i++)
        edges[i] = edges[i - 1] + BAND_DB;
}

/* Blue, dark green, light green, yellow, red, black: the legend of the drive tests that
 * Vietnamese operators exchange. */
const struct palette_operator_band palette_operator_bands[PALETTE_OPERATOR_BANDS] = {
    {-65, "#0000ff"}, {-75, "#007300"},  {-85, "#55d400"},
    {-95, "#ffff00"}, {-105, "#ff0000"}, {LEVEL_MIN_DBM, "#000000"},
};

void palette_share_edges(const struct rule *rule, double edges[PALETTE_SHARES - 1])
{
    const double low = rule->no_signal_max;
    const double high = rule->availability_min;
    edges[0] = low;
    edges[1] = low < 0.5 && high > 0.5 ? 0.5 : (low + high) / 2;
    edges[2] = high;
}

void palette_rgb(const char *colour, uint8_t rgb[3])
{
    assert(colour[0] == '#');
    const unsigned long value = strtoul(colour + 1, NULL, 16);
    for (int i = 0; i < 3; i++)
        rgb[i] = (uint8_t)(value >> (16 - 8 * i));
}
