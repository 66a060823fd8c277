#!/usr/bin/env bats
# Logs of other tools through a whole survey: a track beside a log, and the planners' stations.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup()
{
    enter_scene
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.600,106.100\n' >hamlets.csv
}

teardown()
{
    check_tmpdir
}

# A walk of 300 s northwards through the hamlet, in lomsong CSV.
walk()
{
    echo 't_utc,mccmnc,tech,rsrp_dbm,lat_deg,lon_deg'
    awk 'BEGIN { for (i = 0; i < 300; i++)
        printf "2025-06-15T08:%02d:%02dZ,45204,LTE,%d,%.6f,106.1\n",
            i / 60, i % 60, -90 - i % 9, 22.5986 + i * 0.00001 }'
}

@test "a log without positions and a track give the survey of the log with them" {
    walk >walk.csv
    cut -d, -f 1-4 walk.csv >levels.csv
    {
        echo '<gpx><trk><trkseg>'
        awk -F, 'NR > 1 && (NR % 4 == 2 || NR == 301) {
            printf "<trkpt lat=\"%s\" lon=\"%s\"><time>%s</time></trkpt>\n", $5, $6, $1 }' walk.csv
        echo '</trkseg></trk></gpx>'
    } >walk.gpx
    "$LOMSONG" survey with --hamlets hamlets.csv walk.csv
    "$LOMSONG" survey without --hamlets hamlets.csv --track walk.gpx levels.csv
    same_tables with without
    [ "$(jq -r '.inputs[0].accepted' without/manifest.json)" = 300 ]
    sha256=$(sha256sum walk.gpx)
    "$LOMSONG" new work --hamlets hamlets.csv
    "$LOMSONG" add work --track walk.gpx levels.csv
    [ "$(sqlite3 work 'SELECT options FROM log')" = "--track walk.gpx (SHA-256 ${sha256%% *})" ]
    run --separate-stderr -3 "$LOMSONG" survey no --lang en --hamlets hamlets.csv levels.csv
    run --separate-stderr -3 "$LOMSONG" add work --lang en --track hamlets.csv levels.csv
    [[ $stderr == *"hamlets.csv: no position with a time"* ]]
}

# The recipe of the man page, as it stands there.
@test "what logcat prints is read as the man page says" {
    local line='2193  2290 D RILJ    : [UNSL]< UNSOL_SIGNAL_STRENGTH SignalStrength:{mCdma=Invalid'
    walk >walk.csv
    awk -F, -v line="$line" 'NR > 1 { printf "        %.3f  %s,mLte=CellSignalStrengthLte: rssi=-66 rsrp=%d rsrq=-11 " \
        "rssnr=30 cqi=2147483647,mNr=CellSignalStrengthNr:{ csiRsrp = 2147483647 }}\n",
        1749974400 + (NR - 2), line, $4 }' walk.csv >logcat.txt
    {
        echo '--------- beginning of radio'
        echo "        1749974400.000  $line,mLte=CellSignalStrengthLte: rssi=2147483647 rsrp=2147483647 rsrq=2147483647}"
        echo '        1749974401.000  2193  2290 D RILJ    : [4711]> GET_CELL_INFO_LIST'
    } >>logcat.txt
    {
        echo '<gpx><trk><trkseg>'
        awk -F, 'NR > 1 { printf "<trkpt lat=\"%s\" lon=\"%s\"><time>%s</time></trkpt>\n", $5, $6, $1 }' walk.csv
        echo '</trkseg></trk></gpx>'
    } >walk.gpx
    mandoc -T ascii "$root/analyzer/lomsong-analyze.1" | col -b |
        awk '/\{ echo when,rat,sig/ { on = 1 } on { print } /levels.csv$/ && on && n++ { exit }' >recipe
    cat recipe
    "$LOMSONG" new WORK --hamlets hamlets.csv
    PATH=$PWD:$PATH
    ln -s "$LOMSONG" lomsong-analyze
    # shellcheck source=/dev/null
    . ./recipe
    [ "$(wc -l <levels.csv)" -eq 301 ]
    "$LOMSONG" publish WORK out
    "$LOMSONG" survey plain --hamlets hamlets.csv walk.csv
    same_tables plain out
}

@test "a CellMapper log needs its day, which stands in the workspace" {
    printf '%s\n' latitude,longitude,altitude,MCC,MNC,LAC,CID,signal,type,subtype,ARFCN,PSC \
        22.6,106.1,210,452,4,24101,123456,-97,LTE,LTE,1500,211 >cells.csv
    "$LOMSONG" new work --region vn --hamlets hamlets.csv
    run --separate-stderr -3 "$LOMSONG" add work --lang en cells.csv
    [[ $stderr == *"--date YYYY-MM-DD"* ]]
    "$LOMSONG" add work --date 2025-06-15 cells.csv
    [ "$(sqlite3 work 'SELECT options, first_utc_ms FROM log')" = '--date 2025-06-15|1749963600000' ]
}

@test "explain names the nearest stations, and no verdict depends on them" {
    walk >walk.csv
    printf '%s\n' name,operator,tech,lat,lon 'Đồi Cao,Viettel,4G,22.62,106.12' \
        'Xa,Viettel,4G,22.7,106.1' 'Suối,45201,3G,22.6,106.0' >sites.csv
    "$LOMSONG" survey plain --work plain.work --region vn --hamlets hamlets.csv walk.csv
    "$LOMSONG" survey stations --work work --region vn --hamlets hamlets.csv --stations sites.csv walk.csv
    same_tables plain stations
    jq -e '.places[]? , .[]? | select(type == "array") | .[] | select(.role? == "stations")' \
        stations/manifest.json >/dev/null
    "$LOMSONG" explain --lang en work H1 >shown
    cat shown
    grep -q '^    MobiFone WCDMA: 10.3 km west (270°) Suối$' shown
    grep -q '^    Viettel LTE: 3.0 km north-east (43°) Đồi Cao$' shown
    run ! grep -q 'Xa' shown
    "$LOMSONG" explain --json work H1 >shown
    [ "$(jq -r '.stations | map("\(.operator) \(.tech) \(.name) \(.distance_m / 100 | round)")[]' shown)" = \
        $'MobiFone WCDMA Suối 103\nViettel LTE Đồi Cao 30' ]
    "$LOMSONG" explain --json plain.work H1 | jq -e 'has("stations") | not'
    "$LOMSONG" explain --lang en plain.work H1 >shown
    run ! grep -q 'nearest stations' shown
    # a newer list takes the older one's place; a list that cannot be read changes nothing
    printf '%s\n' radio,mcc,net,area,cell,unit,lon,lat 'GSM,452,2,1,2,0,106.1,22.61' >cells.csv
    "$LOMSONG" add work --stations cells.csv
    printf 'name\na\n' >none.csv
    run --separate-stderr -3 "$LOMSONG" add work --lang en --stations none.csv
    [[ $stderr == *none.csv* ]]
    "$LOMSONG" explain --lang en work H1 >shown
    grep -q '^    VinaPhone GSM: 1.1 km north (0°) 1-2$' shown
    [ "$(grep -c ' km ' shown)" = 1 ]
    run -2 "$LOMSONG" add work
}
