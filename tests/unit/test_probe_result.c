/* How the end of an active test is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "probe_result.h"

static void test_the_end_of_a_transfer(void **state)
{
    static const struct {
        struct probe_http_end end;
        enum probe_verdict verdict;
        const char *reason;
    } rows[] = {
        {{.code = CURLE_OK, .status = 200}, PROBE_OK, ""},
        {{.code = CURLE_OK, .status = 206}, PROBE_OK, ""},
        {{.code = CURLE_OK, .status = 404}, PROBE_ERROR, "http_404"},
        {{.code = CURLE_OK, .status = 302}, PROBE_ERROR, "http_302"},
        {{.code = CURLE_WRITE_ERROR, .status = 200, .enough = true}, PROBE_OK, ""},
        {{.code = CURLE_WRITE_ERROR, .status = 503}, PROBE_ERROR, "http_503"},
        {{.code = CURLE_WRITE_ERROR, .status = 200, .limit_reached = true},
         PROBE_VOID,
         "daily_limit"},
        {{.code = CURLE_ABORTED_BY_CALLBACK, .limit_reached = true},
         PROBE_VOID,
         "daily_limit"},
        {{.code = CURLE_OPERATION_TIMEDOUT}, PROBE_TIMEOUT, "no_answer"},
        {{.code = CURLE_OPERATION_TIMEDOUT, .status = 200, .body_bytes = 1},
         PROBE_TIMEOUT,
         "too_slow"},
        {{.code = CURLE_COULDNT_CONNECT, .os_error = ECONNREFUSED},
         PROBE_REFUSED,
         "connection_refused"},
        {{.code = CURLE_COULDNT_CONNECT, .os_error = EHOSTUNREACH},
         PROBE_ERROR,
         "unreachable"},
        {{.code = CURLE_COULDNT_CONNECT, .os_error = 0}, PROBE_TIMEOUT, "no_answer"},
        {{.code = CURLE_COULDNT_CONNECT, .os_error = EPERM}, PROBE_VOID, "not_permitted"},
        {{.code = CURLE_PARTIAL_FILE, .status = 200}, PROBE_ERROR, "truncated"},
        {{.code = CURLE_GOT_NOTHING}, PROBE_ERROR, "connection_lost"},
        {{.code = CURLE_RECV_ERROR, .status = 200}, PROBE_ERROR, "connection_lost"},
        {{.code = CURLE_SEND_ERROR}, PROBE_ERROR, "connection_lost"},
        {{.code = CURLE_SSL_CONNECT_ERROR}, PROBE_ERROR, "tls"},
        {{.code = CURLE_PEER_FAILED_VERIFICATION,
          .verify_result = X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
         PROBE_ERROR,
         "certificate"},
        {{.code = CURLE_PEER_FAILED_VERIFICATION,
          .verify_result = X509_V_ERR_CERT_NOT_YET_VALID},
         PROBE_VOID,
         "clock"},
        {{.code = CURLE_PEER_FAILED_VERIFICATION,
          .verify_result = X509_V_ERR_CERT_HAS_EXPIRED,
          .clock_trusted = true},
         PROBE_ERROR,
         "certificate"},
        {{.code = CURLE_SSL_CACERT_BADFILE}, PROBE_VOID, "ca_file"},
        {{.code = CURLE_INTERFACE_FAILED}, PROBE_VOID, "no_interface"},
        {{.code = CURLE_WEIRD_SERVER_REPLY}, PROBE_ERROR, "not_http"},
        {{.code = CURLE_TOO_MANY_REDIRECTS}, PROBE_ERROR, "other"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct probe_result r = probe_result_of_http(&rows[i].end);
        if (r.verdict != rows[i].verdict || strcmp(r.reason, rows[i].reason) != 0)
            fail_msg("code %d, status %ld: %s %s", (int)rows[i].end.code,
                     rows[i].end.status, probe_verdict_name(r.verdict), r.reason);
    }
}

static void test_the_rate_is_that_of_the_body(void **state)
{
    (void)state;
    struct probe_http_end end = {.code = CURLE_OK,
                                 .status = 200,
                                 .body_bytes = 1000000,
                                 .transfer_us = 2000000,
                                 .sent_bytes = 800,
                                 .received_bytes = 1010000,
                                 .timing = "http=200",
                                 .message = "never mind"};
    struct probe_result r = probe_result_of_http(&end);
    assert_float_equal(r.rate_kbps, 4000, 1e-9);
    assert_int_equal(r.sent_bytes, 800);
    assert_int_equal(r.received_bytes, 1010000);
    assert_string_equal(r.detail,
                        "http=200"); /* what libcurl says of a success is noise */
    end.code = CURLE_OPERATION_TIMEDOUT;
    r = probe_result_of_http(&end);
    assert_float_equal(r.rate_kbps, 4000, 1e-9);
    assert_string_equal(r.detail, "http=200; never mind");
    end.transfer_us = 0;
    assert_true(isnan(probe_result_of_http(&end).rate_kbps));
    end.transfer_us = 1000;
    end.body_bytes = 0;
    assert_true(isnan(probe_result_of_http(&end).rate_kbps));
}

static void test_errors_before_anything_was_sent(void **state)
{
    static const struct {
        int code;
        enum probe_verdict verdict;
        const char *reason;
    } rows[] = {
        {ECONNREFUSED, PROBE_REFUSED, "connection_refused"},
        {ENETUNREACH, PROBE_ERROR, "unreachable"},
        {ENETDOWN, PROBE_ERROR, "unreachable"},
        {ETIMEDOUT, PROBE_TIMEOUT, "no_answer"},
        {ECONNRESET, PROBE_ERROR, "connection_lost"},
        {EACCES, PROBE_VOID, "not_permitted"},
        {ENODEV, PROBE_VOID, "no_interface"},
        {EMFILE, PROBE_VOID, "device"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct probe_result r = probe_result_of_errno(rows[i].code);
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_string_equal(r.reason, rows[i].reason);
        assert_true(isnan(r.rtt_ms) && isnan(r.rate_kbps) && isnan(r.loss_share));
    }
}

static void test_the_end_of_a_ping(void **state)
{
    static const struct {
        double rtt_ms[5];
        int answered, sent;
        enum probe_verdict verdict;
        double median_ms, loss;
    } rows[] = {
        {{30, 10, 20}, 3, 3, PROBE_OK, 20, 0},
        {{40, 10, 30, 20}, 4, 5, PROBE_OK, 20, 0.2}, /* the lower one */
        {{7}, 1, 5, PROBE_OK, 7, 0.8},
        {{0}, 0, 5, PROBE_TIMEOUT, (double)NAN, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double rtt_ms[5];
        memcpy(rtt_ms, rows[i].rtt_ms, sizeof rtt_ms);
        const struct probe_result r =
            probe_result_of_ping(rtt_ms, rows[i].answered, rows[i].sent);
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_float_equal(r.loss_share, rows[i].loss, 1e-12);
        if (rows[i].answered > 0)
            assert_float_equal(r.rtt_ms, rows[i].median_ms, 0);
        else
            assert_true(isnan(r.rtt_ms));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_of_a_transfer),
        cmocka_unit_test(test_the_rate_is_that_of_the_body),
        cmocka_unit_test(test_errors_before_anything_was_sent),
        cmocka_unit_test(test_the_end_of_a_ping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
