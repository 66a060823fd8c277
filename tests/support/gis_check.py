"""Compares survey.gpkg, the rasters and survey.qgs with the tables beside them."""

import csv
import json
import math
import os
import sys
import xml.etree.ElementTree as xml

import yaml
from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()


def table(out, name):
    with open(os.path.join(out, name), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def features(out, layer, where=None):
    source = ogr.Open(os.path.join(out, "survey.gpkg"))
    rows = source.GetLayerByName(layer)
    rows.SetAttributeFilter(where)
    for feature in rows:
        yield feature, feature.GetGeometryRef()


def text(feature, column):
    return feature.GetFieldAsString(column) if feature.IsFieldSetAndNotNull(column) else ""


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r}, expected {wanted!r}")


def same_rows(out, layer, name, keys, columns):
    """Every row of the table is a feature with the same texts, and there is no other."""
    rows = {tuple(row[key] for key in keys): row for row in table(out, name)}
    seen = set()
    for feature, _ in features(out, layer):
        key = tuple(text(feature, column) for column in keys)
        seen.add(key)
        for column in columns:
            expect(f"{layer} {key} {column}", text(feature, column), rows[key][column])
    expect(f"{layer} keys", seen, set(rows))


def check_layers(out):
    same_rows(out, "hamlet", "hamlets.csv", ["hamlet_code"],
              ["hamlet", "verdict", "centre", "clusters", "operators_pass", "best_operator",
               "bins", "bins_total", "samples", "first_utc", "last_utc", "rule_id"])
    same_rows(out, "commune", "communes.csv", ["code"],
              ["name", "hamlets", "covered", "depression", "no_signal", "not_enough_data"])
    same_rows(out, "bin", "bins.csv", ["bin_x", "bin_y", "mccmnc", "tech"],
              ["samples", "median_dbm", "p10_dbm", "no_level_samples", "no_service_samples"])
    check_best(out)
    check_tracks(out)


def check_best(out):
    """Under the rule that ships 4G and 5G SA count, with the same level."""
    best = {}
    for row in table(out, "bins.csv"):
        place = row["bin_x"], row["bin_y"]
        best.setdefault(place, [])
        if row["tech"] in ("LTE", "NR_SA") and row["median_dbm"]:
            best[place].append(int(row["median_dbm"]))
    seen = set()
    for feature, shape in features(out, "bin_best"):
        place = text(feature, "bin_x"), text(feature, "bin_y")
        seen.add(place)
        level = max(best[place], default="")
        expect(f"best of {place}", text(feature, "median_dbm"), str(level))
        expect(f"class of {place}", text(feature, "class").startswith("band_"), level != "")
        expect(f"area of {place}", shape.GetArea(), 2500.0)
    expect("places of bin_best", seen, set(best))


def check_tracks(out):
    with open(os.path.join(out, "manifest.json"), encoding="utf-8") as file:
        accepted = {log["sha256"]: log["accepted"] for log in json.load(file)["inputs"]}
    samples = dict.fromkeys(accepted, 0)
    squares = {(int(row["bin_x"]), int(row["bin_y"])) for row in table(out, "bins.csv")}
    for feature, lines in features(out, "track"):
        samples[text(feature, "sha256")] += feature.GetField("samples")
        for line in lines:
            for x, y in (line.GetPoint_2D(i) for i in range(line.GetPointCount())):
                expect(f"bin of track at {x} {y}",
                       (math.floor(x / 50), math.floor(y / 50)) in squares, True)
    expect("samples of tracks", samples, accepted)


def check_availability(out, rule_file):
    """The bins within the rule's radius of a centre, averaged again."""
    with open(rule_file, encoding="utf-8") as file:
        radius_m = yaml.safe_load(file)["centre_radius_m"]
    centres = {text(f, "hamlet_code"): (g.GetX(), g.GetY()) for f, g in features(out, "hamlet")}
    shares = {}
    for feature, _ in features(out, "bin", "availability IS NOT NULL"):
        key = feature.GetField("bin_x"), feature.GetField("bin_y")
        shares.setdefault(text(feature, "mccmnc"), {})[key] = feature.GetField("availability")
    compared = 0
    for row in table(out, "areas.csv"):
        if row["area_kind"] != "centre" or not row["availability"]:
            continue
        x, y = centres[row["hamlet_code"]]
        inside = [share for (i, j), share in shares[row["mccmnc"]].items()
                  if math.hypot((i + .5) * 50 - x, (j + .5) * 50 - y) <= radius_m]
        expect(f"bins of {row['area_code']} {row['mccmnc']}", str(len(inside)), row["bins"])
        got = sum(inside) / len(inside)
        if abs(got - float(row["availability"])) > 1e-6:
            sys.exit(f"availability of {row['area_code']} {row['mccmnc']}: {got}, "
                     f"expected {row['availability']}")
        compared += 1
    expect("areas compared", compared > 30, True)


def pixels(path, size_m=50):
    """The values of a raster by bin."""
    source = gdal.Open(path)
    west, width, _, north, _, height = source.GetGeoTransform()
    expect(f"pixel of {path}", (width, height), (size_m, -size_m))
    band = source.GetRasterBand(1)
    values = band.ReadAsArray()
    found = {}
    for (row, column), value in ((at, values[at]) for at in zip(*(values != band.GetNoDataValue()).nonzero())):
        found[round(west / size_m) + int(column), round(north / size_m) - 1 - int(row)] = float(value)
    return found


def check_rasters(out):
    levels, shares = {}, {}
    for feature, _ in features(out, "bin"):
        place = feature.GetField("bin_x"), feature.GetField("bin_y")
        operator, tech = text(feature, "mccmnc"), text(feature, "tech")
        if text(feature, "median_dbm"):
            levels.setdefault(f"coverage_{operator}_{tech}.tif", {})[place] = feature.GetField("median_dbm")
        if text(feature, "availability"):
            shares.setdefault(f"availability_{operator}.tif", {})[place] = feature.GetField("availability")
    for name, bins in {**levels, **shares}.items():
        found = pixels(os.path.join(out, name))
        expect(f"bins of {name}", set(found), set(bins))
        for place, value in bins.items():
            if abs(found[place] - value) > 1e-6:
                sys.exit(f"{name} {place}: {found[place]}, expected {value}")
    rasters = {name for name in os.listdir(out) if name.endswith(".tif")}
    expect("rasters", rasters, set(levels) | set(shares))


def check_project(out):
    root = xml.parse(os.path.join(out, "survey.qgs")).getroot()
    sources = [layer.findtext("datasource") for layer in root.iter("maplayer")]
    files = {source.split("|")[0] for source in sources}
    for file in files:
        expect(f"{file} is there", os.path.exists(os.path.join(out, file)), True)
    rasters = {"./" + name for name in os.listdir(out) if name.endswith(".tif")}
    expect("files of the project", files, rasters | {"./survey.gpkg"})
    names = {part[len("layername="):] for source in sources for part in source.split("|")
             if part.startswith("layername=")}
    expect("layers of the project", names,
           {"hamlet", "test_area", "commune", "track", "bin", "bin_best"})
    expect("layouts", [layout.get("name") for layout in root.iter("Layout")], ["A4", "A3"])


checks = {"layers": check_layers, "availability": check_availability,
          "rasters": check_rasters, "project": check_project}
checks[sys.argv[1]](*sys.argv[2:])
