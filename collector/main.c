/* lomsong-collect: the subcommand table. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "lang.h"
#include "xmem.h"

struct command {
    const char *name;
    const char *args_doc;
    const char *doc;     /* N_() */
    const char *options; /* letters of the table below */
    int min_files;       /* -1: it takes none */
    enum err (*run)(const struct arguments *a);
};

static const struct command commands[] = {
    {"run", "", N_("Log signal and position until stopped."), "coprysPk", -1, cmd_run},
    {"check", "", N_("What is connected, what answers, what is missing."), "co", -1,
     cmd_check},
    {"status", "", N_("The running collector, live."), "coj", -1, cmd_status},
    {"plan", "PLAN",
     N_("What a plan still asks for, by the trips in the output directory."), "cokj", 1,
     cmd_plan},
    {"verify", "TRIP...", N_("Integrity, counts, gaps and seal of trip logs."), "", 1,
     cmd_verify},
    {"export", "TRIP...", N_("Trip logs as CSV, GPX track or sealed GeoPackage."), "tO",
     1, cmd_export},
    {"push", "[TRIP...]", N_("Hand sealed trips over to a server, by HTTPS."), "coTADj",
     0, cmd_push},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static const struct argp_option table[] = {
    {"config", 'c' + 256, N_("FILE"), 0,
     N_("configuration (default: /etc/lomsong/collector.yaml)"), 0},
    {"output", 'o' + 256, N_("DIR"), 0, N_("where trip logs go"), 0},
    {"plain", 'p' + 256, NULL, 0, N_("plain lines instead of the screen"), 0},
    {"record", 'r' + 256, N_("FILE"), 0,
     N_("also write all traffic into a recording, a new file"), 0},
    {"replay", 'y' + 256, N_("FILE"), 0, N_("play a recording instead of modems and GPS"),
     0},
    {"speed", 's' + 256, N_("X"), 0,
     N_("of the replay: 1 its own pace, 0 as fast as it goes (default)"), 0},
    {"plan", 'P' + 256, N_("FILE"), 0,
     N_("show what is missing of this plan, made by lomsong-analyze plan"), 0},
    {"team", 'k' + 256, N_("K"), 0, N_("the plan's routes of this team only"), 0},
    {"json", 'j' + 256, NULL, 0, N_("as JSON"), 0},
    {"to", 't' + 256, "csv|gpx|gpkg", 0, N_("what to write"), 0},
    {"to", 'T' + 256, "URL", 0, N_("the server's directory (default: push.url)"), 0},
    {"again", 'A' + 256, NULL, 0,
     N_("look at trips on the server that earlier pushes handed over, and send what is "
        "lost there"),
     0},
    {"delete-after", 'D' + 256, NULL, 0,
     N_("delete trips here that the server has confirmed byte for byte"), 0},
    {"output", 'O' + 256, N_("FILE"), 0,
     N_("the file to write, or a directory for it (default: this one); - is standard "
        "output"),
     0},
};
enum { TABLE_SIZE = sizeof table / sizeof *table };

struct parsing {
    const struct command *command;
    struct arguments *arguments;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct parsing *p = state->input;
    struct arguments *a = p->arguments;
    switch (key) {
    case 'c' + 256:
        a->config = arg;
        return 0;
    case 't' + 256:
    case 'T' + 256:
        a->to = arg;
        return 0;
    case 'o' + 256:
    case 'O' + 256:
        a->output = arg;
        return 0;
    case 'p' + 256:
        a->plain = true;
        return 0;
    case 'r' + 256:
        a->record = arg;
        return 0;
    case 'y' + 256:
        a->replay = arg;
        return 0;
    case 's' + 256:
        a->speed = arg;
        return 0;
    case 'P' + 256:
        a->plan = arg;
        return 0;
    case 'k' + 256:
        a->team = arg;
        return 0;
    case 'j' + 256:
        a->json = true;
        return 0;
    case 'A' + 256:
        a->again = true;
        return 0;
    case 'D' + 256:
        a->delete_after = true;
        return 0;
    case ARGP_KEY_ARG:
        if (p->command->min_files < 0)
            argp_error(state, _("too many arguments: \"%s\""), arg);
        a->files[a->file_count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (a->file_count < p->command->min_files)
            argp_error(state, _("too few arguments; expected %s"), p->command->args_doc);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse_command(const struct command *command, int argc, char **argv,
                          struct arguments *a)
{
    struct argp_option taken[TABLE_SIZE + 1] = {{0}};
    int n = 0;
    for (int i = 0; i < TABLE_SIZE; i++) {
        if (!strchr(command->options, table[i].key - 256))
            continue;
        taken[n] = table[i];
        taken[n].arg = table[i].arg ? _(table[i].arg) : NULL;
        taken[n++].doc = _(table[i].doc);
    }
    /* glibc's argp leaks an empty table at --help */
    const struct argp argp = {.options = n > 0 ? taken : NULL,
                              .parser = parse,
                              .args_doc = command->args_doc,
                              .doc = _(command->doc),
                              .argp_domain = "libc"};
    struct parsing parsing = {.command = command, .arguments = a};
    a->files = xcalloc((size_t)argc + 1, sizeof *a->files);
    char *name = xasprintf("%s %s", argv[0], command->name);
    char *own = argv[1];
    argv[1] = name; /* argp names the program by its first argument */
    argp_parse(&argp, argc - 1, argv + 1, 0, NULL, &parsing);
    argv[1] = own;
    free(name);
}

static void print_usage(FILE *out, const char *program)
{
    fprintf(out, _("Usage: %s COMMAND [OPTION...] ARGUMENT...\n"), program);
    fprintf(out, "%s\n\n",
            _("Logs the signal of several modems with GPS into trip logs."));
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %-18s %s\n", commands[i].name, commands[i].args_doc,
                _(commands[i].doc));
    fprintf(out, _("\n%s COMMAND --help lists the options of a command.\n"), program);
}

int main(int argc, char **argv)
{
    struct arguments a = {0};
    const struct command *command = NULL;
    lang_init();
    argp_err_exit_status = ERR_USAGE;
    argp_program_version = "lomsong-collect " LOMSONG_VERSION;
    if (argc < 2) {
        print_usage(stderr, argv[0]);
        return ERR_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_usage(stdout, argv[0]);
        return ERR_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts(argp_program_version);
        return ERR_OK;
    }
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, argv[1]) == 0)
            command = &commands[i];
    }
    if (!command) {
        err_report(_("no command \"%s\"; %s --help lists them"), argv[1], argv[0]);
        return ERR_USAGE;
    }
    parse_command(command, argc, argv, &a);
    const enum err err = command->run(&a);
    free(a.files);
    return (int)err;
}
