#!/usr/bin/env bats
# Two campaigns compared, JSON for programs, and progress for people.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

python=/usr/bin/python3

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    cd "$sample" || exit 1
    survey out --lang en --work before.sqlite logs/*
    "$LOMSONG" convert all.csv --region vn logs/*
    later after.sqlite H01=none,H08=half,H09=half,H10=-70
}

setup()
{
    enter_scene
    before=$sample/before.sqlite
    after=$sample/after.sqlite
}

teardown()
{
    check_tmpdir
}

# A workspace of the later campaign: later WORK CODE=WHAT,...
later()
{
    "$python" "$root/tests/support/later.py" "$sample/all.csv" "$sample/hamlets.geojson" "$2" >later.csv
    new_workspace "$1"
    "$LOMSONG" add "$1" later.csv
    "$LOMSONG" judge "$1"
}

# hamlet_code, change and reason.
changes() # COMPARE_CSV
{
    "$python" - "$1" <<'END'
import csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for row in csv.DictReader(file):
        print(row["hamlet_code"], row["change"], row["reason"], sep=",")
END
}

@test "what got better, worse or stayed is told apart, in every output alike" {
    run --separate-stderr -0 "$LOMSONG" compare "$before" "$after" out --lang en
    diff <(changes out/compare.csv) - <<'END'
H01,worse,
H02,same,
H03,same,
H04,worse,
H05,same,
H06,same,
H07,same,
H08,improved,
H09,improved,
H10,fixed,
H11,not_comparable,not_enough_data_both
H12,not_comparable,not_enough_data_both
H13,not_comparable,not_enough_data_both
END
    [[ $output == "Of 13 hamlets 1 are fixed, 2 improved but not yet covered, 2 worse, 5 the same, 3 not comparable (not enough data before and after: 3)." ]]
    diff <(ls -A out) <(printf '%s\n' compare.csv compare.geojson compare.html compare.json)
    [ "$(jq -r .sentence_en out/compare.json)" = "$output" ]
    diff <(changes out/compare.csv) <(jq -r '.hamlets[] | [.hamlet_code, .change, .reason] | join(",")' out/compare.json)
    diff <(changes out/compare.csv) \
        <(jq -r '.features[].properties | [.hamlet_code, .change, .reason] | join(",")' out/compare.geojson)
    jq -e '.fixed == 1 and .improved == 2 and .worse == 2 and .same == 5 and .not_comparable == 3' out/compare.json
    jq -e '.before.newest_evidence < .after.newest_evidence' out/compare.json
    # the page lists exactly those that changed
    diff <(changes out/compare.csv | awk -F, '$2 ~ /fixed|improved|worse/ {print $1}') \
        <("$python" - out/compare.html <<'END'
import sys, xml.etree.ElementTree as ET
root = ET.parse(sys.argv[1]).getroot()
table = next(t for t in root.iter("table") if t.get("id") == "changes")
for row in table.find("tbody"):
    print(row[0].text)
marks = [p.get("class") for p in next(s for s in root.iter("svg") if s.get("id") == "map").iter("path")]
assert (marks.count("fixed"), marks.count("improved"), marks.count("worse")) == (1, 2, 2), marks
END
    )
}

@test "the intervals of compare.csv are those of the surveys, and lie apart where it says changed" {
    "$LOMSONG" compare "$before" "$after" out --lang en
    "$LOMSONG" publish "$after" now --only areas
    "$python" - out/compare.csv "$sample/out/areas.csv" now/areas.csv <<'END'
import csv, sys
def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
RULE = ("45201", "45202", "45204", "45205")
def best(areas, code, column):
    return max(float(r[column]) for r in areas if r["area_code"] == code and r["mccmnc"] in RULE)
then, now = rows(sys.argv[2]), rows(sys.argv[3])
for row in rows(sys.argv[1]):
    ends = {}
    for side, areas in (("before", then), ("after", now)):
        for end in ("low", "high"):
            ends[side, end] = float(row[f"availability_{end}_{side}"])
            assert abs(ends[side, end] - best(areas, row["area_code"], "availability_" + end)) < 1e-9, row
    if row["change"] in ("fixed", "improved"):
        assert ends["after", "low"] > ends["before", "high"], row
    if row["change"] == "worse":
        assert ends["after", "high"] < ends["before", "low"], row
END
}

@test "the other way round what was fixed is worse" {
    "$LOMSONG" compare "$after" "$before" out
    diff <(changes out/compare.csv | sed -n 's/,worse,$//p') <(printf '%s\n' H08 H09 H10)
    diff <(changes out/compare.csv | sed -n 's/,fixed,$//p') <(printf '%s\n' H01 H04)
}

@test "a survey compared with itself is the same" {
    "$LOMSONG" compare "$before" "$before" out
    [ "$(changes out/compare.csv | grep -c ',same,$')" -eq 10 ]
    [ "$(changes out/compare.csv | grep -c ',not_comparable,not_enough_data_both$')" -eq 3 ]
}

@test "other rules, areas and grids are not compared, and the reason is said" {
    sed -E 's/^id: .*/id: strict/; s/level_dbm: -115/level_dbm: -85/' "$rule" >strict.yaml
    cp "$after" strict.sqlite
    "$LOMSONG" judge strict.sqlite --rule strict.yaml
    "$LOMSONG" compare "$before" strict.sqlite out
    [ "$(changes out/compare.csv | grep -c ',not_comparable,different_rule$')" -eq 13 ]
    # one rule for both
    "$LOMSONG" compare "$before" strict.sqlite out --rule "$rule"
    "$LOMSONG" compare "$before" "$after" expected
    diff <(changes expected/compare.csv) <(changes out/compare.csv)

    jq '(.features[] | select(.properties.hamlet_code == "H10") | .geometry.coordinates[0]) += 0.0001' \
        "$sample/hamlets.geojson" >moved.geojson
    jq 'del(.features[] | select(.properties.hamlet_code == "H09"))' "$sample/hamlets.geojson" >fewer.geojson
    "$LOMSONG" new moved.sqlite --region vn --hamlets moved.geojson --clusters "$sample/clusters.csv"
    "$LOMSONG" add moved.sqlite "$sample/logs/"*
    "$LOMSONG" compare "$before" moved.sqlite out
    diff <(changes out/compare.csv | grep boundaries) <(echo H10,not_comparable,boundaries_changed)
    grep -v '^H09' "$sample/clusters.csv" | grep -v ',H09,' >fewer.csv
    "$LOMSONG" new fewer.sqlite --region vn --hamlets fewer.geojson --clusters fewer.csv
    "$LOMSONG" compare "$before" fewer.sqlite out
    [ "$(changes out/compare.csv | grep '^H09')" = H09,not_comparable,only_before ]
    "$LOMSONG" new wide.sqlite --region vn --hamlets "$sample/hamlets.geojson" --bin-size 80 \
        --clusters "$sample/clusters.csv"
    "$LOMSONG" compare "$before" wide.sqlite out
    [ "$(changes out/compare.csv | grep -c ',not_comparable,different_grid$')" -eq 13 ]
}

@test "compare changes neither survey, and needs both" {
    cp "$before" before.sqlite
    cp "$after" after.sqlite
    "$LOMSONG" compare before.sqlite after.sqlite out
    cmp "$before" before.sqlite
    cmp "$after" after.sqlite
    run --separate-stderr -3 "$LOMSONG" compare before.sqlite nowhere.sqlite other
    [[ $stderr == *nowhere.sqlite* ]]
    [ ! -e other ]
    run --separate-stderr -1 "$LOMSONG" compare before.sqlite after.sqlite before.sqlite
    [[ $stderr == *before.sqlite* ]]
}

@test "compare --json prints what compare.json holds" {
    "$LOMSONG" compare "$before" "$after" out --json --lang vi >printed.json
    cmp out/compare.json printed.json
    "$LOMSONG" compare "$before" "$after" other --json --lang en | cmp out/compare.json
}

@test "explain --json says what areas.csv says" {
    "$LOMSONG" explain "$before" H05 --json --lang vi >explain.json
    "$LOMSONG" explain "$before" H05 --json --lang en | cmp explain.json
    jq -e '.hamlet_code == "H05" and .verdict == "depression" and .rule_id == "1603-2024-interim"
        and .noted == null and .notes == [] and .from_dispatch == false' explain.json
    diff <(jq -r '.areas | sort_by(.area_code)[] | .area_code as $a | .bins_total as $n | .operators[] |
            [$a, .mccmnc, .result, .bins, $n, .visits, .samples, .no_service_samples, .median_dbm] |
            join(",")' explain.json) \
        <(awk -F, '$1 == "H05" {print $2 "," $4 "," $6 "," $11 "," $12 "," $13 "," $14 "," $15 "," $17}' \
            "$sample/out/areas.csv")
    [ "$(jq -r '.logs[].sha256' explain.json)" = "$(sha256sum "$sample/logs/trip-b.gpkg" | cut -d' ' -f1)" ]
    [ "$("$LOMSONG" explain "$before" H12 --json | jq -r '.areas[0].operators[0].if_unseen_pass')" = pass ]
}

@test "whatif --json lists who changes" {
    sed -E 's/^id: .*/id: strict/; s/level_dbm: -115/level_dbm: -85/' "$rule" >strict.yaml
    "$LOMSONG" whatif "$before" --rule strict.yaml --json >whatif.json
    jq -e '.hamlets == 13 and .before.rule_id == "1603-2024-interim" and .after.rule_id == "strict"
        and .before.covered == 4' whatif.json
    "$LOMSONG" whatif "$before" --rule strict.yaml --lang en >whatif.txt
    diff <(jq -r '.changes[].hamlet_code' whatif.json) <(grep -oE '^H[0-9]+' whatif.txt)
}

# Runs a command with standard error on a terminal; prints what that shows.
on_terminal()
{
    "$python" - "$@" <<'END'
import os, pty, subprocess, sys
primary, secondary = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stderr=secondary, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
os.close(secondary)
shown = b""
while True:
    try:
        part = os.read(primary, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
sys.stdout.write(shown.decode())
sys.exit(child.wait())
END
}

@test "a terminal shows a bar that goes away, --quiet and files show none" {
    cp "$before" work.sqlite
    on_terminal "$LOMSONG" publish work.sqlite out --lang en --dossier all >shown
    grep -q 'writing \[#*\.*\]' shown
    grep -q 'writing dossiers \[#*\.*\]' shown
    [ "$(tail -c 4 shown)" = $'\r\e[K' ]
    on_terminal "$LOMSONG" publish work.sqlite out --lang en --quiet >shown
    [ ! -s shown ]
    on_terminal "$LOMSONG" add work.sqlite --lang en "$sample"/logs/*.csv >shown
    grep -q 'reading logs \[' shown
    "$LOMSONG" publish work.sqlite out --lang en 2>shown
    [ ! -s shown ]
}

@test "Chromium shows the comparison without a complaint" {
    command -v chromedriver >/dev/null || skip "chromedriver is not installed"
    "$LOMSONG" compare "$before" "$after" out --lang en
    PYTHONDONTWRITEBYTECODE=1 "$python" - "$root/tests/support" out/compare.html <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from browser import Browser
with Browser(900, 700) as b:
    b.open(sys.argv[2])
    assert b.text("#sentence").startswith("Of 13 hamlets")
    assert b.count("#map path.worse") == 2 and b.visible("#map path.worse")
    assert b.count("#changes tbody tr") == 5
    b.check_quiet()
END
}
