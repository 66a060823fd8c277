/* Who a modem is, as a text and back. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "modem_who.h"

#include <string.h>

static void test_round_trip(void **unused)
{
    (void)unused;
    const struct modem m = {.name = "viettel mái",
                            .usb_path = "1-1.4",
                            .manufacturer = "Quectel",
                            .model = "EC25",
                            .firmware = "EC25EFAR06A01M4G",
                            .imei_hash =
                                "81d9be5ef2bde9e4ef1a9797751af82a345d780c4ca5a1ad"
                                "1234567890123456",
                            .mount = "vehicle",
                            .sim_mccmnc = mccmnc_parse("310410"),
                            .offset_db = -2.25};
    char text[MODEM_WHO_SIZE];
    struct modem back = {.modem_id = 7};
    modem_who_format(&m, text);
    assert_true(modem_who_parse(text, &back));
    assert_string_equal(back.name, m.name);
    assert_string_equal(back.usb_path, m.usb_path);
    assert_string_equal(back.manufacturer, m.manufacturer);
    assert_string_equal(back.model, m.model);
    assert_string_equal(back.firmware, m.firmware);
    assert_string_equal(back.imei_hash, m.imei_hash);
    assert_string_equal(back.mount, m.mount);
    assert_int_equal(back.sim_mccmnc, m.sim_mccmnc);
    assert_true(back.offset_db == m.offset_db);
    assert_int_equal(back.modem_id, 7);
}

/* No number of a subscriber, wherever it was put; no tab inside a value. */
static void test_scrubbed(void **unused)
{
    (void)unused;
    const struct modem m = {.name = "my 356938035643809", .model = "a\tb=c"};
    char text[MODEM_WHO_SIZE];
    modem_who_format(&m, text);
    assert_string_equal(text, "name=my xxxxxxxxxxxxxxx\tmodel=a b=c\toffset_db=0");
}

static void test_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"", true},
        {"name=", true},
        {"name=a", true},
        {"name=a\tname=b\t", true},
        {"name", false},
        {"imei=356938035643809", false},
        {"=a", false},
        {"mount=a very long word for a place", false},
        {"sim_mccmnc=4520", false},
        {"offset_db=", false},
        {"offset_db=51", false},
        {"offset_db=nan", false},
        {"name=0123456789012345678901234567890123456789012345678901234567890123", false},
        {"name="
         "0123456789012345678901234567890123456789012345678901234567890123456789012345"
         "67890123456789",
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct modem m = {.name = "before"};
        assert_int_equal(modem_who_parse(rows[i].text, &m), rows[i].good);
        if (!rows[i].good)
            assert_string_equal(m.name, "before");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_scrubbed),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
