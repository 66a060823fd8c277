#!/usr/bin/env bats
# The command line's contract: exit codes, where output goes, what a message names.

bats_require_minimum_version 1.5.0

setup()
{
    cd "$BATS_TEST_TMPDIR" || exit 1
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\n' >hamlets.csv
    printf 't_utc_ms,lat_deg,lon_deg,mccmnc,tech,level_dbm\n1750000000000,22.6,106.1,45204,LTE,-90\n' >log.csv
}

# Runs the program with the arguments and expects the exit code; a failure must say something
# on standard error and nothing on standard output.
expect()
{
    local code=$1
    shift
    run --separate-stderr "-$code" "$LOMSONG" "$@"
    if [ "$code" -ne 0 ]; then
        [ -z "$output" ]
        [ -n "$stderr" ]
    fi
}

@test "--help names every command and ends with 0" {
    expect 0 --help
    for command in new add remove judge publish survey explain whatif compare note template convert; do
        [[ $output == *"$command"* ]]
    done
    [ -z "$stderr" ]
}

@test "--help of every command ends with 0 and names the command" {
    for command in new add remove judge publish survey explain whatif compare note template convert; do
        expect 0 "$command" --help
        [[ $output == *"$command"* ]]
    done
}

@test "--version gives program and version" {
    expect 0 --version
    [[ $output =~ ^lomsong-analyze\ [0-9]+\.[0-9]+\.[0-9]+ ]]
}

@test "no command is a usage error" {
    expect 2
}

@test "an unknown command is a usage error that names it" {
    expect 2 surwey out
    [[ $stderr == *surwey* ]]
}

@test "an unknown option is a usage error that names it" {
    expect 2 survey out --hamlets hamlets.csv --colour red log.csv
    [[ $stderr == *colour* ]]
}

@test "an option without its value is a usage error" {
    expect 2 survey out log.csv --hamlets
    [[ $stderr == *hamlets* ]]
}

@test "every command without its arguments is a usage error" {
    for command in new add remove judge publish survey explain whatif compare note template convert; do
        expect 2 "$command"
    done
}

@test "arguments too many are a usage error" {
    expect 2 explain work.sqlite H1 H2
    expect 2 remove work.sqlite log.csv more.csv
}

@test "new and survey need --hamlets" {
    expect 2 new work.sqlite
    [[ $stderr == *--hamlets* ]]
    expect 2 survey out log.csv
    [[ $stderr == *--hamlets* ]]
}

@test "whatif needs --rule" {
    expect 2 whatif work.sqlite
    [[ $stderr == *--rule* ]]
}

@test "a value that its option does not take is a usage error that names it" {
    local row option value
    for row in "--lang fr" "--bin-size 0" "--bin-size many" "--bin-size -50" "--threads 0" \
        "--threads 1.5" "--utc-offset 25:00" "--utc-offset seven" "--mccmnc 4x204" \
        "--mccmnc 45" "--as-of 2025-02-30" "--as-of yesterday" "--format nonsense" \
        "--map lat_deg" "--map =y" "--only tables" "--max-accuracy-m far" \
        "--max-fix-age-ms -1" "--max-level-age-ms 5s"; do
        option=${row%% *}
        value=${row#* }
        echo "trying $option $value"
        expect 2 survey out --hamlets hamlets.csv "$option" "$value" log.csv
        [[ $stderr == *"${option#--}"* ]]
        [ ! -e out ]
    done
}

@test "a hamlet file that is not there is an input error that names it" {
    expect 3 survey out --hamlets nowhere.csv log.csv
    [[ $stderr == *nowhere.csv* ]]
    [ ! -e out ]
}

@test "a log that is not there is an input error that names it" {
    expect 3 survey out --hamlets hamlets.csv log.csv nowhere.log
    [[ $stderr == *nowhere.log* ]]
    [ ! -e out ]
}

@test "a rule that is not there is an input error that names it" {
    expect 3 survey out --hamlets hamlets.csv --rule nowhere.yaml log.csv
    [[ $stderr == *nowhere.yaml* ]]
    [ ! -e out ]
}

@test "a workspace that is not there is an input error that names it" {
    expect 3 judge nowhere.sqlite
    [[ $stderr == *nowhere.sqlite* ]]
    expect 3 publish nowhere.sqlite out
    expect 3 explain nowhere.sqlite H1
    expect 3 add nowhere.sqlite log.csv
    [ ! -e nowhere.sqlite ]
}

@test "a region nobody knows is refused by name" {
    run --separate-stderr "$LOMSONG" survey out --hamlets hamlets.csv --region atlantis log.csv
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    [[ $stderr == *atlantis* ]]
}

@test "an output that cannot be written is a failure" {
    expect 1 survey /proc/nowhere/out --hamlets hamlets.csv log.csv
    [[ $stderr == */proc/nowhere/out* ]]
}
