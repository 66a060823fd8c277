/* D-Bus dictionaries of properties as key=value texts. */
#ifndef LOMSONG_MM_DICT_H
#define LOMSONG_MM_DICT_H

#include <systemd/sd-bus.h>

enum { MM_KEY_SIZE = 48, MM_VALUE_SIZE = 96 };

typedef void (*mm_dict_fn)(void *ctx, const char *key, const char *value);

/* Reads an a{sv} at the message's place. Texts, paths, numbers and booleans are given to
 * `take`, those of an inner a{sv} as "Outer.inner"; anything else is skipped unread. A
 * value too long for a text is cut. Negative errno where the message is not of that form.
 */
int mm_dict_read(sd_bus_message *message, mm_dict_fn take, void *ctx);

/* Reads an a{uv} of locations: only the 3GPP one (MM_MODEM_LOCATION_SOURCE_3GPP_LAC_CI,
 * 1) as "3gpp"; positions of the modem's own receiver are not asked for. */
int mm_dict_read_location(sd_bus_message *message, mm_dict_fn take, void *ctx);

#endif
