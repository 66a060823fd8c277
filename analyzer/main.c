/* lomsong-analyze: the subcommand table. */
#include <argp.h>
#include <gdal.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "options.h"

static const struct command commands[] = {
    {"new", "WORK", N_("Make the workspace WORK of a survey."), "hcmWPrbAFLZXY", 1, 1,
     cmd_new},
    {"add", "WORK INPUT...",
     N_("Read logs into WORK: import, quality, tally. The same log twice changes "
        "nothing; "
        "'-' is standard input."),
     "fMkodutAFLZXYqP", 1, -1, cmd_add},
    {"remove", "WORK LOG",
     N_("Take out exactly one log's part; LOG is its file name, trip or SHA-256."), "", 2,
     2, cmd_remove},
    {"judge", "WORK", N_("Judge the survey by a rule and keep the verdicts."), "Ra", 1, 1,
     cmd_judge},
    {"publish", "WORK OUTDIR", N_("Write tables, maps and the manifest to OUTDIR."),
     "OspxbtyAFLZXYq", 2, 2, cmd_publish},
    {"survey", "OUTDIR [INPUT...]", N_("All of it: new, add, judge, publish."),
     "hcmWPrRafMkoduOspxbtyAFLZXYwq", 1, -1, cmd_survey},
    {"watch", "WORK DIR",
     N_("Take in what arrives in DIR, once each, and refresh the outputs."),
     "7890RafMkoduOspxbtyAFLZXYq", 2, 2, cmd_watch},
    {"explain", "WORK HAMLET_CODE", N_("The evidence behind one verdict."), "Hj", 2, 2,
     cmd_explain},
    {"whatif", "WORK", N_("Who changes verdict under another rule."), "Raj", 1, 1,
     cmd_whatif},
    {"compare", "WORK_BEFORE WORK_AFTER OUTDIR",
     N_("What changed between two campaigns, hamlet by hamlet."), "Rj", 3, 3,
     cmd_compare},
    {"plan", "WORK OUT.gpkg",
     N_("Plan the next visits: which hamlets, which bins, in which order."), "Ra123456G",
     2, 2, cmd_plan},
    {"note", "WORK HAMLET_CODE",
     N_("Keep an officer's word on a hamlet beside the measured verdict."), "DBNd", 2, 2,
     cmd_note},
    {"template", "hamlets|clusters OUT.csv",
     N_("An empty list of places with headings, explanations and an example."), "", 2, 2,
     cmd_template},
    {"convert", "OUT.csv INPUT...",
     N_("Accepted samples of any log in lomsong's own CSV; '-' is standard output."),
     "rfMkodubyAFLZXY", 2, -1, cmd_convert},
    {"inspect", "INPUT...",
     N_("What logs would give: format, span, operators, technologies, refused rows, "
        "levels, suspicious patterns."),
     "rfMkoduAFLZXY", 1, -1, cmd_inspect},
    {"formats", "", N_("The formats of logs that are read, with a row of each."), "", 0,
     0, cmd_formats},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_usage(FILE *out, const char *program)
{
    fprintf(out, _("Usage: %s COMMAND [OPTION...] ARGUMENT...\n"), program);
    fprintf(
        out, "%s\n\n",
        _("Turns signal logs into one honest verdict per hamlet, with maps and tables."));
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %-29s %s\n", commands[i].name, commands[i].args_doc,
                _(commands[i].doc));
    fprintf(out, _("\n%s COMMAND --help lists the options of a command.\n"), program);
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    lang_init();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other */
    argp_err_exit_status = ERR_USAGE;
    argp_program_version = "lomsong-analyze " LOMSONG_VERSION;
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
    const struct command *command = find_command(argv[1]);
    if (!command) {
        err_report(_("no command \"%s\"; %s --help lists them"), argv[1], argv[0]);
        return ERR_USAGE;
    }
    struct options options;
    options_parse(command, argc, argv, &options);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* a lock at every allocation */
    GDALAllRegister();
    GDALSetCacheMax64(64 << 20); /* not a twentieth of what memory the machine has */
    CPLSetErrorHandler(
        CPLQuietErrorHandler); /* what fails is told by us, with the file */
    enum err err = command->run(&options);
    if (fflush(stdout) != 0 && err == ERR_OK) {
        err_report(_("standard output cannot be written"));
        err = ERR_FAILED;
    }
    free(options.args);
    free(options.owned_maps);
    GDALDestroyDriverManager();
    return (int)err;
}
