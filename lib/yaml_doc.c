/* YAML files of rules and regions: their places by libyaml, their values by libcyaml. */
#include "yaml_doc.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "lang.h"
#include "xmem.h"

enum {
    MAX_DEPTH = 16, /* no file of ours is deeper than 4 */
    MAX_NODES = 4096,
    MESSAGE_SIZE = 512,
    MAX_KEY = 40, /* longest key that may get a suggestion */
};

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAPPING };

struct node {
    size_t parent; /* the root is its own */
    size_t index;  /* among the parent's children, from 0 */
    size_t children;
    char *key; /* NULL in lists and of the root */
    enum node_kind kind;
    long line;                          /* of the key, else of the value */
    const cyaml_schema_value_t *schema; /* NULL for free texts */
};

struct yaml_doc {
    char *name;
    struct node *nodes; /* parents before children */
    size_t count;
    size_t capacity;
    const cyaml_schema_value_t *schema;
    void *data;
};

/* Where the scan stands. */
struct scan {
    struct yaml_doc *doc;
    const char *text;
    size_t size;
    size_t open[MAX_DEPTH]; /* lists and mappings that have not ended */
    size_t depth;
    char *key; /* waits for its value */
    long key_line;
    bool done;
};

/* Texts out of the file go to a terminal: control characters must not. */
static void PRINTF_LIKE(3, 0)
    report_at(const struct yaml_doc *doc, long line, const char *fmt, va_list args)
{
    char text[MESSAGE_SIZE];
    vsnprintf(text, sizeof text, fmt, args);
    for (char *c = text; *c != '\0'; c++) {
        if (iscntrl((unsigned char)*c))
            *c = ' ';
    }
    err_report("%s:%ld: %s", doc->name, line, text);
}

MUST_CHECK static enum err error_at(const struct yaml_doc *doc, long line,
                                    const char *fmt, ...) PRINTF_LIKE(3, 4);

static enum err error_at(const struct yaml_doc *doc, long line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    report_at(doc, line, fmt, args);
    va_end(args);
    return ERR_INPUT;
}

/* Child of a node by key, or by index in a list; doc->count if there is none. */
static size_t find_child(const struct yaml_doc *doc, size_t parent, const char *name,
                         size_t len)
{
    for (size_t i = parent + 1; i < doc->count; i++) {
        const struct node *n = &doc->nodes[i];
        if (n->parent != parent)
            continue;
        if (n->key != NULL ? strlen(n->key) == len && strncmp(n->key, name, len) == 0
                           : n->index == strtoul(name, NULL, 10))
            return i;
    }
    return doc->count;
}

/* The node of a path, or the nearest one above it. */
static const struct node *find_path(const struct yaml_doc *doc, const char *path)
{
    size_t at = 0;
    while (*path != '\0') {
        const size_t len = strcspn(path, ".");
        const size_t child = find_child(doc, at, path, len);
        if (child == doc->count)
            break;
        at = child;
        path += len;
        path += *path == '.';
    }
    return &doc->nodes[at];
}

/* What a message calls a node: its key, "LIST.INDEX" in a list. */
static const char *name_of(const struct yaml_doc *doc, const struct node *n,
                           char buf[MAX_KEY * 2])
{
    const char *list = doc->nodes[n->parent].key;
    if (n->key != NULL)
        return n->key;
    if (n == doc->nodes)
        return _("the file");
    snprintf(buf, MAX_KEY * 2, "%.40s.%zu", list != NULL ? list : "-", n->index);
    return buf;
}

/* ---- scan: libyaml's events to nodes ---- */

static enum err add_node(struct scan *s, enum node_kind kind, long line)
{
    struct yaml_doc *doc = s->doc;
    struct node n = {
        .kind = kind, .line = s->key != NULL ? s->key_line : line, .key = s->key};
    if (doc->count == MAX_NODES || s->depth == MAX_DEPTH)
        return error_at(doc, line,
                        _("more than %d values or %d levels; is this the right file?"),
                        MAX_NODES, MAX_DEPTH);
    s->key = NULL;
    if (s->depth > 0) {
        n.parent = s->open[s->depth - 1];
        n.index = doc->nodes[n.parent].children++;
    }
    if (kind != NODE_TEXT)
        s->open[s->depth++] = doc->count;
    doc->nodes = xgrow(doc->nodes, doc->count, &doc->capacity, sizeof *doc->nodes);
    doc->nodes[doc->count++] = n;
    return ERR_OK;
}

static bool key_is_next(const struct scan *s)
{
    return s->depth > 0 && s->key == NULL &&
           s->doc->nodes[s->open[s->depth - 1]].kind == NODE_MAPPING;
}

static enum err take_key(struct scan *s, const yaml_event_t *event, long line)
{
    const struct yaml_doc *doc = s->doc;
    if (event->type != YAML_SCALAR_EVENT)
        return error_at(doc, line, _("a key must be a plain text"));
    const char *key = (const char *)event->data.scalar.value;
    const size_t twin =
        find_child(doc, s->open[s->depth - 1], key, event->data.scalar.length);
    if (twin != doc->count)
        return error_at(
            doc, line,
            _("key \"%s\" stands twice, first in line %ld; remove one of them"), key,
            doc->nodes[twin].line);
    s->key = xstrndup(key, event->data.scalar.length);
    s->key_line = line;
    return ERR_OK;
}

static enum err take_value(struct scan *s, const yaml_event_t *event, long line)
{
    if (key_is_next(s))
        return take_key(s, event, line);
    if (event->type == YAML_SCALAR_EVENT)
        return add_node(s, NODE_TEXT, line);
    return add_node(
        s, event->type == YAML_SEQUENCE_START_EVENT ? NODE_LIST : NODE_MAPPING, line);
}

static enum err take_event(struct scan *s, const yaml_event_t *event)
{
    const long line = (long)event->start_mark.line + 1;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        if (memchr(event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
            return error_at(s->doc, line, _("a text holds a NUL character"));
        return take_value(s, event, line);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return take_value(s, event, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        s->depth--;
        return ERR_OK;
    case YAML_ALIAS_EVENT:
        return error_at(s->doc, line,
                        _("alias \"*%s\" is not allowed; write the value out"),
                        (const char *)event->data.alias.anchor);
    case YAML_DOCUMENT_START_EVENT:
        if (s->doc->count > 0)
            return error_at(s->doc, line,
                            _("a second document starts; only one is allowed"));
        return ERR_OK;
    case YAML_STREAM_END_EVENT:
        s->done = true;
        return ERR_OK;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    default:
        return ERR_OK;
    }
}

/* Bytes that are not UTF-8 (an editor's Windows-1258) come with an offset, not with a
 * line. */
static enum err encoding_error(const struct scan *s, const yaml_parser_t *parser)
{
    long line = 1;
    for (size_t i = 0; i < parser->problem_offset && i < s->size; i++)
        line += s->text[i] == '\n';
    return error_at(s->doc, line, _("not text in UTF-8: %s; save the file as UTF-8"),
                    parser->problem);
}

static enum err syntax_error(const struct scan *s, const yaml_parser_t *parser)
{
    const struct yaml_doc *doc = s->doc;
    const char *problem = parser->problem != NULL ? parser->problem : "?";
    const long line = (long)parser->problem_mark.line + 1;
    if (parser->error == YAML_READER_ERROR && parser->problem != NULL)
        return encoding_error(s, parser);
    if (parser->context == NULL)
        return error_at(doc, line, _("not valid YAML: %s"), problem);
    return error_at(doc, line, _("not valid YAML: %s %s that starts in line %ld"),
                    problem, parser->context, (long)parser->context_mark.line + 1);
}

static enum err scan_events(struct scan *s, yaml_parser_t *parser)
{
    enum err err = ERR_OK;
    while (err == ERR_OK && !s->done) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return syntax_error(s, parser);
        err = take_event(s, &event);
        yaml_event_delete(&event);
    }
    return err;
}

static enum err scan_text(struct yaml_doc *doc, const char *text, size_t size)
{
    struct scan s = {.doc = doc, .text = text, .size = size};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return error_at(doc, 1, _("out of memory"));
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    enum err err = scan_events(&s, &parser);
    yaml_parser_delete(&parser);
    free(s.key);
    if (err == ERR_OK && doc->count == 0)
        err = error_at(doc, 1, _("the file is empty; expected keys and values"));
    return err;
}

/* ---- check: nodes against the schema ---- */

/* Least number of single-character edits, letter case ignored (Levenshtein). */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[MAX_KEY + 1];
    const size_t len_b = strlen(b);
    for (size_t j = 0; j <= len_b; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < len_b; j++) {
            const bool same =
                tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
            size_t best = diagonal + !same;
            diagonal = row[j + 1];
            best = diagonal + 1 < best ? diagonal + 1 : best;
            row[j + 1] = row[j] + 1 < best ? row[j] + 1 : best;
        }
    }
    return row[len_b];
}

/* The field that a mistyped key probably means, or NULL. */
static const char *suggest(const cyaml_schema_value_t *mapping, const char *key)
{
    const char *best = NULL;
    size_t best_distance = strlen(key) / 3 + 2;
    if (strlen(key) > MAX_KEY)
        return NULL;
    for (const cyaml_schema_field_t *f = mapping->mapping.fields; f->key != NULL; f++) {
        const size_t distance = edit_distance(key, f->key);
        if (distance < best_distance && distance < strlen(f->key)) {
            best = f->key;
            best_distance = distance;
        }
    }
    return best;
}

static enum err unknown_key(const struct yaml_doc *doc, const struct node *n,
                            const cyaml_schema_value_t *mapping)
{
    const char *meant = suggest(mapping, n->key);
    if (meant != NULL)
        return error_at(doc, n->line, _("unknown key \"%s\" (did you mean \"%s\"?)"),
                        n->key, meant);
    char known[MESSAGE_SIZE / 2] = "";
    size_t len = 0;
    for (const cyaml_schema_field_t *f = mapping->mapping.fields; f->key != NULL; f++) {
        const int put = snprintf(known + len, sizeof known - len, "%s%s",
                                 len > 0 ? ", " : "", f->key);
        if (put < 0 || (size_t)put >= sizeof known - len)
            break;
        len += (size_t)put;
    }
    return error_at(doc, n->line, _("unknown key \"%.60s\"; known here: %s"), n->key,
                    known);
}

static const cyaml_schema_value_t *field_schema(const cyaml_schema_value_t *mapping,
                                                const char *key)
{
    for (const cyaml_schema_field_t *f = mapping->mapping.fields; f->key != NULL; f++) {
        if (strcmp(f->key, key) == 0)
            return &f->value;
    }
    return NULL;
}

static enum err check_kind(const struct yaml_doc *doc, const struct node *n)
{
    char buf[MAX_KEY * 2];
    const char *key = name_of(doc, n, buf);
    enum node_kind wanted = NODE_TEXT;
    if (n->schema != NULL && n->schema->type == CYAML_SEQUENCE)
        wanted = NODE_LIST;
    else if (n->schema != NULL && n->schema->type != CYAML_STRING)
        wanted = NODE_MAPPING;
    if (n->kind == wanted)
        return ERR_OK;
    switch (wanted) {
    case NODE_LIST:
        return error_at(doc, n->line, _("%s: expected a list, as in [a, b]"), key);
    case NODE_MAPPING:
        return error_at(doc, n->line,
                        _("%s: expected keys with values, as in {key: value}"), key);
    case NODE_TEXT:
    default:
        return error_at(doc, n->line,
                        _("%s: expected a single value, not a list or keys"), key);
    }
}

static enum err check_node(struct yaml_doc *doc, size_t i)
{
    struct node *n = &doc->nodes[i];
    const cyaml_schema_value_t *above = doc->nodes[n->parent].schema;
    if (i == 0) {
        n->schema = doc->schema;
    } else if (above != NULL && above->type == CYAML_MAPPING) {
        n->schema = field_schema(above, n->key);
        if (n->schema == NULL)
            return unknown_key(doc, n, above);
    } else if (above != NULL && above->type == CYAML_SEQUENCE) {
        n->schema = above->sequence.entry;
    }
    return check_kind(doc, n);
}

static enum err check_missing(const struct yaml_doc *doc, size_t i)
{
    const struct node *n = &doc->nodes[i];
    char buf[MAX_KEY * 2];
    if (n->schema == NULL || n->schema->type != CYAML_MAPPING)
        return ERR_OK;
    for (const cyaml_schema_field_t *f = n->schema->mapping.fields; f->key != NULL; f++) {
        const bool optional = (f->value.flags & CYAML_FLAG_OPTIONAL) != 0;
        if (optional || find_child(doc, i, f->key, strlen(f->key)) != doc->count)
            continue;
        return error_at(doc, n->line, _("key \"%s\" is missing in %s"), f->key,
                        name_of(doc, n, buf));
    }
    return ERR_OK;
}

static enum err check_nodes(struct yaml_doc *doc)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < doc->count; i++)
        err = check_node(doc, i);
    for (size_t i = 0; err == ERR_OK && i < doc->count; i++)
        err = check_missing(doc, i);
    return err;
}

/* ---- load: libcyaml fills the struct ---- */

static const cyaml_config_t config = {
    .log_fn = NULL,
    .log_level = CYAML_LOG_ERROR,
    .mem_fn = cyaml_mem,
    .flags = CYAML_CFG_NO_ALIAS,
};

static enum err fill(struct yaml_doc *doc, const char *text, size_t size)
{
    /* The check has found all that a user can do wrong; what is left is told all the
     * same. */
    const cyaml_err_t e = cyaml_load_data((const uint8_t *)text, size, &config,
                                          doc->schema, &doc->data, NULL);
    if (e != CYAML_OK || doc->data == NULL)
        return error_at(doc, doc->nodes[0].line, _("cannot be read: %s"),
                        cyaml_strerror(e));
    return ERR_OK;
}

enum err yaml_doc_load(const char *name, const char *text, size_t size,
                       const cyaml_schema_value_t *schema, struct yaml_doc **doc)
{
    struct yaml_doc *d = xcalloc(1, sizeof *d);
    enum err err = ERR_OK;
    d->name = xstrdup(name);
    d->schema = schema;
    if (memchr(text, '\0', size) != NULL)
        err = error_at(d, 1, _("a binary file; expected YAML in UTF-8"));
    if (err == ERR_OK)
        err = scan_text(d, text, size);
    if (err == ERR_OK)
        err = check_nodes(d);
    if (err == ERR_OK)
        err = fill(d, text, size);
    if (err == ERR_OK)
        *doc = d;
    else
        yaml_doc_free(d);
    return err;
}

void yaml_doc_free(struct yaml_doc *doc)
{
    if (doc == NULL)
        return;
    if (doc->data != NULL)
        (void)cyaml_free(&config, doc->schema, doc->data, 0);
    for (size_t i = 0; i < doc->count; i++)
        free(doc->nodes[i].key);
    free(doc->nodes);
    free(doc->name);
    free(doc);
}

void *yaml_doc_data(const struct yaml_doc *doc)
{
    return doc->data;
}

enum err yaml_doc_error(const struct yaml_doc *doc, const char *path, const char *fmt,
                        ...)
{
    char text[MESSAGE_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return error_at(doc, find_path(doc, path)->line, "%s: %s", path, text);
}
