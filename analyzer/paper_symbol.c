/* The palette's symbols by Cairo: of SVG's paths what the palette uses, the commands
 * M L H V A Z with absolute numbers, an arc being half a circle. */
#include "paper_symbol.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "palette.h"

/* Half a circle from the current point to (x, y), the way an SVG arc with sweep 0 goes:
 * against the clock as seen, y down. */
static void half_circle(cairo_t *cr, double x, double y)
{
    double x0, y0;
    cairo_get_current_point(cr, &x0, &y0);
    const double radius = hypot(x - x0, y - y0) / 2;
    cairo_arc_negative(cr, (x0 + x) / 2, (y0 + y) / 2, radius, atan2(y0 - y, x0 - x),
                       atan2(y - y0, x - x0));
}

/* Arguments of a command, 0 for one without. */
static size_t argument_count(char command)
{
    switch (command) {
    case 'M':
    case 'L':
        return 2;
    case 'H':
    case 'V':
        return 1;
    case 'A':
        return 7; /* radii, rotation, two flags, end */
    default:
        return 0;
    }
}

static void draw(cairo_t *cr, char command, const double v[7])
{
    double x = 0, y = 0;
    if (cairo_has_current_point(cr))
        cairo_get_current_point(cr, &x, &y);
    switch (command) {
    case 'M':
        cairo_move_to(cr, v[0], v[1]);
        break;
    case 'L':
        cairo_line_to(cr, v[0], v[1]);
        break;
    case 'H':
        cairo_line_to(cr, v[0], y);
        break;
    case 'V':
        cairo_line_to(cr, x, v[0]);
        break;
    case 'A':
        half_circle(cr, v[5], v[6]);
        break;
    default:
        cairo_close_path(cr);
        break;
    }
}

/* The palette's paths are constants: they need no checks. */
static void add_path(cairo_t *cr, const char *path)
{
    while (*path) {
        const char command = *path++;
        double values[7] = {0};
        for (size_t i = 0; i < argument_count(command); i++) {
            char *end;
            while (*path == ',' || *path == ' ')
                path++;
            values[i] = strtod(path, &end); /* "0-8.5" is two numbers */
            path = end;
        }
        draw(cr, command, values);
    }
}

static void set_colour(cairo_t *cr, const char *colour)
{
    uint8_t rgb[3];
    palette_rgb(colour, rgb);
    cairo_set_source_rgb(cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
}

void paper_symbol(cairo_t *cr, enum verdict verdict,
                  const struct paper_symbol_place *place)
{
    const struct palette_symbol *symbol = palette_symbol(verdict);
    const char *colour = palette_verdict(verdict)->light;
    const char *halo = palette_colours[PALETTE_HALO].light;
    cairo_save(cr);
    cairo_translate(cr, place->x, place->y);
    cairo_scale(cr, place->size / 20, place->size / 20);
    cairo_set_line_width(cr, 2.5);
    add_path(cr, symbol->outline);
    set_colour(cr, symbol->hollow ? halo : colour);
    cairo_fill_preserve(cr);
    set_colour(cr, symbol->hollow ? colour : halo);
    cairo_stroke(cr);
    if (symbol->cross) {
        add_path(cr, symbol->cross);
        set_colour(cr, halo);
        cairo_stroke(cr);
    }
    cairo_restore(cr);
}
