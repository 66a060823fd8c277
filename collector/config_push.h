/* Where sealed trips are handed over, in the collector's configuration:
 *
 *     key              default        bounds
 *     push             nowhere
 *     push.url         –              https, a directory
 *     push.ca_file     the system's   certificates of the authorities to trust
 *     push.cert_file   none           the device's own certificate, with its chain
 *     push.key_file    cert_file      its key; readable by the owner alone
 *     push.token_file  none           a bearer token; readable by the owner alone
 *     push.part_kb     1000           64..65536; nginx takes 1048 unless told otherwise
 *     push.max_kbps    0              0..1000000; 0: no cap
 *     push.timeout_s   60             5..3600, without any progress
 *     push.tries       5              1..100, of one request
 *     push.wait_s      5              0..600, before the second; doubled each time */
#ifndef LOMSONG_CONFIG_PUSH_H
#define LOMSONG_CONFIG_PUSH_H

#include <stdint.h>

#include "yaml_doc.h"

struct config_push {
    char *url; /* without a slash at its end; NULL: nowhere */
    char *ca_file, *cert_file, *key_file, *token_file; /* NULL: none */
    int64_t part_bytes;
    int64_t max_bytes_per_s; /* 0: no cap */
    int timeout_s;
    int tries;
    int wait_s;
};

/* As YAML has them; for config.c. */
struct raw_push {
    char *url, *ca_file, *cert_file, *key_file, *token_file;
    char *part_kb, *max_kbps, *timeout_s, *tries, *wait_s;
};
extern const cyaml_schema_field_t config_push_fields[];

void config_push_defaults(struct config_push *p);
void config_push_free(struct config_push *p);
/* The section; NULL where it is missing. ERR_INPUT, reported. The files are looked at
 * only when something is pushed: they must not keep a collector from recording. */
MUST_CHECK enum err config_push_take(const struct yaml_doc *doc,
                                     const struct raw_push *raw, struct config_push *p);
/* Takes the URL; false where it is none that can be pushed to. */
bool config_push_set_url(struct config_push *p, const char *url);
/* A URL that was refused, for messages: its user, password and query are not shown. */
enum { CONFIG_PUSH_URL_SIZE = 128 };
const char *config_push_show_url(const char *url, char text[CONFIG_PUSH_URL_SIZE]);

#endif
