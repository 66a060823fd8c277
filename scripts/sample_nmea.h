/* A simulated GPS receiver's sentences (NMEA 0183). Pure. */
#ifndef LOMSONG_SAMPLE_NMEA_H
#define LOMSONG_SAMPLE_NMEA_H

#include <stddef.h>

#include "sample.h"

enum { NMEA_EPOCH_SIZE = 512 };

/* The sentences of one epoch, in the order of a u-blox receiver: position, dilution and
 * satellites as in the sample, the time as given. Without a position the receiver says
 * that it has no fix. Returns their length. */
size_t sample_nmea_epoch(const struct sample *s, int64_t t_utc_ms,
                         char text[NMEA_EPOCH_SIZE]);

#endif
