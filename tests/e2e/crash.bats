#!/usr/bin/env bats
# What the collector survives: kill -9, power cuts, media that cannot be written, and a clock
# that jumps. LONG=1 (make check-long) tries the first two many more times.
# shellcheck disable=SC2119,SC2154 # helpers take arguments elsewhere; $stderr is set by bats

bats_require_minimum_version 1.5.0

setup()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    cd "$BATS_TEST_TMPDIR" || exit 1
    gpsd_port=$(free_ports 1 SOCK_STREAM)
    write_config
}

teardown()
{
    stop_all
    if mountpoint -q "$BATS_TEST_TMPDIR/readonly"; then umount "$BATS_TEST_TMPDIR/readonly"; fi
}

two_modems()
{
    modem a imei=356938035643809 imsi=452049876543210
    modem b imei=356938035643817 imsi=452021234567890 plmn=45202
}

both_in_service()
{
    says '[.modems[] | select(.state == "in_service")] | length == 2'
}

often() # COUNT COUNT_IF_LONG
{
    if [ -n "${LONG:-}" ]; then echo "$2"; else echo "$1"; fi
}

# crash HOW COUNT: see crash.py; its sentence goes to the report.
crash()
{
    run "$python" "$support/crash.py" "$1" "$PWD/$1" "$2" --collect "$COLLECT"
    [ "$status" -ne 77 ] || skip "$output"
    echo "# $1: ${lines[0]}" >&3
    [ "$status" -eq 0 ]
}

@test "kill -9 at random moments takes nothing that was shown, and the next start seals" {
    crash kill "$(often 25 200)"
}

@test "a power cut takes nothing that was shown, and the next start seals" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a disk"
    crash cut "$(often 10 100)"
}

@test "a medium that is read-only is told at the start" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount"
    mkdir -p real/trips readonly
    mount --bind real readonly || skip "nothing can be mounted here"
    mount -o remount,bind,ro readonly
    run --separate-stderr -1 timeout 60 "$COLLECT" run --plain --config collect.yaml \
        --output readonly/trips
    [[ $stderr == *"readonly/trips/.lock: cannot be written: Read-only file system"* ]]
    run --separate-stderr -1 timeout 60 "$COLLECT" run --plain --config collect.yaml \
        --output readonly/new
    [[ $stderr == *"readonly/new"*"Read-only file system"* ]]
    [ -z "$(ls -A real/trips)" ]
}

# The collector with a clock of its own: set_clock OFFSET, such as +400d.
set_clock()
{
    echo "$1" >clock.new
    mv clock.new clock # never half a line
}

collect_with_own_clock()
{
    local library
    library=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
    [ -n "$library" ] || skip "libfaketime is not installed"
    set_clock +0
    start run env LD_PRELOAD="$library" FAKETIME_TIMESTAMP_FILE="$PWD/clock" \
        FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
        ASAN_OPTIONS=verify_asan_link_order=0 \
        "$COLLECT" run --plain --config collect.yaml
}

steps_are() # COUNT
{
    [ "$(ask "SELECT count(*) FROM event WHERE kind = 'clock_step'")" -eq "$1" ]
}

@test "a clock set forward and back by years while running harms nothing" {
    local log samples
    two_modems
    collect_with_own_clock
    eventually both_in_service
    log=$(trips)
    set_clock +1500d
    eventually steps_are 1
    set_clock -2500d
    eventually steps_are 2
    samples=$(status_json | jq .samples)
    eventually says ".samples >= $samples + 4"
    set_clock +0
    eventually steps_are 3
    stop TERM run
    [ "$code" -eq 0 ]
    [ "$(trips | wc -l)" -eq 1 ]
    run -0 "$COLLECT" verify "$log"
    [[ $output == *"intact"*"sealed, content as recorded"* ]]
    [[ $output != *"gap"* ]]
    # dated by the clock that was right in the end, in the order they were taken
    [ "$(ask "SELECT count(DISTINCT t_utc_ms - t_mono_ms) FROM sample")" -eq 1 ]
    [ "$(ask "SELECT abs(max(t_utc_ms) / 1000 - $(date +%s)) < 60 FROM sample")" -eq 1 ]
    [ "$(ask "SELECT started_utc_ms <= min(t_utc_ms) AND max(t_utc_ms) <= ended_utc_ms
        FROM sample, trip")" -eq 1 ]
}

@test "once GPS gave the time, the system's clock may jump as it likes" {
    local samples
    two_modems
    receiver
    collect_with_own_clock
    eventually both_in_service
    eventually says '.gps.mode == 3'
    samples=$(status_json | jq .samples)
    set_clock -3000d
    eventually says ".samples >= $samples + 6"
    set_clock +3000d
    eventually says ".samples >= $samples + 12"
    stop TERM run
    [ "$code" -eq 0 ]
    steps_are 0
    [ "$(ask "SELECT count(*) FROM sample
        WHERE abs(t_utc_ms / 1000 - $(date +%s)) > 120")" -eq 0 ]
}
