/* The manifest of a trip on the server that it was pushed to. */
#include "push_manifest.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonw.h"
#include "lang.h"
#include "xmem.h"

static const double max_bytes = 1e12;

bool push_manifest_is_hash(const char *text)
{
    return strlen(text) == SHA256_TEXT_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == SHA256_TEXT_SIZE - 1;
}

/* It becomes a file's name: no path, nothing hidden, nothing that a shell or a terminal
 * would take for more. */
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789._-+";
static const char first_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789_";

static bool is_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len < PUSH_MANIFEST_NAME_SIZE && strspn(name, letters) == len &&
           strchr(first_letters, name[0]);
}

void push_manifest_set_name(struct push_manifest *m, const char *name)
{
    snprintf(m->name, sizeof m->name, "%s", name[0] ? name : "_");
    for (char *p = m->name; *p; p++) {
        if (!strchr(p == m->name ? first_letters : letters, *p))
            *p = '_';
    }
}

void push_manifest_part(size_t i, const char *sha256, char name[PUSH_MANIFEST_PART_SIZE])
{
    snprintf(name, PUSH_MANIFEST_PART_SIZE, "%06zu-%s", i, sha256);
}

size_t push_manifest_count(int64_t bytes, int64_t part_bytes)
{
    return (size_t)((bytes + part_bytes - 1) / part_bytes);
}

int64_t push_manifest_part_bytes(const struct push_manifest *m, size_t i)
{
    const int64_t left = m->bytes - (int64_t)i * m->part_bytes;
    return left < m->part_bytes ? left : m->part_bytes;
}

char *push_manifest_write(const struct push_manifest *m, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    struct jsonw j = {.out = out};
    jsonw_open(&j, '{');
    jsonw_key(&j, "lomsong_push");
    jsonw_int(&j, 1);
    jsonw_key(&j, "name");
    jsonw_text(&j, m->name);
    jsonw_key(&j, "sha256");
    jsonw_text(&j, m->sha256);
    jsonw_key(&j, "bytes");
    jsonw_int(&j, m->bytes);
    jsonw_key(&j, "part_bytes");
    jsonw_int(&j, m->part_bytes);
    jsonw_key(&j, "parts");
    jsonw_open(&j, '[');
    for (size_t i = 0; i < m->part_count; i++)
        jsonw_text(&j, m->parts[i]);
    jsonw_close(&j, ']');
    jsonw_close(&j, '}');
    fputc('\n', out);
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    return text ? text : "";
}

/* A whole number from 1; -1 for anything else. */
static int64_t count_of(const cJSON *json, const char *name)
{
    const double value =
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, name));
    return value >= 1 && value <= max_bytes && !(floor(value) < value) ? (int64_t)value
                                                                       : -1;
}

static bool read_parts(const cJSON *list, struct push_manifest *m)
{
    const cJSON *item;
    m->parts = xcalloc(m->part_count, sizeof *m->parts);
    size_t i = 0;
    cJSON_ArrayForEach(item, list)
    {
        const char *hash = cJSON_GetStringValue(item);
        if (i == m->part_count || !hash || !push_manifest_is_hash(hash))
            return false;
        memcpy(m->parts[i++], hash, SHA256_TEXT_SIZE);
    }
    return i == m->part_count;
}

static const char *read_all(const cJSON *json, struct push_manifest *m)
{
    const char *name = text_of(json, "name"), *sha256 = text_of(json, "sha256");
    if (count_of(json, "lomsong_push") != 1)
        return _("\"lomsong_push\":1 was expected");
    if (!is_name(name))
        return _("\"name\" is no plain file name");
    if (!push_manifest_is_hash(sha256))
        return _("\"sha256\" is no SHA-256");
    m->bytes = count_of(json, "bytes");
    m->part_bytes = count_of(json, "part_bytes");
    if (m->bytes < 0 || m->part_bytes < 0)
        return _("\"bytes\" and \"part_bytes\" must be whole numbers from 1");
    m->part_count = push_manifest_count(m->bytes, m->part_bytes);
    if (m->part_count > PUSH_MANIFEST_MAX_PARTS)
        return _("it has too many parts");
    snprintf(m->name, sizeof m->name, "%s", name);
    memcpy(m->sha256, sha256, SHA256_TEXT_SIZE);
    if (!read_parts(cJSON_GetObjectItemCaseSensitive(json, "parts"), m))
        return _("\"parts\" does not fit \"bytes\"");
    return NULL;
}

bool push_manifest_read(const char *text, size_t size, struct push_manifest *m,
                        const char **fault)
{
    struct push_manifest read = {.bytes = 0};
    cJSON *json =
        size <= PUSH_MANIFEST_MAX_SIZE ? cJSON_ParseWithLength(text, size) : NULL;
    const char *wrong = json ? read_all(json, &read) : _("it is no JSON");
    cJSON_Delete(json);
    if (wrong) {
        *fault = wrong;
        push_manifest_free(&read);
        return false;
    }
    *m = read;
    return true;
}

void push_manifest_free(struct push_manifest *m)
{
    free(m->parts);
    *m = (struct push_manifest){.bytes = 0};
}
