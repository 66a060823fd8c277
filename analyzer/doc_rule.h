/* The rule and the survey as rows of "what: how much, and who says so" for documents. */
#ifndef LOMSONG_DOC_RULE_H
#define LOMSONG_DOC_RULE_H

#include "model.h"

struct doc_fact {
    const char *key;   /* the rule file's word; "" where it has none */
    const char *label; /* translated */
    char *value;
    char *source; /* of the number, as the rule file says; "" where it says nothing */
};

struct doc_facts {
    struct doc_fact *items;
    size_t count;
    size_t capacity;
};

/* The rule's numbers, then how the survey was read. */
struct doc_facts doc_rule_facts(const struct model *m);
void doc_facts_free(struct doc_facts *facts);

#endif
