#!/usr/bin/env bats
# A drive with all that goes wrong on one, every sample held against what really was. LONG=1
# (make check-long) drives for eleven minutes at 1 Hz, with faults in a random order.

bats_require_minimum_version 1.5.0

setup()
{
    support=$BATS_TEST_DIRNAME/../support
    cd "$BATS_TEST_TMPDIR" || exit 1
}

teardown()
{
    "$support/mm_stand.sh" stop "$PWD/drive/mm"
}

@test "no sample of a drive claims what was not so" {
    local options=(--interval-ms 500)
    if [ -n "${LONG:-}" ]; then
        options=(--interval-ms 1000 --seconds 660 --hold-s 3)
    fi
    run -0 /usr/bin/python3 "$support/drive.py" drive --collect "$COLLECT" "${options[@]}"
    run /usr/bin/python3 "$support/drive_check.py" drive "${options[@]:0:2}"
    echo "$output"
    [ "$status" -eq 0 ]
    echo "# $(grep ' faults, ' <<<"$output")" >&3
    run -0 "$COLLECT" verify drive/trips/*.gpkg
    [[ $output == *"sealed, content as recorded"* ]]
    # neither the IMEIs nor the IMSIs of the simulators
    run -1 grep -rlaE '3569380356[0-9]{5}|9876543210|98765432[0-9]' drive/trips drive/collector.err
}
