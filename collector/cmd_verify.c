/* verify: integrity, counts, gaps and seal of trip logs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "lang.h"
#include "modem.h"
#include "triplog.h"
#include "utc.h"

enum { GAP_MS = 5000, MODEMS_MAX = 64 };

/* What one modem left in a log. */
struct track {
    int64_t modem_id;
    int64_t samples, positioned, by_state[STATE_COUNT];
    int64_t first_ms, last_ms;
    int64_t gaps, gap_ms, longest_gap_ms;
};

static struct track *find_track(struct track *tracks, int *count, int64_t modem_id)
{
    for (int i = 0; i < *count; i++) {
        if (tracks[i].modem_id == modem_id)
            return &tracks[i];
    }
    if (*count == MODEMS_MAX)
        return &tracks[MODEMS_MAX - 1];
    tracks[*count] = (struct track){
        .modem_id = modem_id, .first_ms = TIME_UNKNOWN, .last_ms = TIME_UNKNOWN};
    return &tracks[(*count)++];
}

static void add_sample(struct track *t, const struct sample *s)
{
    t->samples++;
    t->by_state[s->state]++;
    t->positioned += geo_valid(s->pos);
    if (s->t_utc_ms == TIME_UNKNOWN)
        return;
    if (t->last_ms != TIME_UNKNOWN && s->t_utc_ms - t->last_ms > GAP_MS) {
        const int64_t gap_ms = s->t_utc_ms - t->last_ms;
        t->gaps++;
        t->gap_ms += gap_ms;
        if (gap_ms > t->longest_gap_ms)
            t->longest_gap_ms = gap_ms;
    }
    if (t->first_ms == TIME_UNKNOWN)
        t->first_ms = s->t_utc_ms;
    t->last_ms = s->t_utc_ms;
}

static void print_track(const struct track *t)
{
    char first[UTC_TEXT_SIZE], last[UTC_TEXT_SIZE];
    utc_format(t->first_ms, first);
    utc_format(t->last_ms, last);
    printf(_("  modem %" PRId64 ": %" PRId64 " samples, %s to %s, %" PRId64
             " with a position\n"),
           t->modem_id, t->samples, first, last, t->positioned);
    printf(_("    in service %" PRId64 ", emergency only %" PRId64 ", no service %" PRId64
             ", radio off %" PRId64 ", unknown %" PRId64 "\n"),
           t->by_state[STATE_IN_SERVICE], t->by_state[STATE_LIMITED],
           t->by_state[STATE_NO_SERVICE], t->by_state[STATE_RADIO_OFF],
           t->by_state[STATE_UNKNOWN]);
    if (t->gaps > 0)
        printf(_("    %" PRId64 " gaps over 5 s, %" PRId64
                 " s in all, the longest %" PRId64 " s\n"),
               t->gaps, t->gap_ms / 1000, t->longest_gap_ms / 1000);
}

static enum err read_tracks(const char *path)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    struct triplog_row row;
    struct track tracks[MODEMS_MAX];
    int count = 0, got = 0;
    int64_t malformed = 0;
    const enum err err = triplog_open(path, &reader, &info);
    if (err)
        return err;
    while ((got = triplog_next(reader, &row)) == 1) {
        malformed += row.malformed;
        add_sample(find_track(tracks, &count, row.sample.modem_id), &row.sample);
    }
    triplog_close(reader);
    for (int i = 0; i < count; i++)
        print_track(&tracks[i]);
    if (malformed > 0)
        printf(_("  %" PRId64 " rows with a value of the wrong type\n"), malformed);
    return got < 0 ? ERR_INPUT : ERR_OK;
}

static enum err verify_one(const char *path)
{
    struct triplog_verdict v;
    enum err err = triplog_verify(path, &v);
    if (err)
        return err;
    const char *seal = !v.sealed ? _("not sealed: still being written, or cut off by a "
                                     "crash (the next start seals it)")
                       : v.seal_matches
                           ? _("sealed, content as recorded")
                           : _("SEAL BROKEN: the content was changed afterwards");
    printf(_("%s: %s, %" PRId64 " samples, %s\n"), path,
           v.intact ? _("intact") : _("DAMAGED"), v.rows, seal);
    if (v.intact)
        err = read_tracks(path);
    if (!err && (!v.intact || (v.sealed && !v.seal_matches)))
        err = ERR_INPUT;
    return err;
}

enum err cmd_verify(const struct arguments *a)
{
    enum err worst = ERR_OK;
    for (int i = 0; i < a->file_count; i++) {
        const enum err err = verify_one(a->files[i]);
        if (err)
            worst = err;
    }
    return worst;
}
