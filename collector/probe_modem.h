/* Whose an active test is, and whether its failure says anything about the network. */
#ifndef LOMSONG_PROBE_MODEM_H
#define LOMSONG_PROBE_MODEM_H

#include "loop.h"
#include "probe_result.h"

/* The modem as the sources know it: by its IMEI, or by the name that its port was given.
 * NULL while it was never seen. */
const struct modem *probe_modem_find(const struct loop *l, const struct config_modem *c);

/* True in the states that are evidence: a failure without service tells of the network,
 * one of a modem that is silent, off or absent tells of the modem. `m` may be NULL. */
bool probe_modem_testable(const struct loop *l, const struct modem *m);

/* What an interface in trouble (probe_link_trouble) says: nothing, where the modem is in
 * service, for setting it up is the device's own business; without service a failure, for
 * there would be no broadband through it either. */
struct probe_result probe_modem_trouble(const struct loop *l, const struct modem *m,
                                        const char *trouble);

#endif
