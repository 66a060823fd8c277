/* Echo requests, and what is an answer to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "probe_icmp.h"

static const struct probe_icmp v4 = {.id = 0x1234, .token = "12345678"};
static const struct probe_icmp v4_raw = {
    .is_raw = true, .id = 0x1234, .token = "12345678"};
static const struct probe_icmp v6 = {.is_v6 = true, .id = 0x1234, .token = "12345678"};

/* The sum over a packet with its checksum is all ones (RFC 1071). */
static unsigned sum_of(const uint8_t *bytes, size_t size)
{
    unsigned sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (unsigned)bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static void test_a_request(void **state)
{
    uint8_t packet[ICMP_PACKET_SIZE];
    (void)state;
    probe_icmp_write(&v4, 0x0102, packet);
    assert_int_equal(packet[0], 8);
    assert_int_equal(packet[1], 0);
    assert_int_equal(sum_of(packet, sizeof packet), 0xffff);
    assert_memory_equal(packet + 4,
                        "\x12\x34\x01\x02"
                        "12345678",
                        12);
    probe_icmp_write(&v6, 0x0102, packet);
    assert_int_equal(packet[0], 128);
    assert_int_equal(packet[2] | packet[3], 0); /* the kernel's to fill in */
}

/* Turns a request into the answer to it. */
static void answer_of(const struct probe_icmp *p, uint16_t sequence, uint8_t *packet)
{
    probe_icmp_write(p, sequence, packet);
    packet[0] = p->is_v6 ? 129 : 0;
}

static void test_answers(void **state)
{
    uint8_t packet[20 + ICMP_PACKET_SIZE] = {0x45};
    (void)state;
    answer_of(&v4, 7, packet);
    assert_int_equal(probe_icmp_read(&v4, packet, ICMP_PACKET_SIZE), 7);
    answer_of(&v6, 65535, packet);
    assert_int_equal(probe_icmp_read(&v6, packet, ICMP_PACKET_SIZE), 65535);
    assert_int_equal(probe_icmp_read(&v4, packet, ICMP_PACKET_SIZE), -1);
    packet[0] = 0x45; /* a raw socket gives the IPv4 header, too */
    answer_of(&v4_raw, 3, packet + 20);
    assert_int_equal(probe_icmp_read(&v4_raw, packet, sizeof packet), 3);
}

/* Each byte that makes an answer another program's. */
static void test_what_is_no_answer_to_us(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
    } rows[] = {
        {0, 0x44},  /* a header below its least size */
        {0, 0x4f},  /* one that leaves too little */
        {20, 8},    /* a request: our own, on lo */
        {20, 3},    /* unreachable */
        {21, 1},    /* a code */
        {24, 0x99}, /* another id */
        {28, 'x'},  /* another token */
    };
    uint8_t packet[20 + 16];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t whole[20 + ICMP_PACKET_SIZE] = {0x45};
        answer_of(&v4_raw, 3, whole + 20);
        memcpy(packet, whole, sizeof packet);
        assert_int_equal(probe_icmp_read(&v4_raw, packet, sizeof packet), 3);
        packet[rows[i].at] = rows[i].value;
        if (probe_icmp_read(&v4_raw, packet, sizeof packet) != -1)
            fail_msg("byte %zu as 0x%02x was taken", rows[i].at, rows[i].value);
    }
    for (size_t size = 0; size < sizeof packet; size++)
        assert_int_equal(probe_icmp_read(&v4_raw, packet, size), -1);
    uint8_t other[ICMP_PACKET_SIZE];
    answer_of(&v4, 3,
              other); /* the kernel chooses the id where the socket is no raw one */
    other[4] = 0x99;
    assert_int_equal(probe_icmp_read(&v4, other, sizeof other), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_what_is_no_answer_to_us),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
