#!/usr/bin/env bash
# A real ModemManager with simulated modems on a bus of its own; needs neither root nor hardware.
#
#   mm_stand.sh start DIR [COUNT]   COUNT modems (default 1, at most 4), each of another operator;
#                                   prints the address of the bus, to be exported as
#                                   DBUS_SYSTEM_BUS_ADDRESS; DIR/modemN is the control socket of a
#                                   modem (see at_sim.py)
#   mm_stand.sh plug DIR N          modem N, which hung up, is found again
#   mm_stand.sh kill DIR            ModemManager dies at once
#   mm_stand.sh restart DIR         …and lives again
#   mm_stand.sh stop DIR
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
action=${1:?usage: mm_stand.sh start|kill|restart|stop DIR [COUNT]}
dir=${2:?usage: mm_stand.sh start|kill|restart|stop DIR [COUNT]}
service=org.freedesktop.ModemManager1
address=unix:path=$dir/bus

fail()
{
    echo "mm_stand.sh: $*" >&2
    exit 1
}

# until_true SECONDS COMMAND...
until_true()
{
    local tries=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "waited in vain for: $*"
        sleep 0.05
    done
}

ask()
{
    gdbus call --address "$address" --dest "$service" --object-path "/${service//.//}" "$@"
}

all_modems_there()
{
    [ "$(ask --method org.freedesktop.DBus.ObjectManager.GetManagedObjects |
        grep -o "/Modem/[0-9]*'" | sort -u | wc -l)" -eq "$(cat "$dir/count")" ]
}

plug() # N
{
    ask --method "$service.Test.SetProfile" "modem$1" generic \
        "['abstract:$(cat "$dir/name")-$1']" >/dev/null
}

start_modemmanager()
{
    DBUS_SESSION_BUS_ADDRESS=$address DBUS_SYSTEM_BUS_ADDRESS=$address setsid ModemManager \
        --test-session --test-enable --test-no-udev --test-no-qrtr \
        --test-no-suspend-resume --no-auto-scan >>"$dir/modemmanager.log" 2>&1 &
    echo $! >"$dir/modemmanager.pid"
    until_true 60 ask --method org.freedesktop.DBus.Peer.Ping
    for n in $(seq "$(cat "$dir/count")"); do
        plug "$n"
    done
    until_true 60 all_modems_there
}

stop_all()
{
    for file in "$dir"/*.pid; do
        [ -e "$file" ] || continue
        kill "$(cat "$file")" 2>/dev/null || true
        rm -f "$file"
    done
}

case $action in
start)
    mkdir -p "$dir"
    echo "${3:-1}" >"$dir/count"
    echo "desk$$" >"$dir/name"
    setsid dbus-daemon --session --nofork --nopidfile --address="$address" >/dev/null 2>&1 &
    echo $! >"$dir/bus.pid"
    until_true 60 test -S "$dir/bus"
    plmns=(45204 45202 45201 45205)
    for n in $(seq "${3:-1}"); do
        plmn=${plmns[n - 1]}
        setsid /usr/bin/python3 "$here/at_sim.py" --control "$dir/modem$n" \
            --abstract "$(cat "$dir/name")-$n" "imei=3569380356438${n}9" "plmn=$plmn" \
            "imsi=${plmn}987654321$n" >/dev/null 2>&1 &
        echo $! >"$dir/modem$n.pid"
        until_true 60 test -S "$dir/modem$n"
    done
    start_modemmanager
    echo "$address"
    ;;
kill) kill -9 "$(cat "$dir/modemmanager.pid")" ;;
plug) plug "${3:?which modem}" ;;
restart) start_modemmanager ;;
stop) stop_all ;;
*) fail "'$action' is not an action; expected start, kill, restart or stop" ;;
esac
