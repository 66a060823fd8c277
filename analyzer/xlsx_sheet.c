/* Sheets of report.xlsx. */
#include "xlsx_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_text.h"
#include "judge.h"
#include "lang.h"
#include "palette.h"
#include "sample.h"
#include "sentence.h"
#include "units.h"
#include "xmem.h"

enum {
    CELL_MAX = 32000, /* characters; a cell holds 32,767 */
    LINE_POINTS = 15, /* height of a line of text */
    TITLE_POINTS = 22,
    DAY_1970 = 25569, /* as the 1900 date system counts */
    HEAD_LINES = 4,
};

/* The first error is kept; it is told when the workbook is closed. */
static void keep(struct xlsx_book *book, lxw_error error)
{
    if (book->error == LXW_NO_ERROR)
        book->error = error;
}

static lxw_format *make_format(struct xlsx_book *book, const char *number)
{
    lxw_format *f = workbook_add_format(book->workbook);
    format_set_font_name(f, "Arial"); /* has every Vietnamese letter on every system */
    format_set_font_size(f, 10);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (number)
        format_set_num_format(f, number);
    return f;
}

void xlsx_make_looks(struct xlsx_book *book)
{
    static const char *const numbers[XLSX_LOOKS] = {
        [XLSX_TEXT] = "@",      [XLSX_WRAP] = "@",     [XLSX_COUNT] = "#,##0",
        [XLSX_DECIMAL] = "0.0", [XLSX_SHARE] = "0.0%", [XLSX_DEGREES] = "0.000000",
        [XLSX_DBM] = "0",       [XLSX_HEAD] = "@",     [XLSX_TITLE] = "@",
        [XLSX_NOTE] = "@",
    };
    for (int i = 0; i < XLSX_LOOKS; i++)
        book->looks[i] = make_format(book, numbers[i]);
    format_set_num_format(book->looks[XLSX_DATE],
                          lang_get() == LANG_VI ? "dd/mm/yyyy" : "yyyy-mm-dd");
    format_set_text_wrap(book->looks[XLSX_WRAP]);
    format_set_text_wrap(book->looks[XLSX_NOTE]);
    format_set_indent(book->looks[XLSX_TEXT], 1);
    format_set_indent(book->looks[XLSX_WRAP], 1);
    format_set_align(book->looks[XLSX_DBM], LXW_ALIGN_CENTER);
    format_set_bold(book->looks[XLSX_TITLE]);
    format_set_font_size(book->looks[XLSX_TITLE], 14);
    lxw_format *head = book->looks[XLSX_HEAD];
    format_set_bold(head);
    format_set_text_wrap(head);
    format_set_align(head, LXW_ALIGN_CENTER);
    format_set_bg_color(head, 0xE8EEF3);
    format_set_bottom(head, LXW_BORDER_THIN);
    /* numbered here, not by their first cells, of which an outline has fewer */
    for (int i = 0; i < XLSX_LOOKS; i++)
        (void)lxw_format_get_xf_index(book->looks[i]);
}

struct range {
    lxw_row_t first_row, last_row;
    lxw_col_t col;
};

static void fill_word(struct xlsx_sheet *s, const struct range *at, const char *word,
                      enum verdict verdict)
{
    lxw_format *fill = workbook_add_format(s->book->workbook);
    uint8_t rgb[3];
    palette_rgb(palette_verdict(verdict)->pale, rgb);
    format_set_bg_color(fill,
                        (lxw_color_t)rgb[0] << 16 | (lxw_color_t)rgb[1] << 8 | rgb[2]);
    char *value = xasprintf("\"%s\"", word);
    lxw_conditional_format rule = {.type = LXW_CONDITIONAL_TYPE_CELL,
                                   .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
                                   .value_string = value,
                                   .format = fill};
    keep(s->book, worksheet_conditional_format_range(s->sheet, at->first_row, at->col,
                                                     at->last_row, at->col, &rule));
    free(value);
}

static void fill_column(struct xlsx_sheet *s, const struct range *at, enum xlsx_fill fill)
{
    if (fill == XLSX_RESULT) {
        fill_word(s, at, sentence_result(RESULT_PASS), VERDICT_COVERED);
        fill_word(s, at, sentence_result(RESULT_FAIL), VERDICT_DEPRESSION);
        return;
    }
    for (int v = 0; fill == XLSX_VERDICT && v < VERDICT_COUNT; v++)
        fill_word(s, at, sentence_verdict((enum verdict)v), (enum verdict)v);
}

static void set_page(struct xlsx_sheet *s)
{
    enum { A3 = 8, A4 = 9 };
    worksheet_set_paper(s->sheet, s->printed ? A3 : A4);
    worksheet_fit_to_pages(s->sheet, 1, 0);
    worksheet_set_margins(s->sheet, 0.4, 0.4, 0.5, 0.6);
    keep(s->book, worksheet_set_footer(s->sheet, s->book->footer));
}

static void open_part(struct xlsx_sheet *s)
{
    char *name = s->part == 1 ? xstrdup(s->name) : xasprintf("%s (%d)", s->name, s->part);
    s->sheet = workbook_add_worksheet(s->book->workbook, name);
    free(name);
    s->row = 0;
    s->col = 0;
    if (!s->sheet) {
        keep(s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    struct xlsx_book *b = s->book;
    b->sheets = xgrow(b->sheets, b->sheet_count, &b->sheet_capacity, sizeof(*b->sheets));
    b->sheets[b->sheet_count++] = s->sheet;
    set_page(s);
    for (size_t i = 0; i < s->head_count; i++)
        keep(s->book, worksheet_set_column(s->sheet, (lxw_col_t)i, (lxw_col_t)i,
                                           s->heads[i].width, NULL));
}

/* Whether the row at hand is written. */
static bool is_written(const struct xlsx_sheet *s)
{
    return s->sheet && !(s->book->outline && s->table && s->row > 0);
}

static void set_height(struct xlsx_sheet *s, double points)
{
    if (!is_written(s))
        return;
    const double highest = 409; /* points, of Excel's rows */
    keep(s->book, worksheet_set_row(s->sheet, s->row, fmin(points, highest), NULL));
}

static void put_heads(struct xlsx_sheet *s)
{
    set_height(s, HEAD_LINES * LINE_POINTS);
    for (size_t i = 0; i < s->head_count; i++)
        xlsx_text(s, XLSX_HEAD, s->heads[i].title);
    xlsx_end_row(s);
    worksheet_freeze_panes(s->sheet, 1, (lxw_col_t)s->frozen);
    worksheet_set_landscape(s->sheet);
    keep(s->book, worksheet_repeat_rows(s->sheet, 0, 0));
}

static lxw_row_t last_row(const struct xlsx_sheet *s)
{
    return s->row > 1 ? s->row - 1 : 1;
}

static void fill_columns(struct xlsx_sheet *s)
{
    for (size_t i = 0; s->sheet && i < s->head_count; i++)
        fill_column(s, &(struct range){1, last_row(s), (lxw_col_t)i}, s->heads[i].fill);
}

/* An outline says where its rows would end, too. */
static void mark_last_row(struct xlsx_sheet *s)
{
    if (s->sheet && s->book->outline)
        keep(s->book, worksheet_set_row(s->sheet, s->row - 1, LXW_DEF_ROW_HEIGHT, NULL));
}

static void finish_part(struct xlsx_sheet *s)
{
    mark_last_row(s);
    if (s->sheet)
        keep(s->book, worksheet_autofilter(s->sheet, 0, 0, last_row(s),
                                           (lxw_col_t)(s->head_count - 1)));
    if (s->sheet && s->printed)
        keep(s->book, worksheet_print_area(s->sheet, 0, 0, last_row(s),
                                           (lxw_col_t)(s->printed - 1)));
    fill_columns(s);
}

size_t xlsx_add_heads(struct xlsx_head *to, const struct xlsx_head *heads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (struct xlsx_head){_(heads[i].title), heads[i].width, heads[i].fill};
    return count;
}

void xlsx_page_open(struct xlsx_sheet *s, const char *name)
{
    s->name = name;
    s->part = 1;
    open_part(s);
}

void xlsx_table_open(struct xlsx_sheet *s, const char *name)
{
    s->table = true;
    xlsx_page_open(s, name);
    if (s->sheet)
        put_heads(s);
}

void xlsx_page_close(struct xlsx_sheet *s)
{
    fill_columns(s);
}

void xlsx_table_close(struct xlsx_sheet *s)
{
    finish_part(s);
}

/* Lines that a text needs in a column, by the width of digits: wide letters are rare, and
 * what words leave empty at the ends of lines is some 15 %. */
static double line_count(const char *text, double width)
{
    double characters = 0;
    for (; *text; text++)
        characters += ((unsigned char)*text & 0xC0) != 0x80;
    return characters <= width ? 1 : ceil(characters * 1.15 / width);
}

void xlsx_text(struct xlsx_sheet *s, enum xlsx_look look, const char *text)
{
    if (!is_written(s))
        return;
    char *clean = doc_text_clean(text);
    char *cell = doc_text_clip(clean, CELL_MAX);
    if (*cell)
        keep(s->book, worksheet_write_string(s->sheet, s->row, s->col, cell,
                                             s->book->looks[look]));
    if (look == XLSX_WRAP && s->col < s->head_count)
        s->lines = fmax(s->lines, line_count(cell, s->heads[s->col].width));
    s->col++;
    free(cell);
    free(clean);
}

void xlsx_number(struct xlsx_sheet *s, enum xlsx_look look, double value)
{
    /* as the CSV tables have it, to the last digit */
    const double rounded = round(value * 1e6) / 1e6;
    if (is_written(s) && isfinite(value))
        keep(s->book,
             worksheet_write_number(s->sheet, s->row, s->col, rounded == 0 ? 0 : rounded,
                                    s->book->looks[look]));
    s->col++;
}

void xlsx_count(struct xlsx_sheet *s, int64_t value)
{
    xlsx_number(s, XLSX_COUNT, value == ID_UNKNOWN ? (double)NAN : (double)value);
}

void xlsx_dbm(struct xlsx_sheet *s, int dbm)
{
    xlsx_number(s, XLSX_DBM, dbm == LEVEL_NONE ? (double)NAN : dbm);
}

void xlsx_date(struct xlsx_sheet *s, int32_t day)
{
    xlsx_number(s, XLSX_DATE, day == INT32_MIN ? (double)NAN : (double)day + DAY_1970);
}

void xlsx_skip(struct xlsx_sheet *s)
{
    s->col++;
}

void xlsx_end_row(struct xlsx_sheet *s)
{
    /* not every program fits rows to their text by itself */
    if (s->lines > 1)
        set_height(s, s->lines * LINE_POINTS);
    s->lines = 0;
    s->col = 0;
    if (++s->row < LXW_ROW_MAX)
        return;
    finish_part(s);
    s->part++;
    open_part(s);
    if (s->sheet)
        put_heads(s);
}

void xlsx_heads(struct xlsx_sheet *s, const char *const *titles, size_t count)
{
    set_height(s, 2 * LINE_POINTS);
    for (size_t i = 0; i < count; i++)
        xlsx_text(s, XLSX_HEAD, _(titles[i]));
    xlsx_end_row(s);
}

static double table_width(const struct xlsx_sheet *s)
{
    double width = 0;
    for (size_t i = 0; i < s->head_count; i++)
        width += s->heads[i].width;
    return width;
}

void xlsx_line(struct xlsx_sheet *s, enum xlsx_look look, const char *text)
{
    char *clean = doc_text_clean(text);
    char *cell = doc_text_clip(clean, CELL_MAX);
    if (s->sheet) {
        const bool title = look == XLSX_TITLE;
        const double lines = title ? 1 : fmax(1, line_count(cell, table_width(s)));
        set_height(s, title ? TITLE_POINTS : lines * LINE_POINTS);
        keep(s->book, worksheet_merge_range(s->sheet, s->row, 0, s->row,
                                            (lxw_col_t)(s->head_count - 1), cell,
                                            s->book->looks[look]));
    }
    free(cell);
    free(clean);
    xlsx_end_row(s);
}
