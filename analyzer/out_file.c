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

/* Writes a whole number; returns behind its last digit. */
static char *put_digits(char *at, uint64_t value, int digits_min)
{
    char digits[20];
    int n = 0;
    for (; value > 0 || n < digits_min; value /= 10)
        digits[n++] = (char)('0' + value % 10);
    while (n > 0)
        *at++ = digits[--n];
    *at = '\0';
    return at;
}

/* True where the text of 6 decimals is that of the rounded product, and printf need not
 * be asked: not near a half, not too large. */
static bool share_is_plain(double millionths)
{
    return fabs(millionths) < 1e15 &&
           fabs(fabs(millionths - trunc(millionths)) - 0.5) > 1e-3;
}

const char *out_share(double value, char buf[OUT_NUMBER_SIZE])
{
    const double millionths = value * 1e6;
    buf[0] = '\0';
    if (!isfinite(value))
        return buf;
    if (!share_is_plain(millionths)) {
        snprintf(buf, OUT_NUMBER_SIZE, "%.6f", value);
        if (strcmp(buf, "-0.000000") == 0)
            memmove(buf, buf + 1, strlen(buf));
        return buf;
    }
    const int64_t rounded = llround(millionths);
    char *at = buf;
    if (rounded < 0)
        *at++ = '-';
    const uint64_t n = (uint64_t)(rounded < 0 ? -rounded : rounded);
    at = put_digits(at, n / 1000000, 1);
    *at++ = '.';
    put_digits(at, n % 1000000, 6);
    return buf;
}

const char *out_integer(int64_t value, char buf[OUT_NUMBER_SIZE])
{
    char *at = buf;
    if (value < 0)
        *at++ = '-';
    put_digits(at, value < 0 ? -(uint64_t)value : (uint64_t)value, 1);
    return buf;
}

const char *out_dbm(int dbm, char buf[OUT_NUMBER_SIZE])
{
    buf[0] = '\0';
    return dbm == LEVEL_NONE ? buf : out_integer(dbm, buf);
}

const char *out_count(int64_t value, char buf[OUT_NUMBER_SIZE])
{
    buf[0] = '\0';
    return value == ID_UNKNOWN ? buf : out_integer(value, buf);
}
