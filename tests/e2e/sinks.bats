#!/usr/bin/env bats
# What --also writes for other programs, and the CRS of --crs, read by GDAL and PROJ.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

python=/usr/bin/python3
sinks=kml,kmz,geojson,fgb,shp

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --lang en --work work.sqlite --also "$sinks" logs/*)
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

@test "every layer of every format holds the rows of the GeoPackage" {
    "$python" - "$out" <<'END'
import sys
from osgeo import ogr, gdal
gdal.UseExceptions()
out = sys.argv[1]
whole = ogr.Open(out + "/survey.gpkg")
names = [whole.GetLayer(i).GetName() for i in range(whole.GetLayerCount())]
names = [name for name in names if name != "layer_styles"]
assert {"hamlet", "test_area", "bin", "commune"} <= set(names)
for name in names:
    layer = whole.GetLayerByName(name)
    columns = [field.name for field in layer.schema]
    expected = sorted(str([row[c] for c in columns]) for row in layer)
    for ending in ("geojson", "fgb", "shp"):
        source = ogr.Open(f"{out}/survey_{name}.{ending}")
        assert source is not None, (name, ending)
        other = source.GetLayer(0)
        assert other.GetFeatureCount() == len(expected), (name, ending)
        mine = [field.name for field in other.schema]
        assert len(set(mine)) == len(columns), (name, ending, mine)
        if ending == "shp":
            assert all(len(c) <= 10 for c in mine), mine
        else:
            assert set(mine) == set(columns), (name, ending)
        if name == "hamlet":
            verdicts = sorted((row[mine[columns.index("hamlet_code")]] if ending == "shp"
                               else row["hamlet_code"], row["verdict"]) for row in other)
            assert verdicts == sorted((row["hamlet_code"], row["verdict"]) for row in layer), ending
END
    [ "$(<"$out/survey_hamlet.cpg")" = UTF-8 ]
    run ! grep -l 'EPSG","32648' "$out"/survey_hamlet.prj
}

@test "a hamlet lies where it is in every format and CRS" {
    "$LOMSONG" publish work.sqlite zone --also "$sinks" --crs EPSG:9210 --lang en
    "$LOMSONG" publish work.sqlite degrees --also fgb --crs 4756 --lang en --only survey
    "$LOMSONG" publish work.sqlite utm --also fgb --crs EPSG:32648 --lang en --only survey
    "$python" - "$out" zone degrees utm <<'END'
import csv, sys
from osgeo import ogr, gdal
import pyproj
from pyproj.transformer import TransformerGroup
gdal.UseExceptions()
out, zone, degrees, utm = sys.argv[1:]

def transformer(epsg, wanted):
    group = TransformerGroup("EPSG:4326", f"EPSG:{epsg}", always_xy=True)
    return next(t for t in group.transformers if wanted in t.description)

def check(path, layer, to, bound):
    source = ogr.Open(path)
    layer = source.GetLayerByName(layer) or source.GetLayer(0)
    names = [f.name for f in layer.schema]
    code = next(n for n in names if n.startswith("hamlet_cod"))
    seen = 0
    for row in layer:
        lon, lat = places[row[code]]
        x, y = to(lon, lat)
        point = row.GetGeometryRef()
        assert abs(point.GetX() - x) < bound and abs(point.GetY() - y) < bound, (path, row[code])
        seen += 1
    assert seen == 13, (path, seen)

with open(out + "/hamlets.csv", encoding="utf-8-sig", newline="") as file:
    places = {r["hamlet_code"]: (float(r["lon_deg"]), float(r["lat_deg"])) for r in csv.DictReader(file)}
same = lambda lon, lat: (lon, lat)
own = transformer(3405, "VN-2000 to WGS 84 (2)").transform
tm3 = transformer(9210, "VN-2000 to WGS 84 (2)").transform
vn2000 = transformer(4756, "VN-2000 to WGS 84 (2)").transform
wgs = pyproj.Transformer.from_crs(4326, 32648, always_xy=True).transform
for ending in ("gpkg", "fgb", "shp"):
    name = "survey" if ending == "gpkg" else "survey_hamlet"
    check(f"{out}/{name}.{ending}", "hamlet", own, 0.2)
    check(f"{zone}/{name}.{ending}", "hamlet", tm3, 0.2)
check(degrees + "/survey.gpkg", "hamlet", vn2000, 2e-6)
check(degrees + "/survey_hamlet.fgb", "hamlet", vn2000, 2e-6)
check(utm + "/survey_hamlet.fgb", "hamlet", wgs, 0.2)
for folder in (out, zone):  # these two formats know WGS 84 only
    check(folder + "/survey_hamlet.geojson", "hamlet", same, 2e-6)
    check(folder + "/survey.kml", "Hamlets", same, 2e-6)
    # GDAL does not look for columns in an archive of one document
    check("/vsizip/" + folder + "/survey.kmz/doc.kml", "Hamlets", same, 2e-6)
END
    ogrinfo -so -al zone/survey_bin.fgb | grep -q 'ID\["EPSG",9210\]'
    same_tables "$out" zone
}

@test "the KMZ holds the icons that its hamlets show, the KML needs none" {
    unzip -q "$out/survey.kmz" -d kmz
    diff <(ls kmz/icons) <(printf '%s\n' covered.png depression.png no_signal.png not_enough_data.png)
    "$python" - "$out/survey.kml" kmz/doc.kml "$out/hamlets.csv" <<'END'
import csv, sys, xml.etree.ElementTree as ET
from osgeo import gdal
gdal.UseExceptions()
space = {"k": "http://www.opengis.net/kml/2.2"}
with open(sys.argv[3], encoding="utf-8-sig", newline="") as file:
    verdicts = {row["hamlet"]: row["verdict"] for row in csv.DictReader(file)}
shape = {"covered": "●", "depression": "▲", "no_signal": "■", "not_enough_data": "◇"}
for path, icons in ((sys.argv[1], False), (sys.argv[2], True)):
    root = ET.parse(path).getroot()
    assert any(n.text.startswith("icons/") for n in root.iterfind(".//k:href", space)) == icons
    seen = {}
    for mark in root.iterfind(".//k:Document[@id='hamlet']/k:Placemark", space):
        sign, name = mark.find("k:name", space).text.split(" ", 1)
        style = mark.find("k:styleUrl", space).text
        assert style == "#" + verdicts[name] and sign == shape[verdicts[name]], name
        assert root.find(f".//k:Style[@id='{style[1:]}']", space) is not None
        seen[name] = style
    assert len(seen) == 13
colours = set()
for name in shape:
    icon = gdal.Open(f"kmz/icons/{name}.png")
    pixels = icon.ReadRaster(0, 0, icon.RasterXSize, icon.RasterYSize)
    assert icon.RasterCount == 4 and icon.RasterXSize == icon.RasterYSize
    corner = icon.GetRasterBand(4).ReadRaster(0, 0, 1, 1)
    assert corner == b"\0", name  # what is not the symbol is not drawn
    colours.add(bytes(pixels))
assert len(colours) == 4
END
}

@test "the same survey gives the same bytes, and what was not asked for goes" {
    "$LOMSONG" publish work.sqlite again --also "$sinks" --lang en
    local file
    for file in "$out"/survey*; do
        [[ $file == *.gpkg ]] || cmp "$file" "again/${file##*/}"
    done
    "$LOMSONG" publish work.sqlite again --also fgb --lang en
    [ -e again/survey_hamlet.fgb ]
    [ ! -e again/survey.kml ]
    [ ! -e again/survey_hamlet.shp ]
    (cd again && jq -r '.outputs[] | "\(.sha256)  \(.file)"' manifest.json | sha256sum -c --quiet)
}

@test "the hamlets of a shapefile can be surveyed again" {
    "$LOMSONG" new again.sqlite --region vn --hamlets "$out/survey_hamlet.shp" --lang en
    diff <(sqlite3 work.sqlite 'SELECT hamlet_code, households, electricity FROM hamlet ORDER BY 1') \
        <(sqlite3 again.sqlite 'SELECT hamlet_code, households, electricity FROM hamlet ORDER BY 1')
}

@test "notes and names that would break a format arrive whole" {
    local name='</script><b>"Bản" &amp; =1+1, Đỏ'
    printf 'hamlet_code,name,lat,lon\nH1,"%s",22.64,106.06\n' "${name//\"/\"\"}" >hamlets.csv
    "$LOMSONG" new own.sqlite --region vn --hamlets hamlets.csv
    "$LOMSONG" note own.sqlite H1 --decision covered --by 'A<b>' --reason 'x & <script>' --date 2025-10-01
    "$LOMSONG" publish own.sqlite own --also "$sinks" --lang en
    "$python" - own "$name" <<'END'
import sys
from osgeo import ogr
for path in ("survey_hamlet.geojson", "survey_hamlet.fgb", "survey_hamlet.shp"):
    source = ogr.Open(f"{sys.argv[1]}/{path}")
    row = source.GetLayer(0).GetNextFeature()
    assert row["hamlet"] == sys.argv[2], path
    assert row["note_why" if path.endswith("shp") else "noted_reason"] == "x & <script>", path
for path in ("survey.kml", "survey.kmz"):
    source = ogr.Open(f"{sys.argv[1]}/{path}")
    row = source.GetLayerByName("Hamlets").GetNextFeature()
    assert row["Name"] == "◇ " + sys.argv[2], (path, row["Name"])
    assert "<script>" not in row["description"] and "x &amp; &lt;script&gt;" in row["description"], path
END
}

@test "a sink nobody knows and a CRS nobody knows are usage errors that name them" {
    local row
    for row in "--also kml,red|red" "--crs EPSG:99999|99999" "--crs red|red" "--crs EPSG:|EPSG:" \
        "--crs 32648.5|32648.5" "--crs EPSG:5773|5773"; do
        # shellcheck disable=SC2086 # option and value
        run --separate-stderr -2 "$LOMSONG" publish work.sqlite bad ${row%|*}
        [[ $stderr == *"${row#*|}"* ]]
        [ ! -e bad ]
    done
}
