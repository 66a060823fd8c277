/* The text of the tables in lib/schema.sql, the only place where a table is defined. */
#ifndef LOMSONG_SCHEMA_H
#define LOMSONG_SCHEMA_H

/* The SQL between the line "-- section: NAME" and the next such line or the end. The
 * section must exist: asking for another is our bug. The caller frees. */
char *schema_section(const char *name);

#endif
