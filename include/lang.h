/* The language of messages and reports, Vietnamese or English, through gettext. */
#ifndef LOMSONG_LANG_H
#define LOMSONG_LANG_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text)                                                                         \
    (text) /* marks a text of a constant table; translate with _() when shown */

enum lang { LANG_VI, LANG_EN };

/* Sets up gettext at program start: language by LANGUAGE, LC_ALL, LC_MESSAGES, LANG, the
 * first that is set; English where it names English, else Vietnamese. */
void lang_init(void);

/* Switches all later messages; reports in both languages switch to and fro. */
void lang_set(enum lang lang);
enum lang lang_get(void);

/* "vi" or "en" to enum; -1 for anything else. */
int lang_parse(const char *text);

#endif
