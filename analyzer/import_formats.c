/* The formats that are read: one row each, tried in this order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gps_track.h"
#include "import.h"
#include "lang.h"
#include "xmem.h"

const struct import_format import_formats[] = {
    /* before the trip log, which takes any SQLite file */
    {.name = "network-survey-gpkg",
     .help = N_("GeoPackage of the app Network Survey"),
     .detect = import_network_survey_gpkg_detect,
     .read = import_network_survey_gpkg_read},
    {.name = "triplog",
     .help = N_("trip log of lomsong-collect (GeoPackage)"),
     .detect = import_triplog_detect,
     .read = import_triplog_read,
     .trip_uuid = import_triplog_uuid,
     .seal = import_triplog_seal,
     .probes = import_triplog_probes,
     .pieces = &import_triplog_pieces},
    {.name = "gnettrack",
     .help = N_("G-NetTrack Pro text log"),
     .example = "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tNetworkTech\t"
                "Level\n"
                "2025.07.18_22.11.08\t106.136158\t22.665338\tViettel\t45204\t4G\t-97\n",
     .detect = import_gnettrack_text_detect,
     .read = import_gnettrack_text_read,
     .operator_by_majority = true},
    {.name = "gnettrack-dataset",
     .help = N_("G-NetTrack dataset CSV"),
     .example = "Timestamp,Longitude,Latitude,NetworkMode,RSRP,NRxRSRP\n"
                "2019.12.14_10.16.30,106.136158,22.665338,5G,-99,-100.0\n",
     .detect = import_gnettrack_dataset_detect,
     .read = import_gnettrack_dataset_read,
     .operator_by_majority = true},
    {.name = "gnettrack-kml",
     .help = N_("KML of G-NetTrack: its points with their measurements"),
     .example =
         "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Placemark>\n"
         "<description>Timestamp: 2025.07.18_22.11.08&lt;br&gt;Operator: 45204&lt;br&gt;"
         "NetworkTech: 4G&lt;br&gt;Level: -97</description>\n"
         "<Point><coordinates>106.136158,22.665338,210</coordinates></Point>\n"
         "</Placemark></Document></kml>\n",
     .detect = import_gnettrack_kml_detect,
     .read = import_gnettrack_kml_read,
     .operator_by_majority = true},
    {.name = "network-survey",
     .help = N_("CSV of the app Network Survey: LTE, NR, UMTS or GSM"),
     .example =
         "deviceTime,latitude,longitude,accuracy,mcc,mnc,eci,earfcn,rsrp,"
         "servingCell\n"
         "2025-07-18T22:11:08+07:00,22.665338,106.136158,4.2,452,4,123456,1500,-97,"
         "true\n",
     .detect = import_network_survey_detect,
     .read = import_network_survey_read},
    {.name = "tower-collector",
     .help = N_("CSV of the app Tower Collector"),
     .example = "mcc,mnc,cell_id,dbm,lat,lon,accuracy,measured_at,net_type,neighboring\n"
                "452,4,123456,-97,22.665338,106.136158,4.2,2025-07-18T15:11:08.000Z,LTE,"
                "false\n",
     .detect = import_tower_collector_detect,
     .read = import_tower_collector_read},
    {.name = "cellmapper",
     .help = N_("CSV of the app CellMapper, which has no times: only with --date"),
     .example = "latitude,longitude,altitude,MCC,MNC,LAC,CID,signal,type,subtype,ARFCN,"
                "PSC\n"
                "22.665338,106.136158,210,452,4,24101,123456,-97,LTE,LTE,1500,211\n",
     .detect = import_cellmapper_detect,
     .read = import_cellmapper_read},
    {.name = "rtr",
     .help = N_("open data CSV of RTR-NetTest, with its speed tests"),
     .example = "open_test_uuid,time_utc,cat_technology,lat,long,loc_accuracy,"
                "download_kbit,upload_kbit,ping_ms,lte_rsrp,network_mcc_mnc,"
                "signal_strength\n"
                "O1,2025-07-18 15:11:08,4G,48.208174,16.373819,8,45000,12000,23.5,-97,"
                "232-01,\n",
     .detect = import_rtr_detect,
     .read = import_rtr_read,
     .probes = import_rtr_probes},
    {.name = "lomsong",
     .help = N_("lomsong CSV, or with --map any CSV with a header"),
     .example = "t_utc,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm\n"
                "2025-07-18T22:11:08+07:00,22.665338,106.136158,45204,LTE,-97\n",
     .detect = import_lomsong_csv_detect,
     .read = import_lomsong_csv_read,
     .pieces = &import_lomsong_pieces},
};
const size_t import_format_count = sizeof import_formats / sizeof *import_formats;

static enum err find_by_name(const char *name, const struct import_format **format)
{
    for (size_t i = 0; i < import_format_count; i++) {
        if (strcmp(import_formats[i].name, name) == 0) {
            *format = &import_formats[i];
            return ERR_OK;
        }
    }
    err_report(_("--format %s: no such format; lomsong-analyze formats lists them"),
               name);
    return ERR_USAGE;
}

enum err import_find_format(struct import_file *f, const char *forced,
                            const struct import_options *options,
                            const struct import_format **format)
{
    if (forced)
        return find_by_name(forced, format);
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    if (size == 0) {
        err_report(
            _("%s: the file is empty; a log with at least a header and one row was "
              "expected"),
            import_file_name(f));
        return ERR_INPUT;
    }
    for (size_t i = 0; i < import_format_count; i++) {
        if (import_formats[i].detect(head, size, options)) {
            *format = &import_formats[i];
            return ERR_OK;
        }
    }
    const char *stranger = import_stranger(head, size);
    if (stranger) {
        err_report(_("%s: no log: it %s"), import_file_name(f), stranger);
        return ERR_INPUT;
    }
    err_report(
        _("%s: not a log of any known format; a CSV needs a header with a time "
          "(t_utc_ms, t_utc, ts), a position (lat_deg, lon_deg) and a state or level "
          "(rsrp_dbm, level_dbm, …): name other columns with --map ours=theirs"),
        import_file_name(f));
    return ERR_INPUT;
}

struct placing {
    const struct gps_track *track;
    import_sink_fn sink;
    void *ctx;
};

/* A receiver without a fix may still print a place: what it says of it goes too. */
static enum err place_row(void *ctx, const struct import_row *row)
{
    const struct placing *p = ctx;
    const struct sample *was = &row->quality.sample;
    struct latlon pos;
    int64_t age_ms = 0;
    if (geo_valid(was->pos) || was->t_utc_ms == TIME_UNKNOWN ||
        !gps_track_at(p->track, was->t_utc_ms, &pos, &age_ms))
        return p->sink(p->ctx, row);
    struct import_row placed = *row;
    struct sample *s = &placed.quality.sample;
    s->pos = pos;
    s->fix_age_ms = age_ms;
    s->fix_mode = ID_UNKNOWN;
    s->acc_h95_m = s->hdop = s->alt_m = s->speed_mps = s->course_deg = (double)NAN;
    s->satellites = ID_UNKNOWN;
    return p->sink(p->ctx, &placed);
}

enum err import_read(const struct import_format *format, struct import_file *f,
                     const struct import_options *options, import_sink_fn sink, void *ctx)
{
    struct placing placing = {.track = options->track, .sink = sink, .ctx = ctx};
    if (!options->track)
        return format->read(f, options, sink, ctx);
    return format->read(f, options, place_row, &placing);
}

bool import_field_count_ok(size_t header_count, const struct csvio_row *row)
{
    if (row->count == header_count)
        return true;
    return row->count == header_count + 1 && row->lengths[row->count - 1] == 0;
}

const char *import_header_fault(void)
{
    return _("a header among the rows");
}

const char *import_columns_fault(void)
{
    return _("stands behind a header that lacks columns");
}

long import_head_read(void *head, void *buf, size_t size)
{
    struct import_head *h = head;
    const size_t n = size < h->size ? size : h->size;
    memcpy(buf, h->data, n);
    h->data += n;
    h->size -= n;
    return (long)n;
}

bool import_same_as_previous(struct import_previous *p, const struct csvio_row *row)
{
    if (p->any && p->len == row->raw_len && memcmp(p->raw, row->raw, p->len) == 0)
        return true;
    p->raw = xreallocarray(p->raw, row->raw_len + 1, 1);
    memcpy(p->raw, row->raw, row->raw_len);
    p->len = row->raw_len;
    p->any = true;
    return false;
}

void import_previous_free(struct import_previous *p)
{
    free(p->raw);
    *p = (struct import_previous){0};
}
