/* KML of G-NetTrack, which the app writes beside its text log: a point per measurement,
 * the values in the point's description or ExtendedData.
 *
 *     <Placemark><description><![CDATA[Timestamp: 2025.07.18_22.11.08<br>
 *         Operator: 45204<br>NetworkTech: 4G<br>Level: -97 dBm<br>…]]></description>
 *     <Point><coordinates>106.136158,22.665338,210</coordinates></Point></Placemark>
 *
 * Names are those of the text log in any spelling (case, blanks and '_' do not count),
 * as "name: value", "name=value" or in two cells of a table; <TimeStamp><when> is another
 * place of the time, and the first of a value counts. What they mean is as in the text
 * log (import_gnettrack.c): longitude first, time local without a zone. Points without a
 * level and a technology are marks on the map, not measurements; lines and areas
 * likewise. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lang.h"
#include "xml_events.h"

enum {
    COL_TIME,
    COL_LON,
    COL_LAT,
    COL_OPERATOR_NAME,
    COL_OPERATOR,
    COL_TECH,
    COL_LEVEL,
    COL_QUAL,
    COL_SNR,
    COL_RSSI,
    COL_ARFCN,
    COL_PSC,
    COL_ALTITUDE,
    COL_LAC,
    COL_COUNT
};

enum { VALUE_SIZE = 64 };

/* The text log's columns. */
static const char *const header_fields[COL_COUNT] = {
    "Timestamp",   "Longitude", "Latitude", "Operatorname", "Operator",
    "NetworkTech", "Level",     "Qual",     "SNR",          "LTERSSI",
    "ARFCN",       "PSC",       "Altitude", "LAC",
};

/* Every name of a value, each between '|'; positions come from the point. */
static const char *const spellings[COL_COUNT] = {
    [COL_TIME] = "|timestamp|time|datetime|",
    [COL_OPERATOR_NAME] = "|operatorname|",
    [COL_OPERATOR] = "|operator|mccmnc|plmn|",
    [COL_TECH] = "|networktech|tech|networkmode|technology|rat|",
    [COL_LEVEL] = "|level|rsrp|rscp|rxlev|",
    [COL_QUAL] = "|qual|rsrq|ecno|",
    [COL_SNR] = "|snr|",
    [COL_RSSI] = "|lterssi|",
    [COL_ARFCN] = "|arfcn|earfcn|uarfcn|",
    [COL_PSC] = "|psc|pci|",
    [COL_LAC] = "|lac|tac|",
};

struct kml {
    const struct import_options *options;
    import_sink_fn sink;
    void *ctx;
    bool in_placemark, in_point;
    char values[COL_COUNT][VALUE_SIZE];
    char before[COL_COUNT][VALUE_SIZE]; /* the row before */
    int pending; /* the column whose value comes next; COL_COUNT: none */
};

static void put(struct kml *k, int column, const char *value, size_t len)
{
    char *to = k->values[column];
    if (to[0] != '\0' || len >= VALUE_SIZE)
        return; /* the first counts */
    memcpy(to, value, len);
    to[len] = '\0';
    /* "-97 dBm" */
    if (column >= COL_LEVEL && column <= COL_RSSI)
        to[strcspn(to, " ")] = '\0';
}

static int find_column(const char *name, size_t len)
{
    char text[40] = "|";
    size_t n = 1;
    for (size_t i = 0; i < len; i++) {
        if (n + 2 > sizeof text - 1)
            return COL_COUNT;
        if (name[i] != ' ' && name[i] != '_')
            text[n++] = (char)tolower((unsigned char)name[i]);
    }
    if (n == 1)
        return COL_COUNT;
    text[n++] = '|';
    text[n] = '\0';
    for (int c = 0; c < COL_COUNT; c++) {
        if (spellings[c] && strstr(spellings[c], text))
            return c;
    }
    return COL_COUNT;
}

static void trim(const char **text, size_t *len)
{
    while (*len > 0 && isspace((unsigned char)**text)) {
        ++*text;
        --*len;
    }
    while (*len > 0 && isspace((unsigned char)(*text)[*len - 1]))
        --*len;
}

/* A piece of text between tags: "name: value", a name, or the value of the name before.
 */
static void take_piece(struct kml *k, const char *text, size_t len)
{
    trim(&text, &len);
    if (len == 0)
        return;
    size_t name_len = 0;
    while (name_len < len && text[name_len] != ':' && text[name_len] != '=')
        name_len++;
    const char *name = text;
    size_t trimmed = name_len;
    trim(&name, &trimmed);
    const int column = find_column(name, trimmed);
    if (column == COL_COUNT) {
        if (k->pending != COL_COUNT)
            put(k, k->pending, text, len);
        k->pending = COL_COUNT;
        return;
    }
    const char *value = text + name_len + (name_len < len);
    size_t value_len = len - name_len - (name_len < len);
    trim(&value, &value_len);
    k->pending = value_len == 0 ? column : COL_COUNT;
    if (value_len > 0)
        put(k, column, value, value_len);
}

/* HTML, or plain text with a value per line. */
static void take_description(struct kml *k, const char *text)
{
    k->pending = COL_COUNT;
    while (*text) {
        const size_t len = strcspn(text, "<\r\n");
        take_piece(k, text, len);
        text += len;
        if (*text == '<')
            text += strcspn(text, ">");
        text += *text != '\0';
    }
    k->pending = COL_COUNT;
}

/* "106.136158,22.665338,210" */
static void take_coordinates(struct kml *k, const char *text)
{
    static const int columns[] = {COL_LON, COL_LAT, COL_ALTITUDE};
    for (size_t i = 0; i < sizeof columns / sizeof *columns && *text; i++) {
        const char *value = text;
        size_t len = strcspn(text, ",");
        text += len + (text[len] == ',');
        trim(&value, &len);
        put(k, columns[i], value, len);
    }
}

static enum err give_row(struct kml *k, int64_t line)
{
    if (!k->values[COL_LON][0] || (!k->values[COL_LEVEL][0] && !k->values[COL_TECH][0]))
        return ERR_OK;
    const char *fields[COL_COUNT];
    size_t header_lengths[COL_COUNT], lengths[COL_COUNT];
    for (int c = 0; c < COL_COUNT; c++) {
        fields[c] = k->values[c];
        lengths[c] = strlen(fields[c]);
        header_lengths[c] = strlen(header_fields[c]);
    }
    const struct csvio_row header = {
        .fields = header_fields, .lengths = header_lengths, .count = COL_COUNT};
    const struct csvio_row row = {
        .fields = fields, .lengths = lengths, .count = COL_COUNT, .line = line};
    struct import_row out = {.day_offset_s = k->options->utc_offset_s, .line = line};
    out.quality.sample = sample_empty();
    out.quality.duplicate = memcmp(k->values, k->before, sizeof k->values) == 0;
    memcpy(k->before, k->values, sizeof k->values);
    if (!import_gnettrack_row(&header, &row, k->options, &out))
        return ERR_OK; /* cannot be: the header is our own */
    return k->sink(k->ctx, &out);
}

static void on_start(void *ctx, const char *name, const char *const *attributes)
{
    struct kml *k = ctx;
    if (strcmp(name, "Placemark") == 0) {
        k->in_placemark = true;
        memset(k->values, 0, sizeof k->values);
        k->pending = COL_COUNT;
    } else if (strcmp(name, "Point") == 0) {
        k->in_point = true;
    } else if (strcmp(name, "Data") == 0 || strcmp(name, "SimpleData") == 0) {
        k->pending = COL_COUNT;
        for (size_t i = 0; attributes[i] && attributes[i + 1]; i += 2) {
            if (strcmp(attributes[i], "name") == 0)
                k->pending = find_column(attributes[i + 1], strlen(attributes[i + 1]));
        }
    }
}

static enum err on_end(void *ctx, const char *name, const char *text, int64_t line)
{
    struct kml *k = ctx;
    if (!k->in_placemark)
        return ERR_OK;
    if (strcmp(name, "Placemark") == 0) {
        k->in_placemark = false;
        return give_row(k, line);
    }
    if (strcmp(name, "Point") == 0)
        k->in_point = false;
    else if (strcmp(name, "coordinates") == 0 && k->in_point)
        take_coordinates(k, text);
    else if (strcmp(name, "description") == 0)
        take_description(k, text);
    else if (strcmp(name, "when") == 0)
        put(k, COL_TIME, text, strlen(text));
    else if ((strcmp(name, "value") == 0 || strcmp(name, "SimpleData") == 0) &&
             k->pending != COL_COUNT) {
        const char *value = text;
        size_t len = strlen(text);
        trim(&value, &len);
        put(k, k->pending, value, len);
        k->pending = COL_COUNT;
    }
    return ERR_OK;
}

bool import_gnettrack_kml_detect(const char *head, size_t size,
                                 const struct import_options *options)
{
    (void)options;
    return xml_events_is(head, size, "kml");
}

enum err import_gnettrack_kml_read(struct import_file *f,
                                   const struct import_options *options,
                                   import_sink_fn sink, void *ctx)
{
    static const struct xml_events events = {.start = on_start, .end = on_end};
    struct kml k = {.options = options, .sink = sink, .ctx = ctx, .pending = COL_COUNT};
    return xml_events_read(f, &events, &k);
}
