/* run: log until stopped. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands.h"
#include "guide.h"
#include "lang.h"
#include "led.h"
#include "prober.h"
#include "screen.h"
#include "show.h"
#include "xmem.h"

/* SIGINT, SIGTERM and SIGHUP (a lost ssh) end a trip in order. */
static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN); /* a closed terminal is no reason to stop recording */
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What shows and tests while the loop runs. */
struct around {
    struct show_status status;
    struct show_lines lines;
    struct screen *screen;
    struct prober *prober;
    struct guide *guide; /* NULL: no plan */
    struct led led;
};

static enum err run_views(struct loop *loop, int signals, struct around *r)
{
    struct loop_view views[5];
    int count = 0;
    if (r->guide) /* first: the others show what it found */
        views[count++] = guide_view(r->guide);
    views[count++] = show_status_view(&r->status);
    views[count++] = led_view(&r->led);
    views[count++] = prober_view(r->prober);
    views[count++] = r->screen ? screen_view(r->screen) : show_lines_view(&r->lines);
    return loop_run(loop, signals, views, count);
}

static enum err run_loop(const struct config *config, const struct arguments *a,
                         struct guide *guide)
{
    struct loop *loop = xcalloc(1, sizeof *loop);
    struct around around = {
        .status = {.fd = -1}, .lines = {.every_ms = 5000}, .guide = guide};
    const int signals = open_signals();
    char *path = NULL;
    enum err err = signals >= 0 ? loop_open(loop, config) : ERR_FAILED;
    if (!err && a->record)
        err = loop_record(loop, a->record);
    if (!err && guide)
        err = guide_begin(guide, config->output, recorder_path(loop->recorder));
    if (!err)
        err = prober_open(config, &around.prober);
    if (!err) {
        loop->prober = around.prober;
        loop->guide = guide;
        path = xstrdup(recorder_path(loop->recorder));
        show_status_open(&around.status, config->output);
        led_open(&around.led, config->led);
        if (!a->plain && isatty(STDOUT_FILENO))
            around.screen = screen_open();
        err = run_views(loop, signals, &around);
        prober_close(around.prober, loop);
        screen_close(around.screen);
        show_status_close(&around.status);
    }
    const enum err closed = loop_close(loop);
    if (!err && !closed)
        printf(_("%s: sealed\n"), path);
    if (signals >= 0)
        close(signals);
    free(path);
    free(loop);
    return err ? err : closed;
}

/* The plan of the command line, else of the configuration. */
static enum err open_plan(const struct config *config, const struct arguments *a,
                          struct guide **guide)
{
    const char *path = a->plan ? a->plan : config->plan;
    int64_t team = 0;
    const enum err err = guide_parse_team(a->team, &team);
    if (err || (!path && !a->team))
        return err;
    if (!path) {
        err_report(_("--team %s is for --plan FILE"), a->team);
        return ERR_USAGE;
    }
    return guide_open(path, a->team ? team : config->team, guide);
}

static enum err read_speed(const struct arguments *a, double *speed)
{
    char *end = NULL;
    *speed = a->speed ? strtod(a->speed, &end) : 0;
    if (a->speed && (end == a->speed || *end || !(*speed >= 0 && *speed <= 1000))) {
        err_report(_("--speed is \"%s\", expected 0…1000"), a->speed);
        return ERR_USAGE;
    }
    if (a->speed && !a->replay) {
        err_report(_("--speed %s is for --replay FILE"), a->speed);
        return ERR_USAGE;
    }
    if (a->record && a->replay) {
        err_report("%s", _("--record and --replay exclude each other"));
        return ERR_USAGE;
    }
    return ERR_OK;
}

enum err cmd_run(const struct arguments *a)
{
    struct config config;
    double speed = 0;
    enum err err = read_speed(a, &speed);
    if (!err)
        err = config_load_for(a->config, a->output, &config);
    if (err)
        return err;
    if (a->replay)
        config_set_replay(&config, a->replay, speed);
    struct guide *guide = NULL;
    err = open_plan(&config, a, &guide);
    if (!err)
        err = run_loop(&config, a, guide);
    guide_close(guide);
    config_free(&config);
    return err;
}
