#!/usr/bin/env bats
# The disk becomes full at one write after another, or one write, fsync, open, rename or unlink
# fails. Whichever it is: exit code 1, a message, the workspace and earlier results as they were,
# and nothing temporary left. With LONG=1 every call of everything, else every write of each output
# by itself, and some of all outputs together.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    cd "$BATS_FILE_TMPDIR" || exit 1
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\nH2,Bản Hai,22.61,106.11\n' \
        >hamlets.csv
    local i
    for name in old new; do
        echo t_utc_ms,lat_deg,lon_deg,mccmnc,tech,level_dbm >"$name.csv"
        for i in {100..140}; do
            echo "1750000000$i,22.60$i,106.10$i,4520$((i % 2 + 1)),LTE,-$((80 + i % 30))"
        done >>"$name.csv"
    done
    sed -i s/1750/1751/ new.csv
    sed s/1750/1752/ old.csv >more.csv
    gzip -k new.csv
    mkdir scene
    cd scene || exit 1
    "$LOMSONG" new work.sqlite --region vn --hamlets ../hamlets.csv
    "$LOMSONG" add work.sqlite ../old.csv
    "$LOMSONG" publish work.sqlite have
    # so that what is there is not what is to be written
    "$LOMSONG" add work.sqlite ../more.csv
    "$LOMSONG" judge work.sqlite
}

setup()
{
    enter_scene
    if [[ $LOMSONG == */asan/* ]]; then
        skip "a library preloaded does not go with the address sanitizer"
    fi
    fault_io=${LOMSONG%/*}/fault_io.so
    FAULT_IO_COUNT=$PWD/probe LD_PRELOAD=$fault_io "$LOMSONG" --version ||
        skip "seccomp is not allowed here"
    in=$BATS_FILE_TMPDIR
}

# fails [--some] KIND,... COMMAND...: of lomsong-analyze, each call of these kinds in turn.
fails()
{
    local kind some=()
    if [ "$1" = --some ]; then
        [ -n "${LONG-}" ] || some=(--some)
        shift
    fi
    for kind in ${1//,/ }; do
        "$BATS_TEST_DIRNAME/../support/fault_each.py" "$fault_io" "$kind" "$in/scene" \
            "${some[@]}" "$LOMSONG" "${@:2}"
    done
    check_tmpdir
}

@test "a disk that fails at each call of new, add, judge and note" {
    fails full,sync,open,unlink new new.sqlite --hamlets "$in/hamlets.csv"
    fails --some write new new.sqlite --hamlets "$in/hamlets.csv"
    fails full,write,sync,open,unlink add work.sqlite "$in/new.csv"
    fails full,open add work.sqlite "$in/new.csv.gz"
    fails full,sync judge work.sqlite --as-of 2026-01-31
    fails full,sync note work.sqlite H1 --decision covered --by "Bà Ba" --reason "Đã đo" \
        --date 2025-07-01
}

@test "a disk that fails at each call of convert" {
    fails full,write,sync,open,rename convert out.csv "$in/new.csv"
}

@test "a disk that is full at each write of each output" {
    local name
    for name in hamlets areas bins communes provinces summary survey coverage project report.xlsx \
        report.pdf map; do
        fails full publish --only "$name" work.sqlite have
    done
}

# Its library does not look: only a second book shows what was lost once.
@test "a write of report.xlsx that fails once" {
    fails write publish --only report.xlsx work.sqlite have
}

@test "a disk that fails at calls of publish" {
    fails sync,rename,exchange publish work.sqlite have
    fails --some full,write,open,unlink publish work.sqlite have
    fails --some full,sync,rename publish --dossier all --also kml,geojson,shp,fgb work.sqlite out/deep
}

@test "a disk that fails at calls of survey" {
    fails --some full,sync,open,rename survey out --work new.sqlite --region vn \
        --hamlets "$in/hamlets.csv" "$in/new.csv"
}
