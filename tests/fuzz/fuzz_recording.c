/* Recordings: any file as `run --replay` reads it. It is refused before the first line,
 * or played to its end; readings are in order, and no service never has a level. */
#include <math.h>

#include "harness.h"
#include "source.h"

struct played {
    struct hub hub;
    int64_t last_mono_ms;
    bool ended;
};

static void note_event(void *ctx, const char *kind, const char *detail)
{
    (void)ctx;
    CHECK(strlen(kind) < RECORDING_TEXT_SIZE && strlen(detail) < RECORDING_TEXT_SIZE);
}

static void note_tick(void *ctx, int64_t system_utc_ms)
{
    struct played *p = ctx;
    CHECK(system_utc_ms >= 0);
    CHECK(p->hub.mono_ms >= p->last_mono_ms);
    p->last_mono_ms = p->hub.mono_ms;
}

static void note_reading(void *ctx, struct modem *m)
{
    struct played *p = ctx;
    const struct modem_reading *r = &m->reading;
    CHECK(m->used && m->present && m->modem_id >= 1 && m->modem_id <= MODEM_MAX);
    CHECK(r->state < STATE_COUNT);
    CHECK(r->answered.mono_ms <= p->hub.mono_ms);
    const struct sample s = modem_sample(m, &r->answered, TIME_UNKNOWN, "");
    CHECK(s.tech <= TECH_NONE && (!s.raw || strlen(s.raw) < MODEM_RAW_SIZE));
    for (unsigned t = 0; t < TECH_COUNT; t++)
        CHECK(s.state == STATE_IN_SERVICE || isnan(sample_level_dbm(&s, (enum tech)t)));
    CHECK(s.fix_age_ms >= ID_UNKNOWN && s.level_age_ms >= ID_UNKNOWN);
}

static void note_end(void *ctx, enum err err)
{
    struct played *p = ctx;
    CHECK(err == ERR_OK); /* damage was found before */
    p->ended = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[32];
    struct played *p = xcalloc(1, sizeof *p);
    struct source *s = NULL;
    char *path = fuzz_write(".rec", data, size);
    p->hub = (struct hub){.fix = gps_fix_none(),
                          .imei_key = key,
                          .event = note_event,
                          .reading = note_reading,
                          .tick = note_tick,
                          .end = note_end,
                          .ctx = p};
    const struct source_config config = {.source = "replay", .file = path};
    if (src_replay.open(&config, &p->hub, &s) == ERR_OK) {
        for (size_t i = 0; i <= size && !p->ended; i++)
            src_replay.handle(s, NULL, 0, INT64_MAX);
        CHECK(p->ended);
    }
    src_replay.close(s);
    fuzz_remove(path);
    free(p);
    return 0;
}
