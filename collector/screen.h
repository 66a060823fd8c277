/* The live screen of `run` on a terminal (ncurses). */
#ifndef LOMSONG_SCREEN_H
#define LOMSONG_SCREEN_H

#include "loop.h"

struct screen;

/* NULL where the terminal cannot do it; plain lines serve then. */
struct screen *screen_open(void);
/* Gives the terminal back. NULL is legal. */
void screen_close(struct screen *screen);
struct loop_view screen_view(struct screen *screen);

#endif
