/* YAML files of rules and regions: reading the file, and single values out of its texts.
 */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"
#include "yaml_doc.h"

/* Plain decimal numbers only, with a point in every locale. */
static bool parse_number(const char *text, double *value)
{
    const locale_t c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    char *end = NULL;
    if (c_locale == (locale_t)0)
        return false;
    *value = strtod_l(text, &end, c_locale);
    freelocale(c_locale);
    return *text != '\0' && text[strspn(text, "+-.0123456789eE")] == '\0' &&
           *end == '\0' && isfinite(*value);
}

static enum err number_error(const struct yaml_doc *doc, const char *path,
                             const char *text, struct yaml_range r)
{
    if (r.whole)
        return yaml_doc_error(
            doc, path, _("is \"%.40s\", expected a whole number from %.0f to %.0f"), text,
            r.min, r.max);
    if (r.above_min && r.below_max)
        return yaml_doc_error(doc, path,
                              _("is \"%.40s\", expected a number above %g and below %g"),
                              text, r.min, r.max);
    if (r.above_min)
        return yaml_doc_error(doc, path,
                              _("is \"%.40s\", expected a number above %g and up to %g"),
                              text, r.min, r.max);
    return yaml_doc_error(doc, path, _("is \"%.40s\", expected a number from %g to %g"),
                          text, r.min, r.max);
}

enum err yaml_doc_number(const struct yaml_doc *doc, const char *path, const char *text,
                         struct yaml_range range, double *value)
{
    double v = NAN;
    const bool fits = parse_number(text, &v) && v >= range.min && v <= range.max &&
                      !(range.above_min && v <= range.min) &&
                      !(range.below_max && v >= range.max) &&
                      !(range.whole && floor(v) != v);
    if (!fits)
        return number_error(doc, path, text, range);
    *value = v;
    return ERR_OK;
}

enum err yaml_doc_line(const struct yaml_doc *doc, const char *path, const char *text)
{
    bool visible = false;
    for (const char *c = text; *c != '\0'; c++) {
        if (iscntrl((unsigned char)*c))
            return yaml_doc_error(doc, path,
                                  _("holds a control character; expected one line"));
        visible = visible || *c != ' ';
    }
    return visible ? ERR_OK : yaml_doc_error(doc, path, _("is empty; expected a text"));
}

enum err yaml_doc_read(const char *path, char **text, size_t *size)
{
    FILE *f = fopen(path, "rb");
    char *buf = NULL;
    size_t len = 0;
    enum err err = ERR_INPUT;
    if (f == NULL) {
        err_report(_("%s: cannot be opened: %s"), path, strerror(errno));
        goto done;
    }
    buf = xmalloc(YAML_DOC_MAX_SIZE + 1);
    errno = 0;
    len = fread(buf, 1, YAML_DOC_MAX_SIZE + 1, f);
    if (ferror(f))
        err_report(_("%s: cannot be read: %s"), path, strerror(errno));
    else if (len > YAML_DOC_MAX_SIZE)
        err_report(_("%s: larger than %d bytes; expected a small YAML file"), path,
                   YAML_DOC_MAX_SIZE);
    else if (len == 0)
        err_report(_("%s: the file is empty; expected keys and values"), path);
    else
        err = ERR_OK;
done:
    if (err == ERR_OK) {
        buf[len] = '\0';
        *text = xreallocarray(buf, len + 1, 1);
        *size = len;
    } else {
        free(buf);
    }
    if (f != NULL)
        fclose(f);
    return err;
}
