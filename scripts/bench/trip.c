/* Big trip logs: rows of gen.c (an ISO time in Z, degrees, mccmnc, GSM|WCDMA|LTE|NR, dBm,
 * metres; empty: missing) as sealed trip logs of the collector's own making,
 * PREFIX0000.gpkg and on, a modem per operator:
 *
 *     trip ROWS_PER_LOG PREFIX <rows.csv */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csvio.h"
#include "triplog.h"
#include "utc.h"
#include "xmem.h"

enum { FIELDS = 7, COMMIT_ROWS = 100000 };

struct logs {
    const char *prefix;
    int64_t rows_per_log;
    int count;
    int64_t rows; /* of the open one */
    int64_t last_utc_ms;
    struct triplog_writer *writer;
};

/* Splits a line in place; false where it has another number of fields. */
static bool split(char *line, char *fields[FIELDS])
{
    int count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at && count < FIELDS; count++) {
        fields[count] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    return count == FIELDS;
}

static double number(const char *text)
{
    double value = 0;
    return csvio_number(text, &value) ? value : (double)NAN;
}

/* The last digit of the operator's code stands for its modem. */
static struct sample to_sample(char *const fields[FIELDS], int64_t t_utc_ms)
{
    struct sample s = sample_empty();
    const size_t len = strlen(fields[3]);
    s.modem_id = len > 0 ? fields[3][len - 1] - '0' : ID_UNKNOWN;
    s.t_utc_ms = t_utc_ms;
    s.state = STATE_IN_SERVICE;
    s.tech = tech_parse(fields[4]);
    s.mccmnc = mccmnc_parse(fields[3]);
    sample_set_level_dbm(&s, s.tech, number(fields[5]));
    s.acc_h95_m = number(fields[6]);
    s.pos = (struct latlon){number(fields[1]), number(fields[2])};
    return s;
}

static enum err open_log(struct logs *l, int64_t t_utc_ms)
{
    char *path = xasprintf("%s%04d.gpkg", l->prefix, l->count);
    char *uuid = xasprintf("00000000-0000-4000-8000-%012d", l->count);
    const struct triplog_trip trip = {.trip_uuid = uuid,
                                      .collector_version = "bench",
                                      .device = "bench",
                                      .started_utc_ms = t_utc_ms,
                                      .ended_utc_ms = TIME_UNKNOWN};
    (void)unlink(path);
    enum err err = triplog_create(path, &trip, &l->writer);
    for (int i = 0; !err && i < 10; i++) {
        const struct triplog_modem modem = {.modem_id = i, .model = "bench"};
        err = triplog_add_modem(l->writer, &modem);
    }
    free(uuid);
    free(path);
    l->count++;
    l->rows = 0;
    return err;
}

static enum err seal_log(struct logs *l)
{
    struct triplog_writer *w = l->writer;
    l->writer = NULL;
    return w ? triplog_seal(w, l->last_utc_ms) : ERR_OK;
}

static enum err add_line(struct logs *l, char *line)
{
    char *fields[FIELDS];
    struct utc_stamp time;
    enum err err = ERR_OK;
    if (!split(line, fields) || utc_parse(fields[0], 0, &time) != ERR_OK)
        return ERR_OK; /* the header */
    const int64_t t_utc_ms = time.t_utc_ms;
    if (l->writer && l->rows == l->rows_per_log)
        err = seal_log(l);
    if (!err && !l->writer)
        err = open_log(l, t_utc_ms);
    const struct sample s = to_sample(fields, t_utc_ms);
    if (!err)
        err = triplog_add_sample(l->writer, &s);
    if (!err && ++l->rows % COMMIT_ROWS == 0)
        err = triplog_commit(l->writer);
    l->last_utc_ms = t_utc_ms;
    return err;
}

int main(int argc, char **argv)
{
    struct logs logs = {.last_utc_ms = TIME_UNKNOWN};
    char line[512];
    enum err err = ERR_OK;
    if (argc == 3)
        logs.rows_per_log = strtoll(argv[1], NULL, 10);
    if (logs.rows_per_log <= 0) {
        fprintf(stderr, "usage: trip ROWS_PER_LOG PREFIX <rows.csv\n");
        return ERR_USAGE;
    }
    logs.prefix = argv[2];
    while (!err && fgets(line, sizeof line, stdin))
        err = add_line(&logs, line);
    const enum err sealed = seal_log(&logs);
    return err != ERR_OK ? (int)err : (int)sealed;
}
