/* The bytes that active tests have cost. One line per day and interface:
 *
 *     2026-11-22 wwan0 1234567 */
#include "probe_usage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "utc.h"
#include "xmem.h"

static int find(const struct probe_usage *u, int32_t day, const char *interface)
{
    for (int i = 0; i < u->count; i++) {
        if (u->rows[i].day == day && strcmp(u->rows[i].interface, interface) == 0)
            return i;
    }
    return -1;
}

/* The row, moved to the end; the one not changed for longest makes room. */
static void set(struct probe_usage *u, int32_t day, const char *interface, int64_t bytes)
{
    int at = find(u, day, interface);
    if (at < 0 && u->count == PROBE_USAGE_ROWS)
        at = 0;
    if (at >= 0) {
        u->count--;
        memmove(u->rows + at, u->rows + at + 1,
                (size_t)(u->count - at) * sizeof *u->rows);
    }
    u->rows[u->count].day = day;
    u->rows[u->count].bytes = bytes;
    snprintf(u->rows[u->count].interface, PROBE_INTERFACE_SIZE, "%s", interface);
    u->count++;
}

static bool take_line(struct probe_usage *u, const char *line)
{
    char date[16], interface[PROBE_INTERFACE_SIZE];
    int64_t bytes;
    int32_t day;
    int end = 0;
    if (sscanf(line, "%15s %15s %15" SCNd64 " %n", date, interface, &bytes, &end) != 3 ||
        line[end] != '\0' || bytes < 0 || utc_parse_date(date, &day) != ERR_OK)
        return false;
    set(u, day, interface, bytes);
    return true;
}

enum err probe_usage_open(struct probe_usage *u, const char *output)
{
    char line[80];
    *u = (struct probe_usage){.path = xasprintf("%s/.probe-bytes", output)};
    FILE *in = fopen(u->path, "re");
    if (!in && errno == ENOENT)
        return ERR_OK;
    if (!in) {
        err_report(_("%s: cannot read: %s"), u->path, strerror(errno));
        return ERR_FAILED;
    }
    for (int row = 1; fgets(line, sizeof line, in); row++) {
        if (!take_line(u, line))
            err_warn(_("%s:%d: expected a date, an interface and bytes; left out"),
                     u->path, row);
    }
    fclose(in);
    return ERR_OK;
}

void probe_usage_close(struct probe_usage *u)
{
    free(u->path);
    u->path = NULL;
}

int64_t probe_usage_bytes(const struct probe_usage *u, int32_t day, const char *interface)
{
    const int at = find(u, day, interface);
    return at < 0 ? 0 : u->rows[at].bytes;
}

/* A new file in the old one's place: a power cut leaves the one or the other. */
static bool save(const struct probe_usage *u)
{
    char *path = xasprintf("%s.new", u->path);
    FILE *out = fopen(path, "we");
    bool ok = out != NULL;
    for (int i = 0; ok && i < u->count; i++) {
        char date[UTC_TEXT_SIZE];
        utc_format_date(u->rows[i].day, date);
        ok = fprintf(out, "%s %s %" PRId64 "\n", date, u->rows[i].interface,
                     u->rows[i].bytes) > 0;
    }
    ok = ok && fflush(out) == 0 && fdatasync(fileno(out)) == 0;
    if (out && fclose(out) != 0)
        ok = false;
    ok = ok && rename(path, u->path) == 0;
    if (!ok) {
        err_report(_("%s: the bytes of the active tests cannot be kept: %s"), u->path,
                   strerror(errno));
        (void)unlink(path);
    }
    free(path);
    return ok;
}

enum err probe_usage_add(struct probe_usage *u, int32_t day, const char *interface,
                         int64_t bytes)
{
    const int64_t before = probe_usage_bytes(u, day, interface);
    const int64_t after = before + bytes;
    set(u, day, interface, after < 0 ? 0 : after);
    if (save(u))
        return ERR_OK;
    set(u, day, interface, before);
    return ERR_FAILED;
}
