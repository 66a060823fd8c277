/* GeoPackage of the Android app Network Survey: a feature table per technology.
 *
 *     LTE_MESSAGE(id, geom, Time, MissionId, RecordNumber, GroupNumber, "Serving Cell",
 *         Provider, MCC, MNC, TAC, ECI, DL_EARFCN, Phys_Cell_ID, RSRP, RSRQ, TA, …)
 *     NR_MESSAGE(… NCI, NRARFCN, SS_RSRP, SS_RSRQ, SS_SINR …)
 *     UMTS_MESSAGE(… LAC, "Cell ID", UARFCN, PSC, RSCP, "Signal Strength" …)
 *     GSM_MESSAGE(… LAC, CID, ARFCN, BSIC, "Signal Strength", TA …)
 *
 * Time is Unix time in ms, the geometry a point in EPSG:4326. Versions spell columns
 * differently: case, blanks and '_' do not count. Units, neighbours, the NR leg of NSA
 * and what is missing are as in the app's CSV (import_network_survey.c); an NR row may
 * name no operator and then has the log's only one. The app numbers its records, so none
 * is a duplicate of another. A row's number in messages is its id in its table.
 *
 * The tables are read side by side, in the order of time: read one behind the other they
 * would be a log whose clock runs backwards at each seam. */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "app_csv.h"
#include "lang.h"
#include "untrusted_db.h"
#include "utc.h"

enum column {
    COL_ID,
    COL_GEOM,
    COL_TIME,
    COL_ALT,
    COL_SPEED,
    COL_ACC,
    COL_MCC,
    COL_MNC,
    COL_LAC,
    COL_CELL,
    COL_ARFCN,
    COL_PCI,
    COL_LEVEL,
    COL_RSRQ,
    COL_SINR,
    COL_ECNO,
    COL_TA,
    COL_SERVING,
    COL_SLOT,
    COL_LOCATION_AGE,
    COL_COUNT
};

struct table {
    const char *name;
    const char *sql;
    enum tech tech;
    const char *level, *rsrq, *sinr; /* columns, without blanks and '_' */
};

static const struct table tables[] = {
    {"LTE_MESSAGE", "SELECT * FROM LTE_MESSAGE", TECH_LTE, "rsrp", "rsrq", "snr"},
    {"NR_MESSAGE", "SELECT * FROM NR_MESSAGE", TECH_NR_SA, "ssrsrp", "ssrsrq", "sssinr"},
    {"UMTS_MESSAGE", "SELECT * FROM UMTS_MESSAGE", TECH_WCDMA, "rscp", "", ""},
    {"GSM_MESSAGE", "SELECT * FROM GSM_MESSAGE", TECH_GSM, "signalstrength", "", ""},
};
enum { TABLE_COUNT = sizeof tables / sizeof *tables };
static const char *const table_names[] = {"LTE_MESSAGE", "NR_MESSAGE", "UMTS_MESSAGE",
                                          "GSM_MESSAGE", NULL};

/* Every spelling of a column, each between '|'. */
static const char *const spellings[COL_COUNT] = {
    [COL_ID] = "|id|",
    [COL_GEOM] = "|geom|geometry|",
    [COL_TIME] = "|time|devicetime|",
    [COL_ALT] = "|altitude|",
    [COL_SPEED] = "|speed|",
    [COL_ACC] = "|accuracy|",
    [COL_MCC] = "|mcc|",
    [COL_MNC] = "|mnc|",
    [COL_LAC] = "|tac|lac|",
    [COL_CELL] = "|eci|nci|cid|ci|cellid|",
    [COL_ARFCN] = "|dlearfcn|earfcn|nrarfcn|narfcn|uarfcn|arfcn|",
    [COL_PCI] = "|physcellid|pci|psc|bsic|",
    [COL_ECNO] = "|ecno|",
    [COL_TA] = "|ta|",
    [COL_SERVING] = "|servingcell|",
    [COL_SLOT] = "|slot|",
    [COL_LOCATION_AGE] = "|locationage|",
};

struct rows {
    const struct table *table;
    sqlite3_stmt *stmt;
    int at[COL_COUNT]; /* -1: there is none */
    const struct import_options *options;
    struct import_row out; /* the row that is read */
    bool at_end;           /* there is none any more */
};

/* The tables of a file. */
struct file {
    sqlite3 *db;
    const char *name;
    struct rows rows[TABLE_COUNT];
    size_t count;
};

/* "|phys_Cell ID|" as "|physcellid|"; "" where it is too long. */
static void normalize(const char *name, char text[64])
{
    size_t n = 0;
    text[n++] = '|';
    for (; *name && n < 61; name++) {
        if (*name != ' ' && *name != '_')
            text[n++] = (char)tolower((unsigned char)*name);
    }
    text[n++] = '|';
    text[*name ? 0 : n] = '\0';
}

static bool is_column(const char *normalized, const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && strlen(normalized) == len + 2 &&
           memcmp(normalized + 1, name, len) == 0;
}

static void find_columns(struct rows *r)
{
    for (int c = 0; c < COL_COUNT; c++)
        r->at[c] = -1;
    for (int i = 0; i < sqlite3_column_count(r->stmt); i++) {
        const char *given = sqlite3_column_name(r->stmt, i);
        char name[64];
        normalize(given ? given : "", name);
        if (name[0] == '\0')
            continue;
        for (int c = 0; c < COL_COUNT; c++) {
            if (r->at[c] < 0 && spellings[c] && strstr(spellings[c], name))
                r->at[c] = i;
        }
        if (is_column(name, r->table->level))
            r->at[COL_LEVEL] = i;
        else if (is_column(name, r->table->rsrq))
            r->at[COL_RSRQ] = i;
        else if (is_column(name, r->table->sinr))
            r->at[COL_SINR] = i;
    }
}

static void malformed(struct rows *r, const char *fault)
{
    r->out.quality.malformed = true;
    r->out.fault = fault;
}

/* NAN for NULL and a missing column; false for what is no number. */
static bool number(const struct rows *r, enum column column, double *value)
{
    const int at = r->at[column];
    *value = NAN;
    switch (at < 0 ? SQLITE_NULL : sqlite3_column_type(r->stmt, at)) {
    case SQLITE_NULL:
        return true;
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        *value = sqlite3_column_double(r->stmt, at);
        return true;
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(r->stmt, at);
        return text && csvio_number(text, value);
    }
    default:
        return false;
    }
}

static double must_number(struct rows *r, enum column column)
{
    double value = NAN;
    if (!number(r, column, &value))
        malformed(r, _("not a number"));
    return value;
}

static double may_number(const struct rows *r, enum column column)
{
    double value = NAN;
    (void)number(r, column, &value);
    return value;
}

static int64_t may_id(const struct rows *r, enum column column)
{
    const double value = may_number(r, column);
    return value >= 0 && value < 9e15 && value != (double)INT32_MAX ? (int64_t)value
                                                                    : ID_UNKNOWN;
}

static void read_time(struct rows *r)
{
    const int at = r->at[COL_TIME];
    const char *text = at < 0 ? NULL : (const char *)sqlite3_column_text(r->stmt, at);
    struct utc_stamp stamp;
    if (!text || !*text)
        return;
    if (utc_parse_any(text, r->options->utc_offset_s, &stamp) == ERR_OK)
        r->out.quality.sample.t_utc_ms = stamp.t_utc_ms;
    else
        malformed(r, _("not a time"));
}

static void read_place(struct rows *r, struct sample *s)
{
    const int at = r->at[COL_GEOM];
    if (at < 0 || sqlite3_column_type(r->stmt, at) == SQLITE_NULL)
        return;
    const void *blob = sqlite3_column_blob(r->stmt, at);
    const size_t size = (size_t)sqlite3_column_bytes(r->stmt, at);
    if (sqlite3_column_type(r->stmt, at) != SQLITE_BLOB || !blob ||
        geo_blob_read(blob, size, &s->pos) != ERR_OK)
        malformed(r, _("not a point"));
}

static void read_operator(struct rows *r, struct sample *s)
{
    const int64_t mcc = may_id(r, COL_MCC);
    const int64_t mnc = may_id(r, COL_MNC);
    if (mcc == ID_UNKNOWN || mnc == ID_UNKNOWN)
        return;
    char mcc_text[24], mnc_text[24];
    snprintf(mcc_text, sizeof mcc_text, "%lld", (long long)mcc);
    snprintf(mnc_text, sizeof mnc_text, "%lld", (long long)mnc);
    s->mccmnc = mccmnc_join_number(mcc_text, mnc_text);
    if (s->mccmnc == 0)
        malformed(r, _("not an operator's MCC and MNC"));
}

static void read_radio(struct rows *r, struct sample *s)
{
    s->tech = r->table->tech;
    sample_set_level_dbm(s, s->tech, must_number(r, COL_LEVEL));
    if (s->tech == TECH_NR_SA) {
        s->ss_rsrq_db = may_number(r, COL_RSRQ);
        s->ss_sinr_db = may_number(r, COL_SINR);
    } else {
        s->rsrq_db = may_number(r, COL_RSRQ);
        s->sinr_db = may_number(r, COL_SINR);
    }
    s->ecno_db = may_number(r, COL_ECNO);
    s->tac = may_id(r, COL_LAC);
    s->cell_id = may_id(r, COL_CELL);
    s->arfcn = may_id(r, COL_ARFCN);
    s->pci = may_id(r, COL_PCI);
    s->ta = may_id(r, COL_TA);
}

/* A cell that serves: 1, or true where another program wrote the file anew; older
 * versions have no such column, and a neighbour without an operator. */
static bool serves(struct rows *r, const struct sample *s)
{
    const int at = r->at[COL_SERVING];
    if (at < 0 || sqlite3_column_type(r->stmt, at) == SQLITE_NULL)
        return s->mccmnc != 0;
    const char *text = (const char *)sqlite3_column_text(r->stmt, at);
    double value = NAN;
    if (text && strcasecmp(text, "true") == 0)
        return true;
    if (text && strcasecmp(text, "false") != 0 &&
        (!csvio_number(text, &value) || isnan(value)))
        malformed(r, _("neither true nor false"));
    return value > 0;
}

static void read_row(struct rows *r)
{
    struct sample *s = &r->out.quality.sample;
    r->out.line = may_id(r, COL_ID);
    read_time(r);
    read_place(r, s);
    read_operator(r, s);
    read_radio(r, s);
    s->alt_m = may_number(r, COL_ALT);
    s->speed_mps = may_number(r, COL_SPEED);
    s->acc_h95_m = app_csv_h95_m(may_number(r, COL_ACC));
    s->modem_id = may_id(r, COL_SLOT);
    s->fix_age_ms = may_id(r, COL_LOCATION_AGE);
    if (serves(r, s)) {
        s->state = STATE_IN_SERVICE;
        if (s->mccmnc == 0)
            s->mccmnc = r->options->mccmnc;
    } else {
        s->mccmnc = 0;
        if (!r->out.quality.malformed)
            r->out.fault = _("a neighbour cell, which does not serve");
    }
}

static enum err unreadable(const struct file *f, const struct rows *r)
{
    err_report(_("%s: table '%s' cannot be read: %s"), f->name, r->table->name,
               sqlite3_errmsg(f->db));
    return ERR_INPUT;
}

/* The next row of a table. */
static enum err step(const struct file *f, struct rows *r)
{
    const int rc = sqlite3_step(r->stmt);
    r->at_end = rc != SQLITE_ROW;
    if (r->at_end)
        return rc == SQLITE_DONE ? ERR_OK : unreadable(f, r);
    r->out = (struct import_row){.day_offset_s = r->options->utc_offset_s};
    r->out.quality.sample = sample_empty();
    read_row(r);
    return ERR_OK;
}

static enum err open_tables(struct file *f, const struct import_options *options,
                            const bool there[TABLE_COUNT])
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < TABLE_COUNT; i++) {
        if (!there[i])
            continue;
        struct rows *r = &f->rows[f->count++];
        *r = (struct rows){.table = &tables[i], .options = options};
        if (sqlite3_prepare_v2(f->db, r->table->sql, -1, &r->stmt, NULL) != SQLITE_OK)
            return unreadable(f, r);
        find_columns(r);
        err = step(f, r);
    }
    return err;
}

/* The table whose row comes next in time; NULL at the end of all. */
static struct rows *earliest(struct file *f)
{
    struct rows *first = NULL;
    for (size_t i = 0; i < f->count; i++) {
        struct rows *r = &f->rows[i];
        if (!r->at_end && (!first || r->out.quality.sample.t_utc_ms <
                                         first->out.quality.sample.t_utc_ms))
            first = r;
    }
    return first;
}

static enum err read_tables(struct file *f, import_sink_fn sink, void *ctx)
{
    enum err err = ERR_OK;
    struct rows *r;
    while (!err && (r = earliest(f)) != NULL) {
        err = sink(ctx, &r->out);
        if (!err)
            err = step(f, r);
    }
    return err;
}

/* Which tables are there; ERR_INPUT, reported, where one of the names is no table. */
static enum err find_tables(sqlite3 *db, const char *name, bool there[TABLE_COUNT])
{
    bool any = false;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const int kind = untrusted_db_table_kind(db, tables[i].name);
        if (kind < 0) {
            err_report(_("%s: '%s' is not a plain table (a view or virtual table is not "
                         "read)"),
                       name, tables[i].name);
            return ERR_INPUT;
        }
        there[i] = kind == 1;
        any |= there[i];
    }
    if (!any)
        err_report(_("%s: no table LTE_MESSAGE, NR_MESSAGE, UMTS_MESSAGE or GSM_MESSAGE; "
                     "a GeoPackage of Network Survey was expected"),
                   name);
    return any ? ERR_OK : ERR_INPUT;
}

bool import_network_survey_gpkg_detect(const char *head, size_t size,
                                       const struct import_options *options)
{
    static const char magic[] = "SQLite format 3"; /* with its NUL: 16 bytes */
    (void)options;
    if (size < sizeof magic || memcmp(head, magic, sizeof magic) != 0)
        return false;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (memmem(head, size, tables[i].name, strlen(tables[i].name)))
            return true;
    }
    return false;
}

enum err import_network_survey_gpkg_read(struct import_file *f,
                                         const struct import_options *options,
                                         import_sink_fn sink, void *ctx)
{
    const char *path = NULL;
    struct file file = {.name = import_file_name(f)};
    bool there[TABLE_COUNT] = {false};
    enum err err = import_file_unpack(f, &path);
    if (!err)
        err = untrusted_db_open(path, _("a GeoPackage of Network Survey"), &file.db);
    if (!err)
        err = find_tables(file.db, file.name, there);
    if (!err) {
        untrusted_db_restrict(file.db, table_names);
        err = open_tables(&file, options, there);
    }
    if (!err)
        err = read_tables(&file, sink, ctx);
    for (size_t i = 0; i < file.count; i++)
        sqlite3_finalize(file.rows[i].stmt);
    sqlite3_close(file.db);
    return err;
}
