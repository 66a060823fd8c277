#!/usr/bin/python3
"""Damage good files in many ways and survey with each: damage.py LOMSONG DIR [COUNT [SEED]]

Two hamlets whose truth is known: every row taken in H1 has a good level, every row in H2 no
service, of all four operators. Whatever is done to a file, the analyzer must end by itself,
within PATIENCE_S, with "done" or "input unusable", must name a file that it refuses, and must say
of each hamlet the truth or that there is not enough data. The same seed damages alike.
"""
import csv
import gzip
import json
import math
import os
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import time

import app_logs

PATIENCE_S = 60  # 5 s are meant; a loaded machine may take its time
TRUTH = {"H1": "covered", "H2": "no_signal"}
H1_ALONE = ("viettel.txt", "survey.csv", "tower.csv", "rtr.csv", "points.kml", "survey.gpkg")
HAMLETS = {"H1": (22.60, 106.10), "H2": (22.65, 106.15)}
OPERATORS = ("45201", "45202", "45204", "45205")
T0_MS = 1758000000000
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def samples():
    """(time, lat, lon, operator, level or None): five loops around each hamlet."""
    t_ms = T0_MS
    for code, (lat, lon) in HAMLETS.items():
        for ring_m in (20, 55, 90, 120, 145):
            steps = max(8, int(2 * math.pi * ring_m / 18))
            for i in range(steps):
                angle = 2 * math.pi * i / steps
                for k, operator in enumerate(OPERATORS):
                    t_ms += 1000
                    yield (t_ms, lat + ring_m * math.cos(angle) / 111320,
                           lon + ring_m * math.sin(angle) / 102700, operator,
                           -80 - (i + k) % 17 if code == "H1" else None)


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def make_lomsong(path, delimiter=",", end="\n"):
    lines = ["t_utc_ms lat_deg lon_deg mccmnc tech state rsrp_dbm".replace(" ", delimiter)]
    for t_ms, lat, lon, operator, level in samples():
        fields = [str(t_ms), "%.6f" % lat, "%.6f" % lon, operator, "LTE" if level else "",
                  "in_service" if level else "no_service", str(level or "")]
        lines.append(delimiter.join(fields))
    write(path, end.join(lines) + end)


def make_gnettrack(path):
    """H1 only by one operator, and no verdict but that there is not enough data."""
    lines = ["Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tNetworkTech\tLevel\tQual\tSNR\t"]
    for t_ms, lat, lon, operator, level in samples():
        if operator == "45204":
            when = time.strftime("%Y.%m.%d_%H.%M.%S", time.gmtime(t_ms / 1000 + 7 * 3600))
            lines.append("\t".join([when, "%.6f" % lon, "%.6f" % lat] + (
                ["Viettel", operator, "4G", str(level), "-9", "7.0"] if level else
                ["NO_COVERAGE", "", "--", "-200", "-", "-"])) + "\t")
    write(path, "\n".join(lines) + "\n")


def make_app_logs(folder):
    """H1 alone: what these apps write where there is no service is nothing."""
    rows = [{"t_ms": t_ms, "lat": lat, "lon": lon, "operator": operator, "tech": "LTE", "state": "in_service",
             "level": level} for t_ms, lat, lon, operator, level in samples() if level]
    for name, make in (("survey.csv", app_logs.network_survey), ("tower.csv", app_logs.tower_collector),
                       ("rtr.csv", app_logs.rtr), ("points.kml", app_logs.gnettrack_kml)):
        write(os.path.join(folder, name), make(rows))
    app_logs.network_survey_gpkg(rows, os.path.join(folder, "survey.gpkg"))


def make_triplog(path):
    with open(os.path.join(ROOT, "lib", "schema.sql"), encoding="utf-8") as file:
        schema = re.split(r"^-- section: (\w+)$", file.read(), flags=re.M)
    db = sqlite3.connect(path)
    for section in ("geopackage", "trip_log"):
        db.executescript(schema[schema.index(section) + 1])
    db.execute("INSERT INTO trip (trip_uuid, schema_version, started_utc_ms, utc_offset_s)"
               " VALUES ('0a1b', 2, ?, 25200)", (T0_MS,))
    for i, operator in enumerate(OPERATORS):
        db.execute("INSERT INTO modem (modem_id, sim_mccmnc) VALUES (?, ?)", (i + 1, operator))
    geometry = db.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()[0]
    for t_ms, lat, lon, operator, level in samples():
        blob = b"GP\x00\x01" + struct.pack("<i", 4326) + struct.pack("<bIdd", 1, 1, lon, lat)
        db.execute("INSERT INTO sample (modem_id, t_utc_ms, t_mono_ms, boot_id, state, tech, mcc, mnc,"
                   " rsrp_dbm, fix_mode, %s) VALUES (?, ?, ?, 'b', ?, ?, ?, ?, ?, 3, ?)" % geometry,
                   (OPERATORS.index(operator) + 1, t_ms, t_ms - T0_MS,
                    "in_service" if level else "no_service", "LTE" if level else None,
                    operator[:3], operator[3:], level, blob))
    db.commit()
    db.close()


def make_places(folder):
    write(os.path.join(folder, "hamlets.csv"), "hamlet_code,name,lat,lon\n" + "".join(
        "%s,Bản %s,%s,%s\n" % (code, code, lat, lon) for code, (lat, lon) in HAMLETS.items()))
    write(os.path.join(folder, "hamlets.geojson"), json.dumps(
        {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"hamlet_code": code, "name": "Bản " + code},
             "geometry": {"type": "Point", "coordinates": [lon, lat]}}
            for code, (lat, lon) in HAMLETS.items()]}, ensure_ascii=False))


def make_good(folder):
    def path(name):
        return os.path.join(folder, name)

    make_places(folder)
    make_lomsong(path("log.csv"))
    make_lomsong(path("semicolons.csv"), ";", "\r\n")
    make_gnettrack(path("viettel.txt"))
    make_triplog(path("trip.gpkg"))
    make_app_logs(folder)
    with open(path("log.csv"), encoding="utf-8") as file:
        text = file.read()
    with open(path("wide.csv"), "wb") as file:
        file.write(text.encode("utf-16"))
    with gzip.GzipFile(path("log.csv.gz"), "wb", mtime=0) as file:
        file.write(text.encode())


# ---- Damage: bytes in, bytes out ----------------------------------------------------------------

def truncate(data, rng):
    return data[:rng.randrange(len(data))]


def flip_bits(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 3, 10, 100))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def overwrite(data, rng):
    at = rng.randrange(len(data))
    size = rng.choice((16, 512, 4096))
    return data[:at] + rng.randbytes(min(size, len(data) - at)) + data[at + size:]


def zero_out(data, rng):
    at = rng.randrange(len(data))
    size = rng.choice((1, 100, 5000))
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size:]


def cut_out(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.choice((1, 7, 700, 4096)):]


def double_part(data, rng):
    at, size = rng.randrange(len(data)), rng.choice((1, 50, 3000))
    return data[:at + size] + data[at:]


def swap_columns(data, rng):
    """Two columns change places below a header that does not."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    delimiter = max(",;\t", key=lines[0].count)
    a, b = rng.sample(range(max(2, lines[0].count(delimiter) + 1)), 2)
    for i, line in enumerate(lines[1:], 1):
        fields = line.split(delimiter)
        if max(a, b) < len(fields):
            fields[a], fields[b] = fields[b], fields[a]
        lines[i] = delimiter.join(fields)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def open_quote(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + b'"' + data[at:]


DAMAGES = (truncate, flip_bits, overwrite, zero_out, cut_out, double_part, swap_columns, open_quote)
EXTENSIONS = (".csv", ".gpkg", ".txt", ".geojson", ".gz", ".xlsx", "")


def damage(good, folder, count, seed):
    """`count` damaged files, as (path, what it was)."""
    names = sorted(os.listdir(good))
    made = []
    for i in range(count):
        rng = random.Random(seed * 1000003 + i)
        name = names[i % len(names)]
        how = DAMAGES[i // len(names) % len(DAMAGES)]
        if how is swap_columns and (b"\0" in open(os.path.join(good, name), "rb").read()
                                    or name.endswith((".gz", ".geojson"))):
            how = flip_bits
        with open(os.path.join(good, name), "rb") as file:
            data = how(file.read(), rng)
        stem, extension = os.path.splitext(name)
        if i % 5 == 4:
            extension = rng.choice(EXTENSIONS)
        path = os.path.join(folder, "%03d-%s-%s%s" % (i, how.__name__, stem, extension))
        with open(path, "wb") as file:
            file.write(data)
        made.append((path, name))
    return made


# ---- The check ----------------------------------------------------------------------------------

class Check:
    def __init__(self, lomsong, folder):
        self.lomsong, self.folder = lomsong, folder
        self.good = os.path.join(folder, "good")
        self.faults = []
        self.refused = self.slowest_s = 0

    def survey(self, hamlets, log):
        out = os.path.join(self.folder, "out")
        shutil.rmtree(out, ignore_errors=True)
        began = time.monotonic()
        done = subprocess.run([self.lomsong, "survey", out, "--region", "vn", "--lang", "en",
                               "--only", "hamlets", "--hamlets", hamlets, log],
                              capture_output=True, timeout=PATIENCE_S, check=False)
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        return done, os.path.join(out, "hamlets.csv")

    def verdicts(self, table):
        with open(table, encoding="utf-8-sig", newline="") as file:
            return {row["hamlet_code"]: row["verdict"] for row in csv.DictReader(file)}

    def one(self, path, was):
        hamlets, log = os.path.join(self.good, "hamlets.csv"), os.path.join(self.good, "log.csv")
        if was.startswith("hamlets"):
            hamlets = path
        else:
            log = path
        try:
            done, table = self.survey(hamlets, log)
        except subprocess.TimeoutExpired:
            self.faults.append("%s: did not end" % path)
            return
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode == 3:
            self.refused += 1
            if os.path.basename(path) not in said:
                self.faults.append("%s: refused without a name: %s" % (path, said))
        elif done.returncode == 0:
            # a place whose name, code or position was damaged is another place
            same_places = hamlets != path
            for code, verdict in self.verdicts(table).items():
                allowed = (TRUTH[code],) if same_places and code in TRUTH else TRUTH.values()
                if verdict not in allowed and verdict != "not_enough_data":
                    self.faults.append("%s: %s is %s" % (path, code, verdict))
        else:
            self.faults.append("%s: exit code %d: %s" % (path, done.returncode, said))

    def good_ones(self):
        """The truth must be found where nothing is damaged, or nothing is proved."""
        for name in sorted(os.listdir(self.good)):
            places, log = (name, "log.csv") if name.startswith("hamlets") else ("hamlets.csv", name)
            done, table = self.survey(os.path.join(self.good, places),
                                      os.path.join(self.good, log))
            found = self.verdicts(table) if done.returncode == 0 else done.stderr.decode()
            expected = dict(TRUTH, H2="not_enough_data") if name in H1_ALONE else TRUTH
            if found != expected:
                self.faults.append("good/%s: %s" % (name, found))


def main(lomsong, folder, count=200, seed=1):
    good = os.path.join(folder, "good")
    bad = os.path.join(folder, "bad")
    for path in (good, bad):
        os.makedirs(path, exist_ok=True)
    make_good(good)
    check = Check(lomsong, folder)
    check.good_ones()
    for path, was in damage(good, bad, int(count), int(seed)):
        check.one(path, was)
    for fault in check.faults:
        print(fault)
    print("%d damaged files: %d refused by name, %d faults, slowest %.1f s"
          % (int(count), check.refused, len(check.faults), check.slowest_s))
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
