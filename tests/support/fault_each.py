#!/usr/bin/python3
"""Runs a command once for each system call that may fail, with that call failing:

    fault_each.py FAULT_IO_SO KIND SCENE [--some] COMMAND...

KIND is one of fault_io.c's. Each run has a copy of the directory SCENE, in which it starts, and a
TMPDIR, both of its own. It must end with exit code 1 and a message and leave the scene as it was:
the same files with the same bytes, databases with the same rows, nothing besides, and nothing in
TMPDIR. A failing open, unlink or exchange need not fail the command: a library may try again, or do without;
then it must have done all of its work. What could not be unlinked may stay. With --some only the
first calls, the last and some on the way are tried.
"""
import filecmp
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

PATIENCE_S = 300


def run(kind, directory, command, **faults):
    env = dict(os.environ, LD_PRELOAD=SO, FAULT_IO_WHAT=kind, TMPDIR=directory + "/tmp", **faults)
    return subprocess.run(command, cwd=directory + "/scene", env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=PATIENCE_S, check=False)


def set_up(directory):
    shutil.copytree(SCENE, directory + "/scene")
    os.mkdir(directory + "/tmp")
    return directory


def files(top):
    return sorted(os.path.relpath(os.path.join(where, name), top)
                  for where, dirs, names in os.walk(top) for name in dirs + names)


def rows(path):
    """All that a database holds but the time of its making, checked."""
    db = sqlite3.connect(path)
    try:
        checked = db.execute("PRAGMA quick_check").fetchall()
        assert checked == [("ok",)], f"{path}: {checked}"
        names = [name for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
            " ORDER BY name")]
        schema = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        return schema, [sorted(TIME.sub("TIME", repr(row)) for row in
                               db.execute(f'SELECT * FROM "{name}"')) for name in names]
    finally:
        db.close()


def same_file(a, b):
    if os.path.isdir(a) or filecmp.cmp(a, b, shallow=False):
        return os.path.isdir(a) == os.path.isdir(b)
    return a.endswith(".sqlite") and rows(a) == rows(b)


def differs(expected, directory, may_leave):
    """What is not as in `expected`, as texts."""
    before, after = files(expected), files(directory + "/scene")
    found = [f"{name} is gone" for name in before if name not in after]
    found += [f"{name} is not right" for name in before if name in after and
              not same_file(f"{expected}/{name}", f"{directory}/scene/{name}") and
              not (may_leave and name.endswith("/manifest.json"))]  # which lists it
    if not may_leave:
        found += [f"{name} is new" for name in after if name not in before]
        found += [f"{name} is left in TMPDIR" for name in files(directory + "/tmp")]
    return found


def attempt(kind, number, command, finished):
    """What is wrong with the run in which this call fails, as texts; `finished` is the scene
    after a run in which none did."""
    with tempfile.TemporaryDirectory() as top:
        directory = set_up(top)
        done = run(kind, directory, command, FAULT_IO_AT=str(number))
        message = done.stderr.decode(errors="replace").strip()
        well = done.returncode == 0 and kind in MAY_DO_WITHOUT
        wrong = differs(finished if well else SCENE, directory, kind == "unlink")
        if not well and done.returncode != 1:
            wrong.append(f"exit code {done.returncode}")
        if not well and not message:
            wrong.append("no message")
        return [f"{kind} {number}: {what}: {message}" for what in wrong]


def count_calls(kind, command, directory):
    """What is made once for all runs, such as caches of fonts and the counters of a build for
    coverage, is made by a run before the one that is counted."""
    with tempfile.TemporaryDirectory() as top:
        run(kind, set_up(top), command)
    count = directory + "/count"
    done = run(kind, directory, command, FAULT_IO_COUNT=count)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr.decode(errors='replace')}")
    with open(count, encoding="ascii") as file:
        return int(file.read())


def main():
    kind, command = sys.argv[2], sys.argv[4:]
    some = command[0] == "--some"
    command = command[1:] if some else command
    with tempfile.TemporaryDirectory() as top:
        count = count_calls(kind, command, set_up(top))
        if count == 0:
            sys.exit(f"{command}: no call of the kind {kind}")
        numbers = range(1, count + 1)
        if some:
            numbers = sorted({*numbers[:4], *numbers[::count // 12 + 1], *numbers[-3:]})
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda n: attempt(kind, n, command, top + "/scene"), numbers)
            wrong = [text for texts in found for text in texts]
    print(f"{kind}: {len(numbers)} of {count} calls: {' '.join(command[1:])}")
    if wrong:
        sys.exit("\n".join(wrong[:20]))


MAY_DO_WITHOUT = ("open", "unlink", "exchange")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
SO, SCENE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[3])
main()
