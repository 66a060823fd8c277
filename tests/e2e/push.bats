#!/usr/bin/env bats
# push: sealed trips go to nginx's dav module. Whatever happens on the way: nothing is lost,
# nothing is there twice, and it is clear how things stand.
# shellcheck disable=SC2154 # $stderr of bats, variables of office.bash

bats_require_minimum_version 1.5.0

setup_file()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    . "$BATS_TEST_DIRNAME/../support/office.bash"
    cd "$BATS_FILE_TMPDIR" || exit 1
    make_certificates
    local i
    for i in 1 2 3; do
        "$python" "$support/make_recording.py" $((i * 120)) 3 >"$i.txt"
        "$COLLECT" run --plain --output "$PWD/run" --replay "$i.txt"
        mv run/trip-*.gpkg "$i.gpkg"
    done
}

setup()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    . "$BATS_TEST_DIRNAME/../support/office.bash"
    cd "$BATS_TEST_TMPDIR" || exit 1
    cp "$BATS_FILE_TMPDIR"/*.pem "$BATS_FILE_TMPDIR"/*.key .
    mkdir trips
    cp "$BATS_FILE_TMPDIR"/{1,2}.gpkg trips
}

teardown()
{
    stop_all
    if mountpoint -q "$BATS_TEST_TMPDIR/server"; then umount "$BATS_TEST_TMPDIR/server"; fi
}

# proxy FAULT: a proxy before the office, which push.yaml then names.
proxy()
{
    echo "$1" >faults.json
    start proxy "$python" "$support/fault_proxy.py" --cert server.pem --to "$plain_port" \
        --faults faults.json
    eventually test -s proxy.out
    proxy_port=$(head -n 1 proxy.out)
}

via_proxy() # [LINE...]
{
    push_yaml "url: https://127.0.0.1:$proxy_port/in" "$@"
}

# An unsealed trip, as of a run that is going on or was cut off.
add_unsealed()
{
    cp "$BATS_FILE_TMPDIR/3.gpkg" trips/open.gpkg
    sqlite3 trips/open.gpkg "UPDATE trip SET seal = NULL"
}

@test "sealed trips arrive whole, unsealed ones stay, and a second push sends nothing" {
    office
    push_yaml
    add_unsealed
    run -0 push
    [[ $output == *"1.gpkg: handed over"*"2.gpkg: handed over"* ]]
    [[ $output == *"2 handed over, 0 by earlier pushes, 1 not sealed yet, 0 left"* ]]
    there trips/1.gpkg
    there trips/2.gpkg
    [ "$(find server/in -mindepth 1 -maxdepth 1 | wc -l)" -eq 2 ]
    [ "$(find server/in -name '0*-*' | wc -l)" -gt 5 ]
    : >access.log
    run -0 push
    [[ $output == *"0 handed over, 2 by earlier pushes, 1 not sealed yet, 0 left"* ]]
    [ ! -s access.log ]
}

@test "JSON says what became of each" {
    office
    push_yaml
    add_unsealed
    push --json >out.json
    jq -e '.handed_over == 2 and .unsealed == 1 and .left == 0 and (.trips | length) == 3
        and (.trips[0] | .state == "handed_over" and .bytes == .sent_bytes and .deleted == false
             and (.sha256 | length) == 64 and .reason == "")' out.json
    [ "$(jq -r '.trips[0].sha256' out.json)" = "$(sha256sum <trips/1.gpkg | cut -d ' ' -f 1)" ]
}

@test "a trip that is not sealed is not handed over, even when it is named" {
    office
    push_yaml
    add_unsealed
    run -1 push trips/open.gpkg
    [[ $output == *"1 not sealed yet"* ]]
    [ -z "$(ls server/in)" ]
}

@test "a trip that lost its mark is compared, not sent again" {
    office
    push_yaml
    push
    rm -r trips/.push
    : >access.log
    run -0 push
    [[ $output == *"of which 0 were sent"* ]]
    [ "$(requests PUT)" -eq 0 ]
    there trips/1.gpkg
}

@test "a trip under another name, from another device's card, is there once" {
    office
    push_yaml
    cp trips/1.gpkg "trips/3 bản sao.gpkg"
    push
    [ "$(find server/in -mindepth 1 -maxdepth 1 | wc -l)" -eq 2 ]
    there trips/1.gpkg
}

@test "the network is cut in the middle: the next push sends what is missing, and no more" {
    office
    proxy '{}'
    via_proxy "tries: 1"
    local parts=$((($(stat -c %s trips/1.gpkg) + 63999) / 64000))
    [ "$parts" -gt 3 ]
    echo '{"cut": 30000, "after": 2}' >faults.json
    run --separate-stderr -1 push trips/1.gpkg
    [[ $stderr == *"no answer"* ]]
    nothing_done
    [ "$(requests PUT)" -eq 2 ]
    rm faults.json
    run -0 push trips/1.gpkg
    [ "$(requests PUT)" -eq $((parts + 1)) ]
    there trips/1.gpkg
}

@test "a cut that passes is repaired within one push" {
    office
    proxy '{"cut": 30000, "times": 1}'
    via_proxy
    run -0 push
    grep -q cut proxy.out
    there trips/1.gpkg
    there trips/2.gpkg
}

@test "the server is killed in the middle and comes back: one push, all there" {
    office
    push_yaml "max_kbps: 2000" "tries: 100" "wait_s: 1"
    start push "$COLLECT" push --config push.yaml
    eventually grep -q '^PUT' access.log
    crash_office
    open_office
    ended push
    [ "$code" -eq 0 ]
    there trips/1.gpkg
    there trips/2.gpkg
    [ "$(find server/in -name manifest.json | wc -l)" -eq 2 ]
}

@test "a server that stays away leaves everything here, and says so" {
    office
    push_yaml
    crash_office
    run --separate-stderr -1 push
    [[ $stderr == *"no answer"* ]]
    [[ $output == *"0 handed over, 0 by earlier pushes, 0 not sealed yet, 2 left"* ]]
    [ "$(grep -c "no answer" <<<"$stderr")" -eq 1 ]
    nothing_done
}

@test "push is killed at any moment: the next one completes it" {
    local n
    office
    push_yaml "max_kbps: 4000"
    for n in 1 3 6; do
        start push "$COLLECT" push --config push.yaml
        eventually puts_at_least "$n"
        stop KILL push || true
    done
    push
    there trips/1.gpkg
    there trips/2.gpkg
    [ "$(find server/in -name manifest.json | wc -l)" -eq 2 ]
}

puts_at_least()
{
    [ "$(requests PUT)" -ge "$1" ]
}

@test "a corrupted body is found by reading back, and sent again" {
    office
    proxy '{"corrupt": true, "times": 2}'
    via_proxy "tries: 3"
    run -0 push
    there trips/1.gpkg
    there trips/2.gpkg
    # every part on the server is what its name says
    local part
    for part in server/in/*/0*-*; do
        [ "$(sha256sum <"$part" | cut -d ' ' -f 1)" = "${part##*-}" ]
    done
}

@test "a proxy that corrupts everything: nothing counts as handed over" {
    office
    proxy '{"corrupt": true}'
    via_proxy
    run --separate-stderr -1 push --delete-after
    [[ $stderr == *"what comes back is not what was sent"* ]]
    nothing_done
    [ -e trips/1.gpkg ]
    [ -z "$(find server/in -name manifest.json)" ]
    # the corrupted parts are put right later
    rm faults.json
    push
    there trips/1.gpkg
}

@test "a proxy that gives old content back is not believed" {
    office
    proxy '{"stale": true}'
    via_proxy
    run --separate-stderr -1 push --delete-after
    [[ $stderr == *"what comes back is not what was sent"* ]]
    [ -e trips/1.gpkg ]
    nothing_done
}

@test "the server's disk is full: told, and completed once there is room" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a disk"
    mkdir -p server
    mount -t tmpfs -o size=256k tmpfs server || skip "nothing can be mounted here"
    office "client_body_temp_path $PWD/server/body;"
    push_yaml
    run --separate-stderr -1 push
    [[ $stderr == *"HTTP 500"* ]]
    [[ $stderr == *"full disk"* ]]
    run -1 grep -qx 'done' trips/.push/2.gpkg
    mount -o remount,size=16m server
    push
    there trips/1.gpkg
    there trips/2.gpkg
}

@test "what servers refuse has its cause told, and is not repeated" {
    local http words
    office
    proxy '{}'
    via_proxy
    while read -r http words; do
        rm -rf server/in/* trips/.push
        : >proxy.out
        echo "{\"status\": $http}" >faults.json
        run --separate-stderr -1 push
        [[ $stderr == *"$words"*"HTTP $http"* ]]
        nothing_done
        # a server that is busy is asked again, another is not
        [ "$(grep -c "^PUT.* $http" proxy.out)" -eq $((http == 503 ? 2 : 1)) ]
    done <<'END'
401 token
403 forbids
413 part_kb
507 no room
503 does not do it
501 does not do it
END
}

@test "an answer that never ends does not hold up the push" {
    office
    proxy '{"endless": true, "times": 2}'
    via_proxy
    run -0 timeout 60 "$COLLECT" push --config push.yaml
    there trips/1.gpkg
    there trips/2.gpkg
    [ "$(grep -c endless proxy.out)" -eq 2 ]
}

@test "push --again mends what the server confirmed, and lost" {
    office
    push_yaml
    push
    rm "$(find server/in -name '000001-*' | head -n 1)"
    rm "$(find server/in -name manifest.json | tail -n 1)"
    run -0 push
    [[ $output == *"2 by earlier pushes"* ]]
    : >access.log
    run -0 push --again
    [[ $output == *"1.gpkg: handed over"*"2.gpkg: handed over"* ]]
    [ "$(requests PUT)" -eq 2 ]
    there trips/1.gpkg
    there trips/2.gpkg
    : >access.log
    run -0 push
    [ ! -s access.log ]
}

@test "a redirection is not followed, to plain http least of all" {
    office
    proxy "{\"location\": \"http://127.0.0.1:$plain_port/in/\"}"
    via_proxy
    : >access.log
    run --separate-stderr -1 push
    [[ $stderr == *"sends elsewhere, which is not followed"* ]]
    [ ! -s access.log ]
    nothing_done
}

@test "bodies that nginx finds too large are told of" {
    office "client_max_body_size 32k;"
    push_yaml
    run --separate-stderr -1 push
    [[ $stderr == *"part_kb smaller"*"HTTP 413"* ]]
}

@test "a directory that is missing is made; one that cannot be is told" {
    office
    push_yaml "url: https://127.0.0.1:$port/in/new"
    push
    [ "$(find server/in/new -name manifest.json | wc -l)" -eq 2 ]
    push_yaml "url: https://127.0.0.1:$port/no/such/place"
    run --separate-stderr -1 push
    [[ $stderr == *"is not there"* ]]
}

@test "a wrong certificate ends it before anything is sent" {
    office
    push_yaml "ca_file: $PWD/stranger-ca.pem"
    : >access.log
    run --separate-stderr -1 push
    [[ $stderr == *"cannot prove who it is"* ]]
    [ ! -s access.log ]
    # no CA of ours: the system's do not know it
    push_yaml
    sed -i /ca_file/d push.yaml
    run --separate-stderr -1 push
    [[ $stderr == *"cannot prove who it is"* ]]
    [ ! -s access.log ]
}

@test "a certificate of another host ends it" {
    server_cert=elsewhere
    office
    push_yaml
    run --separate-stderr -1 push
    [[ $stderr == *"cannot prove who it is"* ]]
    [ -z "$(ls server/in)" ]
}

# push_at TIME: under another clock.
push_at()
{
    FAKETIME_DONT_FAKE_MONOTONIC=1 faketime "$1" "$COLLECT" push --config push.yaml
}

clock_can_be_faked()
{
    [[ $COLLECT != */asan/* ]] || skip "a library preloaded does not go with the address sanitizer"
}

@test "an expired certificate ends it, and the device's clock is told" {
    clock_can_be_faked
    office
    push_yaml
    run --separate-stderr -1 push_at '2040-01-02 03:04:05'
    [[ $stderr == *"has expired by this device's clock, which says 2040-01-02"* ]]
    [ -z "$(ls server/in)" ]
}

@test "a device whose clock was never set is told to set it" {
    clock_can_be_faked
    office
    push_yaml
    run --separate-stderr -1 push_at '1970-01-02 00:00:00'
    [[ $stderr == *"not valid yet by this device's clock, which says 1970-01-02"* ]]
    [[ $stderr == *"set the clock"* ]]
    [ -z "$(ls server/in)" ]
}

@test "a token opens the server, and is nowhere to be read" {
    # shellcheck disable=SC2016 # of nginx
    office 'if ($http_authorization != "Bearer s3cr3t-of-the-office") {return 401;}'
    echo s3cr3t-of-the-office >token
    chmod 600 token
    push_yaml
    run --separate-stderr -1 push
    [[ $stderr == *"wants another token or certificate"* ]]
    push_yaml "token_file: $PWD/token"
    push >out 2>&1
    there trips/1.gpkg
    run -1 grep -r s3cr3t out trips/.push access.log
    chmod 644 token
    rm -r trips/.push
    run --separate-stderr -3 push
    [[ $stderr == *"mode 0600"* ]]
    chmod 600 token
    printf 'two\nlines\n' >token
    run --separate-stderr -3 push
    [[ $stderr == *"one line of visible ASCII"* ]]
}

@test "a client certificate opens the server, a stranger's does not" {
    office "ssl_client_certificate $PWD/ca.pem;" "ssl_verify_client on;"
    push_yaml
    run --separate-stderr -1 push
    [[ $stderr == *"push.cert_file"* ]]
    push_yaml "cert_file: $PWD/stranger.pem"
    run --separate-stderr -1 push
    push_yaml "cert_file: $PWD/device.pem" "key_file: $PWD/device.key"
    push
    there trips/1.gpkg
    chmod 640 device.key
    run --separate-stderr -3 push
    [[ $stderr == *"mode 0600"* ]]
}

@test "two pushes at once: one goes on, nothing is there twice" {
    office
    push_yaml "max_kbps: 2000"
    start first "$COLLECT" push --config push.yaml trips/2.gpkg
    eventually grep -q '^PUT' access.log
    run -1 push trips/2.gpkg
    [[ $output == *"another push is at it"* ]]
    ended first
    [ "$code" -eq 0 ]
    there trips/2.gpkg
    push
    [ "$(find server/in -name manifest.json | wc -l)" -eq 2 ]
    local parts
    parts=$(find server/in -name '0*-*' | wc -l)
    [ "$(requests PUT)" -eq $((parts + 2)) ]
}

@test "trips are deleted only after all of them was read back, and never by default" {
    office
    push_yaml
    push
    [ "$(ls trips)" = $'1.gpkg\n2.gpkg' ]
    local lost
    lost=$(find server/in -name '000001-*' | head -n 1)
    cp trips/1.gpkg trips/2.gpkg .
    # since the first push the server has lost a part, and another has rotted
    rm "$lost"
    lost=$(find server/in -name '000002-*' | tail -n 1)
    "$python" -c 'import sys; f = open(sys.argv[1], "r+b"); f.write(bytes(9))' "$lost"
    run -0 push --delete-after
    [[ $output == *"1.gpkg: deleted here"*"2.gpkg: deleted here"* ]]
    [ -z "$(ls trips)" ]
    [ -z "$(ls trips/.push)" ]
    there 1.gpkg
    there 2.gpkg
}

@test "a damaged trip stays and is named; the others are handed over" {
    office
    push_yaml
    head -c 20480 trips/1.gpkg >trips/0.gpkg
    echo none >trips/none.gpkg
    run --separate-stderr -1 push
    [[ $stderr == *0.gpkg*none.gpkg* ]]
    [[ $output == *"2 handed over"*"2 left"* ]]
    there trips/2.gpkg
    [ "$(find server/in -name manifest.json | wc -l)" -eq 2 ]
}

@test "a trip that changed after it was pushed is pushed again" {
    office
    push_yaml
    push
    sqlite3 trips/1.gpkg "UPDATE trip SET device = 'another'"
    run --separate-stderr -0 push
    [[ $stderr == *"changed after it was sealed"* ]]
    [[ $output == *"1 handed over, 1 by earlier pushes"* ]]
    there trips/1.gpkg
}

@test "what cannot be a server is refused before anything" {
    office
    push_yaml
    local url
    for url in "http://127.0.0.1:$plain_port/in" "https://user:word@127.0.0.1/in" \
        "https://127.0.0.1/in?key=1" "ftp://127.0.0.1/" "nonsense" ""; do
        run --separate-stderr -2 push --to "$url"
        [[ $stderr == *"expected an https URL"* && $stderr != *word* && $stderr != *key=1* ]]
    done
    run --separate-stderr -0 push --to "https://127.0.0.1:$port/in/"
    echo "output: $PWD/trips" >push.yaml
    run --separate-stderr -2 push
    [[ $stderr == *"no server is named"* ]]
    printf 'push: {url: "http://127.0.0.1/"}\n' >push.yaml
    run --separate-stderr -3 push
    [[ $stderr == *"push.yaml:1: push.url"* ]]
}
