/* u-blox: AT+UCGED? after AT+UCGED=2. Three lines, the last two without a prefix:
 *
 *   +UCGED: 2
 *   rat,svc,mcc,mnc
 *   LTE:  earfcn,band,ul_bw,dl_bw,tac,cell,pci,m_tmsi,mme_group,mme_code,rsrp,rsrq,sinr,…
 *   UMTS: uarfcn,band,cell,lac,rac,psc,rrc,rssi,ecn0,…
 *   GSM:  arfcn,band1900,cell,bsic,lac,rac,rxlev,…
 *
 * rat 2 GSM, 3 UMTS, 4 or 6 LTE. svc 0 not known, 1 radio off, 2 searching, 3 no service,
 * 4 registered. RSRP, RSRQ, Ec/N0, RSSI and RxLev are indexes of +CESQ. Cell, TAC and LAC
 * are hexadecimal. Without service: 65535, 255, ffff, 0000000. With UCGED=5 the modem
 * answers +RSRP: and +RSRQ: instead, with text in quotes ("-097.00").
 *
 *   +UCGED: 2
 *   6,4,452,04
 *   1675,3,100,100,4a05,1b3c20a,211,00000000,8001,01,44,17,12.50,3,1,10,44,255,255,0,255,255,0
 */
#include <math.h>

#include "at_dialects.h"
#include "units.h"

/* Which line comes next is the mode: the header, then the technology's. */
enum { MODE_IDLE, MODE_HEADER, MODE_LTE, MODE_WCDMA, MODE_GSM };

enum { INDEX_UNKNOWN = 255 };

/* An index, of which 255 (or 99, in GSM) is missing. */
static int read_index(struct at_fields *f, int i, int last)
{
    const int index = (int)at_int(f, i, 0, INDEX_UNKNOWN);
    if (index == INDEX_UNKNOWN || (index == 99 && last < 99))
        return ID_UNKNOWN;
    at_check(f, index, 0, last);
    return index;
}

/* 255 stands for "no PCI" where no cell is known; together with a channel it is one. */
static int64_t read_pci(struct at_fields *f, int i, const struct sample *cell)
{
    const int64_t pci = at_pci(f, i, cell->tech);
    return cell->arfcn == ID_UNKNOWN ? ID_UNKNOWN : pci;
}

static struct sample read_lte(struct at_fields *f, int64_t *band)
{
    enum { ARFCN, BAND, UL, DL, TAC, CELL, PCI, TMSI, GROUP, CODE, RSRP, RSRQ, SINR };
    enum { BAND_UNKNOWN = 255 };
    struct sample cell = at_cell_empty(TECH_LTE);
    cell.arfcn = at_arfcn(f, ARFCN, TECH_LTE);
    *band = at_int(f, BAND, 0, BAND_UNKNOWN);
    if (*band == BAND_UNKNOWN)
        *band = ID_UNKNOWN;
    cell.tac = at_tac(f, TAC, TECH_LTE);
    cell.cell_id = at_cell_id(f, CELL, TECH_LTE);
    cell.pci = read_pci(f, PCI, &cell);
    cell.rsrp_dbm = units_cesq_rsrp_dbm(read_index(f, RSRP, 97));
    cell.rsrq_db = units_cesq_rsrq_db(read_index(f, RSRQ, 34));
    const double sinr = at_number(f, SINR, -50, INDEX_UNKNOWN);
    if (sinr != INDEX_UNKNOWN && isfinite(cell.rsrp_dbm))
        cell.sinr_db = at_check(f, sinr, -23.5, 40);
    return cell;
}

static struct sample read_wcdma(struct at_fields *f, int64_t *band)
{
    enum { ARFCN, BAND, CELL, LAC, RAC, PSC, RRC, RSSI, ECN0 };
    struct sample cell = at_cell_empty(TECH_WCDMA);
    *band = ID_UNKNOWN;
    cell.arfcn = at_arfcn(f, ARFCN, TECH_WCDMA);
    cell.cell_id = at_cell_id(f, CELL, TECH_WCDMA);
    cell.tac = at_tac(f, LAC, TECH_WCDMA);
    cell.pci = read_pci(f, PSC, &cell);
    cell.ecno_db = units_cesq_ecno_db(read_index(f, ECN0, 49));
    return cell; /* RSCP is in +CESQ */
}

static struct sample read_gsm(struct at_fields *f, int64_t *band)
{
    enum { ARFCN, BAND, CELL, BSIC, LAC, RAC, RXLEV, BSIC_MAX = 63 };
    struct sample cell = at_cell_empty(TECH_GSM);
    *band = ID_UNKNOWN;
    cell.arfcn = at_arfcn(f, ARFCN, TECH_GSM);
    cell.cell_id = at_cell_id(f, CELL, TECH_GSM);
    cell.pci = at_hex(f, BSIC, BSIC_MAX);
    cell.tac = at_tac(f, LAC, TECH_GSM);
    cell.rxlev_dbm = units_cesq_rxlev_dbm(read_index(f, RXLEV, 63));
    return cell;
}

/* rat,svc,mcc,mnc */
static enum at_parse parse_header(struct at_fields *f, struct at_context *context,
                                  struct modem_reading *reading)
{
    enum { RAT, SVC, MCC, MNC };
    static const enum state states[] = {STATE_UNKNOWN, STATE_RADIO_OFF, STATE_NO_SERVICE,
                                        STATE_NO_SERVICE, STATE_IN_SERVICE};
    static const int modes[] = {MODE_IDLE, MODE_IDLE, MODE_GSM, MODE_WCDMA,
                                MODE_LTE,  MODE_IDLE, MODE_LTE};
    static const enum tech techs[] = {[MODE_IDLE] = TECH_NONE,
                                      [MODE_HEADER] = TECH_NONE,
                                      [MODE_LTE] = TECH_LTE,
                                      [MODE_WCDMA] = TECH_WCDMA,
                                      [MODE_GSM] = TECH_GSM};
    context->mode = MODE_IDLE;
    const int64_t rat = at_int(f, RAT, 0, (int64_t)(sizeof modes / sizeof modes[0]) - 1);
    const int64_t svc =
        at_int(f, SVC, 0, (int64_t)(sizeof states / sizeof states[0]) - 1);
    const mccmnc_t code = at_plmn(f, MCC, MNC);
    if (f->status != AT_PARSED)
        return f->status;
    if (rat == ID_UNKNOWN || svc == ID_UNKNOWN)
        return AT_MALFORMED;
    reading->heard.cell_state = states[svc];
    context->mode = modes[rat];
    if (context->mode == MODE_IDLE)
        return AT_PARSED;
    struct sample cell = at_cell_empty(techs[context->mode]);
    cell.mccmnc = code;
    at_cell_take(reading, &cell);
    return AT_PARSED;
}

static enum at_parse parse_cell(struct at_fields *f, struct at_context *context,
                                struct modem_reading *reading)
{
    enum { FIELDS_MIN = 7 };
    int64_t band = ID_UNKNOWN;
    const int mode = context->mode;
    context->mode = MODE_IDLE;
    if (f->count < FIELDS_MIN)
        return AT_MALFORMED;
    const struct sample cell = mode == MODE_LTE     ? read_lte(f, &band)
                               : mode == MODE_WCDMA ? read_wcdma(f, &band)
                                                    : read_gsm(f, &band);
    if (f->status == AT_PARSED) {
        at_cell_take(reading, &cell);
        at_band_take(reading, cell.tech, band);
    }
    return f->status;
}

const char *const at_ublox_setup[] = {AT_COMMON_SETUP, "+UCGED=2", NULL};
const char *const at_ublox_polls[] = {"+UCGED?", AT_COMMON_POLLS, NULL};

bool at_ublox_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "u-blox") || at_holds(manufacturer, "ublox") ||
           at_holds(model, "u-blox");
}

enum at_parse at_ublox_parse(const char *line, struct at_context *context,
                             struct modem_reading *reading)
{
    struct at_fields f;
    const char *body = at_body(line, "+UCGED");
    if (body != NULL) {
        at_split(body, &f);
        context->mode = at_is(&f, 0, "2") && f.count == 1 ? MODE_HEADER : MODE_IDLE;
        return *body == '(' ? AT_NOT_MINE : AT_PARSED;
    }
    /* Between the lines may fall a message that the modem sends by itself. */
    const char first = line[0] == ' ' ? line[1] : line[0];
    if (context->mode == MODE_IDLE || first < '0' || first > '9')
        return AT_NOT_MINE;
    at_split(line, &f);
    if (f.status != AT_PARSED)
        return f.status;
    return context->mode == MODE_HEADER ? parse_header(&f, context, reading)
                                        : parse_cell(&f, context, reading);
}
