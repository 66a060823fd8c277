#!/usr/bin/env bats
# report.xlsx and report.pdf, as other programs read them: LibreOffice and Poppler. Their numbers
# are those of every other output.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

python=/usr/bin/python3
papers=$root/tests/support/papers.py

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --lang en --work work.sqlite logs/*)
}

setup()
{
    export PYTHONDONTWRITEBYTECODE=1
    enter_scene
    cp "$sample/work.sqlite" work.sqlite
    out=$sample/out
}

teardown()
{
    check_tmpdir
}

# to_csv BOOK FOLDER: every sheet as FOLDER/report-NAME.csv, cells as they are, not as shown.
to_csv()
{
    command -v soffice >/dev/null || skip "LibreOffice is not installed"
    TMPDIR=$BATS_FILE_TMPDIR HOME=$BATS_FILE_TMPDIR timeout 600 soffice --headless \
        "-env:UserInstallation=file://$BATS_FILE_TMPDIR/libreoffice" --convert-to \
        'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1' \
        --outdir "$2" "$1"
}

@test "every output says the same numbers" {
    to_csv "$out/report.xlsx" sheets
    "$python" "$root/tests/support/recompute.py" mine --rule "$rule" "${places[@]}" "$sample"/logs/*
    "$python" "$root/tests/support/same_numbers.py" "$out" sheets mine/networks.csv
}

@test "a number that differs is found" {
    to_csv "$out/report.xlsx" sheets
    cp -r "$out" bent
    sed -i 's/^\(99902,[^,]*\),4,1,/\1,4,2,/' bent/communes.csv
    run -1 "$python" "$root/tests/support/same_numbers.py" bent sheets
    [[ $output == *"sheet, commune 99902, Covered"* && $output == *"PDF, commune 99902"* &&
        $output == *"summary, covered"* && $output == *"map, covered"* ]]
}

@test "the workbook has its sheets in the language, tables with filters, and no formula" {
    "$LOMSONG" publish work.sqlite vi --lang vi --only report
    diff <("$python" "$papers" names vi/report.xlsx) <(printf '%s\n' 'Tổng hợp' 'Xã' 'Thôn' \
        'Điểm kiểm tra' 'Nhà mạng' 'Nguồn số liệu' 'Quy tắc')
    diff <("$python" "$papers" names "$out/report.xlsx") <(printf '%s\n' Summary Communes Hamlets \
        'Test points' Operators Sources Rule)
    "$python" "$papers" check_tables vi/report.xlsx
    "$python" "$papers" check_codes vi/report.xlsx
    # the columns of the departments' lists, in their order
    local heading
    for heading in STT Tỉnh 'Mã xã' Xã Thôn 'Số hộ' 'Điện lưới' 'Đặc biệt khó khăn' \
        'Viettel 4G (LTE), dBm' 'Trung tâm thôn' 'Cụm dân cư thiếu sóng' 'Phân loại' 'Số mẫu' \
        'Ngày đo' 'Căn cứ' 'Ghi chú'; do
        echo "$heading"
        [ "$("$python" "$papers" column vi/report.xlsx Thôn "$heading" | wc -l)" -eq 13 ]
    done
    [ "$("$python" "$papers" column vi/report.xlsx Thôn 'Cụm dân cư thiếu sóng' | sort -u)" = \
        "$(printf '%s\n' '' 'Cụm Sau Đồi (14 hộ)' 'Cụm Thác Nhỏ (12 hộ)')" ]
}

@test "the document is A4, its fonts are embedded, its pages counted" {
    local pages
    "$LOMSONG" publish work.sqlite vi --lang vi --only report.pdf
    diff <(ls vi) <(printf '%s\n' manifest.json report.pdf)
    pdfinfo vi/report.pdf | grep -E '^Page size: .*A4'
    pages=$(pdfinfo vi/report.pdf | sed -n 's/^Pages: *//p')
    pdftotext -raw vi/report.pdf text
    grep -F "Trang 1/$pages" text
    grep -F "Trang $pages/$pages" text
    run -0 pdffonts vi/report.pdf
    [ "${#lines[@]}" -gt 2 ]
    # the columns emb sub uni
    [ "$(tail -n +3 <<<"$output" | grep -cvE ' yes yes yes +[0-9]+ +[0-9]+$')" -eq 0 ]
    tr -d ' \n' <text >tight
    grep -qF 'Lưuý:cáccon' tight
    local name hash
    for name in 'Bản Sao Mây' 'Cốc Nhàn Đỏ' 'Khuổi Đàm Hạ' 'Vằng Ỏi Sâu'; do
        grep -qF "${name// /}" tight
    done
    while read -r hash; do
        grep -qF "$hash" tight
    done < <(jq -r '(.inputs + .places)[].sha256' "$out/manifest.json")
}

# A list of hamlets that means ill, under communes that nobody drew.
hostile_places()
{
    "$python" - <<'END'
import csv, unicodedata
names = ["=cmd()|' /C calc'!A0", '@SUM(1+1)*cmd', '+1+1', '-2+3', 'Bản "Đỏ", \'Xanh\'; &amp; <b>',
         "</script><script>alert(1)</script>", "x" * 200, "Thôn " + "Ấm Ức " * 33,
         unicodedata.normalize("NFD", "Khuổi Đỗ Ỏi Ngược"), "http://example.org/#a", "%s%n%d",
         "cong \u202etrái\u202c phải", "tab\there", "&L&P/&N", "0123"]
with open("hostile.csv", "w", encoding="utf-8", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["hamlet_code", "name", "commune_code", "households", "lat", "lon"])
    for i, name in enumerate(names):
        rows.writerow(["%03d" % i, name, "" if i == 3 else "0%d" % (i % 2), 10 + i, 22.6 + i / 500,
                       106.1 + i % 4 / 300])
END
}

@test "hostile names are harmless and readable" {
    hostile_places
    "$LOMSONG" survey bad --lang en --region vn --hamlets hostile.csv \
        --only report,hamlets "$sample/logs/west-2025-09-17.csv"
    "$python" "$papers" check_tables bad/report.xlsx
    "$python" "$papers" check_names bad/report.xlsx Hamlets Hamlet bad/report.pdf bad/hamlets.csv
    pdfinfo bad/report.pdf >/dev/null
    to_csv bad/report.xlsx sheets
    diff <("$python" "$papers" column bad/report.xlsx Hamlets Hamlet) <("$python" -c '
import csv
for row in csv.DictReader(open("sheets/report-Hamlets.csv", encoding="utf-8", newline="")):
    print(row["Hamlet"])')
}

@test "hamlets stand in the order of the Vietnamese alphabet" {
    {
        echo hamlet_code,name,commune_code,lat,lon
        local name i=100
        for name in Ăn 'Ấp 10' Đa Ơ Dạ 'Ấp 2' An Ô Eo Ẩn O; do
            i=$((i - 1))
            echo "$i,$name,01,22.6,106.1$i"
        done
    } >list.csv
    "$LOMSONG" survey out --lang en --region vn --hamlets list.csv --only report.xlsx
    diff <("$python" "$papers" column out/report.xlsx Hamlets Hamlet) \
        <(printf '%s\n' An Ăn Ẩn 'Ấp 2' 'Ấp 10' Dạ Đa Eo O Ô Ơ)
}

@test "without logs, communes or a region there is still a report" {
    hostile_places
    "$LOMSONG" survey out --lang en --hamlets hostile.csv --only report
    [ "$("$python" "$papers" column out/report.xlsx Hamlets Verdict | sort -u)" = 'not enough data' ]
    pdftotext -raw out/report.pdf - | tr -d ' \n' >tight
    grep -qF 'Hamletsoutsideallcommunes' tight
    grep -qF 'nottestedbyanyoperator' tight
    # and no clock in it: a book is compared with a second one when it is written
    unzip -p out/report.xlsx docProps/core.xml | grep -q '<dcterms:created [^>]*>1980-01-01T00:00:00Z<'
}

@test "the officer's word stands in the remarks of both" {
    "$LOMSONG" note work.sqlite H05 --decision covered --by 'Nguyễn Văn A' \
        --reason 'trạm mới; =1+1' --date 2025-10-01
    "$LOMSONG" publish work.sqlite noted --lang en --only report
    local word="officer's word: covered (Nguyễn Văn A, 2025-10-01: trạm mới; =1+1)"
    "$python" "$papers" column noted/report.xlsx Hamlets Remarks | grep -F "$word"
    pdftotext -raw noted/report.pdf - | tr -d ' \n' | grep -qF "${word// /}"
    [ "$("$python" "$papers" column noted/report.xlsx Hamlets Verdict | sort)" = \
        "$("$python" "$papers" column "$out/report.xlsx" Hamlets Verdict | sort)" ]
}

@test "--only takes both reports or one" {
    "$LOMSONG" publish work.sqlite both --only report
    diff <(ls both) <(printf '%s\n' manifest.json report.pdf report.xlsx)
    "$LOMSONG" publish work.sqlite one --only report.xlsx,hamlets.csv
    diff <(ls one) <(printf '%s\n' hamlets.csv manifest.json report.xlsx)
    run --separate-stderr -2 "$LOMSONG" publish work.sqlite none --only report.doc --lang en
    [[ $stderr == *report.doc* && $stderr == *report.xlsx* ]]
}
