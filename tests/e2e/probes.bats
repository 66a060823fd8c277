#!/usr/bin/env bats
# Active tests: what they find on a desk, what they cost, and that they disturb nothing.
# shellcheck disable=SC2119 # functions of desk.bash that may be given more

bats_require_minimum_version 1.5.0

setup()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    cd "$BATS_TEST_TMPDIR" || exit 1
    gpsd_port=$(free_ports 1 SOCK_STREAM)
    namespaces=()
}

teardown()
{
    local name
    stop_all
    for name in "${namespaces[@]}"; do
        ip netns delete "$name" 2>/dev/null || true
    done
}

# probes LINE...: the section, and modem a on the interface lo.
probes()
{
    printf '%s\n' "output: $PWD/trips" "interval_ms: 200" "disk_warn_mb: 2" "disk_stop_mb: 1" \
        "gpsd: {host: 127.0.0.1, port: $gpsd_port}" "probes:" "${@/#/  }" "modems:" \
        "  - {source: at, port: $PWD/a, name: alpha, interface: lo}" >collect.yaml
}

an_lte_modem()
{
    modem a imei=356938035643809 imsi=452049876543210 rsrp_dbm=-98 "$@"
}

# server NAME OPTION...: sets $port to its port.
server()
{
    start "$1" "$python" "$support/probe_server.py" "${@:2}"
    eventually test -s "$1.out"
    port=$(head -n 1 "$1.out")
}

# rows COUNT: at least so many tests are in the log.
rows()
{
    [ "$(ask "SELECT count(*) FROM probe")" -ge "$1" ]
}

# found KIND: result and reason of its first test.
found()
{
    ask "SELECT result || ' ' || coalesce(reason, '-') FROM probe WHERE kind = '$1'
        ORDER BY probe_id LIMIT 1"
}

end_trip()
{
    stop TERM run
    [ "$code" -eq 0 ]
    run -0 "$COLLECT" verify "$(trips)"
    [[ $output == *"intact"*"sealed, content as recorded"* ]]
}

may_ping()
{
    "$python" - <<'END'
import socket
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    try:
        socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP)
        break
    except PermissionError:
        pass
else:
    raise SystemExit(1)
END
}

@test "a round: ping, download and upload, each a row with its sample, rate and bytes" {
    server www
    probes "ping: {host: 127.0.0.1, count: 3}" \
        "download: {url: \"http://127.0.0.1:$port/whole\", max_bytes: 300000, max_s: 5}" \
        "upload: {url: \"http://127.0.0.1:$port/up\", bytes: 200000, max_s: 5}"
    an_lte_modem radio=4
    receiver
    collect
    eventually says '.gps.mode == 3 and .modems[0].state == "radio_off"'
    tell a '{"radio": 1}'
    eventually rows 3
    eventually says '.modems[0].probe.kind == "http_put"'
    says '.modems[0].probe | .result == "ok" and .rate_kbps > 0 and .bytes_today > 500000'
    run -0 "$COLLECT" status --config collect.yaml
    [[ $output == *"last test: upload "*" Mbit/s"* ]]
    eventually grep -q '\[upload .* Mbit/s\]' run.out
    end_trip

    if may_ping; then
        [ "$(found ping)" = "ok -" ]
        [ "$(ask "SELECT loss_share = 0 AND rtt_ms BETWEEN 0 AND 60000 AND sent_bytes = 192
            AND received_bytes = 192 AND rate_kbps IS NULL FROM probe WHERE kind = 'ping'")" -eq 1 ]
    else
        [ "$(found ping)" = "void not_permitted" ]
    fi
    [ "$(found http_get)" = "ok -" ]
    [ "$(found http_put)" = "ok -" ]
    eventually grep -q "PUT lacks 0" www.out
    [ "$(ask "SELECT received_bytes BETWEEN 300000 AND 301000 AND sent_bytes BETWEEN 50 AND 500
        FROM probe WHERE kind = 'http_get'")" -eq 1 ]
    [ "$(ask "SELECT sent_bytes BETWEEN 200000 AND 201000 FROM probe WHERE kind = 'http_put'")" -eq 1 ]
    [ "$(ask "SELECT min(rate_kbps > 0 AND rate_kbps >= 7.99 * 200000 / (duration_ms + 1))
        FROM probe WHERE kind <> 'ping'")" -eq 1 ]
    [ "$(ask "SELECT DISTINCT interface FROM probe")" = lo ]
    # a test belongs to the sample before it, of the same modem
    [ "$(ask "SELECT count(*) FROM probe AS p JOIN sample AS s USING (sample_id)
        WHERE s.modem_id = p.modem_id AND s.t_mono_ms <= p.t_mono_ms
        AND p.t_utc_ms - p.t_mono_ms = s.t_utc_ms - s.t_mono_ms")" -eq 3 ]
    # what was charged to the day is what was used
    [ "$(awk '{print $2, $3}' trips/.probe-bytes)" = \
        "lo $(ask "SELECT sum(sent_bytes + received_bytes) FROM probe")" ]
    run -0 ogrinfo -so -al "$(trips)"
    [[ $output != *Warning* ]]
    survey_agrees
}

# survey_agrees: areas.csv tells the operator's tests where they were made.
survey_agrees()
{
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\n' >hamlets.csv
    run -0 "$LOMSONG" survey out --hamlets hamlets.csv --region vn "$(trips)"
    diff <("$python" - <<'END'
import csv
with open("out/areas.csv", encoding="utf-8-sig", newline="") as file:
    for row in csv.DictReader(file):
        if row["mccmnc"] == "45204":
            print(row["broadband_tests"], row["broadband_ok"], row["median_down_kbps"],
                  row["median_up_kbps"], sep="|")
END
    ) <(ask "SELECT 2, 2, CAST(max(round(iif(kind = 'http_get', rate_kbps, 0))) AS INTEGER),
        CAST(max(round(iif(kind = 'http_put', rate_kbps, 0))) AS INTEGER) FROM probe")
}

@test "a slow server is a timeout with its rate, a closed port is refused" {
    local closed
    closed=$(free_ports 1 SOCK_STREAM)
    server www
    probes "download: {url: \"http://127.0.0.1:$port/slow\", max_s: 2}" \
        "upload: {url: \"http://127.0.0.1:$closed/up\"}"
    an_lte_modem
    collect
    eventually rows 2
    end_trip
    [ "$(found http_get)" = "timeout too_slow" ]
    [ "$(ask "SELECT duration_ms >= 2000 AND rate_kbps > 0 AND rate_kbps < 100 FROM probe
        WHERE kind = 'http_get'")" -eq 1 ]
    [ "$(found http_put)" = "refused connection_refused" ]
    [ "$(ask "SELECT rate_kbps IS NULL FROM probe WHERE kind = 'http_put'")" -eq 1 ]
}

@test "a body that ends too early and a page that is not there are errors" {
    server www
    probes "download: {url: \"http://127.0.0.1:$port/truncated\"}" \
        "upload: {url: \"http://127.0.0.1:$port/nowhere\"}"
    an_lte_modem
    collect
    eventually rows 2
    end_trip
    [ "$(found http_get)" = "error truncated" ]
    [ "$(found http_put)" = "error http_404" ]
}

@test "a redirection is not followed, an upload nobody takes is a timeout" {
    server www
    probes "download: {url: \"http://127.0.0.1:$port/moved\"}" \
        "upload: {url: \"http://127.0.0.1:$port/hang\", bytes: 16000, max_s: 1}"
    an_lte_modem
    collect
    eventually rows 2
    end_trip
    [ "$(found http_get)" = "error http_302" ]
    run -1 grep /whole www.out
    [[ $(found http_put) == timeout* ]]
}

# authority NAME: a certificate authority, and a certificate of 127.0.0.1 signed by it.
authority()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=authority $1" \
        -keyout "$1-ca.key" -out "$1-ca.pem" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj "/CN=127.0.0.1" -keyout "$1.key" -out "$1.csr" \
        2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$1-ca.pem" -CAkey "$1-ca.key" -days 2 \
        -extfile <(echo "subjectAltName=IP:127.0.0.1") -out "$1.crt" 2>/dev/null
    cat "$1.key" "$1.crt" >"$1.pem"
}

@test "https: a certificate of the authority that is trusted, and one of another" {
    local good
    authority good
    authority other
    server www --cert good.pem
    good=$port
    server bad --cert other.pem
    probes "ca_file: $PWD/good-ca.pem" \
        "download: {url: \"https://127.0.0.1:$good/whole\", max_bytes: 100000}" \
        "upload: {url: \"https://127.0.0.1:$port/up\", bytes: 16000}"
    an_lte_modem
    collect
    eventually rows 2
    end_trip
    [ "$(found http_get)" = "ok -" ]
    [ "$(ask "SELECT received_bytes BETWEEN 100000 AND 110000 FROM probe
        WHERE kind = 'http_get'")" -eq 1 ]
    [ "$(found http_put)" = "error certificate" ]
    run -1 grep PUT bad.out
}

@test "names are asked through the interface, of the servers in the configuration" {
    local www
    server www
    www=$port
    server names --dns
    probes "dns: \"127.0.0.1:$port\"" "ping: {host: silent.example, count: 1}" \
        "download: {url: \"http://test.example:$www/whole\", max_bytes: 16000}" \
        "upload: {url: \"http://nowhere.example:$www/up\"}"
    an_lte_modem
    collect
    eventually rows 3
    end_trip
    [ "$(found ping)" = "timeout dns_timeout" ]
    [ "$(found http_get)" = "ok -" ]
    [ "$(found http_put)" = "error dns_no_address" ]
    grep -q "DNS test.example 1" names.out
}

@test "a test under way delays no sample, takes no thread, and ends with the trip" {
    local before
    server www
    probes "download: {url: \"http://127.0.0.1:$port/hang\", max_s: 120}" "interval_s: 120"
    an_lte_modem
    collect
    eventually grep -q "GET /hang" www.out
    before=$(status_json | jq .samples)
    eventually says ".samples >= $before + 8"
    [ "$(ask "SELECT count(*) FROM probe")" -eq 0 ]
    [ "$(find "/proc/$(<run.pid)/task" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
    end_trip
    [ "$(found http_get)" = "void stopped" ]
}

@test "the day's bytes are never exceeded: cut off, told once, kept over a restart" {
    server www
    probes "bytes_per_day: 400000" "interval_s: 30" \
        "download: {url: \"http://127.0.0.1:$port/endless\", max_bytes: 5000000}" \
        "upload: {url: \"http://127.0.0.1:$port/up\", bytes: 16000}"
    an_lte_modem
    collect
    eventually rows 2
    end_trip
    [ "$(found http_get)" = "void daily_limit" ]
    [ "$(ask "SELECT received_bytes > 200000 FROM probe WHERE kind = 'http_get'")" -eq 1 ]
    [ "$(ask "SELECT sum(sent_bytes + received_bytes) <= 400000 FROM probe")" -eq 1 ]
    mv trips/*.gpkg . # the counter is not in the logs
    : >www.out
    collect
    eventually rows 1
    end_trip
    [ "$(found http_get)" = "void daily_limit" ]
    run -1 grep GET www.out
}

@test "an upload is cut off by the day's limit, too" {
    server www
    probes "bytes_per_day: 300000" \
        "upload: {url: \"http://127.0.0.1:$port/up\", bytes: 5000000}"
    an_lte_modem
    collect
    eventually rows 1
    end_trip
    [ "$(found http_put)" = "void daily_limit" ]
    [ "$(ask "SELECT sent_bytes BETWEEN 1 AND 300000 FROM probe")" -eq 1 ]
    eventually grep -q "^PUT lacks" www.out
    [ "$(awk '/^PUT lacks/ {print 5000000 - $3}' www.out)" -le \
        "$(ask "SELECT sent_bytes FROM probe")" ] # what arrived was counted
}

@test "after kill -9 in a transfer its bytes are charged in full" {
    server www
    probes "download: {url: \"http://127.0.0.1:$port/hang\", max_bytes: 700000, max_s: 120}" \
        "interval_s: 120"
    an_lte_modem
    collect
    eventually grep -q "GET /hang" www.out
    stop KILL run
    [ "$(awk '{print ($3 >= 700000)}' trips/.probe-bytes)" -eq 1 ]
}

@test "without service a failure counts; with the radio off there is no test" {
    local closed
    closed=$(free_ports 1 SOCK_STREAM)
    probes "download: {url: \"http://127.0.0.1:$closed/whole\"}"
    an_lte_modem radio=4
    collect
    eventually says '.modems[0].state == "radio_off" and .modems[0].samples >= 8'
    [ "$(ask "SELECT count(*) FROM probe")" -eq 0 ]
    tell a '{"radio": 1, "stat": 2}'
    eventually rows 1
    end_trip
    [ "$(found http_get)" = "refused connection_refused" ]
    [ "$(ask "SELECT s.state FROM probe JOIN sample AS s USING (sample_id)")" = no_service ]
}

@test "a modem that is pulled during a test leaves no failure of the network" {
    server www
    probes "download: {url: \"http://127.0.0.1:$port/hang\", max_s: 10}"
    an_lte_modem
    collect
    eventually grep -q "GET /hang" www.out
    tell a '{"hang_up": true}'
    eventually rows 1
    end_trip
    [ "$(found http_get)" = "void modem_lost" ]
}

clock_was_set()
{
    [ "$(ask "SELECT count(*) FROM event WHERE kind = 'clock_step'")" -ge 1 ]
}

@test "when GPS sets the clock, the bytes go to the right day" {
    local ahead_s=$((400 * 86400)) day
    server www
    probes "download: {url: \"http://127.0.0.1:$port/whole\", max_bytes: 20000}"
    an_lte_modem
    collect
    eventually rows 1
    receiver --clock-s $ahead_s
    eventually clock_was_set
    day=$(ask "SELECT date(max(t_utc_ms) / 1000, 'unixepoch') FROM sample")
    eventually grep -q "^$day lo 2" trips/.probe-bytes
    end_trip
    [ "$(grep -c " lo 0$" trips/.probe-bytes)" -eq 1 ]
    [ "$(ask "SELECT date(t_utc_ms / 1000, 'unixepoch') FROM probe")" = "$day" ]
}

@test "certificates are checked against the time of GPS, not of the system" {
    local ahead_s=$((400 * 86400))
    authority good
    server www --cert good.pem
    probes "ca_file: $PWD/good-ca.pem" \
        "download: {url: \"https://127.0.0.1:$port/whole\", max_bytes: 16000}"
    an_lte_modem radio=4
    receiver --clock-s $ahead_s
    collect
    eventually clock_was_set
    tell a '{"radio": 1}'
    eventually rows 1
    end_trip
    [ "$(found http_get)" = "error certificate" ]
    [[ $(ask "SELECT raw FROM probe") == *expired* ]]
}

@test "an interface that is not there: our fault in service, no broadband without" {
    probes "ping: {host: 127.0.0.1}"
    sed -i 's/interface: lo/interface: nowhere0/' collect.yaml
    an_lte_modem
    collect
    eventually rows 1
    end_trip
    [ "$(found ping)" = "void no_interface" ]
    rm -r trips
    tell a '{"stat": 2}'
    collect
    eventually rows 1
    end_trip
    [ "$(found ping)" = "error no_interface" ]
}

@test "check tells which interfaces are connected" {
    probes "ping: {host: 127.0.0.1}"
    echo "  - {source: at, port: $PWD/b, name: beta, interface: nowhere0}" >>collect.yaml
    an_lte_modem
    modem b imei=356938035643817 imsi=452021234567890 plmn=45202
    run -0 timeout 60 "$COLLECT" check --config collect.yaml
    [[ $output == *"tests    lo: connected"* ]]
    [[ $output == *"tests    nowhere0: NO SUCH INTERFACE"* ]]
}

@test "nothing is tested unless it is asked for" {
    server www
    probes "download: {url: \"http://127.0.0.1:$port/whole\"}"
    sed -i 's/interface: lo/interface: lo, probes: false/' collect.yaml
    an_lte_modem
    collect
    eventually says '.samples >= 8'
    says '.modems[0].probe == null'
    end_trip
    [ "$(ask "SELECT count(*) FROM probe")" -eq 0 ]
    run -1 grep GET www.out
    [ ! -e trips/.probe-bytes ]
}

@test "a usage file that cannot be written stops the tests, not the trip" {
    server www
    probes "download: {url: \"http://127.0.0.1:$port/whole\"}"
    mkdir -p trips/.probe-bytes.new
    an_lte_modem
    collect
    eventually rows 1
    end_trip
    [ "$(found http_get)" = "void device" ]
    grep -q "trips/.probe-bytes: " run.err
    run -1 grep GET www.out
}

# two_networks: a namespace `near` with the interfaces va and vb, of which va has the better
# route, and a namespace `far` behind them that is 10.9.0.1.
two_networks()
{
    local near=near$$ far=far$$ side n=1
    [ "$(id -u)" -eq 0 ] || skip "needs root to make networks"
    ip netns add $near 2>/dev/null || skip "networks cannot be made here"
    namespaces=("$near" "$far")
    ip netns add $far
    in_near=(ip netns exec "$near")
    in_far=(ip netns exec "$far")
    "${in_near[@]}" ip link set lo up
    "${in_far[@]}" ip link set lo up
    "${in_far[@]}" ip address add 10.9.0.1/32 dev lo
    for side in a b; do
        ip link add v$side netns $near type veth peer name w$side netns $far 2>/dev/null ||
            skip "there is no veth here"
        "${in_near[@]}" ip address add 10.$n.0.2/24 dev v$side
        "${in_far[@]}" ip address add 10.$n.0.1/24 dev w$side
        "${in_near[@]}" ip link set v$side up
        "${in_far[@]}" ip link set w$side up
        "${in_near[@]}" ip route add default via 10.$n.0.1 dev v$side metric $n
        n=$((n + 1))
    done
}

@test "each modem's tests leave by its own interface; one network's loss is that one's" {
    two_networks
    start www "${in_far[@]}" "$python" "$support/probe_server.py" --host 10.9.0.1 --port 8080
    start names "${in_far[@]}" "$python" "$support/probe_server.py" --host 10.9.0.1 --port 5353 \
        --dns --answer 10.9.0.1
    eventually test -s www.out
    eventually test -s names.out
    probes "ping: {host: 10.9.0.1, count: 2}" "interval_s: 30" "dns: \"10.9.0.1:5353\"" \
        "download: {url: \"http://test.example:8080/whole\", max_bytes: 50000, max_s: 20}"
    sed -i 's/interface: lo/interface: va/' collect.yaml
    echo "  - {source: at, port: $PWD/b, name: beta, interface: vb}" >>collect.yaml
    an_lte_modem
    modem b imei=356938035643817 imsi=452021234567890 plmn=45202 rsrp_dbm=-90
    start run "${in_near[@]}" "$COLLECT" run --plain --config collect.yaml
    eventually rows 4
    end_trip
    [ "$(grep -c '^10.1.0.2 GET' www.out)" -eq 1 ]
    [ "$(grep -c '^10.2.0.2 GET' www.out)" -eq 1 ]
    grep -q '^10.1.0.2 DNS test.example 1' names.out
    grep -q '^10.2.0.2 DNS test.example 1' names.out
    [ "$(ask "SELECT group_concat(result || ' ' || kind || ' ' || interface, ',') FROM
        (SELECT * FROM probe ORDER BY kind, interface)")" = \
        "ok http_get va,ok http_get vb,ok ping va,ok ping vb" ]
    [ "$(ask "SELECT count(*) FROM probe AS p JOIN modem AS m USING (modem_id)
        WHERE (p.interface = 'va') = (m.port LIKE '%/a')")" -eq 4 ]

    rm -r trips
    "${in_far[@]}" ip link set wb down # beta's network is gone; alpha's is the default
    sed -i 's/max_s: 20/max_s: 3/' collect.yaml
    start run "${in_near[@]}" "$COLLECT" run --plain --config collect.yaml
    eventually rows 4
    end_trip
    [ "$(ask "SELECT count(*) FROM probe WHERE interface = 'va' AND result = 'ok'")" -eq 2 ]
    [ "$(ask "SELECT count(*) FROM probe WHERE interface = 'vb'
        AND result IN ('timeout', 'error')")" -eq 2 ]
}
