#!/usr/bin/env bats
# The disk becomes full at one write after another. Whatever write it is: exit code 1, a message,
# the workspace and earlier results as they were, and nothing temporary left.
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
        for i in {100..400}; do
            echo "1750000000$i,22.6$i,106.1$i,4520$((i % 5 + 1)),LTE,-$((80 + i % 30))"
        done >>"$name.csv"
        sed -i s/1750/1751/ new.csv 2>/dev/null || true
    done
    gzip -k new.csv
    "$LOMSONG" new work.sqlite --region vn --hamlets hamlets.csv
    "$LOMSONG" add work.sqlite old.csv
    "$LOMSONG" publish work.sqlite have
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
    cp "$BATS_FILE_TMPDIR"/*.csv* "$BATS_FILE_TMPDIR/work.sqlite" .
    cp -r "$BATS_FILE_TMPDIR/have" have
    cp -r have expected
    evidence work.sqlite >before
}

# The first writes, some on the way, and the last.
moments() # COUNT
{
    local step=$(($1 / 16 + 1))
    { seq 1 6; seq 7 "$step" "$1"; seq $(($1 > 3 ? $1 - 3 : 1)) "$1"; } |
        awk -v n="$1" '$1 <= n' | sort -nu
}

# Runs a command with the disk full at each of these writes; then once with room.
full_at_each() # COMMAND...
{
    local n count
    mkdir -p try
    cp -r work.sqlite have try
    (cd try && FAULT_IO_COUNT=$PWD/../count LD_PRELOAD=$fault_io "$@")
    count=$(cat count)
    echo "$count growing writes: $*"
    [ "$count" -gt 5 ]
    for n in $(moments "$count"); do
        rm -rf try
        mkdir try
        cp -r work.sqlite have try
        run --separate-stderr -1 env --chdir=try FAULT_IO_AT="$n" LD_PRELOAD="$fault_io" "$@"
        echo "at write $n: $stderr"
        [ -n "$stderr" ]
        [ "$(ls -A try)" = $'have\nwork.sqlite' ]
        diff -r have try/have
        evidence try/work.sqlite | cmp - before
        check_tmpdir
    done
}

@test "a disk that becomes full at each write of add" {
    full_at_each "$LOMSONG" add work.sqlite ../new.csv
    full_at_each "$LOMSONG" add work.sqlite ../new.csv.gz
    "$LOMSONG" add work.sqlite new.csv
    evidence work.sqlite >after
    run ! cmp -s after before
}

@test "a disk that becomes full at each write of publish" {
    full_at_each "$LOMSONG" publish work.sqlite have
    full_at_each "$LOMSONG" publish work.sqlite out
    "$LOMSONG" publish work.sqlite have
    diff -r have expected
}

@test "a disk that becomes full at each write of new and convert" {
    full_at_each "$LOMSONG" new new.sqlite --hamlets ../hamlets.csv
    full_at_each "$LOMSONG" convert out.csv ../new.csv
}
