#!/usr/bin/env bats
# One walk as each app logs it: all give the same survey, also after a spreadsheet or another
# machine had the file, and after `convert` there and back.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    mkdir "$BATS_FILE_TMPDIR/apps"
    /usr/bin/python3 "$BATS_TEST_DIRNAME/../support/app_logs.py" "$BATS_FILE_TMPDIR/apps"
}

setup()
{
    enter_scene
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.600,106.100\n' >"$BATS_TEST_TMPDIR/hamlets.csv"
}

teardown()
{
    check_tmpdir
}

survey_here() # OUT [OPTION...] INPUT
{
    "$LOMSONG" survey "$1" --region vn --hamlets "$BATS_TEST_TMPDIR/hamlets.csv" \
        --only hamlets,areas,bins "${@:2}"
}

# The active tests are the last columns of areas.csv and of hamlets.csv, and are no samples.
same_survey() # EXPECTED ACTUAL
{
    cmp "$1/bins.csv" "$2/bins.csv"
    diff <(samples_of "$1/areas.csv") <(samples_of "$2/areas.csv")
    diff <(cut -d, -f 1-26 "$1/hamlets.csv") <(cut -d, -f 1-26 "$2/hamlets.csv")
}

@test "the log of each app gives its samples, and convert loses none" {
    local app options
    for app in "$BATS_FILE_TMPDIR"/apps/*; do
        cd "$app"
        echo "${app##*/}"
        mapfile -t options <options
        case $app in *-shuffled | *-european | *-quoted | *-wide)
            # read as what it was before others had it
            "$LOMSONG" convert one.csv --region vn "${options[@]}" log.*
            cmp one.csv "${app%-*}/one.csv"
            continue
            ;;
        esac
        survey_here truth truth.csv
        survey_here out "${options[@]}" log.* 2>said
        run ! grep suspicious said
        same_survey truth out
        "$LOMSONG" convert one.csv --region vn "${options[@]}" log.*
        survey_here back one.csv
        same_survey truth back
        [ "$(wc -l <out/bins.csv)" -gt 4 ] # it is no empty table
    done
}
