#!/usr/bin/env bats
# The dossier: one hamlet's evidence as a page, from which the verdict follows by hand.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

python=/usr/bin/python3

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --lang en --work work.sqlite --dossier all logs/*)
}

setup()
{
    enter_scene
    cp "$sample/work.sqlite" work.sqlite
    out=$sample/out
}

teardown()
{
    check_tmpdir
}

redo() # PAGE...
{
    "$python" "$root/tests/support/redo.py" "$@"
}

@test "every verdict follows from the numbers of its page, and is the true one" {
    diff <(redo "$out"/dossier/*.html) <(tail -n +2 "$sample/truth.csv")
}

@test "a page whose numbers were changed does not add up" {
    # the first share of a visit
    sed -E '0,/<td>(0|1)\.[0-9]{6}<\/td>/s//<td>0.500000<\/td>/' "$out/dossier/H05.html" >forged.html
    run ! cmp -s "$out/dossier/H05.html" forged.html
    run ! redo forged.html
}

@test "so they do under another rule, with larger bins, and where evidence is too old" {
    sed -E 's/^id: .*/id: strict/; s/level_dbm: -115/level_dbm: -95/; s/combine: any/combine: all/;
        s/min_bins: .*/min_bins: 3/; s/confidence: .*/confidence: 0.80/; s/correlation_m: .*/correlation_m: 80/' \
        "$rule" >strict.yaml
    "$LOMSONG" judge work.sqlite --rule strict.yaml
    "$LOMSONG" publish work.sqlite strict --dossier all --lang en --only hamlets
    diff <(redo strict/dossier/*.html) <(verdicts strict/hamlets.csv)
    "$LOMSONG" publish work.sqlite wide --dossier all --lang en --only hamlets --bin-size 100
    diff <(redo wide/dossier/*.html) <(verdicts wide/hamlets.csv)
    "$LOMSONG" judge work.sqlite --as-of 2026-09-18
    "$LOMSONG" publish work.sqlite old --dossier all --lang en --only hamlets
    diff <(redo old/dossier/*.html) <(verdicts old/hamlets.csv)
    grep -q 'too old' old/dossier/H05.html
}

@test "a polygon hamlet has its dossier too" {
    "$python" - "$sample/hamlets.geojson" >polygons.geojson <<'END'
import json, sys
layer = json.load(open(sys.argv[1]))
for feature in layer["features"]:
    if feature["geometry"]["type"] == "Point" and feature["properties"]["hamlet_code"] == "H01":
        x, y = feature["geometry"]["coordinates"]
        ring = [[x - .002, y - .001], [x + .002, y - .001], [x + .001, y + .002], [x - .002, y - .001]]
        feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}
json.dump(layer, sys.stdout)
END
    "$LOMSONG" survey polygon --region vn --hamlets polygons.geojson --lang en --only hamlets \
        --dossier H01 "$sample"/logs/*
    diff <(redo polygon/dossier/H01.html) <(verdicts polygon/hamlets.csv | grep H01)
    grep -q 'inside the polygon' polygon/dossier/H01.html
}

@test "explain --html writes what publish --dossier does" {
    "$LOMSONG" explain work.sqlite H05 --lang en --html page.html
    cmp "$out/dossier/H05.html" page.html
    run --separate-stderr -1 "$LOMSONG" explain work.sqlite H05 --html nowhere/page.html
    [[ $stderr == *nowhere/page.html* ]]
}

@test "the page shows logs with their hashes, the note, the rule and its caveat" {
    "$LOMSONG" note work.sqlite H05 --decision covered --by 'Nguyễn <A>' --reason 'x & "y"' --date 2025-10-01
    "$LOMSONG" explain work.sqlite H05 --lang en --html page.html
    "$python" - page.html "$(sha256sum "$sample/logs/trip-b.gpkg" | cut -d' ' -f1)" <<'END'
import sys, xml.etree.ElementTree as ET
text = " ".join("".join(ET.parse(sys.argv[1]).getroot().itertext()).split())
for wanted in (sys.argv[2], "trip-b.gpkg", "Nguyễn <A>", 'x & "y"', "2025-10-01", "1603-2024-interim",
               "Caveat", "signal depression", "It differs from the measured verdict"):
    assert wanted in text, wanted
END
    run ! grep -q trip-a.gpkg page.html
}

@test "publish names the hamlets, lists the pages and removes those of before" {
    "$LOMSONG" publish work.sqlite some --dossier H05,H12 --lang en
    diff <(ls some/dossier) <(printf '%s\n' H05.html H12.html)
    (cd some && jq -r '.outputs[] | "\(.sha256)  \(.file)"' manifest.json | sha256sum -c --quiet)
    [ "$(jq '[.outputs[].file | select(startswith("dossier/"))] | length' some/manifest.json)" -eq 2 ]
    "$LOMSONG" publish work.sqlite some --dossier H06 --lang en
    diff <(ls some/dossier) <(echo H06.html)
    echo mine >some/dossier/mine.txt
    "$LOMSONG" publish work.sqlite some --lang en
    [ "$(ls some/dossier)" = mine.txt ]
    rm some/dossier/mine.txt
    rmdir some/dossier
    diff <(ls -A some) <(ls -A --ignore=dossier "$out")
    run --separate-stderr -3 "$LOMSONG" publish work.sqlite other --dossier H05,H99
    [[ $stderr == *H99* ]]
    [ ! -e other ]
}

@test "the order of inputs does not matter to a dossier" {
    local reversed=() log
    for log in "$sample"/logs/*; do
        reversed=("$log" "${reversed[@]}")
    done
    survey reversed --lang en --dossier all --only hamlets "${reversed[@]}"
    diff -r "$out/dossier" reversed/dossier
}

@test "no code leaves the directory, and no name breaks the page" {
    local long nfd
    long=$(printf 'x%.0s' {1..300})
    nfd=$'Ba\u0309n Na\u0300' # combining diacritics
    "$python" - "$long" "$nfd" >hamlets.csv <<'END'
import csv, sys
rows = csv.writer(sys.stdout)
rows.writerow(["hamlet_code", "name", "lat", "lon"])
for i, code in enumerate(["../evil", "..", "a/b", "a\\b", "A~2Fb", "=cmd()", '"><script>alert(1)</script>',
                          sys.argv[1], sys.argv[1] + "y", "Đ1"]):
    rows.writerow([code, "</title><script>alert(1)</script>" if i % 2 else sys.argv[2], 22.6 + i / 100, 106.1])
END
    "$LOMSONG" survey out --region vn --hamlets hamlets.csv --dossier all --lang en "$sample"/logs/seat.csv.gz
    [ "$(find . -name '*.html' -path '*dossier*' | wc -l)" -eq 10 ]
    [ "$(find out/dossier -type f | wc -l)" -eq 10 ]
    diff <(ls) <(printf '%s\n' hamlets.csv out work.sqlite)
    (cd out && jq -r '.outputs[] | "\(.sha256)  \(.file)"' manifest.json | sha256sum -c --quiet)
    "$python" - out/dossier "$nfd" <<'END'
import pathlib, sys, xml.etree.ElementTree as ET
heads = []
for page in pathlib.Path(sys.argv[1]).iterdir():
    assert page.name.isascii() and len(page.name) < 200, page.name
    root = ET.parse(page).getroot()
    assert not list(root.iter("script"))
    heads.append(root.find("body/header/h1").text)
assert len(set(heads)) == 10
assert sum(sys.argv[2] in head for head in heads) == 5
assert any("../evil" in head for head in heads)
END
}

@test "Chromium shows the page without a complaint, on a desk, a phone and paper" {
    command -v chromedriver >/dev/null || skip "chromedriver is not installed"
    PYTHONDONTWRITEBYTECODE=1 "$python" - "$root/tests/support" "$out/dossier/H05.html" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from browser import Browser

for options in ({}, {"dark": True}, {"width": 390, "height": 800, "phone": True}):
    with Browser(**options) as b:
        b.open(sys.argv[2])
        assert b.text("h1").startswith("H05"), b.text("h1")
        assert b.text("#verdict") == "signal depression", b.text("#verdict")
        assert b.count(".maps figure svg") == 4 and b.visible(".maps figure svg")
        assert b.count("tr.applies") == 1
        # nothing is wider than the window
        assert b.value("document.documentElement.scrollWidth <= window.innerWidth")
        # the bins of the failing cluster have the colour of the worst share
        worst = b.value("getComputedStyle(document.documentElement).getPropertyValue('--share_0')")
        drawn = b.value("getComputedStyle(document.querySelector('.maps path.seen')).fill")
        rgb = tuple(int(worst.strip()[i:i + 2], 16) for i in (1, 3, 5))
        assert drawn == "rgb(%d, %d, %d)" % rgb, (drawn, rgb)
        b.print_pdf("page.pdf")
        b.check_quiet()
END
    [ "$(head -c 5 page.pdf)" = %PDF- ]
}

@test "the page names the nearest stations, where there are any" {
    run ! grep -q 'id="stations"' "$out/dossier/H01.html"
    printf '%s\n' name,operator,tech,lat,lon 'Mast <1>,Viettel,4G,22.660355,106.054864' \
        'Farther,Viettel,4G,22.7,106.062' 'Mast 2,,,22.651355,106.035' >sites.csv
    "$LOMSONG" add work.sqlite --stations sites.csv
    "$LOMSONG" explain work.sqlite H01 --lang en --html page.html
    "$python" - page.html <<'END'
import sys
import xml.etree.ElementTree as tree

rows = [[cell.text or "" for cell in row] for table in tree.parse(sys.argv[1]).iter("table")
        if table.get("id") == "stations" for row in table.find("tbody")]
assert rows == [["operator not told", "technology not told", "Mast 2", "2.0", "west (270°)"],
                ["Viettel", "LTE", "Mast <1>", "1.0", "north (0°)"]], rows
END
    [ "$(redo page.html)" = "$(redo "$out/dossier/H01.html")" ]
}
