/* The commands of lomsong-collect: one file each and one row in main.c. */
#ifndef LOMSONG_COMMANDS_H
#define LOMSONG_COMMANDS_H

#include <stdbool.h>

#include "err.h"

struct arguments {
    const char *config; /* NULL: the default */
    const char *output; /* NULL: the configuration's */
    const char *record; /* NULL: no recording is made */
    const char *replay; /* NULL: modems and gpsd */
    const char *speed;  /* of the replay; NULL: as fast as it goes */
    const char *to;     /* the form of an export, the server of a push; NULL: none */
    const char *plan;   /* NULL: the configuration's, or none */
    const char *team;   /* of the plan; NULL: the configuration's, or all */
    bool json;
    bool again; /* of a push, as the next */
    bool delete_after;
    bool plain; /* lines instead of the screen */
    char **files;
    int file_count;
};

enum err cmd_run(const struct arguments *a);
enum err cmd_check(const struct arguments *a);
enum err cmd_plan(const struct arguments *a);
enum err cmd_status(const struct arguments *a);
enum err cmd_verify(const struct arguments *a);
enum err cmd_export(const struct arguments *a);
enum err cmd_push(const struct arguments *a);

#endif
