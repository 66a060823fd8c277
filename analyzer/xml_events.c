/* XML as it streams in, through expat. */
#include "xml_events.h"

#include <ctype.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

enum { CHUNK = 1 << 16, HEAD_SIZE = 4096 };

struct reading {
    XML_Parser parser;
    const struct xml_events *events;
    void *ctx;
    char *text;
    size_t text_len, text_capacity;
    int depth;
    const char *refused; /* why, already translated */
    enum err err;
};

static const char *without_prefix(const char *name)
{
    const char *colon =
        strrchr(name, ':'); /* of several, which no namespace has: the last */
    return colon ? colon + 1 : name;
}

static void stop(struct reading *r)
{
    XML_StopParser(r->parser, XML_FALSE);
}

static void on_start(void *reading, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *r = reading;
    r->text_len = 0;
    if (++r->depth > XML_MAX_DEPTH) {
        r->refused = _("its elements are nested too deeply");
        stop(r);
        return;
    }
    const char *const *given = (const char *const *)attributes;
    r->events->start(r->ctx, without_prefix(name), given);
}

/* The text without the blanks that indent it. */
static const char *trimmed(struct reading *r)
{
    while (r->text_len > 0 && isspace((unsigned char)r->text[r->text_len - 1]))
        r->text_len--;
    r->text[r->text_len] = '\0';
    const char *text = r->text;
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static void on_end(void *reading, const XML_Char *name)
{
    struct reading *r = reading;
    r->depth--;
    r->err = r->events->end(r->ctx, without_prefix(name), trimmed(r),
                            (int64_t)XML_GetCurrentLineNumber(r->parser));
    r->text_len = 0;
    if (r->err)
        stop(r);
}

static void on_text(void *reading, const XML_Char *text, int len)
{
    struct reading *r = reading;
    const size_t room = XML_MAX_TEXT - r->text_len;
    const size_t n = (size_t)len < room ? (size_t)len : room;
    while (r->text_capacity < r->text_len + n + 1)
        r->text = xgrow(r->text, r->text_capacity, &r->text_capacity, 1);
    memcpy(r->text + r->text_len, text, n);
    r->text_len += n;
}

static void on_doctype(void *reading, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_internal_subset)
{
    struct reading *r = reading;
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    r->refused = _("it has a DTD, which no log needs");
    stop(r);
}

/* Expat keeps a tag or comment until its end. */
static bool runs_on(struct reading *r, int64_t given)
{
    if (given - XML_GetCurrentByteIndex(r->parser) <= XML_MAX_TAG)
        return false;
    r->refused = _("a tag or comment does not end within 1 MiB");
    return true;
}

static enum err no_memory(const struct import_file *f)
{
    err_report(_("%s: no memory to read XML"), import_file_name(f));
    return ERR_FAILED;
}

static enum err parse(struct reading *r, struct import_file *f)
{
    for (int64_t given = 0;;) {
        void *buf = XML_GetBuffer(r->parser, CHUNK);
        if (!buf)
            return no_memory(f);
        const long n = import_file_read(f, buf, CHUNK);
        if (n < 0)
            return ERR_INPUT;
        if (XML_ParseBuffer(r->parser, (int)n, n == 0) != XML_STATUS_OK)
            break;
        if (n == 0)
            return ERR_OK;
        given += n;
        if (runs_on(r, given))
            break;
    }
    if (r->err)
        return r->err;
    err_report(_("%s:%lu: not XML that can be read: %s"), import_file_name(f),
               (unsigned long)XML_GetCurrentLineNumber(r->parser),
               r->refused ? r->refused : XML_ErrorString(XML_GetErrorCode(r->parser)));
    return ERR_INPUT;
}

/* What was UTF-16 comes as UTF-8, and still says that it is UTF-16. */
static bool says_utf16(const struct import_file *f)
{
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    const char *end = memchr(head, '>', size);
    return end && memmem(head, (size_t)(end - head), "UTF-16", sizeof "UTF-16" - 1);
}

enum err xml_events_read(struct import_file *f, const struct xml_events *events,
                         void *ctx)
{
    enum err err = import_file_rewind(f);
    if (err)
        return err;
    struct reading r = {.events = events, .ctx = ctx};
    r.text = xgrow(NULL, 0, &r.text_capacity, 1);
    r.parser = XML_ParserCreate(says_utf16(f) ? "UTF-8" : NULL);
    if (!r.parser) {
        err = no_memory(f);
        goto done;
    }
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    err = parse(&r, f);
    XML_ParserFree(r.parser);
done:
    free(r.text);
    return err;
}

bool xml_events_is(const char *head, size_t size, const char *root)
{
    const size_t len = strlen(root);
    size_t i = size >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < size && isspace((unsigned char)head[i]))
        i++;
    if (i >= size || head[i] != '<')
        return false;
    for (; i + len + 1 < size && i < HEAD_SIZE; i++) {
        const char after = head[i + len + 1];
        const bool begins = head[i] == '<' || head[i] == ':'; /* behind a prefix */
        if (begins && memcmp(head + i + 1, root, len) == 0 &&
            (isspace((unsigned char)after) || after == '>'))
            return true;
    }
    return false;
}
