/* Who a modem is. */
#include "identity.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

enum { IMEI_DIGITS = 14 };

void identity_hash_imei(const char *imei, const unsigned char key[IDENTITY_KEY_SIZE],
                        char hex[IDENTITY_HASH_SIZE])
{
    unsigned char digits[IMEI_DIGITS];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    size_t count = 0;
    hex[0] = '\0';
    for (; *imei && count < IMEI_DIGITS; imei++) {
        if (*imei >= '0' && *imei <= '9')
            digits[count++] = (unsigned char)*imei;
    }
    if (count == IMEI_DIGITS && HMAC(EVP_sha256(), key, IDENTITY_KEY_SIZE, digits,
                                     sizeof digits, digest, &size)) {
        for (unsigned i = 0; i < 32 && i < size; i++)
            snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
    explicit_bzero(digits, sizeof digits);
}
