/* Errors of GDAL, collected by a handler: the first is the cause, later ones its echo. */
#include "out_gdal.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"

/* Keeps both ends of a long message: GDAL quotes whole SQL statements before the cause.
 */
static void note(struct out_gdal *g, const char *message)
{
    enum { HEAD = 60, TAIL = 120 };
    if (g->failed)
        return;
    g->failed = true;
    const size_t size = strlen(message);
    if (size <= HEAD + TAIL)
        snprintf(g->message, sizeof g->message, "%s", message);
    else
        snprintf(g->message, sizeof g->message, "%.*s ... %s", HEAD, message,
                 message + size - TAIL);
}

/* Warnings are dropped: they are GDAL's opinion, and the user could do nothing about
 * them. */
static void on_error(CPLErr severity, CPLErrorNum number, const char *message)
{
    (void)number;
    if (severity == CE_Failure || severity == CE_Fatal)
        note(CPLGetErrorHandlerUserData(), message);
}

void out_gdal_begin(struct out_gdal *g, const char *path)
{
    *g = (struct out_gdal){.path = path};
    CPLErrorReset();
    CPLPushErrorHandlerEx(on_error, g);
}

enum err out_gdal_end(struct out_gdal *g)
{
    CPLPopErrorHandler();
    if (!g->failed)
        return ERR_OK;
    err_report(_("%s: cannot write: %s; "
                 "check the free space and the permissions of the directory"),
               g->path, g->message);
    return ERR_FAILED;
}

bool out_gdal_check(struct out_gdal *g, bool ok, const char *what)
{
    if (!ok)
        note(g, what);
    return ok;
}

OGRSpatialReferenceH out_gdal_srs(struct out_gdal *g, int epsg)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    const bool known = srs && OSRImportFromEPSG(srs, epsg) == OGRERR_NONE;
    if (!out_gdal_check(g, known, "OSRImportFromEPSG")) {
        OSRRelease(srs);
        return NULL;
    }
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

void out_gdal_sync(struct out_gdal *g)
{
    const int fd = open(g->path, O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && fsync(fd) == 0;
    if (!synced)
        note(g, strerror(errno));
    if (fd >= 0)
        close(fd);
}
