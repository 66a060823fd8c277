/* SHA-256 through OpenSSL. */
#include "sha256.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

enum { HASH_SIZE = 32, BLOCK_SIZE = 1 << 16 };

static void hash_to_hex(const unsigned char hash[HASH_SIZE], char hex[SHA256_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_SIZE; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
    hex[2 * HASH_SIZE] = '\0';
}

static void report_broken(void)
{
    err_report(_("the OpenSSL library offers no SHA-256; check its installation"));
}

static void demand(bool done)
{
    if (done)
        return;
    report_broken();
    exit(ERR_FAILED);
}

void sha256_buffer(const void *data, size_t size, char hex[SHA256_TEXT_SIZE])
{
    unsigned char hash[HASH_SIZE];
    demand(EVP_Digest(data, size, hash, NULL, EVP_sha256(), NULL) == 1);
    hash_to_hex(hash, hex);
}

struct sha256 {
    EVP_MD_CTX *context;
};

struct sha256 *sha256_begin(void)
{
    struct sha256 *sum = xmalloc(sizeof *sum);
    sum->context = EVP_MD_CTX_new();
    demand(sum->context && EVP_DigestInit_ex(sum->context, EVP_sha256(), NULL) == 1);
    return sum;
}

void sha256_add(struct sha256 *sum, const void *data, size_t size)
{
    demand(EVP_DigestUpdate(sum->context, data, size) == 1);
}

void sha256_end(struct sha256 *sum, char hex[SHA256_TEXT_SIZE])
{
    unsigned char hash[HASH_SIZE];
    demand(EVP_DigestFinal_ex(sum->context, hash, NULL) == 1);
    hash_to_hex(hash, hex);
    EVP_MD_CTX_free(sum->context);
    free(sum);
}

enum err sha256_file(const char *path, char hex[SHA256_TEXT_SIZE])
{
    enum err err = ERR_INPUT;
    unsigned char hash[HASH_SIZE], block[BLOCK_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    FILE *file = fopen(path, "rbe");
    size_t n = 0;
    if (file == NULL)
        goto unreadable;
    if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        goto broken;
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        if (EVP_DigestUpdate(context, block, n) != 1)
            goto broken;
    }
    if (ferror(file))
        goto unreadable;
    if (EVP_DigestFinal_ex(context, hash, NULL) != 1)
        goto broken;
    hash_to_hex(hash, hex);
    err = ERR_OK;
    goto done;

unreadable:
    err_report(_("%s: cannot be read: %s"), path, strerror(errno));
    goto done;
broken:
    report_broken();
    err = ERR_FAILED;
done:
    if (file != NULL)
        (void)fclose(file);
    EVP_MD_CTX_free(context);
    return err;
}
