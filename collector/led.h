/* A light on the device: dark while all is well, lit while an alarm is on. */
#ifndef LOMSONG_LED_H
#define LOMSONG_LED_H

#include "loop.h"

struct led {
    char path[256]; /* of the brightness file; "": none */
    int lit;        /* -1: not known */
};

/* `dir` is a sysfs LED directory or NULL. */
void led_open(struct led *led, const char *dir);
struct loop_view led_view(struct led *led);

#endif
