/* lomsong's own CSV of samples. */
#include "sample_csv.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csvio.h"
#include "units.h"

enum { NUMBER_SIZE = 64 };

/* The shortest text that reads back as the same number; empty where there is none. */
static void print_double(double value, char buf[NUMBER_SIZE])
{
    buf[0] = '\0';
    if (!isfinite(value))
        return;
    snprintf(buf, NUMBER_SIZE, "%.15g", value);
    if (strtod(buf, NULL) != value)
        snprintf(buf, NUMBER_SIZE, "%.17g", value);
}

static void put_field(FILE *out, const struct sample *s, const struct sample_column *c)
{
    char buf[NUMBER_SIZE] = "";
    const char *text = buf;
    const void *field = (const char *)s + c->offset;
    char mccmnc[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, mccmnc);
    switch (c->type) {
    case SAMPLE_ID:
        if (*(const int64_t *)field != ID_UNKNOWN)
            snprintf(buf, sizeof buf, "%" PRId64, *(const int64_t *)field);
        break;
    case SAMPLE_TIME:
        if (*(const int64_t *)field != TIME_UNKNOWN)
            snprintf(buf, sizeof buf, "%" PRId64, *(const int64_t *)field);
        break;
    case SAMPLE_DOUBLE:
        print_double(*(const double *)field, buf);
        break;
    case SAMPLE_TEXT:
        text = *(const char *const *)field ? *(const char *const *)field : "";
        break;
    case SAMPLE_STATE:
        text = state_name(s->state);
        break;
    case SAMPLE_TECH:
        text = s->tech == TECH_NONE ? "" : tech_name(s->tech);
        break;
    case SAMPLE_MCC:
        snprintf(buf, sizeof buf, "%.3s", mccmnc);
        break;
    case SAMPLE_MNC:
        snprintf(buf, sizeof buf, "%s", strlen(mccmnc) > 3 ? mccmnc + 3 : "");
        break;
    }
    csvio_put(out, text, false);
}

/* NR_SA and NR_NSA share a level, which is to be corrected once. */
void sample_csv_settle(struct sample *s, double offset_db)
{
    static const enum tech techs[] = {TECH_GSM, TECH_WCDMA, TECH_LTE, TECH_NR_SA};
    for (size_t i = 0; i < sizeof techs / sizeof *techs; i++)
        sample_set_level_dbm(
            s, techs[i],
            units_corrected_dbm(techs[i], sample_level_dbm(s, techs[i]), offset_db));
    s->rssi_dbm += offset_db; /* of the same antenna */
}

void sample_csv_put_header(FILE *out)
{
    fputs("\xEF\xBB\xBFsample_id", out);
    for (size_t i = 0; i < sample_column_count; i++)
        csvio_put(out, sample_columns[i].name, false);
    fputs(",lat_deg,lon_deg,utc_offset_s", out);
    csvio_end(out);
}

void sample_csv_put(FILE *out, const struct sample_csv_row *row)
{
    char buf[NUMBER_SIZE];
    snprintf(buf, sizeof buf, "%" PRId64, row->sample_id);
    csvio_put(out, buf, true);
    for (size_t i = 0; i < sample_column_count; i++)
        put_field(out, row->sample, &sample_columns[i]);
    print_double(row->sample->pos.lat_deg, buf);
    csvio_put(out, buf, false);
    print_double(row->sample->pos.lon_deg, buf);
    csvio_put(out, buf, false);
    snprintf(buf, sizeof buf, "%d", row->utc_offset_s);
    csvio_put(out, row->has_utc_offset ? buf : "", false);
    csvio_end(out);
}
