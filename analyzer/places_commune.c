/* The communes of hamlets: by code, by name, by position. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "places.h"
#include "xmem.h"

enum { EXAMPLES = 3 };

const char *place_how_name(enum place_how how)
{
    static const char *const names[PLACE_HOW_COUNT] = {"given", "code", "name",
                                                       "position", "none"};
    return names[how];
}

const char *place_doubt_name(enum place_doubt doubt)
{
    static const char *const names[PLACE_DOUBT_COUNT] = {"", "not_listed", "ambiguous",
                                                         "elsewhere"};
    return names[doubt];
}

/* Codes of communes of today that a hamlet may belong to, each once. */
struct candidates {
    const char **codes;
    size_t count, capacity;
};

/* Codes by crosswalk_compare_codes. */
struct code_list {
    const char **codes;
    size_t count;
};

struct search {
    struct places *places;
    struct place_names *names;    /* of the communes of today; items are their indices */
    struct code_list communes;    /* their codes */
    struct code_list also_of_now; /* the crosswalk's new codes */
};

static int compare_codes(const void *a, const void *b)
{
    return crosswalk_compare_codes(*(const char *const *)a, *(const char *const *)b);
}

static void sort_codes(struct code_list *l)
{
    if (l->count > 1)
        qsort(l->codes, l->count, sizeof *l->codes, compare_codes);
}

static const char *find_code(const struct code_list *l, const char *code)
{
    const char **found =
        l->count > 0 ? bsearch(&code, l->codes, l->count, sizeof *l->codes, compare_codes)
                     : NULL;
    return found ? *found : NULL;
}

/* A code of today, as the communes' file writes it where it has it; NULL: it is none. */
static const char *find_known(const struct search *s, const char *code)
{
    const char *found = find_code(&s->communes, code);
    return found ? found : find_code(&s->also_of_now, code);
}

static void open_search(struct search *s, struct places *p)
{
    const struct crosswalk *c = &p->crosswalk;
    *s = (struct search){.places = p, .names = place_names_new(PLACE_COMMUNE)};
    s->communes.codes = xcalloc(p->communes.count + 1, sizeof(char *));
    s->also_of_now.codes = xcalloc(c->count + 1, sizeof(char *));
    for (size_t i = 0; i < p->communes.count; i++) {
        place_names_add(s->names, p->communes.items[i].name, i);
        s->communes.codes[s->communes.count++] = p->communes.items[i].code;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (c->rows[i].new_code[0] != '\0')
            s->also_of_now.codes[s->also_of_now.count++] = c->rows[i].new_code;
    }
    sort_codes(&s->communes);
    sort_codes(&s->also_of_now);
}

static void close_search(struct search *s)
{
    place_names_free(s->names);
    free(s->communes.codes);
    free(s->also_of_now.codes);
}

static void add_candidate(struct candidates *c, const char *code)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->codes[i], code) == 0)
            return;
    }
    c->codes = xgrow(c->codes, c->count, &c->capacity, sizeof *c->codes);
    c->codes[c->count++] = code;
}

/* What else is known of a name: "" and NULL fit all. */
struct around {
    const struct search *search;
    const char *district, *province;
    /* A commune becomes a town and then a ward under its old name, and lists are of
     * different years. */
    bool any_kind;
};

static bool fits(enum place_kind kind, const char *wanted, const char *given)
{
    return !wanted || wanted[0] == '\0' || given[0] == '\0' ||
           place_name_same(kind, wanted, given);
}

/* A list of before the reform may name the province of then or of today. */
static bool allow_old(void *ctx, size_t item)
{
    const struct around *a = ctx;
    const struct crosswalk_row *r = &a->search->places->crosswalk.rows[item];
    const bool province = fits(PLACE_PROVINCE, a->province, r->old_province) ||
                          (r->new_province[0] != '\0' &&
                           fits(PLACE_PROVINCE, a->province, r->new_province));
    return province && fits(PLACE_DISTRICT, a->district, r->old_district);
}

static bool allow_new(void *ctx, size_t item)
{
    const struct around *a = ctx;
    return fits(PLACE_PROVINCE, a->province,
                a->search->places->communes.items[item].parent_name);
}

/* The communes of today that have a name. */
static void add_new_names(const char *name, struct around *around, struct candidates *c)
{
    const struct search *s = around->search;
    size_t *items = NULL;
    const size_t count = place_names_find(
        s->names, name, &(struct place_names_filter){allow_new, around, around->any_kind},
        &items);
    for (size_t i = 0; i < count; i++)
        add_candidate(c, s->places->communes.items[items[i]].code);
    free(items);
}

static void add_row(const struct search *s, const struct crosswalk_row *r,
                    struct candidates *c)
{
    struct around around = {.search = s, .province = r->new_province, .any_kind = true};
    if (r->new_code[0] == '\0')
        add_new_names(r->new_name, &around, c);
    else
        add_candidate(c, find_known(s, r->new_code));
}

static void add_old_names(const char *name, struct around *around, struct candidates *c)
{
    const struct crosswalk *walk = &around->search->places->crosswalk;
    const struct place_names_filter filter = {allow_old, around, around->any_kind};
    size_t *rows = NULL;
    const size_t count =
        walk->old_names ? place_names_find(walk->old_names, name, &filter, &rows) : 0;
    for (size_t i = 0; i < count; i++)
        add_row(around->search, &walk->rows[rows[i]], c);
    free(rows);
}

static bool is_number(const char *code)
{
    return code[strspn(code, "0123456789")] == '\0';
}

/* The name that the list has for the commune, in the code's column perhaps. */
static const char *name_of(const struct place *hamlet)
{
    if (hamlet->parent_name[0] != '\0' || is_number(hamlet->parent_code))
        return hamlet->parent_name;
    return hamlet->parent_code;
}

/* Communes of then go before those of today, and a name under its own word, then or
 * today, before one under another. */
static void add_named(const struct search *s, const struct place *hamlet,
                      struct candidates *c)
{
    struct around around = {
        .search = s, .district = hamlet->district, .province = hamlet->province};
    const char *name = name_of(hamlet);
    for (int i = 0; i < 2 && c->count == 0; i++) {
        around.any_kind = i == 1;
        add_old_names(name, &around, c);
        if (c->count == 0)
            add_new_names(name, &around, c);
    }
}

static void find_candidates(const struct search *s, const struct place *hamlet,
                            struct candidates *c, enum place_how *how)
{
    const struct crosswalk *walk = &s->places->crosswalk;
    size_t first = 0;
    const size_t count = hamlet->parent_code[0] != '\0'
                             ? crosswalk_find_code(walk, hamlet->parent_code, &first)
                             : 0;
    for (size_t i = first; i < first + count; i++)
        add_row(s, &walk->rows[walk->by_old_code[i]], c);
    *how = PLACE_BY_CODE;
    if (c->count > 0)
        return;
    const char *same = hamlet->parent_code[0] ? find_known(s, hamlet->parent_code) : NULL;
    *how = same ? PLACE_BY_GIVEN : PLACE_BY_NAME;
    if (same) {
        add_candidate(c, same);
        return;
    }
    add_named(s, hamlet, c);
}

static bool is_candidate(const struct candidates *c, const char *code)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->codes[i], code) == 0)
            return true;
    }
    return false;
}

/* The code that a hamlet gets; NULL: it keeps its own. `polygon` is the commune around
 * it, or NULL. */
static const char *decide(const struct search *s, const struct place *hamlet,
                          const char *polygon, struct place_move *move)
{
    struct candidates c = {0};
    const char *code = polygon;
    const bool named = hamlet->parent_code[0] != '\0' || hamlet->parent_name[0] != '\0';
    find_candidates(s, hamlet, &c, &move->how);
    if (c.count == 1) {
        code = c.codes[0];
        move->doubt =
            polygon && strcmp(polygon, code) != 0 ? PLACE_ELSEWHERE : PLACE_SURE;
    } else {
        move->how = polygon ? PLACE_BY_POSITION : PLACE_BY_NOTHING;
        if (c.count == 0)
            move->doubt = named || !polygon ? PLACE_NOT_LISTED : PLACE_SURE;
        else
            move->doubt =
                polygon && is_candidate(&c, polygon) ? PLACE_SURE : PLACE_AMBIGUOUS;
    }
    free(c.codes);
    return code;
}

/* Those that came into a commune in some way are told of together. */
static enum place_how told_of(enum place_how how)
{
    return how == PLACE_BY_NOTHING || how == PLACE_BY_GIVEN ? how : PLACE_BY_CODE;
}

static void report(const struct places *p, const struct place_move *moves,
                   enum place_how how, enum place_doubt doubt, const char *what)
{
    char *list = xstrdup("");
    size_t count = 0;
    for (size_t i = 0; i < p->hamlets.count; i++) {
        const struct place_move *m = &moves[i];
        if (m->doubt != doubt || told_of(m->how) != told_of(how))
            continue;
        if (count++ >= EXAMPLES)
            continue;
        const bool both = m->old_code[0] != '\0' && m->old_name[0] != '\0';
        const bool any = m->old_code[0] != '\0' || m->old_name[0] != '\0';
        char *more = xasprintf("%s%s%s%s%s%s%s%s", list, *list ? ", " : "",
                               p->hamlets.items[i].code, any ? " (" : "", m->old_code,
                               both ? " " : "", m->old_name, any ? ")" : "");
        free(list);
        list = more;
    }
    if (count > 0)
        err_warn("%s: %s: %zu: %s%s", p->named_by, what, count, list,
                 count > EXAMPLES ? ", …" : "");
    free(list);
}

static void report_all(const struct places *p, const struct place_move *moves)
{
    report(p, moves, PLACE_BY_GIVEN, PLACE_NOT_LISTED,
           _("hamlets whose commune_code is of no commune in --communes; if it is one of "
             "before a reform, give a --crosswalk"));
    report(p, moves, PLACE_BY_NOTHING, PLACE_NOT_LISTED,
           _("hamlets that stay without a commune of today, for neither their commune's "
             "code nor its name is known, and no polygon lies around them"));
    report(p, moves, PLACE_BY_NOTHING, PLACE_AMBIGUOUS,
           _("hamlets that stay without a commune of today, for theirs may be one of "
             "several, and no polygon lies around them"));
    report(
        p, moves, PLACE_BY_POSITION, PLACE_NOT_LISTED,
        _("hamlets whose commune is not known by code or name; the polygon around them "
          "decided"));
    report(p, moves, PLACE_BY_POSITION, PLACE_AMBIGUOUS,
           _("hamlets whose commune may be one of several, none of them around the "
             "hamlet; the polygon around them decided"));
    report(p, moves, PLACE_BY_NAME, PLACE_ELSEWHERE,
           _("hamlets that lie in the polygon of another commune than their own; please "
             "check"));
}

/* The index of the commune around each hamlet, or -1; the caller frees. */
static long *look_around(const struct places *p)
{
    const size_t count = p->hamlets.count;
    struct latlon *points = xcalloc(count + 1, sizeof *points);
    long *found = xcalloc(count + 1, sizeof *found);
    for (size_t i = 0; i < count; i++)
        points[i] = p->hamlets.items[i].point;
    places_find(&p->communes, points, count, found);
    free(points);
    return found;
}

/* The code that the list gives, with the zeros in front that a spreadsheet has taken. */
static const char *keep_code(const struct search *s, const struct place *hamlet,
                             struct place_move *move)
{
    const char *listed = find_code(&s->communes, hamlet->parent_code);
    move->how = PLACE_BY_GIVEN;
    move->doubt = listed ? PLACE_SURE : PLACE_NOT_LISTED;
    return listed;
}

void places_find_communes(struct places *p)
{
    const bool has_walk = p->crosswalk.count > 0;
    struct place_move *moves = xcalloc(p->hamlets.count + 1, sizeof *moves);
    long *found = look_around(p);
    struct search s;
    open_search(&s, p);
    for (size_t i = 0; i < p->hamlets.count; i++) {
        struct place *h = &p->hamlets.items[i];
        const bool says_itself = !has_walk && h->parent_code[0] != '\0';
        const char *polygon = found[i] >= 0 ? p->communes.items[found[i]].code : NULL;
        moves[i].old_code = h->parent_code;
        moves[i].old_name = h->parent_name;
        const char *code =
            says_itself ? keep_code(&s, h, &moves[i]) : decide(&s, h, polygon, &moves[i]);
        if (code)
            h->parent_code = arena_text(&p->hamlets.memory, code);
        if (!has_walk && !says_itself && h->parent_name[0] == '\0')
            moves[i].doubt = PLACE_SURE; /* nothing was asked */
    }
    report_all(p, moves);
    close_search(&s);
    free(found);
    p->moves = moves;
}
