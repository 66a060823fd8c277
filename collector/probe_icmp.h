/* Echo requests and their answers (RFC 792, RFC 4443 §4). Pure. */
#ifndef LOMSONG_PROBE_ICMP_H
#define LOMSONG_PROBE_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ICMP_TOKEN_SIZE = 8,
    ICMP_PACKET_SIZE = 64, /* as ping's: 8 of header, 56 of data */
};

/* What tells our requests from other programs'. */
struct probe_icmp {
    bool is_v6;
    bool is_raw; /* answers come with the IPv4 header before them */
    uint16_t id; /* not compared where the kernel chooses it (not raw) */
    uint8_t token[ICMP_TOKEN_SIZE];
};

void probe_icmp_write(const struct probe_icmp *p, uint16_t sequence,
                      uint8_t packet[ICMP_PACKET_SIZE]);

/* The sequence number of an answer to one of our requests, or -1. */
int probe_icmp_read(const struct probe_icmp *p, const uint8_t *bytes, size_t size);

#endif
