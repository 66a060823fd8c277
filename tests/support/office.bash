# Sourced by the tests of push and watch: an office's server, nginx with its dav module behind a
# certificate of our own making. desk.bash gives start, stop and eventually.
# shellcheck shell=bash disable=SC2034,SC2154

nginx=/usr/sbin/nginx

# make_certificates: ca.pem, server.pem (for 127.0.0.1), device.pem, stranger.pem (another CA's).
make_certificates()
{
    local name
    for name in ca stranger-ca; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
            -subj "/CN=$name" -keyout "$name.key" -out "$name.pem" 2>/dev/null
    done
    certificate server ca "subjectAltName=IP:127.0.0.1"
    certificate device ca "extendedKeyUsage=clientAuth"
    certificate stranger stranger-ca "extendedKeyUsage=clientAuth"
    certificate elsewhere ca "subjectAltName=DNS:elsewhere.example"
}

certificate() # NAME CA EXTENSION
{
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 30 \
        -extfile <(echo "$3") -out "$1.crt" 2>/dev/null
    cat "$1.crt" "$1.key" >"$1.pem"
    chmod 600 "$1.pem" "$1.key"
}

# nginx_conf [LINE...]: lines for the server, on $port with TLS and $plain_port without; what is
# put below /in/ lies in server/in/.
nginx_conf()
{
    mkdir -p server/in body
    printf '%s\n' "worker_processes 1;" "daemon off;" "pid nginx.lock;" \
        "error_log $PWD/nginx.log notice;" "events {worker_connections 64;}" \
        "http {" "log_format office '\$request_method \$uri \$status \$request_length';" \
        "access_log $PWD/access.log office;" \
        "client_body_temp_path $PWD/body;" "proxy_temp_path $PWD/t1;" \
        "fastcgi_temp_path $PWD/t2;" "uwsgi_temp_path $PWD/t3;" "scgi_temp_path $PWD/t4;" \
        "server {" "listen 127.0.0.1:$port ssl;" "listen 127.0.0.1:$plain_port;" \
        "ssl_certificate $PWD/${server_cert:-server}.pem;" \
        "ssl_certificate_key $PWD/${server_cert:-server}.pem;" \
        "root $PWD/server;" "$@" "location / {dav_methods PUT MKCOL;}" "}" "}" >nginx.conf
    [ "$(id -u)" -ne 0 ] || sed -i '1i user root;' nginx.conf
}

# office [LINE...]: starts it.
office()
{
    local ports
    if [ -z "${port:-}" ]; then
        mapfile -t ports < <(free_ports 2 SOCK_STREAM)
        port=${ports[0]}
        plain_port=${ports[1]}
    fi
    nginx_conf "$@"
    open_office
}

open_office()
{
    start nginx "$nginx" -p "$PWD" -e "$PWD/nginx.log" -c "$PWD/nginx.conf"
    eventually listens "$plain_port"
}

# kill -9 of the master would leave the worker: both are ours.
crash_office()
{
    local master worker
    master=$(<nginx.pid)
    worker=$(ps -o pid= --ppid "$master")
    # shellcheck disable=SC2086 # a word per worker
    kill -9 "$master" $worker
    ended nginx
    eventually is_gone "${worker##* }"
}

listens() # PORT
{
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# push_yaml [LINE...]: push.yaml, with lines of the section push.
push_yaml()
{
    printf '%s\n' "output: $PWD/trips" "push:" "  part_kb: 64" "${@/#/  }" >push.yaml
    grep -q '^  ca_file:' push.yaml || echo "  ca_file: $PWD/ca.pem" >>push.yaml
    grep -q '^  url:' push.yaml || echo "  url: https://127.0.0.1:$port/in" >>push.yaml
    grep -q '^  wait_s:' push.yaml || echo "  wait_s: 0" >>push.yaml
    grep -q '^  tries:' push.yaml || echo "  tries: 2" >>push.yaml
}

push()
{
    timeout 300 "$COLLECT" push --config push.yaml "$@"
}

# requests METHOD: how many the server has answered with 2xx.
requests()
{
    grep -cE "^$1 [^ ]+ 2" access.log || true
}

# there TRIP: the server has all of it, whole.
there()
{
    local sha dir
    sha=$(sha256sum <"$1" | cut -d ' ' -f 1)
    dir=server/in/$sha
    [ -s "$dir/manifest.json" ]
    [ "$(cat "$dir"/0*-* | sha256sum | cut -d ' ' -f 1)" = "$sha" ]
    [ "$(jq -r .sha256 "$dir/manifest.json")" = "$sha" ]
}

# nothing_done: no trip is marked as handed over.
nothing_done()
{
    ! grep -qsx 'done' trips/.push/*
}
