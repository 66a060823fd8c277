/* Files that are no logs but are often given for one: what they are and where they
 * belong, so that nobody looks for a fault in a header that is not there. */
#include <string.h>

#include "import.h"
#include "lang.h"
#include "xml_events.h"

/* of several programs */
#define PACKED N_("is packed in a way that is not read: unpack it, or pack it with gzip")
#define WEB_PAGE                                                                         \
    N_("is a web page, perhaps one that asks for a password: download the log anew")

static const struct stranger {
    const char *begin; /* of the file */
    const char *what;
} strangers[] = {
    {"PK\003\004", N_("is a ZIP archive, and so are files of Excel (.xlsx) and KMZ: give "
                      "the logs in it; save a sheet as CSV")},
    {"\320\317\021\340", N_("is a file of Excel (.xls) or Word: save the sheet as CSV")},
    {"\3757zXZ", PACKED},
    {"BZh", PACKED},
    {"7z\274\257", PACKED},
    {"Rar!", PACKED},
    {"\050\265\057\375", PACKED}, /* Zstandard */
    {"\037\213", N_("is packed twice: unpack it once")},
    {"%PDF", N_("is a PDF document, which has no rows: ask for the log itself")},
    {"<!DOCTYPE html", WEB_PAGE},
    {"<html", WEB_PAGE},
    {"$G", N_("is an NMEA log, which has no levels: give it with --track to a log that "
              "lacks positions")},
    {"radio,mcc,net,area,cell",
     N_("is a list of cells, not of samples: give it with --stations")},
};

const char *import_stranger(const char *head, size_t size)
{
    if (xml_events_is(head, size, "gpx"))
        return _(
            "is a GPX track, which has no levels: give it with --track to a log that "
            "lacks positions");
    if (size >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
        head += 3;
        size -= 3;
    }
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        const struct stranger *s = &strangers[i];
        const size_t len = strlen(s->begin);
        if (size >= len && memcmp(head, s->begin, len) == 0)
            return _(s->what);
    }
    return NULL;
}
