/* One table of options; a command names those it takes by their letters. */
#include "options.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csvio.h"
#include "lang.h"
#include "utc.h"
#include "xmem.h"

/* The letters are keys of the table; only -h and -V exist as short options. */
static const struct argp_option table[] = {
    {"hamlets", 'h' + 256, N_("FILE"), 0,
     N_("hamlets: any OGR source, or CSV with lat,lon; FILE:LAYER names a layer"), 0},
    {"clusters", 'c' + 256, N_("FILE"), 0, N_("residential clusters of the hamlets"), 0},
    {"communes", 'm' + 256, N_("FILE"), 0, N_("commune polygons"), 0},
    {"crosswalk", 'W' + 256, N_("FILE"), 0,
     N_("CSV of what old communes are today (old_code,old_name,new_code,...), for lists "
        "from before a reform"),
     0},
    {"stations", 'P' + 256, N_("FILE"), 0,
     N_("planners' layer for maps, dossiers and explain: a site list with operator and "
        "tech, or cells of OpenCelliD"),
     0},
    {"region", 'r' + 256, N_("NAME"), 0,
     N_("region: vn, generic, or a YAML file (default: generic)"), 0},
    {"rule", 'R' + 256, N_("FILE"), 0,
     N_("rule file (default: 1603-2024-interim, which is built in)"), 0},
    {"as-of", 'a' + 256, N_("DATE"), 0,
     N_("age evidence against DATE (YYYY-MM-DD) instead of the newest evidence"), 0},
    {"format", 'f' + 256, N_("NAME"), 0,
     N_("format of the logs (default: found from the content; the command formats lists "
        "them)"),
     0},
    {"map", 'M' + 256, N_("ours=theirs,..."), 0,
     N_("names of a CSV's columns, such as t_utc=when,lat_deg=y,lon_deg=x,level_dbm=sig"),
     0},
    {"mccmnc", 'o' + 256, N_("CODE"), 0,
     N_("operator of logs that do not name theirs, such as 45204"), 0},
    {"track", 'k' + 256, N_("FILE"), 0,
     N_("GPX track or NMEA log that gives rows without a position theirs, by time"), 0},
    {"utc-offset", 'u' + 256, N_("HH:MM"), 0,
     N_("offset from UTC of logs without one (default: the region's)"), 0},
    {"lang", 'l' + 256, "vi|en", 0, N_("language of messages and reports"), 0},
    {"only", 'O' + 256, N_("NAMES"), 0,
     N_("write only these outputs, such as bins,areas,hamlets"), 0},
    {"bin-size", 'b' + 256, N_("M"), 0, N_("side of a bin in metres (default: 50)"), 0},
    {"threads", 't' + 256, N_("N"), 0, N_("threads (default: one per processor)"), 0},
    {"max-accuracy-m", 'A' + 256, N_("M"), 0,
     N_("reject rows of a horizontal accuracy over M (default: 50)"), 0},
    {"max-fix-age-ms", 'F' + 256, N_("MS"), 0,
     N_("reject rows whose fix is older (default: 5000)"), 0},
    {"max-level-age-ms", 'L' + 256, N_("MS"), 0,
     N_("reject rows whose modem gave no sign of life for longer (default: 5000)"), 0},
    {"max-frozen-level-m", 'Z' + 256, N_("M"), 0,
     N_("reject rows that repeat one reading over more than M of way (default: 300)"), 0},
    {"max-frozen-fix-m", 'X' + 256, N_("M"), 0,
     N_("reject rows in one place that by their own speed went further (default: 200)"),
     0},
    {"max-frozen-fix-ms", 'Y' + 256, N_("MS"), 0,
     N_("reject rows whose position has not changed for longer (default: not tested)"),
     0},
    {"anonymize", 'y' + 256, NULL, 0,
     N_("leave out what tells of people: who was where at what time"), 0},
    {"decision", 'D' + 256, N_("VERDICT"), 0,
     N_("covered, depression, no_signal, not_enough_data; none takes the last word back"),
     0},
    {"by", 'B' + 256, N_("NAME"), 0, N_("who says so"), 0},
    {"reason", 'N' + 256, N_("TEXT"), 0, N_("why"), 0},
    {"date", 'd' + 256, N_("DATE"), 0,
     N_("day of the decision (default: today), or of logs without times (YYYY-MM-DD)"),
     0},
    {"also", 's' + 256, N_("NAMES"), 0,
     N_("also write for other programs: kml, kmz, geojson, fgb, shp"), 0},
    {"crs", 'p' + 256, "EPSG:N", 0,
     N_("CRS of the GeoPackage, FlatGeobuf and Shapefile layers, such as EPSG:9210"), 0},
    {"dossier", 'x' + 256, "all|CODE,...", 0,
     N_("also write the dossier of all hamlets, or of these, to dossier/"), 0},
    {"html", 'H' + 256, N_("FILE"), 0, N_("write the hamlet's dossier to FILE"), 0},
    {"json", 'j' + 256, NULL, 0, N_("print JSON for programs"), 0},
    {"quiet", 'q' + 256, NULL, 0, N_("show no progress"), 0},
    {"days", '1' + 256, N_("N"), 0, N_("days of work (default: 1)"), 0},
    {"teams", '2' + 256, N_("K"), 0, N_("teams that work at once (default: 1)"), 0},
    {"hours", '3' + 256, N_("H"), 0,
     N_("hours of work a day, ways included (default: 8)"), 0},
    {"start", '4' + 256, N_("LAT,LON"), 0,
     N_("where all routes begin and end (default: the hamlet in the middle)"), 0},
    {"speed", '5' + 256, N_("KMH"), 0, N_("speed between hamlets in km/h (default: 30)"),
     0},
    {"detour", '6' + 256, N_("F"), 0,
     N_("how much longer roads are than straight lines (default: 1.3)"), 0},
    {"once", '7' + 256, NULL, 0, N_("take in what is there, and end"), 0},
    {"out", '8' + 256, N_("DIR"), 0, N_("refresh the outputs there"), 0},
    {"interval", '9' + 256, N_("S"), 0,
     N_("look at least so often, in seconds (default: 60)"), 0},
    {"keep", '0' + 256, N_("DIR"), 0,
     N_("keep the trips that came in parts there, whole"), 0},
    {"roads", 'G' + 256, N_("FILE"), 0,
     N_("roads for the ways: any OGR layer of lines; FILE:LAYER names a layer"), 0},
    {"work", 'w' + 256, N_("FILE"), 0, N_("keep the workspace in FILE"), 0},
};
enum { TABLE_SIZE = sizeof table / sizeof *table };

struct parsing {
    const struct command *command;
    struct options *options;
    int capacity;
};

static void bad_value(const struct argp_state *state, const char *option,
                      const char *value, const char *expected)
{
    argp_error(state, _("--%s %s: expected %s"), option, value, expected);
}

static double positive(const struct argp_state *state, const char *option,
                       const char *text, double max)
{
    double value = NAN;
    char expected[128];
    snprintf(expected, sizeof expected, _("a number above 0 and up to %.0f"), max);
    if (!csvio_number(text, &value) || !(value > 0 && value <= max))
        bad_value(state, option, text, expected);
    return value;
}

static int whole(const struct argp_state *state, const char *option, const char *text)
{
    double value = NAN;
    if (!csvio_number(text, &value) || !(value >= 1 && value <= 1024) ||
        value != floor(value))
        bad_value(state, option, text, _("a whole number from 1 to 1024"));
    return isfinite(value) ? (int)value : 1;
}

static int seconds(const struct argp_state *state, const char *option, const char *text)
{
    enum { DAY_S = 86400 };
    double value = NAN;
    if (!csvio_number(text, &value) || !(value >= 1 && value <= DAY_S) ||
        value != floor(value))
        bad_value(state, option, text, _("a whole number of seconds, 1 to 86400"));
    return isfinite(value) ? (int)value : 1;
}

static int64_t age(const struct argp_state *state, const char *option, const char *text)
{
    double value = NAN;
    if (!csvio_number(text, &value) || !(value >= 0 && value < 1e12))
        bad_value(state, option, text, _("milliseconds, 0 or more"));
    return isfinite(value) ? (int64_t)value : 0;
}

/* "EPSG:9210" or "9210". */
static int epsg(const struct argp_state *state, const char *text)
{
    enum { MAX_EPSG = 1 << 24 };
    double value = NAN;
    const char *digits = strncasecmp(text, "EPSG:", 5) == 0 ? text + 5 : text;
    if (!csvio_number(digits, &value) || !(value >= 1 && value < MAX_EPSG) ||
        value != floor(value))
        bad_value(state, "crs", text, _("an EPSG code such as EPSG:9210"));
    return isfinite(value) ? (int)value : 0;
}

/* The texts of the maps live in owned_maps. */
static void parse_map(const struct argp_state *state, struct options *o, const char *text)
{
    const char *bad = "";
    free(o->owned_maps);
    o->owned_maps = xstrdup(text);
    switch (import_map_parse(o->owned_maps, &o->maps, &bad)) {
    case IMPORT_MAP_OK:
        break;
    case IMPORT_MAP_FORM:
        bad_value(state, "map", text, _("ours=theirs,ours=theirs,..."));
        break;
    case IMPORT_MAP_COLUMN:
        bad_value(state, "map", bad, _("a column of lomsong CSV left of the '='"));
        break;
    }
}

/* "21.39,103.02" */
static struct latlon place(const struct argp_state *state, const char *option,
                           const char *text)
{
    struct latlon p = geo_none();
    const char *comma = strchr(text, ',');
    char *lat = xstrndup(text, comma ? (size_t)(comma - text) : strlen(text));
    if (!comma || !csvio_number(lat, &p.lat_deg) ||
        !csvio_number(comma + 1, &p.lon_deg) || !geo_valid(p))
        bad_value(state, option, text, _("latitude,longitude in degrees"));
    free(lat);
    return p;
}

/* Of a plan. */
static void parse_plan(const struct argp_state *state, struct options *o, int letter,
                       const char *text)
{
    switch (letter) {
    case '1':
        o->days = whole(state, "days", text);
        break;
    case '2':
        o->teams = whole(state, "teams", text);
        break;
    case '3':
        o->hours = positive(state, "hours", text, 24);
        break;
    case '4':
        o->start = place(state, "start", text);
        break;
    case '5':
        o->speed_kmh = positive(state, "speed", text, 200);
        break;
    case '6':
        o->detour = positive(state, "detour", text, 10);
        if (o->detour < 1)
            bad_value(state, "detour", text, _("1 or more"));
        break;
    default:
        break;
    }
}

static void parse_number(const struct argp_state *state, struct options *o, int letter,
                         const char *text)
{
    switch (letter) {
    case 'b':
        o->bin_size_m = positive(state, "bin-size", text, 1e5);
        if (o->bin_size_m < 1)
            bad_value(state, "bin-size", text, _("1 m or more"));
        break;
    case 't':
        o->threads = whole(state, "threads", text);
        break;
    case '9':
        o->interval_s = seconds(state, "interval", text);
        break;
    case 'A':
        o->max_acc_m = positive(state, "max-accuracy-m", text, 1e9);
        break;
    case 'F':
        o->max_fix_age_ms = age(state, "max-fix-age-ms", text);
        break;
    case 'L':
        o->max_level_age_ms = age(state, "max-level-age-ms", text);
        break;
    case 'Z':
        o->max_frozen_level_m = positive(state, "max-frozen-level-m", text, 1e9);
        break;
    case 'X':
        o->max_frozen_fix_m = positive(state, "max-frozen-fix-m", text, 1e9);
        break;
    case 'Y':
        o->max_frozen_fix_ms = age(state, "max-frozen-fix-ms", text);
        break;
    default:
        parse_plan(state, o, letter, text);
        break;
    }
}

static void parse_value(const struct argp_state *state, struct options *o, int letter,
                        const char *text)
{
    switch (letter) {
    case 'a':
        o->has_as_of = utc_parse_date(text, &o->as_of_day) == ERR_OK;
        if (!o->has_as_of)
            bad_value(state, "as-of", text, _("a date such as 2026-01-31"));
        break;
    case 'd':
        o->has_date = utc_parse_date(text, &o->date_day) == ERR_OK;
        if (!o->has_date)
            bad_value(state, "date", text, _("a date such as 2026-01-31"));
        break;
    case 'y':
        o->anonymize = true;
        break;
    case 'M':
        parse_map(state, o, text);
        break;
    case 'j':
        o->json = true;
        break;
    case 'q':
        o->quiet = true;
        break;
    case '7':
        o->once = true;
        break;
    case 'p':
        o->crs = epsg(state, text);
        break;
    case 'o':
        o->mccmnc = mccmnc_parse(text);
        if (o->mccmnc == 0)
            bad_value(state, "mccmnc", text,
                      _("MCC and MNC, 5 or 6 digits such as 45204"));
        break;
    case 'u':
        o->has_utc_offset = utc_parse_offset(text, &o->utc_offset_s) == ERR_OK;
        if (!o->has_utc_offset)
            bad_value(state, "utc-offset", text, _("an offset such as +07:00"));
        break;
    case 'l': {
        const int lang = lang_parse(text);
        if (lang < 0)
            bad_value(state, "lang", text, _("vi or en"));
        else
            lang_set((enum lang)lang);
        break;
    }
    default:
        parse_number(state, o, letter, text);
        break;
    }
}

static const char **text_option(struct options *o, int letter)
{
    switch (letter) {
    case 'h':
        return &o->hamlets;
    case 'c':
        return &o->clusters;
    case 'm':
        return &o->communes;
    case 'r':
        return &o->region;
    case 'R':
        return &o->rule;
    case 'f':
        return &o->format;
    case 'O':
        return &o->only;
    case 'w':
        return &o->work;
    case 's':
        return &o->also;
    case 'x':
        return &o->dossier;
    case 'H':
        return &o->html;
    case 'k':
        return &o->track;
    case 'P':
        return &o->stations;
    case 'W':
        return &o->crosswalk;
    case 'D':
        return &o->decision;
    case 'B':
        return &o->by;
    case 'N':
        return &o->reason;
    case '8':
        return &o->out;
    case '0':
        return &o->keep;
    case 'G':
        return &o->roads;
    default:
        return NULL;
    }
}

static void check_args(const struct argp_state *state, const struct parsing *p)
{
    const struct command *c = p->command;
    const int n = p->options->arg_count;
    for (int i = 0; i < n; i++) {
        if (p->options->args[i][0] == '\0')
            argp_error(state, _("an argument is empty; expected %s"), c->args_doc);
    }
    if (n < c->min_args)
        argp_error(state, _("too few arguments; expected %s"), c->args_doc);
    else if (c->max_args >= 0 && n > c->max_args)
        argp_error(state, _("too many arguments: \"%s\"; expected %s"),
                   p->options->args[c->max_args], c->args_doc);
    else if (strchr(c->options, 'h') && !p->options->hamlets)
        argp_error(state, _("--hamlets FILE is missing: it says where the hamlets are"));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct parsing *p = state->input;
    if (key > 256 && key < 512) {
        const char **text = text_option(p->options, key - 256);
        if (text)
            *text = arg;
        else
            parse_value(state, p->options, key - 256, arg);
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        p->options->args[p->options->arg_count++] = arg;
        return 0;
    }
    if (key == ARGP_KEY_END) {
        check_args(state, p);
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

/* --lang first, so that even the message about a wrong option is in it. */
static void find_lang(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        if (strncmp(argv[i], "--lang=", 7) == 0)
            value = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            value = argv[i + 1];
        if (value && lang_parse(value) >= 0)
            lang_set((enum lang)lang_parse(value));
    }
}

void options_parse(const struct command *command, int argc, char **argv,
                   struct options *options)
{
    *options = (struct options){
        .max_acc_m = NAN,
        .max_fix_age_ms = ID_UNKNOWN,
        .max_level_age_ms = ID_UNKNOWN,
        .max_frozen_level_m = NAN,
        .max_frozen_fix_m = NAN,
        .max_frozen_fix_ms = ID_UNKNOWN,
        .days = 1,
        .teams = 1,
        .hours = 8,
        .speed_kmh = 30,
        .detour = 1.3,
        .start = geo_none(),
    };
    options->args = xcalloc((size_t)argc + 1, sizeof *options->args);
    find_lang(argc, argv);
    struct argp_option taken[TABLE_SIZE + 1] = {{0}};
    int n = 0;
    for (int i = 0; i < TABLE_SIZE; i++) {
        const int letter = table[i].key - 256;
        if (letter == 'l' || strchr(command->options, letter)) {
            taken[n] = table[i];
            taken[n].arg = table[i].arg ? _(table[i].arg) : NULL;
            taken[n++].doc = _(table[i].doc);
        }
    }
    struct parsing parsing = {.command = command, .options = options};
    const struct argp argp = {.options = taken,
                              .parser = parse,
                              .args_doc = command->args_doc,
                              .doc = _(command->doc),
                              .argp_domain = "libc"};
    char *name = xasprintf("%s %s", argv[0], command->name);
    char *own = argv[1];
    argv[1] = name; /* argp names the program by its first argument */
    argp_parse(&argp, argc - 1, argv + 1, 0, NULL, &parsing);
    argv[1] = own;
    free(name);
}
