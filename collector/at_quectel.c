/* Quectel: AT+QENG="servingcell" and AT+QENG="neighbourcell".
 *
 *   +QENG:
 * "servingcell",state,"LTE",duplex,mcc,mnc,cellid,pci,earfcn,band,ul_bw,dl_bw,tac,
 *          rsrp,rsrq,rssi,sinr,…
 *   +QENG: "servingcell",state,"NR5G-SA",duplex,mcc,mnc,cellid,pci,tac,arfcn,band,dl_bw,
 *          rsrp,rsrq,sinr,…
 *   +QENG: "servingcell",state,"WCDMA",mcc,mnc,lac,cellid,uarfcn,psc,rac,rscp,ecio,…
 *   +QENG: "servingcell",state,"GSM",mcc,mnc,lac,cellid,bsic,arfcn,band,rxlev,…
 * Dual connectivity takes three lines:
 *   +QENG: "servingcell",state
 *   +QENG: "LTE",duplex,mcc,… as above
 *   +QENG:"NR5G-NSA",mcc,mnc,pci,rsrp,sinr,rsrq[,arfcn,band,…]          (SINR before
 * RSRQ) Neighbours: +QENG: "neighbourcell intra","LTE",earfcn,pci,rsrq,rsrp,…      (inter
 * likewise; some models put rsrp first, as all do in "neighbourcell","LTE" and
 * "neighbourcell","NR") +QENG: "neighbourcell","WCDMA",uarfcn,…,psc,rscp,ecno,… (0, 1 or
 * 3 fields before psc) +QENG: "neighbourcell","GSM",mcc,mnc,lac,cellid,bsic,arfcn,rxlev,…
 *
 * State: SEARCH no service; LIMSRV limited; NOCONN, CONNECT in service. Cell ids, TAC and
 * LAC are hexadecimal; '-' is missing; the number of fields at the end varies with the
 * model. SINR has three scales under one name: dB, 0.2n - 20 (LTE), tenths (NR). They can
 * be told apart where a modem holds a cell at all, above -10 dB; in between it stays
 * missing.
 *
 *   +QENG:
 * "servingcell","NOCONN","LTE","FDD",452,04,1B3C20A,211,1675,3,5,5,4A05,-97,-11,-66,12,-
 */
#include <math.h>
#include <string.h>

#include "at_dialects.h"

static double lte_sinr(struct at_fields *f, int i)
{
    enum { DB_MAX = 30, CODED_MIN = 50, CODED_MAX = 250 };
    const double raw = at_number(f, i, -30, CODED_MAX);
    if (raw <= DB_MAX)
        return raw;
    return raw >= CODED_MIN ? 0.2 * raw - 20 : (double)NAN;
}

static double nr_sinr(struct at_fields *f, int i)
{
    enum { DB_MAX = 40, TENTHS_MAX = 400 };
    const double raw = at_number(f, i, -235, TENTHS_MAX);
    return raw < -30 || raw > DB_MAX ? raw / 10 : raw;
}

/* RSCP and Ec/No come in dB or in tenths; both of a line in the same. */
static void wcdma_levels(struct at_fields *f, int i, struct sample *cell)
{
    const double rscp = at_number(f, i, -1200, 0);
    const double ecno = at_number(f, i + 1, -320, 0);
    const double scale = rscp < -200 ? 10 : 1;
    cell->rscp_dbm = at_level_check(f, rscp / scale, TECH_WCDMA);
    cell->ecno_db = at_check(f, ecno / scale, -32, 0);
}

/* Each reads a cell from the field behind the technology's name. */
static struct sample read_lte(struct at_fields *f, int i, int64_t *band)
{
    enum {
        DUPLEX,
        MCC,
        MNC,
        CELL,
        PCI,
        ARFCN,
        BAND,
        UL,
        DL,
        TAC,
        RSRP,
        RSRQ,
        RSSI,
        SINR
    };
    enum { BANDWIDTH_MAX = 5 };
    struct sample cell = at_cell_empty(TECH_LTE);
    cell.mccmnc = at_plmn(f, i + MCC, i + MNC);
    cell.cell_id = at_cell_id(f, i + CELL, TECH_LTE);
    cell.pci = at_pci(f, i + PCI, TECH_LTE);
    cell.arfcn = at_arfcn(f, i + ARFCN, TECH_LTE);
    *band = at_int(f, i + BAND, 0, 255);
    /* Read only because a lost comma shifts something into them that is no bandwidth. */
    at_int(f, i + UL, 0, BANDWIDTH_MAX);
    at_int(f, i + DL, 0, BANDWIDTH_MAX);
    cell.tac = at_tac(f, i + TAC, TECH_LTE);
    cell.rsrp_dbm = at_level(f, i + RSRP, TECH_LTE);
    cell.rsrq_db = at_rsrq(f, i + RSRQ, TECH_LTE);
    cell.rssi_dbm = at_rssi(f, i + RSSI);
    cell.sinr_db = lte_sinr(f, i + SINR);
    return cell;
}

static struct sample read_nr_sa(struct at_fields *f, int i, int64_t *band)
{
    enum { DUPLEX, MCC, MNC, CELL, PCI, TAC, ARFCN, BAND, DL, RSRP, RSRQ, SINR };
    struct sample cell = at_cell_empty(TECH_NR_SA);
    cell.mccmnc = at_plmn(f, i + MCC, i + MNC);
    cell.cell_id = at_cell_id(f, i + CELL, TECH_NR_SA);
    cell.pci = at_pci(f, i + PCI, TECH_NR_SA);
    cell.tac = at_tac(f, i + TAC, TECH_NR_SA);
    cell.arfcn = at_arfcn(f, i + ARFCN, TECH_NR_SA);
    *band = at_int(f, i + BAND, 0, 1024);
    cell.ss_rsrp_dbm = at_level(f, i + RSRP, TECH_NR_SA);
    cell.ss_rsrq_db = at_rsrq(f, i + RSRQ, TECH_NR_SA);
    cell.ss_sinr_db = nr_sinr(f, i + SINR);
    return cell;
}

static struct sample read_nr_nsa(struct at_fields *f, int i, int64_t *band)
{
    enum { MCC, MNC, PCI, RSRP, SINR, RSRQ, ARFCN };
    struct sample cell = at_cell_empty(TECH_NR_NSA);
    *band = ID_UNKNOWN; /* the reading's band is the anchor's */
    cell.mccmnc = at_plmn(f, i + MCC, i + MNC);
    cell.pci = at_pci(f, i + PCI, TECH_NR_NSA);
    cell.ss_rsrp_dbm = at_level(f, i + RSRP, TECH_NR_NSA);
    cell.ss_sinr_db = nr_sinr(f, i + SINR);
    cell.ss_rsrq_db = at_rsrq(f, i + RSRQ, TECH_NR_NSA);
    cell.arfcn = at_arfcn(f, i + ARFCN, TECH_NR_NSA);
    return cell;
}

static struct sample read_wcdma(struct at_fields *f, int i, int64_t *band)
{
    enum { MCC, MNC, LAC, CELL, ARFCN, PSC, RAC, RSCP };
    struct sample cell = at_cell_empty(TECH_WCDMA);
    *band = ID_UNKNOWN;
    cell.mccmnc = at_plmn(f, i + MCC, i + MNC);
    cell.tac = at_tac(f, i + LAC, TECH_WCDMA);
    cell.cell_id = at_cell_id(f, i + CELL, TECH_WCDMA);
    cell.arfcn = at_arfcn(f, i + ARFCN, TECH_WCDMA);
    cell.pci = at_pci(f, i + PSC, TECH_WCDMA);
    wcdma_levels(f, i + RSCP, &cell);
    return cell;
}

static struct sample read_gsm(struct at_fields *f, int i, int64_t *band)
{
    enum { MCC, MNC, LAC, CELL, BSIC, ARFCN, BAND, RXLEV };
    struct sample cell = at_cell_empty(TECH_GSM);
    *band = ID_UNKNOWN;
    cell.mccmnc = at_plmn(f, i + MCC, i + MNC);
    cell.tac = at_tac(f, i + LAC, TECH_GSM);
    cell.cell_id = at_cell_id(f, i + CELL, TECH_GSM);
    cell.pci = at_pci(f, i + BSIC, TECH_GSM);
    cell.arfcn = at_arfcn(f, i + ARFCN, TECH_GSM);
    cell.rxlev_dbm = at_level(f, i + RXLEV, TECH_GSM);
    return cell;
}

/* The cell whose technology stands in field i. */
static enum at_parse take_cell(struct at_fields *f, int i, struct modem_reading *reading)
{
    static const struct {
        const char *name;
        struct sample (*read)(struct at_fields *f, int i, int64_t *band);
    } layouts[] = {
        {"LTE", read_lte},          {"CAT-M", read_lte},     {"CAT-M1", read_lte},
        {"eMTC", read_lte},         {"NR5G-SA", read_nr_sa}, {"NR5G-NSA", read_nr_nsa},
        {"NR5G-ENDC", read_nr_nsa}, {"WCDMA", read_wcdma},   {"GSM", read_gsm}};
    for (size_t k = 0; k < sizeof layouts / sizeof layouts[0]; k++) {
        if (!at_is(f, i, layouts[k].name))
            continue;
        int64_t band = ID_UNKNOWN;
        const struct sample cell = layouts[k].read(f, i + 1, &band);
        if (f->status == AT_PARSED) {
            at_cell_take(reading, &cell);
            at_band_take(reading, cell.tech, band);
        }
        return f->status;
    }
    return AT_MALFORMED;
}

static enum at_parse parse_serving(struct at_fields *f, struct modem_reading *reading)
{
    static const struct {
        const char *name;
        enum state state;
    } states[] = {{"SEARCH", STATE_NO_SERVICE},
                  {"LIMSRV", STATE_LIMITED},
                  {"NOCONN", STATE_IN_SERVICE},
                  {"CONNECT", STATE_IN_SERVICE}};
    enum state state = STATE_UNKNOWN;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (at_is(f, 1, states[i].name))
            state = states[i].state;
    }
    if (state == STATE_UNKNOWN)
        return AT_MALFORMED;
    /* The state counts also where the cell behind it cannot be read. */
    reading->heard.cell_state = state;
    return *at_text(f, 2) == '\0' ? AT_PARSED : take_cell(f, 2, reading);
}

static void read_lte_neighbour(struct at_fields *f, struct sample *cell)
{
    enum { ARFCN = 2, PCI, FIRST, SECOND };
    cell->arfcn = at_arfcn(f, ARFCN, cell->tech);
    cell->pci = at_pci(f, PCI, cell->tech);
    at_cell_set_pair(f, at_number(f, FIRST, -160, 20), at_number(f, SECOND, -160, 20),
                     cell);
}

static void read_wcdma_neighbour(struct at_fields *f, struct sample *cell)
{
    enum { ARFCN = 2, RSCP_MAX = -25 };
    /* Fields between UARFCN and RSCP: GSM mode psc; WCDMA mode srxqual, psc; LTE mode
     * priority, two thresholds, psc. RSCP is the first of these places that holds a
     * level. */
    static const int places[] = {4, 5, 7};
    cell->arfcn = at_arfcn(f, ARFCN, TECH_WCDMA);
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        double value;
        if (!at_parse_number(at_text(f, places[k]), &value) || value > RSCP_MAX)
            continue;
        cell->pci = at_pci(f, places[k] - 1, TECH_WCDMA);
        wcdma_levels(f, places[k], cell);
        return;
    }
}

static void read_gsm_neighbour(struct at_fields *f, struct sample *cell)
{
    enum { MCC = 2, MNC, LAC, CELL, BSIC, ARFCN, RXLEV };
    if (f->count <= RXLEV || strlen(at_text(f, MCC)) != 3 || *at_text(f, LAC) == '\0')
        return; /* the lists of the other modes name no cell */
    cell->mccmnc = at_plmn(f, MCC, MNC);
    cell->tac = at_tac(f, LAC, TECH_GSM);
    cell->cell_id = at_cell_id(f, CELL, TECH_GSM);
    cell->pci = at_pci(f, BSIC, TECH_GSM);
    cell->arfcn = at_arfcn(f, ARFCN, TECH_GSM);
    cell->rxlev_dbm = at_level(f, RXLEV, TECH_GSM);
}

static enum at_parse parse_neighbour(struct at_fields *f, struct modem_reading *reading)
{
    const enum tech tech = tech_parse(at_text(f, 1));
    struct sample cell = at_cell_empty(tech);
    if (tech == TECH_LTE || tech == TECH_NR_SA)
        read_lte_neighbour(f, &cell);
    else if (tech == TECH_WCDMA)
        read_wcdma_neighbour(f, &cell);
    else if (tech == TECH_GSM)
        read_gsm_neighbour(f, &cell);
    else
        return AT_MALFORMED;
    if (f->status == AT_PARSED)
        at_neighbour_add(reading, &cell);
    return f->status;
}

const char *const at_quectel_setup[] = {AT_COMMON_SETUP, NULL};
const char *const at_quectel_polls[] = {"+QENG=\"servingcell\"",
                                        "+QENG=\"neighbourcell\"", AT_COMMON_POLLS, NULL};

bool at_quectel_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "quectel") || at_holds(model, "quectel");
}

enum at_parse at_quectel_parse(const char *line, struct at_context *context,
                               struct modem_reading *reading)
{
    (void)context;
    const char *body = at_body(line, "+QENG");
    if (body == NULL)
        return AT_NOT_MINE;
    struct at_fields f;
    at_split(body, &f);
    if (f.status != AT_PARSED)
        return f.status;
    const char *kind = at_text(&f, 0);
    if (at_begins(kind, "neighbourcell"))
        return parse_neighbour(&f, reading);
    if (at_is(&f, 0, "servingcell") || at_is(&f, 0, "servingscell"))
        return parse_serving(&f, reading);
    return *kind == '(' ? AT_NOT_MINE : take_cell(&f, 0, reading);
}
