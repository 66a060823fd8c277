/* How the last active test of a modem is shown. */
#ifndef LOMSONG_SHOW_PROBE_H
#define LOMSONG_SHOW_PROBE_H

#include "jsonw.h"
#include "prober.h"

/* "download 5.2 Mbit/s", "ping 41 ms, 20 % lost", "download: too slow"; fits one line of
 * a phone. */
enum { SHOW_PROBE_SIZE = 128 };
const char *show_probe_text(const struct probe_last *last, char text[SHOW_PROBE_SIZE]);

/* One JSON object; null without a test. */
void show_probe_json(struct jsonw *j, const struct probe_last *last);

#endif
