"""Commands that take turns, their times, and tables of them."""
import glob
import os
import statistics
import subprocess
import sys
import threading
import time


class Measured:
    """One run: wall and processor seconds, the largest anonymous memory, what it printed."""

    def __init__(self, wall_s, cpu_s, anon_mib, said):
        self.wall_s, self.cpu_s, self.anon_mib, self.said = wall_s, cpu_s, anon_mib, said


def family(pid):
    """A process and those it started."""
    found = [pid]
    for one in found:
        for path in glob.glob(f"/proc/{one}/task/*/children"):
            try:
                with open(path) as f:
                    found += [int(p) for p in f.read().split()]
            except OSError:
                pass
    return found


def anonymous_kib(pid):
    total = 0
    for one in family(pid):
        try:
            with open(f"/proc/{one}/status") as f:
                total += sum(int(line.split()[1]) for line in f if line.startswith("RssAnon"))
        except OSError:
            pass
    return total


def run(command, env=None, cwd=None):
    """Runs a command to its end; a failure ends the bench with what it said."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, cwd=cwd,
                             env={**os.environ, **(env or {})})
    said, peak = [], 0
    readers = [threading.Thread(target=lambda f: said.append(f.read()), args=(f,))
               for f in (child.stdout, child.stderr)]
    for reader in readers:
        reader.start()
    # A thread would race with a poll of Popen's for the child: waited for by hand.
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, anonymous_kib(child.pid))
        time.sleep(0.01)
    wall_s = time.monotonic() - start
    for reader in readers:
        reader.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"bench.py: {' '.join(command)} ended with {child.returncode}:\n" + "".join(said))
    return Measured(wall_s, used.ru_utime + used.ru_stime, peak / 1024, "".join(said))


class Racer:
    """A command that takes turns with others."""

    def __init__(self, name, command, rounds, env=None, before=None, check=None):
        self.name, self.command, self.env = name, command, env
        self.rounds = rounds
        self.before = before or (lambda: None)
        self.check = check or (lambda measured: None)
        self.runs = []

    def step(self):
        self.before()
        os.sync() # what the one before left to be written is not waited for by this one
        measured = run(self.command, self.env)
        self.check(measured)
        self.runs.append(measured)

    def median(self, what):
        return statistics.median(getattr(r, what) for r in self.runs)


def race(racers):
    """In turns: a drift of the machine's speed meets all of them."""
    for number in range(max(r.rounds for r in racers)):
        for racer in racers:
            if number < racer.rounds:
                racer.step()


class Report:
    def __init__(self, path):
        self.path, self.lines = path, []

    def say(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    def table(self, title, head, rows):
        self.say(f"\n### {title}\n")
        self.say("| " + " | ".join(head) + " |")
        self.say("|" + "---|" * len(head))
        for row in rows:
            self.say("| " + " | ".join(str(cell) for cell in row) + " |")

    def racers(self, title, racers):
        """The first is the one that the others are compared with."""
        base = racers[0].median("wall_s")
        self.table(title, ["", "wall s", "processor s", "anonymous MiB", "runs", "wall / first"],
                   [[r.name, f"{r.median('wall_s'):.2f}", f"{r.median('cpu_s'):.2f}",
                     f"{r.median('anon_mib'):.0f}", len(r.runs),
                     f"{r.median('wall_s') / base:.2f}"] for r in racers])

    def save(self):
        with open(self.path, "w") as f:
            f.write("\n".join(self.lines) + "\n")


class Agreement:
    """Peers print "cells GROUPS SAMPLES SUM" and so on: all must print the same."""

    def __init__(self):
        self.first = {}

    def check(self, name):
        def compare(measured):
            for line in measured.said.splitlines():
                words = line.split()
                if not words or words[0] not in ("cells", "hamlets"):
                    continue
                known = self.first.setdefault(words[0], (name, words[1:]))
                if known[1] != words[1:]:
                    sys.exit(f"bench.py: {name} found {words[0]} {words[1:]}, {known[0]} {known[1]}")
        return compare
