/* Lines of a modem, and what they were made of, as one line of text to compare with. */
#ifndef LOMSONG_AT_SCENE_H
#define LOMSONG_AT_SCENE_H

#include "at_dialect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Maker, lines with "\n" between, and what they give: the result of each line as a letter
 * (P parsed, - not mine, M malformed, R out of range), then state and technology, then
 * what is not missing. */
struct at_row {
    const char *maker;
    const char *lines;
    const char *expected;
};

enum { AT_SCENE_SIZE = 1024 };

__attribute__((format(printf, 2, 3))) static inline void
at_scene_add(char *text, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, AT_SCENE_SIZE - used, format, args);
    va_end(args);
}

static inline void at_scene_value(char *text, const char *name, double value)
{
    if (isfinite(value))
        at_scene_add(text, " %s=%.5g", name, value);
}

static inline void at_scene_id(char *text, const char *name, int64_t value)
{
    if (value != ID_UNKNOWN)
        at_scene_add(text, " %s=%lld", name, (long long)value);
}

static inline void at_scene_cell(char *text, const struct sample *s)
{
    char code[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, code);
    if (*code != '\0')
        at_scene_add(text, " %s", code);
    if (s->tac != ID_UNKNOWN)
        at_scene_add(text, " tac=%llX", (unsigned long long)s->tac);
    if (s->cell_id != ID_UNKNOWN)
        at_scene_add(text, " cell=%llX", (unsigned long long)s->cell_id);
    at_scene_id(text, "pci", s->pci);
    at_scene_id(text, "arfcn", s->arfcn);
    at_scene_id(text, "ta", s->ta);
    at_scene_value(text, "rsrp", s->rsrp_dbm);
    at_scene_value(text, "rsrq", s->rsrq_db);
    at_scene_value(text, "sinr", s->sinr_db);
    at_scene_value(text, "rssi", s->rssi_dbm);
    at_scene_value(text, "rscp", s->rscp_dbm);
    at_scene_value(text, "ecno", s->ecno_db);
    at_scene_value(text, "rxlev", s->rxlev_dbm);
    at_scene_value(text, "ss_rsrp", s->ss_rsrp_dbm);
    at_scene_value(text, "ss_rsrq", s->ss_rsrq_db);
    at_scene_value(text, "ss_sinr", s->ss_sinr_db);
}

static inline void at_scene_play(const struct at_row *row, char *text)
{
    static const char letters[] = {[AT_PARSED] = 'P',
                                   [AT_NOT_MINE] = '-',
                                   [AT_MALFORMED] = 'M',
                                   [AT_OUT_OF_RANGE] = 'R'};
    struct modem_reading reading;
    struct at_context context = {0};
    char line[512];
    const struct at_dialect *dialect = at_dialect_find(row->maker, "");
    modem_reading_clear(&reading);
    text[0] = '\0';
    for (const char *p = row->lines; *p != '\0'; p += *p == '\n') {
        const size_t len = strcspn(p, "\n");
        snprintf(line, sizeof line, "%.*s", (int)len, p);
        at_scene_add(text, "%c",
                     letters[at_dialect_parse(dialect, line, &context, &reading)]);
        p += len;
    }
    at_reading_finish(&reading);
    at_scene_add(text, " %s %s", state_name(reading.state),
                 reading.radio.tech == TECH_NONE ? "-" : tech_name(reading.radio.tech));
    if (reading.band[0] != '\0')
        at_scene_add(text, " %s", reading.band);
    at_scene_cell(text, &reading.radio);
    for (int i = 0; i < reading.neighbour_count; i++) {
        at_scene_add(text, " | %s", tech_name(reading.neighbours[i].tech));
        at_scene_cell(text, &reading.neighbours[i]);
    }
}

/* Plays all rows; says which one differs. */
#define AT_SCENE_CHECK(rows)                                                             \
    do {                                                                                 \
        for (size_t row_ = 0; row_ < sizeof(rows) / sizeof((rows)[0]); row_++) {         \
            char text_[AT_SCENE_SIZE];                                                   \
            at_scene_play(&(rows)[row_], text_);                                         \
            assert_string_equal(text_, (rows)[row_].expected);                           \
        }                                                                                \
    } while (0)

#endif
