/* CSV of the Android app CellMapper: where a cell was heard and how strong, never when.
 *
 *     latitude,longitude,altitude,MCC,MNC,LAC,CID,signal,type,subtype,ARFCN,PSC
 *     22.665338,106.136158,210,452,4,24101,123456,-97,LTE,LTE,1500,211
 *
 * Evidence ages, so the day must be given with --date; all rows are of its noon, local
 * time. signal is dBm: RSRP of LTE, SS-RSRP of NR, on UMTS and GSM what Android gives as
 * dBm, which may be -113 + 2·ASU, an RSSI. MCC and MNC are numbers. Rows are of the
 * serving cell; a subtype with NSA is the NR leg of it, whose anchor's level the app
 * does not tell. Without service nothing is written: holes are gaps. Accuracy is not
 * told. */
#include <string.h>

#include "app_csv.h"
#include "lang.h"
#include "utc.h"

enum {
    COL_LAT,
    COL_LON,
    COL_ALT,
    COL_MCC,
    COL_MNC,
    COL_LAC,
    COL_CELL,
    COL_SIGNAL,
    COL_TYPE,
    COL_SUBTYPE,
    COL_ARFCN,
    COL_PSC,
    COL_COUNT
};

static const char *const names[COL_COUNT] = {
    [COL_LAT] = "latitude",    [COL_LON] = "longitude", [COL_ALT] = "altitude",
    [COL_MCC] = "MCC",         [COL_MNC] = "MNC",       [COL_LAC] = "LAC",
    [COL_CELL] = "CID",        [COL_SIGNAL] = "signal", [COL_TYPE] = "type",
    [COL_SUBTYPE] = "subtype", [COL_ARFCN] = "ARFCN",   [COL_PSC] = "PSC",
};

#define BIT(column) (UINT64_C(1) << (column))

static void read_row(const struct app_csv_row *row);

static const struct app_csv app = {
    .title = "CellMapper",
    .quote = '"',
    .names = names,
    .count = COL_COUNT,
    .required = {BIT(COL_LAT) | BIT(COL_LON) | BIT(COL_MCC) | BIT(COL_MNC) |
                 BIT(COL_CELL) | BIT(COL_SIGNAL) | BIT(COL_TYPE) | BIT(COL_SUBTYPE)},
    .read = read_row,
};

static void read_row(const struct app_csv_row *row)
{
    struct sample *s = &row->out->quality.sample;
    const struct import_options *o = row->options;
    s->t_utc_ms = (o->day * INT64_C(24) + 12) * 3600000 - o->utc_offset_s * INT64_C(1000);
    s->pos.lat_deg = app_csv_number(row, COL_LAT);
    s->pos.lon_deg = app_csv_number(row, COL_LON);
    s->alt_m = app_csv_info(row, COL_ALT);
    s->tac = app_csv_id(row, COL_LAC);
    s->cell_id = app_csv_id(row, COL_CELL);
    s->arfcn = app_csv_id(row, COL_ARFCN);
    s->pci = app_csv_id(row, COL_PSC);
    app_csv_operator_numbers(row, COL_MCC, COL_MNC);
    s->state = STATE_IN_SERVICE;
    s->tech = tech_parse(app_csv_text(row, COL_TYPE));
    if (s->tech == TECH_COUNT)
        s->tech = TECH_NONE;
    if (s->tech == TECH_NR_SA && strstr(app_csv_text(row, COL_SUBTYPE), "NSA"))
        s->tech = TECH_NR_NSA;
    sample_set_level_dbm(s, s->tech, app_csv_number(row, COL_SIGNAL));
    row->out->rscp_may_be_rssi = s->tech == TECH_WCDMA;
}

bool import_cellmapper_detect(const char *head, size_t size,
                              const struct import_options *options)
{
    return options->map_count == 0 && app_csv_detect(&app, head, size);
}

enum err import_cellmapper_read(struct import_file *f,
                                const struct import_options *options, import_sink_fn sink,
                                void *ctx)
{
    if (!options->has_day) {
        err_report(
            _("%s: a log of CellMapper has no times; say with --date YYYY-MM-DD on "
              "which day it was made"),
            import_file_name(f));
        return ERR_INPUT;
    }
    return app_csv_read(&app, f, options, sink, ctx);
}
