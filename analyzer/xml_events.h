/* XML from elsewhere, read as it streams in: elements begin and end, with their text.
 * Files with a DTD are refused, so that no entity grows. */
#ifndef LOMSONG_XML_EVENTS_H
#define LOMSONG_XML_EVENTS_H

#include <stdint.h>

#include "import.h"

enum { XML_MAX_TEXT = 1 << 18, XML_MAX_DEPTH = 64, XML_MAX_TAG = 1 << 20 };

/* Names are without their prefix. */
struct xml_events {
    /* `attributes`: name, value, name, value, NULL. */
    void (*start)(void *ctx, const char *name, const char *const *attributes);
    /* `text` is what stands before the end tag since the last tag, without blanks around
     * it; a text over
     * XML_MAX_TEXT is cut. Anything but ERR_OK ends the reading. */
    enum err (*end)(void *ctx, const char *name, const char *text, int64_t line);
};

/* ERR_INPUT, reported, where the file is no well-formed XML, too deep, or has a tag or
 * comment over XML_MAX_TAG. */
MUST_CHECK enum err xml_events_read(struct import_file *f,
                                    const struct xml_events *events, void *ctx);

/* True for the root element of a file that begins like XML. */
bool xml_events_is(const char *head, size_t size, const char *root);

#endif
