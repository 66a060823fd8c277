#!/usr/bin/env bats
# export: trip logs as CSV, GPX and sealed GeoPackage. What the analyzer makes of them is what it
# makes of the log itself, and the log stays as it is.
# shellcheck disable=SC2016,SC2154 # words for another shell; variables of survey.bash and bats

bats_require_minimum_version 1.5.0

load ../support/survey.bash

python=/usr/bin/python3

# A drive with holes, silences and a pulled modem; rows said twice; one modem with an offset.
setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    cd "$BATS_FILE_TMPDIR" || exit 1
    "$python" "$BATS_TEST_DIRNAME/../support/make_recording.py" 180 3 >drive.txt
    "$COLLECT" run --plain --output "$PWD/run" --replay drive.txt >run.out
    cp run/trip-*.gpkg trip.gpkg
    cp trip.gpkg changed.gpkg
    "$python" - changed.gpkg <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
names = [row[1] for row in db.execute("PRAGMA table_info(sample)") if row[1] != "sample_id"]
rows = db.execute("SELECT %s FROM sample ORDER BY sample_id" % ",".join(names)).fetchall()
db.execute("DELETE FROM sample")
for i, row in enumerate(rows):
    for _ in range(3 if i % 7 == 0 else 1):
        db.execute("INSERT INTO sample (%s) VALUES (%s)" %
                   (",".join(names), ",".join("?" * len(names))), row)
db.execute("UPDATE modem SET offset_db = 2.5 WHERE modem_id = 1")
db.commit()
END
    # a run that ended without a word: WAL with rows in it, no seal
    mkdir crashed
    cp trip.gpkg crashed/open.gpkg
    "$python" - crashed/open.gpkg <<'END'
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA wal_autocheckpoint=0")
db.execute("UPDATE trip SET seal = NULL, ended_utc_ms = NULL")
db.execute("DELETE FROM sample WHERE sample_id > 200")
db.commit()
os._exit(0)
END
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\n' >hamlets.csv
}

setup()
{
    enter_scene
    files=$BATS_FILE_TMPDIR
}

teardown()
{
    check_tmpdir
}

# counted INPUT: the tallies of a survey of it alone, and the count of its rows by reason.
counted()
{
    rm -f work.sqlite
    "$LOMSONG" new work.sqlite --region vn --hamlets "$files/hamlets.csv" >&2
    "$LOMSONG" add work.sqlite "$1" >&2
    sqlite3 work.sqlite "SELECT rows, accepted FROM log; SELECT reason, rows FROM log_rejected
        ORDER BY 1; SELECT tile_x, tile_y, first_day, last_day, hex(cells) FROM tally
        ORDER BY 1, 2; SELECT day, first_utc_ms, last_utc_ms, samples, operators, hex(path)
        FROM track ORDER BY 1"
}

# sums DIR: of all that is in it, the shared memory of SQLite apart.
sums()
{
    (cd "$1" && find . -type f ! -name '*-shm' -exec sha256sum {} + | sort)
}

@test "a CSV gives the tallies of the log: holes, repeated rows, an offset" {
    local trip
    for trip in trip changed; do
        "$COLLECT" export "$files/$trip.gpkg" --to csv
        counted "$files/$trip.gpkg" >expected
        counted "$trip.csv" >actual
        [ "$(wc -l <expected)" -gt 3 ]
        diff expected actual
    done
    grep -q duplicate expected
}

@test "a CSV has the analyzer's columns, and a row per sample" {
    "$COLLECT" export "$files/trip.gpkg" --to csv --output - >out.csv
    "$LOMSONG" convert theirs.csv "$files/trip.gpkg"
    diff <(head -n 1 out.csv) <(head -n 1 theirs.csv)
    [ "$(tail -n +2 out.csv | wc -l)" -eq \
        "$(sqlite3 "$files/trip.gpkg" "SELECT count(*) FROM sample")" ]
}

@test "a GPX is a track of the positions, in the order of its schema" {
    "$COLLECT" export "$files/trip.gpkg" --to gpx
    "$python" - trip.gpx "$files/trip.gpkg" <<'END'
import sqlite3, sys
import xml.etree.ElementTree as xml
gpx = "{http://www.topografix.com/GPX/1/1}"
order = ["ele", "time", "fix", "sat", "hdop", "extensions"]
root = xml.parse(sys.argv[1]).getroot()
assert root.tag == gpx + "gpx" and root.get("version") == "1.1" and root.get("creator")
assert [child.tag for child in root] == [gpx + "trk"]
assert [child.tag for child in root[0]][0] == gpx + "name"
points = root.findall(f".//{gpx}trkseg/{gpx}trkpt")
samples = 0
for point in points:
    assert -90 <= float(point.get("lat")) <= 90 and -180 <= float(point.get("lon")) < 180
    names = [child.tag.removeprefix(gpx) for child in point]
    assert names == [name for name in order if name in names], names
    assert point.find(gpx + "time").text.endswith("Z")
    samples += len(point.find(gpx + "extensions"))
db = sqlite3.connect(sys.argv[2])
want = db.execute("SELECT count(*) FROM sample WHERE geom IS NOT NULL").fetchone()[0]
assert samples == want > 100, (samples, want)
times = [point.find(gpx + "time").text for point in points]
assert times == sorted(times) and len(set(times)) == len(times)
END
    ogrinfo -ro -so trip.gpx track_points | grep -q 'Feature Count: [1-9]'
    # and the analyzer finds positions by it
    "$COLLECT" export "$files/trip.gpkg" --to csv
    cut -d, -f 1-30 trip.csv >bare.csv
    "$LOMSONG" convert found.csv --track trip.gpx bare.csv
    [ "$(wc -l <found.csv)" -gt 100 ]
}

@test "a GeoPackage of a sealed trip is that trip" {
    "$COLLECT" export "$files/trip.gpkg" --to gpkg --output copy.gpkg
    run -0 "$COLLECT" verify copy.gpkg
    [[ $output == *"intact"*"sealed, content as recorded"* ]]
    diff <(sqlite3 "$files/trip.gpkg" .dump) <(sqlite3 copy.gpkg .dump)
}

@test "a trip of a crashed run gives what is there, sealed, and stays as it is" {
    sums "$files/crashed" >before
    "$COLLECT" export "$files/crashed/open.gpkg" --to gpkg
    run -0 "$COLLECT" verify open.gpkg
    [[ $output == *"200 samples, sealed, content as recorded"* ]]
    [ "$(ls)" = $'before\nopen.gpkg' ]
    "$COLLECT" export "$files/crashed/open.gpkg" --to csv
    [ "$(wc -l <open.csv)" -eq 201 ]
    sums "$files/crashed" | diff before -
}

@test "several trips go into a directory, under their names" {
    mkdir out
    "$COLLECT" export "$files/trip.gpkg" "$files/changed.gpkg" --to csv --output out 2>warned
    [ "$(ls out)" = $'changed.csv\ntrip.csv' ]
    grep -q "changed after it was sealed" warned
    run --separate-stderr -2 "$COLLECT" export "$files/trip.gpkg" "$files/changed.gpkg" --to csv \
        --output one.csv
    [[ $stderr == *"must be a directory"* ]]
}

@test "a log is never written over, nor what was there lost to a failure" {
    cp "$files/trip.gpkg" .
    sums . >../sums
    run --separate-stderr -2 "$COLLECT" export trip.gpkg --to gpkg
    [[ $stderr == *"is the trip log itself"* ]]
    ln trip.gpkg other.csv
    run --separate-stderr -2 "$COLLECT" export trip.gpkg --to csv --output other.csv
    rm other.csv
    sums . | diff ../sums -
    echo earlier >old.csv
    head -c 20000 trip.gpkg >cut.gpkg
    run --separate-stderr -3 "$COLLECT" export cut.gpkg --to csv --output old.csv
    [[ $stderr == *"cut.gpkg"* ]]
    [ "$(cat old.csv)" = earlier ]
    [ "$(ls)" = $'cut.gpkg\nold.csv\ntrip.gpkg' ]
}

@test "a pipe, a device or a link is written into, not replaced" {
    "$COLLECT" export "$files/trip.gpkg" --to csv --output plain.csv
    mkfifo pipe
    cat pipe >piped.csv &
    "$COLLECT" export "$files/trip.gpkg" --to csv --output pipe
    wait $!
    [ -p pipe ]
    cmp plain.csv piped.csv
    touch target
    ln -s target link
    "$COLLECT" export "$files/trip.gpkg" --to csv --output link
    [ -L link ]
    cmp plain.csv target
    run --separate-stderr -2 "$COLLECT" export "$files/trip.gpkg" --to gpkg --output pipe
    [[ $stderr == *"pipe: is no plain file"* ]]
    [ -p pipe ]
}

# The signal waits from the start, so that it comes in time on any machine.
@test "an end that is asked for leaves no half of a file" {
    local form
    for form in csv gpx gpkg; do
        echo earlier >"old.$form"
        run --separate-stderr -1 "$python" -c '
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
os.kill(os.getpid(), signal.SIGINT)
os.execv(sys.argv[1], sys.argv[1:])' \
            "$COLLECT" export "$files/trip.gpkg" --to "$form" --output "old.$form"
        [[ $stderr == *"old.$form: not written: interrupted"* ]]
        [ "$(cat "old.$form")" = earlier ]
    done
    [ "$(ls)" = $'old.csv\nold.gpkg\nold.gpx' ]
}

@test "what is no trip log is refused by name, and the others are written" {
    echo "t_utc_ms,state" >no.gpkg
    : >empty.gpkg
    run --separate-stderr -3 "$COLLECT" export no.gpkg empty.gpkg missing.gpkg "$files/trip.gpkg" \
        --to gpx
    [[ $stderr == *no.gpkg*empty.gpkg*missing.gpkg* ]]
    [ "$(ls)" = $'empty.gpkg\nno.gpkg\ntrip.gpx' ]
}

@test "triggers in a hostile log do not run when a copy is sealed" {
    cp "$files/crashed/open.gpkg"* .
    sqlite3 open.gpkg "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM sample; END"
    "$COLLECT" export open.gpkg --to gpkg --output sealed.gpkg
    [ "$(sqlite3 sealed.gpkg "SELECT count(*) FROM sample")" -eq 200 ]
}

@test "a full disk is told, and leaves nothing" {
    if [ ! -w /dev/full ]; then skip "no /dev/full"; fi
    run --separate-stderr -1 bash -c '"$1" export "$2" --to csv --output - >/dev/full' - \
        "$COLLECT" "$files/trip.gpkg"
    [[ $stderr == *"standard output: cannot be written"* ]]
}

@test "wrong words are usage errors" {
    run --separate-stderr -2 "$COLLECT" export "$files/trip.gpkg"
    run --separate-stderr -2 "$COLLECT" export "$files/trip.gpkg" --to pdf
    [[ $stderr == *"expected csv, gpx or gpkg"* ]]
    run --separate-stderr -2 "$COLLECT" export --to csv
    run --separate-stderr -2 "$COLLECT" export "$files/trip.gpkg" --to gpkg --output -
}
