/* The active tests in the collector's configuration:
 *
 *     key                      default              bounds
 *     probes                   no tests
 *     probes.interval_s        300                  30..86400; time of all tests below it
 *     probes.bytes_per_day     20000000             100000..1e12, per modem, local day
 *     probes.dns               8.8.8.8,1.1.1.1      addresses, each with :port if need be
 *     probes.ca_file           the system's         a file of certificates
 *     probes.ping.host         –                    a name or an address
 *     probes.ping.count        5                    1..20 requests
 *     probes.download.url      –                    http or https
 *     probes.download.max_bytes 1000000             16000..1e9
 *     probes.download.max_s    10                   1..120
 *     probes.upload.url        –                    http or https
 *     probes.upload.bytes      250000               16000..1e9
 *     probes.upload.max_s      10                   1..120
 *     modems[].interface       –                    a network interface, of one modem
 * only modems[].probes          true with interface  true, false */
#ifndef LOMSONG_CONFIG_PROBES_H
#define LOMSONG_CONFIG_PROBES_H

#include "probe_plan.h"
#include "yaml_doc.h"

struct config;
struct config_modem;

/* One kind of test. */
struct config_probe {
    char *target; /* host or URL; NULL: not wanted */
    char *host;
    int port;      /* http_* */
    int64_t bytes; /* http_* */
    int count;     /* ping */
    int max_ms;    /* of the whole test */
};

struct config_probes {
    int interval_s;
    int64_t bytes_per_day;
    char *dns;
    char *ca_file; /* NULL: the system's */
    struct config_probe kinds[PLAN_KINDS];
};

/* As YAML has them; for config.c. */
struct raw_probes {
    char *interval_s, *bytes_per_day, *dns, *ca_file;
    struct raw_probe *ping, *download, *upload;
};
extern const cyaml_schema_field_t config_probes_fields[];

void config_probes_defaults(struct config_probes *p);
void config_probes_free(struct config_probes *p);
/* The section; NULL where it is missing. ERR_INPUT, reported. */
MUST_CHECK enum err config_probes_take(const struct yaml_doc *doc,
                                       const struct raw_probes *raw,
                                       struct config_probes *p);
/* The keys of the modem read last, which is c->modems[c->modem_count - 1]. */
MUST_CHECK enum err config_probes_take_modem(const struct yaml_doc *doc,
                                             const char *interface, const char *probes,
                                             struct config *c);
/* True where there is a test to run at all. */
bool config_probes_any(const struct config *c);

#endif
