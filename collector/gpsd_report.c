/* TPV and SKY of gpsd 3.22 (man gpsd_json). One real epoch:
 *
 *     {"class":"TPV","device":"/dev/ttyACM0","mode":3,"time":"2025-11-22T00:00:01.000Z",
 *      "lat":21.020010000,"lon":105.850100000,"altMSL":12.3000,"speed":11.112,"eph":17.100}
 *     {"class":"SKY","hdop":0.90,"nSat":4,"uSat":4,"satellites":[…]}
 *     {"class":"TPV","mode":1,"time":"2025-11-22T00:00:09.000Z"}     a lost fix keeps
 * time
 *
 * The structure libgps fills keeps what earlier messages said: only `set` tells what this
 * one brought. SKY without it would pass for a fix. */
#include "gpsd_report.h"

#include <math.h>
#include <string.h>

static void take_tpv(const struct gps_data_t *data, struct gps_report *report)
{
    const struct gps_fix_t *fix = &data->fix;
    report->mode = fix->mode > 0 ? fix->mode : 0;
    if ((data->set & TIME_SET) && fix->time.tv_sec > 0)
        report->t_utc_ms =
            (int64_t)fix->time.tv_sec * 1000 + (int64_t)(fix->time.tv_nsec / 1000000);
    if (fix->mode < MODE_2D)
        return;
    /* `status` is 0 for an ordinary fix of gpsd 3.22 and says nothing. */
    const struct latlon pos = {fix->latitude, fix->longitude};
    if (geo_valid(pos))
        report->pos = pos;
    report->eph_m = fix->eph;
    report->alt_msl_m = fix->altMSL;
    report->speed_mps = fix->speed;
    report->course_deg = fix->track;
}

static void take_sky(const struct gps_data_t *data, struct gps_report *report)
{
    report->hdop = data->dop.hdop;
    /* A SKY of DOPs alone lists no satellites; that is not "none used". */
    if (data->satellites_visible > 0)
        report->satellites = data->satellites_used;
}

void gpsd_report_prepare(struct gps_data_t *data)
{
    data->set = 0;
    gps_clear_dop(&data->dop);
}

bool gpsd_report_take(const struct gps_data_t *data, struct gps_report *report)
{
    *report = gps_report_empty();
    /* A TPV of mode 0 sets STATUS_SET alone. */
    if (data->set & (MODE_SET | STATUS_SET)) {
        take_tpv(data, report);
        return true;
    }
    if (data->set & SATELLITE_SET) {
        take_sky(data, report);
        return true;
    }
    return false;
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* Behind the string that starts here; NULL where it does not end. */
static const char *skip_string(const char *p)
{
    for (p++; *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        else if (*p == '\0')
            return NULL;
    }
    return p + 1;
}

/* Behind the value that starts here; NULL where there is none, or too deep a one. */
static const char *skip_value(const char *p, int depth)
{
    enum { DEPTH_MAX = 8 };
    const char close = *p == '{' ? '}' : *p == '[' ? ']' : '\0';
    if (*p == '"')
        return skip_string(p);
    if (close == '\0') {
        const size_t length = strspn(p, "+-.0123456789eEaflnrstu");
        return length > 0 ? p + length : NULL;
    }
    if (depth == DEPTH_MAX)
        return NULL;
    const char *first = skip_blanks(p + 1);
    if (*first == close)
        return first + 1;
    do {
        p = skip_blanks(p + 1);
        if (close == '}') {
            p = *p == '"' ? skip_string(p) : NULL;
            p = p ? skip_blanks(p) : NULL;
            p = p && *p == ':' ? skip_blanks(p + 1) : NULL;
        }
        p = p ? skip_value(p, depth + 1) : NULL;
        p = p ? skip_blanks(p) : NULL;
    } while (p && *p == ',');
    return p && *p == close ? p + 1 : NULL;
}

/* gps_unpack of libgps 3.22 never comes back from lines such as {s"class":"TPV",
 * {"x":[{"class":"DEVICE"}]} and {"class":"TPV","class":"SKY"}: it is given whole reports
 * of one class alone. */
static bool is_report(const char *line)
{
    static const char tag[] = "\"class\":";
    static const char *const begins[] = {"{\"class\":\"TPV\",", "{\"class\":\"SKY\","};
    bool known = false;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        known = known || strncmp(line, begins[i], strlen(begins[i])) == 0;
    known = known && strstr(line + strlen(tag), tag) == NULL;
    const char *end = known ? skip_value(line, 0) : NULL;
    return end && *skip_blanks(end) == '\0';
}

bool gpsd_report_parse(char *line, struct gps_data_t *data, struct gps_report *report)
{
    gpsd_report_prepare(data);
    return is_report(line) && gps_unpack(line, data) == 0 &&
           gpsd_report_take(data, report);
}
