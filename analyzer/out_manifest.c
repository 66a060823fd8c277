/* manifest.json: inputs, outputs, rule, CRS, bin size, versions. No clock and no path, so
 * that the same inputs give the same bytes. */
#include <cjson/cJSON.h>
#include <gdal.h>
#include <proj.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "out.h"
#include "publish.h"
#include "utc.h"
#include "xmem.h"

/* Nothing where there is none. */
static void add_suspects(cJSON *json, const struct suspects_found *found)
{
    cJSON *all = NULL;
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        if (found->count[k] == 0)
            continue;
        if (!all)
            all = cJSON_AddObjectToObject(json, "suspects");
        cJSON *one = cJSON_AddObjectToObject(all, suspect_name((enum suspect)k));
        cJSON_AddNumberToObject(one, "times", (double)found->count[k]);
        cJSON_AddNumberToObject(one, "first_row", (double)found->first_line[k]);
    }
}

static cJSON *log_json(const struct model_log *log)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "file", log->file);
    cJSON_AddStringToObject(json, "sha256", log->sha256);
    cJSON_AddStringToObject(json, "format", log->format);
    if (log->trip_uuid[0])
        cJSON_AddStringToObject(json, "trip_uuid", log->trip_uuid);
    if (log->seal[0])
        cJSON_AddStringToObject(json, "seal", log->seal);
    if (log->options[0])
        cJSON_AddStringToObject(json, "options", log->options);
    cJSON_AddNumberToObject(json, "rows", (double)log->counts.rows);
    cJSON_AddNumberToObject(json, "accepted", (double)log->counts.accepted);
    cJSON_AddNumberToObject(json, "level_blanked", (double)log->counts.level_blanked);
    cJSON_AddNumberToObject(json, "level_corrected", (double)log->counts.level_corrected);
    cJSON_AddNumberToObject(json, "probes", (double)log->counts.probes);
    cJSON_AddNumberToObject(json, "probes_counted", (double)log->counts.probes_counted);
    cJSON *rejected = cJSON_AddObjectToObject(json, "rejected");
    for (int r = 0; r < QUALITY_REASON_COUNT; r++) {
        if (r >= QUALITY_STALE_LEVEL && log->counts.rejected[r] == 0)
            continue; /* the contract's are always there, the later ones where they occur
                       */
        cJSON_AddNumberToObject(rejected, quality_reason_name((enum quality_reason)r),
                                (double)log->counts.rejected[r]);
    }
    add_suspects(json, &log->suspects);
    return json;
}

static void add_places(cJSON *json, const struct model *m)
{
    cJSON *places = cJSON_AddArrayToObject(json, "places");
    for (size_t i = 0; i < m->place_file_count; i++) {
        cJSON *file = cJSON_CreateObject();
        cJSON_AddStringToObject(file, "role", m->place_files[i].role);
        cJSON_AddStringToObject(file, "file", m->place_files[i].file);
        cJSON_AddStringToObject(file, "sha256", m->place_files[i].sha256);
        cJSON_AddItemToArray(places, file);
    }
}

/* The whole history: what officers said is an input too. */
static void add_notes(cJSON *json, const struct model *m)
{
    cJSON *notes = cJSON_AddArrayToObject(json, "notes");
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct hamlet *h = &m->hamlets[i];
        for (size_t k = 0; k < h->note_count; k++) {
            char day[UTC_TEXT_SIZE];
            utc_format_date(h->notes[k].day, day);
            cJSON *note = cJSON_CreateObject();
            cJSON_AddStringToObject(note, "hamlet_code", h->hamlet_code);
            cJSON_AddStringToObject(note, "decision",
                                    model_decision_name(h->notes[k].decision));
            cJSON_AddStringToObject(note, "by", h->notes[k].by);
            cJSON_AddStringToObject(note, "date", day);
            cJSON_AddStringToObject(note, "reason", h->notes[k].reason);
            cJSON_AddItemToArray(notes, note);
        }
    }
}

static void add_rule(cJSON *json, const struct model *m)
{
    cJSON *rule = cJSON_AddObjectToObject(json, "rule");
    cJSON_AddStringToObject(rule, "id", m->rule->id);
    cJSON_AddStringToObject(rule, "sha256", m->rule->sha256);
    cJSON_AddStringToObject(rule, "title", m->rule->title);
    cJSON_AddStringToObject(rule, "source", m->rule->source);
    cJSON_AddBoolToObject(rule, "from_dispatch", m->rule->from_dispatch);
    cJSON_AddStringToObject(rule, "text", m->rule->text);
    char day[UTC_TEXT_SIZE] = "";
    if (m->as_of_day != INT32_MIN)
        utc_format_date(m->as_of_day, day);
    cJSON_AddStringToObject(rule, "as_of", day);
}

static void add_survey(cJSON *json, const struct model *m)
{
    char *crs = xasprintf("EPSG:%d", crs_epsg(m->crs));
    cJSON_AddStringToObject(json, "crs", crs);
    free(crs);
    cJSON_AddStringToObject(json, "operation",
                            m->region->operation ? m->region->operation : "");
    cJSON_AddStringToObject(json, "region", m->region->name);
    cJSON_AddNumberToObject(json, "bin_size_m", m->bin_size_m);
    cJSON *quality = cJSON_AddObjectToObject(json, "quality");
    cJSON_AddNumberToObject(quality, "max_accuracy_m", m->limits.max_acc_m);
    cJSON_AddNumberToObject(quality, "max_fix_age_ms", (double)m->limits.max_fix_age_ms);
    cJSON_AddNumberToObject(quality, "max_level_age_ms",
                            (double)m->limits.max_level_age_ms);
    cJSON_AddNumberToObject(quality, "max_frozen_level_m", m->limits.max_frozen_level_m);
    cJSON_AddNumberToObject(quality, "max_frozen_fix_m", m->limits.max_frozen_fix_m);
    if (m->limits.max_frozen_fix_ms < INT64_MAX)
        cJSON_AddNumberToObject(quality, "max_frozen_fix_ms",
                                (double)m->limits.max_frozen_fix_ms);
    if (m->anonymized)
        cJSON_AddTrueToObject(json, "anonymized");
    cJSON *versions = cJSON_AddObjectToObject(json, "versions");
    cJSON_AddStringToObject(versions, "lomsong", LOMSONG_VERSION);
    cJSON_AddStringToObject(versions, "gdal", GDALVersionInfo("RELEASE_NAME"));
    cJSON_AddStringToObject(versions, "proj", proj_info().version);
}

static enum err add_outputs(cJSON *json, const char *dir, char *const *files,
                            size_t count)
{
    cJSON *outputs_json = cJSON_AddArrayToObject(json, "outputs");
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < count; i++) {
        char sha256[SHA256_TEXT_SIZE];
        char *path = xasprintf("%s/%s", dir, files[i]);
        err = sha256_file(path, sha256);
        free(path);
        if (err)
            return ERR_FAILED;
        cJSON *file = cJSON_CreateObject();
        cJSON_AddStringToObject(file, "file", files[i]);
        cJSON_AddStringToObject(file, "sha256", sha256);
        cJSON_AddItemToArray(outputs_json, file);
    }
    return err;
}

enum err publish_manifest(const struct model *m, const char *dir, char *const *files,
                          size_t count)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *inputs = cJSON_AddArrayToObject(json, "inputs");
    for (size_t i = 0; i < m->log_count; i++)
        cJSON_AddItemToArray(inputs, log_json(&m->logs[i]));
    add_places(json, m);
    add_notes(json, m);
    add_rule(json, m);
    add_survey(json, m);
    enum err err = add_outputs(json, dir, files, count);
    char *text = err ? NULL : cJSON_Print(json);
    FILE *f = err ? NULL : out_open(dir, "manifest.json");
    if (!err && !f)
        err = ERR_FAILED;
    if (f) {
        fprintf(f, "%s\n", text ? text : "");
        err = out_close(f, dir, "manifest.json");
    }
    cJSON_free(text);
    cJSON_Delete(json);
    return err;
}
