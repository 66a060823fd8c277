#!/usr/bin/env python3
"""What report.xlsx and report.pdf hold, for the tests: papers.py COMMAND FILE…"""
import csv
import re
import subprocess
import sys
import unicodedata
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def names(book):
    with zipfile.ZipFile(book) as package:
        root = ElementTree.fromstring(package.read("xl/workbook.xml"))
    return [sheet.get("name") for sheet in root.iter(MAIN + "sheet")]


def sheets(book):
    """The name and the XML of each sheet."""
    with zipfile.ZipFile(book) as package:
        for i, name in enumerate(names(book), 1):
            yield name, ElementTree.fromstring(package.read("xl/worksheets/sheet%d.xml" % i))


def cells(sheet):
    """Texts and numbers of a sheet by reference ("A1")."""
    return {cell.get("r"): "".join(part.text or "" for part in cell.iter()
                                   if part.tag in (MAIN + "t", MAIN + "v"))
            for cell in sheet.iter(MAIN + "c")}


def check_tables(book):
    """Tables have frozen heads, filters and widths; verdicts have their colours; no formula."""
    tables = 0
    for name, sheet in sheets(book):
        assert not list(sheet.iter(MAIN + "f")), "a formula on " + name
        assert list(sheet.iter(MAIN + "col")), "no column widths on " + name
        if list(sheet.iter(MAIN + "autoFilter")):
            pane = next(sheet.iter(MAIN + "pane"))
            assert pane.get("state") == "frozen" and pane.get("ySplit") == "1", name
            tables += 1
    assert tables == 5, tables
    coloured = [name for name, sheet in sheets(book)
                if len(list(sheet.iter(MAIN + "cfRule"))) >= 4]
    assert names(book)[2] in coloured, coloured


def check_codes(book):
    """Codes are text, so that their leading zeros stay."""
    sheet = dict(sheets(book))[names(book)[2]]
    kinds = {cell.get("r"): cell.get("t") for cell in sheet.iter(MAIN + "c")}
    for column in "CE":
        assert kinds[column + "2"] in ("s", "inlineStr"), column


def column(book, sheet, heading):
    """A column of a table, top down."""
    found = cells(dict(sheets(book))[sheet])
    letters = next(re.match("[A-Z]+", at).group() for at, text in found.items()
                   if re.fullmatch("[A-Z]+1", at) and text == heading)
    rows = max(int(re.search(r"\d+", at).group()) for at in found)
    return [found.get("%s%d" % (letters, row), "") for row in range(2, rows + 1)]


def check_names(book, sheet, heading, pdf, table):
    """Every hamlet of a CSV table stands in both, in NFC, and reads as it was written."""
    with open(table, encoding="utf-8-sig", newline="") as file:
        wanted = sorted(readable(row["hamlet"]) for row in csv.DictReader(file))
    assert wanted
    shown = sorted(column(book, sheet, heading))
    assert shown == wanted, (shown, wanted)
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True,
                          text=True).stdout
    tight = re.sub(r"\s+", "", text)
    for name in wanted:
        assert re.sub(r"\s+", "", name) in tight, name


def readable(name):
    """Without controls and marks of direction."""
    text = unicodedata.normalize("NFC", name)
    text = re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    result = globals()[command](*arguments)
    if result is not None:
        print("\n".join(result))
