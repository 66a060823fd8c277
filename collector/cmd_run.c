/* run: log until stopped. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands.h"
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

static enum err run_loop(const struct config *config, const struct arguments *a)
{
    struct loop *loop = xcalloc(1, sizeof *loop);
    struct show_status status = {.fd = -1};
    struct show_lines lines = {.every_ms = 5000};
    struct screen *screen = NULL;
    struct prober *prober = NULL;
    struct led led;
    const int signals = open_signals();
    char *path = NULL;
    enum err err = signals >= 0 ? loop_open(loop, config) : ERR_FAILED;
    if (!err && a->record)
        err = loop_record(loop, a->record);
    if (!err)
        err = prober_open(config, &prober);
    if (!err) {
        loop->prober = prober;
        path = xstrdup(recorder_path(loop->recorder));
        show_status_open(&status, config->output);
        led_open(&led, config->led);
        if (!a->plain && isatty(STDOUT_FILENO))
            screen = screen_open();
        const struct loop_view views[] = {
            show_status_view(&status),
            led_view(&led),
            prober_view(prober),
            screen ? screen_view(screen) : show_lines_view(&lines),
        };
        err = loop_run(loop, signals, views, sizeof views / sizeof *views);
        prober_close(prober, loop);
        screen_close(screen);
        show_status_close(&status);
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
    err = run_loop(&config, a);
    config_free(&config);
    return err;
}
