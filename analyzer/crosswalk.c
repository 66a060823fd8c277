/* The crosswalk's file:
 *
 *     old_code,old_name,old_district,old_province,new_code,new_name
 *     01738,Xã Yên Sơn,Huyện Bảo Lạc,Tỉnh Cao Bằng,01726,Xã Yên Thổ
 *     01741,Xã Kim Cúc,Huyện Bảo Lạc,Tỉnh Cao Bằng,01735,Xã Cốc Pàng
 *     01741,Xã Kim Cúc,Huyện Bảo Lạc,Tỉnh Cao Bằng,01732,Xã Bảo Lạc    (divided)
 */
#include "crosswalk.h"

#include <cpl_string.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "lang.h"
#include "xmem.h"

enum column {
    OLD_CODE,
    OLD_NAME,
    OLD_DISTRICT,
    OLD_PROVINCE,
    NEW_CODE,
    NEW_NAME,
    NEW_PROVINCE,
    COLUMN_COUNT
};

static const char *const columns[COLUMN_COUNT] = {
    [OLD_CODE] = "old_code",         [OLD_NAME] = "old_name",
    [OLD_DISTRICT] = "old_district", [OLD_PROVINCE] = "old_province",
    [NEW_CODE] = "new_code",         [NEW_NAME] = "new_name",
    [NEW_PROVINCE] = "new_province",
};

/* Where the columns stand, and what was wrong with rows. */
struct reading {
    const char *path;
    int at[COLUMN_COUNT];
    size_t header_count;
    long long incomplete, first_incomplete;
};

static char *field(const struct reading *r, const struct csvio_row *row, enum column c)
{
    const int at = r->at[c];
    if (at < 0 || (size_t)at >= row->count)
        return xstrdup("");
    const char *text = row->fields[at];
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    return xstrndup(text, len);
}

static enum err read_header(struct reading *r, const struct csvio_row *header)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        r->at[i] = csvio_column(header, columns[i]);
    r->header_count = header->count;
    const bool has_old = r->at[OLD_CODE] >= 0 || r->at[OLD_NAME] >= 0;
    const bool has_new = r->at[NEW_CODE] >= 0 || r->at[NEW_NAME] >= 0;
    if (has_old && has_new)
        return ERR_OK;
    err_report(_("%s: no crosswalk: the columns old_code or old_name, and new_code or "
                 "new_name, were expected"),
               r->path);
    return ERR_INPUT;
}

static void free_row(struct crosswalk_row *row)
{
    free(row->old_code);
    free(row->old_name);
    free(row->old_district);
    free(row->old_province);
    free(row->new_code);
    free(row->new_name);
    free(row->new_province);
}

static enum err take_row(struct reading *r, const struct csvio_row *row,
                         struct crosswalk *c)
{
    if (row->malformed || !import_field_count_ok(r->header_count, row)) {
        err_report(_("%s: line %lld: %zu fields where the header has %zu"), r->path,
                   (long long)row->line, row->count, r->header_count);
        return ERR_INPUT;
    }
    if (!CPLIsUTF8(row->raw, (int)row->raw_len)) {
        err_report(_("%s: line %lld is not UTF-8; save the file as CSV UTF-8"), r->path,
                   (long long)row->line);
        return ERR_INPUT;
    }
    struct crosswalk_row own = {
        .old_code = field(r, row, OLD_CODE),
        .old_name = field(r, row, OLD_NAME),
        .old_district = field(r, row, OLD_DISTRICT),
        .old_province = field(r, row, OLD_PROVINCE),
        .new_code = field(r, row, NEW_CODE),
        .new_name = field(r, row, NEW_NAME),
        .new_province = field(r, row, NEW_PROVINCE),
    };
    if ((own.old_code[0] == '\0' && own.old_name[0] == '\0') ||
        (own.new_code[0] == '\0' && own.new_name[0] == '\0')) {
        if (r->incomplete++ == 0)
            r->first_incomplete = row->line;
        free_row(&own);
        return ERR_OK;
    }
    c->rows = xgrow(c->rows, c->count, &c->capacity, sizeof *c->rows);
    c->rows[c->count++] = own;
    return ERR_OK;
}

static const char *without_zeros(const char *code)
{
    const char *at = code;
    for (; *at; at++) {
        if (!isdigit((unsigned char)*at))
            return code;
    }
    while (code[0] == '0' && code[1] != '\0')
        code++;
    return code;
}

int crosswalk_compare_codes(const char *a, const char *b)
{
    return strcmp(without_zeros(a), without_zeros(b));
}

static int compare_rows(const void *a, const void *b, void *rows)
{
    const struct crosswalk_row *all = rows;
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    const int order = crosswalk_compare_codes(all[x].old_code, all[y].old_code);
    return order ? order : (x > y) - (x < y);
}

static void index_rows(struct crosswalk *c)
{
    c->by_old_code = xcalloc(c->count + 1, sizeof *c->by_old_code);
    c->old_names = place_names_new(PLACE_COMMUNE);
    for (size_t i = 0; i < c->count; i++) {
        if (c->rows[i].old_code[0] != '\0')
            c->by_old_code[c->by_old_code_count++] = i;
        if (c->rows[i].old_name[0] != '\0')
            place_names_add(c->old_names, c->rows[i].old_name, i);
    }
    if (c->by_old_code_count > 1)
        qsort_r(c->by_old_code, c->by_old_code_count, sizeof *c->by_old_code,
                compare_rows, c->rows);
}

size_t crosswalk_find_code(const struct crosswalk *c, const char *old_code, size_t *first)
{
    size_t low = 0, high = c->by_old_code_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const char *code = c->rows[c->by_old_code[middle]].old_code;
        if (crosswalk_compare_codes(code, old_code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t count = 0;
    while (low + count < c->by_old_code_count &&
           crosswalk_compare_codes(c->rows[c->by_old_code[low + count]].old_code,
                                   old_code) == 0)
        count++;
    *first = low;
    return count;
}

static enum err read_rows(struct reading *r, struct import_file *f, struct crosswalk *c)
{
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    enum err err = import_file_rewind(f);
    if (err)
        return err;
    struct csvio_reader *csv =
        csvio_open(import_file_read, f, import_lomsong_delimiter(head, size), '"');
    struct csvio_row row;
    int got = csvio_next(csv, &row);
    if (got > 0)
        err = read_header(r, &row);
    while (!err && got > 0 && (got = csvio_next(csv, &row)) > 0)
        err = take_row(r, &row, c);
    csvio_close(csv);
    if (!err && got < 0)
        err = ERR_INPUT; /* reported by the file */
    return err;
}

enum err crosswalk_load(const char *path, struct crosswalk *c)
{
    struct reading r = {.path = path};
    struct import_file *f = NULL;
    enum err err = import_file_open(path, &f);
    if (!err)
        err = read_rows(&r, f, c);
    import_file_close(f);
    if (!err && r.incomplete > 0)
        err_warn(_("%s: %lld rows without an old or without a new commune are left out, "
                   "first in line %lld"),
                 path, r.incomplete, r.first_incomplete);
    if (!err && c->count == 0) {
        err_report(_("%s: no crosswalk: no row names an old commune and a new one"),
                   path);
        err = ERR_INPUT;
    }
    if (!err)
        index_rows(c);
    return err;
}

void crosswalk_free(struct crosswalk *c)
{
    for (size_t i = 0; i < c->count; i++)
        free_row(&c->rows[i]);
    free(c->rows);
    free(c->by_old_code);
    place_names_free(c->old_names);
    *c = (struct crosswalk){0};
}
