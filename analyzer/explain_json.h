/* explain --json: the evidence behind one verdict, for a program. */
#ifndef LOMSONG_EXPLAIN_JSON_H
#define LOMSONG_EXPLAIN_JSON_H

#include <stdio.h>

#include "evidence.h"

/* One object and a newline; write errors stay in the stream's error flag. */
void explain_json(FILE *f, const struct model *m, const struct hamlet *h,
                  const struct evidence *e);

#endif
