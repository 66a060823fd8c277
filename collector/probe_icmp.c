/* Echo requests and their answers: type, code, checksum, identifier, sequence number,
 * then data that comes back as it went; ours begins with the token. */
#include "probe_icmp.h"

#include <string.h>

enum {
    V4_REQUEST = 8,
    V4_ANSWER = 0,
    V6_REQUEST = 128,
    V6_ANSWER = 129,
    HEADER_SIZE = 8,
    IPV4_HEADER_MIN = 20,
};

static uint16_t checksum(const uint8_t *bytes, size_t size) /* RFC 1071; even size */
{
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

void probe_icmp_write(const struct probe_icmp *p, uint16_t sequence,
                      uint8_t packet[ICMP_PACKET_SIZE])
{
    memset(packet, 0, ICMP_PACKET_SIZE);
    packet[0] = p->is_v6 ? V6_REQUEST : V4_REQUEST;
    put16(packet + 4, p->id);
    put16(packet + 6, sequence);
    memcpy(packet + HEADER_SIZE, p->token, ICMP_TOKEN_SIZE);
    if (!p->is_v6) /* ICMPv6's covers the addresses: the kernel fills it in */
        put16(packet + 2, checksum(packet, ICMP_PACKET_SIZE));
}

int probe_icmp_read(const struct probe_icmp *p, const uint8_t *bytes, size_t size)
{
    if (p->is_raw && !p->is_v6) {
        const size_t header = size > 0 ? (size_t)(bytes[0] & 15) * 4 : 0;
        if (header < IPV4_HEADER_MIN || header > size)
            return -1;
        bytes += header;
        size -= header;
    }
    if (size < HEADER_SIZE + ICMP_TOKEN_SIZE ||
        bytes[0] != (p->is_v6 ? V6_ANSWER : V4_ANSWER) || bytes[1] != 0)
        return -1;
    if (p->is_raw && get16(bytes + 4) != p->id)
        return -1;
    if (memcmp(bytes + HEADER_SIZE, p->token, ICMP_TOKEN_SIZE) != 0)
        return -1;
    return get16(bytes + 6);
}
