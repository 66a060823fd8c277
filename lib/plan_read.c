/* Reading plans, hostile ones included: whatever is out of range is told and refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "plan_rows.h"
#include "xmem.h"
#include "yaml_doc.h"

enum {
    MAX_HAMLETS = 200000, /* a country has fewer */
    MAX_AREAS = 1000000,
    MAX_STOPS = 200000,
    MAX_LOGS = 1000000,
    MAX_PACKS = 1000000,
    MAX_SECONDS = 1000 * 86400,
    MAX_TILE = (1 << 24), /* of 64 bins of a metre or more: beyond any grid */
    MAX_METRES = 1 << 30,
};

static const char *const tables[] = {
    "plan",     "plan_hamlet", "plan_area", "plan_area_bin", "plan_need", "plan_tally",
    "plan_log", "plan_stop",   NULL,
};

/* The quality thresholds, in the order of the columns. */
static void read_limits(struct plan_rows *r, struct quality_limits *limits)
{
    limits->max_acc_m = plan_rows_real(r, 0, 1e9);
    limits->max_fix_age_ms = plan_rows_int(r, 0, INT64_MAX);
    limits->max_level_age_ms = plan_rows_int(r, 0, INT64_MAX);
    limits->max_frozen_level_m = plan_rows_real(r, 0, 1e9);
    limits->max_frozen_fix_m = plan_rows_real(r, 0, 1e9);
    const int64_t frozen_ms = plan_rows_count(r, 0, INT64_MAX);
    limits->max_frozen_fix_ms = frozen_ms == ID_UNKNOWN ? INT64_MAX : frozen_ms;
}

static enum err read_rule(struct plan_reader *p, const char *text)
{
    char *name = xasprintf(_("%s: its rule"), p->path);
    const enum err err = strlen(text) <= YAML_DOC_MAX_SIZE
                             ? rule_load_text(name, text, strlen(text), &p->plan->rule)
                             : plan_reader_refuse(p, _("its rule is too long"));
    free(name);
    return err;
}

/* The one row of `plan`. */
static enum err read_head(struct plan_reader *p)
{
    enum { DAYS = 4000000, ZONE_S = 14 * 3600 };
    struct plan *plan = p->plan;
    struct plan_rows r = plan_rows_open(
        p, "SELECT schema_version, survey, rule, epsg, operation, bin_size_m, "
           "utc_offset_s, as_of_day, as_of_fixed, max_acc_m, max_fix_age_ms, "
           "max_level_age_ms, max_frozen_level_m, max_frozen_fix_m, max_frozen_fix_ms, "
           "start_lat_deg, start_lon_deg FROM plan LIMIT 1");
    char *rule = NULL;
    if (plan_rows_next(&r)) {
        if (plan_rows_int(&r, 0, INT32_MAX) != PLAN_SCHEMA_VERSION && !r.err)
            r.err = plan_reader_refuse(p, _("made by another version of lomsong-analyze; "
                                            "make the plan anew"));
        plan->survey = plan_rows_text(&r);
        rule = plan_rows_raw(&r);
        plan->epsg = (int)plan_rows_int(&r, 1, 1 << 24);
        plan->operation = plan_rows_text(&r);
        plan->bin_size_m = plan_rows_real(&r, 1, 1e5);
        plan->utc_offset_s = (int32_t)plan_rows_int(&r, -ZONE_S, ZONE_S);
        plan->as_of_day = (int32_t)plan_rows_int(&r, -DAYS, DAYS);
        plan->as_of_fixed = plan_rows_int(&r, 0, 1) == 1;
        read_limits(&r, &plan->limits);
        plan->start = plan_rows_latlon(&r);
    } else if (!r.err) {
        r.err = plan_reader_refuse(p, _("its table \"plan\" is empty"));
    }
    enum err err = plan_rows_close(&r);
    if (!err && plan->operation[0] == '\0')
        plan->operation = NULL;
    if (!err)
        err = read_rule(p, rule);
    free(rule);
    return err;
}

static enum err read_hamlets(struct plan_reader *p)
{
    struct plan_hamlet *items = NULL;
    size_t count = 0, capacity = 0;
    struct plan_rows r = plan_rows_open(
        p, "SELECT hamlet_code, name, commune, households, difficult, value, service_s, "
           "possible, geom FROM plan_hamlet ORDER BY hamlet_code COLLATE "
           "BINARY");
    while (plan_rows_next(&r)) {
        struct plan_hamlet h = {0};
        h.hamlet_code = plan_rows_text(&r);
        h.name = plan_rows_text(&r);
        h.commune = plan_rows_text(&r);
        h.households = plan_rows_count(&r, 0, INT32_MAX);
        h.difficult = plan_rows_int(&r, 0, 1) == 1;
        h.value = plan_rows_real(&r, 0, 1e12);
        h.service_s = plan_rows_int(&r, 0, MAX_SECONDS);
        h.possible = plan_rows_int(&r, 0, 1) == 1;
        h.point = plan_rows_point(&r);
        plan_rows_check(&r, count < MAX_HAMLETS && h.hamlet_code[0] != '\0' &&
                                (count == 0 || strcmp(items[count - 1].hamlet_code,
                                                      h.hamlet_code) < 0));
        items = xgrow(items, count, &capacity, sizeof *items);
        items[count++] = h;
    }
    p->plan->hamlets = plan_reader_keep(p, items);
    p->plan->hamlet_count = count;
    p->hamlets = items;
    return plan_rows_close(&r);
}

struct plan_hamlet *plan_reader_hamlet(const struct plan_reader *p, const char *code)
{
    size_t low = 0, high = p->plan->hamlet_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(p->hamlets[middle].hamlet_code, code);
        if (order == 0)
            return &p->hamlets[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* By hamlet, then number, so that a hamlet's areas follow each other. */
static enum err read_areas(struct plan_reader *p)
{
    static const char *const kinds[] = {"centre", "cluster", "polygon"};
    size_t capacity = 0;
    struct plan_rows r = plan_rows_open(
        p,
        "SELECT hamlet_code, area_number, area_code, area_kind, name, households, "
        "result, samples_each, geom FROM plan_area ORDER BY hamlet_code COLLATE BINARY, "
        "area_number");
    while (plan_rows_next(&r)) {
        struct plan_hamlet *h = plan_reader_hamlet(p, plan_rows_text(&r));
        const int64_t number = plan_rows_int(&r, 0, MAX_AREAS);
        plan_rows_check(&r, h && number == (int64_t)h->area_count);
        if (r.err)
            break;
        h->area_count++;
        struct plan_area a = {0};
        a.area_code = plan_rows_text(&r);
        a.kind = kinds[plan_rows_word(&r, kinds, 3)];
        a.name = plan_rows_text(&r);
        a.households = plan_rows_count(&r, 0, INT32_MAX);
        a.result = plan_rows_result(&r);
        a.samples_each = plan_rows_int(&r, 0, INT32_MAX);
        a.point = plan_rows_point(&r);
        plan_rows_check(&r, p->area_count < MAX_AREAS && a.area_code[0] != '\0');
        p->areas = xgrow(p->areas, p->area_count, &capacity, sizeof *p->areas);
        p->areas[p->area_count++] = a;
    }
    plan_reader_keep(p, p->areas);
    size_t at = 0;
    for (size_t i = 0; !r.err && i < p->plan->hamlet_count; i++) {
        p->hamlets[i].areas = p->areas ? p->areas + at : NULL;
        at += p->hamlets[i].area_count;
        plan_rows_check(&r, p->hamlets[i].area_count > 0);
    }
    return plan_rows_close(&r);
}

static enum err read_stops(struct plan_reader *p)
{
    struct plan_stop *items = NULL;
    size_t count = 0, capacity = 0;
    struct plan_rows r = plan_rows_open(
        p, "SELECT team, day, stop, hamlet_code, arrive_s, leave_s, leg_m FROM plan_stop "
           "ORDER BY team, day, stop");
    while (plan_rows_next(&r)) {
        struct plan_stop s = {0};
        s.team = plan_rows_int(&r, 1, MAX_STOPS);
        s.day = plan_rows_int(&r, 1, MAX_STOPS);
        s.order = plan_rows_int(&r, 1, MAX_STOPS);
        const struct plan_hamlet *h = plan_reader_hamlet(p, plan_rows_text(&r));
        s.hamlet = h ? (size_t)(h - p->hamlets) : 0;
        s.arrive_s = plan_rows_int(&r, 0, MAX_SECONDS);
        s.leave_s = plan_rows_int(&r, 0, MAX_SECONDS);
        s.leg_m = plan_rows_int(&r, 0, MAX_METRES);
        plan_rows_check(&r, h && s.leave_s >= s.arrive_s && count < MAX_STOPS);
        items = xgrow(items, count, &capacity, sizeof *items);
        items[count++] = s;
    }
    p->plan->stops = plan_reader_keep(p, items);
    p->plan->stop_count = count;
    return plan_rows_close(&r);
}

static enum err read_logs(struct plan_reader *p)
{
    struct plan_log *items = NULL;
    size_t count = 0, capacity = 0;
    struct plan_rows r =
        plan_rows_open(p, "SELECT trip_uuid, rows FROM plan_log ORDER BY trip_uuid "
                          "COLLATE BINARY");
    while (plan_rows_next(&r)) {
        struct plan_log log = {0};
        log.trip_uuid = plan_rows_text(&r);
        log.rows = plan_rows_int(&r, 0, INT64_MAX);
        plan_rows_check(&r, count < MAX_LOGS);
        items = xgrow(items, count, &capacity, sizeof *items);
        items[count++] = log;
    }
    p->plan->logs = plan_reader_keep(p, items);
    p->plan->log_count = count;
    return plan_rows_close(&r);
}

/* True where all of its cells can be read. */
static bool pack_is_whole(const struct tally_pack *pack)
{
    struct tally_unpacker u;
    struct tally_cell cell;
    struct tally_level levels[LEVEL_SPAN];
    int more = tally_unpack_begin(&u, pack) ? 1 : -1;
    while (more > 0)
        more = tally_unpack_next(&u, &cell, levels);
    return more == 0;
}

static enum err read_packs(struct plan_reader *p)
{
    struct tally_pack *items = NULL;
    size_t count = 0, capacity = 0;
    struct plan_rows r =
        plan_rows_open(p, "SELECT tile_x, tile_y, first_day, last_day, cells "
                          "FROM plan_tally ORDER BY tile_x, tile_y");
    while (plan_rows_next(&r)) {
        struct tally_pack pack = {0};
        pack.tile_x = (int32_t)plan_rows_int(&r, -MAX_TILE, MAX_TILE);
        pack.tile_y = (int32_t)plan_rows_int(&r, -MAX_TILE, MAX_TILE);
        pack.first_day = (int32_t)plan_rows_int(&r, INT32_MIN, INT32_MAX);
        pack.last_day = (int32_t)plan_rows_int(&r, INT32_MIN, INT32_MAX);
        pack.bytes = plan_rows_bytes(&r, &pack.size);
        plan_rows_check(&r, count < MAX_PACKS && !r.err && pack_is_whole(&pack));
        items = xgrow(items, count, &capacity, sizeof *items);
        items[count++] = pack;
    }
    p->plan->packs = plan_reader_keep(p, items);
    p->plan->pack_count = count;
    return plan_rows_close(&r);
}

static enum err check_tables(const struct plan_reader *p)
{
    for (size_t i = 0; tables[i]; i++) {
        if (untrusted_db_table_kind(p->db, tables[i]) == 1)
            continue;
        err_report(_("%s: no table '%s'; a plan was expected, as lomsong-analyze plan "
                     "writes it"),
                   p->path, tables[i]);
        return ERR_INPUT;
    }
    return ERR_OK;
}

static enum err read_all(struct plan_reader *p)
{
    enum err err = check_tables(p);
    if (err)
        return err;
    untrusted_db_restrict(p->db, tables);
    err = read_head(p);
    if (!err)
        err = read_hamlets(p);
    if (!err)
        err = read_areas(p);
    if (!err)
        err = plan_read_bins(p);
    if (!err)
        err = plan_read_needs(p);
    if (!err)
        err = read_stops(p);
    if (!err)
        err = read_logs(p);
    return err ? err : read_packs(p);
}

enum err plan_open(const char *path, struct plan *plan)
{
    struct plan_reader reader = {.path = path, .plan = plan};
    *plan = (struct plan){.start = geo_none()};
    enum err err = untrusted_db_open(path, _("a plan (.gpkg)"), &reader.db);
    if (!err)
        err = read_all(&reader);
    free(reader.by_code);
    sqlite3_close(reader.db);
    plan->memory = reader.memory;
    if (err)
        plan_close(plan);
    return err;
}
