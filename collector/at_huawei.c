/* Huawei: AT^HCSQ? and AT^MONSC
 *
 *   ^HCSQ: "LTE",rssi,rsrp,sinr,rsrq       -121+n, -141+n dBm, -20.2+n/5, -20+n/2 dB
 *   ^HCSQ: "WCDMA",rssi,rscp,ecio          -121+n, -121+n dBm, -32.5+n/2 dB
 *   ^HCSQ: "GSM",rssi                      -121+n dBm
 *   ^HCSQ: "NOSERVICE"                     255 in a field: unknown; 0: below the range
 *   ^MONSC: LTE,mcc,mnc,earfcn,cell,pci,tac,rsrp,rsrq,rssi
 *   ^MONSC: NR,mcc,mnc,arfcn,scs,cell,pci,tac,rsrp,rsrq,sinr
 *   ^MONSC: WCDMA,mcc,mnc,uarfcn,psc,cell,lac,rscp,rssi,ecno,drx,ura
 *   ^MONSC: GSM,mcc,mnc,band,arfcn,bsic,cell,lac,rssi,rxqual,ta
 *   ^MONSC: NONE
 *
 * ^HCSQ also comes by itself, with or without the quotes and the blank. In ^MONSC the
 * cell, TAC, LAC and the PCI of LTE and NR are hexadecimal, the PSC is decimal; a value
 * that is not known is an empty field. In dual connectivity there is a line for LTE and
 * one for NR. The indexes that ^HCSQ gives for NR follow no scale that is the same in all
 * firmware: ^MONSC is read there.
 *
 *   ^HCSQ: "LTE",54,44,131,18
 *   ^MONSC: LTE,452,04,1675,1B3C20A,D3,4A05,-97,-11,-66 */
#include <math.h>

#include "at_dialects.h"
#include "units.h"

enum { INDEX_UNKNOWN = 255 };

/* An index of ^HCSQ; ID_UNKNOWN where it is missing. */
static int hcsq_index(struct at_fields *f, int i, int last)
{
    const int index = (int)at_int(f, i, 0, INDEX_UNKNOWN);
    if (index == INDEX_UNKNOWN)
        return ID_UNKNOWN;
    at_check(f, index, 0, last);
    return index;
}

static double indexed(int index, double base, double step)
{
    return index < 0 ? (double)NAN : base + step * index;
}

static double hcsq_rssi_dbm(struct at_fields *f, int i)
{
    return indexed(hcsq_index(f, i, 96), -121, 1);
}

static enum at_parse parse_hcsq(struct at_fields *f, struct modem_reading *reading)
{
    if (at_is(f, 0, "NOSERVICE")) {
        reading->heard.cell_state = STATE_NO_SERVICE;
        return AT_PARSED;
    }
    const enum tech tech = tech_parse(at_text(f, 0));
    struct sample cell = at_cell_empty(tech);
    if (tech == TECH_LTE) {
        cell.rssi_dbm = hcsq_rssi_dbm(f, 1);
        cell.rsrp_dbm = units_cesq_rsrp_dbm(hcsq_index(f, 2, 97));
        cell.sinr_db = indexed(hcsq_index(f, 3, 251), -20.2, 0.2);
        cell.rsrq_db = units_cesq_rsrq_db(hcsq_index(f, 4, 34));
    } else if (tech == TECH_WCDMA) {
        cell.rssi_dbm = hcsq_rssi_dbm(f, 1);
        cell.rscp_dbm = units_cesq_rscp_dbm(hcsq_index(f, 2, 96));
        cell.ecno_db = indexed(hcsq_index(f, 3, 65), -32.5, 0.5);
    } else if (tech == TECH_GSM) {
        /* Indexes below 8 lie under the range of RxLev: heard, but no level. */
        const double rxlev = hcsq_rssi_dbm(f, 1);
        cell.rssi_dbm = rxlev;
        cell.rxlev_dbm =
            units_level_dbm(TECH_GSM, rxlev) == LEVEL_NONE ? (double)NAN : rxlev;
    } else if (tech != TECH_NR_SA) {
        return AT_MALFORMED;
    }
    if (f->status == AT_PARSED)
        at_cell_take(reading, &cell);
    return f->status;
}

static void read_lte(struct at_fields *f, struct sample *cell)
{
    enum { ARFCN = 3, CELL, PCI, TAC, RSRP, RSRQ, RSSI };
    cell->arfcn = at_arfcn(f, ARFCN, TECH_LTE);
    cell->cell_id = at_cell_id(f, CELL, TECH_LTE);
    cell->pci = at_hex(f, PCI, 503);
    cell->tac = at_tac(f, TAC, TECH_LTE);
    cell->rsrp_dbm = at_level(f, RSRP, TECH_LTE);
    cell->rsrq_db = at_rsrq(f, RSRQ, TECH_LTE);
    cell->rssi_dbm = at_rssi(f, RSSI);
}

static void read_nr(struct at_fields *f, struct sample *cell)
{
    enum { ARFCN = 3, SCS, CELL, PCI, TAC, RSRP, RSRQ, SINR };
    cell->arfcn = at_arfcn(f, ARFCN, TECH_NR_SA);
    cell->cell_id = at_cell_id(f, CELL, TECH_NR_SA);
    cell->pci = at_hex(f, PCI, 1007);
    cell->tac = at_tac(f, TAC, TECH_NR_SA);
    cell->ss_rsrp_dbm = at_level(f, RSRP, TECH_NR_SA);
    cell->ss_rsrq_db = at_rsrq(f, RSRQ, TECH_NR_SA);
    cell->ss_sinr_db = at_sinr(f, SINR);
}

static void read_wcdma(struct at_fields *f, struct sample *cell)
{
    enum { ARFCN = 3, PSC, CELL, LAC, RSCP, RSSI, ECNO };
    cell->arfcn = at_arfcn(f, ARFCN, TECH_WCDMA);
    cell->pci = at_pci(f, PSC, TECH_WCDMA);
    cell->cell_id = at_cell_id(f, CELL, TECH_WCDMA);
    cell->tac = at_tac(f, LAC, TECH_WCDMA);
    cell->rscp_dbm = at_level(f, RSCP, TECH_WCDMA);
    cell->rssi_dbm = at_rssi(f, RSSI);
    cell->ecno_db = at_ecno(f, ECNO);
}

static void read_gsm(struct at_fields *f, struct sample *cell)
{
    enum { BAND = 3, ARFCN, BSIC, CELL, LAC, RSSI, RXQUAL, TA, TA_MAX = 63 };
    cell->arfcn = at_arfcn(f, ARFCN, TECH_GSM);
    cell->pci = at_pci(f, BSIC, TECH_GSM);
    cell->cell_id = at_cell_id(f, CELL, TECH_GSM);
    cell->tac = at_tac(f, LAC, TECH_GSM);
    cell->rxlev_dbm = at_level(f, RSSI, TECH_GSM);
    cell->ta = at_int(f, TA, 0, TA_MAX);
}

static enum at_parse parse_monsc(struct at_fields *f, struct modem_reading *reading)
{
    enum { MCC = 1, MNC };
    if (at_is(f, 0, "NONE"))
        return AT_PARSED;
    const enum tech tech = tech_parse(at_text(f, 0));
    if (tech == TECH_NONE)
        return AT_MALFORMED;
    struct sample cell = at_cell_empty(tech);
    cell.mccmnc = at_plmn(f, MCC, MNC);
    if (tech == TECH_LTE)
        read_lte(f, &cell);
    else if (tech == TECH_WCDMA)
        read_wcdma(f, &cell);
    else if (tech == TECH_GSM)
        read_gsm(f, &cell);
    else
        read_nr(f, &cell);
    if (f->status != AT_PARSED)
        return f->status;
    /* Both lines in one round: NR beside an LTE anchor. */
    struct sample *serving = &reading->heard.cell;
    if (tech == TECH_NR_SA && serving->tech == TECH_LTE && serving->pci != ID_UNKNOWN) {
        cell.tech = TECH_NR_NSA;
    } else if (tech == TECH_LTE && serving->tech == TECH_NR_SA &&
               serving->pci != ID_UNKNOWN) {
        struct sample nr = *serving;
        nr.tech = TECH_NR_NSA;
        at_cell_take(reading, &nr);
    }
    at_cell_take(reading, &cell);
    return AT_PARSED;
}

const char *const at_huawei_setup[] = {AT_COMMON_SETUP, NULL};
const char *const at_huawei_polls[] = {"^HCSQ?", "^MONSC", AT_COMMON_POLLS, NULL};

bool at_huawei_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "huawei") || at_holds(model, "huawei");
}

enum at_parse at_huawei_parse(const char *line, struct at_context *context,
                              struct modem_reading *reading)
{
    (void)context;
    const char *hcsq = at_body(line, "^HCSQ");
    const char *monsc = at_body(line, "^MONSC");
    if (hcsq == NULL && monsc == NULL)
        return AT_NOT_MINE;
    struct at_fields f;
    at_split(hcsq != NULL ? hcsq : monsc, &f);
    if (f.status != AT_PARSED)
        return f.status;
    if (*at_text(&f, 0) == '(')
        return AT_NOT_MINE;
    return hcsq != NULL ? parse_hcsq(&f, reading) : parse_monsc(&f, reading);
}
