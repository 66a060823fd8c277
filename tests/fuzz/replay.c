/* Runs one fuzz target on the files of a directory, without a fuzzer: replay DIR. Prints
 * TAP: one test, with each file named before it is tried. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "harness.h"

/* Only some targets have the one, only sanitizers the other. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);
__attribute__((weak)) void __sanitizer_set_report_fd(void *fd);

/* The targets' messages are not wanted; a sanitizer's report goes to standard output. */
static void silence(void)
{
    const int null = open("/dev/null", O_WRONLY);
    if (__sanitizer_set_report_fd)
        __sanitizer_set_report_fd((void *)(intptr_t)STDOUT_FILENO);
    if (null < 0 || dup2(null, STDERR_FILENO) < 0)
        exit(1);
    close(null);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void try_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    printf("# %s\n", path);
    fflush(stdout);
    CHECK(f != NULL && fseek(f, 0, SEEK_END) == 0);
    const size_t size = (size_t)ftell(f);
    uint8_t *data =
        xmalloc(size); /* no byte more: a sanitizer sees what is read behind it */
    rewind(f);
    CHECK(fread(data, 1, size, f) == size);
    fclose(f);
    CHECK(LLVMFuzzerTestOneInput(data, size) == 0);
    free(data);
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    if (argc != 2) {
        fputs("usage: replay DIR\n", stderr);
        return 2;
    }
    const int count = scandir(argv[1], &entries, is_input, alphasort);
    if (count <= 0) {
        fprintf(stderr, "%s: %s\n", argv[1],
                count < 0 ? strerror(errno) : "has no files");
        return 1;
    }
    silence();
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    puts("1..1");
    for (int i = 0; i < count; i++) {
        char *path = xasprintf("%s/%s", argv[1], entries[i]->d_name);
        try_file(path);
        free(path);
        free(entries[i]);
    }
    free(entries);
    printf("ok 1 - %s: %d files\n", argv[1], count);
    return 0;
}
