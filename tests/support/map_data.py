"""The data of a map.html as plain tables, read without a browser: what analyzer/map_places.c
and map_bins.c pack.

    from map_data import load
    survey = load("out/map.html")
    survey["hamlets"][0]["areas"][0]["operators"][0]["availability"]
"""

import base64
import datetime
import json


class Unpack:
    """Integers of a packed text, one after the other."""

    def __init__(self, text):
        self.bytes = base64.b64decode(text, validate=True)
        self.at = 0

    def more(self):
        return self.at < len(self.bytes)

    def uint(self):
        value = shift = 0
        while True:
            byte = self.bytes[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def int(self):
        value = self.uint()
        return value >> 1 if value % 2 == 0 else -(value + 1 >> 1)

    def count(self):
        value = self.uint()
        return None if value == 0 else value - 1

    def level(self):
        return -self.uint() or None

    def point(self, last):
        last[0] += self.int()
        last[1] += self.int()
        return last[0] / 1e6, last[1] / 1e6

    def line(self):
        last = [0, 0]
        return [self.point(last) for _ in range(self.uint())]

    def lines(self):
        return [self.line() for _ in range(self.uint())]


BROADBAND = (("broadband_tests", Unpack.uint), ("broadband_ok", Unpack.uint),
             ("median_down_kbps", Unpack.count), ("median_up_kbps", Unpack.count),
             ("ping_tests", Unpack.uint), ("ping_ok", Unpack.uint), ("median_ping_ms", Unpack.count))


def raw(path):
    """The JSON as it stands in the page."""
    with open(path, encoding="utf-8") as page:
        text = page.read()
    start = '<script type="application/json" id="data">'
    begin = text.index(start) + len(start)
    return json.loads(text[begin:text.index("</script>", begin)])


def operator_row(pack, data):
    head = pack.uint()
    row = {"in_rule": bool(head & 1), "result": data["results"][head >> 1 & 3],
           "mccmnc": data["operators"][pack.uint()]["mccmnc"], "availability": None,
           "availability_low": 0.0, "availability_high": 1.0, "effective_n": 0.0, "bins": 0,
           "samples": 0, "no_service_samples": 0, "median_dbm": None, "p10_dbm": None,
           "first_date": "", "last_date": ""}
    if head & 16:
        for key in ("availability", "availability_low", "availability_high"):
            row[key] = pack.uint() / 1e6
        row["effective_n"] = pack.uint() / 100
    if head & 8:
        for key in ("bins", "samples", "no_service_samples"):
            row[key] = pack.uint()
        row["median_dbm"], row["p10_dbm"] = pack.level(), pack.level()
        if pack.uint():
            last = (datetime.date.fromisoformat(data["newest_date"]) -
                    datetime.timedelta(days=pack.int()))
            row["last_date"] = last.isoformat()
            row["first_date"] = (last - datetime.timedelta(days=pack.int())).isoformat()
    tested = head & 32
    for key, read in BROADBAND:
        row[key] = read(pack) if tested else None
    for first, second in (("broadband_tests", "broadband_ok"), ("ping_tests", "ping_ok")):
        if row[first] == 0:
            row[first] = row[second] = None  # as the tables have it
    return row


def area(pack, data, at):
    head = pack.uint()
    found = {"kind": data["kinds"][head & 3], "result": data["results"][head >> 2 & 3],
             "households": pack.count(), "bins_total": pack.uint(), "at": None}
    if head & 16:
        found["at"] = pack.point([round(degrees * 1e6) for degrees in at or (0, 0)])
    if found["kind"] == "polygon":
        found["shape"] = pack.lines()
    else:
        found["radius_m"] = pack.uint() / 1000
    found["operators"] = [operator_row(pack, data) for _ in range(pack.uint())]
    return found


def hamlets(data):
    pack, areas = Unpack(data["hamlets"]["facts"]), Unpack(data["areas"]["facts"])
    notes = {entry["hamlet"]: entry["notes"] for entry in data["hamlets"]["notes"]}
    clusters = iter(zip(data["areas"]["code"], data["areas"]["name"]))
    last, found = [0, 0], []
    for code, name in zip(data["hamlets"]["code"], data["hamlets"]["name"]):
        commune = pack.uint()
        one = {"code": code, "name": name, "notes": notes.get(code, []),
               "commune": data["communes"][commune - 1] if commune else None,
               "verdict": data["verdicts"][pack.uint()]}
        count = pack.uint()
        one["households"] = pack.count()
        attributes = pack.uint()
        one["electricity"] = data["yes_no"][attributes // 27]
        one["difficult"] = data["yes_no"][attributes // 9 % 3]
        one["broadband_3g4g"] = data["presences"][attributes // 3 % 3]
        one["broadband_5g"] = data["presences"][attributes % 3]
        one["at"] = pack.point(last) if pack.uint() else None
        end = areas.at + pack.uint()
        one["areas"] = [area(areas, data, one["at"]) for _ in range(count)]
        for i, each in enumerate(one["areas"]):
            each["code"], each["name"] = (code, name) if i == 0 else next(clusters)
        assert areas.at == end, code
        found.append(one)
    assert not pack.more() and not areas.more() and next(clusters, None) is None
    return found


def bins(layer):
    """The rows of bins.csv of one operator."""
    pack, x, y, found = Unpack(layer["rows"]), 0, 0, []
    for _ in range(layer["count"]):
        x += pack.int()
        y += pack.int()
        silent, share, mask = pack.uint(), pack.count(), pack.uint()
        for t, tech in enumerate(layer["techs"]):
            if mask >> t & 1:
                found.append({"bin_x": x, "bin_y": y, "mccmnc": layer["mccmnc"], "tech": tech,
                              "median_dbm": pack.level(), "samples": pack.uint(),
                              "no_level_samples": pack.uint(), "no_service_samples": silent,
                              "share": None if share is None else share / 1e6})
    assert not pack.more()
    return found


def lattice(data):
    """Nodes of bin corners: (i, j) to (latitude, longitude)."""
    pack, nodes, i, j, lat, lon = Unpack(data["lattice"]["nodes"]), {}, 0, 0, 0, 0
    while pack.more():
        i += pack.int()
        j += pack.int()
        lat += pack.int()
        lon += pack.int()
        nodes[i, j] = lat / 1e7, lon / 1e7
    return nodes


def load(path):
    data = raw(path)
    return {**data, "hamlets": hamlets(data), "borders": Unpack(data["borders"]).lines(),
            "bins": [row for layer in data["bins"] for row in bins(layer)],
            "lattice": {"step_bins": data["lattice"]["step_bins"], "nodes": lattice(data)}}
