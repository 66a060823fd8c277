/* The table of AT dialects. */
#include "at_dialects.h"

#include <string.h>

static const char *const generic_setup[] = {AT_COMMON_SETUP, NULL};
static const char *const generic_polls[] = {AT_COMMON_POLLS, NULL};

static bool generic_matches(const char *manufacturer, const char *model)
{
    (void)manufacturer;
    (void)model;
    return true;
}

#define ROW(name)                                                                        \
    {                                                                                    \
#name, at_##name##_matches, at_##name##_setup, at_##name##_polls,                \
            at_##name##_parse                                                            \
    }

const struct at_dialect at_dialects[] = {
    ROW(quectel), ROW(simcom),
    ROW(sierra),  ROW(huawei),
    ROW(telit),   ROW(ublox),
    ROW(fibocom), {"3gpp", generic_matches, generic_setup, generic_polls, at_3gpp_parse},
};
const size_t at_dialect_count = sizeof at_dialects / sizeof at_dialects[0];

const struct at_dialect *at_dialect_find(const char *manufacturer, const char *model)
{
    const struct at_dialect *dialect = at_dialects;
    while (!dialect->matches(manufacturer, model))
        dialect++;
    return dialect;
}

/* A final result ends the answer: what follows belongs to no command. */
static bool is_final(const char *line)
{
    return strcmp(line, "OK") == 0 || at_begins(line, "ERROR") ||
           at_begins(line, "+CME ERROR") || at_begins(line, "+CMS ERROR");
}

enum at_parse at_dialect_parse(const struct at_dialect *dialect, const char *line,
                               struct at_context *context, struct modem_reading *reading)
{
    if (is_final(line)) {
        context->mode = 0;
        return at_3gpp_parse(line, context, reading);
    }
    enum at_parse result = dialect->parse(line, context, reading);
    if (result == AT_NOT_MINE && dialect->parse != at_3gpp_parse)
        result = at_3gpp_parse(line, context, reading);
    return result;
}
