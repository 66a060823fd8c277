/* The hash of a log out of the pieces that it is read in: its bytes are in memory then,
 * and need not be read once more. Pieces are hashed in their order, each by the thread
 * that reads it, as it reads it: they read in turn, and take rows apart at the same time.
 */
#ifndef LOMSONG_INGEST_HASH_H
#define LOMSONG_INGEST_HASH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "sha256.h"

struct ingest_hash {
    struct sha256 *sum;
    size_t next; /* the piece whose turn it is */
    bool stopped;
    pthread_mutex_t lock;
    pthread_cond_t turn;
};

void ingest_hash_begin(struct ingest_hash *h);

/* Waits for a piece's turn. What its bytes are to be added to, by the caller alone until
 * it passes the turn on; NULL where there will be no hash. Pieces must be taken up in
 * their order, and each turn passed on, or all be stopped. */
struct sha256 *ingest_hash_wait(struct ingest_hash *h, size_t piece);
void ingest_hash_pass(struct ingest_hash *h);
/* There will be no hash: lets all go that wait. */
void ingest_hash_stop(struct ingest_hash *h);
/* The hash of all pieces. */
void ingest_hash_end(struct ingest_hash *h, char hex[SHA256_TEXT_SIZE]);
void ingest_hash_free(struct ingest_hash *h);

#endif
