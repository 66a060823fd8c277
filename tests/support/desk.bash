# Sourced by the tests of the collector: modems on a desk, a receiver behind a real gpsd, and
# the collector between them. Everything started is stopped by its process id. The test sets
# $gpsd_port.
# shellcheck shell=bash disable=SC2034,SC2154

support=$BATS_TEST_DIRNAME/../support
python=/usr/bin/python3

# start NAME COMMAND...: in the background; what it prints goes to NAME.out and NAME.err.
start()
{
    local name=$1
    shift
    "$@" >"$name.out" 2>"$name.err" </dev/null 3>&- &
    echo $! >"$name.pid"
}

# stop SIGNAL NAME: waits for the end; the exit code is in $code afterwards.
stop()
{
    local pid
    pid=$(<"$2.pid")
    kill "-$1" "$pid"
    ended "$2"
}

# ended NAME: waits for a child that ends by itself; $code is its exit code.
ended()
{
    local pid
    pid=$(<"$1.pid")
    code=0
    eventually is_gone "$pid" || return 1
    wait "$pid" 2>/dev/null || code=$?
    rm "$1.pid"
}

# A child that has ended and waits to be asked counts as gone.
is_gone()
{
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    [[ ${stat##*) } == Z* ]]
}

stop_all()
{
    local file
    for file in "$BATS_TEST_TMPDIR"/*.pid; do
        [ -e "$file" ] || continue
        kill -9 "$(<"$file")" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}

# eventually COMMAND...: until the command succeeds; says what was waited for in vain. The
# patience is that of a machine with much else to do: time never decides a test.
eventually()
{
    local tries=600
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ "$tries" -eq 0 ]; then
            echo "waited in vain for: $*" >&2
            tail -n 3 ./*.err >&2
            status_json >&2 || true
            return 1
        fi
        sleep 0.1
    done
}

# modem NAME KEY=VALUE...: a simulated modem on the port ./NAME.
modem()
{
    local name=$1
    shift
    rm -f "$name.control"
    start "$name" "$python" "$support/at_sim.py" --control "$name.control" --pty "$name" "$@"
    eventually test -S "$name.control"
}

# tell NAME JSON: changes what a modem sees; prints when, in milliseconds of the monotonic clock.
tell()
{
    "$python" - "$1.control" "$2" <<'END'
import json, socket, sys
with socket.socket(socket.AF_UNIX) as control:
    control.connect(sys.argv[1])
    control.sendall(sys.argv[2].encode() + b"\n")
    answer = json.loads(control.makefile().readline())
if "error" in answer:
    sys.exit(answer["error"])
print(int(answer["mono_s"] * 1000))
END
}

# Ports that are free: free_ports COUNT TYPE (SOCK_STREAM, SOCK_DGRAM).
free_ports()
{
    "$python" - "$@" <<'END'
import socket, sys
kind = getattr(socket, sys.argv[2])
held = [socket.socket(socket.AF_INET, kind) for _ in range(int(sys.argv[1]))]
for one in held:
    one.bind(("127.0.0.1", 0))
    print(one.getsockname()[1])
END
}

# receiver [OPTION...]: gpsd on $gpsd_port, fed with positions.
receiver()
{
    local udp
    udp=$(free_ports 1 SOCK_DGRAM)
    start gpsd gpsd -N -n -S "$gpsd_port" "udp://127.0.0.1:$udp"
    start feed "$python" "$support/nmea_feed.py" "$udp" 22.6 106.1 "$@"
}

# write_config [LINE...]: collect.yaml for the modems a and b and gpsd at $gpsd_port.
write_config()
{
    printf '%s\n' "output: $PWD/trips" "interval_ms: 200" "disk_warn_mb: 2" "disk_stop_mb: 1" \
        "gpsd: {host: 127.0.0.1, port: $gpsd_port}" "$@" "modems:" \
        "  - {source: at, port: $PWD/a, name: alpha}" \
        "  - {source: at, port: $PWD/b, name: beta, mount: vehicle, offset_db: 2.5}" \
        >collect.yaml
}

collect()
{
    start "${1:-run}" "$COLLECT" run --plain --config collect.yaml
}

status_json()
{
    "$COLLECT" status --json --config collect.yaml
}

# says FILTER: true where jq finds it true of the running collector. A collector that does not
# answer, or a filter that selects nothing, says nothing (jq 1.6 -e would call that a success).
says()
{
    [ "$(status_json 2>/dev/null | jq "$1")" = true ]
}

# The logs, oldest first.
trips()
{
    ls -tr trips/*.gpkg
}

# ask SQL [LOG]: of the only log, or the one named; also while it is written.
ask()
{
    sqlite3 -readonly "${2:-$(trips)}" "$1"
}
