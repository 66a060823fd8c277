#!/usr/bin/env bats
# Hamlet lists with the communes of before a reform, through a whole survey.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup()
{
    enter_scene
    square 00101 'Xã Bảo Lạc' 106.0 106.1 >squares
    square 00102 'Phường Cốc Pàng' 106.1 106.2 >>squares
    jq -s '{type: "FeatureCollection", features: .}' squares >communes.geojson
    printf '%s\n' hamlet_code,name,commune_code,commune,lat,lon \
        'H1,Bản Một,01741,,22.65,106.15' 'H2,Bản Hai,1744,,22.65,106.05' \
        'H3,Bản Ba,,x. kim cuc,22.65,106.15' 'H4,Bản Bốn,77777,,22.65,106.05' \
        'H5,Bản Năm,77777,Xã Lạ,22.65,106.55' 'H6,Bản Sáu,00101,,22.65,106.15' >hamlets.csv
    printf '%s\n' old_code,old_name,new_code '01741,Xã Kim Cúc,00102' \
        '01744,Xã Hưng Đạo,00101' '01744,Xã Hưng Đạo,00102' '00101,Thị trấn Bảo Lạc,00101' >walk.csv
    given=(--region vn --hamlets hamlets.csv --communes communes.geojson)
}

teardown()
{
    check_tmpdir
}

square() # CODE NAME WEST EAST
{
    jq -n --arg code "$1" --arg name "$2" --argjson w "$3" --argjson e "$4" '{type: "Feature",
        properties: {code: $code, name: $name, province_code: "04", province: "Tỉnh Cao Bằng"},
        geometry: {type: "Polygon", coordinates:
            [[[$w, 22.6], [$e, 22.6], [$e, 22.7], [$w, 22.7], [$w, 22.6]]]}}'
}

@test "a crosswalk brings the hamlets of an old list into the communes of today" {
    run --separate-stderr "$LOMSONG" survey out --lang en "${given[@]}" --crosswalk walk.csv
    [ "$status" = 0 ]
    [[ $output == *"walk.csv: 2 of 6 hamlets came into their commune of today by its old code, 1 by name, 2 by position; 0 were in one already, 1 are in none"* ]]
    [[ $stderr == *"walk.csv: hamlets that stay without a commune of today"*": 1: H5 (77777 Xã Lạ)"* ]]
    [[ $stderr == *"another commune than their own"*": 1: H6 (00101)"* ]]
    diff - <(tail -c +4 out/crosswalk.csv | tr -d '\r') <<'END'
hamlet_code,hamlet,old_commune_code,old_commune,commune_code,commune,how,doubt
H1,Bản Một,01741,,00102,Phường Cốc Pàng,code,
H2,Bản Hai,1744,,00101,Xã Bảo Lạc,position,
H3,Bản Ba,,x. kim cuc,00102,Phường Cốc Pàng,name,
H4,Bản Bốn,77777,,00101,Xã Bảo Lạc,position,not_listed
H5,Bản Năm,77777,Xã Lạ,77777,,none,not_listed
H6,Bản Sáu,00101,,00101,Xã Bảo Lạc,code,elsewhere
END
    [ "$(cut -d, -f 3,5 out/hamlets.csv | grep -c '^0010[12],H')" = 5 ]
    jq -e 'any(.. | objects; .role? == "crosswalk" and .file == "walk.csv")' out/manifest.json
}

@test "a commune that is of another kind today is found by its name, two of a name are not guessed" {
    {
        square 00103 'Xã Hòa An' 106.2 106.3
        square 00104 'Phường Hòa An' 106.3 106.4
    } >>squares
    jq -s '{type: "FeatureCollection", features: .}' squares >communes.geojson
    printf '%s\n' hamlet_code,name,commune_code,commune,lat,lon \
        'H1,Bản Một,,Xã Cốc Pàng,22.65,106.15' 'H2,Bản Hai,,Xã Hòa An,22.65,106.25' \
        'H3,Bản Ba,,Thị trấn Hòa An,22.65,106.55' 'H4,Bản Bốn,,Hòa An,22.65,106.35' >hamlets.csv
    run --separate-stderr "$LOMSONG" survey out --lang en "${given[@]}" --crosswalk walk.csv
    [ "$status" = 0 ]
    [[ $stderr == *"theirs may be one of several, and no polygon lies around them: 1: H3 (Thị trấn Hòa An)"* ]]
    diff - <(tail -n +2 out/crosswalk.csv | cut -d, -f 1,5- | tr -d '\r') <<'END'
H1,00102,Phường Cốc Pàng,name,
H2,00103,Xã Hòa An,name,
H3,,,none,ambiguous
H4,00104,Phường Hòa An,position,
END
}

@test "the list of what was moved is kept in the workspace" {
    "$LOMSONG" new work "${given[@]}" --crosswalk walk.csv
    "$LOMSONG" publish work out --only crosswalk
    [ "$(wc -l <out/crosswalk.csv)" = 7 ]
    "$LOMSONG" new plain "${given[@]}"
    "$LOMSONG" publish plain plain.out
    [ ! -e plain.out/crosswalk.csv ]
}

@test "what is no crosswalk is refused, and no workspace is left" {
    printf 'a,b\n1,2\n' >wrong.csv
    run --separate-stderr -3 "$LOMSONG" new work --lang en "${given[@]}" --crosswalk wrong.csv
    [[ $stderr == *"wrong.csv: no crosswalk"* ]]
    run --separate-stderr -3 "$LOMSONG" new work --lang en "${given[@]}" --crosswalk none.csv
    [[ $stderr == *none.csv* ]]
    [ ! -e work ]
}
