#!/usr/bin/python3
"""Recompute a survey's tables from its logs, by brute force, to check the analyzer against.

    recompute.py OUTDIR --hamlets F [--clusters F] [--communes F] --rule FILE [--region R]
                 [--mccmnc C] [--utc-offset HH:MM] [--map ours=theirs,...] [--bin-size M] INPUT...

Writes hamlets.csv, areas.csv, bins.csv, communes.csv, provinces.csv and counts.json to OUTDIR.
Shares no code with the analyzer: projection by pyproj, polygons by shapely, everything else in
plain Python over a list of samples. Clarity goes before speed; use it on small surveys.

Needs python3-pyproj, python3-shapely, python3-yaml and python3-gdal.
"""
import argparse
import collections
import csv
import datetime
import gzip
import io
import json
import math
import os
import re
import sqlite3
import statistics
import struct
import sys
import tempfile
import time

import pyproj
import shapely.geometry
import shapely.ops
import shapely.wkb
import yaml
from osgeo import ogr, osr

ogr.UseExceptions()
osr.UseExceptions()

EPSILON = 1e-9
DAY_MS = 86400000
YEAR_2000_MS = 946684800000
# Unix times below this are seconds, above it milliseconds (as milliseconds: March 1973).
SECONDS_BELOW = 1e11

MAX_ACC_M = 50.0
MAX_FIX_AGE_MS = 5000.0
MAX_LEVEL_AGE_MS = 5000.0
# How far in time a sample may be that gives an active test its place.
PROBE_REACH_MS = 5000
PROBE_VALUES = {"http_get": "rate_kbps", "http_put": "rate_kbps", "ping": "rtt_ms"}

REASONS = ["malformed", "no_time", "no_position", "poor_accuracy", "stale_fix", "duplicate",
           "not_evidence", "stale_level"]
EVIDENCE = ("in_service", "limited", "no_service")
STATES = EVIDENCE + ("radio_off", "unknown")

# technology -> (column of its level, lowest, highest dBm)
LEVELS = {
    "GSM": ("rxlev_dbm", -113.0, -47.0),
    "WCDMA": ("rscp_dbm", -120.0, -25.0),
    "LTE": ("rsrp_dbm", -140.0, -43.0),
    "NR_SA": ("ss_rsrp_dbm", -156.0, -31.0),
    "NR_NSA": ("ss_rsrp_dbm", -156.0, -31.0),
}
LEVEL_COLUMNS = ("rsrp_dbm", "rscp_dbm", "rxlev_dbm", "ss_rsrp_dbm")
# A row without a technology gets that of the first level it has.
TECH_OF_LEVEL = {"rsrp_dbm": "LTE", "rscp_dbm": "WCDMA", "rxlev_dbm": "GSM", "ss_rsrp_dbm": "NR_SA"}

TECH_NAMES = {
    "GSM": "GSM", "2G": "GSM", "GPRS": "GSM", "EDGE": "GSM", "EGPRS": "GSM",
    "WCDMA": "WCDMA", "UMTS": "WCDMA", "3G": "WCDMA", "HSPA": "WCDMA", "HSPA+": "WCDMA",
    "HSDPA": "WCDMA", "HSUPA": "WCDMA",
    "NR-SA": "NR_SA", "NR-NSA": "NR_NSA",
    "LTE": "LTE", "4G": "LTE", "LTE_CA": "LTE", "LTE-A": "LTE", "LTE+": "LTE",
    "NR_SA": "NR_SA", "NR_NSA": "NR_NSA", "NR": "NR", "5G": "NR",
}

BROADBAND = {"3g4g": {"WCDMA", "LTE", "NR_NSA"}, "5g": {"NR_SA", "NR_NSA"}}

# region -> local time and the names of its operators
REGIONS = {
    "vn": {"utc_offset_s": 7 * 3600,
           "operators": {"45201": "MobiFone", "45202": "VinaPhone", "45204": "Viettel",
                         "45205": "Vietnamobile", "45207": "Gmobile"}},
}

# PROJ's operation "VN-2000 to WGS 84 (2)", inverted, then UTM (projinfo -s EPSG:4326 -t EPSG:3405).
VN2000_PIPELINE = """
+proj=pipeline
+step +proj=unitconvert +xy_in=deg +xy_out=rad
+step +proj=push +v_3
+step +proj=cart +ellps=WGS84
+step +inv +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835
      +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278
      +convention=coordinate_frame
+step +inv +proj=cart +ellps=WGS84
+step +proj=pop +v_3
+step +proj=utm +zone={zone} +ellps=WGS84
"""


class Malformed(Exception):
    """The row cannot be parsed."""


class Row:
    """One row of a log as it was read; None is missing."""

    def __init__(self, identity):
        self.identity = identity      # what two rows must share to be duplicates
        self.malformed = False
        self.speed_mps = None         # these two of lomsong's own formats only
        self.reading = None
        self.sample_id = None         # these two in trip logs only
        self.modem_id = None
        self.t_utc_ms = None
        self.utc_offset_s = None      # only where the log says it
        self.lat_deg = None
        self.lon_deg = None
        self.has_fix = True
        self.acc_m = None
        self.fix_age_ms = None
        self.level_age_ms = None
        self.state = "unknown"
        self.tech = None              # a key of LEVELS or None
        self.mccmnc = None
        self.levels = {}              # column -> dBm as read
        self.offset_db = 0.0          # what the mounting of the modem adds to them


class Sample:
    """An accepted row: where, when, whose, and what was seen."""

    def __init__(self, row, default_offset_s):
        offset_s = default_offset_s if row.utc_offset_s is None else row.utc_offset_s
        self.t_utc_ms = row.t_utc_ms
        self.day = (row.t_utc_ms + offset_s * 1000) // DAY_MS
        self.lat_deg, self.lon_deg = row.lat_deg, row.lon_deg
        self.bin = None
        self.mccmnc = row.mccmnc
        self.in_service = row.state == "in_service"
        self.tech = row.tech if self.in_service else None
        # technology -> rounded level, None where blank; NR_NSA counts as LTE by its anchor, too
        self.tallied = {}
        self.corrected = self.in_service and row.offset_db != 0
        if self.in_service and self.tech:
            self.tallied[self.tech] = usable_level(row, self.tech)
            if self.tech == "NR_NSA":
                self.tallied["LTE"] = usable_level(row, "LTE")

    @property
    def blanks(self):
        return sum(level is None for level in self.tallied.values())

    @property
    def judged(self):
        """(technology, level) by which the rule looks at the sample, None without one."""
        if not self.tallied:
            return None
        tech = "LTE" if self.tech == "NR_NSA" else self.tech
        return tech, self.tallied[tech]


class Probe:
    """An active test; place_probes() finds where it was."""

    def __init__(self, record):
        names = record.keys()
        self.kind = record["kind"]
        self.counts = self.kind in PROBE_VALUES and record["result"] != "void"
        self.ok = record["result"] == "ok"
        column = PROBE_VALUES.get(self.kind)
        value = record[column] if column in names else None
        self.value = None if value is None else round_half_away(value)
        self.modem_id, self.sample_id = record["modem_id"], record["sample_id"]
        self.t_utc_ms = record["t_utc_ms"]
        self.lat_deg = self.lon_deg = self.day = self.mccmnc = self.bin = None

    def take_place(self, row, default_offset_s):
        offset_s = default_offset_s if row.utc_offset_s is None else row.utc_offset_s
        self.lat_deg, self.lon_deg = row.lat_deg, row.lon_deg
        self.day = (row.t_utc_ms + offset_s * 1000) // DAY_MS
        self.mccmnc = row.mccmnc


def place_probes(probes, rows, reasons, options):
    """The tests that count, each where its own or the nearest well-placed sample was."""
    usable = [row for row, reason in zip(rows, reasons)
              if reason in (None, "duplicate", "not_evidence", "stale_level")]
    placed = []
    for probe in probes:
        own = [row for row in usable if row.sample_id == probe.sample_id]
        near = [row for row in usable
                if row.modem_id == probe.modem_id and probe.t_utc_ms is not None
                and abs(row.t_utc_ms - probe.t_utc_ms) <= PROBE_REACH_MS]
        near.sort(key=lambda row: (abs(row.t_utc_ms - probe.t_utc_ms), row.t_utc_ms,
                                   row.sample_id))
        if probe.counts and (own or near):
            probe.take_place((own + near)[0], options.utc_offset_s)
            placed.append(probe)
    return placed


def usable_level(row, tech):
    column, lowest, highest = LEVELS[tech]
    level = row.levels.get(column)
    if level is None or not lowest <= level <= highest:
        return None
    corrected = level + row.offset_db
    return round_half_away(min(highest, max(lowest, corrected)))


def round_half_away(value):
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


# ---- Fields -------------------------------------------------------------------------------------

NUMBER = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|infinity|nan)", re.I)
ISO_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)([.,]\d+)?)?"
                      r"(Z|[+-]\d\d(?::?\d\d)?)?", re.I)
GNETTRACK_TIME = re.compile(r"(\d{4})\.(\d\d)\.(\d\d)_(\d\d)\.(\d\d)\.(\d\d)")


def number(text):
    """None for an empty field, Malformed for what is no number."""
    if text is None or text == "":
        return None
    if not NUMBER.fullmatch(text.strip(" ")):
        raise Malformed
    return float(text)


def calendar_ms(parts):
    try:
        moment = datetime.datetime(*parts, tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Malformed from None
    return int(moment.timestamp()) * 1000


def parse_time(text, default_offset_s):
    """Text to (UTC milliseconds, explicit offset or None)."""
    if not text:
        return None, None
    if NUMBER.fullmatch(text):
        value = float(text)
        if not math.isfinite(value):
            return None, None
        return int(value if abs(value) >= SECONDS_BELOW else value * 1000), None
    match = ISO_TIME.fullmatch(text)
    if not match:
        raise Malformed
    local_ms = calendar_ms([int(part or 0) for part in match.groups()[:6]])
    if match.group(7):
        local_ms += int((match.group(7)[1:] + "000")[:3])
    zone = match.group(8)
    if zone is None:
        return local_ms - default_offset_s * 1000, None
    if zone in "Zz":
        return local_ms, None
    offset_s = int(zone[1:3]) * 3600 + int(zone[3:].lstrip(":") or 0) * 60
    offset_s = -offset_s if zone[0] == "-" else offset_s
    return local_ms - offset_s * 1000, offset_s


def parse_gnettrack_time(text, default_offset_s):
    if not text:
        return None
    match = GNETTRACK_TIME.fullmatch(text)
    if not match:
        raise Malformed
    return calendar_ms([int(part) for part in match.groups()]) - default_offset_s * 1000


# ---- Formats ------------------------------------------------------------------------------------

class Table:
    """The lines of a delimited text log, fields chosen by the header's names."""

    def __init__(self, data, delimiter):
        text = data.decode("utf-8-sig", "surrogateescape")
        lines = [line[:-1] if line.endswith("\r") else line for line in text.split("\n")]
        lines = [line for line in lines if line]
        self.delimiter = delimiter
        self.lines = lines[1:]
        self.header = self.split(lines[0])
        if self.header[-1] == "":
            self.header.pop()

    def split(self, line):
        if self.delimiter == "\t":
            return line.split("\t")
        return next(csv.reader([line], delimiter=self.delimiter))

    def fields(self, line):
        """Name -> text, Malformed on a wrong field count."""
        values = self.split(line)
        if len(values) == len(self.header) + 1 and values[-1] == "":
            values.pop()
        if len(values) != len(self.header):
            raise Malformed
        return dict(zip(self.header, values))


def read_table(table, parse):
    """Rows of a table; `parse` fills a Row from the fields or raises Malformed."""
    rows = []
    for line in table.lines:
        row = Row(line)
        try:
            parse(row, table.fields(line))
        except Malformed:
            row.malformed = True
        rows.append(row)
    return rows


READING_COLUMNS = ("rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm", "rscp_dbm", "ecno_db", "rxlev_dbm",
                   "ss_rsrp_dbm", "ss_rsrq_db", "ss_sinr_db")
NUMERIC_COLUMNS = ("lat_deg", "lon_deg", "acc_h95_m", "fix_age_ms", "fix_mode", "level_age_ms",
                   "rsrp_dbm", "rscp_dbm", "rxlev_dbm", "ss_rsrp_dbm", "level_dbm", "rsrq_db",
                   "sinr_db", "rssi_dbm", "ecno_db", "ss_rsrq_db", "ss_sinr_db", "hdop", "alt_m",
                   "speed_mps", "course_deg", "satellites")
ALIASES = {"lat": "lat_deg", "lon": "lon_deg", "acc": "acc_h95_m", "operator": "mccmnc"}
TIME_COLUMNS = ("t_utc_ms", "t_utc", "ts")


def rename_columns(header, mapping):
    """--map first, then the aliases; a mapped column loses its own meaning."""
    taken = set(mapping)
    ours_of = {theirs: ours for ours, theirs in mapping.items()}
    names = []
    for name in header:
        if name in ours_of:
            name = ours_of[name]
        elif name in taken:
            name = "(unused) " + name
        names.append(ALIASES.get(name, name))
    return names


def read_lomsong_csv(data, options):
    table = Table(data, ",")
    table.header = rename_columns(table.header, options.map)

    def parse(row, fields):
        for name in TIME_COLUMNS:
            if row.t_utc_ms is None and name in fields:
                row.t_utc_ms, row.utc_offset_s = parse_time(fields[name], options.utc_offset_s)
        values = {name: number(fields.get(name)) for name in NUMERIC_COLUMNS}
        fill_position(row, values)
        row.level_age_ms = values["level_age_ms"]
        row.modem_id, row.speed_mps = number(fields.get("modem_id")), values["speed_mps"]
        row.levels = {name: values[name] for name in LEVEL_COLUMNS if values[name] is not None}
        fill_tech(row, fields.get("tech", "").strip(" "), values["level_dbm"])
        if "state" in fields:
            row.state = fields["state"].lower() or "unknown"
            if row.state not in STATES:
                raise Malformed
        else:
            has_level = bool(row.levels) or values["level_dbm"] is not None
            row.state = "in_service" if has_level else "unknown"
        row.mccmnc = (fields.get("mccmnc") or fields.get("mcc", "") + fields.get("mnc", "")
                      or options.mccmnc)
        if not re.fullmatch(r"\d{5,6}", row.mccmnc):
            raise Malformed
        row.reading = (fields.get("cell_id"), fields.get("pci"),
                       {name: values[name] for name in READING_COLUMNS} | row.levels)

    return read_table(table, parse)


def fill_position(row, values):
    row.lat_deg, row.lon_deg = values["lat_deg"], values["lon_deg"]
    row.acc_m, row.fix_age_ms = values["acc_h95_m"], values["fix_age_ms"]
    row.has_fix = values["fix_mode"] is None or values["fix_mode"] >= 2


def fill_tech(row, name, level_dbm):
    tech = TECH_NAMES.get(name.upper())
    if not name:
        tech = next((TECH_OF_LEVEL[c] for c in LEVEL_COLUMNS if c in row.levels), None)
    if tech == "NR":
        tech = "NR_NSA" if "rsrp_dbm" in row.levels else "NR_SA"
    row.tech = tech
    if tech and level_dbm is not None:
        row.levels.setdefault(LEVELS[tech][0], level_dbm)


def dash(text):
    """G-NetTrack writes `-` for a missing value."""
    return None if text in ("", "-") else text


def is_asu_rssi(levels):
    """-113 + 2 ASU on every row is an RSSI, not the RSCP the column promises; sentinels are neither."""
    _, lowest, highest = LEVELS["WCDMA"]
    levels = [v for v in levels if lowest <= v <= highest]
    return bool(levels) and all(-113 <= v <= -51 and v == int(v) and int(v) % 2 for v in levels)


def drop_rssi(rows):
    levels = [row.levels["rscp_dbm"] for row in rows
              if not row.malformed and "rscp_dbm" in row.levels]
    if is_asu_rssi(levels):
        for row in rows:
            row.levels.pop("rscp_dbm", None)


def read_gnettrack_pro(data, options):
    table = Table(data, "\t")

    def parse(row, fields):
        fill_gnettrack(row, fields, options)
        row.mccmnc = dash(fields["Operator"])
        tech = TECH_NAMES.get(fields["NetworkTech"].upper())
        row.tech = "NR_SA" if tech == "NR" else tech
        level = number(dash(fields["Level"]))
        if level is not None and row.tech:
            row.levels[LEVELS[row.tech][0]] = level
        set_gnettrack_state(row, fields, level)

    rows = read_table(table, parse)
    drop_rssi(rows)
    seen = collections.Counter(row.mccmnc for row in rows if row.mccmnc and not row.malformed)
    usual = min(seen, key=lambda code: (-seen[code], code)) if seen else options.mccmnc
    for row in rows:
        row.mccmnc = row.mccmnc or usual
    return rows


def read_gnettrack_csv(data, options):
    table = Table(data, ",")

    def parse(row, fields):
        fill_gnettrack(row, fields, options)
        row.mccmnc = options.mccmnc
        tech = TECH_NAMES.get(fields["NetworkMode"].upper())
        level = number(dash(fields["RSRP"]))
        ss_rsrp = number(dash(fields.get("NRxRSRP", "")))
        if tech == "NR":
            tech = "NR_SA" if level is None else "NR_NSA"
            if ss_rsrp is not None:
                row.levels["ss_rsrp_dbm"] = ss_rsrp
        row.tech = tech
        if level is not None and tech:
            row.levels["rsrp_dbm" if tech == "NR_NSA" else LEVELS[tech][0]] = level
        set_gnettrack_state(row, fields, level)

    rows = read_table(table, parse)
    drop_rssi(rows)
    return rows


def fill_gnettrack(row, fields, options):
    row.t_utc_ms = parse_gnettrack_time(fields["Timestamp"], options.utc_offset_s)
    row.lon_deg = number(dash(fields["Longitude"]))
    row.lat_deg = number(dash(fields["Latitude"]))


def set_gnettrack_state(row, fields, level):
    if fields.get("Operatorname", "") == "NO_COVERAGE":
        row.state, row.tech = "no_service", None
    elif row.tech or level is not None:
        row.state = "in_service"


def read_trip_log(data, options):
    """A GeoPackage as plain SQLite: one trip, its modems and its samples."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trip.gpkg")
        with open(path, "wb") as file:
            file.write(data)
        db = sqlite3.connect(path)
        try:
            db.row_factory = sqlite3.Row
            return read_trip_tables(db)
        finally:
            db.close()


def read_trip_tables(db):
    trip = db.execute("SELECT * FROM trip").fetchone()
    modems = {m["modem_id"]: m for m in db.execute("SELECT * FROM modem")}
    geometry = db.execute("SELECT column_name FROM gpkg_geometry_columns "
                          "WHERE table_name = 'sample'").fetchone()[0]
    probes = [Probe(record) for record in db.execute("SELECT * FROM probe")]
    rows = []
    for record in db.execute("SELECT * FROM sample ORDER BY sample_id"):
        names = [name for name in record.keys() if name != "sample_id"]
        row = Row(tuple(record[name] for name in names))
        row.t_utc_ms = record["t_utc_ms"]
        row.sample_id, row.modem_id = record["sample_id"], record["modem_id"]
        row.utc_offset_s = trip["utc_offset_s"]
        row.lon_deg, row.lat_deg = point_of_blob(record[geometry])
        row.has_fix = record["fix_mode"] is None or record["fix_mode"] >= 2
        row.acc_m, row.fix_age_ms = record["acc_h95_m"], record["fix_age_ms"]
        row.level_age_ms = record["level_age_ms"]
        row.speed_mps = record["speed_mps"]
        row.reading = (record["cell_id"], record["pci"],
                       {name: record[name] for name in READING_COLUMNS})
        row.state = record["state"] or "unknown"
        row.levels = {name: record[name] for name in LEVEL_COLUMNS if record[name] is not None}
        row.tech = record["tech"] if record["tech"] in LEVELS else None
        cell = (record["mcc"] or "") + (record["mnc"] or "")
        modem = modems.get(record["modem_id"])
        sim = (modem["sim_mccmnc"] if modem else None) or ""
        row.offset_db = (modem["offset_db"] if modem else None) or 0.0
        row.mccmnc = (cell or sim) if row.state == "in_service" else (sim or cell)
        rows.append(row)
    return trip["trip_uuid"], rows, probes


def point_of_blob(blob):
    """(x, y) of a GeoPackage point (OGC 12-128r18, 2.1.3), (None, None) without one."""
    if blob is None:
        return None, None
    if blob[:2] != b"GP":
        raise SystemExit("a geometry of the trip log is no GeoPackage blob")
    envelope_bytes = (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7]
    wkb = blob[8 + envelope_bytes:]
    order = "<" if wkb[0] == 1 else ">"
    return struct.unpack(order + "dd", wkb[5:21])


def read_input(path, options):
    """(trip_uuid or None, rows, active tests)"""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data.startswith(b"SQLite format 3\0"):
        return read_trip_log(data, options)
    header = data.decode("utf-8-sig", "surrogateescape").split("\n", 1)[0].rstrip("\r")
    if {"Timestamp", "NetworkTech"} <= set(header.split("\t")):
        return None, read_gnettrack_pro(data, options), []
    if {"Timestamp", "NetworkMode"} <= set(header.split(",")):
        return None, read_gnettrack_csv(data, options), []
    return None, read_lomsong_csv(data, options), []


# ---- Quality ------------------------------------------------------------------------------------

def reject_reason(row, previous, latest_ms):
    if row.malformed:
        return "malformed"
    if row.t_utc_ms is None or not YEAR_2000_MS <= row.t_utc_ms <= latest_ms:
        return "no_time"
    if not row.has_fix or not is_position(row.lat_deg, row.lon_deg):
        return "no_position"
    if row.acc_m is not None and row.acc_m > MAX_ACC_M:
        return "poor_accuracy"
    if row.fix_age_ms is not None and row.fix_age_ms > MAX_FIX_AGE_MS:
        return "stale_fix"
    if previous is not None and row.identity == previous.identity:
        return "duplicate"
    too_old = row.level_age_ms is not None and row.level_age_ms > MAX_LEVEL_AGE_MS
    if row.state not in EVIDENCE or too_old:
        return "not_evidence"
    return None


MAX_FROZEN_LEVEL_M = 300
MAX_FROZEN_FIX_M = 200
FROZEN_ROWS, FROZEN_GAP_MS, FROZEN_MPS = 20, 60000, 40


class Window:
    """The rows of one modem and operator that were accepted since the position last changed, and
    since the reading did."""

    def __init__(self):
        self.last = None
        self.still, self.same = [], []
        self.fix_frozen = self.level_frozen = False

    def refuse(self, row):
        """stale_fix, stale_level or None, by all rows of the window once more."""
        last, self.last = self.last, row
        soon = last is not None and 0 <= row.t_utc_ms - last.t_utc_ms <= FROZEN_GAP_MS
        here = (row.lat_deg, row.lon_deg)
        moves = row.speed_mps is not None and row.speed_mps >= 2
        if not (soon and moves and self.still
                and here == (self.still[-1].lat_deg, self.still[-1].lon_deg)):
            self.still, self.fix_frozen = [], False
        self.fix_frozen |= self.claimed_m(row) > MAX_FROZEN_FIX_M
        if not (soon and self.same and could_freeze(row) and self.repeats(row)
                and (self.level_frozen or plausible(last, row))):
            self.same, self.level_frozen = [], False
        if self.fix_frozen:
            return "stale_fix"
        if self.level_frozen or self.carried(row):
            self.level_frozen = True
            return "stale_level"
        self.still.append(row)
        self.same = self.same + [row] if could_freeze(row) else []
        return None

    def claimed_m(self, row):
        """What the receiver says it went while its position stayed, repeated words left out."""
        pairs = zip(self.still, self.still[1:] + [row])
        return sum(b.speed_mps * (b.t_utc_ms - a.t_utc_ms) / 1000 for a, b in pairs
                   if a.speed_mps != b.speed_mps)

    def repeats(self, row):
        return (self.same[0].tech, self.same[0].reading) == (row.tech, row.reading)

    def carried(self, row):
        if len(self.same) < FROZEN_ROWS:
            return False
        known = sum(value is not None for value in row.reading[2].values())
        times = 4 if known < 3 else 1
        return (len(self.same) >= times * FROZEN_ROWS
                and metres(self.same[0], row) > times * MAX_FROZEN_LEVEL_M)


def metres(a, b):
    east = (b.lon_deg - a.lon_deg + 180) % 360 - 180
    return 111320 * math.hypot(b.lat_deg - a.lat_deg, east * math.cos(math.radians(a.lat_deg)))


def plausible(a, b):
    return metres(a, b) <= FROZEN_MPS * max(1, (b.t_utc_ms - a.t_utc_ms) / 1000)


def could_freeze(row):
    """A level, and none that stands for all beyond it."""
    if row.state != "in_service" or row.tech is None:
        return False
    column, lowest, highest = LEVELS["LTE" if row.tech == "NR_NSA" else row.tech]
    level = row.levels.get(column)
    if row.tech == "WCDMA":
        lowest, highest = -113, -51
    return level is not None and lowest < level < highest


def is_position(lat_deg, lon_deg):
    if lat_deg is None or lon_deg is None:
        return False
    if not (math.isfinite(lat_deg) and math.isfinite(lon_deg)):
        return False
    return abs(lat_deg) <= 90 and abs(lon_deg) <= 180 and (lat_deg, lon_deg) != (0, 0)


def check_quality(rows, probes, options):
    """(samples, tests, counts) of one log."""
    latest_ms = int(time.time() * 1000) + DAY_MS
    rejected = collections.Counter()
    samples = []
    reasons = [reject_reason(row, previous, latest_ms)
               for previous, row in zip([None] + rows, rows)]
    windows = collections.defaultdict(Window)
    for i, row in enumerate(rows):
        if reasons[i] is None and row.reading is not None:
            reasons[i] = windows[row.modem_id, row.mccmnc].refuse(row)
    placed = place_probes(probes, rows, reasons, options)
    for row, reason in zip(rows, reasons):
        if reason:
            rejected[reason] += 1
        else:
            samples.append(Sample(row, options.utc_offset_s))
    counts = {"rows": len(rows), "accepted": len(samples),
              "level_blanked": sum(sample.blanks for sample in samples),
              "level_corrected": sum(sample.corrected for sample in samples),
              "probes": len(probes), "probes_counted": len(placed),
              "rejected": {reason: rejected[reason] for reason in REASONS if rejected[reason]}}
    return samples, placed, counts


def read_logs(options):
    """All accepted samples, all tests that count, and the counts of every input by its file's
    name."""
    logs = {}
    for path in options.inputs:
        uuid, rows, probes = read_input(path, options)
        samples, placed, counts = check_quality(rows, probes, options)
        key = uuid or path
        # Two states of one trip: the longer one replaces the other, in the counts, too.
        if key not in logs or counts["rows"] > logs[key][3]["rows"]:
            logs[key] = (os.path.basename(path), samples, placed, counts)
    return ([sample for _, samples, _, _ in logs.values() for sample in samples],
            [probe for _, _, placed, _ in logs.values() for probe in placed],
            {name: counts for name, _, _, counts in logs.values()})


# ---- Places -------------------------------------------------------------------------------------

class Place:
    """A feature of a layer: attributes as text, geometry in degrees, longitude first."""

    def __init__(self, attributes, geometry):
        self.attributes = attributes
        self.geometry = geometry

    def get(self, name):
        value = self.attributes.get(name)
        return "" if value is None else str(value)


def read_places(path, layer_name):
    if path is None:
        return []
    if path.lower().endswith(".csv"):
        with open(path, encoding="utf-8-sig", newline="") as file:
            return [Place(row, shapely.geometry.Point(float(row["lon"]), float(row["lat"])))
                    for row in csv.DictReader(file)]
    source = ogr.Open(path)
    layer = source.GetLayerByName(layer_name) or source.GetLayer(0)
    srs = layer.GetSpatialRef()
    transform = None
    if srs:
        wgs84 = osr.SpatialReference()
        wgs84.ImportFromEPSG(4326)
        wgs84.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        srs = srs.Clone()
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        transform = None if srs.IsSame(wgs84) else osr.CoordinateTransformation(srs, wgs84)
    places = []
    for feature in layer:
        names = [feature.GetFieldDefnRef(i).GetName() for i in range(feature.GetFieldCount())]
        attributes = {name: feature.GetFieldAsString(i) for i, name in enumerate(names)}
        geometry = feature.GetGeometryRef().Clone()
        geometry.FlattenTo2D()
        if transform:
            geometry.Transform(transform)
        places.append(Place(attributes, shapely.wkb.loads(bytes(geometry.ExportToWkb()))))
    return places


class Grid:
    """The survey's CRS and its squares."""

    def __init__(self, region, hamlets, size_m):
        boxes = [hamlet.geometry.bounds for hamlet in hamlets]
        lon_deg = (min(b[0] for b in boxes) + max(b[2] for b in boxes)) / 2
        lat_deg = (min(b[1] for b in boxes) + max(b[3] for b in boxes)) / 2
        self.size_m = size_m
        if region == "vn":
            zone = 49 if lon_deg > 108 else 48
            self.transformer = pyproj.Transformer.from_pipeline(VN2000_PIPELINE.format(zone=zone))
        else:
            zone = min(int((lon_deg + 180) // 6) + 1, 60)
            epsg = (32600 if lat_deg >= 0 else 32700) + zone
            self.transformer = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)

    def project(self, lon_deg, lat_deg):
        return self.transformer.transform(lon_deg, lat_deg)

    def unproject(self, x, y):
        return self.transformer.transform(x, y, direction="INVERSE")

    def bin_of(self, x, y):
        return math.floor(x / self.size_m), math.floor(y / self.size_m)

    def centre(self, cell):
        return (cell[0] + 0.5) * self.size_m, (cell[1] + 0.5) * self.size_m


class Area:
    """A test area: its bins, and of each operator what was found there."""

    def __init__(self, hamlet_code, code, kind, geometry, radius_m, grid):
        self.hamlet_code, self.code = hamlet_code, code
        shape = shapely.ops.transform(grid.project, geometry)
        is_point = geometry.geom_type == "Point"
        self.kind = kind if is_point or kind == "cluster" else "polygon"
        point = shape if is_point else shape.representative_point()
        self.lon_deg, self.lat_deg = ((geometry.x, geometry.y) if is_point
                                      else grid.unproject(point.x, point.y))
        self.bins = bins_inside(shape, radius_m if is_point else None, grid)
        if not self.bins:
            self.bins = [grid.bin_of(point.x, point.y)]
        self.results = {}


def bins_inside(shape, radius_m, grid):
    margin = radius_m or 0
    x_min, y_min, x_max, y_max = shape.bounds
    first = grid.bin_of(x_min - margin, y_min - margin)
    last = grid.bin_of(x_max + margin, y_max + margin)
    bins = []
    for bin_x in range(first[0], last[0] + 1):
        for bin_y in range(first[1], last[1] + 1):
            x, y = grid.centre((bin_x, bin_y))
            if radius_m is None:
                inside = shape.intersects(shapely.geometry.Point(x, y))
            else:
                inside = math.hypot(x - shape.x, y - shape.y) <= radius_m + EPSILON
            if inside:
                bins.append((bin_x, bin_y))
    return bins


# ---- Statistics and judging ---------------------------------------------------------------------

def mean(values):
    values = list(values)
    return sum(values) / len(values)


def quantiles(levels):
    """(median, p10): the lower median and the max(1, ceil(n/10))-th smallest."""
    if not levels:
        return "", ""
    levels = sorted(levels)
    return levels[(len(levels) - 1) // 2], levels[max(1, -(-len(levels) // 10)) - 1]


def wilson(share, n, confidence):
    z2 = statistics.NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def effective_votes(observed, bins, rule, grid):
    """1 / V, V the variance of the mean over the observed against that over all bins."""

    def mean_rho(left, right):
        return mean(math.exp(-math.dist(grid.centre(a), grid.centre(b)) / rule["correlation_m"])
                    for a in left for b in right)

    variance = mean_rho(observed, observed) - 2 * mean_rho(observed, bins) + mean_rho(bins, bins)
    return 1 / max(variance, 1 / rule["n_max"])


def passes(sample, rule):
    """True, False, or None where a counted technology's level is blank or it is unknown."""
    if not sample.in_service:
        return False
    if sample.judged is None:
        return None
    tech, level = sample.judged
    if tech not in rule["technologies"]:
        return False
    if level is None:
        return None
    return level >= rule["technologies"][tech]["level_dbm"]


class Result:
    """One operator in one test area."""

    def __init__(self, area, samples, probes, rule, grid):
        """`samples` and `probes`: the operator's in the area, not older than the rule allows."""
        self.broadband = broadband_columns(probes)
        visits = collections.defaultdict(list)
        for sample in samples:
            visits[(sample.bin, sample.day)].append(sample)
        shares, service = collections.defaultdict(list), collections.defaultdict(list)
        for (cell, _), members in sorted(visits.items()):
            service[cell].append(mean(sample.in_service for sample in members))
            votes = [vote for vote in (passes(s, rule) for s in members) if vote is not None]
            if votes:
                shares[cell].append(mean(votes))
        self.samples = len(samples)
        self.no_service = sum(not sample.in_service for sample in samples)
        self.service_share = mean(map(mean, service.values())) if service else None
        levels = [s.judged[1] for s in samples if s.judged and s.judged[0] in rule["technologies"]]
        self.median, self.p10 = quantiles([level for level in levels if level is not None])
        self.bins, self.visits = len(shares), sum(map(len, shares.values()))
        self.tested = self.bins >= min(rule["min_bins"], len(area.bins))
        self.availability, self.low, self.high, self.n = None, 0.0, 1.0, 0.0
        if shares:
            self.availability = mean(map(mean, shares.values()))
            self.n = min(effective_votes(sorted(shares), area.bins, rule, grid), self.samples)
            self.low, self.high = wilson(self.availability, self.n, rule["confidence"])
        self.result = self.judge(rule)

    def judge(self, rule):
        if not self.tested or self.availability is None:
            return "unknown"
        if (self.availability >= rule["availability_min"] - EPSILON
                and self.low >= rule["evidence_min"] - EPSILON):
            return "pass"
        return "fail" if self.high < rule["availability_min"] - EPSILON else "unknown"


def broadband_columns(probes):
    """The added columns of areas.csv."""
    def outcome(kinds):
        tests = [probe for probe in probes if probe.kind in kinds]
        return (len(tests), sum(probe.ok for probe in tests)) if tests else ("", "")

    def median(kind):
        values = sorted(p.value for p in probes if p.kind == kind and p.value is not None)
        return values[(len(values) - 1) // 2] if values else ""

    tests, ok = outcome(("http_get", "http_put"))
    return [tests, ok, decimal(ok / tests if tests else None), median("http_get"),
            median("http_put"), *outcome(("ping",)), median("ping")]


def judge_area(area, by_bin, probes_by_bin, rule, grid):
    """Fill area.results: the rule's operators, then the others that were seen there."""
    probes = [probe for cell in area.bins for probe in probes_by_bin.get(cell, ())]
    samples = [sample for cell in area.bins for sample in by_bin.get(cell, ())]
    listed = sorted(rule["operators"]["mccmnc"])
    others = sorted({one.mccmnc for one in samples + probes} - set(listed))
    for code in listed + others:
        own = [sample for sample in samples if sample.mccmnc == code]
        own_probes = [probe for probe in probes if probe.mccmnc == code]
        area.results[code] = Result(area, own, own_probes, rule, grid)
    area.samples = samples
    area.result = combine([area.results[code].result for code in listed],
                          rule["operators"]["combine"])
    tried = [code for code in listed if area.results[code].availability is not None]
    # Equal within the tolerance of all comparisons: the lowest code wins.
    highest = max((area.results[code].availability for code in tried), default=None)
    area.best = next((code for code in tried
                      if area.results[code].availability >= highest - EPSILON), None)
    area.tested = all(area.results[code].tested for code in listed)


def combine(results, how):
    decisive, all_of = ("pass", "fail") if how == "any" else ("fail", "pass")
    if decisive in results:
        return decisive
    return all_of if all(result == all_of for result in results) else "unknown"


def verdict_of(centre, clusters, rule):
    if centre.result == "fail":
        share = centre.results[centre.best].availability
        return "no_signal" if share <= rule["no_signal_max"] + EPSILON else "depression"
    if centre.result == "unknown":
        return "not_enough_data"
    results = [cluster.result for cluster in clusters]
    if "fail" in results:
        return "depression"
    return "not_enough_data" if "unknown" in results else "covered"


def presence_of(areas, technologies):
    if any(sample.tech in technologies for area in areas for sample in area.samples):
        return "present"
    return "absent" if all(area.tested for area in areas) else "unknown"


class Hamlet:
    def __init__(self, place, commune_code, centre, clusters, rule):
        self.place, self.commune_code = place, commune_code
        self.code = place.get("hamlet_code")
        self.electricity = place.get("electricity") or "unknown"
        self.centre, self.clusters = centre, clusters
        self.verdict = verdict_of(centre, clusters, rule)
        self.broadband = {kind: presence_of([centre] + clusters, technologies)
                          for kind, technologies in BROADBAND.items()}

    @property
    def households(self):
        return int(float(self.place.get("households") or 0))


# ---- Tables -------------------------------------------------------------------------------------

VERDICTS = ("covered", "depression", "no_signal", "not_enough_data")
COUNTS = VERDICTS + tuple(verdict + "_no_electricity" for verdict in VERDICTS[1:])


def decimal(value):
    if value is None:
        return ""
    text = "%.6f" % value
    return "0.000000" if text == "-0.000000" else text


def utc_text(t_utc_ms):
    moment = datetime.datetime.fromtimestamp(t_utc_ms // 1000, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_csv(folder, name, header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(b"\xef\xbb\xbf" + text.getvalue().encode())


def by_bytes(text):
    return text.encode()


def bins_rows(samples, grid):
    groups = collections.defaultdict(list)
    for sample in samples:
        groups[(sample.bin, sample.mccmnc)].append(sample)
    for (cell, mccmnc), members in sorted(groups.items()):
        lon_deg, lat_deg = grid.unproject(*grid.centre(cell))
        no_service = sum(not sample.in_service for sample in members)
        techs = {tech for sample in members for tech in sample.tallied}
        unknown_tech = sum(sample.in_service and not sample.tallied for sample in members)
        if unknown_tech or not techs:
            techs.add("")
        for tech in sorted(techs):
            levels = [sample.tallied[tech] for sample in members if tech in sample.tallied]
            blanks = sum(level is None for level in levels) if tech else unknown_tech
            usable = [level for level in levels if level is not None]
            yield [*cell, decimal(lat_deg), decimal(lon_deg), mccmnc, tech, len(usable),
                   *quantiles(usable), blanks, no_service]


def areas_rows(hamlets, operator_names):
    areas = [area for hamlet in hamlets for area in [hamlet.centre] + hamlet.clusters]
    for area in sorted(areas, key=lambda a: (by_bytes(a.hamlet_code), by_bytes(a.code))):
        for code, result in area.results.items():
            yield [area.hamlet_code, area.code, area.kind, code, operator_names.get(code, ""),
                   result.result, decimal(result.availability), decimal(result.low),
                   decimal(result.high), decimal(result.n), result.bins, len(area.bins),
                   result.visits, result.samples, result.no_service,
                   decimal(result.service_share), result.median, result.p10,
                   *result.broadband]


def hamlets_rows(hamlets, communes, rule):
    def order(hamlet):
        commune = communes.get(hamlet.commune_code, collections.defaultdict(str))
        codes = (commune["province_code"], hamlet.commune_code, hamlet.code)
        return [by_bytes(code) for code in codes]

    for hamlet in sorted(hamlets, key=order):
        commune = communes.get(hamlet.commune_code, collections.defaultdict(str))
        centre = hamlet.centre
        best = centre.results.get(centre.best)
        times = [s.t_utc_ms for s in centre.samples if s.mccmnc == centre.best]
        passed = [code for code in sorted(rule["operators"]["mccmnc"])
                  if centre.results[code].result == "pass"]
        yield [commune["province_code"], commune["province"], hamlet.commune_code, commune["name"],
               hamlet.code, hamlet.place.get("name"), decimal(centre.lat_deg),
               decimal(centre.lon_deg), hamlet.place.get("households"), hamlet.electricity,
               hamlet.place.get("difficult") or "unknown", hamlet.verdict, centre.result,
               len(hamlet.clusters), sum(area.result == "fail" for area in hamlet.clusters),
               ";".join(passed), centre.best or "",
               decimal(best.availability) if best else "", decimal(best.low if best else 0),
               decimal(best.high if best else 1), best.bins if best else 0, len(centre.bins),
               best.samples if best else 0, utc_text(min(times)) if times else "",
               utc_text(max(times)) if times else "", rule["id"],
               "", "", "", ""]  # no officer says anything in these surveys


def networks_rows(hamlets):
    """What each operator and technology reached at a centre; `presence` where it has no level."""
    for hamlet in sorted(hamlets, key=lambda hamlet: by_bytes(hamlet.code)):
        centre = hamlet.centre
        for mccmnc, result in centre.results.items():
            own = [sample for sample in centre.samples if sample.mccmnc == mccmnc]
            for tech in LEVELS:
                tallied = [sample.tallied[tech] for sample in own if tech in sample.tallied]
                absent = "absent" if own and result.tested else ""
                yield (hamlet.code, mccmnc, tech,
                       quantiles([level for level in tallied if level is not None])[0],
                       "present" if tallied else absent)


def verdict_counts(hamlets):
    """The seven counts in hamlets, then in households."""
    def has(hamlet, name):
        if name.endswith("_no_electricity"):
            return (hamlet.verdict == name[:-len("_no_electricity")]
                    and hamlet.electricity == "no")
        return hamlet.verdict == name

    return ([sum(has(hamlet, name) for hamlet in hamlets) for name in COUNTS]
            + [sum(hamlet.households for hamlet in hamlets if has(hamlet, name))
               for name in COUNTS])


def commune_presence(hamlets, kind):
    found = {hamlet.broadband[kind] for hamlet in hamlets}
    if "present" in found:
        return "present"
    return "absent" if found == {"absent"} else "unknown"


def commune_table(communes, hamlets):
    """Communes of the layer, those only hamlets name, and '' for hamlets in none."""
    members = {code: [] for code in communes}
    for hamlet in hamlets:
        members.setdefault(hamlet.commune_code, []).append(hamlet)
    return dict(sorted(members.items(), key=lambda item: by_bytes(item[0])))


def communes_rows(communes, members):
    for code, hamlets in members.items():
        name = communes[code]["name"] if code in communes else ""
        yield [code, name, len(hamlets), *verdict_counts(hamlets),
               *(commune_presence(hamlets, kind) for kind in BROADBAND)]


def provinces_rows(communes, members):
    provinces = collections.defaultdict(list)
    for code in members:
        provinces[communes[code]["province_code"] if code in communes else ""].append(code)
    for code, commune_codes in sorted(provinces.items(), key=lambda item: by_bytes(item[0])):
        hamlets = [hamlet for commune in commune_codes for hamlet in members[commune]]
        names = [communes[c]["province"] for c in commune_codes if c in communes]
        real = [c for c in commune_codes if c != ""]
        yield [code, next(filter(None, names), ""), len(hamlets), *verdict_counts(hamlets),
               *(sum(commune_presence(members[c], kind) == "present" for c in real)
                 for kind in BROADBAND),
               *(sum(hamlet.broadband[kind] == "present" for hamlet in hamlets)
                 for kind in BROADBAND),
               len(real)]


HAMLETS_HEADER = ("province_code,province,commune_code,commune,hamlet_code,hamlet,lat_deg,lon_deg,"
                  "households,electricity,difficult,verdict,centre,clusters,clusters_failed,"
                  "operators_pass,best_operator,availability,availability_low,availability_high,"
                  "bins,bins_total,samples,first_utc,last_utc,rule_id,"
                  "noted_verdict,noted_by,noted_date,noted_reason")
AREAS_HEADER = ("hamlet_code,area_code,area_kind,mccmnc,operator,result,availability,"
                "availability_low,availability_high,effective_n,bins,bins_total,visits,samples,"
                "no_service_samples,service_share,median_dbm,p10_dbm,broadband_tests,"
                "broadband_ok,broadband_share,median_down_kbps,median_up_kbps,ping_tests,ping_ok,"
                "median_ping_ms")
NETWORKS_HEADER = "hamlet_code,mccmnc,tech,median_dbm,presence"
BINS_HEADER = ("bin_x,bin_y,lat_deg,lon_deg,mccmnc,tech,samples,median_dbm,p10_dbm,"
               "no_level_samples,no_service_samples")
COMMUNES_HEADER = ",".join(("code", "name", "hamlets") + COUNTS
                           + tuple("households_" + name for name in COUNTS)
                           + ("broadband_3g4g", "broadband_5g"))
PROVINCES_HEADER = COMMUNES_HEADER + ",hamlets_3g4g,hamlets_5g,communes"


# ---- The whole ----------------------------------------------------------------------------------

def read_communes(path):
    """(code -> attributes, places)"""
    places = read_places(path, "commune")
    communes = {place.get("code"): {"name": place.get("fullName") or place.get("name"),
                                    "province_code": place.get("province_code"),
                                    "province": place.get("province")} for place in places}
    return communes, places


def commune_around(area, places):
    point = shapely.geometry.Point(area.lon_deg, area.lat_deg)
    return next((place.get("code") for place in places if place.geometry.intersects(point)), "")


def build_hamlets(hamlet_places, cluster_places, commune_places, judge):
    hamlets = []
    for place in hamlet_places:
        code = place.get("hamlet_code")
        rule, grid = judge.rule, judge.grid
        centre = Area(code, code, "centre", place.geometry, rule["centre_radius_m"], grid)
        clusters = [Area(code, cluster.get("cluster_code"), "cluster", cluster.geometry,
                         rule["cluster_radius_m"], grid)
                    for cluster in cluster_places if cluster.get("hamlet_code") == code]
        for area in [centre] + clusters:
            judge.area(area)
        commune = place.get("commune_code") or commune_around(centre, commune_places)
        hamlets.append(Hamlet(place, commune, centre, clusters, rule))
    return hamlets


class Judge:
    """What areas are judged by: the samples and tests that the rule's max_age_days lets count."""

    def __init__(self, samples, probes, rule, grid):
        self.rule, self.grid = rule, grid
        newest = max((sample.day for sample in samples), default=0)
        self.oldest = newest - rule["max_age_days"]
        self.samples, self.probes = self.by_bin(samples), self.by_bin(probes)

    def by_bin(self, items):
        bins = collections.defaultdict(list)
        for item in items:
            item.bin = self.grid.bin_of(*self.grid.project(item.lon_deg, item.lat_deg))
            if item.day >= self.oldest:
                bins[item.bin].append(item)
        return bins

    def area(self, area):
        judge_area(area, self.samples, self.probes, self.rule, self.grid)


def parse_offset(text):
    match = re.fullmatch(r"([+-]?)(\d\d):(\d\d)", text)
    if not match:
        raise argparse.ArgumentTypeError("'%s' is not HH:MM" % text)
    seconds = int(match.group(2)) * 3600 + int(match.group(3)) * 60
    return -seconds if match.group(1) == "-" else seconds


def parse_options(arguments):
    parser = argparse.ArgumentParser(description="Recompute the tables of a survey.")
    parser.add_argument("outdir")
    parser.add_argument("--hamlets", required=True)
    parser.add_argument("--clusters")
    parser.add_argument("--communes")
    parser.add_argument("--rule", required=True)
    parser.add_argument("--region", choices=sorted(REGIONS))
    parser.add_argument("--mccmnc", default="")
    parser.add_argument("--utc-offset", type=parse_offset, dest="utc_offset_s")
    parser.add_argument("--map", type=lambda text: dict(p.split("=", 1) for p in text.split(",")),
                        default={})
    parser.add_argument("--bin-size", type=float, default=50.0)
    parser.add_argument("inputs", nargs="+")
    options = parser.parse_intermixed_args(arguments)
    region = REGIONS.get(options.region, {"utc_offset_s": 0, "operators": {}})
    if options.utc_offset_s is None:
        options.utc_offset_s = region["utc_offset_s"]
    options.operator_names = region["operators"]
    return options


def main(arguments):
    options = parse_options(arguments)
    with open(options.rule, encoding="utf-8") as file:
        rule = yaml.safe_load(file)
    hamlet_places = read_places(options.hamlets, "hamlet")
    communes, commune_places = read_communes(options.communes)
    grid = Grid(options.region, hamlet_places, options.bin_size)
    samples, probes, counts = read_logs(options)
    hamlets = build_hamlets(hamlet_places, read_places(options.clusters, "cluster"),
                            commune_places, Judge(samples, probes, rule, grid))
    members = commune_table(communes, hamlets)

    out = options.outdir
    os.makedirs(out, exist_ok=True)
    write_csv(out, "hamlets.csv", HAMLETS_HEADER, hamlets_rows(hamlets, communes, rule))
    write_csv(out, "areas.csv", AREAS_HEADER, areas_rows(hamlets, options.operator_names))
    write_csv(out, "bins.csv", BINS_HEADER, bins_rows(samples, grid))
    write_csv(out, "communes.csv", COMMUNES_HEADER, communes_rows(communes, members))
    write_csv(out, "networks.csv", NETWORKS_HEADER, networks_rows(hamlets))
    write_csv(out, "provinces.csv", PROVINCES_HEADER, provinces_rows(communes, members))
    with open(os.path.join(out, "counts.json"), "w", encoding="utf-8") as file:
        json.dump(counts, file, indent=2, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
