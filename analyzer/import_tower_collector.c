/* CSV export of the Android app Tower Collector, one row per cell of a measurement.
 *
 *     mcc,mnc,lac,cell_id,…,psc,asu,dbm,ta,lat,lon,accuracy,speed,…,measured_at,net_type,
 *         neighboring,…,rsrp,rsrq,rssi,rssnr,…,rscp,…,ss_rsrp,…
 *     452,4,24101,123456,…,211,43,-97,,22.665338,106.136158,4.2,…,
 *         2025-07-18T15:11:08.000Z,LTE,false,…
 *
 * measured_at is UTC; accuracy the 68 % radius in metres, speed in m/s. mcc and mnc are
 * numbers. Versions before 2.0 have dbm alone, later ones the columns of each technology
 * too, which are read first: dbm on UMTS may be Android's -113 + 2·ASU, an RSSI. A
 * missing value is empty or 2147483647. neighboring true is no sample; so is the NR leg
 * of NSA. A phone with two SIMs writes rows of both operators. Without service nothing is
 * written: holes are gaps. */
#include <math.h>

#include "app_csv.h"

enum {
    COL_MCC,
    COL_MNC,
    COL_LAC,
    COL_CELL,
    COL_PSC,
    COL_DBM,
    COL_TA,
    COL_LAT,
    COL_LON,
    COL_ACC,
    COL_SPEED,
    COL_BEARING,
    COL_ALT,
    COL_TIME,
    COL_TECH,
    COL_NEIGHBOUR,
    COL_RSRP,
    COL_RSRQ,
    COL_RSSI,
    COL_SNR,
    COL_RSCP,
    COL_SS_RSRP,
    COL_SS_RSRQ,
    COL_SS_SINR,
    COL_ECNO,
    COL_ARFCN,
    COL_COUNT
};

static const char *const names[COL_COUNT] = {
    [COL_MCC] = "mcc",         [COL_MNC] = "mnc",
    [COL_LAC] = "lac",         [COL_CELL] = "cell_id",
    [COL_PSC] = "psc",         [COL_DBM] = "dbm",
    [COL_TA] = "ta",           [COL_LAT] = "lat",
    [COL_LON] = "lon",         [COL_ACC] = "accuracy",
    [COL_SPEED] = "speed",     [COL_BEARING] = "bearing",
    [COL_ALT] = "altitude",    [COL_TIME] = "measured_at",
    [COL_TECH] = "net_type",   [COL_NEIGHBOUR] = "neighboring",
    [COL_RSRP] = "rsrp",       [COL_RSRQ] = "rsrq",
    [COL_RSSI] = "rssi",       [COL_SNR] = "rssnr",
    [COL_RSCP] = "rscp",       [COL_SS_RSRP] = "ss_rsrp",
    [COL_SS_RSRQ] = "ss_rsrq", [COL_SS_SINR] = "ss_sinr",
    [COL_ECNO] = "ec_no",      [COL_ARFCN] = "arfcn",
};

#define BIT(column) (UINT64_C(1) << (column))

static void read_row(const struct app_csv_row *row);

static const struct app_csv app = {
    .title = "Tower Collector",
    .quote = '"',
    .names = names,
    .count = COL_COUNT,
    .required = {BIT(COL_MCC) | BIT(COL_MNC) | BIT(COL_DBM) | BIT(COL_LAT) |
                 BIT(COL_LON) | BIT(COL_TIME) | BIT(COL_TECH) | BIT(COL_NEIGHBOUR)},
    .read = read_row,
};

/* The column of a technology's level besides dbm; COL_COUNT: none. */
static const size_t own_column[TECH_COUNT] = {
    [TECH_GSM] = COL_COUNT,     [TECH_LTE] = COL_RSRP,   [TECH_NR_NSA] = COL_SS_RSRP,
    [TECH_NR_SA] = COL_SS_RSRP, [TECH_WCDMA] = COL_RSCP,
};

static void read_levels(const struct app_csv_row *row, struct sample *s)
{
    const double dbm = app_csv_number(row, COL_DBM);
    s->tech = tech_parse(app_csv_text(row, COL_TECH));
    if (s->tech == TECH_COUNT)
        s->tech = TECH_NONE;
    else if (own_column[s->tech] != COL_COUNT)
        sample_set_level_dbm(s, s->tech, app_csv_number(row, own_column[s->tech]));
    if (sample_level_dbm(s, s->tech) == (double)INT32_MAX)
        sample_set_level_dbm(s, s->tech, NAN); /* dbm may have one beside it */
    if (s->tech != TECH_NONE && isnan(sample_level_dbm(s, s->tech))) {
        sample_set_level_dbm(s, s->tech, dbm);
        row->out->rscp_may_be_rssi = s->tech == TECH_WCDMA;
    }
    s->rsrq_db = app_csv_info(row, COL_RSRQ);
    s->sinr_db = app_csv_info(row, COL_SNR);
    s->rssi_dbm = app_csv_info(row, COL_RSSI);
    s->ecno_db = app_csv_info(row, COL_ECNO);
    s->ss_rsrq_db = app_csv_info(row, COL_SS_RSRQ);
    s->ss_sinr_db = app_csv_info(row, COL_SS_SINR);
}

static void read_row(const struct app_csv_row *row)
{
    struct sample *s = &row->out->quality.sample;
    app_csv_time(row, COL_TIME, row->options->utc_offset_s);
    s->pos.lat_deg = app_csv_number(row, COL_LAT);
    s->pos.lon_deg = app_csv_number(row, COL_LON);
    s->acc_h95_m = app_csv_h95_m(app_csv_info(row, COL_ACC));
    s->speed_mps = app_csv_info(row, COL_SPEED);
    s->course_deg = app_csv_info(row, COL_BEARING);
    s->alt_m = app_csv_info(row, COL_ALT);
    s->tac = app_csv_id(row, COL_LAC);
    s->cell_id = app_csv_id(row, COL_CELL);
    s->pci = app_csv_id(row, COL_PSC);
    s->arfcn = app_csv_id(row, COL_ARFCN);
    s->ta = app_csv_id(row, COL_TA);
    app_csv_operator_numbers(row, COL_MCC, COL_MNC);
    read_levels(row, s);
    s->state = STATE_IN_SERVICE;
    if (app_csv_flag(row, COL_NEIGHBOUR))
        app_csv_neighbour(row);
}

bool import_tower_collector_detect(const char *head, size_t size,
                                   const struct import_options *options)
{
    return options->map_count == 0 && app_csv_detect(&app, head, size);
}

enum err import_tower_collector_read(struct import_file *f,
                                     const struct import_options *options,
                                     import_sink_fn sink, void *ctx)
{
    return app_csv_read(&app, f, options, sink, ctx);
}
