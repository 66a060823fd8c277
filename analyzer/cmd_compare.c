/* compare: what changed between two campaigns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_out.h"
#include "lang.h"
#include "publish.h"
#include "session.h"
#include "staging.h"

static enum err load(struct session *s, const struct options *o, const char *path)
{
    enum err err = session_open(s, path);
    if (!err)
        err = session_load_rule(s, o);
    return err ? err : session_judge(s, o, false);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum err write_files(const struct compared *c, const char *outdir)
{
    struct staging s;
    const struct file_list none = {0};
    enum err err = staging_open(outdir, &s);
    if (!err)
        err = compare_write(c, s.dir);
    if (!err)
        err = staging_move(s.dir, outdir, &none);
    staging_close(outdir, &s, err != ERR_OK);
    return err;
}

static void print_result(const struct compared *c, bool json)
{
    if (json) {
        compare_json(stdout, c);
        return;
    }
    char *sentence = compare_sentence(c);
    printf("%s\n", sentence);
    free(sentence);
}

enum err cmd_compare(const struct options *o)
{
    struct session before = {0}, after = {0};
    struct comparisons all = {0};
    enum err err = publish_check_dir(o->args[2]);
    if (!err)
        err = load(&before, o, o->args[0]);
    if (!err)
        err = load(&after, o, o->args[1]);
    if (!err) {
        compare_models(&before.model, &after.model, &all);
        const struct compared c = {.before = &before.model,
                                   .after = &after.model,
                                   .before_file = base_name(o->args[0]),
                                   .after_file = base_name(o->args[1]),
                                   .all = &all};
        err = write_files(&c, o->args[2]);
        if (!err)
            print_result(&c, o->json);
    }
    compare_free(&all);
    session_close(&before);
    session_close(&after);
    return err;
}
