/* What the outputs share: files that are checked to the last byte, and the number texts
 * of the contract. */
#include "out.h"

#include <errno.h>
#include <inttypes.h>
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

const char *out_share(double value, char buf[OUT_NUMBER_SIZE])
{
    buf[0] = '\0';
    if (!isfinite(value))
        return buf;
    snprintf(buf, OUT_NUMBER_SIZE, "%.6f", value);
    if (strcmp(buf, "-0.000000") == 0)
        memmove(buf, buf + 1, strlen(buf));
    return buf;
}

const char *out_dbm(int dbm, char buf[OUT_NUMBER_SIZE])
{
    buf[0] = '\0';
    if (dbm != LEVEL_NONE)
        snprintf(buf, OUT_NUMBER_SIZE, "%d", dbm);
    return buf;
}

const char *out_count(int64_t value, char buf[OUT_NUMBER_SIZE])
{
    buf[0] = '\0';
    if (value != ID_UNKNOWN)
        snprintf(buf, OUT_NUMBER_SIZE, "%" PRId64, value);
    return buf;
}
