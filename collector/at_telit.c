/* Telit: AT#RFSTS
 *
 *   LTE:   #RFSTS:
 * plmn,earfcn,rsrp,rssi,rsrq,tac,rac,[txpwr,]drx,mm,rrc,cid,imsi,name,sd,abnd,… WCDMA:
 * #RFSTS: plmn,uarfcn,psc,ecio,rscp,rssi,lac,rac,txpwr,drx,mm,rrc,nom,bler,cid,imsi,…
 *   GSM:   #RFSTS: plmn,arfcn,rssi,lac,rac,txpwr,mm,rr,nom,cid,imsi,name,sd,abnd
 *
 * The answer HOLDS THE IMSI: it is scrubbed before it is kept. The technology is not
 * named; the place of the IMSI tells it, which is the first field in quotes after the
 * PLMN, digits or, once scrubbed, x. The cell id is the field before. PLMN ("452 04") may
 * be missing, all but the numbers in LTE too; TAC, LAC and cell id are hexadecimal. SINR,
 * where there is one, has no place of its own and stays in the raw answer.
 *
 *   #RFSTS: "452
 * 04",1675,-97,-66,-11,4A05,255,,128,19,0,1B3C20A,"xxxxxxxxxxxxxxx","Viettel",3,3 */
#include <math.h>
#include <string.h>

#include "at_dialects.h"

enum { PLMN, ARFCN, LEVEL };

/* An IMSI, or what scrubbing left of one. */
static bool is_imsi(const char *text)
{
    enum { IMSI_MIN = 14, IMSI_MAX = 16 };
    const size_t len = strlen(text);
    return len >= IMSI_MIN && len <= IMSI_MAX && strspn(text, "0123456789xX.*") == len;
}

/* Where the IMSI stands; 0 where there is none. */
static int find_imsi(const struct at_fields *f)
{
    for (int i = LEVEL + 1; i < f->count; i++) {
        if (f->field[i].quoted || is_imsi(at_text(f, i)))
            return i;
    }
    return 0;
}

static struct sample read_lte(struct at_fields *f, int imsi)
{
    enum { RSSI = LEVEL + 1, RSRQ, TAC };
    struct sample cell = at_cell_empty(TECH_LTE);
    cell.arfcn = at_arfcn(f, ARFCN, TECH_LTE);
    cell.rsrp_dbm = at_level(f, LEVEL, TECH_LTE);
    cell.rssi_dbm = at_rssi(f, RSSI);
    cell.rsrq_db = at_rsrq(f, RSRQ, TECH_LTE);
    cell.tac = at_tac(f, TAC, TECH_LTE);
    cell.cell_id = at_cell_id(f, imsi - 1, TECH_LTE);
    return cell;
}

static struct sample read_wcdma(struct at_fields *f, int imsi)
{
    enum { PSC = LEVEL, ECIO, RSCP, RSSI, LAC };
    struct sample cell = at_cell_empty(TECH_WCDMA);
    cell.arfcn = at_arfcn(f, ARFCN, TECH_WCDMA);
    cell.pci = at_pci(f, PSC, TECH_WCDMA);
    cell.ecno_db = at_ecno(f, ECIO);
    cell.rscp_dbm = at_level(f, RSCP, TECH_WCDMA);
    cell.rssi_dbm = at_rssi(f, RSSI);
    cell.tac = at_tac(f, LAC, TECH_WCDMA);
    cell.cell_id = at_cell_id(f, imsi - 1, TECH_WCDMA);
    return cell;
}

static struct sample read_gsm(struct at_fields *f, int imsi)
{
    enum { LAC = LEVEL + 1 };
    struct sample cell = at_cell_empty(TECH_GSM);
    /* -1 where there is no cell */
    cell.arfcn =
        strcmp(at_text(f, ARFCN), "-1") == 0 ? ID_UNKNOWN : at_arfcn(f, ARFCN, TECH_GSM);
    cell.tac = at_tac(f, LAC, TECH_GSM);
    cell.cell_id = at_cell_id(f, imsi - 1, TECH_GSM);
    /* Without a cell the level is a constant of the receiver. */
    if (cell.arfcn != ID_UNKNOWN)
        cell.rxlev_dbm = at_level(f, LEVEL, TECH_GSM);
    return cell;
}

static void take_lte_band(struct at_fields *f, int imsi, struct modem_reading *reading)
{
    enum { ABND = 3, BAND_MAX = 255 };
    const int64_t band = at_int(f, imsi + ABND, 0, BAND_MAX);
    if (band < BAND_MAX)
        at_band_take(reading, TECH_LTE, band);
}

const char *const at_telit_setup[] = {AT_COMMON_SETUP, NULL};
const char *const at_telit_polls[] = {"#RFSTS", AT_COMMON_POLLS, NULL};

bool at_telit_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "telit") || at_holds(model, "telit");
}

enum at_parse at_telit_parse(const char *line, struct at_context *context,
                             struct modem_reading *reading)
{
    enum {
        GSM_IMSI_MIN = 9,
        LTE_IMSI_MIN = 11,
        WCDMA_IMSI_MIN = 14,
        WCDMA_IMSI_MAX = 16
    };
    (void)context;
    const char *body = at_body(line, "#RFSTS");
    if (body == NULL)
        return AT_NOT_MINE;
    struct at_fields f;
    at_split(body, &f);
    const int imsi = f.status == AT_PARSED ? find_imsi(&f) : 0;
    if (imsi < GSM_IMSI_MIN || imsi > WCDMA_IMSI_MAX)
        return AT_MALFORMED;
    struct sample cell = imsi >= WCDMA_IMSI_MIN ? read_wcdma(&f, imsi)
                         : imsi >= LTE_IMSI_MIN ? read_lte(&f, imsi)
                                                : read_gsm(&f, imsi);
    cell.mccmnc = at_plmn_text(&f, PLMN);
    if (f.status != AT_PARSED)
        return f.status;
    at_cell_take(reading, &cell);
    if (cell.tech == TECH_LTE)
        take_lte_band(&f, imsi, reading);
    return AT_PARSED;
}
