#!/usr/bin/env bats
# The sample survey: verdicts against the truth, tables against an independent recomputation,
# and the same result however the logs are brought in.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --lang en --work work.sqlite logs/*)
}

setup()
{
    enter_scene
    out=$sample/out
    logs=("$sample"/logs/*)
}

teardown()
{
    check_tmpdir
}

@test "every verdict is the true one" {
    diff <(tail -n +2 "$sample/truth.csv") <(verdicts "$out/hamlets.csv")
}

@test "every file of the contract is there, and no other" {
    local file
    for file in "${tables[@]}" summary.json summary.txt manifest.json survey.gpkg survey.qgs map.html; do
        [ -s "$out/$file" ]
    done
    run ls -A "$out"
    for file in $output; do
        [[ $file =~ ^(hamlets|areas|bins|communes|provinces)\.csv$|^summary\.(json|txt)$|^manifest\.json$|^survey\.(gpkg|qgs)$|^map\.html$|^report\.(xlsx|pdf)$|^coverage_[0-9]{5,6}_(GSM|LTE|NR_NSA|NR_SA|WCDMA)\.(tif|qml)$|^availability_[0-9]{5,6}\.(tif|qml)$ ]]
    done
}

@test "there is a coverage map for every operator and technology with a level" {
    diff <(cd "$out" && ls coverage_*.tif) \
        <(awk -F, 'NR > 1 && $6 != "" && $7 > 0 {print "coverage_" $5 "_" $6 ".tif"}' "$out/bins.csv" |
            LC_ALL=C sort -u)
}

@test "tables have a byte order mark, CRLF and the contract's columns" {
    local file counts=covered,depression,no_signal,not_enough_data
    counts+=,depression_no_electricity,no_signal_no_electricity,not_enough_data_no_electricity
    local units=code,name,hamlets,$counts,households_${counts//,/,households_},broadband_3g4g,broadband_5g
    declare -A header
    header[hamlets.csv]=province_code,province,commune_code,commune,hamlet_code,hamlet,lat_deg,lon_deg,households,electricity,difficult,verdict,centre,clusters,clusters_failed,operators_pass,best_operator,availability,availability_low,availability_high,bins,bins_total,samples,first_utc,last_utc,rule_id
    header[areas.csv]=hamlet_code,area_code,area_kind,mccmnc,operator,result,availability,availability_low,availability_high,effective_n,bins,bins_total,visits,samples,no_service_samples,service_share,median_dbm,p10_dbm
    header[bins.csv]=bin_x,bin_y,lat_deg,lon_deg,mccmnc,tech,samples,median_dbm,p10_dbm,no_level_samples,no_service_samples
    header[communes.csv]=$units
    header[provinces.csv]=$units
    for file in "${tables[@]}"; do
        echo "$file"
        cmp <(head -c 3 "$out/$file") <(printf '\xEF\xBB\xBF')
        [ "$(grep -c '' "$out/$file")" -eq "$(grep -c $'\r$' "$out/$file")" ]
        [ "$(tr -cd '\r' <"$out/$file" | wc -c)" -eq "$(wc -l <"$out/$file")" ]
        # columns may be added behind
        [[ $(head -n 1 "$out/$file" | tail -c +4 | tr -d '\r'), == "${header[$file]},"* ]]
    done
}

@test "the manifest's hashes are right and complete" {
    (cd "$out" && jq -r '.outputs[] | "\(.sha256)  \(.file)"' manifest.json | sha256sum -c --quiet)
    diff <(ls -A "$out") <((echo manifest.json && jq -r '.outputs[].file' "$out/manifest.json") | sort)
    (cd "$sample/logs" &&
        jq -r '.inputs[] | "\(.sha256)  \(.file)"' "$out/manifest.json" | sha256sum -c --quiet)
    (cd "$sample" &&
        jq -r '.places[] | "\(.sha256)  \(.file)"' "$out/manifest.json" | sha256sum -c --quiet)
    [ "$(jq '.inputs | length' "$out/manifest.json")" -eq "${#logs[@]}" ]
    [ "$(jq -r .rule.id "$out/manifest.json")" = 1603-2024-interim ]
    [ "$(jq -r .crs "$out/manifest.json")" = EPSG:3405 ]
    [ "$(jq .bin_size_m "$out/manifest.json")" = 50 ]
}

@test "rows are the accepted and the rejected, each under a reason of the contract" {
    local reasons='["duplicate","malformed","no_position","no_time","not_evidence","poor_accuracy","stale_fix","stale_level"]'
    jq -e '.inputs | all(.rows == .accepted + ([.rejected[]] | add))' "$out/manifest.json"
    jq -e ".inputs | all((.rejected | keys) - $reasons == [])" "$out/manifest.json"
}

@test "an independent recomputation gives the same bytes and counts" {
    /usr/bin/python3 "$root/tests/support/recompute.py" mine --rule "$rule" "${places[@]}" "${logs[@]}"
    same_tables mine "$out"
    diff <(jq -S . mine/counts.json) <(jq -S '[.inputs[] | {key: .file, value: {rows, accepted,
        level_blanked, level_corrected, probes, probes_counted, rejected: (.rejected | with_entries(select(.value > 0)))}}] | from_entries' \
        "$out/manifest.json")
}

@test "so it does with larger bins" {
    survey wide --bin-size 80 "${logs[@]}"
    /usr/bin/python3 "$root/tests/support/recompute.py" mine --bin-size 80 --rule "$rule" \
        "${places[@]}" "${logs[@]}"
    same_tables mine wide
}

@test "publish makes larger bins of smaller ones as survey does" {
    survey wide --bin-size 100 "${logs[@]}"
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" publish work.sqlite again --bin-size 100
    same_tables wide again
}

@test "the outputs open in GDAL" {
    local layer
    for layer in hamlet test_area bin bin_best commune track; do
        ogrinfo -q "$out/survey.gpkg" | grep -E "^[0-9]+: $layer "
        [ "$(sqlite3 "$out/survey.gpkg" "SELECT count(*) FROM layer_styles
            WHERE f_table_name = '$layer' AND useAsDefault")" -eq 1 ]
    done
    [ "$(sqlite3 "$out/survey.gpkg" 'SELECT count(*) FROM hamlet')" -eq 13 ]
    gdalinfo "$out/coverage_45204_LTE.tif" | grep LAYOUT=COG
    ogrinfo -q -ro "$sample/work.sqlite" hamlet >/dev/null
}

@test "the order of inputs does not matter" {
    local reversed=() log
    for log in "${logs[@]}"; do
        reversed=("$log" "${reversed[@]}")
    done
    survey reversed --lang en "${reversed[@]}"
    same_outputs "$out" reversed
    survey rotated --lang en "${logs[@]:3}" "${logs[@]:0:3}"
    same_outputs "$out" rotated
    cmp "$out/manifest.json" rotated/manifest.json
}

@test "the number of threads does not matter" {
    survey one --lang en --threads 1 "${logs[@]}"
    same_outputs "$out" one
    survey four --lang en --threads 4 "${logs[@]}"
    same_outputs one four
}

@test "the same log named twice counts once" {
    survey twice --lang en "${logs[@]}" "${logs[@]:2:2}"
    same_outputs "$out" twice
    cmp "$out/manifest.json" twice/manifest.json
}

@test "a second survey into the same directory gives the same and leaves nothing behind" {
    survey again --lang en "$sample/logs/seat.csv.gz" "$sample/logs/trip-a.gpkg"
    survey again --lang en "${logs[@]}"
    same_outputs "$out" again
    cmp "$out/manifest.json" again/manifest.json
}

# Cuts a text log in two behind line $2 at the earliest, between lines that are not the same.
split_log() # LOG LINE STEM
{
    awk -v least="$2" -v stem="$3" '
        NR == 1 { print >(stem ".1"); print >(stem ".2"); next }
        { part = part == 2 || (NR > least && $0 != last) ? 2 : 1; last = $0; print >(stem "." part) }
    ' <(zcat -f "$1")
}

@test "logs split in two give the same" {
    local log n line
    for line in 300 640; do
        n=0
        for log in "$sample"/logs/*.csv "$sample"/logs/*.csv.gz "$sample"/logs/*.txt; do
            n=$((n + 1))
            split_log "$log" "$line" "part$n"
            [ -s "part$n.2" ]
        done
        rm -rf split
        survey split --lang en part* "$sample"/logs/*.gpkg
        # the summary counts the logs
        same_tables "$out" split
        cmp "$out/coverage_45204_LTE.tif" split/coverage_45204_LTE.tif
    done
}

@test "new, add, judge and publish give what survey gives" {
    new_workspace work.sqlite
    "$LOMSONG" add work.sqlite "${logs[@]:4}"
    "$LOMSONG" add work.sqlite "${logs[@]:0:4}"
    "$LOMSONG" judge work.sqlite
    "$LOMSONG" publish work.sqlite steps --lang en
    same_outputs "$out" steps
    cmp "$out/manifest.json" steps/manifest.json
    diff <(evidence "$sample/work.sqlite") <(evidence work.sqlite)
}

@test "judge keeps the verdicts in the workspace" {
    cp "$sample/work.sqlite" work.sqlite
    sqlite3 work.sqlite 'DELETE FROM verdict; DELETE FROM verdict_operator'
    "$LOMSONG" judge work.sqlite
    diff <(tail -n +2 "$sample/truth.csv") \
        <(sqlite3 -csv work.sqlite 'SELECT hamlet_code, verdict FROM verdict ORDER BY 1' | tr -d '\r')
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM verdict_operator')" -eq \
        $(($(wc -l <"$out/areas.csv") - 1)) ]
}

@test "adding a log twice changes nothing" {
    cp "$sample/work.sqlite" work.sqlite
    run --separate-stderr -0 "$LOMSONG" add work.sqlite --lang en "${logs[@]}"
    [ "$(grep -c 'nothing changed' <<<"$output")" -eq "${#logs[@]}" ]
    cmp "$sample/work.sqlite" work.sqlite
}

@test "adding a log under another name changes no table" {
    cp "$sample/work.sqlite" work.sqlite
    cp "$sample/logs/seat.csv.gz" other.gz
    "$LOMSONG" add work.sqlite other.gz - <"$sample/logs/west-2025-09-17.csv"
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM log')" -eq "${#logs[@]}" ]
    "$LOMSONG" publish work.sqlite again --lang en
    same_outputs "$out" again
    # the manifest does not show which copy came first
    survey forwards --lang en other.gz "${logs[@]}"
    survey backwards --lang en --threads 1 "${logs[@]}" other.gz
    cmp forwards/manifest.json backwards/manifest.json
}

@test "removing a log takes out exactly its part" {
    local name others=() log
    for log in "${logs[@]}"; do
        case $log in
        *trip-a* | *seat* | *Viettel*) ;;
        *) others+=("$log") ;;
        esac
    done
    survey without --lang en --work without.sqlite "${others[@]}"
    cp "$sample/work.sqlite" work.sqlite
    name=$(sha256sum "$sample/logs/seat.csv.gz")
    "$LOMSONG" remove work.sqlite "${name:0:12}"
    "$LOMSONG" remove work.sqlite "$(sqlite3 "$sample/logs/trip-a.gpkg" 'SELECT trip_uuid FROM trip')"
    "$LOMSONG" remove work.sqlite Viettel_2025.09.20_14.00.00.txt
    diff <(evidence without.sqlite) <(evidence work.sqlite)
    "$LOMSONG" publish work.sqlite removed --lang en
    same_outputs without removed
    cmp without/manifest.json removed/manifest.json
    "$LOMSONG" add work.sqlite "${logs[@]}"
    diff <(evidence "$sample/work.sqlite") <(evidence work.sqlite)
}

@test "removing a log that is not there changes nothing" {
    cp "$sample/work.sqlite" work.sqlite
    run --separate-stderr -3 "$LOMSONG" remove work.sqlite nowhere.csv
    [[ $stderr == *nowhere.csv* ]]
    cmp "$sample/work.sqlite" work.sqlite
}

# An earlier state of a trip: its first rows.
earlier_trip() # ROWS COPY
{
    cp "$sample/logs/trip-a.gpkg" "$2"
    sqlite3 "$2" "DELETE FROM sample WHERE sample_id > $1; VACUUM"
}

@test "the newer state of a trip replaces the older in any order" {
    earlier_trip 1500 early.gpkg
    earlier_trip 4000 later.gpkg
    survey forwards --lang en early.gpkg later.gpkg "${logs[@]}"
    same_outputs "$out" forwards
    cmp "$out/manifest.json" forwards/manifest.json
    survey backwards --lang en --threads 1 "${logs[@]}" later.gpkg early.gpkg
    same_outputs "$out" backwards
    cmp "$out/manifest.json" backwards/manifest.json

    new_workspace work.sqlite
    local log
    for log in later.gpkg early.gpkg "${logs[@]}" later.gpkg; do
        "$LOMSONG" add work.sqlite "$log"
    done
    diff <(evidence "$sample/work.sqlite") <(evidence work.sqlite)
}

@test "add that is killed while it reads leaves the workspace as it was" {
    new_workspace work.sqlite
    "$LOMSONG" add work.sqlite "$sample/logs/west-2025-09-17.csv"
    "$LOMSONG" judge work.sqlite
    "$LOMSONG" publish work.sqlite before
    mkfifo feed
    "$LOMSONG" add work.sqlite --threads 1 "$sample/logs/seat.csv.gz" "$sample/logs/trip-b.gpkg" - \
        <feed >/dev/null 2>&1 3>&- &
    local add=$!
    exec 9>feed
    # More than a pipe holds: when it is written, the logs before standard input are stored.
    head -c 200000 "$sample/logs/north-2025-09-18.csv" >&9
    kill -KILL "$add"
    wait "$add" || true
    exec 9>&-
    rm -f "$TMPDIR"/* # nobody can tidy up after SIGKILL
    "$LOMSONG" publish work.sqlite after
    same_outputs before after
    cmp before/manifest.json after/manifest.json
    "$LOMSONG" add work.sqlite "${logs[@]}"
    diff <(evidence "$sample/work.sqlite") <(evidence work.sqlite)
}

@test "add that is killed while it writes leaves the workspace as it was" {
    new_workspace base.sqlite
    "$LOMSONG" add base.sqlite "$sample/logs/west-2025-09-17.csv"
    local size limit killed=0
    size=$(($(stat -c %s base.sqlite) / 1024))
    evidence base.sqlite >before
    for limit in $((size)) $((size + 4)) $((size + 12)) $((size + 20)) $((size + 28)); do
        cp base.sqlite work.sqlite
        # the signal of the limit ends the program in the middle of a write
        run bash -c 'ulimit -c 0; ulimit -f "$1"; shift; exec "$@"' - "$limit" \
            "$LOMSONG" add work.sqlite "$sample/logs/trip-b.gpkg" "$sample/logs/north-2025-09-18.csv"
        echo "limit $limit KiB: $status"
        [ "$status" -eq $((128 + $(kill -l XFSZ))) ]
        [ ! -e work.sqlite-journal ] || killed=$((killed + 1))
        "$LOMSONG" judge work.sqlite # opening it rolls back what the journal holds
        evidence work.sqlite >after
        cmp before after
        [ "$(sqlite3 work.sqlite 'PRAGMA integrity_check')" = ok ]
    done
    [ "$killed" -ge 3 ] # with a journal left behind
}

@test "gzip and standard input read as the plain file" {
    local log stem
    mkdir packed plain
    for log in "${logs[@]}"; do
        stem=${log##*/}
        zcat -f "$log" | gzip -9 >"packed/${stem%.gz}.gz"
        zcat -f "$log" >"plain/${stem%.gz}"
    done
    survey from_gzip packed/*
    same_tables "$out" from_gzip
    survey from_plain plain/*
    same_tables "$out" from_plain
    survey from_stdin "${logs[@]:0:5}" - "${logs[@]:6}" <"${logs[5]}"
    same_tables "$out" from_stdin
    jq -e '.inputs | any(.file == "stdin" and .format == "triplog")' from_stdin/manifest.json
}

# The log at the seat as another program might have written it, of one operator that is named
# nowhere, in local time without a zone.
foreign_log()
{
    zcat "$sample/logs/seat.csv.gz" | awk -F, '
        NR == 1 { print "when;net;sig;rat;y;x;err;status"; next }
        $4 == "45201" { sub(/\+07:00$/, "", $1)
            print $1 ";;" $7 ";" $5 ";" $2 ";" $3 ";" $8 ";" $6 }'
}

@test "--map, --mccmnc and --utc-offset read another program's columns" {
    zcat "$sample/logs/seat.csv.gz" | awk -F, 'NR == 1 || $4 == "45201"' >own.csv
    survey own own.csv
    foreign_log >foreign.csv
    local map=t_utc=when,lat_deg=y,lon_deg=x,mccmnc=net,tech=rat,level_dbm=sig,acc_h95_m=err,state=status
    survey mapped --map "$map" --mccmnc 45201 foreign.csv
    same_tables own mapped
    # the region's offset, said by hand
    survey said --map "$map" --mccmnc 45201 --utc-offset 07:00 foreign.csv
    same_tables own said
    # another one moves the visits by seven hours, and with them the times
    survey moved --map "$map" --mccmnc 45201 --utc-offset +00:00 foreign.csv
    same_tables own moved bins.csv
    run ! cmp -s own/hamlets.csv moved/hamlets.csv
    # and another operator gets the evidence
    survey other --map "$map" --mccmnc 45204 foreign.csv
    cmp <(sed 's/,45201,/,45204,/' own/bins.csv) other/bins.csv
}

@test "a column that --map names and the header lacks is refused by name" {
    foreign_log >foreign.csv
    run --separate-stderr -3 survey bad --mccmnc 45201 \
        --map t_utc=when,lat_deg=y,lon_deg=x,level_dbm=signal foreign.csv
    [[ $stderr == *foreign.csv* && $stderr == *signal* ]]
    [ ! -e bad ]
}

@test "--mccmnc names the operator where the log does not" {
    zcat "$sample/logs/seat.csv.gz" | awk -F, -v OFS=, '
        NR == 1 { print; next } $4 == "45204" { $4 = ""; print }' >unnamed.csv
    run --separate-stderr -3 survey bad unnamed.csv
    [[ $stderr == *unnamed.csv* && $stderr == *--mccmnc* ]]
    [ ! -e bad ]
    survey named --mccmnc 45204 unnamed.csv
    [ "$(tail -n +2 named/bins.csv | cut -d, -f5 | sort -u)" = 45204 ]
}

@test "convert loses nothing that a verdict needs" {
    local log n=0
    "$LOMSONG" convert all.csv --region vn "${logs[@]}"
    survey converted all.csv
    same_tables "$out" converted hamlets.csv bins.csv communes.csv provinces.csv
    diff <(samples_of "$out/areas.csv") <(samples_of converted/areas.csv)
    for log in "${logs[@]}"; do
        n=$((n + 1))
        "$LOMSONG" convert "one$n.csv" --region vn "$log"
    done
    survey one_by_one one*.csv
    same_tables converted one_by_one
    [ "$(($(wc -l <all.csv) - 1))" -eq "$(jq '[.inputs[].accepted] | add' "$out/manifest.json")" ]
    "$LOMSONG" convert - --region vn "${logs[@]}" | cmp all.csv
    run -0 ls -A
    [[ $output != *.part* ]]
}

strict_rule()
{
    sed -E 's/^id: .*/id: strict/; s/level_dbm: -115/level_dbm: -85/' "$rule" >strict.yaml
}

@test "whatif lists who changes, and changes nothing itself" {
    strict_rule
    cp "$sample/work.sqlite" work.sqlite
    survey strict --rule strict.yaml "${logs[@]}"
    run --separate-stderr -0 "$LOMSONG" whatif work.sqlite --rule strict.yaml --lang en
    cmp "$sample/work.sqlite" work.sqlite
    diff <(diff <(verdicts "$out/hamlets.csv") <(verdicts strict/hamlets.csv) |
        sed -n 's/^> \(H[0-9]*\),.*/\1/p') \
        <(grep -oE '^H[0-9]+' <<<"$output")
    [ "$(grep -cE '^H[0-9]+ .*->' <<<"$output")" -gt 0 ]
    [[ $output == *1603-2024-interim*strict* ]]
    run --separate-stderr -0 "$LOMSONG" whatif work.sqlite --rule "$rule" --lang en
    [ "$(grep -cE '^H[0-9]+ ' <<<"$output")" -eq 0 ]
}

@test "judging by another rule needs no log and gives what survey gives" {
    strict_rule
    survey strict --lang en --rule strict.yaml "${logs[@]}"
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" judge work.sqlite --rule strict.yaml
    rm strict.yaml
    "$LOMSONG" publish work.sqlite judged --lang en
    same_outputs strict judged
    cmp strict/manifest.json judged/manifest.json
}

@test "evidence too old at --as-of does not count" {
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" judge work.sqlite --as-of 2027-01-01
    [ "$(sqlite3 work.sqlite "SELECT DISTINCT verdict FROM verdict")" = not_enough_data ]
    "$LOMSONG" judge work.sqlite --as-of 2025-09-20
    "$LOMSONG" publish work.sqlite dated --lang en
    same_tables "$out" dated
    survey old --as-of 2027-01-01 "${logs[@]}"
    [ "$(verdicts old/hamlets.csv | cut -d, -f2 | sort -u)" = not_enough_data ]
}

@test "explain shows areas, operators, bins and logs" {
    local area operator
    run --separate-stderr -0 "$LOMSONG" explain "$sample/work.sqlite" H05 --lang en
    while IFS=, read -r area; do
        [[ $output == *"$area"* ]]
    done < <(awk -F, '$1 == "H05" {print $2}' "$out/areas.csv" | sort -u)
    for operator in 45201 45202 45204 45205; do
        [ "$(grep -c "^ *$operator " <<<"$output")" -eq 4 ]
    done
    [[ $output == *"bins 26 of 27"* ]]
    [[ $output == *trip-b.gpkg* ]]
    [[ $output != *trip-a.gpkg* ]]
    [[ $output == *1603-2024-interim* ]]
    # what is undecided says what would settle it
    run --separate-stderr -0 "$LOMSONG" explain "$sample/work.sqlite" H12 --lang en
    [[ $output == *settle* ]]
    run --separate-stderr -3 "$LOMSONG" explain "$sample/work.sqlite" H99
    [[ $stderr == *H99* ]]
}

@test "explain and whatif speak Vietnamese and English" {
    local lang
    for lang in vi en; do
        run -0 "$LOMSONG" explain "$sample/work.sqlite" H05 --lang "$lang"
        printf '%s\n' "$output" >"explain.$lang"
    done
    run ! cmp -s explain.vi explain.en
    grep -q 'lõm sóng' explain.vi
    run ! grep -qi 'lõm sóng' explain.en
}

@test "the summary is in both languages, the chosen one first" {
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" publish work.sqlite vi --lang vi
    "$LOMSONG" publish work.sqlite en --lang en
    same_tables vi en
    cmp vi/summary.json en/summary.json
    grep -q 'thôn' <(sed '/^----/,$d' vi/summary.txt)
    grep -q 'hamlets' <(sed '/^----/,$d' en/summary.txt)
    cmp <(sed '/^----/,$d' vi/summary.txt | sed '/^$/d') \
        <(sed '1,/^----/d' en/summary.txt | sed '/^$/d')
    jq -e '(.sentence_vi | contains("thôn")) and (.sentence_en | contains("hamlets"))' vi/summary.json
}

@test "--only writes what it names, and the manifest with it" {
    survey few --only hamlets,summary "${logs[@]}"
    diff <(ls -A few) <(printf '%s\n' hamlets.csv manifest.json summary.json summary.txt)
    cmp "$out/hamlets.csv" few/hamlets.csv
}
