/* What a reader cannot be faster than, or would like to be: limits split FILE.
 *
 * split: libcsv cuts a CSV into fields that nobody looks at. Prints how many. */
#include <csv.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct counts {
    uint64_t fields;
    uint64_t rows;
};

static void take_field(void *field, size_t len, void *counts)
{
    (void)field;
    (void)len;
    ((struct counts *)counts)->fields++;
}

static void take_row(int end, void *counts)
{
    (void)end;
    ((struct counts *)counts)->rows++;
}

static int split(FILE *f)
{
    static char buf[1 << 20];
    struct counts c = {0};
    struct csv_parser p;
    size_t n;
    if (csv_init(&p, 0) != 0)
        return 1;
    while ((n = fread(buf, 1, sizeof buf, f)) > 0) {
        if (csv_parse(&p, buf, n, take_field, take_row, &c) != n)
            return 1;
    }
    csv_fini(&p, take_field, take_row, &c);
    csv_free(&p);
    printf("split %" PRIu64 " %" PRIu64 "\n", c.rows, c.fields);
    return ferror(f) ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 3 || strcmp(argv[1], "split") != 0) {
        fputs("usage: limits split FILE\n", stderr);
        return 2;
    }
    FILE *f = fopen(argv[2], "rb");
    if (!f) {
        perror(argv[2]);
        return 1;
    }
    const int rc = split(f);
    fclose(f);
    return rc;
}
