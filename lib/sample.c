/* Names, codes and columns of a sample. */
#include "sample.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

struct sample sample_empty(void)
{
    return (struct sample){
        .modem_id = ID_UNKNOWN,
        .t_utc_ms = TIME_UNKNOWN,
        .t_mono_ms = TIME_UNKNOWN,
        .state = STATE_UNKNOWN,
        .tech = TECH_NONE,
        .tac = ID_UNKNOWN,
        .cell_id = ID_UNKNOWN,
        .pci = ID_UNKNOWN,
        .arfcn = ID_UNKNOWN,
        .rsrp_dbm = NAN,
        .rsrq_db = NAN,
        .sinr_db = NAN,
        .rssi_dbm = NAN,
        .rscp_dbm = NAN,
        .ecno_db = NAN,
        .rxlev_dbm = NAN,
        .ss_rsrp_dbm = NAN,
        .ss_rsrq_db = NAN,
        .ss_sinr_db = NAN,
        .ta = ID_UNKNOWN,
        .fix_mode = ID_UNKNOWN,
        .fix_age_ms = ID_UNKNOWN,
        .acc_h95_m = NAN,
        .hdop = NAN,
        .satellites = ID_UNKNOWN,
        .alt_m = NAN,
        .speed_mps = NAN,
        .course_deg = NAN,
        .level_age_ms = ID_UNKNOWN,
        .pos = geo_none(),
    };
}

static const char *const tech_names[TECH_COUNT] = {
    [TECH_GSM] = "GSM",     [TECH_LTE] = "LTE",     [TECH_NR_NSA] = "NR_NSA",
    [TECH_NR_SA] = "NR_SA", [TECH_WCDMA] = "WCDMA",
};

/* What phones and apps call them; upper case, blanks and "-_" left out. */
static const struct {
    const char *name;
    enum tech tech;
} tech_aliases[] = {
    {"GSM", TECH_GSM},      {"2G", TECH_GSM},         {"GPRS", TECH_GSM},
    {"EDGE", TECH_GSM},     {"EGPRS", TECH_GSM},      {"GERAN", TECH_GSM},
    {"WCDMA", TECH_WCDMA},  {"3G", TECH_WCDMA},       {"UMTS", TECH_WCDMA},
    {"UTRAN", TECH_WCDMA},  {"HSDPA", TECH_WCDMA},    {"HSUPA", TECH_WCDMA},
    {"HSPA", TECH_WCDMA},   {"HSPA+", TECH_WCDMA},    {"HSPAP", TECH_WCDMA},
    {"DCHSPA", TECH_WCDMA}, {"DCHSPA+", TECH_WCDMA},  {"DCHSPAP", TECH_WCDMA},
    {"H", TECH_WCDMA},      {"H+", TECH_WCDMA},       {"3G+", TECH_WCDMA},
    {"3.5G", TECH_WCDMA},   {"3.75G", TECH_WCDMA},    {"LTE", TECH_LTE},
    {"4G", TECH_LTE},       {"4G+", TECH_LTE},        {"LTE+", TECH_LTE},
    {"LTEA", TECH_LTE},     {"LTECA", TECH_LTE},      {"4.5G", TECH_LTE},
    {"EUTRAN", TECH_LTE},   {"EUTRA", TECH_LTE},      {"NR", TECH_NR_SA},
    {"5G", TECH_NR_SA},     {"5GNR", TECH_NR_SA},     {"NR5G", TECH_NR_SA},
    {"NRSA", TECH_NR_SA},   {"5GSA", TECH_NR_SA},     {"NR5GSA", TECH_NR_SA},
    {"5GNRSA", TECH_NR_SA}, {"NGRAN", TECH_NR_SA},    {"NRNSA", TECH_NR_NSA},
    {"5GNSA", TECH_NR_NSA}, {"NR5GNSA", TECH_NR_NSA}, {"5GNRNSA", TECH_NR_NSA},
    {"LTENR", TECH_NR_NSA}, {"ENDC", TECH_NR_NSA},
};

const char *tech_name(enum tech tech)
{
    return tech < TECH_COUNT ? tech_names[tech] : "";
}

enum tech tech_parse(const char *text)
{
    char key[12];
    size_t len = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '-' || *text == '_')
            continue;
        if (len + 1 == sizeof key)
            return TECH_NONE;
        key[len++] = (char)toupper((unsigned char)*text);
    }
    key[len] = '\0';
    for (size_t i = 0; i < sizeof tech_aliases / sizeof tech_aliases[0]; i++) {
        if (strcmp(key, tech_aliases[i].name) == 0)
            return tech_aliases[i].tech;
    }
    return TECH_NONE;
}

static const char *const state_names[STATE_COUNT] = {
    [STATE_UNKNOWN] = "unknown",     [STATE_IN_SERVICE] = "in_service",
    [STATE_LIMITED] = "limited",     [STATE_NO_SERVICE] = "no_service",
    [STATE_RADIO_OFF] = "radio_off",
};

const char *state_name(enum state state)
{
    return state < STATE_COUNT ? state_names[state] : "";
}

enum state state_parse(const char *text)
{
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        if (strcasecmp(text, state_names[i]) == 0)
            return (enum state)i;
    }
    return STATE_COUNT;
}

/* Six base-11 digits, the first of the text on the left; a digit counts one more than it
 * says, so that 0 is left for "no digit here" and a shorter text sorts before the longer
 * ones it begins. */
enum { MCC_DIGITS = 3, MNC_DIGITS_MIN = 2, MNC_DIGITS_MAX = 3, CODE_BASE = 11 };

/* Length of the run of ASCII digits at the start. */
static size_t digit_count(const char *text)
{
    return strspn(text, "0123456789");
}

static mccmnc_t encode(const char *mcc, const char *mnc, size_t mnc_len)
{
    mccmnc_t code = 0;
    for (size_t i = 0; i < MCC_DIGITS; i++)
        code = code * CODE_BASE + (mccmnc_t)(mcc[i] - '0' + 1);
    for (size_t i = 0; i < MNC_DIGITS_MAX; i++)
        code = code * CODE_BASE + (i < mnc_len ? (mccmnc_t)(mnc[i] - '0' + 1) : 0);
    return code;
}

mccmnc_t mccmnc_parse(const char *text)
{
    const size_t run = digit_count(text);
    if (run < MCC_DIGITS)
        return 0;
    const char *mnc = text + MCC_DIGITS;
    if (run == MCC_DIGITS && (*mnc == '-' || *mnc == ' '))
        mnc++;
    const size_t len = digit_count(mnc);
    if (len < MNC_DIGITS_MIN || len > MNC_DIGITS_MAX || mnc[len] != '\0')
        return 0;
    return encode(text, mnc, len);
}

mccmnc_t mccmnc_join(const char *mcc, const char *mnc)
{
    const size_t len = digit_count(mnc);
    if (digit_count(mcc) != MCC_DIGITS || mcc[MCC_DIGITS] != '\0' || mnc[len] != '\0')
        return 0;
    if (len == 1) {
        /* Apps that keep the MNC as a number lose its first zero: 452 and 4 are 45204. */
        const char padded[] = {'0', mnc[0], '\0'};
        return encode(mcc, padded, MNC_DIGITS_MIN);
    }
    if (len < MNC_DIGITS_MIN || len > MNC_DIGITS_MAX)
        return 0;
    return encode(mcc, mnc, len);
}

/* Countries whose MNCs have three digits (AOSP telephony, MccTable, smallest digits 3).
 */
static bool has_long_mncs(const char *mcc)
{
    static const char *const codes[] = {"302", "310", "311", "312", "313", "314",
                                        "315", "316", "334", "338", "342", "344",
                                        "346", "348", "365", "708", "722", "732"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strcmp(mcc, codes[i]) == 0)
            return true;
    }
    return false;
}

mccmnc_t mccmnc_join_number(const char *mcc, const char *mnc)
{
    char padded[MNC_DIGITS_MAX + 1] = "000";
    const size_t len = digit_count(mnc);
    if (!has_long_mncs(mcc) || len == 0 || len >= MNC_DIGITS_MAX || mnc[len] != '\0')
        return mccmnc_join(mcc, mnc);
    memcpy(padded + MNC_DIGITS_MAX - len, mnc, len);
    return mccmnc_join(mcc, padded);
}

void mccmnc_format(mccmnc_t op, char text[MCCMNC_TEXT_SIZE])
{
    size_t len = 0;
    for (mccmnc_t scale = 161051 /* 11^5 */; op > 0 && scale > 0; scale /= CODE_BASE) {
        const mccmnc_t digit = op / scale % CODE_BASE;
        if (digit == 0)
            break;
        text[len++] = (char)('0' + digit - 1);
    }
    text[len] = '\0';
}

/* A column whose name is that of its field. */
// clang-format off
#define COLUMN(field, type) {#field, type, offsetof(struct sample, field)}
// clang-format on

const struct sample_column sample_columns[] = {
    COLUMN(modem_id, SAMPLE_ID),
    COLUMN(t_utc_ms, SAMPLE_TIME),
    COLUMN(t_mono_ms, SAMPLE_TIME),
    COLUMN(boot_id, SAMPLE_TEXT),
    COLUMN(state, SAMPLE_STATE),
    COLUMN(tech, SAMPLE_TECH),
    {"mcc", SAMPLE_MCC, offsetof(struct sample, mccmnc)},
    {"mnc", SAMPLE_MNC, offsetof(struct sample, mccmnc)},
    COLUMN(tac, SAMPLE_ID),
    COLUMN(cell_id, SAMPLE_ID),
    COLUMN(pci, SAMPLE_ID),
    COLUMN(arfcn, SAMPLE_ID),
    COLUMN(band, SAMPLE_TEXT),
    COLUMN(rsrp_dbm, SAMPLE_DOUBLE),
    COLUMN(rsrq_db, SAMPLE_DOUBLE),
    COLUMN(sinr_db, SAMPLE_DOUBLE),
    COLUMN(rssi_dbm, SAMPLE_DOUBLE),
    COLUMN(rscp_dbm, SAMPLE_DOUBLE),
    COLUMN(ecno_db, SAMPLE_DOUBLE),
    COLUMN(rxlev_dbm, SAMPLE_DOUBLE),
    COLUMN(ss_rsrp_dbm, SAMPLE_DOUBLE),
    COLUMN(ss_rsrq_db, SAMPLE_DOUBLE),
    COLUMN(ss_sinr_db, SAMPLE_DOUBLE),
    COLUMN(ta, SAMPLE_ID),
    COLUMN(fix_mode, SAMPLE_ID),
    COLUMN(fix_age_ms, SAMPLE_ID),
    COLUMN(acc_h95_m, SAMPLE_DOUBLE),
    COLUMN(hdop, SAMPLE_DOUBLE),
    COLUMN(satellites, SAMPLE_ID),
    COLUMN(alt_m, SAMPLE_DOUBLE),
    COLUMN(speed_mps, SAMPLE_DOUBLE),
    COLUMN(course_deg, SAMPLE_DOUBLE),
    COLUMN(level_age_ms, SAMPLE_ID),
    COLUMN(raw, SAMPLE_TEXT),
};
const size_t sample_column_count = sizeof sample_columns / sizeof sample_columns[0];
