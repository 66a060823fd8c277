/* Who a modem is, from its answers: no number of a person or a device stays. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "at_identity.h"

#include <stdio.h>
#include <string.h>

static const unsigned char key[32] = {1, 2, 3};

static void test_texts(void **unused)
{
    static const struct {
        const char *command, *line, *manufacturer, *model, *firmware;
    } rows[] = {
        {"+CGMI", "Quectel", "Quectel", "", ""},
        {"+CGMI", "+CGMI: \"Huawei", "Huawei", "", ""},
        {"+CGMI", "+CREG: 1", "1", "", ""}, /* what is asked for decides */
        {"+CGMI", "+SOMETHING", "", "", ""},
        {"+CGMM", "EC25", "", "EC25", ""},
        {"+CGMR", "EC25EFAR06A01M4G", "", "", "EC25EFAR06A01M4G"},
        {"E0", "OK", "", "", ""},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct modem who = {.modem_id = 1};
        at_identity_take(&who, rows[i].command, rows[i].line, key);
        at_identity_take(&who, rows[i].command, "second line", key);
        const bool none = !*rows[i].manufacturer && !*rows[i].model && !*rows[i].firmware;
        if (none && strcmp(rows[i].command, "+CGMI") == 0) {
            assert_string_equal(who.manufacturer, "second line");
            continue;
        }
        assert_string_equal(who.manufacturer, rows[i].manufacturer);
        assert_string_equal(who.model, rows[i].model);
        assert_string_equal(who.firmware, rows[i].firmware);
    }
}

static void test_long_text(void **unused)
{
    struct modem who = {.modem_id = 1};
    char line[2 * MODEM_TEXT_SIZE];
    (void)unused;
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    at_identity_take(&who, "+CGMM", line, key);
    assert_int_equal(strlen(who.model), MODEM_TEXT_SIZE - 1);
}

static void test_operator(void **unused)
{
    static const struct {
        const char *line, *mccmnc;
    } rows[] = {
        {"452041234567890", "45204"},
        {"+CIMI: 452011234567890", "45201"},
        {"+CIMI: \"452021234567890\"", "45202"},
        {"310410123456789", "310410"},
        {"334020123456789", "334020"},
        {"45204123456", ""},
        {"4520412345678x", ""},
        {"ERROR", ""},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct modem who = {.modem_id = 1};
        char text[MCCMNC_TEXT_SIZE] = "";
        at_identity_take(&who, "+CIMI", rows[i].line, key);
        mccmnc_format(who.sim_mccmnc, text);
        assert_string_equal(text, rows[i].mccmnc);
        if (who.sim_mccmnc == 0)
            continue;
        at_identity_take(&who, "+CIMI", "452991234567890", key); /* the first counts */
        mccmnc_format(who.sim_mccmnc, text);
        assert_string_equal(text, rows[i].mccmnc);
    }
}

/* The device is known again by its hash, and the number is nowhere. */
static void test_imei(void **unused)
{
    static const unsigned char other_key[32] = {9};
    struct modem a = {.modem_id = 1}, b = a, c = a, d = a;
    (void)unused;
    at_identity_take(&a, "+CGSN", "490154203237518", key);
    at_identity_take(&b, "+CGSN", "+CGSN: \"490154203237518\"", key);
    at_identity_take(&c, "+CGSN", "490154203237518", other_key);
    at_identity_take(&d, "+CGSN", "4901542", key);
    assert_true(strlen(a.imei_hash) == 64);
    assert_string_equal(a.imei_hash, b.imei_hash);
    assert_string_not_equal(a.imei_hash, c.imei_hash);
    assert_string_equal(d.imei_hash, "");
    const char *bytes = (const char *)&a;
    for (size_t i = 0; i + 15 <= sizeof a; i++)
        assert_memory_not_equal(bytes + i, "490154203237518", 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_operator),
        cmocka_unit_test(test_imei),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
