/* Answers as collector/at_3gpp.c and collector/at_quectel.c describe them: TS 27.007, and
 * Quectel's +QENG. Levels of the sample are whole dBm. */
#include "sample_modem.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sample_field.h"

/* Behind the lines of an answer. */
#define OK "\r\nOK\r\n"

static bool is_quectel(const struct sample_modem *m)
{
    return m->op % 2 == 0;
}

static bool in_service(const struct sample_modem *m)
{
    return m->sees.state == STATE_IN_SERVICE;
}

/* Technology as AcT (TS 27.007 §7.3). */
static int act(const struct sample_modem *m)
{
    static const int acts[TECH_COUNT + 1] = {
        [TECH_GSM] = 0, [TECH_WCDMA] = 2, [TECH_LTE] = 7, [TECH_NR_NSA] = 13};
    return acts[m->sees.tech];
}

/* Registration of one domain: +CREG all, +CGREG 2G and 3G, +CEREG LTE. */
static void answer_registration(const struct sample_modem *m, const char *command,
                                char *answer)
{
    const bool is_old = m->sees.tech == TECH_GSM || m->sees.tech == TECH_WCDMA;
    const bool serves = strcmp(command, "+CREG") == 0 ||
                        (strcmp(command, "+CGREG") == 0 && is_old) ||
                        (strcmp(command, "+CEREG") == 0 && !is_old);
    if (in_service(m) && serves) {
        snprintf(answer, MODEM_ANSWER_SIZE,
                 "\r\n%s: 2,1,\"%04" PRIX64 "\",\"%08" PRIX64 "\",%d\r\n" OK, command,
                 m->sees.tac > 0 ? (uint64_t)m->sees.tac : 1,
                 m->sees.cell_id > 0 ? (uint64_t)m->sees.cell_id : 1, act(m));
        return;
    }
    const int stat = m->sees.state == STATE_LIMITED ? 3 : 2;
    snprintf(answer, MODEM_ANSWER_SIZE, "\r\n%s: 2,%d\r\n" OK, command,
             in_service(m) ? 0 : stat);
}

/* The index of +CESQ: the level is the lower end of its interval; 0 is below. */
static int level_index(double dbm, int base, int last, int unknown)
{
    if (!isfinite(dbm) || dbm < base || dbm - base > last)
        return unknown;
    return dbm - base < 1 ? 1 : (int)(dbm - base);
}

static void answer_cesq(const struct sample_modem *m, char *answer)
{
    const struct sample *s = &m->sees;
    const bool known = in_service(m);
    snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+CESQ: %d,99,%d,255,255,%d\r\n" OK,
             known ? level_index(s->rxlev_dbm, -111, 63, 99) : 99,
             known ? level_index(s->rscp_dbm, -121, 96, 255) : 255,
             known ? level_index(s->rsrp_dbm, -141, 97, 255) : 255);
}

/* A level, or '-' where the reading is none. */
static const char *level_text(double dbm, char text[16])
{
    if (isfinite(dbm) && dbm > -160 && dbm < -20)
        snprintf(text, 16, "%.0f", dbm);
    else
        snprintf(text, 16, "-");
    return text;
}

static void print_lte(const struct sample_modem *m, char *text, size_t size)
{
    const struct sample *s = &m->sees;
    char rsrp[16];
    snprintf(text, size,
             "\"LTE\",\"FDD\",%.3s,%s,%" PRIX64 ",%" PRId64 ",%" PRId64 ",%s,5,5,%" PRIX64
             ",%s,%.0f,-,%.0f,-",
             field_mccmnc[m->op], field_mccmnc[m->op] + 3, (uint64_t)s->cell_id, s->pci,
             s->arfcn, s->band, (uint64_t)s->tac, level_text(s->rsrp_dbm, rsrp),
             s->rsrq_db, s->sinr_db);
}

static void answer_qeng(const struct sample_modem *m, char *answer)
{
    const struct sample *s = &m->sees;
    const char *mcc = field_mccmnc[m->op], *mnc = mcc + 3;
    char cell[MODEM_ANSWER_SIZE / 2], level[16];
    if (!in_service(m)) {
        snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+QENG: \"servingcell\",\"%s\"\r\n" OK,
                 s->state == STATE_LIMITED ? "LIMSRV" : "SEARCH");
        return;
    }
    if (s->tech == TECH_NR_NSA) {
        print_lte(m, cell, sizeof cell);
        snprintf(answer, MODEM_ANSWER_SIZE,
                 "\r\n+QENG: \"servingcell\",\"NOCONN\"\r\n+QENG: %s\r\n"
                 "+QENG:\"NR5G-NSA\",%.3s,%s,%" PRId64 ",%s,17,-11\r\n" OK,
                 cell, mcc, mnc, s->pci, level_text(s->ss_rsrp_dbm, level));
        return;
    }
    if (s->tech == TECH_LTE)
        print_lte(m, cell, sizeof cell);
    else if (s->tech == TECH_WCDMA)
        snprintf(cell, sizeof cell,
                 "\"WCDMA\",%.3s,%s,1C20,%" PRIX64 ",10713,120,0,%s,%.0f,-,-,-,-,-", mcc,
                 mnc, (uint64_t)s->cell_id, level_text(s->rscp_dbm, level), s->ecno_db);
    else
        snprintf(cell, sizeof cell,
                 "\"GSM\",%.3s,%s,1C21,%" PRIX64 ",12,55,-,%s,255,255,0,18,18,1", mcc,
                 mnc, (uint64_t)s->cell_id, level_text(s->rxlev_dbm, level));
    snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+QENG: \"servingcell\",\"NOCONN\",%s\r\n" OK,
             cell);
}

/* Who it is: the numbers are invented. True where the command was one of these. */
static bool answer_identity(const struct sample_modem *m, const char *command,
                            char *answer)
{
    char line[64] = "";
    if (strcmp(command, "+CGMI") == 0)
        snprintf(line, sizeof line, "%s", is_quectel(m) ? "Quectel" : "Deskmodem");
    else if (strcmp(command, "+CGMM") == 0)
        snprintf(line, sizeof line, "%s", is_quectel(m) ? "RM500Q" : "D1");
    else if (strcmp(command, "+CGMR") == 0)
        snprintf(line, sizeof line, "SAMPLE-01");
    else if (strcmp(command, "+CGSN") == 0)
        snprintf(line, sizeof line, "3569380356438%d0", m->op);
    else if (strcmp(command, "+CIMI") == 0)
        snprintf(line, sizeof line, "%s%010d", field_mccmnc[m->op], 123456780 + m->op);
    if (line[0])
        snprintf(answer, MODEM_ANSWER_SIZE, "\r\n%s\r\n" OK, line);
    return line[0] != '\0';
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

void sample_modem_answer(const struct sample_modem *m, const char *command,
                         char answer[MODEM_ANSWER_SIZE])
{
    static const char *const accepted[] = {
        "E", "+CMEE=", "+CEREG=", "+CGREG=", "+CREG=", "+COPS=3", "+CFUN=1", "+C5GREG="};
    static const char *const domains[] = {"+CEREG", "+CGREG", "+CREG"};
    snprintf(answer, MODEM_ANSWER_SIZE, "\r\nERROR\r\n");
    if (answer_identity(m, command, answer))
        return;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        if (begins(command, accepted[i]) || command[0] == '\0')
            snprintf(answer, MODEM_ANSWER_SIZE, OK);
    }
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        if (begins(command, domains[i]) && strcmp(command + strlen(domains[i]), "?") == 0)
            answer_registration(m, domains[i], answer);
    }
    if (strcmp(command, "+CFUN?") == 0)
        snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+CFUN: 1\r\n" OK);
    else if (strcmp(command, "+CPIN?") == 0)
        snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+CPIN: READY\r\n" OK);
    else if (strcmp(command, "+COPS?") == 0 && in_service(m))
        snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+COPS: 0,2,\"%s\",%d\r\n" OK,
                 field_mccmnc[m->op], act(m));
    else if (strcmp(command, "+COPS?") == 0)
        snprintf(answer, MODEM_ANSWER_SIZE, "\r\n+COPS: 0\r\n" OK);
    else if (strcmp(command, "+CESQ") == 0)
        answer_cesq(m, answer);
    else if (is_quectel(m) && strcmp(command, "+QENG=\"servingcell\"") == 0)
        answer_qeng(m, answer);
    else if (is_quectel(m) && strcmp(command, "+QENG=\"neighbourcell\"") == 0)
        snprintf(answer, MODEM_ANSWER_SIZE, OK);
}
