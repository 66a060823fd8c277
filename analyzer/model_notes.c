/* The officer's notes of each hamlet: the history, and the word that stands. */
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

struct noted {
    struct note note;
    size_t hamlet; /* index in model.hamlets */
};

struct note_list {
    struct model *m;
    struct noted *items;
    size_t count;
    size_t capacity;
};

static enum err take_note(void *ctx, const char *hamlet_code, const struct note *note)
{
    struct note_list *l = ctx;
    const struct hamlet *h = model_find_hamlet(l->m, hamlet_code);
    if (!h)
        return ERR_OK; /* nothing to show it beside */
    l->items = xgrow(l->items, l->count, &l->capacity, sizeof *l->items);
    struct noted *own = &l->items[l->count++];
    own->hamlet = (size_t)(h - l->m->hamlets);
    own->note = *note;
    own->note.by = model_text(l->m, note->by);
    own->note.reason = model_text(l->m, note->reason);
    return ERR_OK;
}

const char *model_decision_name(enum verdict v)
{
    return v == VERDICT_COUNT ? "none" : judge_verdict_name(v);
}

bool model_note_differs(const struct hamlet *h)
{
    return h->note && h->note->decision != h->verdict;
}

struct note_counts model_count_notes(const struct model *m)
{
    struct note_counts c = {0};
    for (size_t i = 0; i < m->hamlet_count; i++) {
        c.hamlets += m->hamlets[i].note != NULL;
        c.differ += model_note_differs(&m->hamlets[i]);
    }
    return c;
}

enum err model_load_notes(struct workspace *ws, struct model *m)
{
    struct note_list l = {.m = m};
    const enum err err = workspace_each_note(ws, take_note, &l);
    struct note *notes = model_alloc(m, l.count, sizeof *notes);
    for (size_t i = 0; i < l.count; i++) {
        struct hamlet *h = &m->hamlets[l.items[i].hamlet];
        notes[i] = l.items[i].note;
        if (h->note_count++ == 0)
            h->notes = &notes[i];
        h->note = notes[i].decision == VERDICT_COUNT ? NULL : &notes[i];
    }
    m->notes = notes;
    m->note_count = l.count;
    free(l.items);
    return err;
}
