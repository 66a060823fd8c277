#!/usr/bin/env python3
"""That every output of a survey (--lang en) says the same numbers: same_numbers.py OUTDIR SHEETS.

The CSV tables are the measure; they are recomputed elsewhere (recompute.py). Against them stand
report.xlsx, as LibreOffice read it into SHEETS (report-NAME.csv, cells unformatted), report.pdf,
survey.gpkg, map.html and summary.json. Prints every difference; exit code 1 where there is one.
"""
import csv
import datetime
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata

VERDICTS = {"covered": "covered", "depression": "signal depression", "no_signal": "no signal",
            "not_enough_data": "not enough data"}
PRESENCE = {"present": "yes", "absent": "no", "unknown": "not known"}
YES_NO = {"yes": "yes", "no": "no", "unknown": "not known"}
KINDS = {"centre": "centre", "cluster": "cluster", "polygon": "hamlet polygon"}
# a column of hamlets.csv, the column of the sheet, and how the one reads in the other
HAMLET_COLUMNS = [
    ("province", "Province", None), ("commune_code", "Commune code", None),
    ("commune", "Commune", None), ("hamlet", "Hamlet", None), ("lat_deg", "Latitude", float),
    ("lon_deg", "Longitude", float), ("households", "Households", float),
    ("electricity", "Grid electricity", YES_NO), ("difficult", "Special difficulty", YES_NO),
    ("verdict", "Verdict", VERDICTS), ("centre", "Hamlet centre", None),
    ("clusters", "Clusters", float), ("clusters_failed", "Clusters that fail", float),
    ("availability", "Availability", float), ("availability_low", "Availability, low", float),
    ("availability_high", "Availability, high", float), ("bins", "Bins seen", float),
    ("bins_total", "Bins in all", float), ("samples", "Samples", float),
    ("rule_id", "Basis (rule)", None)]
AREA_COLUMNS = [
    ("hamlet_code", "Hamlet code", None), ("area_kind", "Kind", KINDS), ("result", "Result", None),
    ("availability", "Availability", float), ("availability_low", "Availability, low", float),
    ("availability_high", "Availability, high", float), ("effective_n", "Effective votes", float),
    ("bins", "Bins seen", float), ("bins_total", "Bins in all", float),
    ("visits", "Visits", float), ("samples", "Samples", float),
    ("no_service_samples", "Samples without service", float),
    ("service_share", "Share in service", float), ("median_dbm", "Median, dBm", float),
    ("p10_dbm", "Lowest tenth, dBm", float), ("broadband_tests", "Transfers tried", float),
    ("broadband_ok", "Transfers that worked", float),
    ("broadband_share", "Share that worked", float),
    ("median_down_kbps", "Median download, kbit/s", float),
    ("median_up_kbps", "Median upload, kbit/s", float), ("ping_tests", "Pings sent", float),
    ("ping_ok", "Pings answered", float), ("median_ping_ms", "Median ping, ms", float)]
COMMUNE_COLUMNS = [
    ("name", "Commune", None), ("hamlets", "Hamlets", float), ("covered", "Covered", float),
    ("depression", "Signal depression", float), ("no_signal", "No signal", float),
    ("not_enough_data", "Not enough data", float),
    ("depression_no_electricity", "Signal depression, no electricity", float),
    ("no_signal_no_electricity", "No signal, no electricity", float),
    ("not_enough_data_no_electricity", "Not enough data, no electricity", float),
    ("households_covered", "Households: covered", float),
    ("households_depression", "Households: signal depression", float),
    ("households_no_signal", "Households: no signal", float),
    ("households_not_enough_data", "Households: not enough data", float),
    ("households_depression_no_electricity",
     "Households: signal depression, no electricity", float),
    ("households_no_signal_no_electricity", "Households: no signal, no electricity", float),
    ("households_not_enough_data_no_electricity",
     "Households: not enough data, no electricity", float),
    ("broadband_3g4g", "3G/4G present", PRESENCE), ("broadband_5g", "5G present", PRESENCE)]


class Comparison:
    """Differences found, and how much was compared: a test that compares nothing proves nothing."""

    def __init__(self):
        self.differences = []
        self.compared = 0

    def equal(self, where, expected, actual):
        self.compared += 1
        if isinstance(expected, float) and isinstance(actual, (int, float)):
            same = abs(expected - actual) < 1e-6 # half of the last decimal, and rounding
        else:
            same = expected == actual
        if not same:
            self.differences.append("%s: %r in the CSV, %r there" % (where, expected, actual))


def read_csv(path, encoding="utf-8-sig"):
    with open(path, encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    """A cell's number; LibreOffice writes shares with their %; None where it is empty."""
    if text in ("", None):
        return None
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def nfc(text):
    return unicodedata.normalize("NFC", text)


def compare_row(found, where, row, sheet_row, columns):
    for name, heading, how in columns:
        expected, actual = row[name], sheet_row[heading]
        if how is float:
            expected, actual = number(expected), number(actual)
        elif how is not None:
            expected = how[expected]
        else:
            expected = nfc(expected)
        found.equal("%s, %s" % (where, heading), expected, actual)


def compare_sheets(found, tables, folder):
    def sheet(name):
        return read_csv(os.path.join(folder, "report-%s.csv" % name), "utf-8")

    hamlets = {row["Hamlet code"]: row for row in sheet("Hamlets")}
    found.equal("hamlets of the sheet", sorted(row["hamlet_code"] for row in tables["hamlets"]),
                sorted(hamlets))
    for row in tables["hamlets"]:
        mine = hamlets[row["hamlet_code"]]
        compare_row(found, "sheet, hamlet " + row["hamlet_code"], row, mine, HAMLET_COLUMNS)
        found.equal("date of " + row["hamlet_code"], local_date(row["last_utc"]),
                    mine["Date measured"])
    areas = {(row["Point code"], row["Operator code"]): row for row in sheet("Test points")}
    found.equal("rows of test points", len(tables["areas"]), len(areas))
    for row in tables["areas"]:
        compare_row(found, "sheet, area %s %s" % (row["area_code"], row["mccmnc"]), row,
                    areas[row["area_code"], row["mccmnc"]], AREA_COLUMNS)
    communes = {row["Commune code"]: row for row in sheet("Communes")}
    for row in tables["communes"]:
        named = row if row["code"] else dict(row, name="outside all communes")
        compare_row(found, "sheet, commune " + row["code"], named, communes[row["code"]],
                    COMMUNE_COLUMNS)
    return hamlets


def local_date(t_utc):
    """The day in Vietnam."""
    if not t_utc:
        return ""
    moment = datetime.datetime.strptime(t_utc, "%Y-%m-%dT%H:%M:%SZ")
    return (moment + datetime.timedelta(hours=7)).strftime("%Y-%m-%d")


def compare_networks(found, hamlets, networks, operators):
    """The levels of each operator and technology at the centre, from the recomputation."""
    words = {"GSM": "2G (GSM)", "WCDMA": "3G (WCDMA)", "LTE": "4G (LTE)", "NR_NSA": "5G (NR NSA)",
             "NR_SA": "5G (NR SA)"}
    for row in networks:
        heading = "%s %s, dBm" % (operators[row["mccmnc"]], words[row["tech"]])
        cell = hamlets[row["hamlet_code"]].get(heading)
        if cell is None: # nobody has it anywhere
            found.equal(heading, "", row["median_dbm"])
            continue
        found.equal("%s at %s" % (heading, row["hamlet_code"]),
                    row["median_dbm"] or PRESENCE.get(row["presence"], ""), cell)


def compare_geopackage(found, tables, path):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    db.row_factory = sqlite3.Row
    for layer, key, table in (("hamlet", "hamlet_code", "hamlets"), ("commune", "code", "communes")):
        rows = {row[key]: row for row in db.execute("SELECT * FROM %s" % layer)}
        for row in tables[table]:
            if row[key] not in rows:
                found.equal("layer %s, %s" % (layer, row[key]), "", row[key]) # outside all communes
                continue
            for name in rows[row[key]].keys():
                if name not in row:
                    continue
                value = rows[row[key]][name]
                expected = row[name]
                if isinstance(value, (int, float)):
                    expected, value = number(expected), float(value)
                found.equal("layer %s, %s, %s" % (layer, row[key], name), expected or "",
                            value or "")
    db.close()


def totals(tables):
    sums = {}
    for name, _, how in COMMUNE_COLUMNS:
        if how is float:
            sums[name] = sum(int(row[name]) for row in tables["communes"])
    return sums


def compare_summary(found, sums, path):
    with open(path, encoding="utf-8") as file:
        summary = json.load(file)
    found.equal("summary, hamlets", sums["hamlets"], summary["hamlets"])
    for verdict in VERDICTS:
        found.equal("summary, " + verdict, sums[verdict], summary[verdict])
        found.equal("summary, households " + verdict, sums["households_" + verdict],
                    summary["households"][verdict])
        if verdict != "covered":
            found.equal("summary, %s without electricity" % verdict,
                        sums[verdict + "_no_electricity"], summary["no_electricity"][verdict])
    return summary


def compare_map(found, tables, sums, path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page,
                                re.S).group(1))
    for verdict in VERDICTS:
        found.equal("map, " + verdict, sums[verdict], data["counts"]["hamlets"][verdict])
        found.equal("map, households " + verdict, sums["households_" + verdict],
                    data["counts"]["households"][verdict])


# The page's own reader of its data, and what it makes of hamlets and of operators in areas.
WEB = pathlib.Path(__file__).resolve().parents[2] / "maps/web"
READER = ("text.js", "tools.js", "pack.js")
OF_PAGE = """return {
    hamlets: hamlets.map((h) => [h.code, h.name, h.verdict, h.households, h.electricity]),
    operators: hamlets.flatMap((h) => h.areas.flatMap((a) => a.operators.map((o) => [a.code,
        o.mccmnc, o.result, o.bins, o.samples, o.no_service_samples, o.median_dbm,
        o.availability, o.availability_low, o.availability_high])))};"""


def compare_page(found, tables, path):
    """What a browser reads out of the map, where there is one."""
    if not shutil.which("chromedriver"):
        return
    from browser import Browser
    reader = "".join((WEB / name).read_text(encoding="utf-8") for name in READER)
    with Browser() as page:
        page.open(path)
        read = page.run(reader + OF_PAGE)
    hamlets = {row[0]: row[1:] for row in read["hamlets"]}
    operators = {(row[0], row[1]): row[2:] for row in read["operators"]}
    found.equal("hamlets of the map", len(tables["hamlets"]), len(hamlets))
    for row in tables["hamlets"]:
        name, verdict, households, electricity = hamlets[row["hamlet_code"]]
        where = "map, hamlet %s, " % row["hamlet_code"]
        found.equal(where + "name", row["hamlet"], name)
        found.equal(where + "verdict", row["verdict"], verdict)
        found.equal(where + "households", number(row["households"]), households)
        found.equal(where + "electricity", row["electricity"], electricity)
    columns = ("bins", "samples", "no_service_samples", "median_dbm", "availability",
               "availability_low", "availability_high")
    for row in tables["areas"]:
        result, *values = operators[row["area_code"], row["mccmnc"]]
        where = "map, area %s %s, " % (row["area_code"], row["mccmnc"])
        found.equal(where + "result", row["result"], result)
        for column, value in zip(columns, values):
            found.equal(where + column, number(row[column]), value)


def pdf_text(path, order):
    """`-layout`: as it stands on the page; `-raw`: cell by cell."""
    return subprocess.run(["pdftotext", order, path, "-"], check=True, capture_output=True,
                          text=True).stdout


def plain_numbers(text):
    return [int(word.replace(",", "")) for word in text.split()]


def compare_pdf(found, tables, sums, summary, path):
    text = pdf_text(path, "-layout")
    flat = re.sub(r"\s+", " ", text)
    found.equal("sentence in the PDF", True, re.sub(r"\s+", " ", summary["sentence_en"]) in flat)
    columns = ["hamlets", *VERDICTS, "households_depression", "households_no_signal"]
    for row in tables["communes"]:
        if not row["code"] or row["hamlets"] == "0":
            continue
        line = re.search(r"^ *\d+ +%s +%s +([\d, ]+)$" % (re.escape(row["code"]),
                                                          re.escape(row["name"])), text, re.M)
        found.equal("PDF, commune " + row["code"], [int(row[name]) for name in columns],
                    plain_numbers(line.group(1)) if line else None)
    for verdict, word in VERDICTS.items():
        line = re.search(r"^ *%s +([\d, ]+)$" % word, text, re.M)
        found.equal("PDF, " + verdict,
                    [summary[verdict], summary["no_electricity"][verdict],
                     summary["households"][verdict], summary["households_no_electricity"][verdict]],
                    plain_numbers(line.group(1)) if line else None)
    lines = [plain_numbers(line) for line in re.findall(r"^ *all +([\d, ]+)$", text, re.M)]
    found.equal("PDF, sum of communes", [sums[name] for name in columns],
                lines[1] if len(lines) > 1 else None)
    tight = re.sub(r"\s+", "", pdf_text(path, "-raw"))
    for row in tables["hamlets"]: # a long name goes over several lines
        found.equal("PDF, name of " + row["hamlet_code"], True,
                    re.sub(r"\s+", "", nfc(row["hamlet"])) in tight)


def main(out, folder, networks=None):
    def path(name):
        return os.path.join(out, name)

    tables = {name: read_csv(path(name + ".csv")) for name in ("hamlets", "areas", "communes")}
    found = Comparison()
    sums = totals(tables)
    sheet_hamlets = compare_sheets(found, tables, folder)
    if networks:
        operators = {row["mccmnc"]: row["operator"] for row in tables["areas"]}
        compare_networks(found, sheet_hamlets, read_csv(networks), operators)
    compare_geopackage(found, tables, path("survey.gpkg"))
    summary = compare_summary(found, sums, path("summary.json"))
    compare_map(found, tables, sums, path("map.html"))
    compare_page(found, tables, path("map.html"))
    compare_pdf(found, tables, sums, summary, path("report.pdf"))
    for difference in found.differences:
        print(difference)
    print("%d compared, %d differ" % (found.compared, len(found.differences)))
    return 1 if found.differences or found.compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
