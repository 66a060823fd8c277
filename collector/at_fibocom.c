/* Fibocom: AT+XMCI=1, AT+RSRP?, AT+RSRQ? (Intel XMM) and AT+GTCCINFO? (others)
 *
 *   +XMCI: type,mcc,mnc,tac,cell,pci,dl_earfcn,ul_earfcn,…,rsrp,rsrq,sinr,…
 *          type 4 LTE serving, 5 LTE neighbour; tac … ul_earfcn are "0x…"; indexes of
 * +CESQ +RSRP: pci,earfcn,dBm[,pci,earfcn,dBm…]            +RSRQ likewise; the serving
 * cell is first +GTCCINFO: LTE service cell:
 *   1,4,mcc,mnc,tac,cell,earfcn,pci,band,bw,rssnr,rxlev,rsrp,rsrq
 *   2,4,mcc,mnc,tac,cell,earfcn,pci,…,rsrp,rsrq neighbours 1,9 and 2,9 NR; ids, channel
 * and PCI hexadecimal; indexes of +CESQ; band 100 + n
 *
 * Firmware formats -7.50 as "-7.-50".
 *
 *   +XMCI:
 * 4,452,04,"0x4A05","0x01B3C20A","0x00D3","0x0000068B","0x00004CDB","0xFFFFFFFF",44,17,…
 */
#include <math.h>
#include <string.h>

#include "at_dialects.h"
#include "units.h"

enum { MODE_IDLE, MODE_CELLS };
enum { SERVING = 1, NEIGHBOUR = 2, INDEX_UNKNOWN = 255 };

static int read_index(struct at_fields *f, int i, int last)
{
    const int index = (int)at_int(f, i, 0, INDEX_UNKNOWN);
    if (index == INDEX_UNKNOWN)
        return ID_UNKNOWN;
    at_check(f, index, 0, last);
    return index;
}

static int64_t read_hex_arfcn(struct at_fields *f, int i, int64_t max)
{
    const int64_t arfcn = at_hex(f, i, max);
    return arfcn == 0 ? ID_UNKNOWN : arfcn;
}

static enum at_parse parse_xmci(struct at_fields *f, struct modem_reading *reading)
{
    enum { TYPE, MCC, MNC, TAC, CELL, PCI, DL_ARFCN, UL_ARFCN, LOSS, RSRP, RSRQ };
    enum { LTE_SERVING = 4, LTE_NEIGHBOUR = 5, TYPE_MAX = 5, ARFCN_MAX = 262143 };
    const int64_t type = at_int(f, TYPE, 0, TYPE_MAX);
    if (f->status != AT_PARSED)
        return f->status;
    if (type != LTE_SERVING && type != LTE_NEIGHBOUR)
        return AT_NOT_MINE; /* GSM and UMTS: in +CESQ */
    struct sample cell = at_cell_empty(TECH_LTE);
    cell.mccmnc = at_plmn(f, MCC, MNC);
    cell.tac = at_tac(f, TAC, TECH_LTE);
    cell.cell_id = at_cell_id(f, CELL, TECH_LTE);
    cell.pci = at_hex(f, PCI, 503);
    cell.arfcn = read_hex_arfcn(f, DL_ARFCN, ARFCN_MAX);
    cell.rsrp_dbm = units_cesq_rsrp_dbm(read_index(f, RSRP, 97));
    cell.rsrq_db = units_cesq_rsrq_db(read_index(f, RSRQ, 34));
    if (f->status != AT_PARSED)
        return f->status;
    /* +RSRP and +RSRQ are finer than the indexes, and may have come first. */
    const struct sample *known = &reading->heard.cell;
    const bool same = known->tech == TECH_LTE && known->pci == cell.pci;
    if (type == LTE_NEIGHBOUR) {
        at_neighbour_add(reading, &cell);
        return AT_PARSED;
    }
    if (same && isfinite(known->rsrp_dbm))
        cell.rsrp_dbm = NAN;
    if (same && isfinite(known->rsrq_db))
        cell.rsrq_db = NAN;
    at_cell_take(reading, &cell);
    return AT_PARSED;
}

/* +RSRP and +RSRQ: the first of the triples. */
static enum at_parse parse_triple(struct at_fields *f, bool is_level,
                                  struct modem_reading *reading)
{
    enum { PCI, ARFCN, VALUE };
    struct sample cell = at_cell_empty(TECH_LTE);
    cell.pci = at_pci(f, PCI, TECH_LTE);
    cell.arfcn = at_arfcn(f, ARFCN, TECH_LTE);
    if (is_level)
        cell.rsrp_dbm = at_level(f, VALUE, TECH_LTE);
    else
        cell.rsrq_db = at_rsrq(f, VALUE, TECH_LTE);
    if (f->status == AT_PARSED)
        at_cell_take(reading, &cell);
    return f->status;
}

static enum at_parse parse_cell_line(struct at_fields *f, struct modem_reading *reading)
{
    enum {
        ROLE,
        RAT,
        MCC,
        MNC,
        TAC,
        CELL,
        ARFCN,
        PCI,
        BAND,
        FIELDS_MIN = 12,
        LTE = 4,
        NR = 9
    };
    const int64_t role = at_int(f, ROLE, SERVING, NEIGHBOUR);
    const int64_t rat = at_int(f, RAT, 0, NR);
    if (f->status != AT_PARSED)
        return f->status;
    if (rat != LTE && rat != NR)
        return AT_NOT_MINE;
    if (f->count < FIELDS_MIN)
        return AT_MALFORMED;
    struct sample cell = at_cell_empty(rat == LTE ? TECH_LTE : TECH_NR_SA);
    cell.mccmnc = at_plmn(f, MCC, MNC);
    cell.tac = at_tac(f, TAC, cell.tech);
    cell.cell_id = at_cell_id(f, CELL, cell.tech);
    cell.arfcn = read_hex_arfcn(f, ARFCN, rat == LTE ? 262143 : 3279165);
    cell.pci = at_hex(f, PCI, rat == LTE ? 503 : 1007);
    if (rat == LTE) {
        cell.rsrp_dbm = units_cesq_rsrp_dbm(read_index(f, f->count - 2, 97));
        cell.rsrq_db = units_cesq_rsrq_db(read_index(f, f->count - 1, 34));
    } else {
        cell.ss_rsrp_dbm = units_cesq_ss_rsrp_dbm(read_index(f, f->count - 2, 127));
        cell.ss_rsrq_db = units_cesq_ss_rsrq_db(read_index(f, f->count - 1, 127));
    }
    const int64_t band = role == SERVING ? at_int(f, BAND, 0, 9999) : ID_UNKNOWN;
    if (f->status != AT_PARSED)
        return f->status;
    if (role == NEIGHBOUR) {
        at_neighbour_add(reading, &cell);
        return AT_PARSED;
    }
    if (rat == NR && reading->heard.cell.tech == TECH_LTE)
        cell.tech = TECH_NR_NSA; /* behind the line of its anchor */
    at_cell_take(reading, &cell);
    if (rat == LTE)
        at_band_take(reading, TECH_LTE, band - 100);
    else if (cell.tech == TECH_NR_SA && band >= 5000)
        at_band_take(reading, TECH_NR_SA, band >= 50100 ? band - 50000 : band % 100);
    return AT_PARSED;
}

const char *const at_fibocom_setup[] = {AT_COMMON_SETUP, NULL};
const char *const at_fibocom_polls[] = {"+GTCCINFO?", "+XMCI=1",       "+RSRP?",
                                        "+RSRQ?",     AT_COMMON_POLLS, NULL};

bool at_fibocom_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "fibocom") || at_holds(model, "fibocom");
}

enum at_parse at_fibocom_parse(const char *line, struct at_context *context,
                               struct modem_reading *reading)
{
    struct at_fields f;
    const char *body;
    if (at_body(line, "+GTCCINFO") != NULL) {
        context->mode = MODE_CELLS;
        return AT_PARSED;
    }
    if ((body = at_body(line, "+XMCI")) != NULL) {
        at_split(body, &f);
        return f.status == AT_PARSED ? parse_xmci(&f, reading) : f.status;
    }
    const char *rsrp = at_body(line, "+RSRP");
    body = rsrp != NULL ? rsrp : at_body(line, "+RSRQ");
    if (body != NULL) {
        at_split(body, &f);
        return f.status == AT_PARSED ? parse_triple(&f, rsrp != NULL, reading) : f.status;
    }
    const bool cell_line = at_begins(line, "1,") || at_begins(line, "2,");
    if (context->mode != MODE_CELLS || !cell_line)
        return AT_NOT_MINE;
    at_split(line, &f);
    return f.status == AT_PARSED ? parse_cell_line(&f, reading) : f.status;
}
