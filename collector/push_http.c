/* Requests of a push. Redirections are not followed: a portal that wants to be paid, or a
 * path to plain http, must not get a trip. */
#include "push_http.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lang.h"
#include "push_fault.h"
#include "xmem.h"

enum {
    TOKEN_MAX = 4096,
    FAULT_SIZE = 512,
    SLOWEST_BYTES_PER_S = 50,
    WAIT_MAX_S = 300,
    PAGE_MAX = 1 << 16 /* of an answer's body; nobody reads it */
};

struct push_http {
    const struct config_push *config;
    CURL *easy;
    struct curl_slist *headers;
    char *token; /* NULL: none */
    char fault[FAULT_SIZE];
    bool of_server;              /* the fault */
    char error[CURL_ERROR_SIZE]; /* libcurl's words */
};

/* One request. */
struct request {
    const char *method; /* for messages */
    const char *path;
    const struct push_body *body;
    size_t at;         /* of the body, sent or compared */
    size_t page_bytes; /* of the answer, where nothing is compared */
    bool enough;       /* the rest of the answer need not come */
};

enum err push_http_fail(struct push_http *h, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(h->fault, sizeof h->fault, fmt, args);
    va_end(args);
    err_report("%s", h->fault);
    return ERR_FAILED;
}

const char *push_http_fault(const struct push_http *h)
{
    return h->fault;
}

void push_http_blame_server(struct push_http *h)
{
    h->of_server = true;
}

bool push_http_is_fault_of_server(const struct push_http *h)
{
    return h->of_server;
}

void push_http_forget_fault(struct push_http *h)
{
    h->fault[0] = '\0';
    h->of_server = false;
}

static enum err check_readable(const char *path)
{
    if (!path || access(path, R_OK) == 0)
        return ERR_OK;
    err_report(_("%s: cannot be read: %s"), path, strerror(errno));
    return ERR_INPUT;
}

/* A secret that others can read is none. */
static enum err check_secret(const char *path)
{
    struct stat st;
    const enum err err = check_readable(path);
    if (err || !path)
        return err;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
        return ERR_OK;
    err_report(_("%s: others than its owner can read it; a file of mode 0600 was "
                 "expected (chmod 600)"),
               path);
    return ERR_INPUT;
}

static enum err read_token(struct push_http *h)
{
    char text[TOKEN_MAX + 2] = "";
    const char *path = h->config->token_file;
    const enum err err = check_secret(path);
    if (err || !path)
        return err;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    const size_t len = strcspn(text, "\r\n");
    bool ok = got > 0 && len > 0 && len <= TOKEN_MAX &&
              strspn(text + len, "\r\n") == (size_t)got - len;
    for (size_t i = 0; i < len; i++)
        ok = ok && text[i] > ' ' && text[i] <= '~';
    if (ok)
        h->token = xstrndup(text, len);
    explicit_bzero(text, sizeof text);
    if (ok)
        return ERR_OK;
    err_report(_("%s: a token was expected: one line of visible ASCII, at most %d bytes"),
               path, TOKEN_MAX);
    return ERR_INPUT;
}

static enum err check_files(const struct config_push *c)
{
    enum err err = check_readable(c->ca_file);
    if (!err)
        err = check_readable(c->cert_file);
    if (!err)
        err = check_secret(c->key_file ? c->key_file : c->cert_file);
    return err;
}

enum err push_http_open(const struct config_push *config, struct push_http **http)
{
    struct push_http *h = xcalloc(1, sizeof *h);
    h->config = config;
    enum err err = check_files(config);
    if (!err)
        err = read_token(h);
    if (!err) {
        h->easy = curl_easy_init();
        /* what was kept on the way is not what the server has */
        h->headers = curl_slist_append(NULL, "Cache-Control: no-cache");
        if (!h->easy || !h->headers) {
            err_report(_("libcurl cannot be started"));
            err = ERR_FAILED;
        }
    }
    if (err)
        push_http_close(h);
    else
        *http = h;
    return err;
}

void push_http_close(struct push_http *h)
{
    if (!h)
        return;
    if (h->easy)
        curl_easy_cleanup(h->easy);
    curl_slist_free_all(h->headers);
    if (h->token)
        explicit_bzero(h->token, strlen(h->token));
    free(h->token);
    free(h);
}

static size_t give(char *bytes, size_t one, size_t size, void *ctx)
{
    struct request *r = ctx;
    const size_t left = r->body->size - r->at;
    const size_t given = size * one < left ? size * one : left;
    memcpy(bytes, (const char *)r->body->data + r->at, given);
    r->at += given;
    return given;
}

/* libcurl sends anew what a dead kept connection had swallowed. */
static int rewind_body(void *ctx, curl_off_t offset, int origin)
{
    struct request *r = ctx;
    if (origin != SEEK_SET || offset < 0 || (size_t)offset > r->body->size)
        return CURL_SEEKFUNC_FAIL;
    r->at = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* A page that never ends would hold up the push, and all others behind it. */
static size_t take_nothing(char *bytes, size_t one, size_t size, void *ctx)
{
    struct request *r = ctx;
    (void)bytes;
    r->page_bytes += one * size;
    r->enough = r->page_bytes > PAGE_MAX;
    return r->enough ? 0 : one * size;
}

/* The rest of content that differs need not come. */
static size_t compare(char *bytes, size_t one, size_t size, void *ctx)
{
    struct request *r = ctx;
    const size_t got = one * size;
    r->enough = r->enough || got > r->body->size - r->at ||
                memcmp((const char *)r->body->data + r->at, bytes, got) != 0;
    r->at += got;
    return r->enough ? 0 : got;
}

#define SET(option, value) (ok = ok && curl_easy_setopt(e, option, value) == CURLE_OK)

static bool set_security(const struct push_http *h)
{
    CURL *e = h->easy;
    const struct config_push *c = h->config;
    bool ok = true;
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (c->ca_file) {
        SET(CURLOPT_CAINFO, c->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (c->cert_file) {
        SET(CURLOPT_SSLCERT, c->cert_file);
        SET(CURLOPT_SSLKEY, c->key_file ? c->key_file : c->cert_file);
    }
    if (h->token) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        SET(CURLOPT_XOAUTH2_BEARER, h->token);
    }
    return ok;
}

static bool set_transfer(struct push_http *h)
{
    CURL *e = h->easy;
    const struct config_push *c = h->config;
    bool ok = true;
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_USERAGENT, "lomsong-collect/" LOMSONG_VERSION);
    SET(CURLOPT_ERRORBUFFER, h->error);
    SET(CURLOPT_HTTPHEADER, h->headers);
    SET(CURLOPT_CONNECTTIMEOUT, (long)c->timeout_s);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST_BYTES_PER_S);
    SET(CURLOPT_LOW_SPEED_TIME, (long)c->timeout_s);
    SET(CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)c->max_bytes_per_s);
    SET(CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)c->max_bytes_per_s);
    return ok;
}

static bool set_method(const struct push_http *h, struct request *r)
{
    CURL *e = h->easy;
    bool ok = true;
    SET(CURLOPT_WRITEFUNCTION, take_nothing);
    SET(CURLOPT_WRITEDATA, r);
    if (strcmp(r->method, "PUT") == 0) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_READFUNCTION, give);
        SET(CURLOPT_READDATA, r);
        SET(CURLOPT_SEEKFUNCTION, rewind_body);
        SET(CURLOPT_SEEKDATA, r);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->body->size);
    } else if (strcmp(r->method, "GET") == 0) {
        SET(CURLOPT_FAILONERROR, 1L); /* the page of a fault is not to be compared */
        SET(CURLOPT_WRITEFUNCTION, compare);
    } else if (strcmp(r->method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
    } else {
        SET(CURLOPT_CUSTOMREQUEST, r->method);
    }
    return ok;
}

#undef SET

static CURLcode perform(struct push_http *h, struct request *r)
{
    char *url = xasprintf("%s%s", h->config->url, r->path);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    r->at = 0;
    r->page_bytes = 0;
    r->enough = false;
    h->error[0] = '\0';
    curl_easy_reset(h->easy); /* connections stay */
    if (curl_easy_setopt(h->easy, CURLOPT_URL, url) == CURLE_OK && set_security(h) &&
        set_transfer(h) && set_method(h, r))
        code = curl_easy_perform(h->easy);
    free(url);
    return code;
}

/* One try. */
static struct push_try attempt(struct push_http *h, struct request *r,
                               struct push_answer *answer)
{
    struct push_try t = {.method = r->method, .words = h->error};
    curl_off_t length = -1;
    t.code = perform(h, r);
    if (r->enough || t.code == CURLE_HTTP_RETURNED_ERROR)
        t.code = CURLE_OK; /* an answer, if not the one that was hoped for */
    (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &t.status);
    (void)curl_easy_getinfo(h->easy, CURLINFO_SSL_VERIFYRESULT, &t.verify_result);
    (void)curl_easy_getinfo(h->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    *answer = (struct push_answer){.status = (int)t.status,
                                   .length = length,
                                   .same = t.status == 200 && !r->enough && r->body &&
                                           r->at == r->body->size};
    return t;
}

static void wait_for_network(int wait_s)
{
    struct timespec left = {.tv_sec = wait_s};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static enum err request(struct push_http *h, struct request *r,
                        struct push_answer *answer)
{
    char text[FAULT_SIZE];
    int wait_s = h->config->wait_s;
    struct push_try t = attempt(h, r, answer);
    for (int i = 1; i < h->config->tries && push_fault_may_pass(&t); i++) {
        wait_for_network(wait_s);
        wait_s = 2 * wait_s < WAIT_MAX_S ? 2 * wait_s : WAIT_MAX_S;
        t = attempt(h, r, answer);
    }
    if (!push_fault_describe(&t, text, sizeof text))
        return ERR_OK;
    push_http_blame_server(h);
    return push_http_fail(h, "%s: %s", h->config->url, text);
}

enum err push_http_make_dir(struct push_http *h, const char *path,
                            struct push_answer *answer)
{
    char *slashed = xasprintf("%s/", path); /* nginx wants it */
    struct request r = {.method = "MKCOL", .path = slashed};
    const enum err err = request(h, &r, answer);
    free(slashed);
    return err;
}

enum err push_http_ask(struct push_http *h, const char *path, struct push_answer *answer)
{
    struct request r = {.method = "HEAD", .path = path};
    return request(h, &r, answer);
}

enum err push_http_put(struct push_http *h, const char *path,
                       const struct push_body *body, struct push_answer *answer)
{
    struct request r = {.method = "PUT", .path = path, .body = body};
    return request(h, &r, answer);
}

enum err push_http_compare(struct push_http *h, const char *path,
                           const struct push_body *body, struct push_answer *answer)
{
    struct request r = {.method = "GET", .path = path, .body = body};
    return request(h, &r, answer);
}
