"""A later campaign made of an earlier one: later.py ALL.csv HAMLETS.geojson CODE=WHAT,...

Writes the rows of a CSV of lomsong 300 days later. Within 900 m of a hamlet named all operators
have LTE at WHAT dBm, "none" no service, "half" service at every other reading.
"""

import csv
import json
import math
import sys

DAYS_MS = 300 * 86400000
REACH_M = 900


def metres(row, point):
    x_m = (float(row["lon_deg"]) - point[0]) * 111320 * math.cos(math.radians(point[1]))
    return math.hypot(x_m, (float(row["lat_deg"]) - point[1]) * 110750)


def change(row, what, index):
    for name in row:
        if name.endswith(("_dbm", "_db")):
            row[name] = ""
    if what == "half":
        what = "-70" if index // 4 % 2 else "none"
    if what == "none":
        row["state"], row["tech"] = "no_service", ""
    else:
        row["state"], row["tech"], row["rsrp_dbm"] = "in_service", "LTE", what


source, hamlets, wishes = sys.argv[1:]
with open(hamlets, encoding="utf-8") as file:
    points = {f["properties"]["hamlet_code"]: f["geometry"]["coordinates"]
              for f in json.load(file)["features"]}
wishes = [wish.split("=") for wish in wishes.split(",") if wish]
with open(source, encoding="utf-8-sig", newline="") as file:
    rows = csv.DictReader(file)
    out = csv.DictWriter(sys.stdout, rows.fieldnames, lineterminator="\n")
    out.writeheader()
    for number, line in enumerate(rows):
        line["t_utc_ms"] = int(line["t_utc_ms"]) + DAYS_MS
        for code, what in wishes:
            if metres(line, points[code]) < REACH_M:
                change(line, what, number)
        out.writerow(line)
