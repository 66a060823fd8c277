/* Import: from a file of any known format to rows for quality. A format is one file
 * import_*.c and one row in import_formats.c; it is found from the content, never from
 * the file's name. */
#ifndef LOMSONG_IMPORT_H
#define LOMSONG_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csvio.h"
#include "err.h"
#include "probes.h"
#include "quality.h"
#include "sha256.h"

/* --map ours=theirs */
struct import_map {
    const char *ours;
    const char *theirs;
};

struct gps_track;

struct import_options {
    int32_t utc_offset_s; /* of times without a zone, and of the local day */
    mccmnc_t mccmnc;      /* of logs and rows that name no operator; 0: none given */
    const struct import_map *map;
    size_t map_count;
    bool has_day; /* the local day of logs that have no times */
    int32_t day;
    const struct gps_track *track; /* of rows without a position; NULL: none */
};

/* A row of a log. Pointers in it are valid until the sink returns. */
struct import_row {
    struct quality_row quality;
    double offset_db; /* to be added to the levels (see triplog.h); 0: they are final */
    int32_t day_offset_s;  /* from UTC to the day of the visit */
    bool has_day_offset;   /* the log named that offset itself */
    bool rscp_may_be_rssi; /* decided when the whole log is known (see import_facts) */
    int64_t line;          /* line, or sample_id */
    const char *fault;     /* what is malformed, or why the row is no sample, already
                              translated; NULL where there is nothing to say */
    const char *raw; /* the row as it stands in a text log, not terminated; NULL: none */
    size_t raw_len;
};

/* Takes a row; anything but ERR_OK ends the import. */
typedef enum err (*import_sink_fn)(void *ctx, const struct import_row *row);

/* Takes an active test; NULL stands for one that does not count. */
typedef enum err (*import_probe_fn)(void *ctx, const struct probe_wish *wish);

/* An opened input. Gzip is unpacked on the way, whatever the file's name says. */
struct import_file;
enum { IMPORT_HEAD_SIZE = 1 << 16 };

/* Opens a path, or standard input for "-" (spooled, so that it can be read twice). */
MUST_CHECK enum err import_file_open(const char *path, struct import_file **f);
void import_file_close(struct import_file *f);
/* The name for messages and for the manifest. */
const char *import_file_name(const struct import_file *f);
/* The first bytes, unpacked. */
const char *import_file_head(const struct import_file *f, size_t *size);
/* True where SQLite has rows of this file in a -wal beside it, which the hash does not
 * see. */
bool import_file_has_wal(const struct import_file *f);
/* Its path on disk where the log's bytes stand there as they are; NULL where they are
 * packed. */
const char *import_file_plain_path(const struct import_file *f);
/* SHA-256 of the file as it lies on disk. */
MUST_CHECK enum err import_file_sha256(const struct import_file *f,
                                       char hex[SHA256_TEXT_SIZE]);
/* A csvio source over the unpacked bytes; each reading starts with a rewind. */
MUST_CHECK enum err import_file_rewind(struct import_file *f);
long import_file_read(void *f, void *buf, size_t size);
/* A path at which the unpacked bytes can be opened by a library that wants a file. Lives
 * as long as the import_file. ERR_FAILED, reported, where there is no room for it. */
MUST_CHECK enum err import_file_unpack(struct import_file *f, const char **path);

/* Whole lines of a log, to be read by themselves. */
enum { IMPORT_PIECE_BEHIND = 32 };
struct import_piece {
    const char *data; /* with a NUL behind the last byte where that ends no line, and
                       * IMPORT_PIECE_BEHIND bytes in all that can be read there */
    size_t size;
    const char *before; /* the row before it, without its end, NULL: none; when it has
                         * been read, its own last one */
    size_t before_len;
    int64_t first_line; /* its number in the file */
    int64_t lines;      /* found: how many there are */
    bool irregular; /* found: it cannot be read by itself, nor can the log (a quoted field
                     * over several lines, line ends of another kind, a line too long,
                     * a header of other columns) */
};

/* The head of a log, understood, and where its rows begin. */
struct import_body {
    void *pieces;
    size_t offset;
    int64_t line;  /* of the first row */
    size_t count;  /* of pieces, where seek() finds them */
    bool has_seal; /* which seal() tells */
};

/* Reading a log in pieces, in any order and at the same time, with the same rows as
 * read() gives. What is unusual is left to read(). */
struct import_pieces {
    /* Understands the head of a log. body->pieces NULL: the log must be read as a whole.
     * ERR_INPUT, reported, where read() would refuse the head. */
    enum err (*open)(struct import_file *f, const struct import_options *options,
                     size_t piece_size, struct import_body *body);
    void (*close)(void *pieces);
    /* A reader for one thread. */
    void *(*reader)(const void *pieces);
    void (*reader_free)(void *reader);
    /* For logs that are no text and know their own pieces; NULL for text, which is cut
     * at line ends. What is read next are rows before a piece (true: all of them), and
     * then the piece; of struct import_piece only what is found then counts. Lines are
     * those of the log. */
    bool (*seek)(void *reader, size_t number);
    /* As that of struct import_format, once all pieces have been read. */
    const char *(*seal)(const void *pieces);
    enum err (*read)(void *reader, struct import_piece *piece, import_sink_fn sink,
                     void *ctx);
};

struct import_format {
    const char *name;    /* for --format and the manifest */
    const char *help;    /* N_() */
    const char *example; /* a header and a row; NULL for a database */
    bool (*detect)(const char *head, size_t size, const struct import_options *options);
    enum err (*read)(struct import_file *f, const struct import_options *options,
                     import_sink_fn sink, void *ctx);
    /* Identity of the trip for formats that have one; NULL otherwise. */
    enum err (*trip_uuid)(struct import_file *f, char *uuid, size_t size);
    /* "intact" or "broken" for formats with a seal, "" where this one has none. */
    const char *(*seal)(struct import_file *f);
    /* The log's active tests, for formats that have them; NULL otherwise. */
    enum err (*probes)(struct import_file *f, import_probe_fn take, void *ctx);
    /* Reading in pieces; NULL: only as a whole. */
    const struct import_pieces *pieces;
    /* Rows that name no operator belong to the log's most frequent one. */
    bool operator_by_majority;
};

extern const struct import_format import_formats[];
extern const size_t import_format_count;

/* The format of a file, or the one forced by name (NULL: none). ERR_INPUT, reported,
 * where the content is not known; ERR_USAGE where the name is not. */
MUST_CHECK enum err import_find_format(struct import_file *f, const char *forced,
                                       const struct import_options *options,
                                       const struct import_format **format);

/* What a file is that is no log, by its beginning, and where it belongs; NULL: not known.
 */
const char *import_stranger(const char *head, size_t size);

/* Reads a log: rows without a position get the track's, where there is one. */
MUST_CHECK enum err import_read(const struct import_format *format, struct import_file *f,
                                const struct import_options *options, import_sink_fn sink,
                                void *ctx);

/* What only a whole log can tell. */
struct import_operator_count {
    mccmnc_t mccmnc;
    int64_t rows;
};
struct import_facts {
    struct import_operator_count *operators;
    size_t operator_count;
    size_t operator_capacity;
    size_t recent; /* the operator of the last row */
    bool any_3g_level;
    bool all_3g_levels_odd; /* whole, odd, in -113..-51: RSSI by -113 + 2·ASU */
};
void import_facts_add(struct import_facts *facts, const struct import_row *row);
void import_facts_free(struct import_facts *facts);
/* A log of so many operators was made up, to take hours and to fill a disk with a map of
 * each: they are counted no further. ERR_INPUT, reported. */
enum { IMPORT_MAX_OPERATORS = 2048 };
bool import_facts_crowded(const struct import_facts *facts);
MUST_CHECK enum err import_facts_check(const struct import_facts *facts,
                                       const char *name);
/* The operator of rows that name none: the most frequent (lowest on a tie) where
 * `majority`, else the only one; 0 where that does not say. */
mccmnc_t import_facts_operator(const struct import_facts *facts, bool majority);
bool import_facts_3g_is_rssi(const struct import_facts *facts);

/* Shared by the CSV formats: checks the number of fields of a row against the header's,
 * one empty trailing field allowed on either. */
bool import_field_count_ok(size_t header_count, const struct csvio_row *row);

/* What is wrong with a row that is a header among the rows, and with one behind such a
 * header that lacks columns. */
const char *import_header_fault(void);
const char *import_columns_fault(void);

/* The head of a file as a csvio source, for looking at its header. */
struct import_head {
    const char *data;
    size_t size;
};
long import_head_read(void *head, void *buf, size_t size);

/* The row before, for `duplicate`: true where this one has the same bytes. */
struct import_previous {
    char *raw;
    size_t len;
    bool any;
};
bool import_same_as_previous(struct import_previous *p, const struct csvio_row *row);
void import_previous_free(struct import_previous *p);

/* One row per format. */
bool import_lomsong_csv_detect(const char *head, size_t size,
                               const struct import_options *options);
enum err import_lomsong_csv_read(struct import_file *f,
                                 const struct import_options *options,
                                 import_sink_fn sink, void *ctx);
extern const struct import_pieces import_lomsong_pieces;
extern const struct import_pieces import_triplog_pieces;
/* Comma, semicolon or tab: whichever the header has most of. */
char import_lomsong_delimiter(const char *head, size_t size);
bool import_gnettrack_text_detect(const char *head, size_t size,
                                  const struct import_options *options);
enum err import_gnettrack_text_read(struct import_file *f,
                                    const struct import_options *options,
                                    import_sink_fn sink, void *ctx);
bool import_gnettrack_dataset_detect(const char *head, size_t size,
                                     const struct import_options *options);
enum err import_gnettrack_dataset_read(struct import_file *f,
                                       const struct import_options *options,
                                       import_sink_fn sink, void *ctx);
/* Reads a row of the columns of the text log; false where the header lacks some. */
bool import_gnettrack_row(const struct csvio_row *header, const struct csvio_row *row,
                          const struct import_options *options, struct import_row *out);
bool import_gnettrack_kml_detect(const char *head, size_t size,
                                 const struct import_options *options);
enum err import_gnettrack_kml_read(struct import_file *f,
                                   const struct import_options *options,
                                   import_sink_fn sink, void *ctx);
bool import_triplog_detect(const char *head, size_t size,
                           const struct import_options *options);
enum err import_triplog_read(struct import_file *f, const struct import_options *options,
                             import_sink_fn sink, void *ctx);
enum err import_triplog_uuid(struct import_file *f, char *uuid, size_t size);
const char *import_triplog_seal(struct import_file *f);
enum err import_triplog_probes(struct import_file *f, import_probe_fn take, void *ctx);

bool import_network_survey_detect(const char *head, size_t size,
                                  const struct import_options *options);
enum err import_network_survey_read(struct import_file *f,
                                    const struct import_options *options,
                                    import_sink_fn sink, void *ctx);
bool import_network_survey_gpkg_detect(const char *head, size_t size,
                                       const struct import_options *options);
enum err import_network_survey_gpkg_read(struct import_file *f,
                                         const struct import_options *options,
                                         import_sink_fn sink, void *ctx);
bool import_tower_collector_detect(const char *head, size_t size,
                                   const struct import_options *options);
enum err import_tower_collector_read(struct import_file *f,
                                     const struct import_options *options,
                                     import_sink_fn sink, void *ctx);

bool import_cellmapper_detect(const char *head, size_t size,
                              const struct import_options *options);
enum err import_cellmapper_read(struct import_file *f,
                                const struct import_options *options, import_sink_fn sink,
                                void *ctx);
bool import_rtr_detect(const char *head, size_t size,
                       const struct import_options *options);
enum err import_rtr_read(struct import_file *f, const struct import_options *options,
                         import_sink_fn sink, void *ctx);
enum err import_rtr_probes(struct import_file *f, import_probe_fn take, void *ctx);

/* True for a name in --map that lomsong CSV knows. */
bool import_lomsong_csv_knows(const char *ours);

#endif
