/* sample-survey OUTDIR: writes an invented survey whose truth is known, the same bytes on
 * each run: hamlets.geojson, clusters.csv, communes.geojson, logs/ and truth.csv. With -v
 * it shows the share of each area's bins that each operator truly serves.
 *
 * sample-survey --play LOG DIR GPSD_PORT NMEA_PORT SECONDS: makes the trip that LOG of
 * logs/ comes from as a receiver and modems, for a real collector to log (see
 * sample_play.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "lang.h"
#include "sample_logs.h"
#include "sample_places.h"
#include "sample_play.h"
#include "sample_trip.h"
#include "xmem.h"

enum { MAX_STEPS = 16 };

/* 15 September 2025, 00:00 at UTC+7, in hours. */
#define DAY_1_HOUR INT64_C(488297)
#define HOUR_MS INT64_C(3600000)

struct plan {
    const char *file;
    enum log_format format;
    int64_t hour; /* of the start, after the first day's midnight */
    struct place_m from;
    int only_op;
    struct trip_step steps[MAX_STEPS];
};

/* Modem 3 (Viettel) dies on the way to H08 and goes on showing the valley's level there;
 * on the way back the receiver repeats a position in H08. Neither may count: H08 has no
 * signal. */
static const struct plan plans[] = {
    {"trip-a.gpkg",
     LOG_TRIP,
     8,
     {0, 0},
     TRIP_ALL_OPERATORS,
     {{TRIP_WALK, .code = "H01"},
      {TRIP_WALK, .code = "H01-1"},
      {TRIP_DRIVE, .to = {-500, 100}},
      {TRIP_DRIVE, .to = {-1000, -580}},
      {TRIP_DRIVE, .to = {-1400, -320}}, /* once through H12, no more */
      {TRIP_GPS_LOST, .epochs = 20},
      {TRIP_DRIVE, .to = {-1300, 400}},
      {TRIP_SILENT, .op = 2, .epochs = 420},
      {TRIP_WALK, .code = "H08"},
      {TRIP_GPS_STALE, .epochs = 150},
      {TRIP_DRIVE, .to = {-1200, 300}}}},
    {"trip-b.gpkg",
     LOG_TRIP,
     33,
     {1200, 0},
     TRIP_ALL_OPERATORS,
     {{TRIP_WALK, .code = "H05-3"},
      {TRIP_WALK, .code = "H05"},
      {TRIP_WALK, .code = "H05-1"},
      {TRIP_GPS_ZERO, .epochs = 12},
      {TRIP_WALK, .code = "H05-2"},
      {TRIP_DRIVE, .to = {3400, -500}},
      {TRIP_WALK, .code = "H02-2"},
      {TRIP_WALK, .code = "H02"},
      {TRIP_WALK, .code = "H02-1"}}},
    {"west-2025-09-17.csv",
     LOG_CSV,
     56,
     {-2600, -150},
     TRIP_ALL_OPERATORS,
     {{TRIP_WALK, .code = "H03"},
      {TRIP_SILENT, .op = 3, .epochs = 90},
      {TRIP_DRIVE, .to = {-2600, 200}},
      {TRIP_GPS_POOR, .epochs = 15},
      {TRIP_DRIVE, .to = {-3400, 300}},
      {TRIP_DRIVE, .to = {-4400, -300}},
      {TRIP_WALK, .code = "H07"}}},
    {"north-2025-09-18.csv",
     LOG_CSV_CUT,
     80,
     {-1700, 1200},
     TRIP_ALL_OPERATORS,
     {{TRIP_WALK, .code = "H08"},
      {TRIP_GPS_LOST, .epochs = 10},
      {TRIP_DRIVE, .to = {0, 3300}},
      {TRIP_WALK, .code = "H09"}}},
    {"middle-2025-09-19.csv",
     LOG_CSV,
     105,
     {-900, 200},
     TRIP_ALL_OPERATORS,
     {{TRIP_WALK, .code = "H06"}}},
    {"seat.csv.gz",
     LOG_CSV_GZIP,
     127,
     {900, -100},
     TRIP_ALL_OPERATORS,
     {{TRIP_WALK, .code = "H04"},
      {TRIP_DRIVE, .to = {300, 900}},
      {TRIP_WALK, .code = "H10"},
      {TRIP_WALK, .code = "H10-1"},
      {TRIP_DRIVE, .to = {1500, 900}},
      {TRIP_WALK, .code = "H13"}}},
    {"Viettel_2025.09.20_14.00.00.txt",
     LOG_GNETTRACK,
     134,
     {-1500, 300},
     2,
     {{TRIP_WALK, .code = "H06"},
      {TRIP_GPS_ZERO, .epochs = 5},
      {TRIP_WALK, .code = "H08"}}},
};

static bool make_directory(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    err_report("%s: cannot create the directory: %s", path, strerror(errno));
    return false;
}

static size_t count_steps(const struct plan *plan)
{
    size_t count = MAX_STEPS;
    while (count > 0 && plan->steps[count - 1].act == TRIP_WALK &&
           !plan->steps[count - 1].code)
        count--;
    return count;
}

static struct trip trip_of(const struct plan *plan)
{
    return (struct trip){
        .seed = (uint64_t)(plan - plans) + 1,
        .started_utc_ms = (DAY_1_HOUR + plan->hour) * HOUR_MS,
        .from = plan->from,
        .only_op = plan->only_op,
        .steps = plan->steps,
        .step_count = count_steps(plan),
    };
}

static bool write_log(const char *dir, const struct plan *plan)
{
    const struct trip trip = trip_of(plan);
    char *path = xasprintf("%s/%s", dir, plan->file);
    (void)unlink(path); /* of an earlier run; a trip log is never overwritten */
    struct sample_log *log = log_open(path, plan->format, trip.started_utc_ms);
    free(path);
    if (!log)
        return false;
    int64_t ended_utc_ms;
    const bool made = trip_run(&trip, log_put, log, &ended_utc_ms);
    return log_close(log, ended_utc_ms) && made;
}

static int write_survey(const char *dir, bool show)
{
    char *logs = xasprintf("%s/logs", dir);
    bool ok = make_directory(dir) && make_directory(logs) && places_write(dir, show);
    for (size_t i = 0; ok && i < sizeof plans / sizeof *plans; i++)
        ok = write_log(logs, &plans[i]);
    free(logs);
    return ok ? ERR_OK : ERR_FAILED;
}

static enum err play(char **args)
{
    const struct play_options options = {
        .dir = args[1],
        .gpsd_port = (int)strtol(args[2], NULL, 10),
        .nmea_port = (int)strtol(args[3], NULL, 10),
        .seconds = strtod(args[4], NULL),
    };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        const struct trip trip = trip_of(&plans[i]);
        if (strcmp(plans[i].file, args[0]) == 0)
            return make_directory(options.dir) ? play_trip(&trip, &options) : ERR_FAILED;
    }
    err_report("%s: no log of the sample survey has that name", args[0]);
    return ERR_USAGE;
}

int main(int argc, char **argv)
{
    lang_init();
    if (argc == 7 && strcmp(argv[1], "--play") == 0)
        return (int)play(argv + 2);
    const bool show = argc == 3 && strcmp(argv[1], "-v") == 0;
    if (argc == 2 || show)
        return write_survey(argv[argc - 1], show);
    fputs("usage: sample-survey [-v] OUTDIR\n"
          "       sample-survey --play LOG DIR GPSD_PORT NMEA_PORT SECONDS\n",
          stderr);
    return ERR_USAGE;
}
