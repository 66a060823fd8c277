/* The guide in words, for a screen, plain lines and status: fits 40 columns. */
#ifndef LOMSONG_GUIDE_TEXT_H
#define LOMSONG_GUIDE_TEXT_H

#include "guide.h"

enum { GUIDE_LINES_MAX = 48, GUIDE_LINE_SIZE = 256, GUIDE_WIDTH_MAX = 80 };

enum guide_look { GUIDE_PLAIN, GUIDE_HEAD, GUIDE_DONE, GUIDE_TODO, GUIDE_MAP };

struct guide_line {
    char text[GUIDE_LINE_SIZE];
    enum guide_look look;
};
struct guide_text {
    struct guide_line lines[GUIDE_LINES_MAX];
    int count;
    int width;    /* columns, at most GUIDE_WIDTH_MAX */
    int max_rows; /* lines that there is room for */
};

/* Operators are named as the modems that hear them; NULL: by their numbers. */
void guide_text_list(const struct guide_sight *s, const struct modem_table *modems,
                     struct guide_text *out);
/* One hamlet: its name and verdict, and its areas. */
void guide_text_hamlet(const struct guide_sight *s, const struct field_hamlet *h,
                       struct guide_text *out);
/* The nearest area, north up, two columns to a bin: '#' seen, 'o' to be visited, '+' both
 * (not by every operator), '.' neither, '@' here. */
void guide_text_map(const struct guide_sight *s, struct guide_text *out);

/* "350 m", "3.2 km"; "?" for NAN. */
enum { GUIDE_WAY_SIZE = 48 };
const char *guide_way(double metres, char text[GUIDE_WAY_SIZE]);
/* The same with an arrow for the direction. */
const char *guide_way_to(const struct guide_sight *s, struct latlon to,
                         char text[GUIDE_WAY_SIZE]);
/* A word for it: "north-east"; "" without a position. */
const char *guide_wind(const struct guide_sight *s, struct latlon to);
/* "centre", "cluster Nà Lũng"… */
const char *guide_area_name(const struct field_area *a, char text[GUIDE_LINE_SIZE]);

#endif
