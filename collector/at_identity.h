/* Who a modem is, from its answers to +CGMI +CGMM +CGMR +CGSN +CIMI. Pure. */
#ifndef LOMSONG_AT_IDENTITY_H
#define LOMSONG_AT_IDENTITY_H

#include "modem.h"

/* NULL-terminated, in the order they are asked. */
extern const char *const at_identity_commands[];

/* Takes a line of the answer to a command. Of the IMEI only the hash under the key is
 * kept, of the IMSI only the operator. */
void at_identity_take(struct modem *who, const char *command, const char *line,
                      const unsigned char *imei_key);

#endif
