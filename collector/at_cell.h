/* A serving or neighbour cell as the AT decoders read it: which values a cell can have in
 * a technology, and where it goes in a reading. */
#ifndef LOMSONG_AT_CELL_H
#define LOMSONG_AT_CELL_H

#include "at_text.h"
#include "modem.h"
#include "sample.h"

/* Readers of one field, as at_int() of at_text.h: missing, malformed and out of range are
 * told apart in fields->status. TECH_NR_NSA and TECH_NR_SA are the same here. */
int64_t at_pci(struct at_fields *fields, int i, enum tech tech); /* PCI, PSC or BSIC */
int64_t at_arfcn(struct at_fields *fields, int i,
                 enum tech tech); /* 0 is missing, but in GSM */
/* Hexadecimal; 0, FFFE and all ones are missing (TS 23.003 §4.1 keeps them for "no
 * area"). */
int64_t at_tac(struct at_fields *fields, int i, enum tech tech);
int64_t at_cell_id(struct at_fields *fields, int i, enum tech tech); /* hexadecimal */
int64_t at_cell_id_decimal(struct at_fields *fields, int i, enum tech tech);
double at_level(struct at_fields *fields, int i, enum tech tech); /* dBm */
double at_rsrq(struct at_fields *fields, int i, enum tech tech); /* dB; RSRQ or SS-RSRQ */
double at_sinr(struct at_fields *fields, int i);                 /* dB */
double at_ecno(struct at_fields *fields, int i);                 /* dB */
double at_rssi(struct at_fields *fields, int i);                 /* dBm */
/* The same of a value that was scaled first. */
double at_level_check(struct at_fields *fields, double dbm, enum tech tech);
double at_rsrq_check(struct at_fields *fields, double db, enum tech tech);

/* The operator of two fields ("1" and "01": 00101), or of one ("45204", "452-04", "452
 * 04"); 0 where it is missing, FFF or 000. */
mccmnc_t at_plmn(struct at_fields *fields, int mcc, int mnc);
mccmnc_t at_plmn_text(struct at_fields *fields, int i);

/* Technology of an AcT (TS 27.007 §7.3); TECH_NONE for NB-IoT, which carries no
 * broadband. */
enum tech at_act_tech(int act);

/* An empty cell of a technology. */
struct sample at_cell_empty(enum tech tech);

/* Stores RSRP and RSRQ of LTE or NR in the columns of the technology. In either order:
 * models differ, and RSRP is always the lower number. */
void at_cell_set_pair(struct at_fields *fields, double first, double second,
                      struct sample *cell);

/* Takes what a cell says into what was heard of the serving cell, or of its NR leg
 * (NR_NSA): a cell of another technology or PCI replaces it (the modem moved between two
 * answers), the same one adds to it. */
void at_cell_take(struct modem_reading *reading, const struct sample *cell);

/* Names the band: "B3" of LTE, "n78" of NR; nothing for a number below 1. */
void at_band_take(struct modem_reading *reading, enum tech tech, int64_t band);

/* Adds a neighbour; one without a pci or without a level is no measurement, one too many
 * is left out. */
void at_neighbour_add(struct modem_reading *reading, const struct sample *cell);

#endif
