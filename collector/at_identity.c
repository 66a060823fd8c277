/* Who a modem is. The answers are plain lines without a prefix; some put one all the
 * same: "+CGMI: Quectel" or "+CIMI: 452…". */
#include "at_identity.h"

#include <stdio.h>
#include <string.h>

#include "identity.h"

const char *const at_identity_commands[] = {"E0",    "+CGMI", "+CGMM", "+CGMR",
                                            "+CGSN", "+CIMI", NULL};

/* MCC whose networks have three digits of MNC (ITU-T E.212, North America and its
 * numbering neighbours); all others have two. */
static bool has_long_mnc(const char *imsi)
{
    static const char *const mccs[] = {
        "302", "310", "311", "312", "313", "314", "315", "316", "330", "332", "334",
        "338", "342", "344", "346", "348", "350", "352", "354", "356", "358", "360",
        "364", "365", "366", "374", "376", "708", "714", "722", "732", "750"};
    for (size_t i = 0; i < sizeof mccs / sizeof *mccs; i++) {
        if (strncmp(imsi, mccs[i], 3) == 0)
            return true;
    }
    return false;
}

/* Only the operator is taken from the IMSI; the rest is forgotten here. */
static mccmnc_t operator_of_imsi(const char *imsi)
{
    char digits[MCCMNC_TEXT_SIZE];
    if (strlen(imsi) < 14 || strspn(imsi, "0123456789") < 14)
        return 0;
    snprintf(digits, sizeof digits, "%.*s", has_long_mnc(imsi) ? 6 : 5, imsi);
    return mccmnc_parse(digits);
}

static void take_text(char text[MODEM_TEXT_SIZE], const char *value)
{
    if (!text[0]) /* the first line counts */
        snprintf(text, MODEM_TEXT_SIZE, "%.*s", MODEM_TEXT_SIZE - 1, value);
}

void at_identity_take(struct modem *who, const char *command, const char *line,
                      const unsigned char *imei_key)
{
    const char *colon = line[0] == '+' ? strchr(line, ':') : NULL;
    const char *value = colon ? colon + 1 + strspn(colon + 1, " \"") : line;
    if (line[0] == '+' && !colon)
        return;
    if (strcmp(command, "+CGMI") == 0)
        take_text(who->manufacturer, value);
    else if (strcmp(command, "+CGMM") == 0)
        take_text(who->model, value);
    else if (strcmp(command, "+CGMR") == 0)
        take_text(who->firmware, value);
    else if (strcmp(command, "+CGSN") == 0 && !who->imei_hash[0] &&
             strspn(value, "0123456789") >= 14)
        identity_hash_imei(value, imei_key, who->imei_hash);
    else if (strcmp(command, "+CIMI") == 0 && who->sim_mccmnc == 0)
        who->sim_mccmnc = operator_of_imsi(value);
}
