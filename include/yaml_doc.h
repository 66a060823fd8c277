/* YAML files of rules and regions: libcyaml fills a struct, and every fault is told with
 * file, line and key. libcyaml alone would name the line of the value before the fault,
 * take "0,95" for 0 and "flase" for true; so all values are declared as texts, the places
 * of the keys are kept, and numbers are read here. */
#ifndef LOMSONG_YAML_DOC_H
#define LOMSONG_YAML_DOC_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum { YAML_DOC_MAX_SIZE = 1 << 20 }; /* bytes */

/* Reads a file of 1..YAML_DOC_MAX_SIZE bytes into memory that the caller frees, with a
 * NUL behind. Otherwise ERR_INPUT, reported. */
MUST_CHECK enum err yaml_doc_read(const char *path, char **text, size_t *size);

struct yaml_doc;

/* Parses `text` into the struct of `schema`: a mapping by pointer, made of pointers to
 * mappings, sequences of them, CYAML_STRING_PTR, and CYAML_IGNORE for mappings of free
 * texts. `name` stands for the file in messages. ERR_INPUT, reported, where it is not
 * YAML, or keys are unknown, missing, twice there or of another kind. Aliases are
 * refused. */
MUST_CHECK enum err yaml_doc_load(const char *name, const char *text, size_t size,
                                  const cyaml_schema_value_t *schema,
                                  struct yaml_doc **doc);
/* Frees the struct as well. NULL is legal. */
void yaml_doc_free(struct yaml_doc *doc);

/* The struct, owned by the document. */
void *yaml_doc_data(const struct yaml_doc *doc);

/* Reports "NAME:LINE: PATH: message" and returns ERR_INPUT. A path is keys and indices
 * (from 0) with dots between: "operators.mccmnc.2". */
MUST_CHECK enum err yaml_doc_error(const struct yaml_doc *doc, const char *path,
                                   const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The numbers that a key may have. */
struct yaml_range {
    double min;
    double max;
    bool above_min; /* min itself is refused */
    bool below_max; /* max itself is refused */
    bool whole;
};

/* Reads the number `text` of the key `path`; ERR_INPUT, reported, unless it is one in
 * range. */
MUST_CHECK enum err yaml_doc_number(const struct yaml_doc *doc, const char *path,
                                    const char *text, struct yaml_range range,
                                    double *value);

/* ERR_INPUT, reported, unless `text` has at least one visible character and none of
 * control. */
MUST_CHECK enum err yaml_doc_line(const struct yaml_doc *doc, const char *path,
                                  const char *text);

#endif
