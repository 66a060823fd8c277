/* What a running collector shows. */
#include "show.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "guide.h"
#include "guide_json.h"
#include "guide_text.h"
#include "jsonw.h"
#include "lang.h"
#include "show_probe.h"
#include "utc.h"

const char *show_state(enum state state)
{
    static const char *const words[STATE_COUNT] = {
        [STATE_UNKNOWN] = N_("silent"),         [STATE_IN_SERVICE] = N_("in service"),
        [STATE_LIMITED] = N_("emergency only"), [STATE_NO_SERVICE] = N_("no service"),
        [STATE_RADIO_OFF] = N_("radio off"),
    };
    return _(words[state]);
}

const char *show_metres(double metres, char buf[SHOW_METRES_SIZE])
{
    if (isfinite(metres))
        snprintf(buf, SHOW_METRES_SIZE, "%.0f m", metres);
    else
        snprintf(buf, SHOW_METRES_SIZE, "? m");
    return buf;
}

static void line_of_modem(const struct loop *l, const struct modem *m)
{
    const struct sample s = loop_sample_now(l, m);
    char op[MCCMNC_TEXT_SIZE];
    mccmnc_format(s.mccmnc, op);
    printf("  %s %s %s", m->name, op, show_state(s.state));
    if (s.tech != TECH_NONE && s.state == STATE_IN_SERVICE) {
        const double level = sample_level_dbm(&s, s.tech);
        printf(" %s", tech_name(s.tech));
        if (isfinite(level))
            printf(" %.0f dBm", level);
    }
    printf(" (%" PRId64 ")", l->modems[m->modem_id].samples);
    const struct probe_last *last = prober_last(l->prober, m->modem_id);
    char text[SHOW_PROBE_SIZE];
    if (last)
        printf(" [%s]", show_probe_text(last, text));
}

static void print_lines(const struct guide_text *text)
{
    for (int i = 0; i < text->count; i++)
        printf("  %s\n", text->lines[i].text);
}

/* What the plan asks for here, whenever that has changed. */
static void lines_of_plan(struct show_lines *lines, const struct loop *l)
{
    enum { MAP_WIDTH = 40, MAP_ROWS = 12 };
    struct guide_text text = {.width = GUIDE_WIDTH_MAX, .max_rows = GUIDE_LINES_MAX};
    const struct guide_sight s = guide_sight(l->guide);
    char name[GUIDE_LINE_SIZE];
    if (s.changes == lines->changes && s.completed == lines->completed)
        return;
    if (s.completed > lines->completed)
        printf("%s%s: %s, %s\n", isatty(STDOUT_FILENO) ? "\a" : "", _("AREA COMPLETE"),
               s.last_hamlet->plan->name, guide_area_name(s.last, name));
    lines->changes = s.changes;
    lines->completed = s.completed;
    guide_text_list(&s, &l->pump.hub.modems, &text);
    print_lines(&text);
    text.width = MAP_WIDTH;
    text.max_rows = MAP_ROWS;
    guide_text_map(&s, &text);
    print_lines(&text);
}

static void lines_tick(void *ctx, const struct loop *l)
{
    struct show_lines *lines = ctx;
    const int64_t mono_ms = pump_now_ms(&l->pump);
    const struct gps_fix *f = &l->pump.hub.fix;
    char time[UTC_TEXT_SIZE], metres[SHOW_METRES_SIZE];
    if (mono_ms < lines->next_ms)
        return;
    lines->next_ms = mono_ms + lines->every_ms;
    utc_format(timebase_utc_ms(&l->timebase, mono_ms), time);
    printf("%s", time);
    if (gps_fix_is_fresh(f, mono_ms, 5000))
        printf("  %.6f,%.6f ±%s", f->pos.lat_deg, f->pos.lon_deg,
               show_metres(f->acc_h95_m, metres));
    else
        printf("  %s", _("no position"));
    for (int i = 0; i < MODEM_MAX; i++) {
        if (l->pump.hub.modems.modems[i].used)
            line_of_modem(l, &l->pump.hub.modems.modems[i]);
    }
    if (l->alarms & ALARM_DISK_LOW)
        printf(_("  DISK LOW: %lld MB free"), (long long)(l->free_bytes / 1000000));
    putchar('\n');
    if (l->guide)
        lines_of_plan(lines, l);
    fflush(stdout);
}

struct loop_view show_lines_view(struct show_lines *lines)
{
    return (struct loop_view){.ctx = lines, .tick = lines_tick};
}

static void json_modem(struct jsonw *j, const struct loop *l, const struct modem *m)
{
    const struct sample s = loop_sample_now(l, m);
    char op[MCCMNC_TEXT_SIZE];
    mccmnc_format(s.mccmnc, op);
    jsonw_open(j, '{');
    jsonw_key(j, "modem_id");
    jsonw_int(j, m->modem_id);
    jsonw_key(j, "name");
    jsonw_text(j, m->name);
    jsonw_key(j, "source");
    jsonw_text(j, m->source);
    jsonw_key(j, "model");
    jsonw_text(j, m->model);
    jsonw_key(j, "present");
    jsonw_bool(j, m->present);
    jsonw_key(j, "mccmnc");
    jsonw_text(j, op);
    jsonw_key(j, "state");
    jsonw_text(j, state_name(s.state));
    jsonw_key(j, "tech");
    jsonw_text(j, s.tech == TECH_NONE ? "" : tech_name(s.tech));
    jsonw_key(j, "level_dbm");
    jsonw_number(j, s.tech == TECH_NONE ? (double)NAN : sample_level_dbm(&s, s.tech), 1);
    jsonw_key(j, "level_age_ms");
    if (s.level_age_ms == ID_UNKNOWN)
        jsonw_null(j);
    else
        jsonw_int(j, s.level_age_ms);
    jsonw_key(j, "samples");
    jsonw_int(j, l->modems[m->modem_id].samples);
    jsonw_key(j, "evidence");
    jsonw_int(j, l->modems[m->modem_id].evidence);
    jsonw_key(j, "probe");
    show_probe_json(j, prober_last(l->prober, m->modem_id));
    jsonw_close(j, '}');
}

static void json_gps(struct jsonw *j, const struct loop *l, int64_t mono_ms)
{
    const struct gps_fix *f = &l->pump.hub.fix;
    const int64_t age_ms = gps_fix_age_ms(f, mono_ms);
    jsonw_key(j, "gps");
    jsonw_open(j, '{');
    jsonw_key(j, "mode");
    jsonw_int(j, f->mode);
    jsonw_key(j, "lat_deg");
    jsonw_number(j, f->pos.lat_deg, 7);
    jsonw_key(j, "lon_deg");
    jsonw_number(j, f->pos.lon_deg, 7);
    jsonw_key(j, "acc_h95_m");
    jsonw_number(j, f->acc_h95_m, 1);
    jsonw_key(j, "satellites");
    jsonw_int(j, f->satellites);
    jsonw_key(j, "age_ms");
    if (age_ms == ID_UNKNOWN)
        jsonw_null(j);
    else
        jsonw_int(j, age_ms);
    jsonw_close(j, '}');
}

void show_json(FILE *out, const struct loop *l)
{
    struct jsonw j = {.out = out};
    const int64_t mono_ms = pump_now_ms(&l->pump);
    char time[UTC_TEXT_SIZE];
    utc_format(timebase_utc_ms(&l->timebase, mono_ms), time);
    jsonw_open(&j, '{');
    jsonw_key(&j, "version");
    jsonw_text(&j, LOMSONG_VERSION);
    jsonw_key(&j, "utc");
    jsonw_text(&j, time);
    jsonw_key(&j, "running_ms");
    jsonw_int(&j, mono_ms - l->started_mono_ms);
    jsonw_key(&j, "trip");
    jsonw_text(&j, recorder_path(l->recorder));
    jsonw_key(&j, "samples");
    jsonw_int(&j, recorder_samples(l->recorder));
    jsonw_key(&j, "free_bytes");
    jsonw_int(&j, l->free_bytes);
    jsonw_key(&j, "gps_lost");
    jsonw_bool(&j, (l->alarms & ALARM_GPS_LOST) != 0);
    jsonw_key(&j, "modem_lost");
    jsonw_bool(&j, (l->alarms & ALARM_MODEM_LOST) != 0);
    jsonw_key(&j, "disk_low");
    jsonw_bool(&j, (l->alarms & ALARM_DISK_LOW) != 0);
    json_gps(&j, l, mono_ms);
    jsonw_key(&j, "modems");
    jsonw_open(&j, '[');
    for (int i = 0; i < MODEM_MAX; i++) {
        if (l->pump.hub.modems.modems[i].used)
            json_modem(&j, l, &l->pump.hub.modems.modems[i]);
    }
    jsonw_close(&j, ']');
    if (l->guide) {
        const struct guide_sight sight = guide_sight(l->guide);
        jsonw_key(&j, "plan");
        guide_json(&j, &sight, false);
    }
    jsonw_close(&j, '}');
    fputc('\n', out);
}

void show_status_open(struct show_status *status, const char *output)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    status->fd = -1;
    const int len = snprintf(status->path, sizeof status->path, "%s/.status", output);
    if (len < 0 || (size_t)len >= sizeof address.sun_path) {
        err_warn(_("%s: the path is too long for a status socket; status will not work"),
                 output);
        status->path[0] = '\0';
        return;
    }
    memcpy(address.sun_path, status->path, (size_t)len + 1);
    unlink(status->path); /* of a run that crashed: the directory's lock is ours */
    status->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (status->fd >= 0 &&
        bind(status->fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
        listen(status->fd, 4) == 0)
        return;
    err_warn(_("%s: no status socket: %s; status will not work"), status->path,
             strerror(errno));
    show_status_close(status);
}

void show_status_close(struct show_status *status)
{
    if (status->fd >= 0)
        close(status->fd);
    status->fd = -1;
    if (status->path[0])
        unlink(status->path);
}

static int status_poll_fds(void *ctx, struct pollfd *fds, int max)
{
    const struct show_status *status = ctx;
    if (status->fd < 0 || max < 1)
        return 0;
    fds[0] = (struct pollfd){.fd = status->fd, .events = POLLIN};
    return 1;
}

static void status_handle(void *ctx, const struct loop *l, const struct pollfd *fds,
                          int count)
{
    const struct show_status *status = ctx;
    char text[SHOW_ANSWER_SIZE];
    (void)fds;
    (void)count;
    const int client = accept4(status->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0)
        return;
    FILE *out = fmemopen(text, sizeof text, "w");
    if (out) {
        show_json(out, l);
        const long size = ftell(out);
        fclose(out);
        if (size > 0) /* a reader that does not read loses its answer, not our time */
            (void)!send(client, text, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    close(client);
}

struct loop_view show_status_view(struct show_status *status)
{
    return (struct loop_view){
        .ctx = status, .poll_fds = status_poll_fds, .handle = status_handle};
}
