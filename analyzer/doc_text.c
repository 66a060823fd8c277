/* Text for documents, by ICU. */
#include "doc_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "xmem.h"

/* UTF-16, as ICU works on it. */
struct utf16 {
    UChar *text;
    int32_t length;
};

/* Never longer than the UTF-8: one unit at most per byte. */
static struct utf16 from_utf8(const char *text)
{
    const size_t size = strlen(text);
    const int32_t capacity = size < INT32_MAX / 8 ? (int32_t)size : INT32_MAX / 8;
    struct utf16 s = {.text = xcalloc((size_t)capacity + 1, sizeof(UChar))};
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(s.text, capacity + 1, &s.length, text, capacity, 0xFFFD, NULL,
                         &status);
    if (U_FAILURE(status))
        s.length = 0;
    return s;
}

static char *to_utf8(const struct utf16 *s)
{
    const int32_t capacity = 3 * s->length + 1; /* at most three bytes per unit */
    char *text = xcalloc((size_t)capacity, 1);
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8WithSub(text, capacity, NULL, s->text, s->length, 0xFFFD, NULL, &status);
    if (U_FAILURE(status))
        text[0] = '\0';
    return text;
}

/* Replaces s by its NFC; leaves it as it is where ICU cannot. */
static void compose(struct utf16 *s)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status) || unorm2_isNormalized(nfc, s->text, s->length, &status))
        return;
    const int32_t capacity = 3 * s->length + 1; /* NFC grows threefold at most (UAX 15) */
    UChar *composed = xcalloc((size_t)capacity, sizeof *composed);
    status = U_ZERO_ERROR;
    const int32_t length =
        unorm2_normalize(nfc, s->text, s->length, composed, capacity, &status);
    if (U_FAILURE(status)) {
        free(composed);
        return;
    }
    free(s->text);
    s->text = composed;
    s->length = length;
}

/* What a document must not hold: line ends and other controls break cells, marks of
 * direction show a text that is not there, and non-characters are no text in XML. */
static void disarm(struct utf16 *s)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < s->length; i++) {
        const UChar c = s->text[i];
        if (u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL))
            continue;
        const int8_t type = u_charType(c);
        if (type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR ||
            type == U_PARAGRAPH_SEPARATOR)
            s->text[kept++] = ' ';
        else
            s->text[kept++] = c >= 0xFFFE ? 0xFFFD : c;
    }
    s->length = kept;
}

/* Most cells hold numbers and words that need no cleaning. */
static bool is_plain(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

char *doc_text_clean(const char *text)
{
    if (is_plain(text))
        return xstrdup(text);
    struct utf16 s = from_utf8(text);
    disarm(&s); /* what is left side by side may compose */
    compose(&s);
    char *clean = to_utf8(&s);
    free(s.text);
    return clean;
}

static size_t character_size(const char *at)
{
    size_t size = 1;
    while (((unsigned char)at[size] & 0xC0) == 0x80)
        size++;
    return size;
}

char *doc_text_clip(const char *text, size_t max)
{
    const char *cut = text; /* where the last character that may stay ends */
    const char *at = text;
    for (size_t n = 0; *at; n++) {
        if (n == max)
            return xasprintf("%.*s…", (int)(cut - text), text);
        at += character_size(at);
        if (n + 1 < max)
            cut = at;
    }
    return xstrdup(text);
}

struct keyed {
    uint8_t *key; /* ends with 0 */
    struct doc_text_item item;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;
    const int order = strcmp((const char *)x->key, (const char *)y->key);
    return order ? order : strcmp(x->item.code, y->item.code);
}

/* U+FFFE between names sorts below everything: "a" + "z" stands before "ab" + "c"
 * (UTS 10 §9.4.2). */
static uint8_t *make_key(const UCollator *order, const struct doc_text_item *item)
{
    char *joined = xstrdup(item->names[0]);
    for (int i = 1; i < DOC_TEXT_NAMES; i++) {
        char *more = xasprintf("%s\xEF\xBF\xBE%s", joined, item->names[i]);
        free(joined);
        joined = more;
    }
    struct utf16 s = from_utf8(joined);
    free(joined);
    const int32_t size = ucol_getSortKey(order, s.text, s.length, NULL, 0);
    uint8_t *key = xcalloc((size_t)size + 1, 1);
    ucol_getSortKey(order, s.text, s.length, key, size);
    free(s.text);
    return key;
}

void doc_text_sort(struct doc_text_item *items, size_t count)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *order = ucol_open("vi", &status);
    if (U_FAILURE(status)) /* ICU without its data: the order by codes stays */
        return;
    ucol_setAttribute(order, UCOL_NUMERIC_COLLATION, UCOL_ON, &status);
    ucol_setAttribute(order, UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
    struct keyed *keyed = xcalloc(count + 1, sizeof *keyed);
    for (size_t i = 0; i < count; i++)
        keyed[i] = (struct keyed){.key = make_key(order, &items[i]), .item = items[i]};
    qsort(keyed, count, sizeof *keyed, compare_keyed);
    for (size_t i = 0; i < count; i++) {
        items[i] = keyed[i].item;
        free(keyed[i].key);
    }
    free(keyed);
    ucol_close(order);
}
