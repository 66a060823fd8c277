#!/usr/bin/env bats
# Inputs that cannot be used and outputs that cannot be written: the exit code of the contract,
# a message that names the file, and nothing half-written.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    cd "$BATS_FILE_TMPDIR" || exit 1
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\nH2,Bản Hai,22.61,106.11\n' \
        >hamlets.csv
    printf 't_utc_ms,lat_deg,lon_deg,mccmnc,tech,level_dbm\n' >log.csv
    printf '17500%08d,22.6,106.1,45204,LTE,-90\n' 1 2 3 4 5 6 7 8 9 >>log.csv
    "$LOMSONG" survey have --work work.sqlite --hamlets hamlets.csv log.csv
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --work work.sqlite logs/*)
}

setup()
{
    enter_scene
    cp "$BATS_FILE_TMPDIR"/{hamlets.csv,log.csv,work.sqlite} .
    cp -r "$BATS_FILE_TMPDIR/have" have
}

teardown()
{
    if mountpoint -q disk; then umount disk; fi
    check_tmpdir
}

# Expects the exit code, nothing on standard output and a message with every text before "--".
refused() # CODE TEXT... -- COMMAND...
{
    local code=$1 texts=()
    shift
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    run --separate-stderr "-$code" "${@:2}"
    echo "${*:2}: $stderr"
    [ -z "$output" ]
    for text in "${texts[@]}"; do
        [[ $stderr == *"$text"* ]]
    done
}

# A survey is refused, and neither makes its directory nor touches one that is there.
survey_refused() # CODE TEXT... -- ARGUMENTS behind OUT
{
    local texts=()
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    refused "${texts[@]}" -- "$LOMSONG" survey out "${@:2}"
    [ ! -e out ]
    refused "${texts[@]}" -- "$LOMSONG" survey have "${@:2}"
    diff -r "$BATS_FILE_TMPDIR/have" have
}

# As a log beside a good one: survey takes neither, add keeps the good one, convert writes nothing.
log_refused() # LOG [TEXT...]
{
    local log=$1
    shift
    survey_refused 3 "$log" "$@" -- --hamlets hamlets.csv log.csv "$log"
    survey_refused 3 "$log" "$@" -- --hamlets hamlets.csv --threads 1 "$log" log.csv
    evidence work.sqlite >before
    run --separate-stderr -3 "$LOMSONG" add work.sqlite "$log"
    [[ $stderr == *"$log"* ]]
    evidence work.sqlite >after
    cmp before after
    refused 3 "$log" -- "$LOMSONG" convert new.csv log.csv "$log"
    [ ! -e new.csv ]
    echo old >old.csv
    refused 3 "$log" -- "$LOMSONG" convert old.csv log.csv "$log"
    [ "$(cat old.csv)" = old ]
    [ -z "$(find . -name '*.part')" ]
}

# ---- Logs ----------------------------------------------------------------------------------------

@test "a log that is not there" {
    log_refused nowhere.csv
}

@test "an empty log" {
    : >empty.csv
    log_refused empty.csv empty
    gzip -c empty.csv >empty.csv.gz
    log_refused empty.csv.gz empty
    log_refused /dev/null
}

@test "binary rubbish as a log" {
    head -c 30000 "$LOMSONG" >rubbish.csv
    log_refused rubbish.csv
    gzip -c rubbish.csv >rubbish.csv.gz
    log_refused rubbish.csv.gz
    head -c 70000 /dev/zero >zeros.csv
    log_refused zeros.csv
    printf 'one line without a comma' >line.txt
    log_refused line.txt
}

@test "what is often taken for a log is called by its name" {
    printf 'PK\003\004....' >a.zip
    printf '\375' >a.xz
    printf '7zXZ....' >>a.xz
    printf '%%PDF-1.7\n' >a.pdf
    printf '\320\317\021\340....' >a.xls
    printf '\357\273\277<!DOCTYPE html><html></html>' >a.html
    printf '<?xml version="1.0"?>\n<gpx><trk/></gpx>' >a.gpx
    printf '\044GPRMC,151108.00,A,2239.92028,N,10608.16948,E,0.5,87.0,180725,,,A*66\r\n' >a.nmea
    printf 'radio,mcc,net,area,cell,unit,lon,lat,range\nLTE,452,4,1,2,0,106.1,22.6,1000\n' >cells.csv
    echo a,b | gzip | gzip >twice.gz
    log_refused a.zip ZIP
    log_refused a.xz gzip
    log_refused a.pdf PDF
    log_refused a.xls Excel
    log_refused a.html "web page"
    log_refused a.gpx --track
    log_refused a.nmea --track
    log_refused cells.csv --stations
    log_refused twice.gz twice
}

@test "a database that is no trip log as a log" {
    cp work.sqlite other.sqlite
    log_refused other.sqlite
    cp have/survey.gpkg other.gpkg
    log_refused other.gpkg
}

@test "a trip log that was cut off or damaged" {
    local size
    size=$(stat -c %s "$sample/logs/trip-a.gpkg")
    head -c $((size / 2)) "$sample/logs/trip-a.gpkg" >cut.gpkg
    log_refused cut.gpkg
    cp "$sample/logs/trip-a.gpkg" damaged.gpkg
    head -c 20000 "$LOMSONG" |
        dd of=damaged.gpkg bs=1 seek=$((size / 2)) conv=notrunc status=none
    log_refused damaged.gpkg
}

@test "a gzip file that was cut off or damaged" {
    local size
    size=$(stat -c %s "$sample/logs/seat.csv.gz")
    head -c $((size / 2)) "$sample/logs/seat.csv.gz" >cut.csv.gz
    log_refused cut.csv.gz
    head -c $((size - 3)) "$sample/logs/seat.csv.gz" >tail.csv.gz
    log_refused tail.csv.gz
    cp "$sample/logs/seat.csv.gz" damaged.csv.gz
    printf '\x01\x02\x03\x04' | dd of=damaged.csv.gz bs=1 seek=$((size - 8)) conv=notrunc status=none
    log_refused damaged.csv.gz
    head -c 5 "$sample/logs/seat.csv.gz" >head.csv.gz
    log_refused head.csv.gz
    gzip -c "$sample/logs/trip-a.gpkg" | head -c 30000 >trip.gpkg.gz
    log_refused trip.gpkg.gz
}

@test "a header and nothing more" {
    head -n 1 log.csv >header.csv
    log_refused header.csv
    gzip -c header.csv >header.csv.gz
    log_refused header.csv.gz
    head -n 1 "$sample"/logs/Viettel* >header.txt
    log_refused header.txt
    printf 'time,latitude_of_tower,rssi_of_wifi\n1,2,3\n' >foreign.csv
    log_refused foreign.csv --map
}

@test "a directory as a log" {
    mkdir logs
    cp log.csv logs
    log_refused logs
}

without_stdin()
{
    "$LOMSONG" "$@" <&-
}

@test "standard input that is empty or closed" {
    refused 3 stdin -- "$LOMSONG" survey out --hamlets hamlets.csv - </dev/null
    refused 3 stdin -- without_stdin survey out --hamlets hamlets.csv -
    [ ! -e out ]
}

@test "a log whose rows are all refused is taken, with a warning" {
    sed 's/22\.6,106\.1/106.1,22.6/' log.csv >swapped.csv
    run --separate-stderr -0 "$LOMSONG" survey out --hamlets hamlets.csv swapped.csv
    [[ $stderr == *swapped.csv* ]]
    jq -e '.inputs[0] | .accepted == 0 and .rejected.no_position == 9' out/manifest.json
    run --separate-stderr -0 "$LOMSONG" convert out.csv log.csv swapped.csv
    [[ $stderr == *"swapped.csv: 9 of 9 rows"* ]]
    [[ $stderr != *" log.csv"* ]]
    [ "$(wc -l <out.csv)" -eq 10 ]
}

@test "a log of several operators without saying which" {
    printf 't_utc_ms,lat_deg,lon_deg,tech,level_dbm\n1750000000000,22.6,106.1,LTE,-90\n' >nameless.csv
    log_refused nameless.csv --mccmnc
}

@test "add keeps the good logs and says which is bad" {
    "$LOMSONG" new fresh.sqlite --hamlets hamlets.csv
    : >empty.csv
    run --separate-stderr -3 "$LOMSONG" add fresh.sqlite empty.csv log.csv
    [[ $stderr == *empty.csv* ]]
    diff <(evidence work.sqlite) <(evidence fresh.sqlite)
}

# ---- Places --------------------------------------------------------------------------------------

@test "hamlets that are not there, empty, or no map layer" {
    survey_refused 3 nowhere.geojson -- --hamlets nowhere.geojson log.csv
    : >empty.csv
    survey_refused 3 empty.csv -- --hamlets empty.csv log.csv
    head -n 1 hamlets.csv >header.csv
    survey_refused 3 header.csv -- --hamlets header.csv log.csv
    head -c 30000 "$LOMSONG" >rubbish.gpkg
    survey_refused 3 rubbish.gpkg -- --hamlets rubbish.gpkg log.csv
    mkdir layer
    survey_refused 3 layer -- --hamlets layer log.csv
    survey_refused 3 nowhere.csv -- --hamlets hamlets.csv --clusters nowhere.csv log.csv
    survey_refused 3 nowhere.gpkg -- --hamlets hamlets.csv --communes nowhere.gpkg log.csv
    survey_refused 3 work.sqlite nolayer -- --hamlets work.sqlite:nolayer log.csv
}

@test "hamlets in metres without a CRS" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,2500123.5,613000\n' >metres.csv
    survey_refused 3 metres.csv H1 -- --hamlets metres.csv log.csv
    ogr2ogr metres.shp metres.csv -oo X_POSSIBLE_NAMES=lon -oo Y_POSSIBLE_NAMES=lat
    [ ! -e metres.prj ]
    survey_refused 3 metres.shp CRS -- --hamlets metres.shp log.csv
}

@test "hamlets with latitude and longitude swapped" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,106.10,22.60\n' >swapped.csv
    survey_refused 3 H1 -- --hamlets swapped.csv --region vn log.csv
    survey_refused 3 H1 -- --hamlets swapped.csv log.csv
    # degrees that are possible, but elsewhere
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,60.10,22.60\n' >elsewhere.csv
    survey_refused 3 H1 -- --hamlets elsewhere.csv --region vn log.csv
}

@test "a hamlet that stands twice, one without a code, one without a position" {
    printf 'H1,Bản Ba,22.62,106.12\n' | cat hamlets.csv - >twice.csv
    survey_refused 3 twice.csv H1 -- --hamlets twice.csv log.csv
    printf ',Bản Ba,22.62,106.12\n' | cat hamlets.csv - >nameless.csv
    survey_refused 3 nameless.csv hamlet_code -- --hamlets nameless.csv log.csv
    printf 'H3,Bản Ba,,\n' | cat hamlets.csv - >nowhere.csv
    survey_refused 3 nowhere.csv H3 -- --hamlets nowhere.csv log.csv
    printf 'H3,Bản Ba,22°37,106.12\n' | cat hamlets.csv - >degrees.csv
    survey_refused 3 degrees.csv H3 -- --hamlets degrees.csv log.csv
}

@test "attributes that make no sense" {
    printf 'hamlet_code,name,lat,lon,households,electricity\nH1,M,22.6,106.1,many,yes\n' >h.csv
    survey_refused 3 h.csv H1 many -- --hamlets h.csv log.csv
    printf 'hamlet_code,name,lat,lon,households,electricity\nH1,M,22.6,106.1,3,maybe\n' >h.csv
    survey_refused 3 h.csv H1 maybe -- --hamlets h.csv log.csv
    printf 'name,lat,lon\nM,22.6,106.1\n' >h.csv
    survey_refused 3 h.csv hamlet_code -- --hamlets h.csv log.csv
    printf 'hamlet_code,name,lat,lon\nH1,B\xb6n,22.6,106.1\n' >h.csv
    survey_refused 3 h.csv H1 UTF-8 -- --hamlets h.csv log.csv
}

@test "clusters that do not fit the hamlets" {
    local header=cluster_code,hamlet_code,name,lat,lon
    printf '%s\nC1,H9,Cụm,22.6,106.1\n' "$header" >c.csv
    survey_refused 3 c.csv C1 H9 -- --hamlets hamlets.csv --clusters c.csv log.csv
    printf '%s\nH2,H1,Cụm,22.6,106.1\n' "$header" >c.csv
    survey_refused 3 c.csv H2 -- --hamlets hamlets.csv --clusters c.csv log.csv
    printf '%s\nC1,H1,Cụm,22.6,106.1\nC1,H2,Cụm,22.6,106.1\n' "$header" >c.csv
    survey_refused 3 c.csv C1 -- --hamlets hamlets.csv --clusters c.csv log.csv
    printf 'cluster_code,name,lat,lon\nC1,Cụm,22.6,106.1\n' >c.csv
    survey_refused 3 c.csv hamlet_code -- --hamlets hamlets.csv --clusters c.csv log.csv
}

@test "communes that are points" {
    printf 'code,name,lat,lon\n99901,Xã,22.6,106.1\n' >communes.csv
    survey_refused 3 communes.csv 99901 -- --hamlets hamlets.csv --communes communes.csv log.csv
}

# ---- Rules and regions ---------------------------------------------------------------------------

# A rule with one change; the message must name the file and the changed line.
rule_refused() # SED_SCRIPT TEXT
{
    local line
    sed -E "$1" "$rule" >mine.yaml
    line=$(diff "$rule" mine.yaml | sed -nE '1s/^[0-9]+[acd]?([0-9]+).*/\1/p')
    [ -n "$line" ] || line=$(diff "$rule" mine.yaml | sed -nE '1s/.*[acd]([0-9]+).*/\1/p')
    survey_refused 3 "mine.yaml:$line" "$2" -- --hamlets hamlets.csv --rule mine.yaml log.csv
    refused 3 mine.yaml -- "$LOMSONG" judge work.sqlite --rule mine.yaml
    refused 3 mine.yaml -- "$LOMSONG" whatif work.sqlite --rule mine.yaml
    cmp "$BATS_FILE_TMPDIR/work.sqlite" work.sqlite
}

@test "a rule with a fault" {
    rule_refused 's/^availability_min:/availabilty_min:/' availabilty_min
    rule_refused 's/^availability_min: .*/availability_min: 0,95/' 0,95
    rule_refused 's/^confidence: .*/confidence: 1.5/' 1.5
    rule_refused 's/^min_bins: .*/min_bins: -3/' -3
    rule_refused 's/^(operators: .combine:) any/\1 some/' some
    rule_refused 's/^  NR_SA: .*/  NR: {level_dbm: -115, weak_dbm: -105}/' NR
}

@test "a rule that lacks a key, is empty, is no YAML" {
    sed '/^n_max:/d' "$rule" >mine.yaml
    survey_refused 3 mine.yaml n_max -- --hamlets hamlets.csv --rule mine.yaml log.csv
    : >mine.yaml
    survey_refused 3 mine.yaml -- --hamlets hamlets.csv --rule mine.yaml log.csv
    printf 'schema: [1\n' >mine.yaml
    survey_refused 3 mine.yaml -- --hamlets hamlets.csv --rule mine.yaml log.csv
    head -c 3000 "$LOMSONG" >mine.yaml
    survey_refused 3 mine.yaml -- --hamlets hamlets.csv --rule mine.yaml log.csv
    mkdir rules
    survey_refused 3 rules -- --hamlets hamlets.csv --rule rules log.csv
}

@test "a region nobody knows, and one with a fault" {
    survey_refused 2 atlantis -- --hamlets hamlets.csv --region atlantis log.csv
    sed 's/^name:/nmae:/' "$root/maps/regions/vn.yaml" >region.yaml
    survey_refused 3 region.yaml: nmae -- --hamlets hamlets.csv --region region.yaml log.csv
}

# ---- Workspaces ----------------------------------------------------------------------------------

@test "a workspace that is none" {
    local file command
    echo text >text.sqlite
    : >empty.sqlite
    cp "$sample/logs/trip-a.gpkg" trip.sqlite
    mkdir dir.sqlite
    for file in text.sqlite empty.sqlite trip.sqlite; do
        cp "$file" saved
        for command in "add $file log.csv" "remove $file log.csv" "judge $file" "explain $file H1" \
            "publish $file out" "whatif $file --rule $rule"; do
            # shellcheck disable=SC2086 # words on purpose
            refused 3 "$file" -- "$LOMSONG" $command
        done
        cmp saved "$file"
    done
    refused 3 dir.sqlite -- "$LOMSONG" judge dir.sqlite
    [ ! -e out ]
}

@test "new never writes over a file, and leaves none where it fails" {
    refused 1 work.sqlite -- "$LOMSONG" new work.sqlite --hamlets hamlets.csv
    cmp "$BATS_FILE_TMPDIR/work.sqlite" work.sqlite
    survey_refused 1 work.sqlite -- --work work.sqlite --hamlets hamlets.csv log.csv
    cmp "$BATS_FILE_TMPDIR/work.sqlite" work.sqlite
    refused 3 nowhere.csv -- "$LOMSONG" new fresh.sqlite --hamlets nowhere.csv
    refused 1 nodir/fresh.sqlite -- "$LOMSONG" new nodir/fresh.sqlite --hamlets hamlets.csv
    survey_refused 3 nowhere.csv -- --work fresh.sqlite --hamlets hamlets.csv nowhere.csv
    run ls -A
    [[ $output != *fresh* ]]
}

@test "a damaged workspace is refused, never judged" {
    local size step
    cp "$sample/work.sqlite" whole.sqlite
    size=$(stat -c %s whole.sqlite)
    for step in 1 2 3 4 5 6; do
        cp whole.sqlite damaged.sqlite
        head -c 20000 "$LOMSONG" | dd of=damaged.sqlite bs=1024 seek=$((size * step / 7168)) \
            conv=notrunc status=none
        run --separate-stderr "$LOMSONG" publish damaged.sqlite out
        echo "$status $stderr"
        [ "$status" -eq 1 ] || [ "$status" -eq 3 ]
        [[ $stderr == *damaged.sqlite* ]]
        [ ! -e out ]
    done
    head -c $((size / 2)) whole.sqlite >cut.sqlite
    run --separate-stderr "$LOMSONG" publish cut.sqlite out
    [ "$status" -eq 1 ] || [ "$status" -eq 3 ]
    [[ $stderr == *cut.sqlite* ]]
    [ ! -e out ]
}

# ---- Outputs that cannot be written --------------------------------------------------------------

@test "an OUTDIR that is a file, or lies under one" {
    echo file >file
    refused 1 file -- "$LOMSONG" survey file --hamlets hamlets.csv log.csv
    refused 1 file/out -- "$LOMSONG" survey file/out --hamlets hamlets.csv log.csv
    refused 1 file -- "$LOMSONG" publish work.sqlite file
    [ "$(cat file)" = file ]
}

@test "an OUTDIR in /proc" {
    refused 1 /proc/out -- "$LOMSONG" survey /proc/out --hamlets hamlets.csv log.csv
    refused 1 /proc/self -- "$LOMSONG" publish work.sqlite /proc/self
    refused 1 /proc/x.csv -- "$LOMSONG" convert /proc/x.csv log.csv
}

@test "an output whose place a directory holds" {
    mkdir -p out/hamlets.csv/deep
    run --separate-stderr -1 "$LOMSONG" survey out --hamlets hamlets.csv log.csv
    [[ $stderr == *out/hamlets.csv* ]]
    [ -d out/hamlets.csv/deep ]
    diff <(ls -A out) <(echo hamlets.csv)
}

# Mounts on ./disk until the end of the test, or skips the test where that is not allowed.
mount_disk() # OPTION...
{
    mkdir -p disk
    [ "$(id -u)" -eq 0 ] || skip "mounting needs root"
    mount "$@" disk 2>/dev/null || skip "mounting is not allowed here"
}

@test "a read-only disk" {
    mkdir disk && cp work.sqlite log.csv disk
    mount_disk --bind disk
    mount -o remount,ro,bind disk
    refused 1 disk/out -- "$LOMSONG" survey disk/out --hamlets hamlets.csv log.csv
    refused 1 disk -- "$LOMSONG" publish work.sqlite disk
    refused 1 disk/new.sqlite -- "$LOMSONG" new disk/new.sqlite --hamlets hamlets.csv
    refused 1 disk/x.csv -- "$LOMSONG" convert disk/x.csv log.csv
    refused 1 disk/work.sqlite -- "$LOMSONG" add disk/work.sqlite "$sample/logs/west-2025-09-17.csv"
    # what is there can be read
    "$LOMSONG" survey out --hamlets hamlets.csv disk/log.csv
    "$LOMSONG" explain disk/work.sqlite H1
}

@test "a full disk while publishing" {
    mount_disk -t tmpfs -o size=1m tmpfs
    cp "$sample/work.sqlite" work.sqlite
    refused 1 disk/ -- "$LOMSONG" publish work.sqlite disk/out
    [ -z "$(ls -A disk)" ]
    # what an earlier survey left there stays
    cp -r have disk/have
    run --separate-stderr -1 survey disk/have "$sample"/logs/*
    [[ $stderr == *disk/have/* ]]
    diff -r have disk/have
}

@test "a full disk under the workspace" {
    mount_disk -t tmpfs -o size=$(($(stat -c %s work.sqlite) / 1024 + 40))k tmpfs
    cp work.sqlite disk
    run --separate-stderr -1 "$LOMSONG" add disk/work.sqlite "$sample"/logs/*
    [[ $stderr == *disk/work.sqlite* ]]
    cmp <(evidence work.sqlite) <(evidence disk/work.sqlite)
    # neither is a small log kept that comes after the disk was full
    sed 's/45204/45201/' log.csv >small.csv
    run --separate-stderr -1 "$LOMSONG" add disk/work.sqlite --threads 1 "$sample"/logs/* small.csv
    cmp <(evidence work.sqlite) <(evidence disk/work.sqlite)
    "$LOMSONG" explain disk/work.sqlite H1
    [ "$(ls -A disk)" = work.sqlite ]
    rm disk/work.sqlite
    run --separate-stderr -1 survey out --work disk/new.sqlite "$sample"/logs/*
    [[ $stderr == *disk/new.sqlite* ]]
    [ -z "$(ls -A disk)" ]
    [ ! -e out ]
}

@test "a full disk under TMPDIR" {
    mount_disk -t tmpfs -o size=64k tmpfs
    gzip -c "$sample/logs/trip-b.gpkg" >trip.gpkg.gz
    TMPDIR=$PWD/disk
    refused 1 "$TMPDIR/" TMPDIR -- "$LOMSONG" survey out --hamlets hamlets.csv - \
        <"$sample/logs/north-2025-09-18.csv"
    refused 1 "$TMPDIR/" TMPDIR -- "$LOMSONG" survey out --hamlets hamlets.csv trip.gpkg.gz
    [ ! -e out ]
    [ -z "$(ls -A disk)" ]
}

# As a full disk, where mounting is not allowed: no file may grow over a size.
limited() # KIB COMMAND...
{
    bash -c 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"' - "$@"
}

@test "files that cannot grow, while publishing" {
    local kib temporary
    temporary=$(dirname "$(mktemp -u)")/ # where a workspace without a name grows
    for kib in 1 2 8 20 200 600 1100; do
        run --separate-stderr -1 limited "$kib" "$LOMSONG" survey out "${places[@]}" "$sample"/logs/*
        [[ $stderr == *out/* || $stderr == *"$temporary"* ]]
        [ ! -e out ]
        run --separate-stderr -1 limited "$kib" "$LOMSONG" survey have "${places[@]}" "$sample"/logs/*
        [[ $stderr == *have/* || $stderr == *"$temporary"* ]]
        diff -r "$BATS_FILE_TMPDIR/have" have
    done
}

@test "files that cannot grow, under the workspace" {
    local kib size files
    size=$(($(stat -c %s work.sqlite) / 1024))
    files=$(ls -A)
    for kib in 1 8 "$size" $((size + 4)) $((size + 20)); do
        cp "$BATS_FILE_TMPDIR/work.sqlite" work.sqlite
        run --separate-stderr -1 limited "$kib" "$LOMSONG" add work.sqlite "$sample"/logs/*.csv
        echo "$kib: $stderr"
        [[ $stderr == *work.sqlite* ]]
        cmp <(evidence "$BATS_FILE_TMPDIR/work.sqlite") <(evidence work.sqlite)
        [ "$(sqlite3 work.sqlite 'PRAGMA integrity_check')" = ok ]
        [ "$(ls -A)" = "$files" ]
    done
    refused 1 new.sqlite -- limited 8 "$LOMSONG" new new.sqlite --hamlets hamlets.csv
    refused 1 new.sqlite -- limited $((size / 2)) "$LOMSONG" new new.sqlite --hamlets hamlets.csv
    [ "$(ls -A)" = "$files" ]
}

to_full()
{
    "$LOMSONG" "$@" >/dev/full
}

@test "convert to a file that cannot grow, or to a full device" {
    echo old >old.csv
    refused 1 old.csv -- limited 8 "$LOMSONG" convert old.csv "$sample/logs/west-2025-09-17.csv"
    [ "$(cat old.csv)" = old ]
    [ ! -e old.csv.part ]
    refused 1 -- to_full convert - log.csv
    refused 1 -- to_full explain work.sqlite H1
    refused 1 -- to_full convert - "$sample/logs/west-2025-09-17.csv"
}
