/* What a round's answers say together: state, technology, operator, cell and levels. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "at_cell.h"
#include "units.h"

/* How much service a state is, most first; other states say nothing of it. */
static int service_rank(enum state state)
{
    static const int ranks[STATE_COUNT] = {
        [STATE_IN_SERVICE] = 3, [STATE_LIMITED] = 2, [STATE_NO_SERVICE] = 1};
    return ranks[state];
}

/* How much a domain's answer counts beside those of the others. "Not searching" counts
 * least: a modem on LTE says so of +CGREG all the time, and that must not turn an unknown
 * +CEREG (4) into a hole. */
static int domain_rank(int stat)
{
    enum { NOT_SEARCHING = 0, LEAST = -1 };
    return stat == NOT_SEARCHING ? LEAST : service_rank(units_registration_state(stat));
}

/* The registration that decides: the packet domain with the best service, the
 * circuit-switched one only where no packet domain answered; NULL where none did. */
static const struct modem_registration *deciding(const struct modem_heard *heard)
{
    static const enum modem_domain packet[] = {DOMAIN_EPS, DOMAIN_5GS, DOMAIN_GPRS};
    const struct modem_registration *best = NULL;
    int best_rank = INT_MIN;
    for (size_t i = 0; i < sizeof packet / sizeof packet[0]; i++) {
        const struct modem_registration *r = &heard->domains[packet[i]];
        if (r->stat == ID_UNKNOWN)
            continue;
        const int rank = domain_rank(r->stat);
        if (rank > best_rank) {
            best_rank = rank;
            best = r;
        }
    }
    const struct modem_registration *cs = &heard->domains[DOMAIN_CS];
    return best == NULL && cs->stat != ID_UNKNOWN ? cs : best;
}

static enum state decide_state(const struct modem_heard *heard,
                               const struct modem_registration *registration)
{
    if (heard->cfun == 0 || heard->cfun == 4 || heard->sim == 0 ||
        heard->cell_state == STATE_RADIO_OFF)
        return STATE_RADIO_OFF;
    if (registration == NULL)
        return STATE_UNKNOWN;
    const enum state state = units_registration_state(registration->stat);
    /* A modem that says "searching" a moment after "registered" has lost the network in
     * between, or lags: the worse one is believed. It never raises what registration
     * said. */
    const int rank = service_rank(heard->cell_state);
    if (rank > 0 && rank < service_rank(state))
        return heard->cell_state;
    /* What was lost on the line may have said "registered": no hole is made of that. */
    return heard->unclear && state != STATE_IN_SERVICE ? STATE_UNKNOWN : state;
}

enum state at_reading_state(const struct modem_reading *reading)
{
    return decide_state(&reading->heard, deciding(&reading->heard));
}

bool at_reading_tells(const struct modem_heard *before, const struct modem_heard *now)
{
    bool tells = before->cfun != now->cfun || before->sim != now->sim ||
                 before->cell_state != now->cell_state;
    for (int d = 0; d < DOMAIN_COUNT; d++)
        tells = tells || before->domains[d].stat != now->domains[d].stat;
    return tells;
}

/* The technology of the only level that is not missing. */
static enum tech indexed_tech(const struct sample *s)
{
    if (isfinite(s->rsrp_dbm))
        return TECH_LTE;
    if (isfinite(s->ss_rsrp_dbm))
        return TECH_NR_SA;
    const bool wcdma = isfinite(s->rscp_dbm);
    if (wcdma == isfinite(s->rxlev_dbm))
        return TECH_NONE;
    return wcdma ? TECH_WCDMA : TECH_GSM;
}

static enum tech decide_tech(const struct modem_heard *heard,
                             const struct modem_registration *registration)
{
    if (heard->cell.tech != TECH_NONE)
        return heard->cell.tech;
    enum tech tech = at_act_tech(registration->act);
    if (tech == TECH_NONE && registration->act == ID_UNKNOWN)
        tech = at_act_tech(heard->cops_act);
    if (tech == TECH_NONE && registration->act == ID_UNKNOWN &&
        heard->cops_act == ID_UNKNOWN)
        tech = indexed_tech(&heard->indexed);
    return tech;
}

/* The levels of +CSQ and +CESQ where the dialect's own answer gave none. */
static void add_indexed(struct sample *radio, const struct sample *indexed)
{
    if (!isfinite(radio->rssi_dbm))
        radio->rssi_dbm = indexed->rssi_dbm;
    if (!isfinite(sample_level_dbm(radio, radio->tech))) {
        sample_set_level_dbm(radio, radio->tech, sample_level_dbm(indexed, radio->tech));
        switch (radio->tech) {
        case TECH_GSM:
            /* In GSM both are the level of the carrier. */
            if (!isfinite(radio->rxlev_dbm))
                radio->rxlev_dbm = indexed->rssi_dbm;
            break;
        case TECH_WCDMA:
            radio->ecno_db = indexed->ecno_db;
            break;
        case TECH_LTE:
            radio->rsrq_db = indexed->rsrq_db;
            break;
        case TECH_NR_SA:
        case TECH_NR_NSA:
            radio->ss_rsrq_db = indexed->ss_rsrq_db;
            radio->ss_sinr_db = indexed->ss_sinr_db;
            break;
        case TECH_COUNT:
            break;
        }
    }
}

/* NR beside an LTE anchor, from the dialect's own answer or from +CESQ. */
static void add_nr_leg(struct sample *radio, const struct modem_heard *heard)
{
    const bool own = isfinite(heard->nr.ss_rsrp_dbm);
    const struct sample *nr = own ? &heard->nr : &heard->indexed;
    const bool anchored = radio->tech == TECH_LTE || radio->tech == TECH_NONE;
    if (!isfinite(nr->ss_rsrp_dbm) || !anchored || (!own && radio->tech == TECH_NONE))
        return;
    radio->tech = TECH_NR_NSA;
    radio->ss_rsrp_dbm = nr->ss_rsrp_dbm;
    radio->ss_rsrq_db = nr->ss_rsrq_db;
    radio->ss_sinr_db = nr->ss_sinr_db;
    if (radio->mccmnc == 0)
        radio->mccmnc = nr->mccmnc;
}

/* Modems list the serving cell among its neighbours. */
static void drop_serving(struct modem_reading *reading)
{
    const struct sample *serving = &reading->radio;
    int kept = 0;
    for (int i = 0; i < reading->neighbour_count; i++) {
        const struct sample *n = &reading->neighbours[i];
        const bool same_tech = n->tech == serving->tech ||
                               (n->tech == TECH_LTE && serving->tech == TECH_NR_NSA);
        if (!same_tech || n->pci != serving->pci || n->arfcn != serving->arfcn)
            reading->neighbours[kept++] = *n;
    }
    reading->neighbour_count = kept;
}

void at_reading_finish(struct modem_reading *reading)
{
    const struct modem_heard *heard = &reading->heard;
    const struct modem_registration *registration = deciding(heard);
    reading->state = decide_state(heard, registration);
    reading->radio = sample_empty();
    if (registration == NULL ||
        (reading->state != STATE_IN_SERVICE && reading->state != STATE_LIMITED)) {
        /* A modem that lost the network repeats its last cell and level. */
        reading->band[0] = '\0';
        reading->neighbour_count = 0;
        return;
    }
    struct sample radio = heard->cell;
    radio.tech = decide_tech(heard, registration);
    add_indexed(&radio, &heard->indexed);
    add_nr_leg(&radio, heard);
    if (radio.mccmnc == 0)
        radio.mccmnc = heard->cops;
    if (radio.tac == ID_UNKNOWN)
        radio.tac = registration->tac;
    if (radio.cell_id == ID_UNKNOWN)
        radio.cell_id = registration->cell_id;
    reading->radio = radio;
    drop_serving(reading);
}
