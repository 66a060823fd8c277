/* The collector's configuration, from YAML. Every key has a default and bounds:
 *
 *     key                default            bounds
 *     output             /var/lib/lomsong   a directory
 *     interval_ms        1000               200..60000
 *     distance_m         0                  0..10000; 0: by time alone
 *     max_file_mb        512                1..4096; then a new file is begun
 *     disk_warn_mb       200                1..1000000
 *     disk_stop_mb       20                 1..1000000, below disk_warn_mb
 *     utc_offset         the system's       "+07:00"
 *     led                none               a sysfs LED, such as /sys/class/leds/led0
 *     plan               none               a plan of lomsong-analyze plan
 *     team               all                1..100000: of the plan's routes
 *     gpsd.host          127.0.0.1
 *     gpsd.port          2947               1..65535
 *     modems[].source    –                  at, modemmanager; or replay, alone
 *     modems[].port      –                  at: a device
 *     modems[].imei      any                modemmanager: only this one
 *     modems[].name      the source's name
 *     modems[].mount     outdoor            outdoor, vehicle, indoor
 *     modems[].offset_db 0                  -50..50, see triplog.h
 *     modems[].mccmnc    asked of the SIM   5 or 6 digits
 *     modems[].file      –                  replay: a recording
 *     modems[].speed     1                  replay: 0..1000; 0: as fast as it goes
 *     probes, modems[].interface, modems[].probes: see config_probes.h
 *     push: see config_push.h */
#ifndef LOMSONG_CONFIG_H
#define LOMSONG_CONFIG_H

#include "config_probes.h"
#include "config_push.h"
#include "err.h"
#include "modem.h"

struct config_modem {
    char *source;
    char *port;
    char *imei;
    char *name;
    char *mount;
    double offset_db;
    mccmnc_t mccmnc;
    char *file;      /* replay: the recording */
    double speed;    /* replay: 1 its own pace, 0 as fast as it goes */
    char *interface; /* of the network; "" none */
    bool probes;     /* active tests through it */
};

struct config {
    char *output;
    int interval_ms;
    double distance_m;
    int64_t max_file_bytes;
    int64_t disk_warn_bytes;
    int64_t disk_stop_bytes;
    bool has_utc_offset;
    int32_t utc_offset_s;
    char *led;    /* NULL: none */
    char *plan;   /* NULL: none */
    int64_t team; /* 0: all */
    char *gpsd_host;
    int gpsd_port;
    struct config_probes probes;
    struct config_push push;
    struct config_modem modems[MODEM_MAX];
    size_t modem_count; /* 0: everything that ModemManager knows */
};

/* Loads the file; NULL takes /etc/lomsong/collector.yaml where there is one, else the
 * defaults. Faults name file, line, key and bounds: ERR_INPUT. */
MUST_CHECK enum err config_load(const char *path, struct config *config);
/* The same, with --output (NULL: not given) above the key of that name. */
MUST_CHECK enum err config_load_for(const char *path, const char *output,
                                    struct config *config);
/* The recording that is played instead of all modems and gpsd; NULL: none. */
const struct config_modem *config_replay(const struct config *config);
/* Plays the recording, whatever modems were listed. */
void config_set_replay(struct config *config, const char *file, double speed);
void config_free(struct config *config);

#endif
