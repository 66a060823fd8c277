/* Names of places, made comparable.
 *
 *     "  XÃ  Lũng-Cú "   xã lũng cú        full, with diacritics
 *                           lũng cú        stem
 *                        xa lung cu        full, without
 *                           lung cu        stem
 *     "TT. Đồng Văn"     thị trấn đồng văn
 *     "P.05"             phường 5
 *
 * A name is known to have a word before it only by that word's diacritics, or in the
 * forms without them: "Xa Lung" may be "Xã Lũng" or "Xã Xa Lung", and is compared with
 * both, whole words first. */
#include "place_name.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "xmem.h"

/* What stands before a name, and the word that it is or stands for. Longer ones of the
 * same beginning first. */
struct word {
    enum place_kind kind;
    const char *written[2]; /* with diacritics, without */
    const char *means[2];
};
#define WORD(kind, with, without)                                                        \
    {                                                                                    \
        kind, {with, without},                                                           \
        {                                                                                \
            with, without                                                                \
        }                                                                                \
    }
#define SHORT(kind, letters, with, without)                                              \
    {                                                                                    \
        kind, {letters, letters},                                                        \
        {                                                                                \
            with, without                                                                \
        }                                                                                \
    }
static const struct word words[] = {
    WORD(PLACE_HAMLET, "tổ dân phố", "to dan pho"),
    SHORT(PLACE_HAMLET, "tdp", "tổ dân phố", "to dan pho"),
    {PLACE_HAMLET, {"tổ", "to"}, {"tổ dân phố", "to dan pho"}},
    WORD(PLACE_HAMLET, "khu phố", "khu pho"),
    SHORT(PLACE_HAMLET, "kp", "khu phố", "khu pho"),
    WORD(PLACE_HAMLET, "thôn", "thon"),
    SHORT(PLACE_HAMLET, "t", "thôn", "thon"),
    WORD(PLACE_HAMLET, "bản", "ban"),
    SHORT(PLACE_HAMLET, "b", "bản", "ban"),
    WORD(PLACE_HAMLET, "ấp", "ap"),
    WORD(PLACE_HAMLET, "khóm", "khom"),
    WORD(PLACE_HAMLET, "xóm", "xom"),
    WORD(PLACE_HAMLET, "làng", "lang"),
    WORD(PLACE_HAMLET, "buôn", "buon"),
    WORD(PLACE_HAMLET, "sóc", "soc"),
    WORD(PLACE_HAMLET, "khối", "khoi"),
    WORD(PLACE_HAMLET, "khu", "khu"),
    WORD(PLACE_COMMUNE, "thị trấn", "thi tran"),
    SHORT(PLACE_COMMUNE, "tt", "thị trấn", "thi tran"),
    WORD(PLACE_COMMUNE, "xã", "xa"),
    SHORT(PLACE_COMMUNE, "x", "xã", "xa"),
    WORD(PLACE_COMMUNE, "phường", "phuong"),
    SHORT(PLACE_COMMUNE, "p", "phường", "phuong"),
    WORD(PLACE_COMMUNE, "đặc khu", "dac khu"),
    WORD(PLACE_DISTRICT, "huyện", "huyen"),
    SHORT(PLACE_DISTRICT, "h", "huyện", "huyen"),
    WORD(PLACE_DISTRICT, "quận", "quan"),
    SHORT(PLACE_DISTRICT, "q", "quận", "quan"),
    WORD(PLACE_DISTRICT, "thị xã", "thi xa"),
    SHORT(PLACE_DISTRICT, "tx", "thị xã", "thi xa"),
    WORD(PLACE_DISTRICT, "thành phố", "thanh pho"),
    SHORT(PLACE_DISTRICT, "tp", "thành phố", "thanh pho"),
    WORD(PLACE_PROVINCE, "tỉnh", "tinh"),
    SHORT(PLACE_PROVINCE, "t", "tỉnh", "tinh"),
    WORD(PLACE_PROVINCE, "thành phố", "thanh pho"),
    SHORT(PLACE_PROVINCE, "tp", "thành phố", "thanh pho"),
};

/* "thôn số 3" is "thôn 3". */
static const char *const number_word[] = {"số", "so"};

enum form { FULL, STEM, PLAIN_FULL, PLAIN_STEM, FORM_COUNT };

/* The forms of a name; NULL where it has none: no stem where no word stands before it. */
struct forms {
    char *text[FORM_COUNT];
};

struct entry {
    enum form form;
    char *text;
    size_t item;
};

struct place_names {
    enum place_kind kind;
    struct entry *entries;
    size_t count, capacity;
    bool sorted;
};

enum { NAME_MAX_UNITS = 512 }; /* of a name; what is longer is cut */

struct letters {
    UChar text[4 * NAME_MAX_UNITS];
    int32_t count;
};

/* UTF-16, composed, letters of one case; empty where ICU fails. */
static void read_letters(const char *name, struct letters *u)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar raw[NAME_MAX_UNITS];
    int32_t count = 0;
    const int32_t bytes = (int32_t)strnlen(name, NAME_MAX_UNITS);
    u->count = 0;
    u_strFromUTF8WithSub(raw, NAME_MAX_UNITS, &count, name, bytes, 0xFFFD, NULL, &status);
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
    count = unorm2_normalize(fold, raw, count, u->text, 4 * NAME_MAX_UNITS, &status);
    if (U_SUCCESS(status))
        u->count = count;
}

/* Takes away the marks of tone and vowel, and the stroke of đ, which is none to Unicode.
 */
static void strip_marks(struct letters *u)
{
    UErrorCode status = U_ZERO_ERROR;
    struct letters apart;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    apart.count =
        unorm2_normalize(nfd, u->text, u->count, apart.text, 4 * NAME_MAX_UNITS, &status);
    if (U_FAILURE(status))
        return;
    u->count = 0;
    for (int32_t i = 0; i < apart.count; i++) {
        const UChar c = apart.text[i];
        if (u_charType(c) != U_NON_SPACING_MARK)
            u->text[u->count++] = c == 0x111 ? 'd' : c;
    }
}

static bool is_of_word(UChar c)
{
    return U16_IS_SURROGATE(c) || u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK;
}

/* Words with one space between them; numbers without zeros in front. */
static void join_words(struct letters *u)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < u->count; i++) {
        const bool begins = kept == 0 || u->text[kept - 1] == ' ';
        const bool number_goes_on = i + 1 < u->count && u_isdigit(u->text[i + 1]);
        if (!is_of_word(u->text[i])) {
            if (!begins)
                u->text[kept++] = ' ';
        } else if (!(begins && u->text[i] == '0' && number_goes_on)) {
            u->text[kept++] = u->text[i];
        }
    }
    u->count = kept > 0 && u->text[kept - 1] == ' ' ? kept - 1 : kept;
}

static char *write_letters(const struct letters *u)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = 0;
    char text[4 * 4 * NAME_MAX_UNITS];
    u_strToUTF8WithSub(text, (int32_t)sizeof text - 1, &size, u->text, u->count, 0xFFFD,
                       NULL, &status);
    return U_SUCCESS(status) ? xstrndup(text, (size_t)size) : xstrdup("");
}

/* What follows a word and a space; NULL where the text begins otherwise or ends there. */
static const char *behind(const char *text, const char *word)
{
    const size_t len = strlen(word);
    return strncmp(text, word, len) == 0 && text[len] == ' ' ? text + len + 1 : NULL;
}

/* The full form and the stem of words in one way of writing, 0 with diacritics. */
static void split(enum place_kind kind, char *text, int way, char **full, char **stem)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct word *w = &words[i];
        const char *rest = w->kind == kind ? behind(text, w->written[way]) : NULL;
        if (!rest)
            continue;
        const char *number = behind(rest, number_word[way]);
        if (number && isdigit((unsigned char)*number))
            rest = number;
        *full = xasprintf("%s %s", w->means[way], rest);
        *stem = xstrdup(rest);
        free(text);
        return;
    }
    *full = text;
    *stem = NULL;
}

static struct forms forms_of(enum place_kind kind, const char *name)
{
    struct forms f = {{NULL}};
    struct letters u;
    read_letters(name, &u);
    struct letters plain = u;
    join_words(&u);
    strip_marks(&plain);
    join_words(&plain);
    split(kind, write_letters(&u), 0, &f.text[FULL], &f.text[STEM]);
    split(kind, write_letters(&plain), 1, &f.text[PLAIN_FULL], &f.text[PLAIN_STEM]);
    return f;
}

static void free_forms(struct forms *f)
{
    for (int i = 0; i < FORM_COUNT; i++)
        free(f->text[i]);
}

struct place_names *place_names_new(enum place_kind kind)
{
    struct place_names *n = xcalloc(1, sizeof *n);
    n->kind = kind;
    return n;
}

void place_names_free(struct place_names *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->count; i++)
        free(n->entries[i].text);
    free(n->entries);
    free(n);
}

void place_names_add(struct place_names *n, const char *name, size_t item)
{
    struct forms f = forms_of(n->kind, name);
    n->sorted = false;
    for (int i = 0; i < FORM_COUNT; i++) {
        if (!f.text[i] || f.text[i][0] == '\0') {
            free(f.text[i]);
            continue;
        }
        n->entries = xgrow(n->entries, n->count, &n->capacity, sizeof *n->entries);
        n->entries[n->count++] =
            (struct entry){.form = (enum form)i, .text = f.text[i], .item = item};
    }
}

static int compare_text(const struct entry *x, const struct entry *y)
{
    return x->form != y->form ? (int)x->form - (int)y->form : strcmp(x->text, y->text);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int order = compare_text(x, y);
    return order ? order : (x->item > y->item) - (x->item < y->item);
}

/* Where the entries of a form and text begin. */
static size_t lower_bound(const struct place_names *n, const struct entry *key)
{
    size_t low = 0, high = n->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_text(&n->entries[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How a name that is sought may stand in the list, from the likest on. */
static const struct {
    int level;
    enum form sought, listed;
} ways[] = {
    {0, FULL, FULL},
    {1, FULL, STEM},
    {1, STEM, FULL},
    {2, PLAIN_FULL, PLAIN_FULL},
    {3, PLAIN_FULL, PLAIN_STEM},
    {3, PLAIN_STEM, PLAIN_FULL},
    {4, STEM, STEM},
    {5, PLAIN_STEM, PLAIN_STEM},
};
enum { WAY_COUNT = sizeof ways / sizeof *ways, OTHER_KIND_LEVEL = 4 };

struct found {
    size_t *items;
    size_t count, capacity;
};

static void collect(const struct place_names *n, const struct entry *key,
                    const struct place_names_filter *filter, struct found *found)
{
    for (size_t i = lower_bound(n, key);
         i < n->count && compare_text(&n->entries[i], key) == 0; i++) {
        const size_t item = n->entries[i].item;
        if (filter && filter->allow && !filter->allow(filter->ctx, item))
            continue;
        found->items =
            xgrow(found->items, found->count, &found->capacity, sizeof *found->items);
        found->items[found->count++] = item;
    }
}

size_t place_names_find(struct place_names *n, const char *name,
                        const struct place_names_filter *filter, size_t **items)
{
    struct forms f = forms_of(n->kind, name);
    struct found found = {0};
    if (!n->sorted && n->count > 1)
        qsort(n->entries, n->count, sizeof *n->entries, compare_entries);
    n->sorted = true;
    int level = 0;
    for (int i = 0; i < WAY_COUNT; i++) {
        if ((found.count > 0 && ways[i].level != level) ||
            (ways[i].level >= OTHER_KIND_LEVEL && !(filter && filter->any_kind)))
            break;
        level = ways[i].level;
        char *text = f.text[ways[i].sought];
        if (!text || text[0] == '\0')
            continue;
        const struct entry key = {.form = ways[i].listed, .text = text};
        collect(n, &key, filter, &found);
    }
    free_forms(&f);
    *items = found.items;
    return found.count;
}

bool place_name_same(enum place_kind kind, const char *a, const char *b)
{
    struct forms x = forms_of(kind, a);
    struct forms y = forms_of(kind, b);
    bool same = false;
    for (int i = 0; !same && i < WAY_COUNT && ways[i].level < OTHER_KIND_LEVEL; i++) {
        const char *one = x.text[ways[i].sought], *other = y.text[ways[i].listed];
        same = one && other && one[0] != '\0' && strcmp(one, other) == 0;
    }
    free_forms(&x);
    free_forms(&y);
    return same;
}
