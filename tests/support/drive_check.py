#!/usr/bin/python3
"""Holds the trip logs of a drive (drive.py) against what was done to the modems and the
receiver: every sample is judged. Says what was counted; ends with 1 where a sample lies.

    drive_check.py DIR [--interval-ms MS]
"""
import argparse
import bisect
import collections
import glob
import json
import math
import os
import sqlite3
import struct
import sys

PROOF_MAX_MS = 5000  # DESIGN: over this without a proof of life a sample is no evidence
# A reading takes time: no service may have been true when the modem said so and over when
# ModemManager was asked. Service never may: it is dated by its beginning.
READING_MS = 2000
EVIDENCE = ("in_service", "limited", "no_service")
LEVEL_OF = {"LTE": ("rsrp_dbm", "rsrp_dbm"), "WCDMA": ("rscp_dbm", "rscp_dbm"),
            "GSM": ("rssi_dbm", "rxlev_dbm")}  # simulator's, log's


class Truth:
    """What a modem was from t_ms on."""

    def __init__(self, t_ms, modem, fault, alive):
        self.t_ms = t_ms
        self.fault = fault
        self.heard = modem["plugged"] and not modem["mute"] and alive
        self.net = self.network(modem)
        self.tech = modem["tech"]
        self.mccmnc = modem["plmn"]
        self.level = None
        if self.net == "in_service" and not modem["levels_unknown"]:
            self.level = modem[LEVEL_OF[self.tech][0]]

    @staticmethod
    def network(modem):
        if modem["radio"] != 1 or not modem["sim"]:
            return "radio_off"
        if modem["tech"] == "none":
            return "no_service"
        return {0: "no_service", 1: "in_service", 2: "no_service", 3: "limited",
                5: "in_service", 8: "limited"}.get(modem["stat"], "unknown")


class Track:
    """The truths of one modem, in order."""

    def __init__(self, who):
        self.who = who
        self.truths = []
        self.modem = None
        self.alive = True

    def add(self, t_ms, fault):
        self.truths.append(Truth(t_ms, self.modem, fault, self.alive))

    def within(self, from_ms, to_ms):
        """The truths of a time; both ends, for a change happens inside a millisecond."""
        times = [truth.t_ms for truth in self.truths]
        first = max(bisect.bisect_left(times, from_ms) - 1, 0)
        return self.truths[first:bisect.bisect_right(times, to_ms)]

    def silent_ms(self, t_ms):
        """For how long the modem had not been heard; 0 where it was."""
        since = None
        for truth in self.truths:
            if truth.t_ms > t_ms:
                break
            if truth.heard:
                since = None
            elif since is None:
                since = truth.t_ms
        return 0 if since is None else t_ms - since


class Verdict:
    """Counts, and the samples that lie."""

    def __init__(self):
        self.counts = collections.Counter()
        self.lies = []

    def lie(self, kind, sample, why):
        self.counts["lie: " + kind] += 1
        self.lies.append(f"{kind}: sample {sample['sample_id']} of {sample['sim_mccmnc']} at "
                         f"{sample['t_mono_ms']} ms, {sample['state']}: {why}")


def read_truth(path):
    """The tracks by the SIM's operator, the epochs that were fed, and all entries."""
    tracks, epochs, entries = {}, [], []
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            entries.append(entry)
            if entry["who"] == "gps":
                epochs.append(entry)
            elif entry["who"] == "modemmanager":
                for track in tracks.values():
                    if track.who.startswith("mm"):
                        track.alive = entry["alive"]
                        track.add(entry["t_ms"], entry["fault"])
            elif "modem" in entry:
                track = tracks.setdefault(entry["sim_mccmnc"], Track(entry["who"]))
                track.modem = entry["modem"]
                track.add(entry["t_ms"], entry["fault"])
    return tracks, epochs, entries


def read_samples(folder):
    rows = []
    for path in sorted(glob.glob(os.path.join(folder, "trips/*.gpkg"))):
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        rows += db.execute("SELECT sample.*, sim_mccmnc FROM sample JOIN modem USING (modem_id) "
                           "ORDER BY sample_id").fetchall()
        count = db.execute("SELECT count(*) FROM sample").fetchone()[0]
        if count != len(rows):
            sys.exit(f"{path}: {count} samples, {len(rows)} of them with a modem")
        db.close()
    return rows


def is_evidence(sample):
    age_ms = sample["level_age_ms"]
    return sample["state"] in EVIDENCE and age_ms is not None and age_ms <= PROOF_MAX_MS


def judge_service(sample, track, verdict):
    """In service there was a network, that one, at that level."""
    t_ms = sample["t_mono_ms"]
    now = track.within(t_ms, t_ms)
    if all(truth.net != "in_service" for truth in now):
        verdict.lie("in service without a network", sample, now[-1].fault)
        return
    read = [truth for truth in track.within(t_ms, t_ms + PROOF_MAX_MS)
            if truth.net == "in_service"]
    tech = sample["tech"]
    if tech is not None and tech not in {truth.tech for truth in read}:
        verdict.lie("wrong technology", sample, tech)
        return
    if (sample["mcc"] or "") + (sample["mnc"] or "") not in {truth.mccmnc for truth in read}:
        verdict.lie("wrong operator", sample, f"{sample['mcc']}{sample['mnc']}")
    level = sample[LEVEL_OF[tech][1]] if tech else None
    if level is None:
        verdict.counts["in service, no level"] += 1
    elif level not in {truth.level for truth in read if truth.tech == tech}:
        verdict.lie("wrong level", sample, f"{level}, not {[t.level for t in read]}")
    else:
        verdict.counts["in service, level exact"] += 1


def judge_state(sample, track, verdict):
    t_ms = sample["t_mono_ms"]
    if track.silent_ms(t_ms) > PROOF_MAX_MS:
        if sample["state"] != "unknown" or sample["tech"] is not None:
            verdict.lie("silence not unknown", sample, track.within(t_ms, t_ms)[-1].fault)
        return
    if sample["state"] == "unknown":
        return
    if sample["state"] == "in_service":
        judge_service(sample, track, verdict)
        return
    said = {truth.net for truth in track.within(t_ms - READING_MS, t_ms)}
    if sample["state"] not in said:
        kind = "false hole" if said == {"in_service"} else "wrong state"
        verdict.lie(kind, sample, f"it was {said}")
    if sample["tech"] is not None and sample["state"] != "limited":
        verdict.lie("level without service", sample, sample["tech"])


def position(sample):
    """(lon, lat) of a GeoPackage point without an envelope."""
    return struct.unpack("<dd", sample["geom"][13:29]) if sample["geom"] else None


def judge_position(sample, epochs, verdict):
    """A position is one that the receiver had told, as long ago as the age says."""
    place = position(sample)
    t_ms = sample["t_mono_ms"]
    if place is None:
        verdict.counts["without position"] += 1
        return
    verdict.counts["with position"] += 1
    nearest = min(epochs, key=lambda e: math.hypot(e["lon"] - place[0], e["lat"] - place[1]))
    if math.hypot(nearest["lon"] - place[0], nearest["lat"] - place[1]) > 2e-6:
        verdict.lie("a place never told", sample, place)
    elif nearest["t_ms"] > t_ms:
        verdict.lie("a later position", sample, f"of {nearest['t_ms']}")
    elif t_ms - nearest["t_ms"] - sample["fix_age_ms"] > READING_MS:
        verdict.lie("an older position than it says", sample,
                    f"of {nearest['t_ms']}, age {sample['fix_age_ms']}")


def judge(samples, tracks, epochs):
    verdict = Verdict()
    last_ms = {}
    for sample in samples:
        verdict.counts["samples"] += 1
        verdict.counts[sample["state"]] += 1
        verdict.counts["evidence"] += is_evidence(sample)
        sim, t_ms = sample["sim_mccmnc"], sample["t_mono_ms"]
        if t_ms < last_ms.get(sim, -1):
            verdict.lie("time goes back", sample, f"after {last_ms[sim]}")
        last_ms[sim] = t_ms
        judge_state(sample, tracks[sim], verdict)
        judge_position(sample, epochs, verdict)
    return verdict


def states_within(samples, sim, from_ms, to_ms):
    return collections.Counter(s["state"] for s in samples if s["sim_mccmnc"] == sim and
                               from_ms < s["t_mono_ms"] < to_ms)


def print_faults(samples, tracks, end_ms):
    """A line per fault; how many there were, and how many are without a sample."""
    faults = unseen = 0
    for sim, track in tracks.items():
        truths = track.truths + [Truth(end_ms, track.modem, "", True)]
        for truth, after in zip(truths, truths[1:]):
            if not truth.fault:
                continue
            faults += 1
            seen = states_within(samples, sim, truth.t_ms, after.t_ms)
            unseen += not seen
            said = " ".join(f"{state}:{n}" for state, n in sorted(seen.items()))
            print(f"{truth.t_ms:>10} {track.who:4} {truth.fault:22} "
                  f"{(after.t_ms - truth.t_ms) / 1000:5.1f} s  {said}")
    return faults, unseen


def fresh_share(samples, track, sim, interval_ms):
    """Readings per interval while all was well, from the first one after a fault on."""
    expected = fresh = 0
    for truth, after in zip(track.truths, track.truths[1:]):
        times = [s["t_mono_ms"] for s in samples if s["sim_mccmnc"] == sim and
                 s["state"] == "in_service" and truth.t_ms < s["t_mono_ms"] < after.t_ms]
        if truth.fault or not times:
            continue
        expected += (after.t_ms - times[0]) / interval_ms
        fresh += len(times) - 0.5  # the last interval is cut anywhere
    return fresh / expected if expected else math.nan


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("dir")
    parser.add_argument("--interval-ms", type=int, default=500)
    options = parser.parse_args()
    tracks, epochs, entries = read_truth(os.path.join(options.dir, "truth.jsonl"))
    samples = read_samples(options.dir)
    end_ms = entries[-1]["t_ms"]
    faults, unseen = print_faults(samples, tracks, end_ms)
    others = collections.Counter(e["fault"] for e in entries
                                 if e["who"] in ("receiver", "modemmanager") and e["fault"])
    for sim, track in tracks.items():
        share = fresh_share(samples, track, sim, options.interval_ms)
        print(f"{track.who}: {share:.1%} of the intervals have a reading while all is well")
    verdict = judge(samples, tracks, epochs)
    for what, count in sorted(verdict.counts.items()):
        print(f"{what}: {count}")
    print(f"receiver and daemons: {dict(others)}")
    faults += others.total()
    print(f"{(end_ms - entries[0]['t_ms']) / 1000:.0f} s, {faults} faults, {unseen} without a "
          f"sample, {len(verdict.lies)} lies in {len(samples)} samples")
    for lie in verdict.lies[:20]:
        print("LIE", lie)
    sys.exit(1 if verdict.lies or unseen or faults < 20 else 0)


if __name__ == "__main__":
    main()
