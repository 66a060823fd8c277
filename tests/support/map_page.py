"""map_page.py DIR CHECK: what a person does with DIR/map.html, in a real Chromium.

Each check ends with a page that has not complained and has asked the network for nothing.
"""

import csv
import json
import pathlib
import re
import sys

import numpy
from osgeo import gdal

from browser import Browser
from map_data import load

gdal.UseExceptions()
out = pathlib.Path(sys.argv[1])
page = out / "map.html"
READY = "document.documentElement.dataset.ready === '1'"
PHONE = {"width": 390, "height": 844, "phone": True}
VERDICTS = ["no_signal", "depression", "not_enough_data", "covered"]


def table(name):
    with open(out / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} instead of {expected!r}")


def listed(b):
    return b.run("return [...document.querySelectorAll('#list [data-hamlet]')]"
                 ".map((node) => node.dataset.hamlet)")


def focused(b):
    return b.value("document.activeElement.id || document.activeElement.dataset.hamlet || ''")


def pixels(b, css):
    """The picture of an element, rows of [red, green, blue]."""
    b.shot("shot.png")
    box = b.run("const r = document.querySelector(arguments[0]).getBoundingClientRect();"
                "return [r.left, r.top, r.right, r.bottom]", css)
    left, top, right, bottom = (round(side * b.value("devicePixelRatio")) for side in box)
    picture = gdal.Open("shot.png").ReadAsArray()[:3, top:bottom, left:right]
    return numpy.moveaxis(picture, 0, 2)


def count_colour(picture, colour):
    wanted = [int(colour[i:i + 2], 16) for i in (1, 3, 5)]
    return int((picture == wanted).all(axis=2).sum())


# --- the checks


def opens(b):
    b.open(page)
    rows = table("hamlets.csv")
    equal(b.value("document.documentElement.lang"), "vi")
    equal(sorted(listed(b)), sorted(row["hamlet_code"] for row in rows))
    equal(b.texts("#counts tfoot td")[0], str(len(rows)))
    assert "lõm sóng" in b.text("#title").lower()
    assert "1603-2024-interim" in b.text("#subtitle")
    assert b.visible("#map canvas") and b.visible(".leaflet-control-scale-line")
    assert re.fullmatch(r"[\d.,]+ k?m", b.text(".leaflet-control-scale-line"))
    # nothing that the eye sees is without a text for the ear
    equal(b.run("return [...document.querySelectorAll('button, select, input, a[href]')].filter("
                "(node) => !(node.textContent.trim() || node.ariaLabel || (node.labels || []).length)"
                ").length"), 0)


def dossiers(b):
    """Every hamlet's dossier shows its row of hamlets.csv and its rows of areas.csv."""
    b.open(page, "#lang=en")
    areas = table("areas.csv")
    names = b.run("return Object.fromEntries([...document.querySelectorAll('#counts tbody tr')]"
                  ".map((row) => [row.querySelector('input').dataset.verdict,"
                  " row.querySelector('th').textContent.trim()]))")
    for row in table("hamlets.csv"):
        code = row["hamlet_code"]
        b.run("document.querySelector(`[data-hamlet=\"${arguments[0]}\"]`).click()", code)
        equal(b.text("#dossier-name"), row["hamlet"])
        equal(b.text("#dossier .verdict"), names[row["verdict"]])
        assert len(b.text("#dossier .why")) > 20
        shown = [text for text in b.texts("#dossier .operators tbody tr:first-child")]
        ours = [area for area in areas if area["hamlet_code"] == code]
        equal(len(shown), len(ours))
        for text, area in zip(sorted(shown), sorted(map(dossier_row, ours))):
            equal(text[:len(area)], area)
        equal(b.visible("#dossier .todo"), row["verdict"] == "not_enough_data")
        equal(b.count("#dossier .broadband"), sum(
            area["broadband_tests"] != "" or area["ping_tests"] != "" for area in ours))
        b.click("#back")
        equal(focused(b), code)


def dossier_row(area):
    """An operator's row as the English page words it."""
    def percent(share):
        return f"{int(float(share) * 1000 + 1e-5) / 10:,.1f}%"
    text = area["operator"] + area["result"].capitalize()
    text += "–" if area["availability"] == "" else percent(area["availability"]) + \
        percent(area["availability_low"]) + " – " + percent(area["availability_high"])
    return text + f"{int(area['bins']):,} of {int(area['bins_total']):,}" + \
        (area["median_dbm"].replace("-", "−") or "–")


def filters(b):
    b.open(page, "#lang=en")
    rows = table("hamlets.csv")
    for verdict in VERDICTS:
        b.click(f"[data-verdict={verdict}]")
        equal(focused(b), "")
        expected = {row["hamlet_code"] for row in rows if row["verdict"] != verdict}
        equal(set(listed(b)), expected)
        assert f"hide={verdict}" in b.value("location.hash")
        b.click(f"[data-verdict={verdict}]")
    communes = sorted({row["commune_code"] for row in rows})
    assert len(communes) > 1
    before = b.value("location.hash")
    for code in communes:
        b.choose("#commune", code)
        ours = [row for row in rows if row["commune_code"] == code]
        equal(set(listed(b)), {row["hamlet_code"] for row in ours})
        assert b.value("location.hash") != before  # it went there
        equal(b.texts("#counts tfoot td")[:2],
              [str(len(ours)), str(sum(int(row["households"] or 0) for row in ours))])
        for row in table("communes.csv"):
            if row["code"] == code:
                equal(b.texts("#counts tbody td:nth-child(2)"), [row[v] for v in VERDICTS])
    b.open(page, b.value("location.hash"))  # the address keeps it all
    equal(b.value("document.getElementById('commune').value"), communes[-1])
    b.choose("#commune", "*")
    equal(len(listed(b)), len(rows))


def search(b):
    """Without diacritics, Đ too, whatever their form; by code; in both fields."""
    import unicodedata
    b.open(page)

    def plain(text):
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        return text.replace("Đ", "D").replace("đ", "d").lower()
    rows = table("hamlets.csv")
    for row in rows:
        for text in (row["hamlet"], plain(row["hamlet"]), unicodedata.normalize("NFD", row["hamlet"]),
                     row["hamlet_code"]):
            b.type("#search", text)
            assert row["hamlet_code"] in listed(b), text
            assert len(listed(b)) < len(rows), text
    assert any("đ" in row["hamlet"].lower() for row in rows)
    b.type("#search", "nowhere at all")
    equal(listed(b), [])
    commune = table("communes.csv")[0]
    b.type("#search", plain(commune["name"]))
    b.click(f"#list [data-commune=\"{commune['code']}\"]")
    equal(b.value("document.getElementById('commune').value"), commune["code"])
    equal(len(listed(b)), int(commune["hamlets"]))


def languages(b):
    b.open(page)
    vietnamese = b.text("body")
    b.click("[data-lang=en]")
    english = b.text("body")
    equal(b.value("document.documentElement.lang"), "en")
    assert "Trắng sóng" in vietnamese and "Trắng sóng" not in english
    assert "No signal" in english and "No signal" not in vietnamese
    assert "lang=en" in b.value("location.hash")
    b.click("#list button")
    dossier = b.text("#dossier")
    b.click("[data-lang=vi]")
    assert b.text("#dossier") != dossier  # the open one is translated
    equal(b.texts("#dossier-name")[0] in dossier, True)
    # every text in both: same keys, and the same gaps to fill
    source = page.read_text(encoding="utf-8")
    texts = re.findall(r"^  (\w+): \[(.+?)\],$", source, re.M | re.S)
    assert len(texts) > 100
    for key, both in texts:
        quoted = re.findall(r"'((?:[^'\\]|\\.)*)'(\s*\+)?", both)
        joined = "".join(part + ("" if plus else "\n") for part, plus in quoted).split("\n")[:-1]
        equal((key, len(joined)), (key, 2))
        gaps = [set(re.findall(r"\{(\w+)\}", text)) for text in joined]
        equal((key, gaps[0] - {"names"}), (key, gaps[1] - {"names"}))


def keyboard(b):
    b.open(page)
    first, second, *_, last = listed(b)
    b.press("Tab", "Enter")  # the first stop skips to the list
    equal(focused(b), first)
    b.press("Down")
    equal(focused(b), second)
    b.press("End")
    equal(focused(b), last)
    b.press("Home", "Enter")
    equal(focused(b), "dossier-name")
    b.press("Escape")
    equal(focused(b), first)
    b.press("Up")
    equal(focused(b), "search")
    b.type("#search", second)
    b.press("Enter")
    assert b.visible("#dossier") and not b.visible("#overview")
    # the map: arrows move it, Enter opens what stands in its middle
    row = next(row for row in table("hamlets.csv") if row["verdict"] == "covered")
    b.open(page, f"#view=15/{row['lat_deg']}/{row['lon_deg']}")
    before = b.value("location.hash")
    b.run("document.getElementById('map').focus()")
    b.press("Right")
    b.wait("location.hash !== " + json.dumps(before))
    moved = b.value("location.hash")
    b.press("Left")
    b.wait("location.hash !== " + json.dumps(moved))
    b.press("Enter")
    b.wait("!document.getElementById('dossier').hidden")
    equal(b.text("#dossier-name"), row["hamlet"])
    # Tab comes by everything, and in the order of the page
    b.open(page)
    seen = []
    for _ in range(40):
        b.press("Tab")
        seen.append(focused(b))
        if seen[-1] == "measure":
            break
    order = [seen.index(one) for one in ("skip", "theme", "commune", "search", first, "map", "operator",
                                         "measure")]
    equal(order, sorted(order))
    equal([one for one in seen if one in (second, last)], [])  # the list is one stop


def bins(b):
    """A bin's popup says what its rows in bins.csv say; each layer has its colours."""
    rows = [row for row in table("bins.csv") if row["mccmnc"] == "45204" and row["tech"] == "LTE" and
            int(row["samples"]) > 5]
    row = rows[len(rows) // 2]
    b.open(page, f"#lang=en&layer=45204-LTE&hide={','.join(VERDICTS)}"
                 f"&view=18/{row['lat_deg']}/{row['lon_deg']}")
    b.run("document.getElementById('key').open = false")
    b.run("document.getElementById('map').focus()")
    b.press("Enter")
    text = b.text(".bin-popup")
    assert row["median_dbm"].replace("-", "−") + " dBm" in text, text
    assert row["samples"] + " samples with a level" in text, text
    b.press("Escape")
    equal(b.count(".leaflet-popup"), 0)
    palette = load(page)["palette"]
    edges = palette["level_edges"]["LTE"]
    band = sum(int(row["median_dbm"]) >= edge for edge in edges)
    assert_shown(b, palette["light"][f"band_{band}"])
    b.run("document.getElementById('key').open = true")
    equal(b.run("return [...document.getElementById('measure').options].map((o) => o.value)")[-1],
          "share")
    for layer in ("45204-share", "best-LTE", "best-share"):
        operator, measure = layer.split("-")
        b.choose("#operator", operator)
        b.choose("#measure", measure)
        assert f"layer={layer}" in b.value("location.hash"), layer
        assert b.count("#bands li") > 3
    b.choose("#operator", "none")
    assert not b.visible("#measure")
    b.run("document.getElementById('key').open = false")
    equal(count_colour(pixels(b, "#map"), palette["light"][f"band_{band}"]), 0)


def assert_shown(b, colour):
    """Bins lie on the map with 85 % of their colour."""
    wanted = numpy.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)])
    ground = pixels(b, "#map")[5, 5]
    mixed = wanted * 0.85 + ground * 0.15
    near = (abs(pixels(b, "#map").astype(int) - mixed) <= 3).all(axis=2).sum()
    assert near > 50, f"{near} pixels of {colour}"


def colours(b):
    """What the map draws is what the table says, in the palette's colours."""
    palette = load(page)["palette"]
    for dark in (False, True):
        b.media(dark=dark)
        for verdict in VERDICTS:
            others = [other for other in VERDICTS if other != verdict]
            b.open(page, f"#layer=none&hide={','.join(others)}")
            b.run("document.getElementById('key').open = false")
            picture = pixels(b, "#map")
            theme = palette["dark" if dark else "light"]
            for one in VERDICTS:
                found = count_colour(picture, theme[one])
                # where a result has a verdict's colour its areas show it too
                if one == verdict:
                    assert found > 30, (dark, verdict, found)
                elif theme[one] not in (theme["pass"], theme["fail"], theme["unknown"]):
                    equal((dark, verdict, one, found), (dark, verdict, one, 0))
    b.media(dark=False)
    b.open(page)
    light = b.value("getComputedStyle(document.body).backgroundColor")
    b.click("#theme")
    assert b.value("getComputedStyle(document.body).backgroundColor") != light
    assert "theme=dark" in b.value("location.hash")


def pointer(b):
    """A hamlet's icon tells its name, and a click on it opens the dossier."""
    row = next(row for row in table("hamlets.csv") if row["verdict"] == "covered")
    b.open(page, f"#view=16/{row['lat_deg']}/{row['lon_deg']}")
    x, y = b.run("const r = document.getElementById('map').getBoundingClientRect();"
                 "return [r.left + r.width / 2, r.top + r.height / 2]")
    b.point_at(x, y)
    b.wait("document.querySelector('.leaflet-tooltip') !== null")
    assert row["hamlet"] in b.texts(".leaflet-tooltip")[0]
    b.click_at(x, y)
    b.wait("!document.getElementById('dossier').hidden")
    equal(b.text("#dossier-name"), row["hamlet"])


def stations(b):
    """The planners' stations: drawn, told by a click, hidden by their box and by the address."""
    data = load(page)
    kind, lat, lon, named = next(row for row in data["stations"]["places"] if row[3] == "Mast")
    _, operator, tech = data["stations"]["kinds"][kind]
    b.open(page, f"#lang=en&layer=none&view=16/{lat}/{lon}")
    at = b.run("const r = document.getElementById('map').getBoundingClientRect();"
               "return [r.left + r.width / 2, r.top + r.height / 2]")
    drawn = ("const c = document.querySelector('.leaflet-stations-pane canvas');"
             "const blank = document.createElement('canvas');"
             "[blank.width, blank.height] = [c.width, c.height];"
             "return c.toDataURL() !== blank.toDataURL()")
    equal(b.run(drawn), True)
    b.point_at(*at)
    b.wait("document.querySelector('.leaflet-tooltip') !== null")
    assert f"{operator} {tech}" in b.texts(".leaflet-tooltip")[0]
    b.click_at(*at)
    b.wait("document.querySelector('.leaflet-popup') !== null")
    equal(sorted(b.texts(".leaflet-popup .stations li")),
          ["Viettel LTE Mast", "Viettel WCDMA Mast", "operator not told technology not told Mast"])
    assert str(len(data["stations"]["places"])) in b.text("#stations-count")
    b.click("#stations")
    equal(b.run(drawn), False)
    b.wait("location.hash.includes('stations=no')")
    equal(b.count(".leaflet-popup"), 0)
    b.open(page, f"#stations=no&view=16/{lat}/{lon}")
    equal(b.run(drawn), False)
    b.click("#stations")
    equal(b.run(drawn), True)


def no_stations(b):
    b.open(page)
    equal("stations" in load(page), False)
    equal(b.visible("#stations-box"), False)


def phone(b):
    b.open(page)
    width = b.value("innerWidth")
    equal(width, 390)
    equal(b.value("document.documentElement.scrollWidth <= innerWidth"), True)
    equal(b.value("document.getElementById('key').open"), False)
    height = b.value("document.getElementById('map').getBoundingClientRect().height")
    assert height > 200
    assert b.value("document.getElementById('panel').getBoundingClientRect().top") >= height
    b.click("#list button")
    assert b.visible("#dossier-name")
    equal(b.value("document.documentElement.scrollWidth <= innerWidth"), True)
    small = b.run("return [...document.querySelectorAll('#dossier button')].filter("
                  "(node) => node.getBoundingClientRect().height < 24).length")
    equal(small, 0)  # WCAG 2.2, target size


def paper(b):
    b.open(page)
    before = b.value("location.hash")
    b.print_pdf("map.pdf", background=True)
    data = pathlib.Path("map.pdf").read_bytes()
    assert data.startswith(b"%PDF") and len(data) > 10000
    b.wait("document.documentElement.dataset.paper === ''")
    equal(b.value("location.hash"), before)
    equal(b.value("document.getElementById('about').open"), False)


def hostile(b):
    """Names that would break a page are shown as they are, and do nothing."""
    rows = table("hamlets.csv")
    b.open(page, "#lang=en")
    equal(b.value("window.harmed === undefined"), True)
    shown = {text for text in b.texts("#list strong")}
    for row in rows:
        assert row["hamlet"] in shown, row["hamlet"]
        b.run("document.querySelector('#list [data-hamlet=' + CSS.escape(arguments[0]) + ']').click()",
              row["hamlet_code"])
        equal(b.texts("#dossier-name")[0], row["hamlet"])
        equal(b.value("document.documentElement.scrollWidth <= innerWidth"), True)
        b.press("Escape")
    b.type("#search", "lung day")
    assert len(listed(b)) == 2, listed(b)  # composed and decomposed
    equal(b.count("script"), 3)
    equal(b.value("window.harmed === undefined"), True)


def many(b):
    """Thousands of hamlets: clusters from afar, a list that ends, everything still found."""
    rows = table("hamlets.csv")
    b.open(page, "#lang=en")
    assert len(rows) > 2000
    equal(len(listed(b)), 300)
    assert f"{len(rows):,}" in b.text("#found")
    b.type("#search", rows[-1]["hamlet_code"])
    equal(listed(b), [rows[-1]["hamlet_code"]])
    b.type("#search", " ")
    box = b.run("const r = document.getElementById('map').getBoundingClientRect();"
                "return [r.left, r.top, r.width, r.height]")
    for step in range(200):  # all over the middle, evenly
        x = box[0] + box[2] * (0.3 + 0.3 * (step * 0.7549 % 1))
        y = box[1] + box[3] * (0.3 + 0.4 * (step * 0.5698 % 1))
        b.point_at(x, y)
        tip = b.texts(".leaflet-tooltip")
        if tip and "hamlets:" in tip[0]:
            break
    else:
        raise AssertionError("no cluster found")
    zoom = b.value("location.hash.match(/view=(\\d+)/)")
    b.click_at(x, y)
    b.wait("location.hash.includes('view=')")
    assert int(b.value("location.hash.match(/view=(\\d+)/)[1]")) > (int(zoom[1]) if zoom else 3)
    equal(b.visible("#overview"), True)
    # three on one point: no zoom takes them apart, a list does
    three = [row for row in rows if row["hamlet_code"].startswith("T")]
    b.open(page, f"#lang=en&view=18/{three[0]['lat_deg']}/{three[0]['lon_deg']}")
    b.run("document.getElementById('map').focus()")
    b.press("Enter")
    equal(sorted(b.texts(".leaflet-popup strong")), [row["hamlet"] for row in three])
    b.click(".leaflet-popup [data-hamlet=T2]")
    equal(b.text("#dossier-name"), three[1]["hamlet"])


def empty(b):
    """A survey without evidence."""
    b.open(page, "#lang=en")
    equal(set(row["verdict"] for row in table("hamlets.csv")), {"not_enough_data"})
    equal(b.visible("#measure"), False)
    b.click("#list button")
    assert "not measured" in b.text("#dossier .todo")


name = sys.argv[2]
with Browser(**(PHONE if name == "phone" else {"width": 1280, "height": 800})) as browser:
    globals()[name](browser)
    browser.check_quiet()
print(name, "as it should be")
