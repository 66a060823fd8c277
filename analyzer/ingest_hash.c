/* Hashing pieces in turn. */
#include "ingest_hash.h"

void ingest_hash_begin(struct ingest_hash *h)
{
    *h = (struct ingest_hash){.sum = sha256_begin()};
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->turn, NULL);
}

struct sha256 *ingest_hash_wait(struct ingest_hash *h, size_t piece)
{
    pthread_mutex_lock(&h->lock);
    while (h->next != piece && !h->stopped)
        pthread_cond_wait(&h->turn, &h->lock);
    struct sha256 *sum = h->stopped ? NULL : h->sum;
    pthread_mutex_unlock(&h->lock);
    return sum;
}

void ingest_hash_pass(struct ingest_hash *h)
{
    pthread_mutex_lock(&h->lock);
    h->next++;
    pthread_cond_broadcast(&h->turn);
    pthread_mutex_unlock(&h->lock);
}

void ingest_hash_stop(struct ingest_hash *h)
{
    pthread_mutex_lock(&h->lock);
    h->stopped = true;
    pthread_cond_broadcast(&h->turn);
    pthread_mutex_unlock(&h->lock);
}

void ingest_hash_end(struct ingest_hash *h, char hex[SHA256_TEXT_SIZE])
{
    sha256_end(h->sum, hex);
    h->sum = NULL;
}

void ingest_hash_free(struct ingest_hash *h)
{
    char unused[SHA256_TEXT_SIZE];
    if (h->sum)
        sha256_end(h->sum, unused);
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->turn);
}
