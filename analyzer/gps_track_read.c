/* Tracks from files.
 *
 *     <trkpt lat="22.665338" lon="106.136158"><time>2025-07-18T15:11:08Z</time></trkpt>
 *     $GPRMC,151108.00,A,2239.92028,N,10608.16948,E,0.5,87.0,180725,,,A*66
 *
 * GPX times are UTC. RMC is the one NMEA sentence that has time, date and position; it
 * counts with status A and a right checksum. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gps_track.h"
#include "lang.h"
#include "utc.h"
#include "xml_events.h"

enum { NMEA_MAX = 256, NMEA_FIELDS = 24 };

struct gpx {
    struct gps_track *track;
    struct latlon pos; /* of the point that is open */
    bool in_point;
};

static void on_start(void *ctx, const char *name, const char *const *attributes)
{
    struct gpx *g = ctx;
    if (strcmp(name, "trkpt") != 0)
        return;
    g->in_point = true;
    g->pos = geo_none();
    for (size_t i = 0; attributes[i] && attributes[i + 1]; i += 2) {
        if (strcmp(attributes[i], "lat") == 0)
            (void)csvio_number(attributes[i + 1], &g->pos.lat_deg);
        else if (strcmp(attributes[i], "lon") == 0)
            (void)csvio_number(attributes[i + 1], &g->pos.lon_deg);
    }
}

static enum err on_end(void *ctx, const char *name, const char *text, int64_t line)
{
    struct gpx *g = ctx;
    struct utc_stamp stamp;
    (void)line;
    if (strcmp(name, "trkpt") == 0)
        g->in_point = false;
    else if (g->in_point && strcmp(name, "time") == 0 && geo_valid(g->pos) &&
             utc_parse(text, 0, &stamp) == ERR_OK)
        gps_track_add(g->track, (struct gps_track_point){.t_utc_ms = stamp.t_utc_ms,
                                                         .pos = g->pos});
    return ERR_OK;
}

static bool checksum_ok(const char *line, size_t len, size_t *body_len)
{
    const char *star = memchr(line, '*', len);
    unsigned sum = 0;
    if (!star || (size_t)(star - line) + 3 > len || !isxdigit((unsigned char)star[1]) ||
        !isxdigit((unsigned char)star[2]))
        return false;
    for (const char *c = line + 1; c < star; c++)
        sum ^= (unsigned char)*c;
    const char digits[] = {star[1], star[2], '\0'};
    *body_len = (size_t)(star - line);
    return sum == (unsigned)strtoul(digits, NULL, 16);
}

/* "2239.92028" and "N" to degrees; NAN where they are no angle. */
static double nmea_angle(const char *text, const char *side, const char sides[2])
{
    double value = NAN;
    if (!csvio_number(text, &value) || !(value >= 0 && value < 36000))
        return NAN;
    const double degrees = floor(value / 100);
    const double minutes = value - 100 * degrees;
    if (!(minutes < 60) || (*side != sides[0] && *side != sides[1]) || side[1] != '\0')
        return NAN;
    return (degrees + minutes / 60) * (*side == sides[1] ? -1 : 1);
}

/* "151108.00" and "180725". */
static bool nmea_time(const char *time, const char *date, int64_t *t_utc_ms)
{
    char text[48];
    struct utc_stamp stamp;
    if (strlen(time) < 6 || strlen(time) > 12 || strlen(date) != 6)
        return false;
    snprintf(text, sizeof text, "20%.2s-%.2s-%.2sT%.2s:%.2s:%sZ", date + 4, date + 2,
             date, time, time + 2, time + 4);
    if (utc_parse(text, 0, &stamp) != ERR_OK)
        return false;
    *t_utc_ms = stamp.t_utc_ms;
    return true;
}

bool gps_track_nmea_rmc(const char *line, size_t len, struct gps_track_point *point)
{
    char body[NMEA_MAX];
    const char *fields[NMEA_FIELDS];
    size_t body_len = 0, count = 0;
    if (len < 7 || len >= NMEA_MAX || line[0] != '$' ||
        memcmp(line + 3, "RMC,", 4) != 0 || !checksum_ok(line, len, &body_len))
        return false;
    memcpy(body, line, body_len);
    body[body_len] = '\0';
    for (char *at = body; at && count < NMEA_FIELDS;) {
        fields[count++] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    if (count < 10 || strcmp(fields[2], "A") != 0)
        return false;
    const struct latlon pos = {.lat_deg = nmea_angle(fields[3], fields[4], "NS"),
                               .lon_deg = nmea_angle(fields[5], fields[6], "EW")};
    int64_t t_utc_ms = 0;
    if (!geo_valid(pos) || !nmea_time(fields[1], fields[9], &t_utc_ms))
        return false;
    *point = (struct gps_track_point){.t_utc_ms = t_utc_ms, .pos = pos};
    return true;
}

/* Lines of any other kind (comments, binary frames between sentences) are passed over. */
static enum err read_nmea(struct import_file *f, struct gps_track *track)
{
    char buf[4096], line[NMEA_MAX];
    size_t len = 0;
    long n;
    enum err err = import_file_rewind(f);
    if (err)
        return err;
    while ((n = import_file_read(f, buf, sizeof buf)) > 0) {
        for (long i = 0; i < n; i++) {
            struct gps_track_point point;
            if (buf[i] == '$')
                len = 0;
            if (buf[i] != '\n' && buf[i] != '\r') {
                line[len] = buf[i];
                len += len + 1 < sizeof line;
                continue;
            }
            if (gps_track_nmea_rmc(line, len, &point))
                gps_track_add(track, point);
            len = 0;
        }
    }
    struct gps_track_point last;
    if (n == 0 && gps_track_nmea_rmc(line, len, &last))
        gps_track_add(track, last);
    return n < 0 ? ERR_INPUT : ERR_OK;
}

enum err gps_track_load(const char *path, struct gps_track *track)
{
    static const struct xml_events events = {.start = on_start, .end = on_end};
    struct gps_track read = {0};
    struct gpx gpx = {.track = &read};
    struct import_file *f = NULL;
    size_t size = 0;
    enum err err = import_file_open(path, &f);
    if (err)
        return err;
    const char *head = import_file_head(f, &size);
    err = import_file_sha256(f, read.sha256);
    if (!err)
        err = xml_events_is(head, size, "gpx") ? xml_events_read(f, &events, &gpx)
                                               : read_nmea(f, &read);
    if (!err && read.count == 0) {
        err_report(_("%s: no position with a time; a GPX track or an NMEA log with RMC "
                     "sentences was expected"),
                   path);
        err = ERR_INPUT;
    }
    import_file_close(f);
    if (err) {
        gps_track_free(&read);
        return err;
    }
    gps_track_sort(&read);
    *track = read;
    return ERR_OK;
}
