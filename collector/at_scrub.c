/* Takes the identifiers of a subscriber out of what a modem says.
 *
 * IMSI and IMEI have 14 to 16 digits, an ICCID 18 to 20 with F as filler; no cell id, not
 * even NR's in decimal, has more than 11. A phone number is known by its + or by the
 * answer it stands in (+CLIP: and its kin come by themselves when somebody calls). u-blox
 * prints the M-TMSI.
 *
 *   #RFSTS: "452 04",1675,…,1B3C20A,"452040123456789","Viettel"  -> …,"xxxxxxxxxxxxxxx",…
 */
#include <string.h>

#include "at_text.h"

enum { IDENTITY_DIGITS = 14, PHONE_DIGITS = 8, OWN_NUMBER_DIGITS = 6 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_filler(char c)
{
    return c == 'F' || c == 'f';
}

/* The end of the digits, and fillers, that start here; counts the digits. */
static char *run_end(char *p, int *digits)
{
    *digits = 0;
    for (; is_digit(*p) || is_filler(*p); p++)
        *digits += is_digit(*p);
    return p;
}

/* +UCGED's line of an LTE cell holds the subscriber's M-TMSI, 8 digits in the eighth of
 * its many fields; no other line without a prefix has as many. */
static void scrub_tmsi(char *line)
{
    enum { TMSI_FIELD = 7, TMSI_DIGITS = 8, COMMAS_MIN = 15 };
    char *tmsi = NULL;
    int commas = 0;
    for (char *p = line; *p != '\0'; p++) {
        if (*p == ',' && ++commas == TMSI_FIELD)
            tmsi = p + 1;
    }
    if (tmsi != NULL && commas >= COMMAS_MIN && is_digit(*line) &&
        strspn(tmsi, "0123456789abcdefABCDEF") == TMSI_DIGITS)
        memset(tmsi, 'x', TMSI_DIGITS);
}

void at_scrub(char *line)
{
    static const char *const with_numbers[] = {"+CNUM", "+CLIP", "+CCWA", "+CMT",
                                               "+CMGR", "+CMGL", "+COLP", "+CLCC",
                                               "+CUSD", "+CDIP"};
    int least = IDENTITY_DIGITS;
    for (size_t i = 0; i < sizeof with_numbers / sizeof with_numbers[0]; i++) {
        if (at_body(line, with_numbers[i]) != NULL)
            least = OWN_NUMBER_DIGITS;
    }
    for (char *p = line; *p != '\0';) {
        int digits;
        char *end = run_end(p, &digits);
        if (end == p) {
            p++;
            continue;
        }
        const bool phone = p > line && p[-1] == '+' && digits >= PHONE_DIGITS;
        if (digits >= least || phone)
            memset(p, 'x', (size_t)(end - p));
        p = end;
    }
    scrub_tmsi(line);
}
