/* Sierra Wireless: AT!GSTATUS?
 *
 * Labels and values, ":" between them, in two columns with tabs or blanks between; every
 * line but the first comes without a prefix. Labels vary with model and technology: Mode,
 * System mode, EMM state, GMM (PS) state, LTE band, LTE Rx chan, TAC, LAC, Cell ID, PCC
 * RxM RSSI, PCC RxM RSRP or RSRP (dBm), RSRQ (dB), SINR (dB), RX level (dBm), … NR5G
 * band, NR5G Rx chan, NR5G TAC, NR5G Cell ID, NR5G RSRP (dBm), NR5G RSRQ (dB), …
 *
 * TAC, LAC and Cell ID are hexadecimal with the decimal in brackets behind; "--" is
 * missing. RSRP comes for each receive path of the primary carrier (PCC); the better one
 * is the level, as TS 36.214 §5.1.1 says. Lines of SCC are secondary carriers. The PLMN
 * is not named (NR apart), nor is the PCI. RX level of WCDMA is an RSSI.
 *
 *   System mode:   LTE              PS state:    Attached
 *   LTE band:      B3               LTE bw:      20 MHz
 *   LTE Rx chan:   1675             LTE Tx chan: 19675
 *   EMM state:     Registered       Normal Service
 *   PCC RxM RSSI:  -66              RSRP (dBm):  -97
 *   PCC RxD RSSI:  -70              RSRP (dBm):  -101
 *   Tx Power:      --               TAC:         4A05 (18949)
 *   RSRQ (dB):     -11.4            Cell ID:     01B3C20A (28557834)
 *   SINR (dB):     12.6 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "at_dialects.h"

enum { LABEL_SIZE = 40, VALUE_SIZE = 40, MODE_STATUS = 1 };

/* One label with the first word of its value, as fields[0], to be read like other fields.
 */
struct entry {
    char label[LABEL_SIZE];
    struct at_fields value;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the label that ends here begins: behind the last tab or double blank. */
static const char *label_start(const char *line, const char *end)
{
    const char *start = end;
    while (start > line && start[-1] != '\t' &&
           !(start[-1] == ' ' && (start - 1 == line || is_blank(start[-2]))))
        start--;
    return start;
}

/* Copies [start, end), cut where it is too long. */
static void copy_span(char *to, size_t size, const char *start, const char *end)
{
    const size_t len = (size_t)(end - start);
    at_copy(to, len + 1 < size ? len + 1 : size, start);
}

/* Takes the next label and value; NULL at the end of the line, else where to go on. */
static const char *next_entry(const char *line, struct entry *entry)
{
    const char *colon = strchr(line, ':');
    if (colon == NULL)
        return NULL;
    const char *end = colon;
    while (end > line && is_blank(end[-1]))
        end--;
    copy_span(entry->label, sizeof entry->label, label_start(line, end), end);
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    const char *value_end = value + strcspn(value, " \t\r\n");
    char text[VALUE_SIZE];
    copy_span(text, sizeof text, value, value_end);
    at_split(text, &entry->value);
    return value_end;
}

static enum tech system_tech(const char *mode)
{
    if (at_begins(mode, "ENDC") || at_begins(mode, "NR_NSA"))
        return TECH_LTE;
    return tech_parse(mode);
}

/* The better of two receive paths. */
static void keep_better(double *to, double dbm)
{
    if (isfinite(dbm) && !(*to >= dbm))
        *to = dbm;
}

static void take_nr(struct entry *e, struct sample *nr, int64_t *band)
{
    struct at_fields *f = &e->value;
    const char *label = e->label + strlen("NR5G ");
    if (at_begins(label, "TAC"))
        nr->tac = at_tac(f, 0, TECH_NR_SA);
    else if (at_begins(label, "Cell ID"))
        nr->cell_id = at_cell_id(f, 0, TECH_NR_SA);
    else if (at_begins(label, "MCC-MNC"))
        nr->mccmnc = at_plmn_text(f, 0);
    else if (at_begins(label, "Rx chan"))
        nr->arfcn = at_arfcn(f, 0, TECH_NR_SA);
    else if (at_begins(label, "band") && at_begins(at_text(f, 0), "n"))
        *band = strtol(at_text(f, 0) + 1, NULL, 10);
    else if (at_begins(label, "RSRP"))
        nr->ss_rsrp_dbm = at_level(f, 0, TECH_NR_SA);
    else if (at_begins(label, "RSRQ"))
        nr->ss_rsrq_db = at_rsrq(f, 0, TECH_NR_SA);
    else if (at_begins(label, "SINR"))
        nr->ss_sinr_db = at_sinr(f, 0);
}

static void take_lte(struct entry *e, struct sample *lte, int64_t *band)
{
    struct at_fields *f = &e->value;
    const char *label = at_begins(e->label, "PCC ") ? e->label + 4 : e->label;
    if (at_begins(label, "LTE band") && at_begins(at_text(f, 0), "B"))
        *band = strtol(at_text(f, 0) + 1, NULL, 10);
    else if (at_begins(label, "LTE Rx chan"))
        lte->arfcn = at_arfcn(f, 0, TECH_LTE);
    else if (at_begins(label, "TAC"))
        lte->tac = at_tac(f, 0, TECH_LTE);
    else if (at_begins(label, "Cell ID"))
        lte->cell_id = at_cell_id(f, 0, TECH_LTE);
    else if (at_begins(label, "RSRQ"))
        lte->rsrq_db = at_rsrq(f, 0, TECH_LTE);
    else if (at_begins(label, "SINR"))
        lte->sinr_db = at_sinr(f, 0);
    else if (at_begins(label, "RSRP") || at_begins(label, "RxM RSRP") ||
             at_begins(label, "RxD RSRP"))
        keep_better(&lte->rsrp_dbm, at_level(f, 0, TECH_LTE));
    else if (at_begins(label, "RSSI") || at_begins(label, "RxM RSSI") ||
             at_begins(label, "RxD RSSI"))
        keep_better(&lte->rssi_dbm, at_rssi(f, 0));
}

static void take_wcdma(struct entry *e, struct sample *cell)
{
    struct at_fields *f = &e->value;
    if (at_begins(e->label, "WCDMA channel"))
        cell->arfcn = at_arfcn(f, 0, TECH_WCDMA);
    else if (at_begins(e->label, "LAC"))
        cell->tac = at_tac(f, 0, TECH_WCDMA);
    else if (at_begins(e->label, "Cell ID"))
        cell->cell_id = at_cell_id(f, 0, TECH_WCDMA);
    else if (at_begins(e->label, "RSCP"))
        cell->rscp_dbm = at_level(f, 0, TECH_WCDMA);
    else if (at_begins(e->label, "ECIO") || at_begins(e->label, "Ec/Io"))
        cell->ecno_db = at_ecno(f, 0);
    else if (at_begins(e->label, "RX level"))
        keep_better(&cell->rssi_dbm, at_rssi(f, 0));
}

static void take_gsm(struct entry *e, struct sample *cell)
{
    struct at_fields *f = &e->value;
    if (at_begins(e->label, "GSM channel"))
        cell->arfcn = at_arfcn(f, 0, TECH_GSM);
    else if (at_begins(e->label, "LAC"))
        cell->tac = at_tac(f, 0, TECH_GSM);
    else if (at_begins(e->label, "Cell ID"))
        cell->cell_id = at_cell_id(f, 0, TECH_GSM);
    else if (at_begins(e->label, "RX level"))
        keep_better(&cell->rxlev_dbm, at_level(f, 0, TECH_GSM));
}

/* What the status says of the service itself. */
static void take_state(const struct entry *e, const char *line,
                       struct modem_reading *reading)
{
    const char *value = at_text(&e->value, 0);
    if (at_begins(e->label, "Mode") &&
        (at_begins(value, "LOW") || at_begins(value, "OFFLINE")))
        reading->heard.cell_state = STATE_RADIO_OFF;
    const bool packet = at_begins(e->label, "EMM state") ||
                        at_begins(e->label, "GMM (PS)") ||
                        at_begins(e->label, "MM5G state");
    if (!packet || reading->heard.cell_state == STATE_RADIO_OFF)
        return;
    if (at_holds(line, "limited service"))
        reading->heard.cell_state = STATE_LIMITED;
    else if (at_begins(value, "deregistered") || at_holds(line, "no service"))
        reading->heard.cell_state = STATE_NO_SERVICE;
}

/* Takes one entry; the system mode stands before all levels and says whose they are. */
static enum at_parse take_entry(struct entry *e, const char *line,
                                struct modem_reading *reading)
{
    struct sample *serving = &reading->heard.cell;
    int64_t band = ID_UNKNOWN;
    take_state(e, line, reading);
    if (at_begins(e->label, "System mode")) {
        const struct sample cell = at_cell_empty(system_tech(at_text(&e->value, 0)));
        at_cell_take(reading, &cell);
        return AT_PARSED;
    }
    struct sample cell = *serving;
    const bool nr_leg = serving->tech == TECH_LTE && at_begins(e->label, "NR5G ");
    if (nr_leg)
        cell = at_cell_empty(TECH_NR_NSA);
    if (at_begins(e->label, "NR5G ") && (nr_leg || serving->tech == TECH_NR_SA))
        take_nr(e, &cell, &band);
    else if (serving->tech == TECH_LTE)
        take_lte(e, &cell, &band);
    else if (serving->tech == TECH_WCDMA)
        take_wcdma(e, &cell);
    else if (serving->tech == TECH_GSM)
        take_gsm(e, &cell);
    if (e->value.status != AT_PARSED)
        return e->value.status;
    if (cell.tech != TECH_NONE)
        at_cell_take(reading, &cell);
    if (!nr_leg)
        at_band_take(reading, cell.tech, band);
    return AT_PARSED;
}

static enum at_parse parse_line(const char *line, struct modem_reading *reading)
{
    if (at_begins(line + strspn(line, " \t"), "SCC "))
        return AT_PARSED;
    enum at_parse result = AT_NOT_MINE;
    struct entry entry;
    for (const char *p = line; (p = next_entry(p, &entry)) != NULL;) {
        const enum at_parse one = take_entry(&entry, line, reading);
        if (result == AT_NOT_MINE || one != AT_PARSED)
            result = one;
    }
    return result;
}

const char *const at_sierra_setup[] = {AT_COMMON_SETUP, NULL};
const char *const at_sierra_polls[] = {"!GSTATUS?", AT_COMMON_POLLS, NULL};

bool at_sierra_matches(const char *manufacturer, const char *model)
{
    return at_holds(manufacturer, "sierra") || at_holds(model, "sierra");
}

enum at_parse at_sierra_parse(const char *line, struct at_context *context,
                              struct modem_reading *reading)
{
    if (at_body(line, "!GSTATUS") != NULL) {
        context->mode = MODE_STATUS;
        return AT_PARSED;
    }
    /* A message that the modem sends by itself may fall between. */
    const bool prefixed = strchr("+^*$#!", line[strspn(line, " \t")]) != NULL;
    if (context->mode != MODE_STATUS || prefixed)
        return AT_NOT_MINE;
    return parse_line(line, reading);
}
