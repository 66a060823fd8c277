/* The live screen: position, modems with level bars, warnings, what happened last. Fits
 * 40 columns, as a phone over ssh has. */
#include "screen.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guide.h"
#include "guide_text.h"
#include "lang.h"
#include "show.h"
#include "show_probe.h"
#include "utc.h"
#include "xmem.h"

enum {
    COLOR_GOOD = 1,
    COLOR_WEAK = 2,
    COLOR_BAD = 3,
    BAR_MIN_DBM = -130,
    BAR_MAX_DBM = -70,
    PLAN_ROOMY = 30, /* rows of a terminal that has room for tests beside a plan */
};

struct screen {
    SCREEN *terminal;
    unsigned alarms;   /* those the bell has rung for */
    int64_t completed; /* likewise, areas of the plan */
};

struct screen *screen_open(void)
{
    setlocale(LC_CTYPE,
              "C.UTF-8"); /* wide characters, whatever the terminal's language */
    SCREEN *terminal = newterm(NULL, stdout, stdin);
    if (!terminal)
        return NULL;
    struct screen *s = xcalloc(1, sizeof *s);
    s->terminal = terminal;
    cbreak();
    noecho();
    curs_set(0);
    nodelay(stdscr, TRUE);
    if (has_colors()) {
        start_color();
        use_default_colors();
        init_pair(COLOR_GOOD, COLOR_CYAN, -1);
        init_pair(COLOR_WEAK, COLOR_YELLOW, -1);
        init_pair(COLOR_BAD, COLOR_RED, -1);
    }
    return s;
}

void screen_close(struct screen *s)
{
    if (!s)
        return;
    endwin();
    delscreen(s->terminal);
    free(s);
}

/* A bar of `width` characters for a level, in words of its own: '#' to the level, '.'
 * beyond. */
static void draw_bar(double level_dbm, int width)
{
    const double share = (level_dbm - BAR_MIN_DBM) / (BAR_MAX_DBM - BAR_MIN_DBM);
    const int full = isnan(share) ? 0 : (int)(fmin(1, fmax(0, share)) * width + 0.5);
    addch('[');
    for (int i = 0; i < width; i++)
        addch(i < full ? '#' : '.');
    addch(']');
}

static int color_of(const struct sample *s, double level_dbm)
{
    if (s->state != STATE_IN_SERVICE)
        return COLOR_BAD;
    return level_dbm < -105 ? COLOR_WEAK : COLOR_GOOD;
}

static void draw_modem(const struct loop *l, const struct modem *m, int row)
{
    const struct sample s = loop_sample_now(l, m);
    char op[MCCMNC_TEXT_SIZE];
    const double level = s.tech == TECH_NONE ? (double)NAN : sample_level_dbm(&s, s.tech);
    const int color = color_of(&s, level);
    mccmnc_format(s.mccmnc, op);
    move(row, 0);
    clrtoeol();
    printw("%-11.11s %-6s ", m->name, op);
    attron(COLOR_PAIR(color) | A_BOLD);
    printw("%s %s", show_state(s.state), s.tech == TECH_NONE ? "" : tech_name(s.tech));
    attroff(COLOR_PAIR(color) | A_BOLD);
    move(row + 1, 0);
    clrtoeol();
    printw("  ");
    draw_bar(level, 16);
    if (isfinite(level))
        printw(" %4.0f dBm", level);
    else
        printw("    – dBm");
    printw("  %" PRId64 "/%" PRId64, l->modems[m->modem_id].evidence,
           l->modems[m->modem_id].samples);
}

/* The last active test below its modem; returns the rows it took. */
static int draw_probe(const struct loop *l, const struct modem *m, int row)
{
    const struct probe_last *last = prober_last(l->prober, m->modem_id);
    char text[SHOW_PROBE_SIZE];
    if (!last)
        return 0;
    const bool failed =
        last->result.verdict != PROBE_OK && last->result.verdict != PROBE_VOID;
    const chtype look = COLOR_PAIR(failed ? COLOR_BAD : 0);
    attron(look);
    mvprintw(row, 2, "%s", show_probe_text(last, text));
    attroff(look);
    return 1;
}

/* In one row, where a plan needs the others. */
static void draw_modem_briefly(const struct loop *l, const struct modem *m, int row)
{
    const struct sample s = loop_sample_now(l, m);
    const double level = s.tech == TECH_NONE ? (double)NAN : sample_level_dbm(&s, s.tech);
    const int color = color_of(&s, level);
    mvprintw(row, 0, "%-11.11s ", m->name);
    attron(COLOR_PAIR(color) | A_BOLD);
    printw("%s %s", show_state(s.state), s.tech == TECH_NONE ? "" : tech_name(s.tech));
    if (isfinite(level))
        printw(" %.0f dBm", level);
    attroff(COLOR_PAIR(color) | A_BOLD);
}

static void draw_map_line(const char *text)
{
    for (; *text; text++) {
        const int color = *text == '#' ? COLOR_GOOD : COLOR_WEAK;
        const chtype look = *text == '@' || *text == 'o' ? A_BOLD : 0;
        addch((chtype)*text | look | (chtype)COLOR_PAIR(*text == '.' ? 0 : color));
    }
}

static void draw_text(const struct guide_text *text, int row, int column)
{
    static const int colors[] = {[GUIDE_DONE] = COLOR_GOOD, [GUIDE_TODO] = COLOR_WEAK};
    for (int i = 0; i < text->count; i++) {
        const struct guide_line *line = &text->lines[i];
        const bool colored = line->look == GUIDE_DONE || line->look == GUIDE_TODO;
        const attr_t look = line->look == GUIDE_HEAD ? A_BOLD : A_NORMAL;
        move(row + i, column);
        if (line->look == GUIDE_MAP) {
            draw_map_line(line->text);
            continue;
        }
        attr_set(look, (short)(colored ? colors[line->look] : 0), NULL);
        addstr(line->text);
        attr_set(A_NORMAL, 0, NULL);
    }
}

/* What is missing, and the map beside it, or below where the terminal is narrow; returns
 * the row behind. */
static int draw_plan(const struct loop *l, int row)
{
    enum { LIST_WIDTH = 44, MAP_WIDTH = 32, MAP_ROWS = 8 };
    const struct guide_sight s = guide_sight(l->guide);
    const bool wide = COLS >= LIST_WIDTH + MAP_WIDTH;
    const int width = COLS < GUIDE_WIDTH_MAX ? COLS : GUIDE_WIDTH_MAX;
    const int room = LINES - row;
    struct guide_text text = {.width = wide ? LIST_WIDTH - 1 : width,
                              .max_rows =
                                  wide || room < MAP_ROWS + 4 ? room : room - MAP_ROWS};
    guide_text_list(&s, &l->pump.hub.modems, &text);
    draw_text(&text, row, 0);
    int end = row + text.count;
    const int map_row = wide ? row : end;
    text.width = wide ? COLS - LIST_WIDTH : width;
    text.width = text.width < GUIDE_WIDTH_MAX ? text.width : GUIDE_WIDTH_MAX;
    text.max_rows = LINES - map_row;
    guide_text_map(&s, &text);
    draw_text(&text, map_row, wide ? LIST_WIDTH : 0);
    end = map_row + text.count > end ? map_row + text.count : end;
    return end;
}

static void draw_head(const struct loop *l, int64_t mono_ms)
{
    char time[UTC_TEXT_SIZE];
    const struct gps_fix *f = &l->pump.hub.fix;
    utc_format(timebase_utc_ms(&l->timebase, mono_ms), time);
    mvprintw(0, 0, "lomsong %s", time);
    clrtoeol();
    move(1, 0);
    clrtoeol();
    if (gps_fix_is_fresh(f, mono_ms, 5000))
        printw(_("%.6f, %.6f ±%.0f m  %" PRId64 " sat  %.1f s ago"), f->pos.lat_deg,
               f->pos.lon_deg, f->acc_h95_m, f->satellites,
               (double)gps_fix_age_ms(f, mono_ms) / 1000);
    else
        printw("%s", _("NO POSITION: samples have none"));
    if (l->guide)
        return;
    move(2, 0);
    clrtoeol();
    printw(_("%" PRId64 " samples, %" PRId64 " MB free, %s"),
           recorder_samples(l->recorder), l->free_bytes / 1000000,
           strrchr(recorder_path(l->recorder), '/')
               ? strrchr(recorder_path(l->recorder), '/') + 1
               : "");
}

static int draw_alarms(const struct loop *l, int row)
{
    static const struct {
        enum loop_alarm alarm;
        const char *text;
    } alarms[] = {
        {ALARM_GPS_LOST, N_("GPS LOST – go under open sky")},
        {ALARM_MODEM_LOST, N_("A MODEM IS SILENT – look at its plug")},
        {ALARM_DISK_LOW, N_("DISK LOW – copy trips away")},
        {ALARM_NOT_RECORDING, N_("NOT RECORDING – the disk refuses")},
    };
    attron(COLOR_PAIR(COLOR_BAD) | A_REVERSE | A_BOLD);
    for (size_t i = 0; i < sizeof alarms / sizeof *alarms; i++) {
        if (l->alarms & alarms[i].alarm)
            mvprintw(row++, 0, " %s ", _(alarms[i].text));
    }
    attroff(COLOR_PAIR(COLOR_BAD) | A_REVERSE | A_BOLD);
    return row;
}

static int draw_modems(const struct loop *l, int row)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        const struct modem *m = &l->pump.hub.modems.modems[i];
        if (!m->used)
            continue;
        const int rows = l->guide ? 1 : 2;
        if (l->guide)
            draw_modem_briefly(l, m, row);
        else
            draw_modem(l, m, row);
        row += rows;
        if (!l->guide || LINES >= PLAN_ROOMY)
            row += draw_probe(l, m, row);
    }
    return row;
}

/* The bell: a new alarm, an area that became complete. */
static void ring(struct screen *s, const struct loop *l)
{
    int64_t completed = 0;
    if (l->guide)
        completed = guide_sight(l->guide).completed;
    if ((l->alarms & ~s->alarms) || completed > s->completed)
        beep();
    s->alarms = l->alarms;
    s->completed = completed;
}

static void draw(void *ctx, const struct loop *l)
{
    struct screen *s = ctx;
    const int64_t mono_ms = pump_now_ms(&l->pump);
    set_term(s->terminal);
    erase();
    draw_head(l, mono_ms);
    int row = draw_modems(l, l->guide ? 2 : 4);
    row = draw_alarms(l, l->guide ? row : row + 1);
    if (l->guide)
        row = draw_plan(l, row);
    for (int i = l->event_count; i-- > 0 && row + 1 < LINES;) {
        char time[UTC_TEXT_SIZE];
        utc_format(l->events[i].t_utc_ms, time);
        mvprintw(++row, 0, "%.8s %s %s", strlen(time) > 11 ? time + 11 : time,
                 l->events[i].kind, l->events[i].detail);
    }
    ring(s, l);
    refresh();
}

static int screen_poll_fds(void *ctx, struct pollfd *fds, int max)
{
    (void)ctx;
    if (max < 1)
        return 0;
    fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    return 1;
}

/* Keys: only a resize and a wish to redraw are heard; Ctrl-C comes as a signal. */
static void screen_handle(void *ctx, const struct loop *l, const struct pollfd *fds,
                          int count)
{
    (void)fds;
    (void)count;
    while (getch() != ERR)
        ;
    draw(ctx, l);
}

struct loop_view screen_view(struct screen *s)
{
    return (struct loop_view){
        .ctx = s, .poll_fds = screen_poll_fds, .handle = screen_handle, .tick = draw};
}
