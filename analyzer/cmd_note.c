/* note: the officer's word on a hamlet, kept with its history. */
#include <cpl_string.h>
#include <stdio.h>
#include <string.h>

#include "lang.h"
#include "sentence.h"
#include "session.h"
#include "utc.h"

enum { MAX_TEXT = 2000 };

/* A text that fits on one line of any output. */
static enum err check_text(const char *option, const char *text)
{
    if (!text || text[strspn(text, " \t")] == '\0') {
        err_report(
            _("--%s is missing: a word without a name and a reason proves nothing"),
            option);
        return ERR_USAGE;
    }
    if (strlen(text) > MAX_TEXT || !CPLIsUTF8(text, -1)) {
        err_report(_("--%s: expected UTF-8 text of at most %d bytes"), option, MAX_TEXT);
        return ERR_USAGE;
    }
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ') {
            err_report(_("--%s: holds a line break or control character; expected one "
                         "line of text"),
                       option);
            return ERR_USAGE;
        }
    }
    return ERR_OK;
}

static enum err check_decision(const char *text, enum verdict *decision)
{
    *decision = text ? judge_verdict_parse(text) : VERDICT_COUNT;
    if (text && (*decision != VERDICT_COUNT ||
                 strcmp(text, model_decision_name(VERDICT_COUNT)) == 0))
        return ERR_OK;
    err_report(_("--decision %s: expected covered, depression, no_signal, "
                 "not_enough_data, or none to take the last word back"),
               text ? text : "");
    return ERR_USAGE;
}

enum err cmd_note(const struct options *o)
{
    struct session s = {0};
    struct note note = {.by = o->by, .reason = o->reason};
    enum err err = check_decision(o->decision, &note.decision);
    if (!err)
        err = check_text("by", o->by);
    if (!err)
        err = check_text("reason", o->reason);
    if (!err)
        err = session_open(&s, o->args[0]);
    if (err)
        goto done;
    const int32_t today = utc_local_day(utc_now_ms(), s.region.utc_offset_s);
    note.day = o->has_date ? o->date_day : today;
    if (note.day > today + 1) { /* a day's grace: the officer's clock may be another's */
        err_report(_("--date: lies in the future; expected the day of the decision"));
        err = ERR_USAGE;
        goto done;
    }
    err = workspace_add_note(s.ws, o->args[1], &note);
    if (!err)
        printf(_("%s: noted: %s; the measured verdict stays beside it\n"), o->args[1],
               sentence_decision(note.decision));
done:
    session_close(&s);
    return err;
}
