/* Configurations of the collector, from text: taken, or refused with words. */
#ifndef LOMSONG_CONFIG_SCENE_H
#define LOMSONG_CONFIG_SCENE_H

#include "capture.h"
#include "config.h"
#include "scratch.h"

/* One that must be taken; the caller frees it. */
static inline struct config config_scene_load(struct scratch *s, const char *text)
{
    struct config c;
    assert_int_equal(config_load(scratch_write(s, "c.yaml", text), &c), ERR_OK);
    return c;
}

/* One that must be refused, with all of these words. */
static inline void config_scene_refused(struct scratch *s, const char *text,
                                        const char *const *says, size_t count)
{
    struct capture said;
    struct config c;
    const char *path = scratch_write(s, "c.yaml", text);
    capture_start(&said);
    const enum err err = config_load(path, &c);
    capture_stop(&said);
    print_message("%s%s", text, said.text);
    assert_int_equal(err, ERR_INPUT);
    for (size_t k = 0; k < count; k++)
        assert_non_null(strstr(said.text, says[k]));
}

#endif
