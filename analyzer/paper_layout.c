#include "paper_layout.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

/* The words of a table and the numbers to some hundreds; each takes some 3 kB. */
enum { PLACES = 2048 };

/* A text has one place, where it takes that of another. */
struct place {
    PangoLayout *layout; /* NULL: empty */
    char *text;
    struct paper_layout_key key;
};

struct paper_layouts {
    PangoContext *context;
    PangoAttrList *attributes;
    struct place places[PLACES];
};

struct paper_layouts *paper_layouts_new(PangoContext *context)
{
    struct paper_layouts *l = xcalloc(1, sizeof *l);
    l->context = context;
    /* a hyphen where a code or a hash is broken would be read as a part of it */
    l->attributes = pango_attr_list_new();
    pango_attr_list_insert(l->attributes, pango_attr_insert_hyphens_new(FALSE));
    return l;
}

static void empty(struct place *p)
{
    if (p->layout)
        g_object_unref(p->layout);
    free(p->text);
    *p = (struct place){0};
}

void paper_layouts_free(struct paper_layouts *l)
{
    for (size_t i = 0; l && i < PLACES; i++)
        empty(&l->places[i]);
    if (l)
        pango_attr_list_unref(l->attributes);
    free(l);
}

static bool holds(const struct place *p, const struct paper_layout_key *key,
                  const char *text)
{
    return p->layout && p->key.font == key->font && p->key.width == key->width &&
           p->key.right == key->right && strcmp(p->text, text) == 0;
}

static void lay_out(const struct paper_layouts *l, struct place *p)
{
    const double width = p->key.width;
    p->layout = pango_layout_new(l->context);
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_attributes(p->layout, l->attributes);
    pango_layout_set_font_description(p->layout, p->key.font);
    pango_layout_set_width(p->layout, width > 0 ? (int)lround(width * PANGO_SCALE) : -1);
    pango_layout_set_alignment(p->layout,
                               p->key.right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(p->layout, p->text, -1);
}

PangoLayout *paper_layouts_get(struct paper_layouts *l,
                               const struct paper_layout_key *key, const char *text)
{
    const uint32_t hash = g_str_hash(text) + (uint32_t)(key->width * 31) +
                          (uint32_t)(uintptr_t)key->font / 16;
    struct place *p = &l->places[hash % PLACES];
    if (holds(p, key, text))
        return p->layout;
    empty(p);
    p->key = *key;
    p->text = xstrdup(text);
    lay_out(l, p);
    return p->layout;
}
