"""map_numbers.py DIR: the numbers in map.html are those of the tables beside it."""

import csv
import pathlib
import sys

from map_data import BROADBAND, load

out = pathlib.Path(sys.argv[1])
survey = load(out / "map.html")
compared = 0


def table(name):
    with open(out / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def same(what, shown, told):
    """`told`: the text of the table, "" for what is missing."""
    global compared
    compared += 1
    if isinstance(shown, float):
        shown = f"{shown:.6f}"
    shown = "" if shown is None else str(shown)
    if shown != told:
        sys.exit(f"{what}: {shown!r} on the map, {told!r} in the table")


def check_hamlets():
    rows = {row["hamlet_code"]: row for row in table("hamlets.csv")}
    assert sorted(rows) == [hamlet["code"] for hamlet in survey["hamlets"]]
    for hamlet in survey["hamlets"]:
        row = rows[hamlet["code"]]
        for key, column in (("name", "hamlet"), ("verdict", "verdict"), ("households", "households"),
                            ("electricity", "electricity"), ("difficult", "difficult")):
            same(f"{hamlet['code']} {key}", hamlet[key], row[column])
        same(f"{hamlet['code']} commune", hamlet["commune"]["code"], row["commune_code"])
        same(f"{hamlet['code']} commune", hamlet["commune"]["name"], row["commune"])
        lat, lon = hamlet["at"] or (None, None)
        same(f"{hamlet['code']} latitude", lat, row["lat_deg"])
        same(f"{hamlet['code']} longitude", lon, row["lon_deg"])
        word = hamlet["notes"][-1] if hamlet["notes"] else {"decision": "", "by": "", "reason": ""}
        same(f"{hamlet['code']} note", word["decision"], row["noted_verdict"])
        if word["decision"]:
            same(f"{hamlet['code']} note", word["reason"], row["noted_reason"])


def check_areas():
    rows = table("areas.csv")
    areas = {(hamlet["code"], area["code"], area["kind"]): area
             for hamlet in survey["hamlets"] for area in hamlet["areas"]}
    for row in rows:
        area = areas[row["hamlet_code"], row["area_code"], row["area_kind"]]
        shown = next(one for one in area["operators"] if one["mccmnc"] == row["mccmnc"])
        where = f"{row['area_code']} {row['mccmnc']} "
        same(where + "bins_total", area["bins_total"], row["bins_total"])
        for key in ("result", "availability", "availability_low", "availability_high", "bins",
                    "samples", "no_service_samples", "median_dbm", "p10_dbm",
                    *(key for key, _ in BROADBAND)):
            same(where + key, shown[key], row[key])
        same(where + "effective_n", f"{shown['effective_n']:.2f}",
             f"{float(row['effective_n'] or 0):.2f}")
    assert len(rows) == sum(len(area["operators"]) for area in areas.values())


def check_bins():
    rows = {(row["bin_x"], row["bin_y"], row["mccmnc"], row["tech"]): row for row in table("bins.csv")}
    assert len(rows) == len(survey["bins"])
    nodes, step = survey["lattice"]["nodes"], survey["lattice"]["step_bins"]
    for shown in survey["bins"]:
        row = rows[str(shown["bin_x"]), str(shown["bin_y"]), shown["mccmnc"], shown["tech"]]
        where = f"bin {row['bin_x']}, {row['bin_y']} {row['mccmnc']} {row['tech']} "
        for key in ("samples", "median_dbm", "no_level_samples", "no_service_samples"):
            same(where + key, shown[key], row[key])
        # the middle, as the page interpolates it
        i, j = shown["bin_x"] // step, shown["bin_y"] // step
        u, v = (shown["bin_x"] + 0.5) / step - i, (shown["bin_y"] + 0.5) / step - j
        for axis, column in enumerate(("lat_deg", "lon_deg")):
            at = sum(weight * nodes[i + di, j + dj][axis] for di, dj, weight in (
                (0, 0, (1 - u) * (1 - v)), (1, 0, u * (1 - v)), (1, 1, u * v), (0, 1, (1 - u) * v)))
            if abs(at - float(row[column])) > 1.5e-6:
                sys.exit(f"{where}{column}: {at} on the map, {row[column]} in the table")


def check_counts():
    for verdict in survey["verdicts"]:
        ours = [hamlet for hamlet in survey["hamlets"] if hamlet["verdict"] == verdict]
        assert survey["counts"]["hamlets"][verdict] == len(ours)
        assert survey["counts"]["households"][verdict] == sum(h["households"] or 0 for h in ours)
        assert survey["counts"]["no_electricity"][verdict] == sum(
            h["electricity"] == "no" for h in ours)


check_hamlets()
check_areas()
check_bins()
check_counts()
print(f"{compared} numbers and names are the same")
