/* A conversation in AT commands about cells: commands and lines in the order they passed,
 * readings out. Driven by a port or by a recording alike. */
#ifndef LOMSONG_AT_SESSION_H
#define LOMSONG_AT_SESSION_H

#include "at_dialect.h"
#include "hub.h"

enum { AT_ANSWER_SIZE = 8192, AT_LINE_SIZE = 1024 };

struct at_session {
    struct hub *hub;
    char port[MODEM_TEXT_SIZE];
    struct modem *modem; /* NULL until it has told who it is */
    const struct at_dialect *dialect;
    bool in_round; /* what is asked is about cells */
    bool waiting;  /* for the end of an answer */
    struct at_context context;
    struct modem_reading reading;
    int answers;         /* in this round */
    enum state state;    /* by the answers so far */
    struct moment asked; /* when the command under way was sent */
    int domain;          /* whose registration it asks for; ID_UNKNOWN: none's */
    bool missed;         /* a registration was asked for, and the answer got lost */
    enum state told;     /* by the reading that was published last */
    bool doubted;        /* the round before ended in doubt */
    char answer[AT_ANSWER_SIZE]; /* its lines, each with its NUL */
    size_t answer_size;
};

void at_session_open(struct at_session *s, struct hub *hub, const char *port);
/* The modem at the other end; NULL: it is gone. */
void at_session_meet(struct at_session *s, struct modem *m);

/* A round of questions about cells begins. */
void at_session_begin(struct at_session *s);
/* A command was sent; `text` stands behind "AT". */
void at_session_sent(struct at_session *s, const char *text);
/* A line came, neither empty nor an echo. True where it ends the answer that is awaited;
 * what comes unasked is left to the next round. */
bool at_session_heard(struct at_session *s, const char *line);
/* The round is over: its reading is published if the modem answered at all. True where it
 * is not, and the modem is to be asked again at once: it was in service a round ago and
 * seems not to be any more. A modem that changes cells, or whose SIM is pulled, between
 * two answers of a round would seem to be in a hole. */
bool at_session_end(struct at_session *s);

#endif
