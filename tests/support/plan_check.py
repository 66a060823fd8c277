#!/usr/bin/python3
"""Recomputes the routes of a plan: plan_check.py PLAN.gpkg TEAMS DAYS HOURS SPEED_KMH DETOUR

Ways from the points alone, hours, order, nobody visited twice, no two legs that cross, of one
route or of two, the lines drawn as the stops go. Prints the number of stops."""
import math
import sqlite3
import struct
import sys
from itertools import combinations, groupby


def distance_m(a, b):
    """Great circle on the mean sphere; points are (lon, lat)."""
    x1, y1, x2, y2 = (math.radians(v) for v in a + b)
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371008.8 * math.asin(math.sqrt(h))


def point(blob):
    return struct.unpack_from("<dd", blob, 13)


def line(blob):
    count = struct.unpack_from("<I", blob, 13)[0]
    return [struct.unpack_from("<dd", blob, 17 + 16 * i) for i in range(count)]


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(a, b, c, d):
    return turn(a, b, c) * turn(a, b, d) < -1e-18 and turn(c, d, a) * turn(c, d, b) < -1e-18


def check_route(stops, route, start, limits):
    hours, speed_mps, detour = limits
    clock, way, here, drawn = 0.0, 0.0, start, [start]
    for number, stop in enumerate(stops, 1):
        leg = distance_m(here, stop["at"]) * detour
        clock += leg / speed_mps
        way += leg
        assert stop["stop"] == number
        assert abs(stop["leg_m"] - leg) <= 1
        assert abs(stop["arrive_s"] - clock) <= 2
        clock += stop["service_s"]
        assert abs(stop["leave_s"] - clock) <= 2
        here = stop["at"]
        drawn.append(here)
    home = distance_m(here, start) * detour
    clock += home / speed_mps
    drawn.append(start)
    assert clock <= hours * 3600 + 1, (clock, hours)
    assert abs(route["way_m"] - way - home) <= 2 + len(stops)
    assert abs(route["time_s"] - clock) <= 3
    assert route["stops"] == len(stops)
    assert all(distance_m(a, b) < 0.1 for a, b in zip(line(route["geom"]), drawn))
    return list(zip(drawn, drawn[1:]))


def main():
    teams, days = int(sys.argv[2]), int(sys.argv[3])
    limits = (float(sys.argv[4]), float(sys.argv[5]) / 3.6, float(sys.argv[6]))
    db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
    db.row_factory = sqlite3.Row
    start = tuple(db.execute("SELECT start_lon_deg, start_lat_deg FROM plan").fetchone())
    stops = [dict(row, at=point(row["geom"])) for row in db.execute(
        "SELECT s.*, h.service_s, h.possible, h.visits FROM plan_stop s"
        " JOIN plan_hamlet h USING (hamlet_code) ORDER BY team, day, stop")]
    assert len({stop["hamlet_code"] for stop in stops}) == len(stops)
    assert all(stop["possible"] and stop["visits"] == 1 for stop in stops)
    routes = {(row["team"], row["day"]): row for row in db.execute("SELECT * FROM plan_route")}
    legs = []
    for key, group in groupby(stops, lambda stop: (stop["team"], stop["day"])):
        assert 1 <= key[0] <= teams and 1 <= key[1] <= days
        legs += check_route(list(group), routes.pop(key), start, limits)
    assert not routes
    for (a, b), (c, d) in combinations(legs, 2):
        assert not cross(a, b, c, d), "legs cross"
    print(len(stops))


if __name__ == "__main__":
    main()
