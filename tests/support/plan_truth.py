#!/usr/bin/python3
"""Walks a plan in a made-up country: plan_truth.py PLAN.gpkg TRUTH DAY OUT

A log of what a technician would measure who visits the wanted bins of every hamlet that can be
settled, in the order of the walk, with the samples asked for. TRUTH says what is there:
  pass       every operator everywhere
  fail       nobody anywhere
  operators  each operator in each hamlet everywhere or nowhere
  SHARE      a bin of an operator passes with this probability, such as 0.97
  edge       the north of a hamlet passes, the south does not
OUT is a CSV, or, where it ends in .gpkg, a trip log with the tables of lib/schema.sql.
Prints the number of bins visited."""
import csv
import datetime
import hashlib
import os
import re
import sqlite3
import struct
import sys

COLUMNS = ["t_utc", "lat_deg", "lon_deg", "mccmnc", "state", "tech", "level_dbm"]


def chance(*what):
    """Always the same number from 0 to 1 for the same thing."""
    digest = hashlib.sha256("|".join(map(str, what)).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2 ** 32


def is_served(truth, hamlet, operator, bin_xy, is_north):
    if truth in ("pass", "fail"):
        return truth == "pass"
    if truth == "operators":
        return chance(hamlet, operator) < 0.4
    if truth == "edge":
        return is_north
    return chance(operator, *bin_xy) < float(truth)


def middle(polygon):
    """Of a square in StandardGeoPackageBinary without an envelope: header 8, WKB 5 + 4 + 4."""
    corners = [struct.unpack_from("<dd", polygon, 21 + 16 * i) for i in range(4)]
    return sum(c[1] for c in corners) / 4, sum(c[0] for c in corners) / 4


def walk(plan, truth, day):
    """The rows of COLUMNS, and the number of bins."""
    db = sqlite3.connect("file:%s?mode=ro" % plan, uri=True)
    clock = datetime.datetime.fromisoformat(day + "T01:00:00+00:00")
    operators = [row[0] for row in db.execute("SELECT DISTINCT mccmnc FROM plan_need ORDER BY 1")]
    visits = db.execute(
        "SELECT a.hamlet_code, b.bin_x, b.bin_y, b.geom, b.samples_each, h.geom FROM plan_bin b"
        " JOIN plan_area a USING (area_code) JOIN plan_hamlet h USING (hamlet_code)"
        " WHERE h.possible ORDER BY a.hamlet_code, a.area_number, b.walk").fetchall()
    rows = []
    for hamlet, bin_x, bin_y, square, samples, point in visits:
        lat, lon = middle(square)
        is_north = lat > struct.unpack_from("<dd", point, 13)[1]
        for i in range(samples):
            clock += datetime.timedelta(seconds=1)
            for operator in operators:
                served = is_served(truth, hamlet, operator, (bin_x, bin_y), is_north)
                rows.append((clock, lat, lon, operator, "in_service" if served else "no_service",
                             "LTE" if served else None,
                             -80 - (bin_x + bin_y + i) % 20 if served else None))
    return rows, len(visits)


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        log = csv.writer(file)
        log.writerow(COLUMNS)
        for clock, lat, lon, *rest in rows:
            log.writerow([clock.strftime("%Y-%m-%dT%H:%M:%SZ"), "%.7f" % lat, "%.7f" % lon, *rest])


def write_trip(path, rows, day):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(root, "lib", "schema.sql"), encoding="utf-8") as file:
        schema = re.split(r"^-- section: (\w+)$", file.read(), flags=re.M)
    db = sqlite3.connect(path)
    for section in ("geopackage", "trip_log"):
        db.executescript(schema[schema.index(section) + 1])
    db.execute("INSERT INTO trip (trip_uuid, schema_version, started_utc_ms, utc_offset_s)"
               " VALUES ('00000000-0000-4000-8000-0000' || replace(?, '-', ''), 2, 0, 25200)", (day,))
    modems = {operator: i for i, operator in enumerate(sorted({row[3] for row in rows}), 1)}
    db.executemany("INSERT INTO modem (modem_id, sim_mccmnc) VALUES (?, ?)",
                   [(i, operator) for operator, i in modems.items()])
    for clock, lat, lon, operator, state, tech, level in rows:
        blob = b"GP\x00\x01" + struct.pack("<i", 4326) + struct.pack("<bIdd", 1, 1, lon, lat)
        t_ms = round(clock.timestamp() * 1000)
        db.execute("INSERT INTO sample (geom, modem_id, t_utc_ms, t_mono_ms, boot_id, state, tech, mcc,"
                   " mnc, rsrp_dbm, fix_mode) VALUES (?, ?, ?, ?, 'b', ?, ?, ?, ?, ?, 3)",
                   (blob, modems[operator], t_ms, t_ms, state, tech, operator[:3], operator[3:], level))
    db.commit()
    db.close()


def main():
    plan, truth, day, out = sys.argv[1:]
    rows, bins = walk(plan, truth, day)
    if out.endswith(".gpkg"):
        write_trip(out, rows, day)
    else:
        write_csv(out, rows)
    print(bins)


if __name__ == "__main__":
    main()
