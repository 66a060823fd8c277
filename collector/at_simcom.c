/* SIMCom: AT+CPSI?
 *
 *   +CPSI: LTE,Online,mcc-mnc,tac,cell,pci,band,earfcn,dl_bw,ul_bw,rsrq,rsrp,rssi,rssnr
 *   +CPSI: NR5G_SA,Online,mcc-mnc,tac,cell,pci,band,arfcn,rsrp,rsrq,snr
 *   +CPSI: NR5G_NSA,pci,band,arfcn,rsrp,rsrq,snr…        second line, behind that of LTE
 *   +CPSI: WCDMA,Online,mcc-mnc,lac,cell,band,psc,uarfcn,ssc,ecio,rscp,qual,rxlev,txpwr
 *   +CPSI: GSM,Online,mcc-mnc,lac,cell,arfcn band,rxlev,…
 *   +CPSI: NO SERVICE,Online
 *
 * TAC and LAC are hexadecimal (0x…), the cell is decimal. Firmware of the SIM8200 says
 * NR5G for both and leaves the band out; RSRP and RSRQ change places between versions.
 * Levels of LTE come in three scales under one name, told apart by RSRP: tenths (-889),
 * plain (-89) and coded as in +CESQ (52); RSSI is not coded the same way everywhere and
 * is left out there. RSSNR (19) may be dB or 2n - 20: the ranges overlap, so it stays in
 * the raw answer. Ec/Io and RSCP of WCDMA are printed without their sign. While the modem
 * changes cells, all values are 0.
 *
 *   +CPSI: LTE,Online,452-04,0x4A05,28558858,211,EUTRAN-BAND3,1675,5,5,-112,-973,-661,14
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "at_dialects.h"
#include "units.h"

/* The number at the end of "EUTRAN-BAND3" and "NR5G_BAND78"; 0 without one. */
static int band_number(const char *text)
{
    const char *digits = text + strlen(text);
    while (digits > text && isdigit((unsigned char)digits[-1]))
        digits--;
    return strlen(digits) <= 3 ? (int)strtol(digits, NULL, 10) : 0;
}

/* dBm and dB of values that may be tenths. */
static double scaled(double value, bool tenths)
{
    return tenths ? value / 10 : value;
}

static void lte_levels(struct at_fields *f, int i, struct sample *cell)
{
    enum { RSRQ, RSRP, RSSI, TENTHS_BELOW = -160 };
    const double rsrp = at_number(f, i + RSRP, -1600, 97);
    const double rsrq = at_number(f, i + RSRQ, -400, 34);
    if (rsrp > 0) {
        cell->rsrp_dbm = units_cesq_rsrp_dbm((int)rsrp);
        cell->rsrq_db =
            rsrq >= 0 ? units_cesq_rsrq_db((int)rsrq) : at_rsrq_check(f, rsrq, TECH_LTE);
        return;
    }
    if (rsrp == 0 && rsrq == 0)
        return;
    const bool tenths = rsrp < TENTHS_BELOW;
    cell->rsrp_dbm = at_level_check(f, scaled(rsrp, tenths), TECH_LTE);
    cell->rsrq_db = at_rsrq_check(f, scaled(rsrq, tenths), TECH_LTE);
    cell->rssi_dbm =
        at_check(f, scaled(at_number(f, i + RSSI, -1250, 0), tenths), -125, 0);
}

static enum at_parse take_lte(struct at_fields *f, struct modem_reading *reading)
{
    enum { PLMN = 2, TAC, CELL, PCI, BAND, ARFCN, DL, UL, LEVELS, BANDWIDTH_MAX = 100 };
    struct sample cell = at_cell_empty(TECH_LTE);
    cell.mccmnc = at_plmn_text(f, PLMN);
    cell.tac = at_tac(f, TAC, TECH_LTE);
    cell.cell_id = at_cell_id_decimal(f, CELL, TECH_LTE);
    cell.pci = at_pci(f, PCI, TECH_LTE);
    cell.arfcn = at_arfcn(f, ARFCN, TECH_LTE);
    at_int(f, DL, 0, BANDWIDTH_MAX);
    at_int(f, UL, 0, BANDWIDTH_MAX);
    lte_levels(f, LEVELS, &cell);
    if (f->status != AT_PARSED)
        return f->status;
    at_cell_take(reading, &cell);
    at_band_take(reading, TECH_LTE, band_number(at_text(f, BAND)));
    return AT_PARSED;
}

/* From the PCI on; the band, which is the only text, may be left out. */
static enum at_parse take_nr(struct at_fields *f, int i, struct sample *cell,
                             struct modem_reading *reading)
{
    enum { TENTHS_BELOW = -160 };
    cell->pci = at_pci(f, i, cell->tech);
    const char *band = at_text(f, i + 1);
    const bool has_band = isalpha((unsigned char)*band);
    i += has_band ? 2 : 1;
    cell->arfcn = at_arfcn(f, i, cell->tech);
    const double first = at_number(f, i + 1, -1600, 200);
    const double second = at_number(f, i + 2, -1600, 200);
    const bool tenths = fmin(first, second) < TENTHS_BELOW;
    if (first != 0 || second != 0)
        at_cell_set_pair(f, scaled(first, tenths), scaled(second, tenths), cell);
    if (f->status != AT_PARSED)
        return f->status;
    at_cell_take(reading, cell);
    if (has_band && cell->tech == TECH_NR_SA)
        at_band_take(reading, TECH_NR_SA, band_number(band));
    return AT_PARSED;
}

static enum at_parse take_nr_sa(struct at_fields *f, struct modem_reading *reading)
{
    enum { PLMN = 2, TAC, CELL, PCI };
    struct sample cell = at_cell_empty(TECH_NR_SA);
    cell.mccmnc = at_plmn_text(f, PLMN);
    cell.tac = at_tac(f, TAC, TECH_NR_SA);
    cell.cell_id = at_cell_id_decimal(f, CELL, TECH_NR_SA);
    return take_nr(f, PCI, &cell, reading);
}

static enum at_parse take_nr_nsa(struct at_fields *f, struct modem_reading *reading)
{
    struct sample cell = at_cell_empty(TECH_NR_NSA);
    return take_nr(f, 1, &cell, reading);
}

static enum at_parse take_wcdma(struct at_fields *f, struct modem_reading *reading)
{
    enum { PLMN = 2, LAC, CELL, BAND, PSC, ARFCN, SSC, ECIO, RSCP };
    struct sample cell = at_cell_empty(TECH_WCDMA);
    cell.mccmnc = at_plmn_text(f, PLMN);
    cell.tac = at_tac(f, LAC, TECH_WCDMA);
    cell.cell_id = at_cell_id_decimal(f, CELL, TECH_WCDMA);
    cell.pci = at_pci(f, PSC, TECH_WCDMA);
    cell.arfcn = at_arfcn(f, ARFCN, TECH_WCDMA);
    const double ecio = fabs(at_number(f, ECIO, -32, 32));
    const double rscp = fabs(at_number(f, RSCP, -200, 200));
    if (rscp != 0) {
        cell.ecno_db = -ecio;
        cell.rscp_dbm = at_level_check(f, -rscp, TECH_WCDMA);
    }
    if (f->status == AT_PARSED)
        at_cell_take(reading, &cell);
    return f->status;
}

static enum at_parse take_gsm(struct at_fields *f, struct modem_reading *reading)
{
    enum { PLMN = 2, LAC, CELL, ARFCN, RXLEV, ARFCN_MAX = 1023 };
    struct sample cell = at_cell_empty(TECH_GSM);
    cell.mccmnc = at_plmn_text(f, PLMN);
    cell.tac = at_tac(f, LAC, TECH_GSM);
    cell.cell_id = at_cell_id_decimal(f, CELL, TECH_GSM);
    /* "27 EGSM 900": the channel and the band in one field. */
    const char *channel = at_text(f, ARFCN);
    char *end = NULL;
    const long arfcn = strtol(channel, &end, 10);
    if (end != channel && arfcn >= 0 && arfcn <= ARFCN_MAX)
        cell.arfcn = arfcn;
    /* Some firmware puts a comma between them. */
    const int level = isalpha((unsigned char)*at_text(f, RXLEV)) ? RXLEV + 1 : RXLEV;
    cell.rxlev_dbm = at_level(f, level, TECH_GSM);
    if (f->status == AT_PARSED)
        at_cell_take(reading, &cell);
    return f->status;
}

/* "NR5G,pci,arfcn,…" is the second line of dual connectivity, "NR5G,Online,…" stands
 * alone. */
static enum at_parse take_nr_either(struct at_fields *f, struct modem_reading *reading)
{
    return isalpha((unsigned char)*at_text(f, 1)) ? take_nr_sa(f, reading)
                                                  : take_nr_nsa(f, reading);
}

static enum at_parse take_no_service(struct at_fields *f, struct modem_reading *reading)
{
    (void)f;
    reading->heard.cell_state = STATE_NO_SERVICE;
    return AT_PARSED;
}

const char *const at_simcom_setup[] = {AT_COMMON_SETUP, NULL};
const char *const at_simcom_polls[] = {"+CPSI?", AT_COMMON_POLLS, NULL};

bool at_simcom_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "simcom") || at_holds(model, "simcom");
}

enum at_parse at_simcom_parse(const char *line, struct at_context *context,
                              struct modem_reading *reading)
{
    (void)context;
    static const struct {
        const char *mode;
        enum at_parse (*take)(struct at_fields *f, struct modem_reading *reading);
    } modes[] = {{"LTE", take_lte},        {"LTE CAT-M1", take_lte},
                 {"NR5G_SA", take_nr_sa},  {"NR5G_NSA", take_nr_nsa},
                 {"NR5G", take_nr_either}, {"WCDMA", take_wcdma},
                 {"GSM", take_gsm},        {"NO SERVICE", take_no_service}};
    const char *body = at_body(line, "+CPSI");
    if (body == NULL)
        return AT_NOT_MINE;
    struct at_fields f;
    at_split(body, &f);
    if (f.status != AT_PARSED)
        return f.status;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (!at_is(&f, 0, modes[i].mode))
            continue;
        const enum at_parse result = modes[i].take(&f, reading);
        if (at_is(&f, 1, "Low Power Mode") || at_is(&f, 1, "Offline"))
            reading->heard.cell_state = STATE_RADIO_OFF;
        return result;
    }
    return AT_MALFORMED;
}
