/* A recording: the raw traffic of a run with the time of every line, so that any trip can
 * be played again. Text, one line each:
 *
 *     lomsong-recording 1
 *     version 0.1.0
 *     device survey-03
 *     date 2025-11-22T00:00:00.000Z
 *     boot_id c6e71684-6689-40a9-9ebe-694da8727fd3
 *     started_mono_ms 12177199
 *     started_utc_ms 1763769600000
 *     interval_ms 1000
 *     distance_m 0
 *
 *     12177205 clock . - 1763769600006
 *     12177290 at > /dev/ttyUSB2 +CEREG?
 *     12177301 at < /dev/ttyUSB2 +CEREG: 2,1,"2F41","015A3C07",7
 *
 * Milliseconds of the monotonic clock, source, kind, port, and the rest is text. Kinds:
 *
 *     clock          .  a tick: UTC in milliseconds by the system
 *     at             [ ]  a round begins, ends   > <  sent behind "AT", received
 *     modemmanager   >  asked    < ?  facts, confirmed or not   (mm_facts.h)
 *     gpsd           <  a line of JSON
 *     all three      =  who the modem is   -  it is gone   !  an event, about `port`
 *
 * Control characters, backslashes and what is not ASCII are written \xHH, in ports blanks
 * too. IMEI, IMSI, ICCID and phone numbers are taken out before. */
#ifndef LOMSONG_RECORDING_H
#define LOMSONG_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

enum { RECORDING_TEXT_SIZE = 24576, RECORDING_PORT_SIZE = 256 };

struct recording_header {
    char version[32]; /* of the collector */
    char device[65];
    char date[32];
    char boot_id[40];
    int64_t started_mono_ms, started_utc_ms;
    int interval_ms;
    double distance_m;
};

struct recording_line {
    int64_t mono_ms;
    const char *source;
    char kind;
    const char *port; /* "-" where there is none */
    const char *text;
};

struct recording_writer;
/* Makes the file, which must not be there yet. */
MUST_CHECK enum err recording_create(const char *path, const struct recording_header *h,
                                     struct recording_writer **writer);
/* Buffered; the buffer is written when it is full and at a flush. */
MUST_CHECK enum err recording_write(struct recording_writer *w,
                                    const struct recording_line *line);
MUST_CHECK enum err recording_flush(struct recording_writer *w);
/* NULL is legal. */
MUST_CHECK enum err recording_finish(struct recording_writer *w);

struct recording_reader;
/* ERR_INPUT, reported with file, line and what was expected, where it is no recording. */
MUST_CHECK enum err recording_open(const char *path, struct recording_header *h,
                                   struct recording_reader **reader);
/* 1 with the next line, valid until the next call; 0 at the end; -1, reported, where it
 * is damaged. A last line without its end was cut by a crash: it is left out. */
int recording_next(struct recording_reader *r, struct recording_line *line);
/* Damage found by who understands the text: reports file, line, text and what was
 * expected. */
MUST_CHECK enum err recording_fault(const struct recording_reader *r, const char *text,
                                    const char *expected);
void recording_close(struct recording_reader *r);

#endif
