/* Who a modem is, as one line of text:
 *
 *     name=viettel<TAB>model=EC25<TAB>imei_hash=81d9…<TAB>sim_mccmnc=45204<TAB>mount=vehicle
 */
#include "modem_who.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "at_dialect.h"
#include "triplog.h"

#define TEXT(key)                                                                        \
    {                                                                                    \
#key, offsetof(struct modem, key), sizeof(((struct modem *)0)->key)              \
    }

static const struct {
    const char *key;
    size_t offset, size;
} texts[] = {
    TEXT(name),  TEXT(usb_path),  TEXT(manufacturer), TEXT(model),
    TEXT(mount), TEXT(imei_hash), TEXT(firmware),
};

static void append(char *text, const char *key, const char *value)
{
    const size_t used = strlen(text);
    char clean[MODEM_TEXT_SIZE + 8];
    if (!*value)
        return;
    snprintf(clean, sizeof clean, "%s", value);
    if (strcmp(key, "imei_hash") != 0) /* hexadecimal: looks like numbers, is none */
        at_scrub(clean);
    for (char *tab = clean; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
    const int n = snprintf(text + used, MODEM_WHO_SIZE - used, "%s%s=%s",
                           used ? "\t" : "", key, clean);
    if (n < 0 || (size_t)n >= MODEM_WHO_SIZE - used)
        text[used] = '\0';
}

void modem_who_format(const struct modem *m, char text[MODEM_WHO_SIZE])
{
    char op[MCCMNC_TEXT_SIZE], offset_db[32];
    text[0] = '\0';
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        append(text, texts[i].key, (const char *)m + texts[i].offset);
    mccmnc_format(m->sim_mccmnc, op);
    append(text, "sim_mccmnc", op);
    snprintf(offset_db, sizeof offset_db, "%.10g", m->offset_db);
    append(text, "offset_db", offset_db);
}

static bool take(struct modem *m, const char *key, const char *value)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].key, key) != 0)
            continue;
        if (strlen(value) >= texts[i].size)
            return false;
        snprintf((char *)m + texts[i].offset, texts[i].size, "%s", value);
        return true;
    }
    if (strcmp(key, "sim_mccmnc") == 0) {
        m->sim_mccmnc = mccmnc_parse(value);
        return m->sim_mccmnc != 0;
    }
    char *end = NULL;
    m->offset_db = strtod(value, &end);
    return strcmp(key, "offset_db") == 0 && end != value && *end == '\0' &&
           fabs(m->offset_db) <= TRIPLOG_MAX_OFFSET_DB;
}

bool modem_who_parse(const char *text, struct modem *m)
{
    struct modem who = *m;
    while (*text) {
        char field[MODEM_TEXT_SIZE + 32];
        const size_t length = strcspn(text, "\t");
        if (length >= sizeof field)
            return false;
        memcpy(field, text, length);
        field[length] = '\0';
        char *equals = strchr(field, '=');
        if (!equals)
            return false;
        *equals = '\0';
        if (!take(&who, field, equals + 1))
            return false;
        text += length + (text[length] != '\0');
    }
    *m = who;
    return true;
}
