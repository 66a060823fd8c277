/* CSV of the Android app Network Survey: a file per technology, comments before the
 * header.
 *
 *     # Network Survey …
 *     deviceTime,latitude,longitude,altitude,speed,accuracy,…,mcc,mnc,tac,eci,earfcn,pci,
 *         rsrp,rsrq,ta,servingCell,…,slot,snr,deviceSerialNumber,locationAge
 *     2025-07-18T15:11:08.123Z,22.665338,106.136158,…,452,4,…,-97.0,-11.0,,true,…,0,…,350
 *
 * deviceTime is RFC 3339 with a zone; speed in m/s, accuracy the 68 % radius in metres,
 * locationAge in ms. All levels are dBm: rsrp, ssRsrp and rscp of LTE, NR and UMTS,
 * signalStrength of GSM; LTE's and UMTS' signalStrength is the RSSI. mcc and mnc are
 * numbers: 4 is 04. slot is the SIM of a phone with two.
 *
 * servingCell false is a neighbour, and so is the NR leg of NSA, which Android does not
 * call registered: it is counted as no sample, not taken for SA. Older versions have no
 * servingCell; there a neighbour is a row without an operator. The app writes nothing
 * where there is no service, so its logs show holes as gaps. */
#include "app_csv.h"

enum {
    COL_TIME,
    COL_LAT,
    COL_LON,
    COL_ALT,
    COL_SPEED,
    COL_ACC,
    COL_MCC,
    COL_MNC,
    COL_LAC,
    COL_ECI,
    COL_NCI,
    COL_CID,
    COL_EARFCN,
    COL_NARFCN,
    COL_UARFCN,
    COL_BSIC,
    COL_ARFCN,
    COL_PCI,
    COL_RSRP,
    COL_RSRQ,
    COL_SNR,
    COL_SIGNAL,
    COL_SS_RSRP,
    COL_SS_RSRQ,
    COL_SS_SINR,
    COL_RSCP,
    COL_ECNO,
    COL_TA,
    COL_SERVING,
    COL_SLOT,
    COL_LOCATION_AGE,
    COL_COUNT
};

static const char *const names[COL_COUNT] = {
    [COL_TIME] = "deviceTime",
    [COL_LAT] = "latitude",
    [COL_LON] = "longitude",
    [COL_ALT] = "altitude",
    [COL_SPEED] = "speed",
    [COL_ACC] = "accuracy",
    [COL_MCC] = "mcc",
    [COL_MNC] = "mnc",
    [COL_LAC] = "tac|lac",
    [COL_ECI] = "eci",
    [COL_NCI] = "nci",
    [COL_CID] = "cid|ci",
    [COL_EARFCN] = "earfcn",
    [COL_NARFCN] = "narfcn",
    [COL_UARFCN] = "uarfcn",
    [COL_BSIC] = "bsic",
    [COL_ARFCN] = "arfcn",
    [COL_PCI] = "pci|psc|bsic",
    [COL_RSRP] = "rsrp",
    [COL_RSRQ] = "rsrq",
    [COL_SNR] = "snr",
    [COL_SIGNAL] = "signalStrength",
    [COL_SS_RSRP] = "ssRsrp",
    [COL_SS_RSRQ] = "ssRsrq",
    [COL_SS_SINR] = "ssSinr",
    [COL_RSCP] = "rscp",
    [COL_ECNO] = "ecno",
    [COL_TA] = "ta",
    [COL_SERVING] = "servingCell",
    [COL_SLOT] = "slot",
    [COL_LOCATION_AGE] = "locationAge",
};

#define BIT(column) (UINT64_C(1) << (column))
#define COMMON (BIT(COL_TIME) | BIT(COL_LAT) | BIT(COL_LON) | BIT(COL_MCC) | BIT(COL_MNC))

static void read_row(const struct app_csv_row *row);

static const struct app_csv app = {
    .title = "Network Survey",
    .quote = '"',
    .names = names,
    .count = COL_COUNT,
    .required = {COMMON | BIT(COL_ECI) | BIT(COL_RSRP),
                 COMMON | BIT(COL_NCI) | BIT(COL_SS_RSRP),
                 COMMON | BIT(COL_UARFCN) | BIT(COL_RSCP),
                 COMMON | BIT(COL_BSIC) | BIT(COL_SIGNAL)},
    .read = read_row,
};

static void read_levels(const struct app_csv_row *row, struct sample *s)
{
    s->arfcn = app_csv_id(row, COL_ARFCN);
    s->cell_id = app_csv_id(row, COL_CID);
    if (app_csv_has(row, COL_ECI)) {
        s->tech = TECH_LTE;
        s->cell_id = app_csv_id(row, COL_ECI);
        s->arfcn = app_csv_id(row, COL_EARFCN);
        s->rsrp_dbm = app_csv_number(row, COL_RSRP);
        s->rsrq_db = app_csv_info(row, COL_RSRQ);
        s->sinr_db = app_csv_info(row, COL_SNR);
        s->rssi_dbm = app_csv_info(row, COL_SIGNAL);
    } else if (app_csv_has(row, COL_NCI)) {
        s->tech = TECH_NR_SA;
        s->cell_id = app_csv_id(row, COL_NCI);
        s->arfcn = app_csv_id(row, COL_NARFCN);
        s->ss_rsrp_dbm = app_csv_number(row, COL_SS_RSRP);
        s->ss_rsrq_db = app_csv_info(row, COL_SS_RSRQ);
        s->ss_sinr_db = app_csv_info(row, COL_SS_SINR);
    } else if (app_csv_has(row, COL_UARFCN)) {
        s->tech = TECH_WCDMA;
        s->arfcn = app_csv_id(row, COL_UARFCN);
        s->rscp_dbm = app_csv_number(row, COL_RSCP);
        s->ecno_db = app_csv_info(row, COL_ECNO);
        s->rssi_dbm = app_csv_info(row, COL_SIGNAL);
    } else {
        s->tech = TECH_GSM;
        s->rxlev_dbm = app_csv_number(row, COL_SIGNAL);
    }
}

static bool serves(const struct app_csv_row *row, const struct sample *s)
{
    if (*app_csv_text(row, COL_SERVING) == '\0')
        return s->mccmnc != 0;
    return app_csv_flag(row, COL_SERVING);
}

static void read_row(const struct app_csv_row *row)
{
    struct sample *s = &row->out->quality.sample;
    app_csv_time(row, COL_TIME, row->options->utc_offset_s);
    s->pos.lat_deg = app_csv_number(row, COL_LAT);
    s->pos.lon_deg = app_csv_number(row, COL_LON);
    s->alt_m = app_csv_info(row, COL_ALT);
    s->speed_mps = app_csv_info(row, COL_SPEED);
    s->acc_h95_m = app_csv_h95_m(app_csv_info(row, COL_ACC));
    s->fix_age_ms = app_csv_id(row, COL_LOCATION_AGE);
    s->modem_id = app_csv_id(row, COL_SLOT);
    s->tac = app_csv_id(row, COL_LAC);
    s->pci = app_csv_id(row, COL_PCI);
    s->ta = app_csv_id(row, COL_TA);
    app_csv_operator_numbers(row, COL_MCC, COL_MNC);
    read_levels(row, s);
    if (serves(row, s))
        s->state = STATE_IN_SERVICE;
    else
        app_csv_neighbour(row);
}

bool import_network_survey_detect(const char *head, size_t size,
                                  const struct import_options *options)
{
    return options->map_count == 0 && app_csv_detect(&app, head, size);
}

enum err import_network_survey_read(struct import_file *f,
                                    const struct import_options *options,
                                    import_sink_fn sink, void *ctx)
{
    return app_csv_read(&app, f, options, sink, ctx);
}
