/* Where sealed trips are handed over, in the collector's configuration. */
#include "config_push.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lang.h"
#include "xmem.h"

#define TEXT(key)                                                                        \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,               \
                           struct raw_push, key, 0, CYAML_UNLIMITED)

enum { URL_MAX = 1000 };

const cyaml_schema_field_t config_push_fields[] = {
    TEXT(url),        TEXT(ca_file), TEXT(cert_file), TEXT(key_file),
    TEXT(token_file), TEXT(part_kb), TEXT(max_kbps),  TEXT(timeout_s),
    TEXT(tries),      TEXT(wait_s),  CYAML_FIELD_END,
};

void config_push_defaults(struct config_push *p)
{
    *p = (struct config_push){
        .part_bytes = 1000000, .timeout_s = 60, .tries = 5, .wait_s = 5};
}

void config_push_free(struct config_push *p)
{
    free(p->url);
    free(p->ca_file);
    free(p->cert_file);
    free(p->key_file);
    free(p->token_file);
}

static bool lacks(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    const bool lacking = curl_url_get(u, part, &text, 0) != CURLUE_OK;
    curl_free(text);
    return lacking;
}

/* A directory over TLS, and no secret in it: a URL is shown in messages. libcurl would
 * also take one or three slashes for two. */
static bool is_directory_url(const char *url)
{
    static const CURLUPart none[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
                                     CURLUPART_FRAGMENT};
    char *scheme = NULL;
    CURLU *u = curl_url();
    bool valid = u && strlen(url) <= URL_MAX && strpbrk(url, "?#\\ ") == NULL &&
                 strncasecmp(url, "https://", 8) == 0 &&
                 curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
                 curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                 strcmp(scheme, "https") == 0;
    for (size_t i = 0; valid && i < sizeof none / sizeof *none; i++)
        valid = lacks(u, none[i]);
    curl_free(scheme);
    curl_url_cleanup(u);
    return valid;
}

bool config_push_set_url(struct config_push *p, const char *url)
{
    size_t len = strlen(url);
    if (!is_directory_url(url))
        return false;
    while (len > 0 && url[len - 1] == '/')
        len--;
    free(p->url);
    p->url = xstrndup(url, len);
    return true;
}

const char *config_push_show_url(const char *url, char text[CONFIG_PUSH_URL_SIZE])
{
    const char *at = strrchr(url, '@'), *scheme_end = strstr(url, "://");
    const char *query = strchr(at ? at : url, '?');
    const char *user = scheme_end && at && scheme_end < at ? scheme_end + 3 : url;
    const int kept = at ? (int)(user - url) : 0;
    const char *rest = at ? at : url;
    const int rest_len = query ? (int)(query + 1 - rest) : (int)strlen(rest);
    snprintf(text, CONFIG_PUSH_URL_SIZE, "%.*s%s%.*s%s", kept, url, at ? "***" : "",
             rest_len, rest, query ? "***" : "");
    return text;
}

/* Takes a whole number where the key is there; keeps the default otherwise. */
static enum err take_whole(const struct yaml_doc *doc, const char *path, const char *text,
                           struct yaml_range range, int64_t *value)
{
    double number = 0;
    range.whole = true;
    const enum err err = text ? yaml_doc_number(doc, path, text, range, &number) : ERR_OK;
    if (!err && text)
        *value = (int64_t)number;
    return err;
}

static enum err take_numbers(const struct yaml_doc *doc, const struct raw_push *raw,
                             struct config_push *p)
{
    enum { BYTES_PER_KB = 1000, BYTES_PER_KBIT = 125 };
    int64_t part_kb = p->part_bytes / BYTES_PER_KB, max_kbps = 0;
    int64_t timeout_s = p->timeout_s, tries = p->tries, wait_s = p->wait_s;
    const struct {
        const char *path, *text;
        struct yaml_range range;
        int64_t *value;
    } keys[] = {
        {"push.part_kb", raw->part_kb, {.min = 64, .max = 65536}, &part_kb},
        {"push.max_kbps", raw->max_kbps, {.min = 0, .max = 1e6}, &max_kbps},
        {"push.timeout_s", raw->timeout_s, {.min = 5, .max = 3600}, &timeout_s},
        {"push.tries", raw->tries, {.min = 1, .max = 100}, &tries},
        {"push.wait_s", raw->wait_s, {.min = 0, .max = 600}, &wait_s},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < sizeof keys / sizeof *keys; i++)
        err = take_whole(doc, keys[i].path, keys[i].text, keys[i].range, keys[i].value);
    p->part_bytes = part_kb * BYTES_PER_KB;
    p->max_bytes_per_s = max_kbps * BYTES_PER_KBIT;
    p->timeout_s = (int)timeout_s;
    p->tries = (int)tries;
    p->wait_s = (int)wait_s;
    return err;
}

static char *copy(const char *text)
{
    return text && text[0] ? xstrdup(text) : NULL;
}

enum err config_push_take(const struct yaml_doc *doc, const struct raw_push *raw,
                          struct config_push *p)
{
    if (!raw)
        return ERR_OK;
    char shown[CONFIG_PUSH_URL_SIZE];
    if (raw->url && !config_push_set_url(p, raw->url))
        return yaml_doc_error(doc, "push.url",
                              _("is \"%.60s\", expected an https URL without a user's "
                                "name and without a question mark"),
                              config_push_show_url(raw->url, shown));
    if (raw->key_file && !raw->cert_file)
        return yaml_doc_error(doc, "push.key_file", _("needs a cert_file beside it"));
    p->ca_file = copy(raw->ca_file);
    p->cert_file = copy(raw->cert_file);
    p->key_file = copy(raw->key_file);
    p->token_file = copy(raw->token_file);
    return take_numbers(doc, raw, p);
}
