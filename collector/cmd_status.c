/* status: asks the running collector through its socket. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "commands.h"
#include "config.h"
#include "guide_text.h"
#include "lang.h"
#include "show.h"
#include "show_probe.h"
#include "xmem.h"

enum { ANSWER_SIZE = SHOW_ANSWER_SIZE + 1 };

static enum err ask(const char *output, char answer[ANSWER_SIZE])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int len =
        snprintf(address.sun_path, sizeof address.sun_path, "%s/.status", output);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t size = 0;
    if (fd < 0 || len < 0 || (size_t)len >= sizeof address.sun_path ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        err_report(
            _("%s: no collector is running there (%s); start one with: lomsong-collect "
              "run"),
            output, strerror(errno));
        if (fd >= 0)
            close(fd);
        return ERR_FAILED;
    }
    ssize_t n;
    while (size < ANSWER_SIZE - 1 &&
           (n = read(fd, answer + size, ANSWER_SIZE - 1 - size)) > 0)
        size += (size_t)n;
    answer[size] = '\0';
    close(fd);
    return ERR_OK;
}

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));
    return text ? text : "";
}

static double number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

/* As the collector shows it; NULL without a test. */
static const char *probe_of(const cJSON *modem, char text[SHOW_PROBE_SIZE])
{
    const cJSON *json = cJSON_GetObjectItem(modem, "probe");
    struct probe_last last = {.kind = PLAN_NONE};
    struct probe_result *r = &last.result;
    for (int kind = 0; kind < PLAN_KINDS; kind++) {
        if (strcmp(probe_plan_name((enum plan_kind)kind), text_of(json, "kind")) == 0)
            last.kind = (enum plan_kind)kind;
    }
    if (last.kind == PLAN_NONE)
        return NULL;
    const bool ok = strcmp(text_of(json, "result"), "ok") == 0;
    *r = probe_result_of(ok ? PROBE_OK : PROBE_ERROR, text_of(json, "reason"));
    r->rtt_ms = number_of(json, "rtt_ms");
    r->loss_share = number_of(json, "loss_share");
    r->rate_kbps = number_of(json, "rate_kbps");
    return show_probe_text(&last, text);
}

static void print_modem(const cJSON *m)
{
    const cJSON *level = cJSON_GetObjectItem(m, "level_dbm");
    printf("  %s  %s  %s  %s", text_of(m, "name"), text_of(m, "mccmnc"),
           show_state(state_parse(text_of(m, "state"))), text_of(m, "tech"));
    if (cJSON_IsNumber(level))
        printf("  %.0f dBm", level->valuedouble);
    printf(_("  %.0f samples\n"), number_of(m, "samples"));
    char text[SHOW_PROBE_SIZE];
    const char *probe = probe_of(m, text);
    if (probe)
        printf(_("    last test: %s\n"), probe);
}

static void print_position(const cJSON *gps)
{
    char metres[SHOW_METRES_SIZE];
    const cJSON *acc = cJSON_GetObjectItem(gps, "acc_h95_m");
    printf(_("  position %.6f, %.6f, accuracy %s, %.0f satellites\n"),
           number_of(gps, "lat_deg"), number_of(gps, "lon_deg"),
           show_metres(cJSON_IsNumber(acc) ? acc->valuedouble : (double)NAN, metres),
           number_of(gps, "satellites"));
}

static void print_need(const cJSON *area)
{
    const cJSON *bins = cJSON_GetObjectItem(area, "bins_needed");
    const char *name = text_of(area, "name");
    const char *kind = strcmp(text_of(area, "area_kind"), "cluster") ? _("centre") : name;
    const char *result = text_of(area, "result");
    if (strcmp(result, "unknown") != 0)
        printf("    [x] %s: %s\n", kind, _(result));
    else if (cJSON_IsNumber(bins))
        printf(_("    [ ] %s: %.0f bins\n"), kind, bins->valuedouble);
    else
        printf(_("    [ ] %s: all you can\n"), kind);
}

static void print_plan(const cJSON *plan)
{
    const cJSON *nearest = cJSON_GetObjectItem(plan, "nearest"), *area;
    const cJSON *way = cJSON_GetObjectItem(nearest, "distance_m");
    char text[GUIDE_WAY_SIZE];
    printf(_("  plan: %.0f of %.0f hamlets decided, %.0f of %.0f test areas\n"),
           number_of(plan, "hamlets_decided"), number_of(plan, "hamlets"),
           number_of(plan, "areas_done"), number_of(plan, "areas"));
    if (!cJSON_IsObject(nearest))
        return;
    printf(_("  nearest undecided: %s, %s\n"), text_of(nearest, "name"),
           guide_way(cJSON_IsNumber(way) ? way->valuedouble : (double)NAN, text));
    cJSON_ArrayForEach(area, cJSON_GetObjectItem(nearest, "areas")) print_need(area);
}

static enum err print_text(const char *answer)
{
    cJSON *json = cJSON_Parse(answer);
    const cJSON *gps = cJSON_GetObjectItem(json, "gps");
    const cJSON *modem;
    if (!json) {
        err_report(_("the collector's answer cannot be read"));
        return ERR_FAILED;
    }
    printf(_("%s  recording to %s, %.0f samples, %.0f MB free\n"), text_of(json, "utc"),
           text_of(json, "trip"), number_of(json, "samples"),
           number_of(json, "free_bytes") / 1e6);
    if (cJSON_IsTrue(cJSON_GetObjectItem(json, "gps_lost")))
        printf("%s\n", _("  GPS LOST: samples have no position"));
    else
        print_position(gps);
    cJSON_ArrayForEach(modem, cJSON_GetObjectItem(json, "modems")) print_modem(modem);
    if (cJSON_IsObject(cJSON_GetObjectItem(json, "plan")))
        print_plan(cJSON_GetObjectItem(json, "plan"));
    cJSON_Delete(json);
    return ERR_OK;
}

enum err cmd_status(const struct arguments *a)
{
    struct config config;
    enum err err = config_load(a->config, &config);
    if (err)
        return err;
    char *answer = xmalloc(ANSWER_SIZE);
    err = ask(a->output ? a->output : config.output, answer);
    if (!err && a->json)
        fputs(answer, stdout);
    else if (!err)
        err = print_text(answer);
    free(answer);
    config_free(&config);
    return err;
}
