/* The formats that are read: one row each, tried in this order. */
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "lang.h"
#include "xmem.h"

const struct import_format import_formats[] = {
    {"triplog", N_("trip log of lomsong-collect (GeoPackage)"), import_triplog_detect,
     import_triplog_read, import_triplog_uuid, import_triplog_seal, import_triplog_probes,
     NULL, false},
    {"gnettrack", N_("G-NetTrack Pro text log"), import_gnettrack_text_detect,
     import_gnettrack_text_read, NULL, NULL, NULL, NULL, true},
    {"gnettrack-dataset", N_("G-NetTrack dataset CSV"), import_gnettrack_dataset_detect,
     import_gnettrack_dataset_read, NULL, NULL, NULL, NULL, true},
    {"lomsong", N_("lomsong CSV, or with --map any CSV with a header"),
     import_lomsong_csv_detect, import_lomsong_csv_read, NULL, NULL, NULL,
     &import_lomsong_pieces, false},
};
const size_t import_format_count = sizeof import_formats / sizeof *import_formats;

static enum err find_by_name(const char *name, const struct import_format **format)
{
    for (size_t i = 0; i < import_format_count; i++) {
        if (strcmp(import_formats[i].name, name) == 0) {
            *format = &import_formats[i];
            return ERR_OK;
        }
    }
    err_report(_("--format %s: no such format; known are triplog, gnettrack, "
                 "gnettrack-dataset and lomsong"),
               name);
    return ERR_USAGE;
}

enum err import_find_format(struct import_file *f, const char *forced,
                            const struct import_options *options,
                            const struct import_format **format)
{
    if (forced)
        return find_by_name(forced, format);
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    if (size == 0) {
        err_report(
            _("%s: the file is empty; a log with at least a header and one row was "
              "expected"),
            import_file_name(f));
        return ERR_INPUT;
    }
    for (size_t i = 0; i < import_format_count; i++) {
        if (import_formats[i].detect(head, size, options)) {
            *format = &import_formats[i];
            return ERR_OK;
        }
    }
    err_report(
        _("%s: not a log of any known format; a CSV needs a header with a time "
          "(t_utc_ms, t_utc, ts), a position (lat_deg, lon_deg) and a state or level "
          "(rsrp_dbm, level_dbm, …): name other columns with --map ours=theirs"),
        import_file_name(f));
    return ERR_INPUT;
}

bool import_field_count_ok(size_t header_count, const struct csvio_row *row)
{
    if (row->count == header_count)
        return true;
    return row->count == header_count + 1 && row->lengths[row->count - 1] == 0;
}

long import_head_read(void *head, void *buf, size_t size)
{
    struct import_head *h = head;
    const size_t n = size < h->size ? size : h->size;
    memcpy(buf, h->data, n);
    h->data += n;
    h->size -= n;
    return (long)n;
}

bool import_same_as_previous(struct import_previous *p, const struct csvio_row *row)
{
    if (p->any && p->len == row->raw_len && memcmp(p->raw, row->raw, p->len) == 0)
        return true;
    p->raw = xreallocarray(p->raw, row->raw_len + 1, 1);
    memcpy(p->raw, row->raw, row->raw_len);
    p->len = row->raw_len;
    p->any = true;
    return false;
}

void import_previous_free(struct import_previous *p)
{
    free(p->raw);
    *p = (struct import_previous){0};
}
