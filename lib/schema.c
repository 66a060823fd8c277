/* Cuts sections out of the embedded schema.sql. */
#include "schema.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "embed.h"
#include "xmem.h"

static const char section_mark[] = "-- section: ";

static bool line_starts_section(const char *line, const char *name)
{
    const size_t mark_len = sizeof section_mark - 1;
    if (strncmp(line, section_mark, mark_len) != 0)
        return false;
    const char *title = line + mark_len;
    const size_t len = strlen(name);
    return strncmp(title, name, len) == 0 && (title[len] == '\n' || title[len] == '\0');
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

char *schema_section(const char *name)
{
    const struct embed_file *schema = embed_find("lib/schema.sql");
    assert(schema != NULL);
    const char *start = schema->data;
    while (*start && !line_starts_section(start, name))
        start = next_line(start);
    assert(*start != '\0' && "schema.sql lacks the section");
    start = next_line(start);

    const char *end = start;
    while (*end && strncmp(end, section_mark, sizeof section_mark - 1) != 0)
        end = next_line(end);
    return xstrndup(start, (size_t)(end - start));
}
