"""Does a dossier's judging again by hand: redo.py PAGE...

Knows nothing but the page: rule, bins, visits. Prints the code and verdict of each page, and
fails where a number of the page does not follow from the others.
"""

import itertools
import math
import statistics
import sys
import xml.etree.ElementTree as ET

import yaml

TOLERANCE = 1e-9
PRINTED = 2e-6  # numbers have six decimals


class Redo:
    """One page."""

    def __init__(self, path):
        self.root = ET.parse(path).getroot()  # the page is well-formed XML as well
        self.rule = yaml.safe_load(self.text("pre", id="rule"))
        self.size_m = float(self.text("footer").split("bins of ")[1].split(" m")[0])

    def all(self, tag, **attributes):
        for node in self.root.iter(tag):
            if all(node.get(name.replace("_", "-")) == value
                   for name, value in attributes.items()):
                yield node

    def text(self, tag, **attributes):
        return "".join(next(self.all(tag, **attributes)).itertext())

    def bins(self, area):
        """All bins: "12190: 50098 50099; 12191: 50098"."""
        found = []
        for column in self.text("p", **{"class": "bins", "data_area": area}).split(";"):
            x, rows = column.split(":")
            found += [(int(x), int(y)) for y in rows.split()]
        return found

    def visits(self, area, mccmnc):
        """Of each bin the shares of its visits, and all evidence samples."""
        shares, samples = {}, 0
        for table in self.all("table", **{"class": "visits", "data_area": area,
                                          "data_mccmnc": mccmnc}):
            for row in table.find("tbody"):
                if row.get("class") == "old":
                    continue
                x, y, _, taken, _, judged, passing, share = ["".join(c.itertext()) for c in row]
                samples += int(taken)
                if int(judged) > 0:
                    mean = int(passing) / int(judged)
                    assert abs(mean - float(share)) < PRINTED, (area, x, y, share)
                    shares.setdefault((int(x), int(y)), []).append(mean)
        return {cell: statistics.fmean(means) for cell, means in shares.items()}, samples

    def mean_rho(self, a, b):
        return statistics.fmean(
            math.exp(-self.size_m * math.dist(p, q) / self.rule["correlation_m"])
            for p, q in itertools.product(a, b))

    def judge(self, cells, shares, samples):
        rule = self.rule
        steps = {"bins_total": len(cells), "bins": len(shares), "samples": samples,
                 "rho_area": self.mean_rho(cells, cells), "share_sum": math.fsum(shares.values()),
                 "effective_n": 0.0}
        low, high, availability = 0.0, 1.0, math.nan
        if shares and samples:
            availability = steps["share_sum"] / len(shares)
            steps["availability"] = availability
            steps["rho_seen"] = self.mean_rho(shares, shares)
            steps["rho_cross"] = self.mean_rho(shares, cells)
            steps["variance"] = (steps["rho_seen"] - 2 * steps["rho_cross"] + steps["rho_area"])
            n = min(1 / max(steps["variance"], 1 / rule["n_max"]), samples)
            steps["effective_n"] = n
            z = statistics.NormalDist().inv_cdf(0.5 + rule["confidence"] / 2)
            middle = availability + z * z / (2 * n)
            spread = z * math.sqrt(availability * (1 - availability) / n + z * z / (4 * n * n))
            low = max((middle - spread) / (1 + z * z / n), 0.0)
            high = min((middle + spread) / (1 + z * z / n), 1.0)
        steps["low"], steps["high"] = low, high
        steps["enough_bins"] = len(shares) >= min(rule["min_bins"], len(cells))
        steps["enough_availability"] = availability >= rule["availability_min"] - TOLERANCE
        steps["enough_evidence"] = low >= rule["evidence_min"] - TOLERANCE
        steps["surely_below"] = high < rule["availability_min"] - TOLERANCE
        result = "unknown"
        if steps["enough_bins"] and steps["enough_availability"] and steps["enough_evidence"]:
            result = "pass"
        elif steps["enough_bins"] and steps["surely_below"]:
            result = "fail"
        return steps, result, availability

    def compare(self, table, column, steps, result):
        """The page's cells of one operator against ours."""
        for row in table.find("tbody"):
            name, shown = row.get("data-step"), "".join(row[column].itertext())
            where = (table.get("data-area"), column, name, shown)
            if name == "result":
                assert shown == result, where
            elif name not in steps:
                assert shown == "–", where
            elif isinstance(steps[name], bool):
                assert shown == ("yes" if steps[name] else "no"), (where, steps[name])
            else:
                bound = PRINTED * max(1.0, steps[name] * (steps[name] if name == "effective_n" else 1))
                assert abs(float(shown) - steps[name]) < bound, (where, steps[name])

    def area(self, table):
        """Result and best availability."""
        rule_operators = [str(code) for code in self.rule["operators"]["mccmnc"]]
        cells = self.bins(table.get("data-area"))
        results, best = [], math.nan
        for column, head in enumerate(table.find("thead")[0]):
            if column == 0:
                continue
            mccmnc = head.get("data-mccmnc")
            shares, samples = self.visits(table.get("data-area"), mccmnc)
            steps, result, availability = self.judge(cells, shares, samples)
            self.compare(table, column, steps, result)
            if mccmnc in rule_operators:
                results.append(result)
                if not math.isnan(availability):
                    best = availability if math.isnan(best) else max(best, availability)
        assert len(results) == len(rule_operators)
        settles, other = (("pass", "fail") if self.rule["operators"]["combine"] == "any"
                          else ("fail", "pass"))
        if settles in results:
            return settles, best
        return (other if set(results) == {other} else "unknown"), best

    def verdict(self):
        (centre, best), *clusters = [self.area(t) for t in self.all("table", **{"class": "steps"})]
        clusters = {result for result, _ in clusters}
        if centre == "fail":
            return "no_signal" if best <= self.rule["no_signal_max"] + TOLERANCE else "depression"
        if centre == "unknown":
            return "not_enough_data"
        if "fail" in clusters:
            return "depression"
        return "not_enough_data" if "unknown" in clusters else "covered"


for page in sys.argv[1:]:
    redo = Redo(page)
    verdict = redo.verdict()
    said = next(redo.all("p", id="verdict")).get("data-verdict")
    assert verdict == said, (page, verdict, said)
    print(redo.text("h1").split()[0], verdict, sep=",")
