# Sourced by the tests that survey the sample commune; bats gives BATS_FILE_TMPDIR.
# shellcheck shell=bash disable=SC2034

root=$BATS_TEST_DIRNAME/../..
sample=$BATS_FILE_TMPDIR/sample
rule=$root/analyzer/criteria/1603-2024-interim.yaml
tables=(hamlets.csv areas.csv bins.csv communes.csv provinces.csv)
places=(--region vn --hamlets "$sample/hamlets.geojson" --clusters "$sample/clusters.csv"
    --communes "$sample/communes.geojson")

# A working directory and a TMPDIR of the test's own.
enter_scene()
{
    mkdir -p "$BATS_TEST_TMPDIR/here" "$BATS_TEST_TMPDIR/tmp"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    cd "$BATS_TEST_TMPDIR/here" || exit 1
}

# No test may leave temporary files.
check_tmpdir()
{
    local left
    left=$(ls -A "$TMPDIR")
    [ -z "$left" ] || echo "left in TMPDIR: $left" >&2
    [ -z "$left" ]
}

# Surveys the sample's places: survey OUT [OPTION...] INPUT...
survey()
{
    "$LOMSONG" survey "$1" "${places[@]}" "${@:2}"
}

new_workspace() # WORK
{
    "$LOMSONG" new "$1" "${places[@]}"
}

# Every output of two surveys has the same bytes; the manifest names the inputs, and is apart.
same_outputs() # EXPECTED ACTUAL
{
    local file
    diff <(ls -A "$1") <(ls -A "$2")
    for file in "$1"/*; do
        case ${file##*/} in
        manifest.json) ;;
        *.gpkg) cmp <(dump "$file") <(dump "$2/${file##*/}") ;;
        *) cmp "$file" "$2/${file##*/}" ;;
        esac
    done
}

same_tables() # EXPECTED ACTUAL [TABLE...]
{
    local expected=$1 actual=$2 file
    shift 2
    for file in "${@:-${tables[@]}}"; do
        cmp "$expected/$file" "$actual/$file"
    done
}

# What an areas.csv says of samples: the active tests, its last columns, are no samples.
samples_of() # AREAS_CSV
{
    cut -d, -f 1-18 <(tr -d '\r' <"$1")
}

# The content of a database without the time of its making.
dump() # DATABASE
{
    sqlite3 "$1" .dump | sed -E "s/'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z'/'TIME'/g"
}

# The logs, tallies and tests of a workspace, whatever their numbers.
evidence() # WORK
{
    sqlite3 "$1" "SELECT file, sha256, trip_uuid, format, rows, accepted, level_blanked,
            level_corrected, probes, probes_counted FROM log ORDER BY sha256;
        SELECT sha256, reason, r.rows FROM log_rejected r JOIN log USING (log_id) ORDER BY 1, 2;
        SELECT sha256, tile_x, tile_y, first_day, last_day, hex(cells)
            FROM tally t JOIN log USING (log_id) ORDER BY 1, 2, 3, 6;
        SELECT sha256, bin_x, bin_y, mccmnc, day, kind, ok, value
            FROM probe JOIN log USING (log_id) ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;
        SELECT sha256, day, t.first_utc_ms, t.last_utc_ms, samples, operators, hex(path)
            FROM track t JOIN log USING (log_id) ORDER BY 1, 2"
}

# hamlet_code and verdict of a hamlets.csv, sorted by code.
verdicts() # HAMLETS_CSV
{
    /usr/bin/python3 - "$1" <<'END'
import csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for row in sorted(csv.DictReader(file), key=lambda row: row["hamlet_code"]):
        print(row["hamlet_code"], row["verdict"], sep=",")
END
}
