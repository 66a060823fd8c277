/* Who a modem is, as one line of text. Pure. */
#ifndef LOMSONG_MODEM_WHO_H
#define LOMSONG_MODEM_WHO_H

#include "modem.h"

enum { MODEM_WHO_SIZE = 1024 };

/* "name=…<TAB>model=…": what is not missing; numbers of subscribers are taken out. Source
 * and port are not part of it. */
void modem_who_format(const struct modem *m, char text[MODEM_WHO_SIZE]);

/* Reads such a text. False where a key or value is none; *m is untouched then. */
bool modem_who_parse(const char *text, struct modem *m);

#endif
