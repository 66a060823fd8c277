/* Language of messages, kept where gettext itself looks for it: in the variable LANGUAGE.
 */
#include "lang.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char domain[] = "lomsong";

/* Counting it up makes gettext look at LANGUAGE again (gettext manual, "Being a gettext
 * grok"). */
extern int _nl_msg_cat_cntr; // NOLINT(bugprone-reserved-identifier)

/* "en", "en_US.UTF-8", "en@quot", not "eng". */
static bool names_language(const char *text, const char *code)
{
    const size_t len = strlen(code);
    return strncmp(text, code, len) == 0 && strchr("_.@:", text[len]) != NULL;
}

/* First language of the list that there is, "fr:en:vi" being a legal LANGUAGE. */
static enum lang lang_of_list(const char *list)
{
    while (list != NULL) {
        if (names_language(list, "en"))
            return LANG_EN;
        if (names_language(list, "vi"))
            return LANG_VI;
        list = strchr(list, ':');
        if (list != NULL)
            list++;
    }
    return LANG_VI;
}

static enum lang lang_of_environment(void)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return lang_of_list(value);
    }
    return LANG_VI;
}

/* The catalogs beside the program, so that it speaks Vietnamese before it is installed.
 */
static bool bind_beside_program(void)
{
    char path[PATH_MAX], dir[PATH_MAX + sizeof "/../share/locale"];
    struct stat info;
    const ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return false;
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    /* beside the program as built, or where `make install` puts it under any prefix */
    static const char *const places[] = {"/locale", "/../share/locale"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        (void)snprintf(dir, sizeof dir, "%s%s", path, places[i]);
        if (stat(dir, &info) == 0 && S_ISDIR(info.st_mode))
            return bindtextdomain(domain, dir) != NULL;
    }
    return false;
}

void lang_init(void)
{
    const enum lang lang = lang_of_environment();
    (void)setlocale(LC_ALL, "");
    (void)setlocale(LC_NUMERIC, "C"); /* files have decimal points, whoever reads them */
    /* In the locale C gettext ignores LANGUAGE. C.UTF-8 is there on the barest Debian. */
    const char *messages = setlocale(LC_MESSAGES, NULL);
    if (messages == NULL || strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0)
        (void)setlocale(LC_MESSAGES, "C.UTF-8");
    if (!bind_beside_program())
        (void)bindtextdomain(domain, LOMSONG_LOCALEDIR);
    (void)bind_textdomain_codeset(domain, "UTF-8");
    (void)textdomain(domain);
    lang_set(lang);
}

void lang_set(enum lang lang)
{
    (void)setenv("LANGUAGE", lang == LANG_EN ? "en" : "vi", 1);
    _nl_msg_cat_cntr++;
}

enum lang lang_get(void)
{
    return lang_of_list(getenv("LANGUAGE"));
}

int lang_parse(const char *text)
{
    if (strcmp(text, "vi") == 0)
        return LANG_VI;
    return strcmp(text, "en") == 0 ? LANG_EN : -1;
}
