/* D-Bus variants to texts. Everything here comes from another process: types are checked,
 * not trusted. */
#include "mm_dict.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

enum { LOCATION_3GPP = 1 };

static int read_text(sd_bus_message *message, char type, char text[MM_VALUE_SIZE])
{
    const char *value = "";
    const int r = sd_bus_message_read_basic(message, type, (void *)&value);
    if (r >= 0)
        snprintf(text, MM_VALUE_SIZE, "%s", value);
    return r;
}

/* A basic value as text; 0 where the type is none of those wanted. */
static int read_value(sd_bus_message *message, char type, char text[MM_VALUE_SIZE])
{
    union {
        int32_t i;
        uint32_t u;
        int boolean;
        double d;
    } value = {0};
    int r;
    switch (type) {
    case SD_BUS_TYPE_STRING:
    case SD_BUS_TYPE_OBJECT_PATH:
        return read_text(message, type, text);
    case SD_BUS_TYPE_INT32:
        r = sd_bus_message_read_basic(message, type, &value.i);
        snprintf(text, MM_VALUE_SIZE, "%" PRId32, value.i);
        return r;
    case SD_BUS_TYPE_UINT32:
        r = sd_bus_message_read_basic(message, type, &value.u);
        snprintf(text, MM_VALUE_SIZE, "%" PRIu32, value.u);
        return r;
    case SD_BUS_TYPE_BOOLEAN:
        r = sd_bus_message_read_basic(message, type, &value.boolean);
        snprintf(text, MM_VALUE_SIZE, "%d", value.boolean != 0);
        return r;
    case SD_BUS_TYPE_DOUBLE:
        r = sd_bus_message_read_basic(message, type, &value.d);
        snprintf(text, MM_VALUE_SIZE, "%.10g", value.d);
        return r;
    default:
        return 0;
    }
}

/* Where an entry's value goes. */
struct taker {
    mm_dict_fn take;
    void *ctx;
    const char *outer; /* key of the dictionary around this one, or NULL */
};

static int read_dict(sd_bus_message *message, const struct taker *t);

static int read_variant(sd_bus_message *message, const char *key, const struct taker *t)
{
    const char *contents = NULL;
    char type, full[MM_KEY_SIZE], text[MM_VALUE_SIZE];
    int r = sd_bus_message_peek_type(message, &type, &contents);
    if (r < 0 || type != SD_BUS_TYPE_VARIANT || !contents)
        return -EBADMSG;
    const bool dict = contents[0] == 'a' && contents[1] == '{' && contents[2] == 's' &&
                      contents[3] == 'v' && t->outer == NULL;
    const bool basic = contents[0] != '\0' && contents[1] == '\0';
    if (!dict && !basic)
        return sd_bus_message_skip(message, "v");
    type = contents[0];
    r = sd_bus_message_enter_container(message, SD_BUS_TYPE_VARIANT, contents);
    if (r < 0)
        return r;
    if (dict) {
        r = read_dict(message, &(struct taker){t->take, t->ctx, key});
    } else {
        r = read_value(message, type, text);
        if (r > 0) {
            snprintf(full, sizeof full, "%s%s%s", t->outer ? t->outer : "",
                     t->outer ? "." : "", key);
            t->take(t->ctx, full, text);
        } else if (r == 0) {
            r = sd_bus_message_skip(message, NULL);
        }
    }
    return r < 0 ? r : sd_bus_message_exit_container(message);
}

static int read_dict(sd_bus_message *message, const struct taker *t)
{
    int r = sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY,
                                                         "sv")) > 0) {
        const char *key = NULL;
        r = sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, (void *)&key);
        if (r >= 0)
            r = read_variant(message, key, t);
        if (r >= 0)
            r = sd_bus_message_exit_container(message);
    }
    return r < 0 ? r : sd_bus_message_exit_container(message);
}

int mm_dict_read(sd_bus_message *message, mm_dict_fn take, void *ctx)
{
    return read_dict(message, &(struct taker){take, ctx, NULL});
}

int mm_dict_read_location(sd_bus_message *message, mm_dict_fn take, void *ctx)
{
    const struct taker t = {take, ctx, NULL};
    int r = sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, "{uv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY,
                                                         "uv")) > 0) {
        uint32_t source = 0;
        r = sd_bus_message_read_basic(message, SD_BUS_TYPE_UINT32, &source);
        if (r >= 0)
            r = source == LOCATION_3GPP ? read_variant(message, "3gpp", &t)
                                        : sd_bus_message_skip(message, "v");
        if (r >= 0)
            r = sd_bus_message_exit_container(message);
    }
    return r < 0 ? r : sd_bus_message_exit_container(message);
}
