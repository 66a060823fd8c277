/* The collector's configuration: whatever is accepted is complete and within its bounds.
 */
#include <math.h>
#include <strings.h>

#include "config.h"
#include "harness.h"

static bool is_within(double value, double min, double max)
{
    return value >= min && value <= max;
}

static void check_modem(const struct config_modem *m)
{
    const bool at = strcmp(m->source, "at") == 0;
    CHECK(m->source && m->port && m->imei && m->name && m->mount);
    CHECK(!at || *m->port);
    CHECK(is_within(m->offset_db, -50, 50));
}

static void check_push(const struct config_push *p)
{
    CHECK(!p->url || strncasecmp(p->url, "https://", 8) == 0);
    CHECK(is_within((double)p->part_bytes, 64e3, 65536e3));
    CHECK(is_within((double)p->max_bytes_per_s, 0, 125e6));
    CHECK(is_within(p->timeout_s, 5, 3600));
    CHECK(is_within(p->tries, 1, 100));
    CHECK(is_within(p->wait_s, 0, 600));
}

static void check_config(const struct config *c)
{
    CHECK(c->output && c->gpsd_host);
    CHECK(is_within(c->interval_ms, 200, 60000));
    CHECK(is_within(c->distance_m, 0, 10000));
    CHECK(is_within((double)c->max_file_bytes, 1e6, 4096e6));
    CHECK(is_within((double)c->disk_warn_bytes, 1e6, 1e12));
    CHECK(is_within((double)c->disk_stop_bytes, 1e6, 1e12));
    CHECK(c->disk_stop_bytes < c->disk_warn_bytes);
    CHECK(is_within(c->gpsd_port, 1, 65535));
    CHECK(!c->has_utc_offset || abs(c->utc_offset_s) < 24 * 3600);
    check_push(&c->push);
    CHECK(c->modem_count <= MODEM_MAX);
    for (size_t i = 0; i < c->modem_count; i++)
        check_modem(&c->modems[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config = {0};
    char *path = fuzz_write(".yaml", data, size);
    if (config_load(path, &config) == ERR_OK) {
        check_config(&config);
        config_free(&config);
    }
    fuzz_remove(path);
    return 0;
}
