/* What the files of the dialects share among themselves. */
#ifndef LOMSONG_AT_DIALECTS_H
#define LOMSONG_AT_DIALECTS_H

#include "at_cell.h"
#include "at_dialect.h"
#include "at_text.h"

/* Sent to and asked of every modem besides its dialect's own. */
#define AT_COMMON_SETUP                                                                  \
    "+CMEE=1", "+CEREG=2", "+CGREG=2", "+CREG=2", "+C5GREG=2", "+COPS=3,2"
#define AT_COMMON_POLLS "+CESQ", "+CSQ"

/* What a dialect's file gives to the table; see struct at_dialect. */
#define AT_DIALECT_DECLARE(name)                                                         \
    extern const char *const at_##name##_setup[];                                        \
    extern const char *const at_##name##_polls[];                                        \
    bool at_##name##_matches(const char *manufacturer, const char *model);               \
    enum at_parse at_##name##_parse(const char *line, struct at_context *context,        \
                                    struct modem_reading *reading)

AT_DIALECT_DECLARE(fibocom);
AT_DIALECT_DECLARE(huawei);
AT_DIALECT_DECLARE(quectel);
AT_DIALECT_DECLARE(sierra);
AT_DIALECT_DECLARE(simcom);
AT_DIALECT_DECLARE(telit);
AT_DIALECT_DECLARE(ublox);

#endif
