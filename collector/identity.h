/* Who a modem is, without saying it: the keyed hash of its IMEI. */
#ifndef LOMSONG_IDENTITY_H
#define LOMSONG_IDENTITY_H

enum { IDENTITY_KEY_SIZE = 32, IDENTITY_HASH_SIZE = 65 };

/* HMAC-SHA-256, as hex, of the digits of an IMEI as +CGSN or ModemManager give it
 * (TS 23.003 §6.2.1: the first 14 digits identify the device; the 15th is a check digit
 * that some leave out). "" where there are fewer than 14 digits. */
void identity_hash_imei(const char *imei, const unsigned char key[IDENTITY_KEY_SIZE],
                        char hex[IDENTITY_HASH_SIZE]);

#endif
