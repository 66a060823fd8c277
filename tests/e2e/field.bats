#!/usr/bin/env bats
# A plan on the device: what is counted on the road is what the office finds, a crash costs
# nothing, and the screens say where to go. The sample commune is surveyed in part, the rest is
# made by the collector, with a real gpsd and four modems on ptys.
# shellcheck disable=SC2119,SC2153 # helpers take lines or none; SAMPLE is the program

bats_require_minimum_version 1.5.0

setup_file()
{
    "$SAMPLE" "$BATS_FILE_TMPDIR/sample"
}

setup()
{
    . "$BATS_TEST_DIRNAME/../support/survey.bash"
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    cd "$BATS_TEST_TMPDIR" || exit 1
    gpsd_port=$(free_ports 1 SOCK_STREAM)
}

teardown()
{
    stop_all
}

# plan_after LOG...: the survey of these logs in work.sqlite, and what it still asks for.
plan_after()
{
    new_workspace work.sqlite
    [ $# -eq 0 ] || "$LOMSONG" add work.sqlite "${@/#/$sample/logs/}"
    "$LOMSONG" judge work.sqlite
    "$LOMSONG" plan work.sqlite plan.gpkg
}

# same_in_office DIR: the trips of DIR, counted by the device and judged by the survey.
same_in_office()
{
    "$COLLECT" plan --output "$1" --json plan.gpkg >device.json
    "$LOMSONG" add work.sqlite "$1"/trip-*.gpkg
    "$LOMSONG" publish work.sqlite out
    "$python" "$support/field_check.py" device.json out
}

# play LOG SECONDS: receiver and modems of a trip of the sample, at its beginning.
play()
{
    local udp
    udp=$(free_ports 1 SOCK_DGRAM)
    start gpsd gpsd -N -n -S "$gpsd_port" "udp://127.0.0.1:$udp"
    start play "$SAMPLE" --play "$1" . "$gpsd_port" "$udp" "$2"
    eventually test -e collect.yaml
}

everything_answers()
{
    says '.gps_lost == false and ([.modems[] | select(.state != "unknown")] | length == 4)'
}

# A trip through H06, recorded, with the plan beside it.
drive_with_plan()
{
    plan_after trip-a.gpkg
    play middle-2025-09-19.csv 15
    start run "$COLLECT" run --plain --config collect.yaml --plan plan.gpkg --record trip.rec
    eventually everything_answers
    eventually says '.plan.ready and .plan.complete and .plan.areas_done == 0'
    kill -USR1 "$(<play.pid)"
}

@test "logs that the plan has not are counted as the office counts them" {
    local device
    for device in trip-a trip-b; do
        rm -rf work.sqlite plan.gpkg out trips
        mkdir trips
        plan_after west-2025-09-17.csv north-2025-09-18.csv middle-2025-09-19.csv
        cp "$sample/logs/$device.gpkg" trips/
        run -0 same_in_office trips
        [[ ${lines[-1]} == *" compared, "*" samples, none differs" ]]
        [[ ${lines[-1]} != *" 0 samples"* ]]
    done
}

@test "logs that the plan has, and copies, count once" {
    mkdir trips
    plan_after trip-a.gpkg
    cp "$sample/logs/"trip-{a,b}.gpkg trips/
    cp "$sample/logs/trip-b.gpkg" trips/trip-copy.gpkg
    run -0 same_in_office trips
    [[ ${lines[-1]} == *" samples, none differs" ]]
}

@test "with no evidence before, everything is counted" {
    mkdir trips
    plan_after
    cp "$sample/logs/"trip-{a,b}.gpkg trips/
    run -0 same_in_office trips
    [[ ${lines[-1]} == *" samples, none differs" ]]
}

@test "a drive is counted while it is made, and a crash costs nothing" {
    local done_before
    drive_with_plan
    eventually says '.plan.areas_done > 0'
    ended play
    [ "$code" -eq 0 ]
    eventually says '[.modems[] | select(.state == "unknown")] | length == 4'
    # silence is written, too: then all before it is committed
    eventually says ".samples > $(status_json | jq .samples) + 40"
    status_json | jq '.plan | {areas_done, hamlets_decided, areas: .nearest.areas}' >live.json
    done_before=$(jq .areas_done live.json)
    grep -q "AREA COMPLETE: Cốc Nhàn Đỏ, " run.out
    kill -9 "$(<run.pid)"
    ended run

    # what the device said is what its log gives anew, and the office with it
    "$COLLECT" plan --output trips --json plan.gpkg |
        jq --slurpfile live live.json '{areas_done, hamlets_decided, areas: [.hamlet_list[] |
            select(.areas[0].area_code == $live[0].areas[0].area_code)][0].areas}' >again.json
    diff <(jq 'del(.. | .distance_m?, .bearing_deg?)' live.json) \
        <(jq 'del(.. | .distance_m?, .bearing_deg?)' again.json)
    run -0 same_in_office trips
    [[ ${lines[-1]} == *" samples, none differs" ]]

    start again "$COLLECT" run --plain --config collect.yaml --plan plan.gpkg
    eventually says '.plan.ready'
    says ".plan.areas_done == $done_before"
    stop TERM again
    [ "$code" -eq 0 ]

    # played again, and looked at on the terminals of a phone and of a desk
    start phone "$python" "$support/screen_look.py" 40 20 "$COLLECT" run --config collect.yaml \
        --output "$PWD/by-phone" --plan plan.gpkg --replay trip.rec --speed 2
    start desk env LANGUAGE=vi "$python" "$support/screen_look.py" 80 24 "$COLLECT" run \
        --config collect.yaml --output "$PWD/by-desk" --plan plan.gpkg --replay trip.rec --speed 2
    ended phone
    [ "$code" -eq 0 ]
    ended desk
    [ "$code" -eq 0 ]
    screen_of_a_phone phone.out
    screen_of_a_desk desk.out
    diff <("$COLLECT" plan --output by-phone --json plan.gpkg) \
        <("$COLLECT" plan --output trips --json plan.gpkg)
}

screen_of_a_phone() # FILE
{
    grep -q '^|Cốc Nhàn Đỏ (Xã Sơn Vọng) *|$' "$1"
    grep -q '^|.* [↑↗→↘↓↙←↖] [a-z-]*  hamlets 0/12 *|$' "$1"
    grep -q '^|\[ \] centre: bins [0-9]* *|$' "$1"
    grep -q '^|    45201 [0-9]*, 45202 [0-9]*, 45204 [0-9]*, 45205 [0-9]* *|$' "$1"
    grep -qE '^\|([ .#o+] ){1,6}@' "$1"
    grep -qE '^\|([ .o+] )*# ' "$1"
    grep -q '^|# seen  o go there  @ you *|$' "$1"
    grep -q '^|done: Cốc Nhàn Đỏ, centre *|$' "$1"
    grep -q '^bells [1-9]' "$1"
}

screen_of_a_desk() # FILE
{
    grep -qE '^\|\[ \] trung tâm: .* [.#o] ' "$1"
    grep -qE '^\| {44}([ .#o+] )*@' "$1"
}

@test "an earlier trip that cannot be read is left out, and recording goes on" {
    plan_after trip-a.gpkg
    play middle-2025-09-19.csv 15
    mkdir -p trips
    head -c 5000 "$sample/logs/trip-b.gpkg" >trips/trip-b.gpkg
    start run "$COLLECT" run --plain --config collect.yaml --plan plan.gpkg --team 1
    eventually everything_answers
    eventually says '.plan.ready and (.plan.complete | not) and .plan.team == 1'
    eventually says '.samples > 10'
    grep -q "trips/trip-b.gpkg: is left out" run.err
    LANGUAGE=en status_json >/dev/null
    stop TERM run
    [ "$code" -eq 0 ]
}

@test "a plan that cannot be used is refused before anything is recorded" {
    mkdir trips
    plan_after trip-a.gpkg
    write_config
    head -c 10000 plan.gpkg >cut.gpkg
    run -3 "$COLLECT" run --config collect.yaml --plan cut.gpkg
    [[ $output == *cut.gpkg* ]]
    run -3 "$COLLECT" run --config collect.yaml --plan missing.gpkg
    [[ $output == *missing.gpkg* ]]
    run -3 "$COLLECT" run --config collect.yaml --plan "$sample/logs/trip-a.gpkg"
    [[ $output == *trip-a.gpkg* ]]
    run -3 "$COLLECT" run --config collect.yaml --plan plan.gpkg --team 9
    [[ $output == *"team 9: the plan has stops for teams up to 1"* ]]
    run -2 "$COLLECT" run --config collect.yaml --plan plan.gpkg --team two
    [[ $output == *'--team is "two"'* ]]
    run -2 "$COLLECT" run --config collect.yaml --team 2
    [[ $output == *"--team 2 is for --plan"* ]]
    run -3 "$COLLECT" plan --config collect.yaml --output none plan.gpkg
    [[ $output == *"none: "* ]]
    run -2 "$COLLECT" plan --config collect.yaml plan.gpkg more
    [[ $output == *more* ]]
    echo "plan: $PWD/missing.gpkg" >>collect.yaml
    run -3 "$COLLECT" run --config collect.yaml
    [[ $output == *missing.gpkg* ]]
    [ -z "$(ls trips)" ]
}
