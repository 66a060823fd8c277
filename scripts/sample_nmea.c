/* RMC, GGA and GSA with their checksums. */
#include "sample_nmea.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utc.h"

struct text {
    char *data;
    size_t used;
};

static __attribute__((format(printf, 2, 3))) void sentence(struct text *t,
                                                           const char *form, ...)
{
    char body[128];
    unsigned checksum = 0;
    va_list args;
    va_start(args, form);
    vsnprintf(body, sizeof body, form, args);
    va_end(args);
    for (const char *p = body; *p; p++)
        checksum ^= (unsigned char)*p;
    const int n = snprintf(t->data + t->used, NMEA_EPOCH_SIZE - t->used, "$%s*%02X\r\n",
                           body, checksum);
    t->used += (size_t)n;
}

/* Whole degrees and minutes in one number, and a letter: "2239.00000,N". */
static void angle(double degrees, int width, const char letters[2], char text[24])
{
    const long long minutes_e5 = llround(fabs(degrees) * 60e5);
    snprintf(text, 24, "%0*lld%08.5f,%c", width, minutes_e5 / 6000000,
             (double)(minutes_e5 % 6000000) / 1e5, letters[degrees < 0]);
}

size_t sample_nmea_epoch(const struct sample *s, int64_t t_utc_ms,
                         char text[NMEA_EPOCH_SIZE])
{
    const double knots_per_mps = 3600.0 / 1852;
    struct text t = {.data = text};
    char iso[UTC_TEXT_SIZE], clock[16], date[8], lat[24], lon[24];
    utc_format(t_utc_ms, iso); /* 2025-09-18T08:12:05Z */
    snprintf(clock, sizeof clock, "%.2s%.2s%.2s.%02d", iso + 11, iso + 14, iso + 17,
             (int)(t_utc_ms % 1000 / 10));
    snprintf(date, sizeof date, "%.2s%.2s%.2s", iso + 8, iso + 5, iso + 2);
    if (!isfinite(s->pos.lat_deg)) {
        sentence(&t, "GPRMC,%s,V,,,,,,,%s,,,N", clock, date);
        sentence(&t, "GPGGA,%s,,,,,0,00,99.99,,,,,,", clock);
        sentence(&t, "GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99");
        return t.used;
    }
    angle(s->pos.lat_deg, 2, "NS", lat);
    angle(s->pos.lon_deg, 3, "EW", lon);
    sentence(&t, "GPRMC,%s,A,%s,%s,%.3f,,%s,,,A", clock, lat, lon,
             s->speed_mps * knots_per_mps, date);
    sentence(&t, "GPGGA,%s,%s,%s,1,%02d,%.2f,%.1f,M,-30.0,M,,", clock, lat, lon,
             (int)s->satellites, s->hdop, s->alt_m);
    sentence(&t, "GPGSA,A,3,02,05,12,15,25,29,,,,,,,%.2f,%.2f,%.2f", s->hdop * 1.8,
             s->hdop, s->hdop * 1.5);
    return t.used;
}
