/* ModemManager 1.20 D-Bus values. A registered LTE modem, as texts:
 *
 *     State=8;PowerState=3;AccessTechnologies=16384;RegistrationState=1;OperatorCode=45204;
 *     Lte.rsrp=-95;Lte.rsrq=-11;3gpp=452,04,0,1F2C403,1A2B
 *
 * Unknown levels are missing keys, or -DBL_MAX from libmm-glib; LAC and TAC of the
 * network in use are hex, the other one is 0. */
#include "mm_facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

/* MMModemAccessTechnology */
#define ACT_GSM_KIN (INT64_C(0xf) << 1)   /* GSM, compact, GPRS, EDGE */
#define ACT_UMTS_KIN (INT64_C(0x1f) << 5) /* UMTS, HSDPA, HSUPA, HSPA, HSPA+ */
#define ACT_LTE_KIN (INT64_C(0xd) << 14)  /* LTE, Cat M, NB-IoT */
#define ACT_NR (INT64_C(1) << 15)

enum { STATE_LOCKED = 1, STATE_DISABLING = 4, POWER_LOW = 2 };

static const char *const family_names[MM_FAMILY_COUNT] = {"Gsm", "Umts", "Lte", "Nr5g"};
static const char *const quantity_names[MM_QUANTITY_COUNT] = {"rssi", "rsrp", "rsrq",
                                                              "snr",  "rscp", "ecio"};

/* Whole numbers among the facts. */
static const struct number_key {
    const char *key;
    size_t offset;
    enum mm_group group;
    int64_t missing;
} number_keys[] = {
    {"State", offsetof(struct mm_facts, state), MM_MODEM, 0},
    {"PowerState", offsetof(struct mm_facts, power), MM_MODEM, 0},
    {"AccessTechnologies", offsetof(struct mm_facts, technologies), MM_MODEM, 0},
    {"RegistrationState", offsetof(struct mm_facts, registration), MM_3GPP,
     MM_REGISTRATION_UNKNOWN},
};
enum { NUMBER_KEYS = sizeof number_keys / sizeof *number_keys };

static int64_t *number_at(struct mm_facts *f, const struct number_key *k)
{
    return (int64_t *)(void *)((char *)f + k->offset);
}

void mm_facts_clear_group(struct mm_facts *f, enum mm_group group)
{
    for (size_t i = 0; i < NUMBER_KEYS; i++) {
        if (number_keys[i].group == group)
            *number_at(f, &number_keys[i]) = number_keys[i].missing;
    }
    if (group == MM_3GPP)
        f->mccmnc = 0;
    if (group == MM_SIGNAL) {
        for (int i = 0; i < MM_FAMILY_COUNT * MM_QUANTITY_COUNT; i++)
            f->levels[i / MM_QUANTITY_COUNT][i % MM_QUANTITY_COUNT] = (double)NAN;
    }
    if (group == MM_LOCATION) {
        f->has_location = false;
        f->location_mccmnc = 0;
        f->lac = f->cell_id = f->tac = ID_UNKNOWN;
    }
}

void mm_facts_clear(struct mm_facts *f)
{
    for (int group = 0; group < MM_GROUP_COUNT; group++)
        mm_facts_clear_group(f, (enum mm_group)group);
}

/* The hex id of a field; 0 and all ones are what modems say for "none". */
static int64_t hex_id(const char *text, int64_t most)
{
    char *end;
    const unsigned long long value = strtoull(text, &end, 16);
    if (end == text || *end != '\0' || value == 0 || value >= (unsigned long long)most)
        return ID_UNKNOWN;
    return (int64_t)value;
}

static bool take_location(struct mm_facts *f, const char *value)
{
    char mcc[4] = "", mnc[4] = "", lac[12] = "", ci[20] = "", tac[12] = "";
    int used = 0;
    if (sscanf(value, "%3[0-9],%3[0-9],%11[0-9A-Fa-f],%19[0-9A-Fa-f]%n", mcc, mnc, lac,
               ci, &used) != 4)
        return false;
    if (value[used] == ',')
        (void)sscanf(value + used + 1, "%11[0-9A-Fa-f]", tac);
    f->has_location = true;
    f->location_mccmnc = mccmnc_join(mcc, mnc);
    f->lac = hex_id(lac, 0xfffe); /* TS 23.003 §4.1: 0000 and FFFE are reserved */
    f->cell_id = hex_id(ci, 0xfffffffffLL); /* NCI: 36 bits, TS 38.413 §9.3.1.7 */
    f->tac = hex_id(tac, 0xfffffe);         /* 24 bits in 5GS, TS 23.003 §19.4.2.3 */
    if (f->cell_id == 0xffffffffLL)
        f->cell_id = ID_UNKNOWN;
    if (f->tac == 0xfffe || f->tac == 0xffff)
        f->tac = ID_UNKNOWN;
    return true;
}

static int index_of(const char *const *names, int count, const char *text, size_t length)
{
    for (int i = 0; i < count; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0)
            return i;
    }
    return -1;
}

/* What a quantity can be in any family: the widest of TS 36.133, TS 38.133, TS 25.133 and
 * TS 45.008; a SINR is what modems measure. The range of a technology's level is left to
 * the reading. */
static bool can_be(enum mm_quantity quantity, double value)
{
    static const struct {
        double min, max;
    } ranges[MM_QUANTITY_COUNT] = {
        [MM_RSSI] = {-125, 0}, [MM_RSRP] = {-156, -31}, [MM_RSRQ] = {-43.5, 20},
        [MM_SNR] = {-30, 40},  [MM_RSCP] = {-120, -25}, [MM_ECIO] = {-32.5, 0},
    };
    return value >= ranges[quantity].min && value <= ranges[quantity].max;
}

/* "Lte.rsrp". What it cannot be (-DBL_MAX, 0 for a power, tenths of dB) is missing. */
static bool take_level(struct mm_facts *f, const char *key, const char *value)
{
    const char *dot = strchr(key, '.');
    if (!dot)
        return false;
    const int family = index_of(family_names, MM_FAMILY_COUNT, key, (size_t)(dot - key));
    const int quantity =
        index_of(quantity_names, MM_QUANTITY_COUNT, dot + 1, strlen(dot + 1));
    if (family < 0 || quantity < 0)
        return false;
    char *end;
    const double level = strtod(value, &end);
    if (end == value || *end != '\0' || !can_be((enum mm_quantity)quantity, level))
        return false;
    f->levels[family][quantity] = level;
    return true;
}

bool mm_facts_take(struct mm_facts *f, const char *key, const char *value)
{
    if (strcmp(key, "3gpp") == 0)
        return take_location(f, value);
    if (strcmp(key, "OperatorCode") == 0) {
        f->mccmnc = mccmnc_parse(value);
        return f->mccmnc != 0;
    }
    for (size_t i = 0; i < NUMBER_KEYS; i++) {
        if (strcmp(key, number_keys[i].key) != 0)
            continue;
        char *end;
        const long long number = strtoll(value, &end, 10);
        if (end == value || *end != '\0')
            return false;
        *number_at(f, &number_keys[i]) = number;
        return true;
    }
    return take_level(f, key, value);
}

bool mm_facts_has_level(const struct mm_facts *f)
{
    for (int i = 0; i < MM_FAMILY_COUNT * MM_QUANTITY_COUNT; i++) {
        if (isfinite(f->levels[i / MM_QUANTITY_COUNT][i % MM_QUANTITY_COUNT]))
            return true;
    }
    return false;
}

/* Appends "key=value;". What does not fit is left out whole. */
static void __attribute__((format(printf, 2, 3))) append(char *text, const char *fmt, ...)
{
    const size_t used = strlen(text);
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(text + used, MM_TEXT_SIZE - used, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= MM_TEXT_SIZE - used)
        text[used] = '\0';
}

static void append_levels(const struct mm_facts *f, char *text)
{
    for (int family = 0; family < MM_FAMILY_COUNT; family++) {
        for (int q = 0; q < MM_QUANTITY_COUNT; q++) {
            if (isfinite(f->levels[family][q]))
                append(text, "%s.%s=%.10g;", family_names[family], quantity_names[q],
                       f->levels[family][q]);
        }
    }
}

static void append_location(const struct mm_facts *f, char *text)
{
    char op[MCCMNC_TEXT_SIZE];
    mccmnc_format(f->location_mccmnc, op);
    append(text, "3gpp=%.3s,%s,%" PRIX64 ",%" PRIX64 ",%" PRIX64 ";", op[0] ? op : "0",
           op[0] ? op + 3 : "0", f->lac < 0 ? 0 : f->lac, f->cell_id < 0 ? 0 : f->cell_id,
           f->tac < 0 ? 0 : f->tac);
}

void mm_facts_format(const struct mm_facts *f, unsigned groups, char text[MM_TEXT_SIZE])
{
    text[0] = '\0';
    for (size_t i = 0; i < NUMBER_KEYS; i++) {
        const struct number_key *k = &number_keys[i];
        const int64_t value =
            *(const int64_t *)(const void *)((const char *)f + k->offset);
        if ((groups & 1U << k->group) && value != k->missing)
            append(text, "%s=%" PRId64 ";", k->key, value);
    }
    if ((groups & 1U << MM_3GPP) && f->mccmnc != 0) {
        char op[MCCMNC_TEXT_SIZE];
        mccmnc_format(f->mccmnc, op);
        append(text, "OperatorCode=%s;", op);
    }
    if (groups & 1U << MM_SIGNAL)
        append_levels(f, text);
    if ((groups & 1U << MM_LOCATION) && f->has_location)
        append_location(f, text);
    const size_t length = strlen(text);
    if (length > 0)
        text[length - 1] = '\0';
}

bool mm_facts_parse(struct mm_facts *f, const char *text)
{
    bool understood = false;
    mm_facts_clear(f);
    while (*text != '\0') {
        char key[32] = "", value[64] = "";
        const size_t length = strcspn(text, ";\r\n");
        const char *equals = memchr(text, '=', length);
        const size_t key_length = equals ? (size_t)(equals - text) : length;
        if (equals && key_length < sizeof key && length - key_length <= sizeof value) {
            memcpy(key, text, key_length);
            memcpy(value, equals + 1, length - key_length - 1);
            understood |= mm_facts_take(f, key, value);
        }
        text += length;
        text += *text != '\0';
    }
    return understood;
}

enum state mm_facts_state(const struct mm_facts *f)
{
    if (f->state < 0 || f->state == STATE_LOCKED || f->state == MM_STATE_DISABLED ||
        f->state == STATE_DISABLING || f->power == 1 || f->power == POWER_LOW)
        return STATE_RADIO_OFF;
    if (f->state < MM_STATE_ENABLED)
        return STATE_UNKNOWN;
    return units_registration_state((int)f->registration);
}

static enum tech technology(const struct mm_facts *f)
{
    const int64_t act = f->technologies;
    const bool lte = (act & ACT_LTE_KIN) != 0, nr = (act & ACT_NR) != 0;
    if (nr)
        return lte ? TECH_NR_NSA : TECH_NR_SA;
    if (lte)
        return TECH_LTE;
    if (act & ACT_UMTS_KIN)
        return TECH_WCDMA;
    return act & ACT_GSM_KIN ? TECH_GSM : TECH_NONE;
}

/* A level the technology can have, else missing (TS ranges: units). */
static double in_range(enum tech tech, double dbm)
{
    return units_level_dbm(tech, dbm) == LEVEL_NONE ? (double)NAN : dbm;
}

static void take_lte(const double *level, struct sample *radio)
{
    radio->rsrp_dbm = in_range(TECH_LTE, level[MM_RSRP]);
    radio->rsrq_db = level[MM_RSRQ];
    radio->sinr_db = level[MM_SNR];
    radio->rssi_dbm = level[MM_RSSI];
}

/* Only the family in use: ModemManager leaves the levels of the one before beside it. */
static void take_levels(const struct mm_facts *f, struct sample *radio)
{
    if (radio->tech == TECH_LTE || radio->tech == TECH_NR_NSA)
        take_lte(f->levels[MM_LTE], radio);
    if (radio->tech == TECH_NR_SA || radio->tech == TECH_NR_NSA) {
        radio->ss_rsrp_dbm = in_range(TECH_NR_SA, f->levels[MM_NR5G][MM_RSRP]);
        radio->ss_rsrq_db = f->levels[MM_NR5G][MM_RSRQ];
        radio->ss_sinr_db = f->levels[MM_NR5G][MM_SNR];
    }
    if (radio->tech == TECH_WCDMA) {
        radio->rscp_dbm = in_range(TECH_WCDMA, f->levels[MM_UMTS][MM_RSCP]);
        radio->ecno_db = f->levels[MM_UMTS][MM_ECIO];
        radio->rssi_dbm = f->levels[MM_UMTS][MM_RSSI];
    }
    if (radio->tech == TECH_GSM)
        radio->rxlev_dbm = in_range(TECH_GSM, f->levels[MM_GSM][MM_RSSI]);
}

void mm_facts_reading(const struct mm_facts *f, struct modem_reading *reading)
{
    char text[MM_TEXT_SIZE];
    modem_reading_clear(reading);
    mm_facts_format(f, MM_ALL_GROUPS, text);
    snprintf(reading->raw, sizeof reading->raw, "%s", text);
    reading->state = mm_facts_state(f);
    if (reading->state != STATE_IN_SERVICE)
        return;
    struct sample *radio = &reading->radio;
    radio->tech = technology(f);
    radio->mccmnc = f->mccmnc ? f->mccmnc : f->location_mccmnc;
    radio->cell_id = f->cell_id;
    radio->tac = radio->tech == TECH_GSM || radio->tech == TECH_WCDMA ? f->lac : f->tac;
    take_levels(f, radio);
}

void mm_facts_doubt(struct modem_reading *reading)
{
    char raw[MODEM_RAW_SIZE];
    memcpy(raw, reading->raw, sizeof raw);
    modem_reading_clear(reading);
    memcpy(reading->raw, raw, sizeof raw);
}
