/* A trip log as a GPX 1.1 track (topografix.com/GPX/1/1): a point per instant with a
 * position, a new segment after a pause. What each modem said stands in the point's
 * extensions, which other programs pass over. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "export.h"
#include "lang.h"
#include "triplog.h"
#include "units.h"
#include "utc.h"

enum { PAUSE_MS = 60000 };

static const char namespace_uri[] = "https://lomsong.invalid/gpx/1";

struct track {
    FILE *out;
    struct sample at; /* of the open point; t_utc_ms TIME_UNKNOWN: none is open */
};

/* Text as XML: what XML cannot hold, and what is not ASCII and may not be UTF-8, becomes
 * a question mark. */
static void put_text(FILE *out, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '&')
            fputs("&amp;", out);
        else if (*p == '<')
            fputs("&lt;", out);
        else if (*p == '>')
            fputs("&gt;", out);
        else
            fputc(*p < ' ' || *p > '~' ? '?' : *p, out);
    }
}

/* "2025-07-18T22:11:08.125Z" */
static void put_time(FILE *out, int64_t t_utc_ms)
{
    char text[UTC_TEXT_SIZE];
    utc_format(t_utc_ms, text);
    text[strcspn(text, "Z")] = '\0';
    if (text[0])
        fprintf(out, "<time>%s.%03dZ</time>", text, (int)(t_utc_ms % 1000));
}

/* The schema wants a longitude below 180. */
static void open_point(struct track *t, const struct sample *s)
{
    const double lon_deg = s->pos.lon_deg >= 180 ? -180 : s->pos.lon_deg;
    fprintf(t->out, "<trkpt lat=\"%.7f\" lon=\"%.7f\">", s->pos.lat_deg, lon_deg);
    if (isfinite(s->alt_m) && fabs(s->alt_m) < 1e6)
        fprintf(t->out, "<ele>%.1f</ele>", s->alt_m);
    put_time(t->out, s->t_utc_ms);
    if (s->fix_mode == 2 || s->fix_mode == 3)
        fprintf(t->out, "<fix>%dd</fix>", (int)s->fix_mode);
    if (s->satellites >= 0)
        fprintf(t->out, "<sat>%" PRId64 "</sat>", s->satellites);
    if (s->hdop >= 0 && s->hdop < 1e6)
        fprintf(t->out, "<hdop>%.2f</hdop>", s->hdop);
    fputs("<extensions>", t->out);
}

static void close_point(struct track *t)
{
    if (t->at.t_utc_ms != TIME_UNKNOWN)
        fputs("</extensions></trkpt>\n", t->out);
}

static bool same_point(const struct sample *a, const struct sample *b)
{
    return a->t_utc_ms == b->t_utc_ms && !(a->pos.lat_deg < b->pos.lat_deg) &&
           !(a->pos.lat_deg > b->pos.lat_deg) && !(a->pos.lon_deg < b->pos.lon_deg) &&
           !(a->pos.lon_deg > b->pos.lon_deg);
}

static void put_reading(FILE *out, const struct triplog_row *row)
{
    const struct sample *s = &row->sample;
    char mccmnc[MCCMNC_TEXT_SIZE];
    double level_dbm = NAN;
    if (s->tech != TECH_NONE)
        level_dbm =
            units_corrected_dbm(s->tech, sample_level_dbm(s, s->tech), row->offset_db);
    mccmnc_format(s->mccmnc, mccmnc);
    fprintf(out, "<ls:sample modem_id=\"%" PRId64 "\" state=\"%s\"", s->modem_id,
            state_name(s->state));
    if (mccmnc[0])
        fprintf(out, " mccmnc=\"%s\"", mccmnc);
    if (s->tech != TECH_NONE)
        fprintf(out, " tech=\"%s\"", tech_name(s->tech));
    if (isfinite(level_dbm))
        fprintf(out, " level_dbm=\"%.1f\"", level_dbm);
    fputs("/>", out);
}

static void put_row(struct track *t, const struct triplog_row *row)
{
    const struct sample *s = &row->sample;
    const int64_t before_ms = t->at.t_utc_ms;
    if (row->malformed || s->t_utc_ms < 0 || !geo_valid(s->pos))
        return;
    if (before_ms == TIME_UNKNOWN || !same_point(&t->at, s)) {
        close_point(t);
        if (before_ms != TIME_UNKNOWN &&
            (s->t_utc_ms < before_ms || s->t_utc_ms - before_ms > PAUSE_MS))
            fputs("</trkseg><trkseg>\n", t->out);
        open_point(t, s);
        t->at = *s;
    }
    put_reading(t->out, row);
}

static void put_head(FILE *out, const char *trip)
{
    const char *slash = strrchr(trip, '/');
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<gpx version=\"1.1\" creator=\"lomsong-collect %s\" "
            "xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:ls=\"%s\">\n<trk><name>",
            LOMSONG_VERSION, namespace_uri);
    put_text(out, slash ? slash + 1 : trip);
    fputs("</name><trkseg>\n", out);
}

enum err export_gpx(const char *trip, FILE *out)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    struct triplog_row row;
    struct track t = {.out = out, .at = sample_empty()};
    int64_t rows = 0;
    int got = 0;
    const enum err err = triplog_open(trip, &reader, &info);
    if (err)
        return err;
    put_head(out, trip);
    while (!ferror(out) && !export_row_interrupted(rows++) &&
           (got = triplog_next(reader, &row)) == 1)
        put_row(&t, &row);
    triplog_close(reader);
    close_point(&t);
    fputs("</trkseg></trk>\n</gpx>\n", out);
    return got < 0 ? ERR_INPUT : ERR_OK;
}
