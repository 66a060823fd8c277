/* Answers to pings: whatever arrives is one of ours or none. */
#include "harness.h"
#include "probe_icmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct probe_icmp p = {.id = 0x1234, .token = "12345678"};
    uint8_t packet[ICMP_PACKET_SIZE];
    for (int variant = 0; variant < 4; variant++) {
        p.is_v6 = variant & 1;
        p.is_raw = variant & 2;
        const int sequence = probe_icmp_read(&p, data, size);
        CHECK(sequence >= -1 && sequence <= UINT16_MAX);
        CHECK(sequence < 0 || memmem(data, size, p.token, sizeof p.token));
        if (sequence < 0)
            continue;
        probe_icmp_write(&p, (uint16_t)sequence, packet);
        packet[0] = p.is_v6 ? 129 : 0;
        if (!p.is_raw || p.is_v6)
            CHECK(probe_icmp_read(&p, packet, sizeof packet) == sequence);
    }
    return 0;
}
