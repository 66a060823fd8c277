/* Answers of TS 27.007 that all modems share.
 *
 *   +CSQ: rssi,ber             rssi 0..31: -113 + 2n dBm; 99 unknown (§8.5)
 *   +CESQ: rxlev,ber,rscp,ecno,rsrq,rsrp[,ss_rsrq,ss_rsrp,ss_sinr]   99 or 255 unknown
 * (§8.69) +CREG: n,stat[,lac,ci[,AcT]]        +CGREG: n,stat[,lac,ci[,AcT,rac]] +CEREG:
 * n,stat[,tac,ci[,AcT,…]]     +C5GREG: n,stat[,tac,ci[,AcT,…]]   (§7.2, §10.1.20…) +COPS:
 * mode[,format,oper[,AcT]]     format 2: oper is MCC and MNC (§7.3) +CFUN: fun 0 minimum,
 * 4 radio off, 1 full (§8.2) +CPIN: READY | SIM PIN | … (§8.3); +CME ERROR: 10 no SIM, 11
 * PIN, 12 PUK, 13 failure, 15 wrong
 *
 * In the field: the read answer without its n is what the modem sends by itself (+CEREG:
 * 1,…); a RAC may stand between LAC and CI; blanks anywhere, quotes or not; +CSQ is 99 on
 * modems that know only +CESQ; ber has other values than 0..7; +COPS comes with brackets,
 * in UCS2, with a comma in the name or without AcT.
 *
 *   +CEREG: 2,1,"4A05","01B3C20A",7 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "at_cell.h"
#include "units.h"

/* The index of a +CESQ field: ID_UNKNOWN for 99 and 255, where these are no values. */
static int cesq_index(struct at_fields *fields, int i, int last)
{
    enum { NOT_KNOWN = 99, NOT_DETECTABLE = 255, SS_LAST = 126 };
    const int index = (int)at_int(fields, i, 0, NOT_DETECTABLE);
    if (index <= last)
        return index;
    const bool no_value = index == NOT_KNOWN || index == NOT_DETECTABLE ||
                          (last == SS_LAST && index == SS_LAST + 1);
    if (!no_value)
        at_check(fields, index, 0, last);
    return ID_UNKNOWN;
}

static enum at_parse parse_cesq(const char *body, struct modem_reading *reading)
{
    enum { FIELDS_LTE = 6, FIELDS_NR = 9 };
    struct at_fields f;
    at_split(body, &f);
    if (*at_text(&f, 0) == '(')
        return AT_NOT_MINE; /* the ranges of AT+CESQ=? */
    if (f.count < FIELDS_LTE)
        return AT_MALFORMED;
    struct sample s = reading->heard.indexed;
    s.rxlev_dbm = units_cesq_rxlev_dbm(cesq_index(&f, 0, 63));
    s.rscp_dbm = units_cesq_rscp_dbm(cesq_index(&f, 2, 96));
    s.ecno_db = units_cesq_ecno_db(cesq_index(&f, 3, 49));
    s.rsrq_db = units_cesq_rsrq_db(cesq_index(&f, 4, 34));
    s.rsrp_dbm = units_cesq_rsrp_dbm(cesq_index(&f, 5, 97));
    if (f.count >= FIELDS_NR) {
        s.ss_rsrq_db = units_cesq_ss_rsrq_db(cesq_index(&f, 6, 126));
        s.ss_rsrp_dbm = units_cesq_ss_rsrp_dbm(cesq_index(&f, 7, 126));
        s.ss_sinr_db = units_cesq_ss_sinr_db(cesq_index(&f, 8, 127));
    }
    if (f.status == AT_PARSED)
        reading->heard.indexed = s;
    return f.status;
}

static enum at_parse parse_csq(const char *body, struct modem_reading *reading)
{
    /* 199 and 1xx: the same in the modems that count TD-SCDMA from 100. */
    enum { RSSI_MAX = 31, NOT_KNOWN = 99, NOT_KNOWN_TDSCDMA = 199 };
    struct at_fields f;
    at_split(body, &f);
    if (*at_text(&f, 0) == '(')
        return AT_NOT_MINE;
    int index = (int)at_int(&f, 0, 0, NOT_KNOWN_TDSCDMA);
    if (f.status == AT_PARSED && *at_text(&f, 0) == '\0')
        f.status = AT_MALFORMED;
    if (index == NOT_KNOWN || index == NOT_KNOWN_TDSCDMA)
        index = ID_UNKNOWN;
    else if (index > RSSI_MAX)
        at_check(&f, index, 0, RSSI_MAX);
    if (f.status == AT_PARSED)
        reading->heard.indexed.rssi_dbm = units_csq_rssi_dbm(index);
    return f.status;
}

/* A number of up to two digits without quotes: n, stat and AcT are, LAC and CI are
 * longer. */
static bool is_small(const struct at_fields *fields, int i)
{
    const char *text = at_text(fields, i);
    const size_t len = strlen(text);
    return len >= 1 && len <= 2 && strspn(text, "0123456789") == len &&
           !fields->field[i].quoted;
}

static enum at_parse parse_registration(const char *body, enum modem_domain domain,
                                        struct modem_reading *reading)
{
    enum { STAT_MAX = 15, ACT_MAX = 31 };
    struct at_fields f;
    at_split(body, &f);
    if (*at_text(&f, 0) == '(')
        return AT_NOT_MINE;
    /* Without the n of the read answer: sent by the modem itself. */
    const int stat = is_small(&f, 1) ? 1 : 0;
    const int tac = stat + 1;
    /* LAC, RAC, CI, AcT: the third is no AcT then, for it is longer. */
    const bool rac_first =
        f.count >= stat + 5 && !is_small(&f, stat + 3) && is_small(&f, stat + 4);
    const int cell_id = tac + (rac_first ? 2 : 1);

    struct modem_registration r = {.stat = (int)at_int(&f, stat, 0, STAT_MAX)};
    r.act = (int)at_int(&f, cell_id + 1, 0, ACT_MAX);
    const enum tech tech = at_act_tech(r.act);
    const enum tech widest = tech != TECH_NONE      ? tech
                             : domain == DOMAIN_5GS ? TECH_NR_SA
                             : domain == DOMAIN_EPS ? TECH_LTE
                                                    : TECH_WCDMA;
    r.tac = at_tac(&f, tac, widest);
    r.cell_id = at_cell_id(&f, cell_id, widest);
    const bool cut = f.count == 2 && f.field[1].text[0] == '\0'; /* "2," of "2,1,…" */
    if (f.status == AT_PARSED && (r.stat == ID_UNKNOWN || cut))
        f.status = AT_MALFORMED;
    if (f.status == AT_PARSED)
        reading->heard.domains[domain] = r;
    else
        reading->heard.unclear = true;
    return f.status;
}

/* "00340035" to "45": an operator's digits in UCS2. False where it is not that. */
static bool read_ucs2_digits(const char *text, char *digits, size_t size)
{
    enum { CHARS = 4 };
    size_t count = 0;
    for (; *text != '\0'; text += CHARS) {
        if (strncmp(text, "003", 3) != 0 || !isdigit((unsigned char)text[3]) ||
            count + 1 >= size)
            return false;
        digits[count++] = text[3];
    }
    digits[count] = '\0';
    return count > 0;
}

static enum at_parse parse_cops(const char *body, struct modem_reading *reading)
{
    enum { ACT_MAX = 31, FORMAT_NUMERIC = 2 };
    struct at_fields f;
    /* Brackets belong to the list of AT+COPS=?, where the second field is a name; one
     * firmware puts them around the read answer, too. */
    const bool bracket = *body == '(';
    at_split(bracket ? body + 1 : body, &f);
    if (bracket && f.count > 1 && f.field[1].quoted)
        return AT_NOT_MINE;
    const int64_t mode = at_int(&f, 0, 0, 4);
    const int64_t format = at_int(&f, 1, 0, FORMAT_NUMERIC);
    if (f.status == AT_PARSED && mode == ID_UNKNOWN)
        f.status = AT_MALFORMED;
    if (f.status != AT_PARSED)
        return f.status;
    char digits[MCCMNC_TEXT_SIZE];
    const char *text = at_text(&f, 2);
    const bool ucs2 = read_ucs2_digits(text, digits, sizeof digits);
    const mccmnc_t code = mccmnc_parse(ucs2 ? digits : text);
    if (format == FORMAT_NUMERIC && *text != '\0' && code == 0)
        return AT_MALFORMED;
    char *act_end = NULL;
    const char *act_text = at_text(&f, 3);
    const long act = strtol(act_text, &act_end, 10);
    if (act_end != act_text && *act_end != '\0' && *act_end != ')')
        return AT_MALFORMED;
    if (act < 0 || act > ACT_MAX)
        return AT_OUT_OF_RANGE;
    reading->heard.cops = code;
    reading->heard.cops_act = act_end == act_text ? ID_UNKNOWN : (int)act;
    return AT_PARSED;
}

static enum at_parse parse_cfun(const char *body, struct modem_reading *reading)
{
    enum { FUN_MAX = 255 };
    struct at_fields f;
    at_split(body, &f);
    if (*at_text(&f, 0) == '(')
        return AT_NOT_MINE;
    const int64_t cfun = at_int(&f, 0, 0, FUN_MAX);
    if (f.status == AT_PARSED && cfun == ID_UNKNOWN)
        return AT_MALFORMED;
    if (f.status == AT_PARSED)
        reading->heard.cfun = (int)cfun;
    return f.status;
}

static enum at_parse parse_cpin(const char *body, struct modem_reading *reading)
{
    static const char *const locked[] = {"SIM PIN", "SIM PUK", "PH-",
                                         "NOT ",    "SIM not", "SIM failure"};
    struct at_fields f;
    at_split(body, &f);
    const char *text = at_text(&f, 0);
    if (*text == '\0')
        return AT_MALFORMED;
    /* PIN2 guards phone books, not the network. */
    if (at_begins(text, "READY") || at_is(&f, 0, "SIM PIN2") ||
        at_is(&f, 0, "SIM PUK2")) {
        reading->heard.sim = 1;
        return AT_PARSED;
    }
    for (size_t i = 0; i < sizeof locked / sizeof locked[0]; i++) {
        if (at_begins(text, locked[i])) {
            reading->heard.sim = 0;
            return AT_PARSED;
        }
    }
    /* Still starting: that it finds no network says nothing of the place. */
    reading->heard.unclear = true;
    return at_is(&f, 0, "SIM BUSY") ? AT_PARSED : AT_MALFORMED;
}

/* A refusal is no answer, but one for want of a SIM says something of the SIM. */
static enum at_parse parse_cme_error(const char *body, struct modem_reading *reading)
{
    static const char *const reasons[] = {"10",
                                          "11",
                                          "12",
                                          "13",
                                          "15",
                                          "SIM not inserted",
                                          "SIM PIN required",
                                          "SIM PUK required",
                                          "SIM failure",
                                          "SIM wrong"};
    struct at_fields f;
    at_split(body, &f);
    if (at_is(&f, 0, "14") || at_is(&f, 0, "SIM busy")) {
        reading->heard.unclear = true;
        return AT_PARSED;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (at_is(&f, 0, reasons[i])) {
            reading->heard.sim = 0;
            return AT_PARSED;
        }
    }
    return AT_NOT_MINE;
}

enum at_parse at_3gpp_parse(const char *line, struct at_context *context,
                            struct modem_reading *reading)
{
    (void)context;
    static const struct {
        const char *name;
        enum at_parse (*parse)(const char *body, struct modem_reading *reading);
    } answers[] = {{"+CSQ", parse_csq},   {"+CESQ", parse_cesq},
                   {"+COPS", parse_cops}, {"+CFUN", parse_cfun},
                   {"+CPIN", parse_cpin}, {"+CME ERROR", parse_cme_error}};
    static const char *const registrations[DOMAIN_COUNT] = {
        [DOMAIN_CS] = "+CREG",
        [DOMAIN_GPRS] = "+CGREG",
        [DOMAIN_EPS] = "+CEREG",
        [DOMAIN_5GS] = "+C5GREG",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        const char *body = at_body(line, answers[i].name);
        if (body != NULL)
            return answers[i].parse(body, reading);
    }
    for (unsigned d = 0; d < DOMAIN_COUNT; d++) {
        const char *body = at_body(line, registrations[d]);
        if (body != NULL)
            return parse_registration(body, (enum modem_domain)d, reading);
    }
    return AT_NOT_MINE;
}
