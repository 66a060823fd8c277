/* Each format is written as its program does, faults included. */
#include "sample_logs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "err.h"
#include "sample_field.h"
#include "sample_mount.h"
#include "sample_probes.h"
#include "triplog.h"
#include "utc.h"
#include "xmem.h"

#define LOCAL_MS (7 * 3600 * 1000)

enum { FIELD_SIZE = 32 };

struct sample_log {
    char *path;
    enum log_format format;
    struct triplog_writer *trip;
    gzFile text; /* also writes what is not compressed */
    int64_t commit_utc_ms;
    bool gps_lost;
};

static const char *const headers[] = {
    [LOG_CSV] =
        "t_utc,lat_deg,lon_deg,mccmnc,tech,state,rsrp_dbm,rsrq_db,sinr_db,rscp_dbm,"
        "rxlev_dbm,ss_rsrp_dbm,acc_h95_m,fix_age_ms,level_age_ms\r\n",
    [LOG_CSV_CUT] =
        "modem_id,t_utc_ms,state,tech,mcc,mnc,cell_id,lat_deg,lon_deg,acc_h95_m,"
        "rsrp_dbm,rscp_dbm,rxlev_dbm,level_age_ms\n",
    [LOG_CSV_GZIP] = "ts,lat,lon,operator,tech,state,level_dbm,acc\n",
    [LOG_GNETTRACK] =
        "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tCellname\tNode"
        "\tCellID\tLAC\tNetworkTech\tLevel\tQual\tSNR\tCQI\tLTERSSI\tARFCN\tPSC"
        "\tAltitude\tDistance\tTA\tBAND\t\r\n",
};

/* A number, or nothing where it is missing. */
static const char *number(double value, int decimals, char text[FIELD_SIZE])
{
    text[0] = '\0';
    if (isfinite(value))
        snprintf(text, FIELD_SIZE, "%.*f", decimals, value);
    return text;
}

static const char *age(int64_t age_ms, char text[FIELD_SIZE])
{
    return number(age_ms == ID_UNKNOWN ? (double)NAN : (double)age_ms, 0, text);
}

static const char *tech(const struct sample *s)
{
    return s->tech == TECH_NONE ? "" : tech_name(s->tech);
}

/* CSV names the operator that the row counts for. */
static const char *operator_of(const struct sample *s, int op,
                               char text[MCCMNC_TEXT_SIZE])
{
    const mccmnc_t own = mccmnc_parse(field_mccmnc[op]);
    mccmnc_format(s->state == STATE_IN_SERVICE ? s->mccmnc : own, text);
    return text;
}

static int put_csv(gzFile f, const struct sample *s, int op)
{
    char t[UTC_TEXT_SIZE], network[MCCMNC_TEXT_SIZE], n[11][FIELD_SIZE];
    utc_format(s->t_utc_ms, t);
    return gzprintf(f, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\r\n", t,
                    number(s->pos.lat_deg, 6, n[0]), number(s->pos.lon_deg, 6, n[1]),
                    operator_of(s, op, network), tech(s), state_name(s->state),
                    number(s->rsrp_dbm, 0, n[2]), number(s->rsrq_db, 0, n[3]),
                    number(s->sinr_db, 0, n[4]), number(s->rscp_dbm, 0, n[5]),
                    number(s->rxlev_dbm, 0, n[6]), number(s->ss_rsrp_dbm, 0, n[7]),
                    number(s->acc_h95_m, 1, n[8]), age(s->fix_age_ms, n[9]),
                    age(s->level_age_ms, n[10]));
}

static int put_csv_cut(gzFile f, const struct sample *s, int op)
{
    char network[MCCMNC_TEXT_SIZE], n[8][FIELD_SIZE];
    operator_of(s, op, network);
    return gzprintf(f, "%d,%lld,%s,%s,%.3s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n",
                    (int)s->modem_id, (long long)s->t_utc_ms, state_name(s->state),
                    tech(s), network, network + 3, age(s->cell_id, n[0]),
                    number(s->pos.lat_deg, 7, n[1]), number(s->pos.lon_deg, 7, n[2]),
                    number(s->acc_h95_m, 1, n[3]), number(s->rsrp_dbm, 1, n[4]),
                    number(s->rscp_dbm, 1, n[5]), number(s->rxlev_dbm, 1, n[6]),
                    age(s->level_age_ms, n[7]));
}

/* This program does not know 5G: it shows the anchor. */
static int put_csv_gzip(gzFile f, const struct sample *s, int op)
{
    char t[UTC_TEXT_SIZE], network[MCCMNC_TEXT_SIZE], n[4][FIELD_SIZE];
    const enum tech shown = s->tech == TECH_NR_NSA ? TECH_LTE : s->tech;
    const double level_dbm =
        shown == TECH_NONE ? (double)NAN : sample_level_dbm(s, shown);
    utc_format(s->t_utc_ms + LOCAL_MS, t);
    t[strcspn(t, "Z")] = '\0';
    return gzprintf(f, "%s+07:00,%s,%s,%s,%s,%s,%s,%s\n", t,
                    number(s->pos.lat_deg, 6, n[0]), number(s->pos.lon_deg, 6, n[1]),
                    operator_of(s, op, network),
                    shown == TECH_NONE ? "" : tech_name(shown), state_name(s->state),
                    number(level_dbm, 0, n[2]), number(s->acc_h95_m, 1, n[3]));
}

/* On 3G the program shows an RSSI of odd values, and out of coverage a level of -200. */
static int put_gnettrack(gzFile f, const struct sample *s, int op)
{
    char t[UTC_TEXT_SIZE], n[5][FIELD_SIZE];
    utc_format(s->t_utc_ms + LOCAL_MS, t); /* 2025-09-18T08:12:05Z, local */
    t[4] = t[7] = t[13] = t[16] = '.';
    t[10] = '_';
    t[19] = '\0';
    const char *lon = number(s->pos.lon_deg, 6, n[0]),
               *lat = number(s->pos.lat_deg, 6, n[1]);
    if (s->state != STATE_IN_SERVICE)
        return gzprintf(
            f,
            "%s\t%s\t%s\tNO_COVERAGE\t\t\t-\t-\t-\t--\t-200\t-\t-\t-\t-\t-\t-\t%s"
            "\t-1\t-\t-\t\r\n",
            t, lon, lat, number(s->alt_m, 0, n[2]));
    if (s->tech == TECH_LTE || s->tech == TECH_NR_NSA)
        return gzprintf(
            f,
            "%s\t%s\t%s\tViettel\t%s\t\t%d\t%d\t%d\t4G\t%s\t%s\t%s\t-\t-\t%d\t%d"
            "\t%s\t-1\t0\tL%s\t\r\n",
            t, lon, lat, field_mccmnc[op], (int)(s->cell_id / 256),
            (int)(s->cell_id % 256), (int)s->tac, number(s->rsrp_dbm, 0, n[2]),
            number(s->rsrq_db, 0, n[3]), number(s->sinr_db, 1, n[4]), (int)s->arfcn,
            (int)s->pci, number(s->alt_m, 0, (char[FIELD_SIZE]){0}), s->band);
    const double level_dbm = s->tech == TECH_WCDMA ? s->rscp_dbm + 8 : s->rxlev_dbm;
    const int asu = (int)fmax(0, fmin(31, floor((level_dbm + 113) / 2)));
    return gzprintf(
        f,
        "%s\t%s\t%s\tViettel\t%s\t\t-\t%d\t-\t%s\t%d\t-\t-\t-\t-\t-\t-\t%s\t-1"
        "\t-\t-\t\r\n",
        t, lon, lat, field_mccmnc[op], (int)s->cell_id,
        s->tech == TECH_WCDMA ? "3G" : "2G", -113 + 2 * asu, number(s->alt_m, 0, n[2]));
}

/* The collector commits every few seconds and notes what happens to the receiver. */
static bool put_trip(struct sample_log *l, const struct sample *handset, int op)
{
    const struct sample read = mounted(handset, op);
    const struct sample *s = &read;
    const bool lost = s->fix_mode == 1;
    if (lost && !l->gps_lost &&
        triplog_add_event(l->trip, s->t_utc_ms, "gps_lost", NULL) != ERR_OK)
        return false;
    l->gps_lost = lost;
    if (triplog_add_sample(l->trip, s) != ERR_OK ||
        sample_probe_put(l->trip, handset, op) != ERR_OK)
        return false;
    if (s->t_utc_ms - l->commit_utc_ms < 600000)
        return true;
    l->commit_utc_ms = s->t_utc_ms;
    return triplog_commit(l->trip) == ERR_OK;
}

bool log_put(void *log, const struct sample *s, int op)
{
    struct sample_log *l = log;
    int written = 0;
    switch (l->format) {
    case LOG_TRIP:
        return put_trip(l, s, op);
    case LOG_CSV:
        written = put_csv(l->text, s, op);
        break;
    case LOG_CSV_CUT:
        written = put_csv_cut(l->text, s, op);
        break;
    case LOG_CSV_GZIP:
        written = put_csv_gzip(l->text, s, op);
        break;
    case LOG_GNETTRACK:
        written = put_gnettrack(l->text, s, op);
        break;
    }
    if (written <= 0)
        err_report("%s: cannot write: %s", l->path, strerror(errno));
    return written > 0;
}

static bool open_trip(struct sample_log *l, int64_t started_utc_ms)
{
    /* A UUID made from the start: the same in each run. */
    char *uuid =
        xasprintf("99000000-0000-4000-8000-%012llx", (unsigned long long)started_utc_ms);
    const struct triplog_trip trip = {
        .trip_uuid = uuid,
        .collector_version = "0.1.0",
        .device = "sample-survey",
        .started_utc_ms = started_utc_ms,
        .ended_utc_ms = TIME_UNKNOWN,
        .utc_offset_s = LOCAL_MS / 1000,
        .has_utc_offset = true,
    };
    bool ok = triplog_create(l->path, &trip, &l->trip) == ERR_OK;
    for (int op = 0; ok && op < FIELD_OPERATORS; op++) {
        char *port = xasprintf("/dev/ttyUSB%d", 4 * op + 2);
        const struct triplog_modem modem = {
            .modem_id = op + 1,
            .model = "invented",
            .port = port,
            .sim_mccmnc = mccmnc_parse(field_mccmnc[op]),
            .mount = mountings[op].mount,
            .offset_db = mountings[op].offset_db,
        };
        ok = triplog_add_modem(l->trip, &modem) == ERR_OK;
        free(port);
    }
    ok = ok && triplog_add_event(l->trip, started_utc_ms, "start", NULL) == ERR_OK;
    free(uuid);
    return ok;
}

static void log_free(struct sample_log *l)
{
    triplog_abandon(l->trip);
    if (l->text)
        (void)gzclose(l->text); /* log_close has looked at the result */
    free(l->path);
    free(l);
}

struct sample_log *log_open(const char *path, enum log_format format,
                            int64_t started_utc_ms)
{
    struct sample_log *l = xcalloc(1, sizeof *l);
    l->path = xstrdup(path);
    l->format = format;
    l->commit_utc_ms = started_utc_ms;
    bool ok;
    if (format == LOG_TRIP) {
        ok = open_trip(l, started_utc_ms);
    } else {
        l->text = gzopen(path, format == LOG_CSV_GZIP ? "wb9" : "wbT");
        ok = l->text && gzputs(l->text, headers[format]) > 0;
        if (!ok)
            err_report("%s: cannot write: %s", path, strerror(errno));
    }
    if (ok)
        return l;
    log_free(l);
    return NULL;
}

bool log_close(struct sample_log *l, int64_t ended_utc_ms)
{
    bool ok = true;
    if (l->trip) {
        ok = triplog_add_event(l->trip, ended_utc_ms, "stop", NULL) == ERR_OK;
        if (triplog_seal(l->trip, ended_utc_ms) != ERR_OK)
            ok = false;
        l->trip = NULL;
    } else {
        if (l->format == LOG_CSV_CUT)
            ok = gzputs(l->text, "3,17580") > 0;
        if (gzclose(l->text) != Z_OK)
            ok = false;
        l->text = NULL;
        if (!ok)
            err_report("%s: cannot write: %s", l->path, strerror(errno));
    }
    log_free(l);
    return ok;
}
