/* A simulated modem: what it answers to AT commands, given what it sees. Pure. */
#ifndef LOMSONG_SAMPLE_MODEM_H
#define LOMSONG_SAMPLE_MODEM_H

#include <stddef.h>

#include "sample.h"

/* The modem with operator `op`'s SIM, now. Two families: those of even number are
 * Quectels, the others know 3GPP's commands alone. */
struct sample_modem {
    int op;
    struct sample sees;
};

/* The answer to the command behind "AT", with its final result and line ends. */
enum { MODEM_ANSWER_SIZE = 512 };
void sample_modem_answer(const struct sample_modem *m, const char *command,
                         char answer[MODEM_ANSWER_SIZE]);

#endif
