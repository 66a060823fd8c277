/* A light on the device. */
#include "led.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void led_open(struct led *led, const char *dir)
{
    led->lit = -1;
    led->path[0] = '\0';
    if (dir)
        snprintf(led->path, sizeof led->path, "%s/brightness", dir);
}

static void led_tick(void *ctx, const struct loop *l)
{
    struct led *led = ctx;
    const int lit = l->alarms != 0;
    if (!led->path[0] || lit == led->lit)
        return;
    const int fd = open(led->path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return; /* a missing light must not stop a survey; `check` tells of it */
    if (write(fd, lit ? "1" : "0", 1) == 1)
        led->lit = lit;
    close(fd);
}

struct loop_view led_view(struct led *led)
{
    return (struct loop_view){.ctx = led, .tick = led_tick};
}
