/* Open data of RTR-NetTest and its relatives (NetMetr): a row per speed test.
 *
 *     open_uuid,open_test_uuid,time_utc,cat_technology,network_type,lat,long,loc_src,
 *         loc_accuracy,…,download_kbit,upload_kbit,ping_ms,lte_rsrp,lte_rsrq,…,
 *         network_mcc_mnc,…,signal_strength,…,implausible
 *     P1,O1,2025-07-18 15:11:08,4G,LTE,48.208174,16.373819,gps,8,…,45000,12000,23.5,
 *         -97,-11,…,232-01,…,,…,FALSE
 *
 * time_utc is UTC without a zone, older files have "time" without seconds; loc_accuracy
 * is Android's 68 % radius in metres. Operator is the network that served, not the SIM's.
 * lte_rsrp is RSRP in dBm, of the anchor on 5G; signal_strength is an RSSI in dBm off
 * LTE: RxLev on 2G, on 3G no RSCP, on WLAN not ours. cat_technology "3G/4G" changed
 * during the test: its level belongs to neither. Tests over WLAN or cable and those
 * marked implausible are no samples.
 *
 * The transfers and the ping of a sample are active tests at its place. A test needs the
 * network: the open data has no row where there is none. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app_csv.h"
#include "lang.h"
#include "utc.h"
#include "xmem.h"

enum {
    COL_UUID,
    COL_TIME,
    COL_TECH,
    COL_NETWORK_TYPE,
    COL_LAT,
    COL_LON,
    COL_ACC,
    COL_DOWN,
    COL_UP,
    COL_PING,
    COL_RSRP,
    COL_RSRQ,
    COL_OPERATOR,
    COL_SIGNAL,
    COL_IMPLAUSIBLE,
    COL_COUNT
};

static const char *const names[COL_COUNT] = {
    [COL_UUID] = "open_test_uuid",
    [COL_TIME] = "time_utc|time",
    [COL_TECH] = "cat_technology",
    [COL_NETWORK_TYPE] = "network_type",
    [COL_LAT] = "lat",
    [COL_LON] = "long",
    [COL_ACC] = "loc_accuracy",
    [COL_DOWN] = "download_kbit",
    [COL_UP] = "upload_kbit",
    [COL_PING] = "ping_ms",
    [COL_RSRP] = "lte_rsrp",
    [COL_RSRQ] = "lte_rsrq",
    [COL_OPERATOR] = "network_mcc_mnc",
    [COL_SIGNAL] = "signal_strength",
    [COL_IMPLAUSIBLE] = "implausible",
};

#define BIT(column) (UINT64_C(1) << (column))

static void read_row(const struct app_csv_row *row);

static const struct app_csv app = {
    .title = "RTR-NetTest",
    .quote = '"',
    .names = names,
    .count = COL_COUNT,
    .required = {BIT(COL_UUID) | BIT(COL_TIME) | BIT(COL_TECH) | BIT(COL_LAT) |
                 BIT(COL_LON) | BIT(COL_RSRP) | BIT(COL_OPERATOR) | BIT(COL_DOWN)},
    .read = read_row,
};

/* The technology of a test; false, with the reason said, where it was not on one. */
static bool read_tech(const struct app_csv_row *row, struct sample *s)
{
    const char *text = app_csv_text(row, COL_TECH);
    const bool nsa =
        strstr(text, "NSA") || strstr(app_csv_text(row, COL_NETWORK_TYPE), "NSA");
    s->tech = strncasecmp(text, "5G", 2) == 0 ? TECH_NR_SA : tech_parse(text);
    if (strchr(text, '/')) {
        app_csv_no_sample(row, _("the technology changed during the test"));
        return false;
    }
    if (s->tech == TECH_COUNT) {
        app_csv_no_sample(row, _("a test that was not on a mobile network"));
        return false;
    }
    if (s->tech == TECH_NR_SA && (nsa || !isnan(s->rsrp_dbm)))
        s->tech = TECH_NR_NSA;
    return true;
}

/* Older files leave the seconds out, which no time may. */
static void read_time(const struct app_csv_row *row)
{
    const char *text = app_csv_text(row, COL_TIME);
    if (strlen(text) != sizeof "2015-05-01 00:34" - 1) {
        app_csv_time(row, COL_TIME, 0);
        return;
    }
    struct utc_stamp stamp;
    char *full = xasprintf("%s:00", text);
    if (utc_parse(full, 0, &stamp) == ERR_OK)
        row->out->quality.sample.t_utc_ms = stamp.t_utc_ms;
    else
        app_csv_malformed(row, _("not a time"));
    free(full);
}

static void read_row(const struct app_csv_row *row)
{
    struct sample *s = &row->out->quality.sample;
    s->modem_id = row->out->line; /* each row is another phone */
    read_time(row);
    s->pos.lat_deg = app_csv_number(row, COL_LAT);
    s->pos.lon_deg = app_csv_number(row, COL_LON);
    s->acc_h95_m = app_csv_h95_m(app_csv_info(row, COL_ACC));
    s->rsrp_dbm = app_csv_number(row, COL_RSRP);
    s->rsrq_db = app_csv_info(row, COL_RSRQ);
    app_csv_operator(row, COL_OPERATOR);
    s->state = STATE_IN_SERVICE;
    if (!read_tech(row, s))
        return;
    if (s->tech == TECH_GSM)
        s->rxlev_dbm = app_csv_number(row, COL_SIGNAL);
    else if (s->tech == TECH_WCDMA)
        s->rssi_dbm = app_csv_info(row, COL_SIGNAL);
    if (app_csv_flag(row, COL_IMPLAUSIBLE))
        app_csv_no_sample(row, _("marked as implausible"));
}

bool import_rtr_detect(const char *head, size_t size,
                       const struct import_options *options)
{
    return options->map_count == 0 && app_csv_detect(&app, head, size);
}

enum err import_rtr_read(struct import_file *f, const struct import_options *options,
                         import_sink_fn sink, void *ctx)
{
    return app_csv_read(&app, f, options, sink, ctx);
}

struct probe_reading {
    import_probe_fn take;
    void *ctx;
    enum err err;
};

static void wish(const struct app_csv_row *row, size_t column, enum probe_kind kind)
{
    struct probe_reading *reading = row->app->extra;
    const double value = app_csv_info(row, column);
    if (reading->err || !(value > 0 && value < 1e9))
        return;
    const struct probe_wish w = {.kind = kind,
                                 .ok = true,
                                 .value = llround(value),
                                 .modem_id = row->out->quality.sample.modem_id,
                                 .sample_id = row->out->line,
                                 .t_utc_ms = row->out->quality.sample.t_utc_ms};
    reading->err = reading->take(reading->ctx, &w);
}

static void read_probes(const struct app_csv_row *row)
{
    read_row(row);
    if (row->out->quality.malformed || row->out->quality.duplicate ||
        row->out->quality.sample.state != STATE_IN_SERVICE)
        return;
    wish(row, COL_DOWN, PROBE_DOWN);
    wish(row, COL_UP, PROBE_UP);
    wish(row, COL_PING, PROBE_PING);
}

static enum err pass_over(void *ctx, const struct import_row *row)
{
    const struct probe_reading *reading = ctx;
    (void)row;
    return reading->err;
}

enum err import_rtr_probes(struct import_file *f, import_probe_fn take, void *ctx)
{
    struct probe_reading reading = {.take = take, .ctx = ctx};
    const struct import_options options = {.utc_offset_s = 0};
    struct app_csv tests = app;
    tests.read = read_probes;
    tests.extra = &reading;
    return app_csv_read(&tests, f, &options, pass_over, &reading);
}
