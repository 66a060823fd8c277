/* Faults of a push: which may pass, and what the user is told. */
#include <openssl/x509_vfy.h>

#include "../support/scratch.h"
#include "push_fault.h"

static void test_faults(void **state)
{
    static const struct {
        CURLcode code;
        long status, verify;
        bool may_pass;
        const char *told; /* NULL: no fault */
    } rows[] = {
        {CURLE_OK, 200, 0, false, NULL},
        {CURLE_OK, 201, 0, false, NULL},
        {CURLE_OK, 204, 0, false, NULL},
        {CURLE_OK, 404, 0, false, NULL},
        {CURLE_OK, 405, 0, false, NULL},
        {CURLE_OK, 409, 0, false, NULL},
        {CURLE_OK, 301, 0, false, "not followed"},
        {CURLE_OK, 308, 0, false, "not followed"},
        {CURLE_OK, 400, 0, false, "client certificate"},
        {CURLE_OK, 401, 0, false, "push.token_file"},
        {CURLE_OK, 403, 0, false, "forbids"},
        {CURLE_OK, 408, 0, true, "HTTP 408"},
        {CURLE_OK, 413, 0, false, "push.part_kb"},
        {CURLE_OK, 429, 0, true, "HTTP 429"},
        {CURLE_OK, 500, 0, true, "full disk"},
        {CURLE_OK, 501, 0, false, "HTTP 501"},
        {CURLE_OK, 502, 0, true, "HTTP 502"},
        {CURLE_OK, 503, 0, true, "HTTP 503"},
        {CURLE_OK, 507, 0, false, "no room"},
        {CURLE_COULDNT_RESOLVE_HOST, 0, 0, true, "no answer"},
        {CURLE_COULDNT_CONNECT, 0, 0, true, "no answer"},
        {CURLE_OPERATION_TIMEDOUT, 0, 0, true, "no answer"},
        {CURLE_SEND_ERROR, 0, 0, true, "no answer"},
        {CURLE_PARTIAL_FILE, 200, 0, true, "no answer"},
        {CURLE_URL_MALFORMAT, 0, 0, false, "no answer"},
        {CURLE_PEER_FAILED_VERIFICATION, 0, X509_V_ERR_CERT_NOT_YET_VALID, false,
         "set the clock"},
        {CURLE_PEER_FAILED_VERIFICATION, 0, X509_V_ERR_CERT_HAS_EXPIRED, false,
         "has expired"},
        {CURLE_PEER_FAILED_VERIFICATION, 0, 0, false, "push.ca_file"},
        {CURLE_SSL_CERTPROBLEM, 0, 0, false, "push.key_file"},
        {CURLE_SSL_CACERT_BADFILE, 0, 0, false, "push.ca_file"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512] = "";
        const struct push_try t = {.method = "PUT",
                                   .code = rows[i].code,
                                   .status = rows[i].status,
                                   .verify_result = rows[i].verify,
                                   .words = ""};
        print_message("code %d, HTTP %ld\n", (int)t.code, t.status);
        assert_int_equal(push_fault_may_pass(&t), rows[i].may_pass);
        assert_int_equal(push_fault_describe(&t, text, sizeof text),
                         rows[i].told != NULL);
        if (rows[i].told)
            assert_non_null(strstr(text, rows[i].told));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
