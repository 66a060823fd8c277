/* What the outputs share: files that are checked to the last byte, and the number texts
 * of the contract. */
#include "out.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "sample.h"
#include "units.h"
#include "xmem.h"

FILE *out_open(const char *dir, const char *name)
{
    char *path = xasprintf("%s/%s", dir, name);
    FILE *f = fopen(path, "we");
    if (!f)
        err_report(
            _("%s: cannot make the file: %s; check the directory and its permissions"),
            path, strerror(errno));
    free(path);
    return f;
}

enum err out_close(FILE *f, const char *dir, const char *name)
{
    if (!f)
        return ERR_FAILED; /* reported by out_open */
    errno = 0;
    /* A full disk may show at any of these; an error of an earlier write has lost its
     * errno. */
    const bool written = fflush(f) == 0 && !ferror(f) && fsync(fileno(f)) == 0;
    const int cause = errno;
    const bool closed = fclose(f) == 0;
    if (written && closed)
        return ERR_OK;
    const int shown = !written ? cause : errno;
    err_report(_("%s/%s: cannot write: %s; check the free space of the disk"), dir, name,
               strerror(shown ? shown : EIO));
    return ERR_FAILED;
}

/* Writes a whole number, with leading zeros to make up `digits_min`; returns behind its
 * last digit. */
static char *put_digits(char *at, uint64_t value, int digits_min)
{
    int n = 1;
    for (uint64_t rest = value; rest >= 10; rest /= 10)
        n++;
    n = n < digits_min ? digits_min : n;
    for (int i = n; i-- > 0; value /= 10)
        at[i] = (char)('0' + value % 10);
    at[n] = '\0';
    return at + n;
}

/* True where the text of 6 decimals is that of the rounded product, and printf need not
 * be asked: not near a half, not too large. */
static bool share_is_plain(double millionths)
{
    return fabs(millionths) < 1e15 &&
           fabs(fabs(millionths - trunc(millionths)) - 0.5) > 1e-3;
}

static char *put_by_printf(char *at, double value)
{
    snprintf(at, OUT_NUMBER_SIZE, "%.6f", value);
    if (strcmp(at, "-0.000000") == 0)
        memmove(at, at + 1, strlen(at));
    return at + strlen(at);
}

char *out_put_share(char *at, double value)
{
    const double millionths = value * 1e6;
    *at = '\0';
    if (!isfinite(value))
        return at;
    if (!share_is_plain(millionths))
        return put_by_printf(at, value);
    const int64_t rounded = llround(millionths);
    if (rounded < 0)
        *at++ = '-';
    const uint64_t n = (uint64_t)(rounded < 0 ? -rounded : rounded);
    at = put_digits(at, n / 1000000, 1);
    *at++ = '.';
    return put_digits(at, n % 1000000, 6);
}

char *out_put_integer(char *at, int64_t value)
{
    if (value < 0)
        *at++ = '-';
    return put_digits(at, value < 0 ? -(uint64_t)value : (uint64_t)value, 1);
}

char *out_put_dbm(char *at, int dbm)
{
    *at = '\0';
    return dbm == LEVEL_NONE ? at : out_put_integer(at, dbm);
}

const char *out_share(double value, char buf[OUT_NUMBER_SIZE])
{
    out_put_share(buf, value);
    return buf;
}

const char *out_integer(int64_t value, char buf[OUT_NUMBER_SIZE])
{
    out_put_integer(buf, value);
    return buf;
}

const char *out_dbm(int dbm, char buf[OUT_NUMBER_SIZE])
{
    out_put_dbm(buf, dbm);
    return buf;
}

const char *out_count(int64_t value, char buf[OUT_NUMBER_SIZE])
{
    buf[0] = '\0';
    return value == ID_UNKNOWN ? buf : out_integer(value, buf);
}
