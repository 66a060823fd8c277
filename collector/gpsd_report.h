/* gpsd's JSON to reports, through libgps. */
#ifndef LOMSONG_GPSD_REPORT_H
#define LOMSONG_GPSD_REPORT_H

#include <stdbool.h>

#include <gps.h>

#include "gps_fix.h"

/* Before every message: libgps keeps what earlier ones said. */
void gpsd_report_prepare(struct gps_data_t *data);

/* What the last message that libgps unpacked into prepared `data` says. False where the
 * message is neither TPV nor SKY. Pure. */
bool gpsd_report_take(const struct gps_data_t *data, struct gps_report *report);

/* The same from a line of gpsd's JSON (changed by the parser), as recordings hold it. */
bool gpsd_report_parse(char *line, struct gps_data_t *data, struct gps_report *report);

#endif
