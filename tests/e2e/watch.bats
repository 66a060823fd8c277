#!/usr/bin/env bats
# watch: what arrives in a directory is taken in once, and the outputs are those of a survey of it.
# shellcheck disable=SC2119,SC2154 # helpers take options or none; $stderr of bats, variables of
# survey.bash and office.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    . "$BATS_TEST_DIRNAME/../support/office.bash"
    export TMPDIR=$BATS_FILE_TMPDIR
    cd "$BATS_FILE_TMPDIR" || exit 1
    "$SAMPLE" sample
    survey out --quiet --lang en sample/logs/*
    make_certificates
}

setup()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    . "$BATS_TEST_DIRNAME/../support/office.bash"
    cd "$BATS_TEST_TMPDIR" || exit 1
    mkdir -p tmp in
    export TMPDIR=$PWD/tmp
    cp "$BATS_FILE_TMPDIR"/*.pem "$BATS_FILE_TMPDIR"/*.key .
    logs=$sample/logs
    expected=$BATS_FILE_TMPDIR/out
    new_workspace work.sqlite
}

teardown()
{
    stop_all
    check_tmpdir
}

watch() # [OPTION...]
{
    "$LOMSONG" watch work.sqlite in --lang en --quiet "$@"
}

once()
{
    watch --once --out out "$@"
}

# Starts a watch that goes on; in in/ unless told otherwise.
watching() # [DIR]
{
    start watch "$LOMSONG" watch work.sqlite "${1:-in}" --lang en --quiet --out out --interval 3600
    eventually grep -q "written anew" watch.out
}

# taken COUNT: the outputs show so many inputs.
taken()
{
    [ "$(jq '.inputs | length' out/manifest.json)" -eq "$1" ]
}

# A trip in parts, as push leaves it in in/: arrive TRIP [NAME]
arrive()
{
    local sha part list=() i=0
    sha=$(sha256sum <"$1" | cut -d ' ' -f 1)
    mkdir -p "in/$sha" pieces
    split -b 100000 -a 4 "$1" pieces/p
    for part in pieces/*; do
        list+=("$(sha256sum <"$part" | cut -d ' ' -f 1)")
        mv "$part" "in/$sha/$(printf '%06d-%s' "$i" "${list[-1]}")"
        i=$((i + 1))
    done
    jq -cn --arg name "${2:-${1##*/}}" --arg sha "$sha" --argjson bytes "$(stat -c %s "$1")" \
        '{lomsong_push: 1, name: $name, sha256: $sha, bytes: $bytes, part_bytes: 100000,
          parts: $ARGS.positional}' --args "${list[@]}" >"in/$sha/manifest.new"
    mv "in/$sha/manifest.new" "in/$sha/manifest.json"
    arrived=in/$sha
}

@test "trips that are pushed to nginx arrive on their own, and give what a survey gives" {
    mkdir trips
    cp "$logs"/*.gpkg trips
    office
    watching server/in
    push_yaml
    push
    cp "$logs"/*.csv "$logs"/*.gz "$logs"/*.txt server/in
    eventually taken "$(find "$logs" -type f | wc -l)"
    stop TERM watch
    [ "$code" -eq 0 ]
    same_outputs "$expected" out
    diff <(jq -S .inputs "$expected/manifest.json") <(jq -S .inputs out/manifest.json)
    # nothing of the server's was touched
    there trips/trip-a.gpkg
    there trips/trip-b.gpkg
}

@test "once each: a second look, another watch and another name change nothing" {
    cp "$logs"/*.csv in
    arrive "$logs/trip-a.gpkg"
    once
    taken 4
    evidence work.sqlite >before
    cp "$logs/trip-a.gpkg" in/copy.gpkg
    run -0 once
    [[ $output != *"written anew"* ]]
    evidence work.sqlite | diff before -
    taken 4
}

@test "half of a trip is left alone until the rest is there" {
    arrive "$logs/trip-a.gpkg"
    mv "$arrived/manifest.json" aside.json
    watching
    taken 0
    mv aside.json "$arrived/manifest.json"
    eventually taken 1
    stop TERM watch
    [ "$code" -eq 0 ]
}

@test "a part that is damaged or missing is named, and taken once it is mended" {
    arrive "$logs/trip-b.gpkg"
    local part
    part=$(ls "$arrived"/000003-*)
    mv "$part" aside
    run --separate-stderr -3 once
    [[ $stderr == *"$part"* ]]
    taken 0
    head -c 99999 aside >"$part"
    run --separate-stderr -3 once
    [[ $stderr == *"$part: 99999 bytes with another SHA-256"* ]]
    cp aside "$part"
    "$python" -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(500); f.write(b"!")' "$part"
    run --separate-stderr -3 once
    [[ $stderr == *"$part: 100000 bytes with another SHA-256"* ]]
    taken 0
    mv aside "$part"
    once
    taken 1
}

@test "a manifest that lies is refused by name" {
    local lie
    arrive "$logs/trip-a.gpkg"
    cp "$arrived/manifest.json" good.json
    while read -r lie; do
        jq -c "$lie" good.json >"$arrived/manifest.json"
        run --separate-stderr -3 once
        [[ $stderr == *"manifest.json: no manifest of a push"* ]]
        taken 0
    done <<'END'
.name = "../../etc/passwd"
.name = ".hidden"
.name = ""
.name = 7
.sha256 = "0123"
.sha256 = (.sha256 | sub("^."; "g"))
.bytes = -1
.bytes = 1e300
.bytes = 100000
.part_bytes = 1
.parts = []
.parts[0] = "../x"
.parts += [.parts[0]]
.lomsong_push = 2
END
    echo '{' >"$arrived/manifest.json"
    run --separate-stderr -3 once
    # parts that are links elsewhere are not followed
    cp good.json "$arrived/manifest.json"
    local part
    part=$(ls "$arrived"/000001-*)
    mv "$part" elsewhere
    ln -s "$PWD/elsewhere" "$part"
    run --separate-stderr -3 once
    taken 0
}

@test "a bad file is named once and stops nothing" {
    echo "not a log" >in/bad.csv
    head -c 50000 "$logs/trip-a.gpkg" >in/cut.gpkg
    watching
    eventually grep -q in/cut.gpkg watch.err
    cp "$logs/trip-b.gpkg" in
    eventually taken 1
    cp "$logs"/north*.csv in
    eventually taken 2
    stop TERM watch
    [ "$code" -eq 0 ]
    [ "$(grep -c in/bad.csv watch.err)" -eq 1 ]
    [ "$(grep -c in/cut.gpkg watch.err)" -eq 1 ]
    [ -e in/bad.csv ]
}

@test "files on their way, hidden ones and what lies beside databases are left alone" {
    local name
    for name in a.csv.part b.tmp .c.csv d.gpkg-wal e.filepart; do
        cp "$logs"/north*.csv "in/$name"
    done
    mkdir in/directory in/0123
    : >in/empty.csv
    run -0 once
    taken 0
    mv in/a.csv.part in/a.csv
    once
    taken 1
}

@test "a file that is replaced by another state of it counts once" {
    local all=("$logs"/north*.csv)
    head -n 500 "${all[0]}" >in/north.csv
    watching
    eventually taken 1
    cp "${all[0]}" in/north.new.part
    mv in/north.new.part in/north.csv
    eventually grep -q "taken out" watch.out
    eventually complete
    taken 1
    stop TERM watch
}

complete()
{
    [ "$(jq -r '.inputs[0].sha256' out/manifest.json)" = "$(sha256sum <in/north.csv | cut -d ' ' -f 1)" ]
}

@test "a name that is a hash promises its content" {
    cp "$logs/trip-a.gpkg" "in/$(printf '%064d' 0).gpkg"
    run --separate-stderr -3 once
    [[ $stderr == *"its content is not what its name says"* ]]
    taken 0
    rm in/*
    cp "$logs/trip-a.gpkg" "in/$(sha256sum <"$logs/trip-a.gpkg" | cut -d ' ' -f 1).gpkg"
    once
    taken 1
}

@test "trips that came in parts are kept whole where that is wanted" {
    arrive "$logs/trip-a.gpkg"
    once --keep whole
    [ "$(find whole -type f)" = "whole/$(basename "$arrived" | cut -c 1-16)/trip-a.gpkg" ]
    cmp whole/*/trip-a.gpkg "$logs/trip-a.gpkg"
}

@test "outputs that a killed watch left behind are made good by the next" {
    cp "$logs/trip-a.gpkg" in
    "$LOMSONG" add work.sqlite in/trip-a.gpkg
    once
    taken 1
    rm out/manifest.json
    run -0 once
    [[ $output == *"written anew"* ]]
    taken 1
}

@test "the end that is asked for while outputs are written leaves the earlier ones" {
    cp "$logs"/*.gpkg in
    start watch "$LOMSONG" watch work.sqlite in --quiet --out out --interval 3600
    eventually test -e out
    stop TERM watch
    [ "$code" -eq 0 ]
    # either none of it or all of it
    [ "$(find out -name '.*' -mindepth 1 | wc -l)" -eq 0 ] || [ ! -e out ]
    once
    taken 2
}

@test "another rule judges anew, without a log" {
    cp "$logs"/*.csv in
    once
    sed 's/^id: .*/id: of-the-office/' "$rule" >rule.yaml
    run -0 once --rule rule.yaml
    [[ $output == *"written anew"* ]]
    [ "$(jq -r .rule.id out/manifest.json)" = of-the-office ]
    # and stays the survey's
    cp "$logs/trip-a.gpkg" in
    once
    [ "$(jq -r .rule.id out/manifest.json)" = of-the-office ]
}

@test "without --out the workspace alone is kept up" {
    cp "$logs"/*.csv in
    run -0 watch --once
    [ ! -e out ]
    [ "$(sqlite3 work.sqlite "SELECT count(*) FROM verdict")" -gt 5 ]
}

@test "what cannot work is told at once" {
    run --separate-stderr -3 watch --once --rule none.yaml
    run --separate-stderr -3 "$LOMSONG" watch work.sqlite nowhere --once
    [[ $stderr == *nowhere* ]]
    run --separate-stderr -3 "$LOMSONG" watch none.sqlite in --once
    run --separate-stderr -2 "$LOMSONG" watch work.sqlite in --once --out in
    [[ $stderr == *"must lie elsewhere"* ]]
    run --separate-stderr -2 "$LOMSONG" watch work.sqlite . --once
    run --separate-stderr -1 watch --once --keep work.sqlite
    [[ $stderr == *"work.sqlite: cannot be made"* ]]
    run --separate-stderr -2 watch --interval 0
    run --separate-stderr -2 watch --once --only nonsense
    [ ! -e out ]
}
