/* Plays a trip of the sample survey to a real collector: a receiver that sends NMEA over
 * UDP, where gpsd listens, and modems that answer AT commands on ptys, many times faster
 * than it was walked. */
#ifndef LOMSONG_SAMPLE_PLAY_H
#define LOMSONG_SAMPLE_PLAY_H

#include "err.h"
#include "sample_trip.h"

struct play_options {
    const char *dir; /* gets the ptys and collect.yaml, for a collector that runs there */
    int gpsd_port;   /* for collect.yaml */
    int nmea_port;   /* UDP, on this machine */
    double seconds;  /* that the trip is to take */
};

/* Stands at the trip's beginning from when collect.yaml is there until SIGUSR1, then
 * makes the trip; SIGTERM or SIGINT end it early (ERR_FAILED). Failures are reported. */
MUST_CHECK enum err play_trip(const struct trip *trip,
                              const struct play_options *options);

#endif
