/* The active tests that the sample survey's collectors make on the way. */
#ifndef LOMSONG_SAMPLE_PROBES_H
#define LOMSONG_SAMPLE_PROBES_H

#include "err.h"
#include "sample.h"
#include "triplog.h"

/* Makes a test behind a sample of the modem with operator `op`'s SIM where one is due:
 * one a minute and modem, by turns a download, a ping and an upload. `handset` is the
 * sample as a handset would have read it. */
MUST_CHECK enum err sample_probe_put(struct triplog_writer *w,
                                     const struct sample *handset, int op);

#endif
