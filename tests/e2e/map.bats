#!/usr/bin/env bats
# map.html: its numbers against the tables, and what people do with it, in a real Chromium
# without a network.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --lang vi --work work.sqlite logs/* &&
        "$LOMSONG" note work.sqlite H08 --decision depression --by "Nguyễn Văn A" \
            --reason 'đi lại: "có sóng" </script>' --date 2025-10-02 &&
        "$LOMSONG" publish work.sqlite out --lang vi)
}

setup()
{
    enter_scene
    out=$sample/out
    export PYTHONPATH=$root/tests/support PYTHONDONTWRITEBYTECODE=1
}

teardown()
{
    check_tmpdir
}

# look DIR CHECK: of tests/support/map_page.py.
look()
{
    command -v chromedriver >/dev/null || skip "chromedriver is not installed"
    /usr/bin/python3 "$root/tests/support/map_page.py" "$@"
}

# A log that sees the places of a list: one pass of two operators by the first of them.
write_log() # HAMLETS_CSV
{
    awk -F'\t' 'BEGIN { print "t_utc_ms,lat_deg,lon_deg,mccmnc,state,tech,level_dbm" }
        NR > 1 && NR < 40 { for (i = 0; i < 20; i++)
            printf "%.0f,%.6f,%.6f,4520%d,in_service,LTE,%d\n", 1758000000000 + n++ * 1000,
                $3 + i * 0.0001, $4 + (i % 5) * 0.0001, i % 2 ? 4 : 1, -80 - i * 2 }' "$1"
}

@test "the numbers on the map are those of the tables" {
    /usr/bin/python3 "$root/tests/support/map_numbers.py" "$out"
}

@test "it opens, says what it shows, and is quiet" {
    look "$out" opens
}

@test "every dossier says what the tables say" {
    look "$out" dossiers
}

@test "filters by verdict and commune" {
    look "$out" filters
}

@test "search finds names without diacritics" {
    look "$out" search
}

@test "the language is switched inside" {
    look "$out" languages
}

@test "everything is reached by keyboard" {
    look "$out" keyboard
}

@test "bins by operator, technology and availability" {
    look "$out" bins
}

@test "verdicts have the palette's colours, light and dark" {
    look "$out" colours
}

@test "the pointer finds a hamlet" {
    look "$out" pointer
}

@test "it fits a phone" {
    look "$out" phone
}

@test "it prints and is as before" {
    look "$out" paper
}

@test "the planners' stations are shown, told and hidden" {
    printf '%s\n' name,operator,tech,lat,lon 'Mast,Viettel,4G,22.700,106.11' \
        'Mast,Viettel,3G,22.700,106.11' 'Mast,,,22.700,106.11' '<b>&,45201,2G,22.64,106.075' \
        'Far,Viettel,4G,21.0,105.8' >sites.csv
    survey there --lang en --stations sites.csv "$sample"/logs/trip-a.gpkg
    /usr/bin/python3 "$root/tests/support/map_numbers.py" there
    look there stations
    look "$out" no_stations
}

# shellcheck disable=SC2016 # it must not expand anywhere
@test "names that would break a page are harmless" {
    local long nfd
    long=$(printf 'Bản Nà Phường %.0s' {1..20})
    nfd=$(/usr/bin/python3 -c 'import unicodedata; print(unicodedata.normalize("NFD", "Lũng Đẩy"))')
    {
        printf 'hamlet_code\tname\tlat\tlon\n'
        printf '%s\t%s\t22.%s\t106.1\n' \
            'A<b>"1' '</script><script>window.harmed = 1</script>' 600 \
            "A'2" '<img src=x onerror="window.harmed = 1">' 603 \
            'A=3' '=cmd()|"/C calc"!A0' 606 \
            'A{4}' '"quoted", '"'single'"' {verdict} ${window.harmed = 1} &amp; <!-- ' 609 \
            'A5' "${long:0:200}" 612 \
            'A6' 'Lũng Đẩy' 615 \
            'A7' "$nfd" 618 \
            'A8' 'مرحبا ‮ reversed' 621
    } >hamlets.tsv
    write_log hamlets.tsv >log.csv
    /usr/bin/python3 - <<'END'
import csv
with open("hamlets.tsv", newline="") as file, open("hamlets.csv", "w", newline="") as out:
    csv.writer(out).writerows(line.rstrip("\n").split("\t") for line in file)
END
    "$LOMSONG" survey hostile --lang en --region vn --hamlets hamlets.csv log.csv
    /usr/bin/python3 "$root/tests/support/map_numbers.py" hostile
    look hostile hostile
}

@test "thousands of hamlets stand in clusters" {
    awk 'BEGIN { OFS = "\t"; print "hamlet_code", "name", "lat", "lon"
        for (i = 0; i < 2500; i++)
            print sprintf("H%04d", i), "Bản Đồi " i, 22.1 + 0.02 * int(i / 50), 105.6 + 0.02 * (i % 50)
        for (i = 1; i <= 3; i++)
            print "T" i, "Together " i, 21.9, 105.5 }' \
        >hamlets.tsv
    write_log hamlets.tsv >log.csv
    tr '\t' ',' <hamlets.tsv >hamlets.csv
    "$LOMSONG" survey many --lang en --region vn --hamlets hamlets.csv log.csv
    look many many
}

@test "a survey without evidence has a map" {
    new_workspace work.sqlite
    "$LOMSONG" judge work.sqlite
    "$LOMSONG" publish work.sqlite nothing
    look nothing empty
}
