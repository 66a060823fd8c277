/* template: an empty list of places with headings, explanations and an example. Rows
 * whose code begins with '#' are no places, so the list can stay as it is. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csvio.h"
#include "lang.h"
#include "options.h"
#include "out.h"
#include "xmem.h"

struct template_column {
    const char *name;
    const char *meaning; /* N_() */
    const char *example;
    bool is_name; /* the example is N_() */
};

static const struct template_column hamlet_columns[] = {
    {"hamlet_code", N_("code, unique in the survey, kept as text with its leading zeros"),
     "0123401", false},
    {"name", N_("name as on official papers, with its diacritics"), N_("Upper Hamlet"),
     true},
    {"commune_code", N_("code of the commune; empty: from the commune polygons"), "01234",
     false},
    {"households", N_("number of households; empty: not known"), "45", false},
    {"electricity", N_("grid electricity: yes, no or unknown"), "yes", false},
    {"difficult", N_("specially difficult: yes, no or unknown"), "no", false},
    {"lat", N_("latitude of the centre (cultural house), WGS 84 degrees, decimal point"),
     "22.647291", false},
    {"lon", N_("longitude of the centre, WGS 84 degrees, decimal point"), "106.068485",
     false},
};

static const struct template_column cluster_columns[] = {
    {"cluster_code", N_("code, unique in the survey, no hamlet's code"), "0123401-1",
     false},
    {"hamlet_code", N_("code of the hamlet that the cluster belongs to"), "0123401",
     false},
    {"name", N_("name of the cluster of homes"), N_("Homes at the stream"), true},
    {"households", N_("number of households; empty: not known"), "12", false},
    {"lat", N_("latitude of the middle of the homes, WGS 84 degrees, decimal point"),
     "22.651200", false},
    {"lon", N_("longitude of the middle of the homes, WGS 84 degrees, decimal point"),
     "106.071300", false},
};

#define COLUMNS(table) table, sizeof(table) / sizeof *(table)

static const struct template
{
    const char *name;
    const struct template_column *columns;
    size_t count;
}
templates[] = {
    {"hamlets", COLUMNS(hamlet_columns)},
    {"clusters", COLUMNS(cluster_columns)},
};

static const struct template *find_template(const char *name)
{
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        if (strcmp(templates[i].name, name) == 0)
            return &templates[i];
    }
    err_report(_("template %s: no such list; expected hamlets or clusters"), name);
    return NULL;
}

static void put_row(FILE *f, const struct template *t, bool example)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct template_column *c = &t->columns[i];
        const char *text = !example     ? _(c->meaning)
                           : c->is_name ? _(c->example)
                                        : c->example;
        char *marked = xasprintf("%s%s", i == 0 ? "#" : "", text);
        csvio_put(f, marked, i == 0);
        free(marked);
    }
    csvio_end(f);
}

enum err cmd_template(const struct options *o)
{
    const struct template *t = find_template(o->args[0]);
    if (!t)
        return ERR_USAGE;
    /* never over a list that someone has filled in */
    FILE *f = fopen(o->args[1], "wxe");
    if (!f) {
        err_report(_("%s: cannot make the file: %s; name a new file in a directory that "
                     "can be written"),
                   o->args[1], strerror(errno));
        return ERR_FAILED;
    }
    fputs("\xEF\xBB\xBF", f);
    for (size_t i = 0; i < t->count; i++)
        csvio_put(f, t->columns[i].name, i == 0);
    csvio_end(f);
    put_row(f, t, false);
    put_row(f, t, true);
    const enum err err = out_close(f, ".", o->args[1]);
    if (!err)
        printf(
            _("%s: fill in a row for each; rows that begin with # are explanations and "
              "may stay\n"),
            o->args[1]);
    return err;
}
