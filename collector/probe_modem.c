/* Whose an active test is. */
#include "probe_modem.h"

#include <string.h>

#include "identity.h"

const struct modem *probe_modem_find(const struct loop *l, const struct config_modem *c)
{
    char hash[IDENTITY_HASH_SIZE] = "";
    identity_hash_imei(c->imei, l->pump.hub.imei_key, hash);
    for (int i = 0; i < MODEM_MAX; i++) {
        const struct modem *m = &l->pump.hub.modems.modems[i];
        if (!m->used || strcmp(m->source, c->source) != 0)
            continue;
        if (hash[0] ? strcmp(m->imei_hash, hash) == 0
                    : strcmp(m->name, c->name[0] ? c->name : c->port) == 0)
            return m;
    }
    return NULL;
}

static enum state state_of(const struct loop *l, const struct modem *m)
{
    return m && m->present ? loop_sample_now(l, m).state : STATE_UNKNOWN;
}

bool probe_modem_testable(const struct loop *l, const struct modem *m)
{
    const enum state state = state_of(l, m);
    return state == STATE_IN_SERVICE || state == STATE_LIMITED ||
           state == STATE_NO_SERVICE;
}

struct probe_result probe_modem_trouble(const struct loop *l, const struct modem *m,
                                        const char *trouble)
{
    const bool excused =
        state_of(l, m) == STATE_IN_SERVICE || strcmp(trouble, "not_permitted") == 0;
    return probe_result_of(excused ? PROBE_VOID : PROBE_ERROR, trouble);
}
