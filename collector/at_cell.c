/* Cells of AT answers. */
#include "at_cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

/* What the identifiers of a cell can be (TS 36.211 §6.11, TS 38.211 §7.4.2, TS 25.213
 * §5.2.3, TS 23.003 §4; channels TS 36.101 §5.7.3, TS 38.104 §5.4.2, TS 25.101 §5.4.3,
 * TS 45.005 §2). */
static const struct {
    int64_t pci_max;
    int64_t arfcn_max;
    int64_t tac_max;
    int64_t cell_id_max; /* all ones */
} limits[TECH_COUNT] = {
    [TECH_GSM] = {63, 1023, 0xFFFF, 0xFFFF},
    [TECH_WCDMA] = {511, 16383, 0xFFFF, 0xFFFFFFF},
    [TECH_LTE] = {503, 262143, 0xFFFF, 0xFFFFFFF},
    [TECH_NR_NSA] = {1007, 3279165, 0xFFFFFF, 0xFFFFFFFFF},
    [TECH_NR_SA] = {1007, 3279165, 0xFFFFFF, 0xFFFFFFFFF},
};

static bool is_nr(enum tech tech)
{
    return tech == TECH_NR_SA || tech == TECH_NR_NSA;
}

int64_t at_pci(struct at_fields *fields, int i, enum tech tech)
{
    return at_int(fields, i, 0, limits[tech].pci_max);
}

int64_t at_arfcn(struct at_fields *fields, int i, enum tech tech)
{
    const int64_t arfcn = at_int(fields, i, 0, limits[tech].arfcn_max);
    return arfcn == 0 && tech != TECH_GSM ? ID_UNKNOWN : arfcn;
}

int64_t at_tac(struct at_fields *fields, int i, enum tech tech)
{
    const int64_t max = limits[tech].tac_max;
    const int64_t tac = at_hex(fields, i, max);
    return tac == 0 || tac >= max - 1 || tac == 0xFFFE ? ID_UNKNOWN : tac;
}

static int64_t known_cell_id(int64_t cell_id, enum tech tech)
{
    return cell_id == 0 || cell_id == limits[tech].cell_id_max ? ID_UNKNOWN : cell_id;
}

int64_t at_cell_id(struct at_fields *fields, int i, enum tech tech)
{
    return known_cell_id(at_hex(fields, i, limits[tech].cell_id_max), tech);
}

int64_t at_cell_id_decimal(struct at_fields *fields, int i, enum tech tech)
{
    /* A WCDMA id with its top bit set is printed as a negative number by some firmware.
     */
    if (tech == TECH_WCDMA && at_text(fields, i)[0] == '-')
        return ID_UNKNOWN;
    return known_cell_id(at_int(fields, i, 0, limits[tech].cell_id_max), tech);
}

double at_level_check(struct at_fields *fields, double dbm, enum tech tech)
{
    const struct units_range range = units_level_range(tech);
    return at_check(fields, dbm, range.min_dbm, range.max_dbm);
}

double at_level(struct at_fields *fields, int i, enum tech tech)
{
    const struct units_range range = units_level_range(tech);
    return at_number(fields, i, range.min_dbm, range.max_dbm);
}

double at_rsrq_check(struct at_fields *fields, double db, enum tech tech)
{
    /* TS 36.133 §9.1.7 (extended range), TS 38.133 §10.1.11 */
    return is_nr(tech) ? at_check(fields, db, -43.5, 20) : at_check(fields, db, -34, 2.5);
}

double at_rsrq(struct at_fields *fields, int i, enum tech tech)
{
    return at_rsrq_check(fields, at_number(fields, i, -1000, 1000), tech);
}

double at_sinr(struct at_fields *fields, int i)
{
    return at_number(fields, i, -23.5, 40); /* TS 38.133 §10.1.16 */
}

double at_ecno(struct at_fields *fields, int i)
{
    return at_number(fields, i, -32,
                     0); /* TS 25.133 §9.1.2.3: -24.5; modems print lower */
}

double at_rssi(struct at_fields *fields, int i)
{
    return at_number(fields, i, -125, 0);
}

mccmnc_t at_plmn(struct at_fields *fields, int mcc, int mnc)
{
    enum { MCC_DIGITS = 3 };
    const char *mcc_text = at_text(fields, mcc);
    const char *mnc_text = at_text(fields, mnc);
    /* "fff" and 65535 are no network */
    if (*mcc_text == '\0' || *mnc_text == '\0' || at_begins(mcc_text, "f") ||
        strcmp(mcc_text, "65535") == 0)
        return 0;
    /* A modem that keeps the MCC as a number prints 001 as 1. */
    char padded[MCC_DIGITS + 1] = "000";
    const size_t len = strlen(mcc_text);
    if (len <= MCC_DIGITS)
        memcpy(padded + MCC_DIGITS - len, mcc_text, len);
    const mccmnc_t code = len <= MCC_DIGITS ? mccmnc_join(padded, mnc_text) : 0;
    if (code == 0 && fields->status == AT_PARSED)
        fields->status = AT_MALFORMED;
    return strcmp(padded, "000") == 0 ? 0 : code;
}

mccmnc_t at_plmn_text(struct at_fields *fields, int i)
{
    const char *text = at_text(fields, i);
    if (*text == '\0' || at_begins(text, "000") || at_begins(text, "fff"))
        return 0;
    const mccmnc_t code = mccmnc_parse(text);
    if (code == 0 && fields->status == AT_PARSED)
        fields->status = AT_MALFORMED;
    return code;
}

enum tech at_act_tech(int act)
{
    switch (act) {
    case 0:
    case 1:
    case 3:
    case 8:
        return TECH_GSM;
    case 2:
    case 4:
    case 5:
    case 6:
        return TECH_WCDMA;
    case 7:
    case 10: /* E-UTRA of a 5G core */
    case 13: /* E-UTRA with NR beside it: NR_NSA only where NR is measured */
        return TECH_LTE;
    case 11:
    case 12:
        return TECH_NR_SA;
    default:
        return TECH_NONE;
    }
}

struct sample at_cell_empty(enum tech tech)
{
    struct sample cell = sample_empty();
    cell.tech = tech;
    return cell;
}

void at_cell_set_pair(struct at_fields *fields, double first, double second,
                      struct sample *cell)
{
    enum { LEVEL_BELOW = -44 }; /* no RSRQ is as low, and no RSRP of a phone as high */
    double level = fmin(first, second); /* one that is missing leaves the other */
    double rsrq = fmax(first, second);
    if (level == rsrq && level < LEVEL_BELOW)
        rsrq = NAN;
    else if (level == rsrq)
        level = NAN;
    sample_set_level_dbm(cell, cell->tech, at_level_check(fields, level, cell->tech));
    rsrq = at_rsrq_check(fields, rsrq, cell->tech);
    if (is_nr(cell->tech))
        cell->ss_rsrq_db = rsrq;
    else
        cell->rsrq_db = rsrq;
}

static void merge_id(int64_t *to, int64_t from)
{
    if (from != ID_UNKNOWN)
        *to = from;
}

static void merge_double(double *to, double from)
{
    if (isfinite(from))
        *to = from;
}

void at_cell_take(struct modem_reading *reading, const struct sample *cell)
{
    struct sample *to =
        cell->tech == TECH_NR_NSA ? &reading->heard.nr : &reading->heard.cell;
    const bool other_cell =
        to->pci != ID_UNKNOWN && cell->pci != ID_UNKNOWN && to->pci != cell->pci;
    if (to->tech != cell->tech || other_cell) {
        *to = *cell;
        if (cell->tech != TECH_NR_NSA)
            reading->band[0] = '\0';
        return;
    }
    if (cell->mccmnc != 0)
        to->mccmnc = cell->mccmnc;
    merge_id(&to->tac, cell->tac);
    merge_id(&to->cell_id, cell->cell_id);
    merge_id(&to->pci, cell->pci);
    merge_id(&to->arfcn, cell->arfcn);
    merge_id(&to->ta, cell->ta);
    merge_double(&to->rsrp_dbm, cell->rsrp_dbm);
    merge_double(&to->rsrq_db, cell->rsrq_db);
    merge_double(&to->sinr_db, cell->sinr_db);
    merge_double(&to->rssi_dbm, cell->rssi_dbm);
    merge_double(&to->rscp_dbm, cell->rscp_dbm);
    merge_double(&to->ecno_db, cell->ecno_db);
    merge_double(&to->rxlev_dbm, cell->rxlev_dbm);
    merge_double(&to->ss_rsrp_dbm, cell->ss_rsrp_dbm);
    merge_double(&to->ss_rsrq_db, cell->ss_rsrq_db);
    merge_double(&to->ss_sinr_db, cell->ss_sinr_db);
}

void at_band_take(struct modem_reading *reading, enum tech tech, int64_t band)
{
    enum { BAND_MAX = 999 };
    if (band < 1 || band > BAND_MAX || (tech != TECH_LTE && !is_nr(tech)))
        return;
    snprintf(reading->band, sizeof reading->band, "%c%d", tech == TECH_LTE ? 'B' : 'n',
             (int)band);
}

void at_neighbour_add(struct modem_reading *reading, const struct sample *cell)
{
    if (reading->neighbour_count == MODEM_NEIGHBOURS_MAX || cell->pci == ID_UNKNOWN ||
        !isfinite(sample_level_dbm(cell, cell->tech)))
        return;
    reading->neighbours[reading->neighbour_count++] = *cell;
}
